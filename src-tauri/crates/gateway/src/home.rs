//! The home: one folder with everything of Millpond's, and one engine at a time.
//!
//! Who runs an engine on it holds the lock of `running.json`, and says there where it is. The lock falls with its process
//! however that ends, so a file that a killed one left behind misleads nobody.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use account::files::{self, FileLock};
use directories::ProjectDirs;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The environment's way to name a home.
pub const HOME_VARIABLE: &str = "MILLPOND_HOME";

const RUNNING: &str = "running.json";
/// How long an engine tries for the lock: others may look for a moment who has it.
const PATIENCE: Duration = Duration::from_millis(300);
const PAUSE: Duration = Duration::from_millis(10);

/// A home folder. Clones are the same home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    folder: PathBuf,
}

/// Who runs an engine on a home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Its process.
    pub pid: u32,
    /// Where it serves; `None` until it does.
    pub address: Option<SocketAddr>,
    /// Since when.
    pub since: Timestamp,
}

/// Whether an engine runs on a home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenant {
    /// None does.
    Nobody,
    /// One is about to start or to end.
    Unknown,
    /// This one.
    Engine(Running),
}

/// Why a home cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The platform names no place for it.
    #[error("this user has no home folder; name one with --home DIR or {HOME_VARIABLE}")]
    Nowhere,
    /// It cannot be made or written.
    #[error("the home {} cannot be written: {source}; make it writable, or name another with --home DIR", folder.display())]
    Unwritable {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// Another engine runs on it.
    #[error("the home {} is in use: {}; stop it, or use another home with --home DIR", folder.display(), named(tenant))]
    Taken {
        /// The folder.
        folder: PathBuf,
        /// Who.
        tenant: Tenant,
    },
}

fn named(tenant: &Tenant) -> String {
    match tenant {
        Tenant::Engine(Running { pid, address, .. }) => match address {
            Some(address) => {
                format!("Millpond already runs on it as process {pid}, at http://{address}")
            }
            None => format!("Millpond already runs on it as process {pid}"),
        },
        Tenant::Unknown | Tenant::Nobody => "another Millpond is starting on it".to_owned(),
    }
}

impl Home {
    /// The home that was named: by the command line, else by the environment, else the platform's place.
    ///
    /// # Errors
    /// [`HomeError::Nowhere`].
    pub fn resolve(named: Option<PathBuf>) -> Result<Self, HomeError> {
        let from_environment = || std::env::var_os(HOME_VARIABLE).map(PathBuf::from);
        let platforms = || {
            Some(
                ProjectDirs::from("", "", "millpond")?
                    .data_local_dir()
                    .to_owned(),
            )
        };
        let folder = named
            .or_else(from_environment)
            .filter(|folder| !folder.as_os_str().is_empty())
            .or_else(platforms)
            .ok_or(HomeError::Nowhere)?;
        Ok(Self::at(&folder))
    }

    /// The home at `folder`.
    pub fn at(folder: &Path) -> Self {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Self { folder }
    }

    /// Its folder, absolute.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where its settings are.
    pub fn config(&self) -> PathBuf {
        self.folder.join("config.json")
    }

    /// Where its pools are.
    pub fn pools(&self) -> PathBuf {
        self.folder.join("provider_pools.json")
    }

    /// Where its statistics are.
    pub fn stats(&self) -> PathBuf {
        self.folder.join("stats.db")
    }

    /// Where the control door's token is.
    pub fn control_token(&self) -> PathBuf {
        self.folder.join("control-token")
    }

    fn running(&self) -> PathBuf {
        self.folder.join(RUNNING)
    }

    /// Makes sure that it is there, for its owner alone, and can be written. Blocks.
    ///
    /// # Errors
    /// [`HomeError::Unwritable`].
    pub fn prepare(&self) -> Result<(), HomeError> {
        files::create_private_dir(&self.folder)
            .and_then(|()| tempfile::tempfile_in(&self.folder).map(drop))
            .map_err(|source| self.unwritable(source))?;
        if let Some(warning) = files::warn_if_readable_by_others(&self.folder) {
            tracing::warn!("{warning}");
        }
        Ok(())
    }

