//! Where records wait for the writer, and where the latest stay readable.
//!
//! Handing a record in is one short lock and no system call but for the first after a pause: the writer sleeps
//! between batches whatever comes in.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::book::Batch;
use super::told::{Change, Health};
use crate::record::{Record, RequestId};

/// How long records are gathered before they are written.
const GATHERING: Duration = Duration::from_millis(200);
/// Records that wait at most: some seconds of the heaviest load.
const MOST_WAITING: usize = 16_384;
const MOST_CHANGES: usize = 1_024;
/// Records that stay readable in memory.
const MOST_RECENT: usize = 256;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    state: Mutex<State>,
    /// For the writer: something has come, or somebody waits.
    called: Condvar,
    /// For those who wait: something was written.
    written: Condvar,
    health_changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: Batch,
    recent: VecDeque<Arc<Record>>,
    /// Records and changes that came, and those that are written or given up.
    came: u64,
    done: u64,
    /// The writer holds sums back.
    held: bool,
    /// Somebody wants all to be written now.
    hurry: bool,
    /// The writer has looked at the file.
    begun: bool,
    closing: bool,
    ended: bool,
    suspect: bool,
    health: Health,
}

/// What the writer is to do.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) batch: Batch,
    /// Somebody waits for it, or it is the last.
    pub(super) whole: bool,
    /// A reader found the file damaged.
    pub(super) suspect: bool,
    /// Nothing comes after it.
    pub(super) last: bool,
}

impl Inbox {
    /// Takes a record; never blocks for longer than a copy of some pointers.
    pub(super) fn put(&self, record: Record) {
        let record = Arc::new(record);
        let mut state = self.lock();
        let oldest = (state.recent.len() >= MOST_RECENT)
            .then(|| state.recent.pop_front())
            .flatten();
        state.recent.push_back(Arc::clone(&record));
        let full = state.ended || state.waiting.records.len() >= MOST_WAITING;
        if full {
            state.health.dropped += 1;
        } else {
            state.waiting.records.push(record);
        }
        self.came(state, !full);
        drop(oldest);
    }

    /// Takes a change of state.
    pub(super) fn put_change(&self, change: Change) {
        let mut state = self.lock();
        let full = state.ended || state.waiting.changes.len() >= MOST_CHANGES;
        if !full {
            state.waiting.changes.push(change);
        }
        self.came(state, !full);
    }

    fn came(&self, mut state: MutexGuard<'_, State>, taken: bool) {
        if !taken {
            return;
        }
        state.came += 1;
        let first = state.waiting.records.len() + state.waiting.changes.len() == 1;
        drop(state);
        if first {
            self.called.notify_one();
        }
    }

    /// The latest records, newest first.
    pub(super) fn recent(&self) -> Vec<Arc<Record>> {
        self.lock().recent.iter().rev().cloned().collect()
    }

    /// A record of late.
    pub(super) fn find(&self, id: RequestId) -> Option<Arc<Record>> {
        let state = self.lock();
        state
            .recent
            .iter()
            .rev()
            .find(|record| record.id == id)
            .cloned()
    }

    pub(super) fn health(&self) -> Health {
        let state = self.lock();
        Health {
            waiting: state.came - state.done,
            ..state.health.clone()
        }
    }

    pub(super) fn change_health(&self, change: impl FnOnce(&mut Health)) {
        let mut state = self.lock();
        let before = state.health.clone();
        change(&mut state.health);
        if state.health != before {
            drop(state);
            self.health_changed.notify_one();
        }
    }

    /// Waits for the next change of health that matters to people.
    pub(super) async fn health_changed(&self) {
        self.health_changed.notified().await;
    }

    /// A reader found the file damaged.
    pub(super) fn suspect(&self) {
        self.lock().suspect = true;
        self.called.notify_one();
    }

    /// Waits, blocking the thread, until all that came is written or given up; says whether it was in time. Does not
    /// wait for a file that cannot be written.
    pub(super) fn settle(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        let mut state = self.lock();
        let target = state.came;
        while !state.begun || state.done < target || state.held {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || state.ended || state.health.fault.is_some() {
                return false;
            }
            if state.begun {
                state.hurry = true;
                self.called.notify_one();
            }
            let (next, _) = self
                .written
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner);
            state = next;
        }
        true
    }

    /// No more records: the writer ends when it has written what is there.
    pub(super) fn close(&self) {
        self.lock().closing = true;
        self.called.notify_one();
    }

    /// For the writer: waits until there is work.
    pub(super) fn next(&self) -> Work {
        let mut state = self.lock();
        while state.waiting.is_empty() && !state.is_urgent() && !state.held {
            state = self
                .called
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let deadline = Instant::now() + GATHERING;
        while !state.is_urgent() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let (next, _) = self
                .called
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner);
            state = next;
        }
        Work {
            batch: std::mem::take(&mut state.waiting),
            whole: state.closing | std::mem::take(&mut state.hurry),
            suspect: std::mem::take(&mut state.suspect),
            last: state.closing,
        }
    }

    /// For the writer: these are written, all but sums that are `held` back, or given up.
    pub(super) fn done(&self, batch: &Batch, held: bool, lost: bool) {
        let mut state = self.lock();
        let records = batch.records.len() as u64;
        state.done += records + batch.changes.len() as u64;
        if lost {
            state.health.dropped += records;
        }
        state.held = held;
        state.begun = true;
        drop(state);
        self.written.notify_all();
    }

    /// For the writer: a batch that could not be written goes back to the front; what has no room is given up.
    pub(super) fn put_back(&self, mut batch: Batch) {
        let mut state = self.lock();
        let newer = std::mem::take(&mut state.waiting);
        batch.records.extend(newer.records);
        batch.changes.extend(newer.changes);
        let before = batch.records.len() + batch.changes.len();
        let lost = batch.records.len().saturating_sub(MOST_WAITING);
        batch.records.drain(..lost);
        batch.changes.truncate(MOST_CHANGES);
        state.done += (before - batch.records.len() - batch.changes.len()) as u64;
        state.health.dropped += lost as u64;
        state.waiting = batch;
        state.begun = true;
        drop(state);
        self.written.notify_all();
    }

    /// For the writer: waits before it tries again; ends early where it is to end.
    pub(super) fn pause(&self, time: Duration) {
        let deadline = Instant::now() + time;
        let mut state = self.lock();
        while !state.closing && !state.suspect {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let (next, _) = self
                .called
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner);
            state = next;
        }
    }

    /// For the writer: it is over.
    pub(super) fn ended(&self) {
        self.lock().ended = true;
        self.written.notify_all();
    }

    /// Whether the writer is over.
    pub(super) fn wait_for_end(&self, limit: Duration) -> bool {
        let state = self.lock();
        let (state, _) = self
            .written
            .wait_timeout_while(state, limit, |state| !state.ended)
            .unwrap_or_else(PoisonError::into_inner);
        state.ended
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_urgent(&self) -> bool {
        self.closing || self.suspect || self.hurry
    }
}
