//! Where [`Status`] is put together and watched: within a second of a change, and not at all while nothing changes.
//!
//! Gates tell of their changes themselves, and time's next one is known. Requests only nudge, and only while somebody
//! watches is that worth a look.

mod told;
mod watches;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, broadcast, watch};
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use crate::checks::Checks;
use crate::engine::Engine;
use crate::flights::Flights;
use crate::state::State;
use crate::stats::Stats;
use crate::stats::told::{Change, InstanceName};
use crate::status::survey::{self, Clock};
use crate::status::{InFlight, InstanceStatus, Mode, Status};
use told::{problems, vault};
use watches::Watches;

/// The least time between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// Changes of state that are shown.
const MOST_CHANGES: usize = 50;
/// Requests in flight that are shown.
const MOST_IN_FLIGHT: usize = 50;
/// While somebody watches requests that wait for their answers: these tell nobody when they get them.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// Changes that a slow listener may lag behind.
const LAG: usize = 256;

/// See the module.
#[derive(Debug)]
pub struct Board {
    engine: Arc<Engine>,
    checks: Arc<Checks>,
    stats: Stats,
    flights: Arc<Flights>,
    demo: AtomicBool,
    since: Timestamp,
    status: watch::Sender<Arc<Status>>,
    mode: watch::Sender<Mode>,
    /// For requests, which read it much more often than it changes.
    paused: Arc<AtomicBool>,
    address: watch::Sender<Option<SocketAddr>>,
    nudge: Notify,
    /// Somebody has begun to watch.
    watchers: Notify,
    changes: broadcast::Sender<Change>,
    memory: Mutex<Memory>,
}

/// What the last look saw.
#[derive(Debug)]
struct Memory {
    clock: Clock,
    states: HashMap<Uuid, State>,
    changes: VecDeque<Change>,
}

impl Board {
    /// A board that shows these.
    pub fn new(
        engine: Arc<Engine>,
        checks: Arc<Checks>,
        stats: Stats,
        flights: &Arc<Flights>,
        demo: bool,
    ) -> Arc<Self> {
        let memory = Memory {
            clock: Clock::new(),
            states: HashMap::new(),
            changes: VecDeque::new(),
        };
        let board = Self {
            engine,
            checks,
            stats,
            flights: Arc::clone(flights),
            demo: AtomicBool::new(demo),
            since: Timestamp::now(),
            status: watch::Sender::new(Arc::new(Status::unknown())),
            mode: watch::Sender::new(Mode::Running),
            paused: Arc::default(),
            address: watch::Sender::new(None),
            nudge: Notify::new(),
            watchers: Notify::new(),
            changes: broadcast::Sender::new(LAG),
            memory: Mutex::new(memory),
        };
        board.look();
        Arc::new(board)
    }

    /// Status as it changes.
    pub fn watch(&self) -> watch::Receiver<Arc<Status>> {
        let receiver = self.status.subscribe();
        // Who is new must see what went by while nobody watched, and whoever runs must wait for nudges now.
        self.watchers.notify_one();
        self.look();
        receiver
    }

    /// Status now.
    pub fn now(&self) -> Arc<Status> {
        self.look();
        self.status.borrow().clone()
    }

    /// Every change of an instance's state, once.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Something that no watch tells of may have changed: a request came or is over. Costs next to nothing.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    /// Whether it serves.
    pub fn mode(&self) -> watch::Receiver<Mode> {
        self.mode.subscribe()
    }

    /// Serves, or no more. What is ending stays so.
    pub fn set_mode(&self, mode: Mode) {
        self.mode.send_if_modified(|present| {
            let changes = *present != mode && *present != Mode::Stopping;
            if changes {
                *present = mode;
                self.paused.store(mode == Mode::Paused, Ordering::Relaxed);
            }
            changes
        });
    }

    /// Whether it is paused, for the proxy.
    pub fn paused(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.paused)
    }

    /// The demo is shown, or the home's own pools.
    pub fn set_demo(&self, on: bool) {
        self.demo.store(on, Ordering::Relaxed);
    }

    /// It accepts requests there.
    pub fn listening(&self, address: SocketAddr) {
        self.address.send_replace(Some(address));
    }

    /// Where it accepts requests.
    pub fn address(&self) -> Option<SocketAddr> {
        *self.address.borrow()
    }

    /// Looks whenever something has changed, until it is dropped.
    pub async fn run(self: Arc<Self>) {
        loop {
            // They begin before the look, so that nothing falls between.
            let watches = Watches::new(&self);
            let next = self.look();
            let not_before = Instant::now() + PAUSE;
            watches.any(&self, next).await;
            sleep_until(not_before).await;
        }
    }

    /// Shows what is, and says when time alone changes it next.
    fn look(&self) -> Option<Instant> {
        let table = self.engine.table();
        let mut memory = self.memory();
        memory.clock.follow();
        let pools = survey::pools(&table, &self.checks, &memory.clock);
        for change in memory.note(pools.iter().flat_map(|pool| &pool.instances)) {
            tracing::info!(
                instance = change.instance.name,
                state = change.state,
                reason = change.reason,
                "an instance's state has changed"
            );
            self.stats.record_change(change.clone());
            // Nobody may be listening.
            let _ = self.changes.send(change);
        }
        let status = Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            home: self.engine.home().folder().display().to_string(),
            endpoint: self.address.borrow().map(|at| format!("http://{at}")),
            key_hint: table.local_key.masked(),
            mode: *self.mode.borrow(),
            since: self.since,
            demo: self.demo.load(Ordering::Relaxed),
            pools,
            in_flight: self.flights.latest(MOST_IN_FLIGHT),
            changes: memory.changes.iter().cloned().collect(),
            checks: self.checks.progress().borrow().clone(),
            sign_ins: self.engine.sign_ins().shown(),
            stats: self.stats.health(),
            vault: vault(&self.engine.place()),
            problems: problems(&self.engine.problems().borrow()),
            look: table.settings.look,
        };
        drop(memory);
        let waits = status.in_flight.iter().any(InFlight::waits);
        let watched = self.status.receiver_count() > 0;
        let soon = (waits && watched).then(|| Instant::now() + LOOK_AGAIN);
        self.status.send_if_modified(|shown| {
            let news = **shown != status;
            if news {
                *shown = Arc::new(status);
            }
            news
        });
        let pools = table.benches().iter();
        let gates = pools.filter_map(|bench| bench.pool.next_change());
        gates.chain(soon).min()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Takes the states in, and gives what has changed. One that was not there before has not.
    fn note<'a>(&mut self, instances: impl Iterator<Item = &'a InstanceStatus>) -> Vec<Change> {
        let mut present = HashMap::new();
        let mut news = Vec::new();
        for one in instances {
            let before = self.states.get(&one.uuid);
            if before.is_some_and(|state| *state != one.state) {
                news.push(Change {
                    at: self.clock.time(Instant::now()),
                    instance: InstanceName {
                        uuid: one.uuid,
                        name: one.name.clone(),
                        provider: one.provider,
                    },
                    state: one.state.as_str().to_owned(),
                    reason: one.reason.clone(),
                    until: one.until,
                });
            }
            present.insert(one.uuid, one.state);
        }
        self.states = present;
        for change in &news {
            self.changes.push_front(change.clone());
        }
        self.changes.truncate(MOST_CHANGES);
        news
    }
}

#[cfg(test)]
mod tests;
