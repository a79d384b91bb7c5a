//! What the platform's keychain says and takes, by the crate `keyring`: Keychain Services on macOS, the Credential Manager on Windows,
//! the Secret Service elsewhere. `keyring` chooses its store once in the life of a process.

use keyring::{Entry, Error};

use super::error::KeychainFailure;
use super::parts::Entries;
use crate::Secret;

/// The service under which every entry is filed.
pub(super) const SERVICE: &str = "millpond";

/// The most bytes of one entry: `CRED_MAX_CREDENTIAL_BLOB_SIZE` on Windows; the others have no limit that matters.
pub(super) const PART: Option<usize> = if cfg!(windows) { Some(2560) } else { None };

/// The entries of this platform's keychain.
pub(super) fn entries() -> impl Entries {
    Platform(|name: &str| Entry::new(SERVICE, name))
}

/// Entries as `open` opens them.
struct Platform<F>(F);

impl<F> Entries for Platform<F>
where
    F: Fn(&str) -> keyring::Result<Entry> + Send + Sync,
{
    fn read(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, KeychainFailure> {
        // Bytes, not a password: Windows would keep that as UTF-16, at half the room.
        absent_as_none((self.0)(name).and_then(|entry| entry.get_secret()))
            .map(|value| value.map(Secret::new))
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeychainFailure> {
        (self.0)(name)
            .and_then(|entry| entry.set_secret(value))
            .map_err(failure)
    }

    fn erase(&self, name: &str) -> Result<(), KeychainFailure> {
        absent_as_none((self.0)(name).and_then(|entry| entry.delete_credential())).map(drop)
    }
}

fn absent_as_none<T>(result: keyring::Result<T>) -> Result<Option<T>, KeychainFailure> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(failure(error)),
    }
}

/// The error in our words. `keyring`'s own is not kept as a source: two of its variants carry the value of the entry.
fn failure(error: Error) -> KeychainFailure {
    match error {
        Error::NoDefaultStore => match Entry::store_status() {
            Err(Error::NoDefaultStore) | Ok(()) => KeychainFailure::Absent("no store".to_owned()),
            Err(Error::PlatformFailure(why) | Error::NoStorageAccess(why)) => {
                KeychainFailure::Absent(why.to_string())
            }
            Err(other) => KeychainFailure::Absent(plain(other)),
        },
        Error::NoStorageAccess(why) => KeychainFailure::Locked(why.to_string()),
        Error::BadEncoding(_) => KeychainFailure::Damaged("it is not text"),
        Error::BadDataFormat(..) => KeychainFailure::Damaged("the keychain cannot decode it"),
        other => KeychainFailure::Failed(plain(&other)),
    }
}

/// The text of an error that carries no value.
fn plain(error: &Error) -> String {
    match error {
        Error::Ambiguous(entries) => format!("{} entries bear this name", entries.len()),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "the entry is malformed".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
