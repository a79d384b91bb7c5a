//! `cargo xtask test`: sets up what is missing and runs everything that must hold.
//!
//! - [`setup`]: the system packages, installed or named.
//! - [`step`]: one command, run and judged.
//! - [`keychain`]: the vault's tests in a session with a real keyring.

mod keychain;
mod setup;
mod step;

use std::process::ExitCode;

use step::{Failed, cargo};

const USAGE: &str = "usage: cargo xtask test";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test"] => report(test()),
        ["help" | "--help" | "-h"] => {
            eprintln!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn test() -> Result<(), Failed> {
    setup::packages()?;
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ])?;
    cargo(&["test", "--workspace", "--locked"])?;
    // Features unify across a workspace: a crate that borrows another's must fail here.
    for member in ["chat", "dialect", "pool", "account", "provider"] {
        cargo(&["check", "--locked", "--package", member])?;
    }
    keychain::test()
}

fn report(outcome: Result<(), Failed>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("xtask: {failed}");
            ExitCode::FAILURE
        }
    }
}
