//! One command, run and judged.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sdks::NotInstalled;

/// Why a step did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// The program could not be started.
    #[error("cannot start `{command}`: {source}")]
    Start {
        /// The command line.
        command: String,
        /// The system's word.
        source: io::Error,
    },
    /// The program ended with a failure.
    #[error("`{command}` failed ({ended})")]
    Ended {
        /// The command line.
        command: String,
        /// How it ended.
        ended: String,
    },
    /// System packages are missing and cannot be installed from here.
    #[error("missing: {0}\n{1}")]
    Missing(String, &'static str),
    /// A folder or file of the set-up could not be made.
    #[error("cannot make a folder or file: {0}")]
    Folder(#[from] io::Error),
    /// The SDKs are not installed.
    #[error(transparent)]
    Sdks(#[from] NotInstalled),
}

/// Runs a command with this process's own output and waits for its end.
pub(crate) fn run(command: &mut Command) -> Result<(), Failed> {
    let line = shown(command);
    eprintln!("xtask: {line}");
    let ended = command.status().map_err(|source| Failed::Start {
        command: line.clone(),
        source,
    })?;
    if ended.success() {
        return Ok(());
    }
    Err(Failed::Ended {
        command: line,
        ended: ended.to_string(),
    })
}

/// Runs the cargo that runs this.
pub(crate) fn cargo(words: &[&str]) -> Result<(), Failed> {
    run(Command::new(cargo_path()).args(words))
}

/// Has a command see nothing of this user's session: another `HOME`, another place for sockets, no display.
pub(crate) fn apart<'a>(command: &'a mut Command, home: &Path, runtime: &Path) -> &'a mut Command {
    // With another HOME, rustup and cargo must be told where their own folders are.
    for (name, folder) in [("RUSTUP_HOME", ".rustup"), ("CARGO_HOME", ".cargo")] {
        if let Some(path) = env::var_os(name)
            .map(PathBuf::from)
            .or_else(|| Some(env::home_dir()?.join(folder)))
        {
            command.env(name, path);
        }
    }
    for name in [
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "MILLPOND_HOME",
    ] {
        command.env_remove(name);
    }
    command.env("HOME", home).env("XDG_RUNTIME_DIR", runtime)
}

/// The cargo that runs this.
pub(crate) fn cargo_path() -> String {
    env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// The command line as a user would type it: a toolchain's whole path says nothing.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    std::iter::once(program.file_name().unwrap_or(program.as_os_str()))
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
