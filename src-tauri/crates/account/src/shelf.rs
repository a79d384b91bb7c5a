//! Where an account's tokens are kept: an entry of the vault, or a file that another program shares.
//!
//! - `neighbour`: the lock by which Qwen Code guards its file.

mod neighbour;

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::credentials::{BadCredentials, KiroClient};
use crate::files::{self, FileLock};
use crate::vault::{Vault, VaultError};
use crate::{Credentials, Secret, Service};
use neighbour::NeighbourLock;

/// How often a lock that another process holds is asked for, and for how long: renewals take half a minute at most.
const AGAIN: Duration = Duration::from_millis(25);
const PATIENCE: Duration = Duration::from_secs(90);

/// A place for the tokens of one account. Clones are the same place.
#[derive(Debug, Clone)]
pub struct Shelf {
    service: Service,
    at: At,
}

#[derive(Debug, Clone)]
enum At {
    Vault {
        vault: Vault,
        name: String,
        /// The file whose lock guards the entry among processes.
        guard: PathBuf,
    },
    File(PathBuf),
    /// In the pools file itself, which is the user's: read, and never written.
    Text(Secret<String>),
}

/// The exclusive right to a shelf, among all threads and processes, until it falls.
#[derive(Debug)]
pub struct Held {
    _own: Option<FileLock>,
    _neighbour: Option<NeighbourLock>,
}

/// Whether a file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(Option<(SystemTime, u64)>);

/// Why tokens cannot be read or kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShelfError {
    /// There are none.
    #[error("{0} does not exist; sign in again, or name the right file")]
    Missing(String),
    /// They cannot be read.
    #[error("{place}: {bad}")]
    Bad {
        /// Where.
        place: String,
        /// Why.
        bad: BadCredentials,
    },
    /// The disk or the vault says no.
    #[error("{0}")]
    Failed(String),
    /// The user keeps the tokens in the pools file itself.
    #[error(
        "its tokens stand in the pools file, where they cannot be renewed; import that file (millpond pool import)"
    )]
    NotOurs,
}

