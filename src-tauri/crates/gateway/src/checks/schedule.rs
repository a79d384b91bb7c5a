//! Who is checked when: each instance once in a period, at a time of its own; one that has shown no models yet, soon; and
//! one of each pool at once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use pool::Gate;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::{AT_A_TIME, Asker, Checks};
use crate::seat::Seat;

/// Between two checks, however many are due: after a sleep of the machine all are.
pub(super) const GAP: Duration = Duration::from_millis(250);
/// A change of settings is noticed by a call; this is for one that was not told.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// How long a start waits for the first lists of its pools.
const FIRST_LISTS: Duration = Duration::from_secs(3);
/// For an instance that was learned, where checks are switched off.
const FAR: Duration = Duration::from_secs(365 * 86_400);

/// Runs until it is dropped.
pub(super) async fn run(checks: &Arc<Checks>) {
    let mut due: HashMap<Uuid, Instant> = HashMap::new();
    let mut under_way = JoinSet::new();
    first_lists(checks).await;
    let mut not_before = Instant::now() + GAP;
    loop {
        let period = plan(checks, &mut due);
        let first = due.iter().min_by_key(|(_, at)| **at);
        let first = first.map(|(uuid, at)| (*uuid, (*at).max(not_before)));
        let now = Instant::now();
        let wake = first.map_or(now + LOOK_AGAIN, |(_, at)| at.min(now + LOOK_AGAIN));
        tokio::select! {
            () = sleep_until(wake), if under_way.len() < AT_A_TIME => {}
            () = checks.changed.notified() => continue,
            Some(_) = under_way.join_next() => {
                checks.models.save(under_way.is_empty()).await;
                continue;
            }
        }
        let Some((uuid, _)) = first.filter(|(_, at)| *at <= Instant::now()) else {
            continue;
        };
        not_before = Instant::now() + GAP;
        due.insert(uuid, Instant::now() + period.map_or(FAR, jittered));
        under_way.spawn(check(Arc::clone(checks), uuid));
    }
}

/// Asks each pool at once for the first list that any of its instances shows, so that requests find their pool by their
/// model soon after a first start.
async fn first_lists(checks: &Checks) {
    let table = checks.table.load_full();
    let pools = table.benches().iter().map(|bench| async {
        for seat in &bench.seats {
            if bench.seats.iter().any(|seat| seat.learned().is_some()) {
                return;
            }
            if seat.checked && seat.upstream.is_some() && !super::is_disabled(bench, seat.uuid) {
                checks.one(bench, seat, Asker::Schedule).await;
            }
        }
    });
    let _ = tokio::time::timeout(FIRST_LISTS, join_all(pools)).await;
    checks.listed.send_replace(true);
    checks.models.save(true).await;
}

/// Who has no time yet gets one; who left is forgotten.
/// Gives the period.
fn plan(checks: &Checks, due: &mut HashMap<Uuid, Instant>) -> Option<Duration> {
    let table = checks.table.load();
    let period = table.settings.health_check;
    let mut wanted = HashMap::new();
    for bench in table.benches() {
        let seen = bench.pool.snapshot();
        let is_on = |seat: &Seat| {
            let seen = seen.iter().find(|s| s.id == seat.uuid);
            seen.is_some_and(|seen| match seen.gate {
                Gate::Disabled => false,
                // A service that has ended an account is not asked again and again.
                Gate::Refused { .. } => bench.kind.service().is_none(),
                _ => true,
            })
        };
        for seat in &bench.seats {
            if seat.checked && seat.upstream.is_some() && is_on(seat) {
                wanted.insert(seat.uuid, seat.learned().is_some());
            }
        }
    }
    due.retain(|uuid, _| wanted.contains_key(uuid));
    let now = Instant::now();
    for (uuid, learned) in wanted {
        let at = due.entry(uuid).or_insert_with(|| match period {
            _ if !learned => now,
            Some(period) => now + period.mul_f64(fastrand::f64()),
            None => now + FAR,
        });
        // The period may have become shorter.
        *at = (*at).min(now + period.map_or(FAR, |p| p.mul_f64(1.1)));
    }
    let present: HashSet<Uuid> = table.seats().map(|seat| seat.uuid).collect();
    checks.slots().retain(|uuid, _| present.contains(uuid));
    checks.models.retain(&present);
    period
}

async fn check(checks: Arc<Checks>, uuid: Uuid) {
    let table = checks.table.load_full();
    let found = table.benches().iter().find_map(|bench| {
        let seat = bench.seats.iter().find(|seat| seat.uuid == uuid)?;
        Some((bench, seat))
    });
    if let Some((bench, seat)) = found {
        checks.one(bench, seat, Asker::Schedule).await;
    }
}

/// Within a tenth of the period.
fn jittered(period: Duration) -> Duration {
    period.mul_f64(0.9 + 0.2 * fastrand::f64())
}
