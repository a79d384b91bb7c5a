//! Active checks: does an instance's account still work, and which models does it show?
//!
//! A check costs nothing: it asks for the model list. One token is asked for only where the user set `checkModelName`
//! together with `checkHealth`, or asked for it by hand. Checks take no lease: neither the spread nor any counter
//! of requests knows of them.
//!
//! - [`finding`]: what a check found, told.
//! - `probe`: the calls. `schedule`: who is checked when. `model_file`: lists that survive a restart.

pub mod finding;
mod model_file;
mod probe;
mod schedule;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use futures_util::StreamExt;
use futures_util::stream;
use pool::Verdict;
use provider::ProviderType;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use uuid::Uuid;

use crate::seat::Seat;
use crate::state::State;
use crate::table::{Bench, Table};
use crate::verdict;
use finding::{Checked, Finding, Found, Progress};
use model_file::ModelFile;
pub use probe::{Probe, Real};

/// Instances that are checked at a time.
const AT_A_TIME: usize = 8;
/// A check by hand takes over what another one found so lately.
const STILL_NEWS: Duration = Duration::from_secs(1);

/// Which instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// Every one that is not disabled.
    All,
    /// Those of a pool that are not disabled.
    Pool(#[cfg_attr(test, ts(type = "ProviderType"))] ProviderType),
    /// This one, disabled or not.
    One(Uuid),
}

/// The checks of a running proxy.
#[derive(Debug)]
pub struct Checks {
    table: Arc<ArcSwap<Table>>,
    probe: Arc<dyn Probe>,
    models: ModelFile,
    /// The table is another.
    changed: Notify,
    progress: watch::Sender<Progress>,
    /// The first lists have been asked for.
    listed: watch::Sender<bool>,
    slots: Mutex<Slots>,
}

/// One check of an instance at a time, and what the last one found.
type Slots = HashMap<Uuid, Arc<tokio::sync::Mutex<Option<Known>>>>;

/// What is known of an instance by its checks.
#[derive(Debug)]
struct Known {
    at: Instant,
    checked: Checked,
    /// The last one that found anything clear found it bad.
    bad: bool,
}

/// Who wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    Schedule,
    /// Whether it may cost a token.
    User {
        billed: bool,
    },
}

impl Checks {
    /// Checks of the instances of a table. Lists that were learned before are read from `models` and given to their
    /// seats; without a file nothing is kept.
    pub async fn new(table: Arc<ArcSwap<Table>>, models: Option<PathBuf>) -> Arc<Self> {
        Self::with(table, models, Arc::new(Real)).await
    }

    /// As [`new`](Self::new), asking in another way.
    pub async fn with(
        table: Arc<ArcSwap<Table>>,
        models: Option<PathBuf>,
        probe: Arc<dyn Probe>,
    ) -> Arc<Self> {
        let models = ModelFile::open(models).await;
        for seat in table.load().seats() {
            if seat.learned().is_none()
                && let Some(list) = models.list(seat.uuid)
            {
                seat.learn(list);
            }
        }
        Arc::new(Self {
            table,
            probe,
            models,
            changed: Notify::new(),
            progress: watch::Sender::new(Progress::default()),
            listed: watch::Sender::new(false),
            slots: Mutex::default(),
        })
    }

    /// The table was swapped: new instances are learned, those that left are forgotten.
    pub fn table_changed(&self) {
        self.changed.notify_one();
    }

    /// Who is being checked, and how far a check by hand has come.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Whether every pool has been asked for a list of its models, as far as that goes in a few seconds.
    pub fn listed(&self) -> watch::Receiver<bool> {
        self.listed.subscribe()
    }

    /// What the last check of an instance found, if it was checked since the start.
    pub fn last(&self, uuid: Uuid) -> Option<Checked> {
        let slot = self.slots().get(&uuid).cloned()?;
        let known = slot.try_lock().ok()?;
        known.as_ref().map(|known| known.checked.clone())
    }

    /// Checks now, and clears whatever an instance that answers was resting for. `billed` asks each for one token where it
    /// has a `checkModelName`. The results come in the order of the pools.
    pub async fn check(&self, which: Which, billed: bool) -> Vec<Checked> {
        let table = self.table.load_full();
        let mut seats = chosen(&table, which);
        seats.sort_by_key(|(place, ..)| *place);
        self.progress.send_modify(|p| p.begin(seats.len()));
        let asker = Asker::User { billed };
        let mut work = Vec::with_capacity(seats.len());
        for (place, bench, seat) in seats {
            work.push(async move {
                let checked = self.one(bench, seat, asker).await;
                self.progress.send_modify(Progress::one_done);
                (place, checked)
            });
        }
        let all = stream::iter(work).buffer_unordered(AT_A_TIME);
        let mut all: Vec<(usize, Checked)> = all.collect().await;
        self.models.save(true).await;
        all.sort_by_key(|(place, _)| *place);
        all.into_iter().map(|(_, checked)| checked).collect()
    }

