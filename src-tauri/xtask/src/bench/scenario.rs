//! What is measured, one function a scenario; each adds the samples of one round to the board.

mod fresh;
mod pools;
mod standing;

use crate::bench::ask::Ask;
use crate::bench::board::Board;
use crate::bench::failed::Failed;
use crate::bench::load::plan::{Shape, Tally};
use crate::bench::measure::Measure;
use crate::bench::peer::{Peer, Who};
use crate::bench::rig::Rig;

/// A part of the measurement that can be run by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Scenario {
    /// Whole answers over 64 connections: how many, and what each costs.
    Requests,
    /// 200 streams of 100 chunks: how many, and what each costs.
    Streams,
    /// 200 requests a second: how long each takes.
    Latency,
    /// 20 paced streams: how long each chunk is under way.
    Paced,
    /// 500 connections opened at once: the slowest answer.
    Burst,
    /// Memory, idle and under 1,000 open streams.
    Memory,
    /// From the start of the program to the first answer.
    Start,
    /// One dead and one failing instance of three.
    Failover,
    /// A pool of 500 beside a pool of 3.
    PoolSize,
    /// Chat clients on Anthropic instances.
    Translated,
}

/// How long is measured, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spans {
    /// Before the counting begins.
    pub(crate) warm: f64,
    /// Of throughput and CPU time.
    pub(crate) window: f64,
    /// Of waits at a fixed rate.
    pub(crate) waits: f64,
    /// Between the last stream's opening and the reading of memory.
    pub(crate) held: f64,
    /// Starts and bursts a round.
    pub(crate) repeats: usize,
}

impl Spans {
    /// Three rounds of these take some four minutes.
    pub(crate) const FULL: Self = Self {
        warm: 0.5,
        window: 2.5,
        waits: 5.0,
        held: 2.0,
        repeats: 5,
    };
    /// For a look whether all works; the figures waver.
    pub(crate) const QUICK: Self = Self {
        warm: 0.2,
        window: 0.8,
        waits: 1.0,
        held: 0.5,
        repeats: 2,
    };
}

/// One round.
pub(crate) struct Round<'run> {
    pub(crate) rig: &'run Rig,
    /// The peers that stand through all rounds.
    pub(crate) peers: &'run mut [Peer],
    pub(crate) board: &'run mut Board,
    pub(crate) spans: Spans,
}

impl Round<'_> {
    /// Runs a scenario with all peers that take part in it.
    pub(crate) fn run(&mut self, scenario: Scenario) -> Result<(), Failed> {
        match scenario {
            Scenario::Requests => self.requests(),
            Scenario::Streams => self.streams(),
            Scenario::Latency => self.latency(),
            Scenario::Paced => self.paced(),
            Scenario::Burst => self.burst(),
            Scenario::Memory => self.memory(),
            Scenario::Start => self.start(),
            Scenario::Failover => self.failover(),
            Scenario::PoolSize => self.pool_size(),
            Scenario::Translated => self.translated(),
        }
    }

    fn takes_part(&self, who: Who) -> bool {
        self.peers.iter().any(|peer| peer.who == who)
    }

    /// As much as goes through, over that many connections.
    fn full(&self, connections: usize) -> Shape {
        Shape::Closed {
            connections,
            warm: self.spans.warm,
            seconds: self.spans.window,
        }
    }
}

/// A load through a peer that is alive before and after it.
fn through(rig: &Rig, peer: &mut Peer, ask: Ask, shape: Shape) -> Result<Tally, Failed> {
    peer.alive()?;
    let plan = peer.plan(ask, shape)?;
    let tally = rig.load(&format!("{shape:?} through {}", peer.who.name()), &plan)?;
    peer.alive()?;
    Ok(tally)
}

/// CPU time of the watched processes in milliseconds for each thousand of what was counted.
fn cpu_per_thousand(tally: &Tally, counted: u64) -> f64 {
    tally.cpu.iter().sum::<f64>() * 1e6 / counted as f64
}

/// The share of the window in which the watched processes ran, in percent.
fn busy(tally: &Tally) -> f64 {
    tally.cpu.iter().sum::<f64>() / tally.seconds * 100.0
}

/// A scenario's figures for one peer: which, and how each comes out of the tally.
type Figures = &'static [(Measure, fn(&Tally) -> f64)];

fn add(board: &mut Board, who: Who, tally: &Tally, figures: Figures) {
    for (measure, figure) in figures {
        board.add(*measure, who, figure(tally));
    }
}
