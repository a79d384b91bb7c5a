//! What users install: packages of application, command and pages, made by Tauri's own bundler.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::step::{Failed, cargo, run};
use crate::{desktop, node, pages, setup};

/// What is made where nothing else is asked for. An `AppImage` is not among them: its tools come from the network.
const KINDS: &[&str] = if cfg!(target_os = "macos") {
    &["app", "dmg"]
} else if cfg!(windows) {
    &["nsis", "msi"]
} else {
    &["deb", "rpm"]
};

/// How it was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Profile {
    /// For users.
    Release,
    /// As the tests have built it.
    Debug,
}

impl Profile {
    const fn folder(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Debug => "debug",
        }
    }
}

/// Builds everything for users and makes the packages that are named.
pub(crate) fn make(kinds: &[String]) -> Result<(), Failed> {
    setup::for_app()?;
    pages::build()?;
    // Both at once: what they share is built once.
    cargo(&[
        "build",
        "--release",
        "--locked",
        "--package",
        "cli",
        "--package",
        "millpond-app",
        "--features",
        "millpond-app/custom-protocol",
    ])?;
    let named: Vec<&str> = kinds.iter().map(String::as_str).collect();
    let kinds = if named.is_empty() { KINDS } else { &named };
    bundle(Profile::Release, kinds)
}

/// Makes the Debian package of what the tests have built, installs it into a folder, and runs it from there.
pub(crate) fn test() -> Result<(), Failed> {
    let debian = Path::new("/usr/bin/dpkg").is_file();
    if !debian {
        eprintln!("xtask: no dpkg: the Debian package is not tested here");
        return Ok(());
    }
    // As the black-box tests have built it.
    cargo(&["build", "--locked", "--package", "cli"])?;
    bundle(Profile::Debug, &["deb"])?;
    let root = tempfile::tempdir()?;
    install(&package()?, root.path())?;
    desktop::installed(&root.path().join("usr/bin"))
}

fn bundle(profile: Profile, kinds: &[&str]) -> Result<(), Failed> {
    let built = format!("{}/{}", node::target().display(), profile.folder());
    // Beside the application: the command, and the pages for `serve --ui`.
    let files = json!({
        "/usr/bin/millpond": format!("{built}/millpond"),
        "/usr/share/millpond/ui": "ui/dist",
    });
    let files = json!({ "files": files });
    let linux = json!({ "deb": files, "rpm": files, "appimage": files });
    let config = json!({ "bundle": { "linux": linux } });
    let tauri = pages::folder().join("node_modules/.bin/tauri");
    let mut command = node::command(&tauri.to_string_lossy())?;
    command
        .args([
            "bundle",
            "--ci",
            "--config",
            &config.to_string(),
            "--bundles",
        ])
        .args(kinds)
        .current_dir(node::root());
    if profile == Profile::Debug {
        command.arg("--debug");
    }
    run(&mut command)
}

/// The package that was made last.
fn package() -> Result<PathBuf, Failed> {
    let folder = node::target().join("debug/bundle/deb");
    let all = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    let package = all.filter(|path| path.extension().is_some_and(|ending| ending == "deb"));
    let newest = package.max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok());
    newest.ok_or_else(|| Failed::Missing("a .deb".to_owned(), "The bundler made none."))
}

/// Installs a package below a folder, as dpkg would below `/`. What it depends on is there already.
fn install(package: &Path, root: &Path) -> Result<(), Failed> {
    let state = root.join("var/lib/dpkg");
    for folder in ["info", "updates", "triggers"] {
        fs::create_dir_all(state.join(folder))?;
    }
    for file in ["status", "available"] {
        fs::write(state.join(file), "")?;
    }
    run(std::process::Command::new("dpkg")
        .arg(format!("--root={}", root.display()))
        .args([
            "--force-not-root",
            "--force-depends",
            "--force-bad-path",
            "--log=/dev/null",
            "--install",
        ])
        .arg(package))
}
