//! The OS keychain, each call within a time limit.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use zeroize::Zeroize;

use super::error::{Act, KeychainFailure, VaultError};
use super::lane::{Lane, Lost};
use super::parts::{self, Entries};
use super::platform;
use crate::Secret;
use crate::files::{FileLock, create_private_dir};

/// How long the keychain has for one entry.
const LIMIT: Duration = Duration::from_secs(5);

/// What each further entry of one call adds to the limit.
const LIMIT_PER_ENTRY: Duration = Duration::from_millis(50);

/// The keychain as one home uses it.
pub(super) struct Keychain {
    entries: Arc<dyn Entries>,
    /// The most bytes of one entry, where the platform has such a limit.
    part: Option<usize>,
    limit: Duration,
    lane: Lane,
    /// Writers of one home take turns, across processes.
    lock: PathBuf,
}

/// What a reading of many entries found. A name that is in neither is not in the keychain.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) secrets: HashMap<String, Secret<String>>,
    pub(super) damaged: Vec<(String, KeychainFailure)>,
}

impl Keychain {
    /// The keychain of this platform, for the home `home`. It is not touched yet.
    pub(super) fn of_platform(home: &Path) -> Self {
        Self::new(home, Arc::new(platform::entries()), platform::PART, LIMIT)
    }

    /// A keychain of these `entries`.
    pub(super) fn new(
        home: &Path,
        entries: Arc<dyn Entries>,
        part: Option<usize>,
        limit: Duration,
    ) -> Self {
        let lock = home.join("keychain");
        Self {
            entries,
            part,
            limit,
            lane: Lane::new("keychain"),
            lock,
        }
    }

    /// Whether it truly keeps secrets: writes a random entry, reads it and deletes it. To be reachable proves nothing.
    pub(super) fn probe(&self) -> Result<(), KeychainFailure> {
        let entries = Arc::clone(&self.entries);
        let name = format!("probe-{}", Uuid::new_v4());
        let value = Uuid::new_v4();
        let answer = self.lane.run(self.limit, move || {
            entries.write(&name, value.as_bytes())?;
            let read = entries.read(&name);
            entries.erase(&name)?;
            match read? {
                Some(read) if read.matches(value.as_bytes()) => Ok(()),
                _ => Err(KeychainFailure::Failed(
                    "it forgets what it is given".to_owned(),
                )),
            }
        });
        answer.unwrap_or_else(|lost| Err(self.lost(lost)))
    }

    /// Reads `names`. A damaged entry spoils itself only; any other failure ends the reading.
    pub(super) fn read(&self, names: &[String]) -> Result<Reading, VaultError> {
        let entries = Arc::clone(&self.entries);
        let split = self.part.is_some();
        let all = names.to_owned();
        self.run(Act::Read, names, move || {
            let mut reading = Reading::default();
            for name in all {
                match read(&*entries, &name, split) {
                    Ok(Some(secret)) => drop(reading.secrets.insert(name, secret)),
                    Ok(None) => {}
                    Err(failure @ KeychainFailure::Damaged(_)) => {
                        reading.damaged.push((name, failure))
                    }
                    Err(failure) => {
                        return Err(VaultError::Keychain {
                            act: Act::Read,
                            name,
                            failure,
                        });
                    }
                }
            }
            Ok(reading)
        })
    }

    /// Writes `secrets` and reads them back.
    pub(super) fn write(&self, secrets: &[(String, Secret<String>)]) -> Result<(), VaultError> {
        let entries = Arc::clone(&self.entries);
        let (part, lock) = (self.part, self.lock.clone());
        let names: Vec<_> = secrets.iter().map(|(name, _)| name.clone()).collect();
        let secrets = secrets.to_owned();
        self.run(Act::Write, &names, move || {
            let _turn = take_turn(&lock)?;
            for (name, secret) in secrets {
                let kept = write(&*entries, &name, secret.expose().as_bytes(), part)
                    .and_then(|()| read(&*entries, &name, part.is_some()));
                match kept {
                    Ok(Some(kept)) if kept == secret => {}
                    Ok(_) => return Err(VaultError::NotKept { name }),
                    Err(failure) => {
                        return Err(VaultError::Keychain {
                            act: Act::Write,
                            name,
                            failure,
                        });
                    }
                }
            }
            Ok(())
        })
    }

    /// Deletes `name`, if it is there.
    pub(super) fn erase(&self, name: &str) -> Result<(), VaultError> {
        let entries = Arc::clone(&self.entries);
        let (split, lock) = (self.part.is_some(), self.lock.clone());
        let names = [name.to_owned()];
        let [name] = names.clone();
        self.run(Act::Delete, &names, move || {
            let _turn = take_turn(&lock)?;
            let erased = if split {
                parts::erase(&*entries, &name)
            } else {
                entries.erase(&name)
            };
            erased.map_err(|failure| VaultError::Keychain {
                act: Act::Delete,
                name,
                failure,
            })
        })
    }

    fn run<T: Send + 'static>(
        &self,
        act: Act,
        names: &[String],
        call: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let Some(first) = names.first() else {
            return call();
        };
        let more = u32::try_from(names.len() - 1).unwrap_or(u32::MAX);
        let limit = self.limit + LIMIT_PER_ENTRY.saturating_mul(more);
        self.lane.run(limit, call).unwrap_or_else(|lost| {
            Err(VaultError::Keychain {
                act,
                name: first.clone(),
                failure: self.lost(lost),
            })
        })
    }

    fn lost(&self, lost: Lost) -> KeychainFailure {
        match lost {
            Lost::Late => KeychainFailure::Silent(self.limit),
            Lost::Died => KeychainFailure::Failed("its driver crashed".to_owned()),
        }
    }
}

fn take_turn(lock: &Path) -> Result<FileLock, VaultError> {
    lock.parent()
        .map_or(Ok(()), create_private_dir)
        .and_then(|()| FileLock::exclusive(lock))
        .map_err(|source| VaultError::File {
            act: Act::Lock,
            source,
        })
}

fn read(
    entries: &dyn Entries,
    name: &str,
    split: bool,
) -> Result<Option<Secret<String>>, KeychainFailure> {
    let bytes = if split {
        parts::read(entries, name)?
    } else {
        entries.read(name)?
    };
    bytes.map(text).transpose()
}

fn write(
    entries: &dyn Entries,
    name: &str,
    value: &[u8],
    part: Option<usize>,
) -> Result<(), KeychainFailure> {
    match part {
        Some(part) => parts::write(entries, name, value, part),
        None => entries.write(name, value),
    }
}

fn text(bytes: Secret<Vec<u8>>) -> Result<Secret<String>, KeychainFailure> {
    String::from_utf8(bytes.into_inner())
        .map(Secret::new)
        .map_err(|error| {
            error.into_bytes().zeroize();
            KeychainFailure::Damaged("it is not text")
        })
}

#[cfg(test)]
mod tests;
