//! Replacing a file in one step.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::{file_name, folder, named, target};

const TEMPORARY: &str = ".tmp";

/// Puts `bytes` in the place of what `path` held, so that a reader, a crash or a power cut sees the old file or the new one.
///
/// The new file is 0600 on Unix. A symbolic link stays one: what it points at is replaced.
///
/// # Errors
/// With the path in the text; the old file is then untouched.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = target(path)?;
    let folder = folder(&path);
    let write = || {
        // tempfile makes it 0600, and removes it again if a step fails.
        let mut new = tempfile::Builder::new()
            .prefix(&temporary_prefix(&path)?)
            .suffix(TEMPORARY)
            .tempfile_in(folder)?;
        new.write_all(bytes)?;
        new.as_file().sync_all()?;
        new.persist(&path)?;
        sync_folder(folder)
    };
    write().map_err(|error| named(&path, error))
}

/// Removes what killed writers left beside `path`. Only for the holder of the file's lock: a live writer would lose its work.
pub(crate) fn sweep(path: &Path) -> io::Result<()> {
    let path = target(path)?;
    let prefix = temporary_prefix(&path)?;
    for entry in std::fs::read_dir(folder(&path))? {
        let entry = entry?;
        if is_temporary(&entry.file_name(), &prefix) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn temporary_prefix(path: &Path) -> io::Result<String> {
    Ok(format!(".{}.", file_name(path)?))
}

fn is_temporary(name: &OsStr, prefix: &str) -> bool {
    name.to_str()
        .is_some_and(|name| name.starts_with(prefix) && name.ends_with(TEMPORARY))
}

/// Makes the rename itself survive a power cut. Windows has no such call, and some file systems refuse it.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder)?.sync_all() {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}
