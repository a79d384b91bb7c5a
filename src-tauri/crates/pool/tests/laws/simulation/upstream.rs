//! Upstreams, and what goes wrong with them.

use std::ops::Range;

use pool::Verdict;

use crate::fixture::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Serves always.
    Sound,
    /// Fails now and then.
    Flaky,
    /// Fails wholly for a while, several times a day.
    Stormy,
    /// Serves so many requests in each window of time.
    Quota,
    /// Never serves.
    Dead,
}

#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) kind: Kind,
    pub(crate) asked: u64,
    pub(crate) asked_in_vain: u64,
    failure_rate: f64,
    storms: Vec<Range<u64>>,
    window: u64,
    quota: u64,
    /// Which window it is, and how many requests it has had in it.
    used: (u64, u64),
    names_a_time: bool,
}

impl Upstream {
    pub(crate) fn new(kind: Kind, random: &mut fastrand::Rng, day: u64) -> Self {
        let storms = if kind == Kind::Stormy { 6 } else { 0 };
        let storm = |random: &mut fastrand::Rng| {
            let begin = random.u64(0..day);
            begin..begin + random.u64(30..7200)
        };
        Self {
            kind,
            asked: 0,
            asked_in_vain: 0,
            failure_rate: 0.01 + random.f64() * 0.14,
            storms: (0..storms).map(|_| storm(random)).collect(),
            window: random.u64(600..5 * 3600),
            quota: random.u64(100..400),
            used: (0, 0),
            names_a_time: random.bool(),
        }
    }

    pub(crate) fn ask(&mut self, second: u64, random: &mut fastrand::Rng) -> Verdict {
        self.asked += 1;
        let verdict = match self.kind {
            Kind::Sound => Verdict::Success,
            Kind::Flaky if random.f64() < self.failure_rate => failure(),
            Kind::Stormy if self.in_storm(second) => failure(),
            Kind::Quota => self.use_quota(second),
            Kind::Dead => failure(),
            Kind::Flaky | Kind::Stormy => Verdict::Success,
        };
        self.asked_in_vain += u64::from(verdict != Verdict::Success);
        verdict
    }

    /// Whether it serves again from this second on.
    pub(crate) fn heals_at(&self, second: u64) -> bool {
        match self.kind {
            Kind::Stormy => self.in_storm(second.wrapping_sub(1)) && !self.in_storm(second),
            Kind::Quota => self.used.1 > self.quota && second.is_multiple_of(self.window),
            Kind::Sound | Kind::Flaky | Kind::Dead => false,
        }
    }

    fn in_storm(&self, second: u64) -> bool {
        self.storms.iter().any(|storm| storm.contains(&second))
    }

    fn use_quota(&mut self, second: u64) -> Verdict {
        let window = second / self.window;
        let used = if self.used.0 == window {
            self.used.1
        } else {
            0
        };
        self.used = (window, used + 1);
        if used < self.quota {
            return Verdict::Success;
        }
        let left = self.window - second % self.window;
        cool(self.names_a_time.then_some(left))
    }
}
