//! Who may look: folders and files that are their owner's alone. Windows keeps the user's folders private by itself.

use std::io;
use std::path::Path;

use super::named;

/// Makes the folder `path` and the missing ones above it, 0700 on Unix. One that exists keeps its mode.
///
/// # Errors
/// With the path in the text.
pub fn create_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| named(path, error))
}

/// A warning for the user if other users of the machine may read or change the file at `path`; `None` if not, or if there is no such file.
pub fn warn_if_readable_by_others(path: &Path) -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
        (mode & 0o077 != 0).then(|| {
            format!(
                "{path} is open to other users of this machine (mode {mode:04o}); close it by: chmod {wanted:o} {path}",
                path = path.display(),
                wanted = mode & 0o700,
            )
        })
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}
