//! Changes on the user's word, taken up at once.

use std::path::Path;

use account::Secret;

use super::{Engine, OpenError, load};
use crate::blocking;
use crate::roster::Entry;
use crate::roster::edit::{Done, Edit, EditError};
use crate::roster::export::ExportError;
use crate::roster::file::{Owner, PoolsFile};
use crate::roster::import::{ImportError, Imported};
use crate::settings::edit as settings;

/// Why a setting was not changed, or not taken up.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// It cannot be written.
    #[error(transparent)]
    Edit(#[from] settings::EditError),
    /// It is written, and what the file says as a whole cannot be taken up.
    #[error(transparent)]
    TakeUp(#[from] OpenError),
}

impl Engine {
    /// Makes an edit of the pools file. An account that was changed is ready at once, whatever its gate was.
    ///
    /// # Errors
    /// As [`EditError`] says; nothing has changed then.
    pub async fn apply(&self, edit: Edit) -> Result<Done, EditError> {
        let mut files = self.files.lock().await;
        if !files.demo.is_empty() {
            return Err(EditError::Demo);
        }
        // What goes is to come back with all that it has counted.
        self.save_now(&mut files).await;
        let clears = matches!(edit, Edit::Change { .. });
        let renewed = match &edit {
            Edit::Change {
                uuid, key: Some(_), ..
            } => Some(*uuid),
            _ => None,
        };
        let done = files.pools.apply(edit, &self.vault).await?;
        let entry = files
            .entries
            .iter()
            .find(|entry| Some(entry.uuid) == renewed);
        if let Some(entry) = entry {
            self.logins.forget(entry);
        }
        // If the settings cannot be read now they stay as they are, and the pools do not wait for them.
        if self.reload_now(&mut files).await.is_err() {
            self.reload_pools(&mut files).await;
        }
        if clears
            && let Some((bench, seat)) = self.table().seat(done.uuid())
            && seat.upstream.is_some()
        {
            bench.pool.clear(done.uuid());
        }
        Ok(done)
    }

    /// Takes another pools file into the home's own.
    ///
    /// # Errors
    /// As [`ImportError`] says; nothing has changed then.
    pub async fn import(&self, source: &Path) -> Result<Imported, ImportError> {
        let mut files = self.files.lock().await;
        self.save_now(&mut files).await;
        let own = PoolsFile::new(self.home.pools(), Owner::Home);
        let imported = own.import(source, &self.vault).await?;
        if self.reload_now(&mut files).await.is_err() {
            self.reload_pools(&mut files).await;
        }
        Ok(imported)
    }

    /// Writes the pools to a new file, without secrets.
    ///
    /// # Errors
    /// As [`ExportError`] says.
    pub async fn export(&self, to: &Path) -> Result<usize, ExportError> {
        let mut files = self.files.lock().await;
        self.save_now(&mut files).await;
        files.pools.export(to).await
    }

    /// Sets a key of `config.json`; `null` goes back to its default.
    ///
    /// # Errors
    /// As [`SetError`] says.
    pub async fn set(&self, key: &str, value: &str) -> Result<(), SetError> {
        let mut files = self.files.lock().await;
        let path = load::config_path(&self.home, &self.overrides);
        let (key, value) = (key.to_owned(), value.to_owned());
        blocking::run(move || settings::set(&path, &key, &value)).await?;
        Ok(self.reload_now(&mut files).await?)
    }

    /// Sets the key that clients must show; `None` goes back to the random one.
    ///
    /// # Errors
    /// As [`SetError`] says.
    pub async fn set_local_key(&self, key: Option<Secret<String>>) -> Result<(), SetError> {
        let mut files = self.files.lock().await;
        let path = load::config_path(&self.home, &self.overrides);
        settings::set_local_key(&path, &self.vault, key).await?;
        Ok(self.reload_now(&mut files).await?)
    }

    /// Shows a demo pool in place of the home's own, or with none ends that.
    ///
    /// # Errors
    /// The settings cannot be read; all goes on as it was.
    pub async fn show_demo(&self, demo: Vec<Entry>) -> Result<(), OpenError> {
        let mut files = self.files.lock().await;
        self.save_now(&mut files).await;
        files.demo = demo;
        self.reload_now(&mut files).await
    }
}