    /// Takes it for an engine of this process. Blocks for a moment at most.
    ///
    /// # Errors
    /// [`HomeError::Taken`], which names who has it, or [`HomeError::Unwritable`].
    pub fn occupy(&self) -> Result<Occupied, HomeError> {
        let path = self.running();
        let begin = Instant::now();
        loop {
            let lock = FileLock::try_exclusive(&path).map_err(|source| self.unwritable(source))?;
            if let Some(lock) = lock {
                let occupied = Occupied { path, _lock: lock };
                occupied
                    .announce(None)
                    .map_err(|source| self.unwritable(source))?;
                return Ok(occupied);
            }
            if begin.elapsed() > PATIENCE {
                return Err(HomeError::Taken {
                    folder: self.folder.clone(),
                    tenant: read(&path),
                });
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Who runs an engine on it now. Blocks for a moment at most.
    pub fn tenant(&self) -> Tenant {
        let path = self.running();
        if !path.exists() {
            return Tenant::Nobody;
        }
        match FileLock::try_exclusive(&path) {
            Ok(Some(_free)) => Tenant::Nobody,
            // A lock that cannot be asked for (a folder that is not ours to write) is no proof of anybody.
            Ok(None) | Err(_) => read(&path),
        }
    }

    fn unwritable(&self, source: io::Error) -> HomeError {
        HomeError::Unwritable {
            folder: self.folder.clone(),
            source,
        }
    }
}

fn read(path: &Path) -> Tenant {
    let running = std::fs::read(path)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    running.map_or(Tenant::Unknown, Tenant::Engine)
}

/// A home that this process's engine has taken. It is free again when this falls.
#[derive(Debug)]
pub struct Occupied {
    path: PathBuf,
    _lock: FileLock,
}

impl Occupied {
    /// Says where the engine serves. Blocks.
    ///
    /// # Errors
    /// With the path in the text.
    pub fn announce(&self, address: Option<SocketAddr>) -> io::Result<()> {
        let running = Running {
            pid: std::process::id(),
            address,
            since: Timestamp::now(),
        };
        let mut text = serde_json::to_vec(&running).map_err(io::Error::other)?;
        text.push(b'\n');
        files::replace(&self.path, &text)
    }
}

impl Drop for Occupied {
    fn drop(&mut self) {
        // The lock is still held, so this is nobody else's. A file that stays is known for stale by its free lock.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_engine_is_refused_and_told_who_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        assert_eq!(home.tenant(), Tenant::Nobody);
        let first = home.occupy().unwrap();
        let refused = home.occupy().unwrap_err().to_string();
        assert!(
            refused.contains(&format!("process {};", std::process::id())),
            "{refused}"
        );
        first
            .announce(Some("127.0.0.1:6455".parse().unwrap()))
            .unwrap();
        let refused = home.occupy().unwrap_err().to_string();
        assert!(refused.contains("at http://127.0.0.1:6455"), "{refused}");
        assert!(
            matches!(home.tenant(), Tenant::Engine(running) if running.pid == std::process::id())
        );
        drop(first);
        assert_eq!(home.tenant(), Tenant::Nobody);
        home.occupy().unwrap();
    }

    #[test]
    fn what_a_killed_engine_leaves_behind_keeps_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let left = r#"{"pid": 1, "address": "127.0.0.1:1", "since": "2026-01-01T00:00:00Z"}"#;
        std::fs::write(home.running(), left).unwrap();
        assert_eq!(home.tenant(), Tenant::Nobody);
        home.occupy().unwrap();
    }

    #[test]
    fn a_look_at_who_runs_never_keeps_an_engine_from_starting() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        std::fs::write(home.running(), "{}").unwrap();
        let looking = std::thread::spawn({
            let home = home.clone();
            move || {
                for _ in 0..2_000 {
                    home.tenant();
                }
            }
        });
        for _ in 0..20 {
            home.occupy().unwrap();
        }
        looking.join().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_home_is_made_private_and_one_that_cannot_be_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("a/b"));
        home.prepare().unwrap();
        let mode = std::fs::metadata(home.folder())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
        std::fs::write(home.config(), "").unwrap();
        let inside_a_file = Home::at(&home.config().join("c"));
        let error = inside_a_file.prepare().unwrap_err().to_string();
        assert!(error.contains("config.json/c cannot be written"), "{error}");
        assert!(error.contains("--home DIR"), "{error}");
    }

    #[test]
    fn a_home_that_is_named_goes_first_and_is_absolute() {
        let home = Home::resolve(Some("some/where".into())).unwrap();
        assert!(home.folder().is_absolute());
        assert!(home.folder().ends_with("some/where"));
        assert!(Home::resolve(None).unwrap().folder().is_absolute());
    }
}
