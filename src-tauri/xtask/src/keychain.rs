//! The vault's tests in a D-Bus session of their own, with a real gnome-keyring that holds nothing of value.

use std::process::Command;

use crate::step::{Failed, apart, cargo_path, run};

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
    run(apart(&mut command, home.path(), runtime.path()).env("MILLPOND_TEST_KEYRING", "1"))
}
