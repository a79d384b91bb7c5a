//! The vault: where secrets live. The OS keychain, or else a 0600 file in the home.
//!
//! A home may have entries in both: a keychain can come and go between two runs. So a secret is looked for in either, and the file goes
//! first: what is there was written while there was no keychain, or is just on its way into it, and so is never the older one.

mod error;
mod file;
mod keychain;
mod lane;
mod local_key;
mod parts;
mod place;
mod platform;
mod stores;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

pub use error::{Act, KeychainFailure, VaultError};
use keychain::Keychain;
pub use place::{Place, SecretsMode, UnknownMode};
use stores::Stores;

use crate::Secret;

/// The vault of one home. Clones are the same vault.
///
/// No call waits for ever: each store has seconds to answer, then the call fails with an error that says what is stuck.
#[derive(Clone)]
pub struct Vault {
    stores: Arc<Stores>,
}

impl Vault {
    /// Opens the vault of `home`. Unless the file is asked for, the keychain is tried out: a random entry is written, read and deleted.
    /// What the file needs is made at the first write.
    ///
    /// # Errors
    /// [`VaultError::NoKeychain`] in [`SecretsMode::Keychain`]; in [`SecretsMode::Auto`] that becomes the warning of [`Place::File`].
    pub async fn open(home: &Path, mode: SecretsMode) -> Result<Vault, VaultError> {
        Self::open_with(home, mode, Keychain::of_platform(home)).await
    }

    async fn open_with(
        home: &Path,
        mode: SecretsMode,
        keychain: Keychain,
    ) -> Result<Vault, VaultError> {
        let home = home.to_owned();
        let stores = blocking(move || Stores::open(&home, mode, keychain)).await?;
        Ok(Self {
            stores: Arc::new(stores),
        })
    }

    /// Where secrets are written.
    pub fn place(&self) -> Place {
        self.stores.place().clone()
    }

    /// Reads one secret; `None` if neither store has it.
    ///
    /// # Errors
    /// It is not in the store that answers, and the other does not; or it is damaged.
    pub async fn get(&self, name: &str) -> Result<Option<Secret<String>>, VaultError> {
        let name = name.to_owned();
        self.call(move |stores| stores.get(&name)).await
    }

    /// Reads many secrets in one go. Those that neither store has are not in the answer, nor those that are damaged: they are logged.
    ///
    /// # Errors
    /// The store that [`Vault::place`] names does not answer. The failure of the other is logged.
    pub async fn get_many(
        &self,
        names: &[String],
    ) -> Result<HashMap<String, Secret<String>>, VaultError> {
        let names = names.to_owned();
        self.call(move |stores| stores.get_many(&names)).await
    }

    /// Writes one secret, and reads it back before it says Ok: then the caller may remove the plaintext.
    ///
    /// # Errors
    /// It is not certain that the secret is kept.
    pub async fn put(&self, name: &str, secret: &Secret<String>) -> Result<(), VaultError> {
        self.put_many(&[(name.to_owned(), secret.clone())]).await
    }

    /// Writes many secrets in one go, as [`Vault::put`] does.
    ///
    /// # Errors
    /// It is not certain that all of them are kept; some may be.
    pub async fn put_many(&self, secrets: &[(String, Secret<String>)]) -> Result<(), VaultError> {
        let secrets = secrets.to_owned();
        self.call(move |stores| stores.put_many(&secrets)).await
    }

    /// Deletes one secret wherever it is; it is no error if there is none.
    ///
    /// # Errors
    /// The store that [`Vault::place`] names does not answer. The failure of the other is logged.
    pub async fn delete(&self, name: &str) -> Result<(), VaultError> {
        let name = name.to_owned();
        self.call(move |stores| stores.delete(&name)).await
    }

    /// The key that clients of this home must show: `mp-` and 64 hexadecimal digits, made at the first call and kept in the vault.
    ///
    /// # Errors
    /// As [`Vault::get`] and [`Vault::put`], and where the home's `home-id` is broken.
    pub async fn local_key(&self) -> Result<Secret<String>, VaultError> {
        self.call(Stores::local_key).await
    }

    async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Stores) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let stores = Arc::clone(&self.stores);
        blocking(move || call(&stores)).await
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("place", self.stores.place())
            .finish_non_exhaustive()
    }
}

async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    tokio::task::spawn_blocking(call)
        .await
        .unwrap_or(Err(VaultError::Closing))
}

#[cfg(test)]
mod tests;
