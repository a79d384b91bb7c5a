//! The vault's file: `vault.json` in the home, 0600, a JSON object of names and secrets.
//!
//! It is read anew each time, since another process may have written it.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::error::{Act, VaultError};
use super::lane::{Lane, Lost};
use crate::Secret;
use crate::files::{self, FileLock};

/// How long the file system has for one reading or writing, the wait for other writers included.
const LIMIT: Duration = Duration::from_secs(10);

/// The file store of one home.
pub(super) struct FileStore {
    home: PathBuf,
    path: Arc<Path>,
    lane: Lane,
}

impl FileStore {
    /// The store of `home`. Nothing is touched yet.
    pub(super) fn of(home: &Path) -> Self {
        Self {
            home: home.to_owned(),
            path: home.join("vault.json").into(),
            lane: Lane::new("vault-file"),
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Those of `names` that it holds.
    pub(super) fn read(
        &self,
        names: &[String],
    ) -> Result<HashMap<String, Secret<String>>, VaultError> {
        let path = Arc::clone(&self.path);
        let names = names.to_owned();
        self.run(move || {
            let mut all = load(&path)?;
            Ok(names
                .into_iter()
                .filter_map(|name| all.remove_entry(&name))
                .map(wrap)
                .collect())
        })
    }

    /// Writes `secrets` in one step, and reads them back from the disk.
    pub(super) fn write(&self, secrets: &[(String, Secret<String>)]) -> Result<(), VaultError> {
        let path = Arc::clone(&self.path);
        let secrets = secrets.to_owned();
        self.run(move || {
            let _lock = lock(&path)?;
            let mut all = load(&path)?;
            for (name, secret) in &secrets {
                all.insert(name.clone(), Zeroizing::new(secret.expose().clone()));
            }
            store(&path, &all)?;
            let kept = load(&path)?;
            match secrets.into_iter().find(|(name, secret)| {
                kept.get(name)
                    .is_none_or(|kept| !secret.matches(kept.as_bytes()))
            }) {
                Some((name, _)) => Err(VaultError::NotKept { name }),
                None => Ok(()),
            }
        })
    }

    /// Removes those of `names` that it holds; whether there was any.
    pub(super) fn remove(&self, names: &[String]) -> Result<bool, VaultError> {
        if !self.path.exists() {
            return Ok(false);
        }
        let path = Arc::clone(&self.path);
        let names = names.to_owned();
        self.run(move || {
            let _lock = lock(&path)?;
            let mut all = load(&path)?;
            let before = all.len();
            all.retain(|name, _| !names.contains(name));
            if all.len() == before {
                return Ok(false);
            }
            store(&path, &all)?;
            Ok(true)
        })
    }

    fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        self.lane.run(LIMIT, call).unwrap_or_else(|lost| {
            Err(match lost {
                Lost::Late => VaultError::Stuck {
                    home: self.home.clone(),
                    limit: LIMIT,
                },
                Lost::Died => VaultError::Closing,
            })
        })
    }
}

/// What the file holds. Sorted, so that the same secrets are the same bytes.
type Entries = BTreeMap<String, Zeroizing<String>>;

fn wrap((name, mut secret): (String, Zeroizing<String>)) -> (String, Secret<String>) {
    (name, Secret::new(std::mem::take(&mut *secret)))
}

fn lock(path: &Path) -> Result<FileLock, VaultError> {
    let take = || {
        path.parent().map_or(Ok(()), files::create_private_dir)?;
        let lock = FileLock::exclusive(path)?;
        files::sweep(path)?;
        Ok(lock)
    };
    take().map_err(|source| VaultError::File {
        act: Act::Lock,
        source,
    })
}

/// Reads the file; one that is not there holds nothing.
fn load(path: &Path) -> Result<Entries, VaultError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Entries::new()),
        Err(error) => {
            return Err(VaultError::File {
                act: Act::Read,
                source: files::named(path, error),
            });
        }
    };
    // serde_json's own text quotes what it stumbles over, which may be a secret.
    serde_json::from_slice(&bytes).map_err(|error| VaultError::Unreadable {
        path: path.to_owned(),
        reason: format!("line {}, column {}", error.line(), error.column()),
    })
}

fn store(path: &Path, all: &Entries) -> Result<(), VaultError> {
    serde_json::to_vec_pretty(all)
        .map(Zeroizing::new)
        .map_err(io::Error::other)
        .and_then(|bytes| files::replace(path, &bytes))
        .map_err(|source| VaultError::File {
            act: Act::Write,
            source,
        })
}

#[cfg(test)]
mod tests;
