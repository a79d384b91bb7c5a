//! How pools look now.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use pool::{Gate, Seen};
use provider::{ProviderType, Upstream};
use tokio::time::Instant;
use uuid::Uuid;

use super::{InstanceStatus, PoolStatus, Quota, Resting};
use crate::checks::Checks;
use crate::seat::Seat;
use crate::state::State;
use crate::table::{Bench, Table};

/// Drift between the two clocks that is not worth a change of what is shown.
const DRIFT: SignedDuration = SignedDuration::from_secs(1);

/// Tells the pool's clock in times of day. One value for one moment, however often it is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    instant: Instant,
    time: Timestamp,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            instant: Instant::now(),
            time: Timestamp::now(),
        }
    }

    /// The time of day then, to the millisecond.
    pub(crate) fn time(&self, then: Instant) -> Timestamp {
        let ahead = then.saturating_duration_since(self.instant).as_millis();
        let behind = self.instant.saturating_duration_since(then).as_millis();
        let millis = |time: u128| i64::try_from(time).unwrap_or(i64::MAX);
        let time = self.time.as_millisecond();
        let then = time
            .saturating_add(millis(ahead))
            .saturating_sub(millis(behind));
        Timestamp::from_millisecond(then).unwrap_or(self.time)
    }

    /// Follows a change of the time of day, as after a sleep of the machine.
    pub(crate) fn follow(&mut self) {
        let now = Self::new();
        let told = self.time(now.instant);
        if told.duration_since(now.time).abs() > DRIFT {
            *self = now;
        }
    }
}

/// All pools.
pub(crate) fn pools(table: &Table, checks: &Checks, clock: &Clock) -> Vec<PoolStatus> {
    let running: HashSet<Uuid> = checks.progress().borrow().running.iter().copied().collect();
    let surveyor = Surveyor {
        checks,
        clock,
        running,
    };
    let benches = table
        .benches()
        .iter()
        .filter(|bench| !bench.seats.is_empty());
    benches
        .map(|bench| {
            let instances = surveyor.instances(bench);
            PoolStatus {
                provider: bench.kind,
                name: bench.kind.plain_name().to_owned(),
                ready: instances
                    .iter()
                    .filter(|one| one.state == State::Ready)
                    .count(),
                fallback: fallback(table, bench.kind),
                instances,
            }
        })
        .collect()
}

fn fallback(table: &Table, kind: ProviderType) -> Vec<ProviderType> {
    let chain = table.settings.fallback_chain.iter();
    let own = chain.filter(|(of, _)| *of == kind);
    own.flat_map(|(_, next)| next.iter().copied()).collect()
}

/// What an upstream has last told of its quotas.
fn quota(upstream: &Upstream) -> Vec<Quota> {
    let told = upstream.quotas();
    let told = told.into_iter().flat_map(|quotas| {
        let at = quotas.at;
        quotas.all.into_iter().map(move |one| Quota {
            name: one.name,
            percent_left: one.percent_left,
            left: one.left,
            resets: one.resets,
            at,
        })
    });
    told.collect()
}

struct Surveyor<'a> {
    checks: &'a Checks,
    clock: &'a Clock,
    running: HashSet<Uuid>,
}

impl Surveyor<'_> {
    fn instances(&self, bench: &Bench) -> Vec<InstanceStatus> {
        let seen = bench.pool.snapshot();
        let mut seen: HashMap<Uuid, Seen> = seen.into_iter().map(|one| (one.id, one)).collect();
        let seats = bench.seats.iter();
        seats
            .filter_map(|seat| Some(self.instance(seat, seen.remove(&seat.uuid)?)))
            .collect()
    }

    fn instance(&self, seat: &Seat, seen: Seen) -> InstanceStatus {
        let state = State::of(&seen.gate);
        let (reason, since, until) = self.why(&seen.gate);
        let counted = seat.tally.state(state == State::Ready);
        let instance = seat.upstream.as_ref().map(|upstream| upstream.instance());
        InstanceStatus {
            uuid: seat.uuid,
            name: seat.name.clone(),
            provider: seat.kind,
            state,
            reason,
            since,
            until,
            failures: seen.failures_in_a_row,
            in_flight: seen.in_flight,
            resting_models: seen
                .resting_models
                .iter()
                .map(|rest| Resting {
                    model: rest.model.to_string(),
                    until: self.clock.time(rest.until),
                    reason: rest.reason.to_string(),
                    absent: rest.absent,
                })
                .collect(),
            used: counted.usage_count,
            failed: counted.error_count,
            last_used: counted.last_used,
            last_failed: counted.last_error_time,
            models: seat.learned().map(|list| list.len()),
            base_url: instance.map(|one| one.base_url.clone()),
            key_hint: instance.and_then(|one| Some(one.key.as_ref()?.masked())),
            quota: seat.upstream.as_deref().map(quota).unwrap_or_default(),
            checking: self.running.contains(&seat.uuid),
            last_check: self.checks.last(seat.uuid),
        }
    }

    /// Reason, since, until.
    fn why(&self, gate: &Gate) -> (Option<String>, Option<Timestamp>, Option<Timestamp>) {
        let time = |at: &Instant| Some(self.clock.time(*at));
        match gate {
            Gate::Ready | Gate::Disabled => (None, None, None),
            Gate::Cooling { until, reason, .. } => (Some(reason.to_string()), None, time(until)),
            Gate::Unhealthy {
                next_try, reason, ..
            } => (Some(reason.to_string()), None, time(next_try)),
            Gate::NeedsLogin { reason, since } | Gate::Refused { reason, since } => {
                (Some(reason.to_string()), time(since), None)
            }
        }
    }
}
