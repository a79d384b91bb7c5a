//! The program under test: `MILLPOND_BIN`, or what this checkout builds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Its path; built the first time that anybody asks.
pub(super) fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| match std::env::var_os("MILLPOND_BIN") {
        Some(path) => std::path::absolute(path).expect("a path"),
        None => build(),
    })
}

/// Builds it into the folder that the running test was built into.
fn build() -> PathBuf {
    let test = std::env::current_exe().expect("this test's path");
    let folder = test
        .ancestors()
        .nth(2)
        .expect("a target folder with a profile in it");
    let target = folder.parent().expect("a target folder");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args([
            "build",
            "--quiet",
            "--locked",
            "--package",
            "cli",
            "--bin",
            "millpond",
            "--target-dir",
        ])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if folder.ends_with("release") {
        command.arg("--release");
    }
    let built = command.status().expect("cargo");
    assert!(built.success(), "millpond could not be built");
    folder.join("millpond")
}
