//! The application's tray and window, tested on a display and a session bus of their own, so that neither meets the user's.

use std::path::Path;
use std::process::Command;

use crate::step::{Failed, apart, cargo_path, run};
use crate::{pages, setup};

/// Longer than all of them take together; a window that hangs must not hang the tests.
const LIMIT: &str = "600";

/// Sets up what is missing, and runs those that the words name.
pub(crate) fn alone(words: &[String]) -> Result<(), Failed> {
    setup::for_tests()?;
    pages::build()?;
    test(words)
}

/// Runs an installed application and command through their shortest journeys.
pub(crate) fn installed(programs: &Path) -> Result<(), Failed> {
    let words = ["installed", "a_key_is_pasted", "v2_the_tray"];
    session(&words.map(str::to_owned), |command| {
        command.env("MILLPOND_APP", programs.join("millpond-app"))
    })
}

/// Runs those that the words name; one after the other, for there is one application on a bus.
pub(crate) fn test(words: &[String]) -> Result<(), Failed> {
    session(words, |command| command.args(["--skip", "installed"]))
}

fn session(
    words: &[String],
    more: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<(), Failed> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    // Built outside: the compiler needs no display. With the whole workspace, so that nothing is built twice.
    let build = ["test", "--workspace", "--locked", "--test", "desktop"];
    run(Command::new(cargo_path()).args(build).arg("--no-run"))?;
    let home = tempfile::tempdir()?;
    let runtime = tempfile::tempdir()?;
    let mut command = Command::new("xvfb-run");
    command
        .args(["-a", "-s", "-screen 0 1280x800x24 -nolisten tcp"])
        .args(["dbus-run-session", "--", "timeout", LIMIT])
        .arg(cargo_path())
        .args(build)
        .args(["--", "--ignored", "--test-threads=1", "--nocapture"])
        .args(words);
    more(&mut command);
    run(apart(&mut command, home.path(), runtime.path())
        .env("GDK_BACKEND", "x11")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("NO_AT_BRIDGE", "1"))
}
