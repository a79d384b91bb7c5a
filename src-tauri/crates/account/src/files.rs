//! The one way to write a file that others rely on: whole or not at all, private, under a lock shared with other processes.

mod lock;
mod privacy;
mod replace;

pub use lock::FileLock;
pub use privacy::{create_private_dir, warn_if_readable_by_others};
pub use replace::replace;
pub(crate) use replace::sweep;

use std::io;
use std::path::{Path, PathBuf};

/// How many symbolic links are followed before they are called a circle, as Linux does.
const MAX_LINKS: usize = 40;

/// The file that `path` finally names: symbolic links are followed, and the last one need not exist yet.
fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match std::fs::read_link(&path) {
            // Relative links start at the folder that holds them; `join` keeps an absolute one.
            Ok(link) => path = folder(&path).join(link),
            Err(_) => return Ok(path),
        }
    }
    Err(named(&path, io::Error::other("too many symbolic links")))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn file_name(path: &Path) -> io::Result<&str> {
    path.file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| {
            named(
                path,
                io::Error::new(io::ErrorKind::InvalidInput, "not a file name"),
            )
        })
}

/// The same error, with the path in its text: the caller's user has to know which file it was.
pub(crate) fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
