//! What all connections of a load count together.

use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::plan::{Spread, Tally};
use crate::bench::failed::Failed;
use crate::bench::proc;

/// Counters that are read while the load runs.
pub(super) struct Count {
    pub(super) answers: AtomicU64,
    pub(super) events: AtomicU64,
    errors: AtomicU64,
    first_error: Mutex<Option<String>>,
    waits: Mutex<Histogram<u64>>,
}

/// Between a microsecond and a minute, in nanoseconds, to three digits.
const WAITS: (u64, u64, u8) = (1_000, 60_000_000_000, 3);

impl Count {
    pub(super) fn new() -> Result<Self, Failed> {
        let (least, most, digits) = WAITS;
        let waits = Histogram::new_with_bounds(least, most, digits)
            .map_err(|why| std::io::Error::other(why.to_string()))?;
        Ok(Self {
            answers: AtomicU64::new(0),
            events: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            first_error: Mutex::default(),
            waits: Mutex::new(waits),
        })
    }

    /// Counts how long an answer or a chunk took.
    pub(super) fn waited(&self, wait: Duration) {
        let nanos = u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX);
        lock(&self.waits).saturating_record(nanos);
    }

    /// Counts a wrong answer.
    pub(super) fn wrong(&self, why: &impl Display) {
        self.errors.fetch_add(1, Relaxed);
        lock(&self.first_error).get_or_insert_with(|| why.to_string());
    }

    /// Forgets the waits of the warm-up.
    pub(super) fn forget_waits(&self) {
        lock(&self.waits).reset();
    }

    fn spread(&self) -> Spread {
        let waits = lock(&self.waits);
        let millis = |nanos: u64| nanos as f64 / 1e6;
        Spread {
            p50: millis(waits.value_at_quantile(0.5)),
            p99: millis(waits.value_at_quantile(0.99)),
            max: millis(waits.max()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The counters and the watched processes' CPU time at one moment.
pub(super) struct Moment {
    at: Instant,
    answers: u64,
    events: u64,
    cpu: Vec<f64>,
    own_cpu: f64,
}

impl Moment {
    pub(super) fn now(count: &Count, watch: &[u32]) -> Result<Self, Failed> {
        Ok(Self {
            at: Instant::now(),
            answers: count.answers.load(Relaxed),
            events: count.events.load(Relaxed),
            cpu: watch
                .iter()
                .map(|pid| proc::cpu_seconds(*pid))
                .collect::<Result<_, _>>()?,
            own_cpu: proc::cpu_seconds(std::process::id())?,
        })
    }

    /// What was counted from here until `end`.
    pub(super) fn until(&self, end: &Self, count: &Count) -> Tally {
        Tally {
            answers: end.answers - self.answers,
            events: end.events - self.events,
            errors: count.errors.load(Relaxed),
            first_error: lock(&count.first_error).clone(),
            seconds: (end.at - self.at).as_secs_f64(),
            waits: count.spread(),
            cpu: end.cpu.iter().zip(&self.cpu).map(|(b, a)| b - a).collect(),
            own_cpu: end.own_cpu - self.own_cpu,
            memory: None,
        }
    }
}
