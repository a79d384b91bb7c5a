//! The vault over a keychain that can be away, locked, silent or forgetful.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use super::parts::Entries;
use super::*;

const CANARY: &str = "canary-c40a-must-not-show";

pub(super) fn secret(value: &str) -> Secret<String> {
    Secret::new(value.to_owned())
}

/// A keychain in memory that misbehaves as told. Clones are the same keychain.
#[derive(Clone, Default)]
pub(super) struct Fake(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    entries: BTreeMap<String, Vec<u8>>,
    calls: usize,
    forgets: bool,
    fails: Option<KeychainFailure>,
    silent: Option<Receiver<()>>,
}

impl Fake {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn entries(&self) -> Arc<dyn Entries> {
        Arc::new(self.clone())
    }

    pub(super) fn keychain(&self, home: &Path) -> Keychain {
        Keychain::new(home, self.entries(), None, Duration::from_secs(20))
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.0.lock().unwrap().entries.keys().cloned().collect()
    }

    /// Writes are acknowledged and lost.
    pub(super) fn forget(&self) {
        self.0.lock().unwrap().forgets = true;
    }

    pub(super) fn fail(&self, failure: Option<KeychainFailure>) {
        self.0.lock().unwrap().fails = failure;
    }

    /// The next call does not return until the sender falls.
    fn fall_silent(&self) -> Sender<()> {
        let (speak, silent) = mpsc::channel();
        self.0.lock().unwrap().silent = Some(silent);
        speak
    }

    fn calls(&self) -> usize {
        self.0.lock().unwrap().calls
    }

    fn state(&self) -> Result<std::sync::MutexGuard<'_, State>, KeychainFailure> {
        let silent = self.0.lock().unwrap().silent.take();
        if let Some(silent) = silent {
            let _ = silent.recv();
        }
        let mut state = self.0.lock().unwrap();
        state.calls += 1;
        match state.fails.clone() {
            Some(failure) => Err(failure),
            None => Ok(state),
        }
    }
}

impl Entries for Fake {
    fn read(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, KeychainFailure> {
        Ok(self.state()?.entries.get(name).cloned().map(Secret::new))
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeychainFailure> {
        let mut state = self.state()?;
        if !state.forgets {
            state.entries.insert(name.to_owned(), value.to_owned());
        }
        Ok(())
    }

    fn erase(&self, name: &str) -> Result<(), KeychainFailure> {
        self.state()?.entries.remove(name);
        Ok(())
    }
}

/// A home, and a keychain beside it that outlives every vault opened on them.
struct Session {
    _dir: tempfile::TempDir,
    home: PathBuf,
    fake: Fake,
}

impl Session {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            home: dir.path().to_owned(),
            _dir: dir,
            fake: Fake::new(),
        }
    }

    async fn open(&self, mode: SecretsMode) -> Vault {
        self.try_open(mode).await.unwrap()
    }

    async fn try_open(&self, mode: SecretsMode) -> Result<Vault, VaultError> {
        Vault::open_with(&self.home, mode, self.fake.keychain(&self.home)).await
    }

    fn file(&self) -> String {
        std::fs::read_to_string(self.home.join("vault.json")).unwrap_or_default()
    }
}

fn absent() -> Option<KeychainFailure> {
    Some(KeychainFailure::Absent("no bus".to_owned()))
}

fn locked() -> Option<KeychainFailure> {
    Some(KeychainFailure::Locked("no prompt".to_owned()))
}

mod local_key;
mod places;
mod secrets;
