//! The two stores of a home as one: which is written, and in what order both are looked into. All calls here block, each for seconds at most.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::error::{Act, KeychainFailure, VaultError};
use super::file::FileStore;
use super::keychain::{Keychain, Reading};
use super::local_key;
use super::place::{Place, SecretsMode};
use crate::Secret;
use crate::files;

/// One of the two ways to find a secret.
type Find = fn(&Stores, &str) -> Result<Option<Secret<String>>, VaultError>;

/// The file and the keychain of one home.
pub(super) struct Stores {
    home: PathBuf,
    mode: SecretsMode,
    place: Place,
    file: FileStore,
    keychain: Keychain,
}

impl Stores {
    /// Decides where to write.
    pub(super) fn open(
        home: &Path,
        mode: SecretsMode,
        keychain: Keychain,
    ) -> Result<Self, VaultError> {
        let file = FileStore::of(home);
        let why_file = match mode {
            SecretsMode::File => Some(None),
            SecretsMode::Keychain => {
                keychain.probe().map_err(VaultError::NoKeychain)?;
                None
            }
            SecretsMode::Auto => keychain.probe().err().map(Some),
        };
        let place = match why_file {
            None => Place::Keychain,
            Some(failure) => Place::File {
                path: file.path().to_owned(),
                warning: file_warning(file.path(), failure.as_ref()),
            },
        };
        Ok(Self {
            home: home.to_owned(),
            mode,
            place,
            file,
            keychain,
        })
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Secret<String>>, VaultError> {
        let in_file = match self.in_file(name) {
            Ok(Some(secret)) => return Ok(Some(secret)),
            // A broken file does not keep the keychain from serving, but "no such secret" takes both.
            Err(error) if self.writes_keychain() => Err(error),
            read => Ok(read?),
        };
        match self.in_keychain(name)? {
            Some(secret) => Ok(Some(secret)),
            None => in_file,
        }
    }

    pub(super) fn get_many(
        &self,
        names: &[String],
    ) -> Result<HashMap<String, Secret<String>>, VaultError> {
        let mut secrets = match self.file.read(names) {
            Err(error) if self.writes_keychain() => {
                tracing::warn!(%error, "secrets are read from the keychain only");
                HashMap::new()
            }
            read => read?,
        };
        let missing: Vec<_> = names
            .iter()
            .filter(|name| !secrets.contains_key(*name))
            .cloned()
            .collect();
        if missing.is_empty() {
            return Ok(secrets);
        }
        match self.ask_keychain(&missing) {
            Ok(reading) => {
                secrets.extend(reading.secrets);
                for (name, failure) in reading.damaged {
                    tracing::warn!(error = %damaged(name, failure), "a secret is lost");
                }
            }
            Err(error) if self.writes_keychain() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, missing = missing.len(), "secrets that are not in the vault's file are out of reach");
            }
        }
        Ok(secrets)
    }

    pub(super) fn put_many(&self, secrets: &[(String, Secret<String>)]) -> Result<(), VaultError> {
        if !self.writes_keychain() {
            return self.file.write(secrets);
        }
        let names: Vec<_> = secrets.iter().map(|(name, _)| name.clone()).collect();
        // The file goes first in reading: what it holds must not become the older one, should this be cut off.
        let in_file = self.file.read(&names).unwrap_or_default();
        let renewed: Vec<_> = secrets
            .iter()
            .filter(|(name, _)| in_file.contains_key(name))
            .cloned()
            .collect();
        if !renewed.is_empty() {
            self.file.write(&renewed)?;
        }
        self.keychain.write(secrets)?;
        if !renewed.is_empty() {
            self.file.remove(&names)?;
        }
        Ok(())
    }

    pub(super) fn delete(&self, name: &str) -> Result<(), VaultError> {
        let in_file = self.file.remove(&[name.to_owned()]);
        if self.writes_keychain() {
            self.keychain.erase(name)?;
        } else if self.mode == SecretsMode::Auto || matches!(in_file, Ok(false)) {
            match self.keychain.erase(name) {
                Err(error) if !is_absent(&error) => {
                    tracing::warn!(%error, "the keychain may still hold a deleted secret");
                }
                _ => {}
            }
        }
        in_file.map(drop)
    }

    pub(super) fn local_key(&self) -> Result<Secret<String>, VaultError> {
        let _turn = local_key::take_turn(&self.home)?;
        let id = local_key::home_id(&self.home)?;
        if !id.fresh
            && let Some(key) = self.stored_local_key(&id.entry)?
        {
            return Ok(key);
        }
        let key = local_key::generate()?;
        self.put_many(&[(id.entry, key.clone())])?;
        Ok(key)
    }

    /// Unlike other secrets, the local key of the store that is written goes first: a key that was made while the keychain was away must
    /// not replace the one that clients were given.
    fn stored_local_key(&self, entry: &str) -> Result<Option<Secret<String>>, VaultError> {
        let (first, second): (Find, Find) = if self.writes_keychain() {
            (Self::in_keychain, Self::in_file)
        } else {
            (Self::in_file, Self::in_keychain)
        };
        if let Some(key) = first(self, entry)? {
            return Ok(Some(key));
        }
        Ok(second(self, entry).unwrap_or_else(|error| {
            tracing::warn!(%error, "a local key of an earlier run may be out of reach");
            None
        }))
    }

    fn in_file(&self, name: &str) -> Result<Option<Secret<String>>, VaultError> {
        Ok(self.file.read(&[name.to_owned()])?.remove(name))
    }

    fn in_keychain(&self, name: &str) -> Result<Option<Secret<String>>, VaultError> {
        let mut reading = self.ask_keychain(&[name.to_owned()])?;
        match reading.damaged.pop() {
            Some((name, failure)) => Err(damaged(name, failure)),
            None => Ok(reading.secrets.remove(name)),
        }
    }

    fn ask_keychain(&self, names: &[String]) -> Result<Reading, VaultError> {
        match self.keychain.read(names) {
            // A session without a keychain has no secrets in one, unless it had one before.
            Err(error) if !self.writes_keychain() && is_absent(&error) => Ok(Reading::default()),
            answer => answer,
        }
    }

    fn writes_keychain(&self) -> bool {
        self.place == Place::Keychain
    }
}

fn is_absent(error: &VaultError) -> bool {
    matches!(
        error,
        VaultError::Keychain {
            failure: KeychainFailure::Absent(_),
            ..
        }
    )
}

fn damaged(name: String, failure: KeychainFailure) -> VaultError {
    VaultError::Keychain {
        act: Act::Read,
        name,
        failure,
    }
}

fn file_warning(path: &Path, failure: Option<&KeychainFailure>) -> Option<String> {
    let instead = failure.map(|failure| {
        format!(
            "secrets are kept in {}, which only you can read, since the OS keychain cannot be used: {failure}",
            path.display()
        )
    });
    let open = files::warn_if_readable_by_others(path);
    match (instead, open) {
        (Some(instead), Some(open)) => Some(format!("{instead}. {open}")),
        (instead, open) => instead.or(open),
    }
}
