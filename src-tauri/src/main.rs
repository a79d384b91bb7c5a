//! Millpond as a desktop application: the gateway in its own process, a tray and a window around it. No decision about
//! requests is made here.
//!
//! - [`args`]: the command line; [`app`]: how it starts and ends; [`host`]: the engine.
//! - [`commands`]: what the window may ask for; [`window`]: when there is one.
//! - [`tray`]: icon and menu; [`act`]: what its clicks do; [`login`]: starting with the session.
//! - [`notices`]: changes of state, told once; [`names`] and [`words`]: what all of these say.

#![forbid(unsafe_code)]
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod act;
mod app;
mod args;
mod commands;
mod host;
mod login;
mod names;
mod notices;
#[cfg(test)]
mod sample;
mod tray;
mod window;
mod words;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match app::run(args::Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("millpond-app: {failed}");
            ExitCode::FAILURE
        }
    }
}
