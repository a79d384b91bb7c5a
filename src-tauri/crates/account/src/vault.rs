//! The vault: where secrets live. The OS keychain, or else a 0600 file in the home.

mod error;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

pub use error::{Act, KeychainFailure, VaultError};

use crate::Secret;

/// Where the user wants secrets to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecretsMode {
    /// In the keychain if it works, else in the file, with a warning.
    #[default]
    Auto,
    /// In the keychain, or not at all.
    Keychain,
    /// In the file.
    File,
}

/// The text is no [`SecretsMode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `auto`, `keychain` or `file`")]
pub struct UnknownMode;

impl FromStr for SecretsMode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        match text {
            "auto" => Ok(Self::Auto),
            "keychain" => Ok(Self::Keychain),
            "file" => Ok(Self::File),
            _ => Err(UnknownMode),
        }
    }
}

/// Where this vault writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The OS keychain, service `millpond`.
    Keychain,
    /// The private file.
    File {
        /// `vault.json` in the home.
        path: PathBuf,
        /// Why not the keychain, for the user to see; `None` if the file was asked for.
        warning: Option<String>,
    },
}

/// The vault of one home. Clones are the same vault.
#[derive(Debug, Clone)]
pub struct Vault {
    place: Place,
}

impl Vault {
    /// Opens the vault of `home`.
    ///
    /// # Errors
    /// [`VaultError::NoKeychain`] in [`SecretsMode::Keychain`] only.
    pub async fn open(home: &Path, mode: SecretsMode) -> Result<Vault, VaultError> {
        let _ = mode;
        let place = Place::File {
            path: home.join("vault.json"),
            warning: None,
        };
        Ok(Self { place })
    }

    /// Where secrets are written.
    pub fn place(&self) -> Place {
        self.place.clone()
    }

    /// Reads one secret.
    ///
    /// # Errors
    /// Any but [`VaultError::NoKeychain`].
    pub async fn get(&self, name: &str) -> Result<Option<Secret<String>>, VaultError> {
        let _ = name;
        Err(VaultError::Closing)
    }

    /// Reads many in one go.
    ///
    /// # Errors
    /// As [`Vault::get`].
    pub async fn get_many(
        &self,
        names: &[String],
    ) -> Result<HashMap<String, Secret<String>>, VaultError> {
        let _ = names;
        Err(VaultError::Closing)
    }

    /// Writes one secret.
    ///
    /// # Errors
    /// As [`Vault::get`].
    pub async fn put(&self, name: &str, secret: &Secret<String>) -> Result<(), VaultError> {
        let _ = (name, secret);
        Err(VaultError::Closing)
    }

    /// Writes many in one go.
    ///
    /// # Errors
    /// As [`Vault::get`].
    pub async fn put_many(&self, secrets: &[(String, Secret<String>)]) -> Result<(), VaultError> {
        let _ = secrets;
        Err(VaultError::Closing)
    }

    /// Deletes one secret.
    ///
    /// # Errors
    /// As [`Vault::get`].
    pub async fn delete(&self, name: &str) -> Result<(), VaultError> {
        let _ = name;
        Err(VaultError::Closing)
    }

    /// The key of this home's own door.
    ///
    /// # Errors
    /// As [`Vault::get`].
    pub async fn local_key(&self) -> Result<Secret<String>, VaultError> {
        Err(VaultError::Closing)
    }
}
