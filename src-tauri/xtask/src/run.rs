//! `cargo xtask run`: Millpond as a user meets it, built from this checkout.

use std::process::{Command, Stdio};

use crate::step::{Failed, cargo, cargo_path, run};
use crate::{pages, setup};

/// Words of the command line that the application takes too, each with a value behind it.
const SHARED: [&str; 2] = ["--home", "--secrets"];

/// Starts the application where there is a display, else the headless server.
pub(crate) fn start(words: &[String]) -> Result<(), Failed> {
    let is_of_both = |word: &String| SHARED.contains(&word.as_str()) || !word.starts_with("--");
    if has_display() && words.iter().all(is_of_both) {
        application(words)
    } else {
        headless(words)
    }
}

fn has_display() -> bool {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

fn application(words: &[String]) -> Result<(), Failed> {
    setup::for_app()?;
    pages::build()?;
    let app = ["run", "--locked", "--package", "millpond-app", "--"];
    run(Command::new(cargo_path()).args(app).args(words))
}

/// The server, with the window for browsers; in demo mode where there is no instance yet.
fn headless(words: &[String]) -> Result<(), Failed> {
    setup::for_build()?;
    cargo(&["build", "--locked", "--package", "cli"])?;
    let mut command = millpond();
    command.arg("serve").args(words);
    // A user who names the pages has them.
    if !words.iter().any(|word| word.starts_with("--ui")) {
        match pages::build() {
            Ok(()) => _ = command.arg("--ui"),
            Err(failed) => eprintln!("xtask: {failed}; Millpond serves without its window"),
        }
    }
    if has_no_pool(words)? {
        eprintln!(
            "xtask: no provider instance yet: starting the demo (`millpond pool add TYPE` adds your own)"
        );
        command.arg("--demo");
    }
    run(&mut command)
}

fn millpond() -> Command {
    let mut command = Command::new(cargo_path());
    command.args(["run", "--quiet", "--locked", "--package", "cli", "--"]);
    command
}

/// Whether the home that these words name has no instance. A user who names a pool by hand knows what to serve.
fn has_no_pool(words: &[String]) -> Result<bool, Failed> {
    let named = |flag: &str| words.iter().any(|word| word.starts_with(flag));
    if named("--provider-pools-file") || named("--demo") {
        return Ok(false);
    }
    let mut command = millpond();
    command.args(["pool", "list", "--json"]);
    for (at, word) in words.iter().enumerate() {
        if SHARED.contains(&word.as_str()) {
            command.args(words.iter().skip(at).take(2));
        } else if SHARED.iter().any(|name| is_value_of(name, word)) {
            command.arg(word);
        }
    }
    let output = command.stderr(Stdio::inherit()).output()?;
    let listed: Result<Vec<serde_json::Value>, _> = serde_json::from_slice(&output.stdout);
    Ok(listed.is_ok_and(|all| all.is_empty()))
}

/// Whether the word is `--name=…`.
fn is_value_of(name: &str, word: &str) -> bool {
    let rest = word.strip_prefix(name);
    rest.is_some_and(|rest| rest.starts_with('='))
}
