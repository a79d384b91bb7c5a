//! The `millpond` command: one file a subcommand.
//!
//! - [`args`]: the command line; [`failed`]: why a command did not do what it was asked for; [`told`]: what is printed.
//! - [`serve`], [`pool`], [`check`], [`config`], [`stats`], [`explain`], [`doctor`]: the commands.
//! - [`login`]: signing in to services.
//! - [`change`]: `pool add`, `edit`, `remove`, `enable`, `disable`.
//! - [`hand`]: who makes changes: the engine that runs, or this program.
//! - [`window`]: the pages of `serve --ui`.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod args;
mod change;
mod check;
mod config;
mod doctor;
mod explain;
mod failed;
mod hand;
mod login;
mod pool;
mod serve;
mod stats;
mod told;
mod window;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use failed::Failed;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("millpond: {failed}");
            failed.exit_code()
        }
    }
}

fn run(cli: Cli) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failed::Runtime)?;
    let place = cli.place;
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => serve::run(&place, args).await,
            Command::Login(args) => login::run(&place, args).await,
            Command::Check(args) => check::run(&place, args).await,
            Command::Pool(command) => pool::run(&place, command).await,
            Command::Config(command) => config::run(&place, command).await,
            Command::Stats(listing) => stats::run(&place, listing).await,
            Command::Explain(args) => explain::run(&place, args).await,
            Command::Doctor(listing) => doctor::run(&place, listing).await,
        }
    });
    // A thread that waits for a keychain's password dialog must not keep the program alive.
    runtime.shutdown_background();
    done
}
