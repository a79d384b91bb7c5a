//! Scenarios of the peers that stand through all rounds.

use super::{Figures, Round, Tally, add, busy, cpu_per_thousand, through};
use crate::bench::ask::Ask;
use crate::bench::board::median;
use crate::bench::failed::Failed;
use crate::bench::load::plan::Shape;
use crate::bench::measure::Measure;

const REQUESTS: Figures = &[
    (Measure::Requests, |tally| {
        tally.answers as f64 / tally.seconds
    }),
    (Measure::RequestCpu, |tally| {
        cpu_per_thousand(tally, tally.answers)
    }),
    (Measure::RequestBusy, busy),
];

const STREAMS: Figures = &[
    (Measure::Chunks, |tally| tally.events as f64 / tally.seconds),
    (Measure::ChunkCpu, |tally| {
        cpu_per_thousand(tally, tally.events)
    }),
    (Measure::ChunkBusy, busy),
];

const LATENCY: Figures = &[
    (Measure::LatencyP50, |tally| tally.waits.p50),
    (Measure::LatencyP99, |tally| tally.waits.p99),
];

const PACED: Figures = &[
    (Measure::PacedP50, |tally| tally.waits.p50),
    (Measure::PacedP99, |tally| tally.waits.p99),
];

impl Round<'_> {
    pub(super) fn requests(&mut self) -> Result<(), Failed> {
        self.each(Ask::Whole, self.full(64), REQUESTS)
    }

    pub(super) fn streams(&mut self) -> Result<(), Failed> {
        self.each(Ask::FAST, self.full(200), STREAMS)
    }

    pub(super) fn latency(&mut self) -> Result<(), Failed> {
        let shape = Shape::Open {
            per_second: 200,
            seconds: self.spans.waits,
        };
        self.each(Ask::Whole, shape, LATENCY)
    }

    pub(super) fn paced(&mut self) -> Result<(), Failed> {
        self.each(Ask::STEADY, Shape::Paced { streams: 20 }, PACED)
    }

    pub(super) fn burst(&mut self) -> Result<(), Failed> {
        let shape = Shape::Burst { connections: 500 };
        for peer in &mut *self.peers {
            let mut slowest = Vec::new();
            for _ in 0..self.spans.repeats {
                slowest.push(through(self.rig, peer, Ask::Whole, shape)?.waits.max);
            }
            self.board
                .add(Measure::Burst, peer.who, median(&mut slowest));
        }
        Ok(())
    }

    fn each(&mut self, ask: Ask, shape: Shape, figures: Figures) -> Result<(), Failed> {
        for peer in &mut *self.peers {
            let tally: Tally = through(self.rig, peer, ask, shape)?;
            add(self.board, peer.who, &tally, figures);
        }
        Ok(())
    }
}
