//! What holds a home together: its vault, its files, the table that requests read, and the keeper of its counters.
//!
//! - `load`: from the files to a table, at the start and again;
//! - `keep`: what goes on beside requests;
//! - `edit`: changes on the user's word.

mod edit;
mod keep;
mod load;

pub use edit::SetError;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use account::{Place, Secret, SecretsMode, Vault, VaultError};
use arc_swap::ArcSwap;
use provider::Hops;
use tokio::sync::{Mutex as AsyncMutex, watch};
use tokio::task::JoinHandle;

use crate::complaint::Complaint;
use crate::document::Unreadable;
use crate::home::{Home, HomeError, Occupied};
use crate::keeper::Keeper;
use crate::logins::Logins;
use crate::roster::Entry;
use crate::roster::file::PoolsFile;
use crate::settings::{Overrides, SettingsError};
use crate::sign_ins::SignIns;
use crate::table::Table;
use crate::{blocking, document};

/// What an engine is opened with.
#[derive(Debug, Clone)]
pub struct Opening {
    /// Its home.
    pub home: Home,
    /// What the command line says.
    pub overrides: Overrides,
    /// Where secrets are kept.
    pub secrets: SecretsMode,
    /// A pool that is shown in place of the home's own, and is never written anywhere.
    pub demo: Vec<Entry>,
}

/// Why an engine cannot be opened, or cannot take up what its files say now.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The home.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// `config.json`.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// `REQUIRED_API_KEY` is not where it should be.
    #[error(
        "REQUIRED_API_KEY is not in the vault; set it again: millpond config set REQUIRED_API_KEY"
    )]
    NoLocalKey,
}

/// A running engine.
#[derive(Debug)]
pub struct Engine {
    home: Home,
    overrides: Overrides,
    vault: Vault,
    hops: Hops,
    logins: Logins,
    table: Arc<ArcSwap<Table>>,
    swapped: watch::Sender<u64>,
    problems: watch::Sender<Arc<Problems>>,
    /// One edit, reload or save at a time.
    files: AsyncMutex<Files>,
    sign_ins: SignIns,
    occupied: Mutex<Option<Occupied>>,
    keeping: Mutex<Option<JoinHandle<()>>>,
}

/// What the engine knows of its files.
#[derive(Debug)]
struct Files {
    /// Where the pools are.
    pools: PoolsFile,
    /// What they said when they could last be read.
    entries: Vec<Entry>,
    /// A pool shown in their place.
    demo: Vec<Entry>,
    keeper: Keeper,
    /// What the files looked like when they were last read or written: settings, pools.
    seen: [document::Stamp; 2],
}

/// What is wrong, for the user.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problems {
    /// Values that cannot be meant.
    pub complaints: Vec<Complaint>,
    /// The pools file cannot be read: what it said before goes on, if anything.
    pub pools: Option<Unreadable>,
    /// What `config.json` says now cannot be taken up: what it said before goes on.
    pub settings: Option<SettingsError>,
    /// Counters or secrets cannot be written, with the reason.
    pub unwritten: Option<String>,
    /// Secrets are where the user would not expect them, or are missing.
    pub secrets: Option<String>,
}

impl Engine {
    /// Opens a home and takes it for this process.
    ///
    /// # Errors
    /// As [`OpenError`] says. A pools file that cannot be read is none: it is a problem that is shown, and the proxy serves.
    pub async fn open(opening: Opening) -> Result<Arc<Self>, OpenError> {
        let home = opening.home.clone();
        let occupied = blocking::run(move || {
            home.prepare()?;
            home.occupy()
        })
        .await?;
        let vault = Vault::open(opening.home.folder(), opening.secrets).await?;
        let hops = Hops::default();
        let logins = Logins::new(opening.home.folder().to_owned(), vault.clone());
        let read = load::read(&opening.home, &opening.overrides, &vault).await?;
        let (files, problems) = read.files(opening.demo, &vault);
        let table = load::table(&read.settings, &files, (&vault, &hops, &logins), None).await?;
        let engine = Arc::new(Self {
            home: opening.home,
            overrides: opening.overrides,
            vault,
            hops,
            logins,
            table: Arc::new(ArcSwap::from_pointee(table)),
            swapped: watch::Sender::new(0),
            problems: watch::Sender::new(Arc::new(problems)),
            files: AsyncMutex::new(files),
            sign_ins: SignIns::default(),
            occupied: Mutex::new(Some(occupied)),
            keeping: Mutex::new(None),
        });
        let keeping = tokio::spawn(keep::run(Arc::downgrade(&engine)));
        *locked(&engine.keeping) = Some(keeping);
        Ok(engine)
    }

    /// What requests read now.
    pub fn table(&self) -> Arc<Table> {
        self.table.load_full()
    }

    /// Where requests find what they read.
    pub fn table_cell(&self) -> Arc<ArcSwap<Table>> {
        Arc::clone(&self.table)
    }

    /// Counts the tables.
    pub fn swaps(&self) -> watch::Receiver<u64> {
        self.swapped.subscribe()
    }

    /// What is wrong.
    pub fn problems(&self) -> watch::Receiver<Arc<Problems>> {
        self.problems.subscribe()
    }

    /// Its sign-ins.
    pub fn sign_ins(&self) -> &SignIns {
        &self.sign_ins
    }

    /// Its home.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Its vault.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Where secrets are kept.
    pub fn place(&self) -> Place {
        self.vault.place()
    }

    /// The key that clients must show.
    pub fn local_key(&self) -> Secret<String> {
        self.table.load().local_key.clone()
    }

    /// Every entry as the pools file has it (or the demo's), with the counters that it had when it was read.
    pub async fn entries(&self) -> Vec<Entry> {
        let files = self.files.lock().await;
        files.shown().to_vec()
    }

    /// Says in the home where the engine serves.
    ///
    /// # Errors
    /// With the path in the text.
    pub async fn announce(self: &Arc<Self>, address: SocketAddr) -> io::Result<()> {
        let engine = Arc::clone(self);
        blocking::run(move || match &*locked(&engine.occupied) {
            Some(occupied) => occupied.announce(Some(address)),
            None => Ok(()),
        })
        .await
    }

    /// Saves what is to be saved and gives the home back. Requests that are in flight should have ended.
    pub async fn close(&self) {
        let keeping = locked(&self.keeping).take();
        if let Some(keeping) = keeping {
            // Between two of its turns, or in a write that ends by itself on its own thread.
            keeping.abort();
        }
        self.logins.settle().await;
        self.save().await;
        let occupied = locked(&self.occupied).take();
        blocking::run(move || drop(occupied)).await;
    }
}

impl Files {
    fn shown(&self) -> &[Entry] {
        if self.demo.is_empty() {
            &self.entries
        } else {
            &self.demo
        }
    }
}

/// What these locks guard is whole at any time.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