impl From<VaultError> for ShelfError {
    fn from(error: VaultError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<io::Error> for ShelfError {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl Shelf {
    /// The entry `name` of a vault; `home` is where the lock lies.
    pub fn vault(service: Service, vault: Vault, name: &str, home: &Path) -> Self {
        let at = At::Vault {
            vault,
            name: name.to_owned(),
            guard: home.join(format!("sign-in-{}", plain(name))),
        };
        Self { service, at }
    }

    /// A file that is shared with the service's own program.
    pub fn file(service: Service, path: PathBuf) -> Self {
        let at = At::File(path);
        Self { service, at }
    }

    /// Tokens that stand in a pools file of the user's.
    pub fn text(service: Service, text: Secret<String>) -> Self {
        let at = At::Text(text);
        Self { service, at }
    }

    /// Whose tokens.
    pub fn service(&self) -> Service {
        self.service
    }

    /// Whether both are the same place.
    pub fn is_same(&self, other: &Self) -> bool {
        let same = match (&self.at, &other.at) {
            (
                At::Vault {
                    name: a, guard: g, ..
                },
                At::Vault {
                    name: b, guard: h, ..
                },
            ) => a == b && g == h,
            (At::File(a), At::File(b)) => a == b,
            (At::Text(a), At::Text(b)) => a == b,
            _ => false,
        };
        same && self.service == other.service
    }

    /// Whether another program may change it at any time.
    pub fn is_shared(&self) -> bool {
        matches!(self.at, At::File(_))
    }

    /// Reads the tokens.
    ///
    /// # Errors
    /// As [`ShelfError`] says.
    pub async fn read(&self) -> Result<Credentials, ShelfError> {
        let service = self.service;
        match &self.at {
            At::Vault { vault, name, .. } => {
                let text = vault.get(name).await?;
                let place = format!("the vault's entry {name}");
                let text = text.ok_or_else(|| ShelfError::Missing(place.clone()))?;
                parsed(service, text.expose(), place)
            }
            At::File(path) => {
                let path = path.clone();
                blocking(move || read_file(service, &path)).await
            }
            At::Text(text) => parsed(service, text.expose(), "the pools file".to_owned()),
        }
    }

    /// Keeps the tokens: whole or not at all. What was there before stays if it fails.
    ///
    /// # Errors
    /// As [`ShelfError`] says.
    pub async fn write(&self, credentials: &Credentials) -> Result<(), ShelfError> {
        match &self.at {
            At::Vault { vault, name, .. } => Ok(vault.put(name, &credentials.text()).await?),
            At::File(path) => {
                let (path, text) = (path.clone(), credentials.pretty());
                blocking(move || Ok(files::replace(&path, text.expose().as_bytes())?)).await
            }
            At::Text(_) => Err(ShelfError::NotOurs),
        }
    }

    /// Waits for the exclusive right to change the tokens.
    ///
    /// # Errors
    /// The lock cannot be made.
    pub async fn hold(&self) -> Result<Held, ShelfError> {
        let path = match &self.at {
            At::Vault { guard, .. } => guard.clone(),
            At::File(path) => path.clone(),
            At::Text(_) => {
                return Ok(Held {
                    _own: None,
                    _neighbour: None,
                });
            }
        };
        let own = own_lock(&path).await?;
        let neighbour = match (&self.at, self.service) {
            (At::File(_), Service::Qwen) => Some(NeighbourLock::take(&path).await?),
            _ => None,
        };
        Ok(Held {
            _own: Some(own),
            _neighbour: neighbour,
        })
    }

    /// Changes when a shared file does.
    pub async fn stamp(&self) -> Stamp {
        let At::File(path) = &self.at else {
            return Stamp(None);
        };
        let path = path.clone();
        let about = blocking(move || Ok::<_, ShelfError>(std::fs::metadata(path).ok())).await;
        let about = about.ok().flatten();
        Stamp(about.and_then(|about| Some((about.modified().ok()?, about.len()))))
    }
}

/// Asks again and again: a thread that waits in the system could not be given up.
async fn own_lock(path: &Path) -> Result<FileLock, ShelfError> {
    let begun = Instant::now();
    loop {
        let asked = path.to_owned();
        let lock = blocking(move || Ok(FileLock::try_exclusive(&asked)?)).await?;
        match lock {
            Some(lock) => return Ok(lock),
            None if begun.elapsed() > PATIENCE => {
                let text = format!("another program renews {} and does not end", path.display());
                return Err(ShelfError::Failed(text));
            }
            None => sleep(AGAIN).await,
        }
    }
}

fn parsed(service: Service, text: &str, place: String) -> Result<Credentials, ShelfError> {
    Credentials::read(service, text).map_err(|bad| ShelfError::Bad { place, bad })
}

fn read_file(service: Service, path: &Path) -> Result<Credentials, ShelfError> {
    let place = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Secret::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(ShelfError::Missing(place));
        }
        Err(error) => return Err(ShelfError::Failed(format!("{place}: {error}"))),
    };
    let credentials = parsed(service, text.expose(), place)?;
    let beside = credentials.kiro().and_then(|facts| {
        let hash = facts
            .client_id_hash
            .as_deref()
            .filter(|_| facts.client.is_none())?;
        companion(path, hash)
    });
    Ok(match beside {
        Some(client) => credentials.with_kiro_client(client),
        None => credentials,
    })
}

/// The file beside a token file in which Kiro's IDE keeps the OIDC client. No other is looked into: it would be another account's.
fn companion(path: &Path, hash: &str) -> Option<KiroClient> {
    let is_hash = !hash.is_empty() && hash.bytes().all(|b| b.is_ascii_hexdigit());
    let path = path.with_file_name(format!("{hash}.json"));
    let text = Secret::new(std::fs::read_to_string(path).ok().filter(|_| is_hash)?);
    let value: Value = serde_json::from_str(text.expose()).ok()?;
    KiroClient::of(value.as_object()?, &["expiresAt", "clientSecretExpiresAt"])
}

/// A name as a part of a file's name.
fn plain(name: &str) -> String {
    let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.chars().map(|c| if fit(c) { c } else { '_' }).collect()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ShelfError> + Send + 'static,
) -> Result<T, ShelfError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(ShelfError::Failed("the program is ending".to_owned())))
}

#[cfg(test)]
mod tests;
