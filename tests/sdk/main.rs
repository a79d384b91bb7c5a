//! The official SDKs and two assistants as clients of a real Millpond, against every upstream: SDK × upstream × scenario.
//!
//! - [`kit`]: where they are installed.
//! - [`model`]: what the model behind every upstream says.
//! - [`pond`]: the upstreams, and the Millponds before them.
//! - [`sdk`]: one SDK's table of scenarios, run.
//! - [`assistant`]: Claude Code and Codex, with a task each.
//! - [`board`]: what came of it.
//!
//! `cargo xtask sdks [WORD…]` installs and runs them; with words, only the clients that a word names.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "tests")]

mod accounts;
mod assistant;
mod board;
mod kit;
mod model;
mod pond;
mod sdk;

use std::process::ExitCode;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use assistant::Assistant;
use board::Board;
use kit::Kit;
use pond::Pond;
use sdk::Sdk;

#[tokio::main]
async fn main() -> ExitCode {
    let Some(kit) = Kit::from_env() else {
        println!(
            "sdk: nothing is installed here; `cargo xtask sdks` installs the clients and runs them"
        );
        return ExitCode::SUCCESS;
    };
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wanted =
        |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let kit = Arc::new(kit);
    let pond = Arc::new(Pond::start(&kit).await);
    let board = Arc::new(Board::default());
    // A client is a process that keeps a core busy.
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let places = Arc::new(Semaphore::new(cores));
    let mut running = JoinSet::new();
    for sdk in Sdk::ALL.into_iter().filter(|sdk| wanted(sdk.name)) {
        let (kit, pond, board, places) = (kit.clone(), pond.clone(), board.clone(), places.clone());
        running.spawn(async move {
            let _place = places.acquire().await;
            sdk.play(&kit, &pond, &board).await;
        });
    }
    for assistant in Assistant::ALL.into_iter().filter(|one| wanted(one.name())) {
        for upstream in pond.scripted() {
            let (kit, board, places) = (kit.clone(), board.clone(), places.clone());
            let upstream = upstream.clone();
            running.spawn(async move {
                let _place = places.acquire().await;
                assistant.work(&kit, &upstream, &board).await;
            });
        }
    }
    running.join_all().await;
    board.close()
}
