//! A lock on a file that other processes respect too.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::{file_name, named, target};

/// The exclusive right to a file, among all threads and processes that ask for it in this way.
///
/// It is held on `.<name>.lock` beside the file, since [`replace`](super::replace) gives the file itself a new identity each
/// time. It falls with this value, and with the process however that ends. The lock file stays: removing it would let two hold it.
#[derive(Debug)]
pub struct FileLock {
    // Closing the file gives the lock back.
    _held: File,
}

impl FileLock {
    /// Waits, blocking the thread, until the lock on `path` is free, and takes it. `path` itself need not exist, its folder must.
    ///
    /// # Errors
    /// The lock file cannot be made or locked.
    pub fn exclusive(path: &Path) -> io::Result<FileLock> {
        let (file, path) = open(path)?;
        loop {
            match file.lock() {
                Ok(()) => return Ok(FileLock { _held: file }),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(named(&path, error)),
            }
        }
    }

    /// Takes the lock on `path` if it is free now, else `None`.
    ///
    /// # Errors
    /// As [`FileLock::exclusive`].
    pub fn try_exclusive(path: &Path) -> io::Result<Option<FileLock>> {
        let (file, path) = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(FileLock { _held: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(named(&path, error)),
        }
    }
}

fn open(path: &Path) -> io::Result<(File, PathBuf)> {
    let path = target(path)?;
    let path = path.with_file_name(format!(".{}.lock", file_name(&path)?));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&path) {
        Ok(file) => Ok((file, path)),
        Err(error) => Err(named(&path, error)),
    }
}
