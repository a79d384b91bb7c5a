//! The key of Millpond's own door: random, made once for a home, the same for all of its processes.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use uuid::Uuid;
use zeroize::Zeroizing;

use super::error::{Act, VaultError};
use crate::Secret;
use crate::files::{self, FileLock};

/// What every local key begins with.
const PREFIX: &str = "mp-";

/// Random bytes in a key.
const RANDOM: usize = 32;

/// How long another process may take to make the key: it may have to wait for its keychain.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(10);

/// The identity of a home: what keeps two homes apart in one keychain.
pub(super) struct HomeId {
    /// The entry of the local key.
    pub(super) entry: String,
    /// It was made just now, so nothing can be filed under it yet.
    pub(super) fresh: bool,
}

/// Waits until nobody else is making the key of `home`, and keeps others out.
pub(super) fn take_turn(home: &Path) -> Result<FileLock, VaultError> {
    let failed = |source| VaultError::File {
        act: Act::Lock,
        source,
    };
    let path = home.join("home-id");
    files::create_private_dir(home).map_err(failed)?;
    let begin = Instant::now();
    loop {
        if let Some(lock) = FileLock::try_exclusive(&path).map_err(failed)? {
            return Ok(lock);
        }
        if begin.elapsed() > PATIENCE {
            return Err(VaultError::Stuck {
                home: home.to_owned(),
                limit: PATIENCE,
            });
        }
        std::thread::sleep(PAUSE);
    }
}

/// Reads the identity of `home`, or gives it one. Only for the holder of the turn.
pub(super) fn home_id(home: &Path) -> Result<HomeId, VaultError> {
    let path = home.join("home-id");
    let (id, fresh) = match std::fs::read_to_string(&path) {
        Ok(text) => (
            text.trim()
                .parse()
                .map_err(|_| VaultError::HomeId { path })?,
            false,
        ),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let id = Uuid::new_v4();
            files::replace(&path, format!("{id}\n").as_bytes()).map_err(|source| {
                VaultError::File {
                    act: Act::Write,
                    source,
                }
            })?;
            (id, true)
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(VaultError::HomeId { path });
        }
        Err(error) => {
            return Err(VaultError::File {
                act: Act::Read,
                source: files::named(&path, error),
            });
        }
    };
    Ok(HomeId {
        entry: format!("local-key-{id}"),
        fresh,
    })
}

/// A new random key.
pub(super) fn generate() -> Result<Secret<String>, VaultError> {
    let mut random = Zeroizing::new([0; RANDOM]);
    getrandom::fill(&mut *random).map_err(VaultError::Random)?;
    let mut key = String::with_capacity(PREFIX.len() + 2 * RANDOM);
    key.push_str(PREFIX);
    for byte in *random {
        for digit in [byte >> 4, byte & 0xf] {
            key.extend(char::from_digit(digit.into(), 16));
        }
    }
    Ok(Secret::new(key))
}