    /// Checks by schedule, until it is dropped.
    pub async fn run(self: Arc<Self>) {
        schedule::run(&self).await;
    }

    /// Checks one instance, after a check of it that is under way.
    async fn one(&self, bench: &Bench, seat: &Arc<Seat>, asker: Asker) -> Checked {
        let slot = Arc::clone(self.slots().entry(seat.uuid).or_default());
        let mut last = slot.lock().await;
        let billed = matches!(asker, Asker::User { billed: true });
        if let Some(known) = &*last
            && known.at.elapsed() < STILL_NEWS
            && known.checked.billed >= billed
        {
            return known.checked.clone();
        }
        let _running = Running::new(&self.progress, seat.uuid);
        if let (Asker::User { .. }, Some(upstream)) = (asker, &seat.upstream) {
            upstream.forgive();
        }
        let began = Instant::now();
        let finding = probe::probe(&*self.probe, seat, asker).await;
        let millis = began.elapsed().as_secs_f64() * 1_000.0;
        if let Some(list) = &finding.models
            && !list.is_empty()
        {
            let list = self.models.learn(seat.uuid, list.clone());
            seat.learn(list);
        }
        let was_bad = last.as_ref().is_some_and(|known| known.bad);
        conclude(bench, seat, &finding, asker, was_bad);
        let checked = finding.told(seat, state_of(bench, seat.uuid), millis);
        tracing::debug!(
            instance = seat.name, found = ?checked.found, reason = checked.reason, millis, "checked"
        );
        *last = Some(Known {
            at: Instant::now(),
            bad: match checked.found {
                Found::Bad => true,
                Found::Good => false,
                Found::Unclear | Found::Unasked => was_bad,
            },
            checked: checked.clone(),
        });
        checked
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The seats to check, with their places.
fn chosen(table: &Table, which: Which) -> Vec<(usize, &Bench, &Arc<Seat>)> {
    let all = table
        .benches()
        .iter()
        .flat_map(|bench| bench.seats.iter().map(move |seat| (bench, seat)));
    let wanted = all.filter(|(bench, seat)| match which {
        Which::All => !is_disabled(bench, seat.uuid),
        Which::Pool(kind) => bench.kind == kind && !is_disabled(bench, seat.uuid),
        Which::One(uuid) => seat.uuid == uuid,
    });
    wanted
        .enumerate()
        .map(|(place, (bench, seat))| (place, bench, seat))
        .collect()
}

fn is_disabled(bench: &Bench, uuid: Uuid) -> bool {
    state_of(bench, uuid) == Some(State::Disabled)
}

fn state_of(bench: &Bench, uuid: Uuid) -> Option<State> {
    let seen = bench.pool.snapshot();
    seen.iter()
        .find(|one| one.id == uuid)
        .map(|one| State::of(&one.gate))
}

/// What the pool is told.
///
/// A list proves that the account is known and its upstream there; not that its quota is back or its money, nor that
/// requests are served. So one that comes by schedule ends what lists can show, and only where it is news: where the check
/// before it found none. One that was there all along says nothing to requests that failed meanwhile.
fn conclude(bench: &Bench, seat: &Seat, finding: &Finding, asker: Asker, was_bad: bool) {
    let (pool, id) = (&bench.pool, seat.uuid);
    match (&finding.refusal, asker) {
        (Some(refusal), _) if finding.is_clear => {
            pool.report(id, finding.model.as_deref(), verdict::of(refusal));
        }
        (_, Asker::User { .. }) if seat.upstream.is_some() => pool.clear(id),
        (None, Asker::Schedule) if finding.served => {
            let model = finding.model.as_deref();
            let down = || {
                let state = state_of(bench, id);
                matches!(state, Some(State::Unhealthy | State::NeedsLogin))
            };
            if model.is_some() || (was_bad && down()) {
                pool.report(id, model, Verdict::Success);
            }
        }
        _ => {}
    }
}

/// Shows that an instance is being checked, while it lives.
struct Running<'a> {
    progress: &'a watch::Sender<Progress>,
    uuid: Uuid,
}

impl<'a> Running<'a> {
    fn new(progress: &'a watch::Sender<Progress>, uuid: Uuid) -> Self {
        progress.send_modify(|p| p.running.push(uuid));
        Self { progress, uuid }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.progress.send_modify(|p| {
            if let Some(at) = p.running.iter().position(|one| *one == self.uuid) {
                p.running.swap_remove(at);
            }
        });
    }
}

#[cfg(test)]
mod tests;
