//! `cargo xtask run | test | desktop | bundle | sdks | types | ui | bench`: what a checkout is run, tested and measured with.
//!
//! - [`mod@run`]: the proxy, built and started.
//! - [`setup`]: the system packages, installed or named.
//! - [`step`]: one command, run and judged.
//! - [`pages`]: the window's pages, built; [`node`]: what they are built with.
//! - [`types`]: the user interface's TypeScript types.
//! - [`bundle`]: what users install.
//! - [`desktop`]: the application on a display and a session bus of its own.
//! - [`fuzz`]: bytes of every kind for every reader of the dialects.
//! - [`keychain`]: the vault's tests in a session with a real keyring.
//! - [`sdks`]: the official SDKs and two assistants as clients.
//! - [`bench`]: Millpond beside nginx and beside no proxy at all.

mod bench;
mod bundle;
mod desktop;
mod fuzz;
mod keychain;
mod node;
mod pages;
mod run;
mod sdks;
mod setup;
mod step;
mod types;

use std::fmt::Display;
use std::process::ExitCode;

use clap::Parser;

use step::{Failed, cargo};

/// What `cargo xtask` can do.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Set up what is missing, build Millpond and start it.
    Run {
        /// What follows `millpond serve`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Set up what is missing and run everything that must hold.
    Test {
        /// Leave out the official SDKs and the assistants, which are installed from the network.
        #[arg(long)]
        without_sdks: bool,
    },
    /// Run the official SDKs and the assistants alone.
    Sdks {
        /// Only the clients that one of these words names, as `python`, `anthropic` or `Codex`.
        words: Vec<String>,
    },
    /// Write the user interface's TypeScript types from the Rust types.
    Types,
    /// Run the tests of the application's tray and window alone.
    Desktop {
        /// Only the tests with one of these words in their names.
        words: Vec<String>,
        /// Those of the Debian package in place of them: made of what was built last, installed into a folder, run.
        #[arg(long)]
        installed: bool,
    },
    /// Build for users, and make packages.
    Bundle {
        /// Their kinds, as deb, rpm, appimage, dmg, nsis or msi [default: those that this system makes by itself]
        kinds: Vec<String>,
    },
    /// Build the window's pages.
    Ui,
    /// Measure Millpond beside nginx and beside no proxy at all.
    Bench(bench::Options),
    /// The upstream of a measurement, a process of its own.
    #[command(hide = true)]
    BenchFake,
    /// The load of a measurement, a process of its own: a plan on standard input, a tally on standard output.
    #[command(hide = true)]
    BenchLoad,
}

fn main() -> ExitCode {
    match Task::parse() {
        Task::Run { words } => report(run::start(&words)),
        Task::Test { without_sdks } => report(test(!without_sdks)),
        Task::Sdks { words } => report(sdks::test(&words)),
        Task::Types => report(types::write()),
        Task::Desktop {
            installed: true, ..
        } => report(bundle::test()),
        Task::Desktop { words, .. } => report(desktop::alone(&words)),
        Task::Bundle { kinds } => report(bundle::make(&kinds)),
        Task::Ui => report(pages::build()),
        Task::Bench(options) => report(bench::run(&options)),
        Task::BenchFake => report(bench::fake::run()),
        Task::BenchLoad => report(bench::load::run()),
    }
}

fn test(with_sdks: bool) -> Result<(), Failed> {
    setup::for_tests()?;
    pages::build()?;
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
    // Beside them, while what they were built from stands there as they need it.
    desktop::test(&[])?;
    bundle::test()?;
    fuzz::test()?;
    // Features unify across a workspace: a crate that borrows another's must fail here.
    for member in [
        "chat", "dialect", "pool", "account", "provider", "gateway", "cli",
    ] {
        cargo(&["check", "--locked", "--package", member])?;
    }
    keychain::test()?;
    pages::test()?;
    if with_sdks {
        sdks::test(&[])?;
    }
    Ok(())
}

fn report<E: Display>(outcome: Result<(), E>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("xtask: {failed}");
            ExitCode::FAILURE
        }
    }
}
