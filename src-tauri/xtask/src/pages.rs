//! The window's pages, built: what the application shows and `serve --ui` serves.

use std::fs;
use std::path::PathBuf;

use crate::node;
use crate::step::{Failed, cargo};

/// Builds them, with exactly the packages that the lock file names.
pub(crate) fn build() -> Result<(), Failed> {
    packages()?;
    node::npm(&folder(), &["run", "build"])
}

/// Everything that must hold of them, built: types, lints, parts, and every page in a real Chromium with a real `millpond`
/// behind it.
pub(crate) fn test() -> Result<(), Failed> {
    cargo(&["build", "--locked", "--package", "cli"])?;
    for script in ["check", "lint", "test", "test:pages"] {
        node::npm(&folder(), &["run", script])?;
    }
    Ok(())
}

/// Installs their packages where these are not there already.
pub(crate) fn packages() -> Result<(), Failed> {
    let wanted = fs::read(folder().join("package-lock.json"))?;
    let done = folder().join("node_modules/.millpond-installed.json");
    if fs::read(&done).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    node::npm(&folder(), &["ci", "--loglevel=error"])?;
    Ok(fs::write(done, wanted)?)
}

/// Where their sources are.
pub(crate) fn folder() -> PathBuf {
    node::root().join("ui")
}
