//! The vault's tests in a D-Bus session of their own, with a real gnome-keyring that holds nothing of value.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::step::{Failed, cargo_path, run};

/// The keyring is unlocked with a throw-away password; `timeout` ends what a locked one would keep waiting.
const SESSION: &str = "printf pw | gnome-keyring-daemon --unlock --components=secrets >&2; \
exec timeout 300 \"$0\" test --locked --package account --test keychain";

/// Runs them with private `HOME` and `XDG_RUNTIME_DIR`.
pub(crate) fn test() -> Result<(), Failed> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let home = tempfile::tempdir()?;
    let runtime = tempfile::tempdir()?;
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "bash", "-c", SESSION, &cargo_path()]);
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
    ] {
        command.env_remove(name);
    }
    run(command
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", runtime.path())
        .env("MILLPOND_TEST_KEYRING", "1"))
}
