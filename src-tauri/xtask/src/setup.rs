//! The system packages, installed on Debian and Ubuntu and named elsewhere.

use std::process::{Command, Stdio};

use crate::step::{Failed, run};

/// A program that must be found, and the Debian package that brings it.
const PROGRAMS: [(&str, &str); 4] = [
    ("cc", "build-essential"),
    ("dbus-run-session", "dbus"),
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("timeout", "coreutils"),
];

const ELSEWHERE: &str = "Install the programs named above with your system's package manager; \
the keychain test is Linux only.";

/// Makes sure that every program the tests call is there.
pub(crate) fn packages() -> Result<(), Failed> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    if !found("apt-get") {
        return Err(not_there(&missing));
    }
    apt(&["update"])?;
    let mut words = vec![
        "-o",
        "DPkg::Lock::Timeout=600",
        "install",
        "-y",
        "--no-install-recommends",
    ];
    words.extend(missing.iter().map(|(_, package)| *package));
    apt(&words)?;
    let still = self::missing();
    if still.is_empty() {
        Ok(())
    } else {
        Err(not_there(&still))
    }
}

fn missing() -> Vec<(&'static str, &'static str)> {
    PROGRAMS
        .into_iter()
        .filter(|(program, _)| !found(program))
        .collect()
}

fn not_there(missing: &[(&str, &str)]) -> Failed {
    let names: Vec<&str> = missing.iter().map(|(program, _)| *program).collect();
    Failed::Missing(names.join(", "), ELSEWHERE)
}

/// Whether a program stands on the search path.
fn found(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// Runs apt-get, with sudo where this user may not install.
fn apt(words: &[&str]) -> Result<(), Failed> {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    };
    run(command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(words)
        .stdin(Stdio::null()))
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
