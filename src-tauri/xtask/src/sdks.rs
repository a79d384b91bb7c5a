//! The official SDKs and two assistants, installed under `target/sdks` and run against a Millpond of this checkout.
//!
//! What is installed is written down to the last package in `tests/sdk`; Node comes from the Python index too, so that the
//! system need bring no more than Python. What stands there from an earlier run is used as it is, without a network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::step::{Failed, cargo_path, run};
use crate::{node, setup};

/// Asks Python whether it is young enough: google-genai wants 3.11.
const IS_YOUNG: &str = "import sys; sys.exit(sys.version_info < (3, 11))";

/// What is copied beside npm's packages.
const NPM_FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// Why the clients are not there.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0}\n\
    The official SDKs come from the indexes of Python and npm packages, which must be reached once; what they have brought \
    is kept in target/sdks.\n\
    `cargo xtask test --without-sdks` runs all other tests."
)]
pub(crate) struct NotInstalled(Box<Failed>);

/// Installs what is missing and runs the clients that the words name, all of them without a word.
pub(crate) fn test(words: &[String]) -> Result<(), Failed> {
    setup::for_sdks()?;
    let root = install()?;
    run(Command::new(cargo_path())
        .args([
            "test",
            "--locked",
            "--package",
            "tests",
            "--test",
            "sdk",
            "--",
        ])
        .args(words)
        .env("MILLPOND_SDKS", root))
}

/// The folder that they stand in.
fn install() -> Result<PathBuf, Failed> {
    let source = node::root().join("tests/sdk");
    let root = node::target().join("sdks");
    fs::create_dir_all(&root)?;
    let root = fs::canonicalize(root)?;
    python(&source, &root).map_err(not_installed)?;
    npm(&source, &root).map_err(not_installed)?;
    Ok(root)
}

fn python(source: &Path, root: &Path) -> Result<(), Failed> {
    let wanted = source.join("requirements.txt");
    let venv = root.join("venv");
    let done = venv.join("installed.txt");
    if same(&wanted, &done) {
        return Ok(());
    }
    if !setup::python_says(IS_YOUNG) {
        let text = "Python 3.11 or later as `python3`";
        return Err(Failed::Missing(
            text.to_owned(),
            "google-genai does not run on an older one.",
        ));
    }
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&venv))?;
    run(Command::new(venv.join("bin/pip"))
        .args([
            "install",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--requirement",
        ])
        .arg(&wanted)
        .stdin(Stdio::null()))?;
    fs::copy(&wanted, &done)?;
    Ok(())
}

fn npm(source: &Path, root: &Path) -> Result<(), Failed> {
    let folder = root.join("node");
    let (wanted, done) = (
        source.join("package-lock.json"),
        folder.join("installed.json"),
    );
    if same(&wanted, &done) {
        return Ok(());
    }
    fs::create_dir_all(&folder)?;
    for name in NPM_FILES {
        fs::copy(source.join(name), folder.join(name))?;
    }
    let bin = root.join("venv/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(bin.clone()).chain(std::env::split_paths(&path));
    // The packages' own programs are run only where the tests run them.
    run(Command::new(bin.join("npm"))
        .args(["ci", "--ignore-scripts", "--loglevel=error"])
        .env(
            "PATH",
            std::env::join_paths(path).map_err(std::io::Error::other)?,
        )
        .current_dir(&folder)
        .stdin(Stdio::null()))?;
    fs::copy(&wanted, &done)?;
    Ok(())
}

/// Whether both files hold the same.
fn same(wanted: &Path, done: &Path) -> bool {
    matches!((fs::read(wanted), fs::read(done)), (Ok(wanted), Ok(done)) if wanted == done)
}

fn not_installed(failed: Failed) -> Failed {
    NotInstalled(Box::new(failed)).into()
}
