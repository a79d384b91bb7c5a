//! `cargo xtask bench`: Millpond beside nginx and beside no proxy at all, in interleaved rounds.
//!
//! - [`rig`]: the built programs, two cores, the fake upstream; [`process`] and [`proc`]: children and what Linux says of them.
//! - [`fake`]: the upstream; [`load`]: the load generator. Both are hidden commands of this program, run as processes of their own.
//! - [`ask`] and [`wire`]: what both of them write and read.
//! - [`peer`]: direct, nginx, Millpond.
//! - [`scenario`]: what is measured; [`measure`]: which figures, and the aims; [`board`]: samples, medians, verdicts.
//! - [`report`]: the table and the page.

mod ask;
mod board;
mod failed;
pub(crate) mod fake;
pub(crate) mod load;
mod measure;
mod peer;
mod proc;
mod process;
mod report;
mod rig;
mod scenario;
mod wire;

use std::io::Write;
use std::path::Path;

use clap::ValueEnum;

use board::Board;
use failed::Failed;
use peer::{Peer, Who};
use rig::Rig;
use scenario::{Round, Scenario, Spans};

/// What to measure, and how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Interleaved rounds; the figures are their medians [default: 3, quick: 1]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: Option<u16>,
    /// Only these scenarios
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Scenario>,
    /// Through whom the requests go
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "direct,nginx,millpond"
    )]
    peers: Vec<Who>,
    /// Short windows: whether all works, not how fast it is
    #[arg(long)]
    quick: bool,
    /// Write the figures to docs/bench.md
    #[arg(long, conflicts_with_all = ["only", "quick"])]
    write: bool,
}

/// Measures and prints; an error when an aim is missed.
pub(crate) fn run(options: &Options) -> Result<(), Failed> {
    let rig = Rig::set_up(&options.peers)?;
    let rounds = usize::from(options.rounds.unwrap_or(if options.quick { 1 } else { 3 }));
    let spans = if options.quick {
        Spans::QUICK
    } else {
        Spans::FULL
    };
    let scenarios = if options.only.is_empty() {
        Scenario::value_variants()
    } else {
        &options.only
    };
    // In the order of a round, however they were named.
    let mut peers = Who::ALL
        .into_iter()
        .filter(|who| options.peers.contains(who))
        .map(|who| Peer::start(who, &rig))
        .collect::<Result<Vec<_>, _>>()?;
    let mut board = Board::default();
    for round in 1..=rounds {
        for scenario in scenarios {
            eprintln!("xtask: round {round} of {rounds}: {scenario:?}");
            Round {
                rig: &rig,
                peers: &mut peers,
                board: &mut board,
                spans,
            }
            .run(*scenario)?;
        }
    }
    std::io::stdout().write_all(report::table(&board).as_bytes())?;
    if options.write {
        write(&report::page(&board, rounds, rig.nginx.as_deref())?)?;
    }
    let missed = board.missed();
    if missed.is_empty() {
        Ok(())
    } else {
        Err(Failed::Aims(missed))
    }
}

fn write(page: &str) -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/bench.md");
    let file = |source| Failed::File {
        path: path.clone(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(file)?;
    }
    std::fs::write(&path, page).map_err(file)
}
