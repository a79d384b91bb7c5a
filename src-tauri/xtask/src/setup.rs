//! The system packages, installed on Debian and Ubuntu and named elsewhere.

use std::process::{Command, Stdio};

use crate::node;
use crate::step::{Failed, run};

/// A program that must be found, and the Debian package that brings it.
type Need = (&'static str, &'static str);

/// What a build needs.
const TO_BUILD: [Need; 1] = [("cc", "build-essential")];

/// What the tests need beyond that.
const TO_TEST: [Need; 5] = [
    ("chromium", "chromium"),
    ("dbus-run-session", "dbus"),
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("python3", "python3"),
    ("timeout", "coreutils"),
];

/// Libraries that the application links, as pkg-config names them, and the Debian packages that bring them.
const LIBRARIES: [Need; 3] = [
    ("webkit2gtk-4.1", "libwebkit2gtk-4.1-dev"),
    ("ayatana-appindicator3-0.1", "libayatana-appindicator3-dev"),
    ("librsvg-2.0", "librsvg2-dev"),
];

/// What finds these.
const TO_LINK: [Need; 1] = [("pkg-config", "pkg-config")];

/// What its tests need: a display, and a driver of its web view.
const DESKTOP: [Need; 3] = [
    ("Xvfb", "xvfb"),
    ("xvfb-run", "xvfb"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
];

/// Python's way to make environments, which Debian ships apart from Python.
const VENV: Need = ("python3 -m venv", "python3-venv");

const ELSEWHERE: &str = "Install them with your system's package manager and run this again.";

/// Makes sure that what a build calls is there.
pub(crate) fn for_build() -> Result<(), Failed> {
    install(|| missing_of(&TO_BUILD))
}

/// Makes sure that what the application links is there.
pub(crate) fn for_app() -> Result<(), Failed> {
    install(|| {
        let mut missing = missing_of(&TO_BUILD);
        if cfg!(target_os = "linux") {
            missing.extend(missing_of(&TO_LINK));
            missing.extend(missing_libraries());
        }
        // Where there is no Node, it comes by way of Python.
        if !node::is_young() && !python_says("import venv, ensurepip") {
            missing.push(VENV);
        }
        missing
    })
}

/// Makes sure that what the SDKs are installed with is there, and what builds the Millpond they speak to.
pub(crate) fn for_sdks() -> Result<(), Failed> {
    install(|| {
        let mut missing = missing_of(&TO_BUILD);
        if !python_says("import venv, ensurepip") {
            missing.push(VENV);
        }
        missing
    })
}

/// Makes sure that what the tests call is there.
pub(crate) fn for_tests() -> Result<(), Failed> {
    install(|| {
        let mut missing = missing_of(&TO_BUILD);
        // The keyring's tests are Linux only.
        if cfg!(target_os = "linux") {
            missing.extend(missing_of(&TO_TEST));
            missing.extend(missing_of(&TO_LINK));
            missing.extend(missing_of(&DESKTOP));
            missing.extend(missing_libraries());
        }
        if !python_says("import venv, ensurepip") {
            missing.push(VENV);
        }
        missing
    })
}

/// Whether `python3` is there and runs this to a good end.
pub(crate) fn python_says(program: &str) -> bool {
    Command::new("python3")
        .args(["-c", program])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn install(missing: impl Fn() -> Vec<Need>) -> Result<(), Failed> {
    let lacking = missing();
    if lacking.is_empty() {
        return Ok(());
    }
    if !found("apt-get") {
        return Err(not_there(&lacking));
    }
    let packages: Vec<&str> = lacking.iter().map(|(_, package)| *package).collect();
    eprintln!("xtask: installing what is missing: {}", packages.join(", "));
    apt(&["update"])?;
    let mut words = vec![
        "-o",
        "DPkg::Lock::Timeout=600",
        "install",
        "-y",
        "--no-install-recommends",
    ];
    words.extend(packages);
    apt(&words)?;
    let still = missing();
    if still.is_empty() {
        Ok(())
    } else {
        Err(not_there(&still))
    }
}

fn missing_of(needs: &[Need]) -> Vec<Need> {
    let missing = needs.iter().filter(|(program, _)| !found(program));
    missing.copied().collect()
}

fn missing_libraries() -> Vec<Need> {
    let known = |name: &str| {
        Command::new("pkg-config")
            .args(["--exists", name])
            .status()
            .is_ok_and(|status| status.success())
    };
    let missing = LIBRARIES.iter().filter(|(name, _)| !known(name));
    missing.copied().collect()
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
