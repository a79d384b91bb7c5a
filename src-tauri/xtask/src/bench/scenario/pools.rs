//! Scenarios of Millpond's pools: failing instances, many instances, instances of another dialect.

use super::{Figures, Round, add, cpu_per_thousand, through};
use crate::bench::ask::Ask;
use crate::bench::failed::Failed;
use crate::bench::load::plan::Shape;
use crate::bench::measure::Measure;
use crate::bench::peer::{Peer, Pool, Who};

const FIRST: Figures = &[
    (Measure::FailoverFirstP50, |tally| tally.waits.p50),
    (Measure::FailoverFirstMax, |tally| tally.waits.max),
];

const STEADY: Figures = &[
    (Measure::FailoverP50, |tally| tally.waits.p50),
    (Measure::FailoverP99, |tally| tally.waits.p99),
];

const POOL_OF_3: Figures = &[(Measure::PoolOf3Cpu, |tally| {
    cpu_per_thousand(tally, tally.answers)
})];

const POOL_OF_500: Figures = &[(Measure::PoolOf500Cpu, |tally| {
    cpu_per_thousand(tally, tally.answers)
})];

const TRANSLATED: Figures = &[(Measure::TranslatedRequestCpu, |tally| {
    cpu_per_thousand(tally, tally.answers)
})];

const TRANSLATED_STREAMS: Figures = &[(Measure::TranslatedChunkCpu, |tally| {
    cpu_per_thousand(tally, tally.events)
})];

impl Round<'_> {
    /// The sick instances are left alone after a few failures: only the first requests meet them each time.
    pub(super) fn failover(&mut self) -> Result<(), Failed> {
        let waits = Shape::Open {
            per_second: 200,
            seconds: self.spans.waits,
        };
        self.with(
            Pool::Failing,
            &[
                (Ask::Whole, Shape::Series { requests: 30 }, FIRST),
                (Ask::Whole, waits, STEADY),
            ],
        )
    }

    pub(super) fn pool_size(&mut self) -> Result<(), Failed> {
        let full = self.full(64);
        self.with(Pool::Good(3), &[(Ask::Whole, full, POOL_OF_3)])?;
        self.with(Pool::Good(500), &[(Ask::Whole, full, POOL_OF_500)])
    }

    pub(super) fn translated(&mut self) -> Result<(), Failed> {
        self.with(
            Pool::Anthropic,
            &[
                (Ask::Whole, self.full(64), TRANSLATED),
                (Ask::FAST, self.full(200), TRANSLATED_STREAMS),
            ],
        )
    }

    /// Loads on a Millpond with that pool, if Millpond takes part.
    fn with(&mut self, pool: Pool, loads: &[(Ask, Shape, Figures)]) -> Result<(), Failed> {
        if !self.takes_part(Who::Millpond) {
            return Ok(());
        }
        let mut peer = Peer::millpond(self.rig, pool)?;
        for (ask, shape, figures) in loads {
            let tally = through(self.rig, &mut peer, *ask, *shape)?;
            add(self.board, Who::Millpond, &tally, figures);
        }
        Ok(())
    }
}
