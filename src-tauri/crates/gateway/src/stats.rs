//! What was asked, answered and refused, kept in a SQLite file. It may break or vanish; requests are served on.
//!
//! - [`told`]: single requests, changes of state and health, as they are told; [`figures`]: questions and sums.
//! - [`keep`]: what is kept for how long.
//!
//! Inside, on the way of a record:
//! - `inbox`: where records wait, bounded, and where the latest stay readable;
//! - `writer`: the thread that writes a batch every 200 ms, and sets a file aside that cannot be used;
//! - `book`: one batch in one transaction; `sums`: what records add up to, by the stretch (`span`); `histogram`: times, to add up;
//! - `store`: the file: schema, versions, setting aside; `telling`: records and rows as they are told;
//! - `reader`, `summary`: questions, on a connection of their own.

mod book;
pub mod figures;
mod histogram;
mod inbox;
pub mod keep;
mod reader;
mod span;
mod store;
mod summary;
mod sums;
mod telling;
pub mod told;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use rusqlite::Connection;
use uuid::Uuid;

use crate::record::{Record, RequestId};
use figures::{Minutes, Question, Summary};
use inbox::Inbox;
use keep::{Keep, Limits};
use reader::Reader;
pub use store::StoreError;
use told::{Change, Find, Health, Told};
use writer::Writer;

/// How long an answer waits for what was handed in before it.
const SETTLING: Duration = Duration::from_secs(2);
/// How long the end waits for the last batch.
const ENDING: Duration = Duration::from_secs(5);

/// The name of the file in the home.
pub const FILE_NAME: &str = "stats.db";

/// The statistics; handles are clones of one another.
#[derive(Debug, Clone)]
pub struct Stats {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    inbox: Arc<Inbox>,
    keep: Arc<Keep>,
    reader: Reader,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum StatsError {
    /// The file cannot be read.
    #[error("the statistics in {path} cannot be read: {reason}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: StoreError,
    },
    /// The program is ending.
    #[error("the statistics are closed")]
    Closed,
}

impl Stats {
    /// Opens or makes the file and starts the writer. Never fails: what is wrong shows in [`health`](Self::health).
    pub fn open(path: impl Into<PathBuf>) -> Self {
        let (stats, writer) = Self::at(path.into(), Limits::default());
        let started = std::thread::Builder::new()
            .name("millpond-stats".to_owned())
            .spawn(move || writer.run());
        if let Err(error) = started {
            stats.inner.inbox.ended();
            let fault = format!("no thread could be started: {error}");
            stats
                .inner
                .inbox
                .change_health(|health| health.fault = Some(fault));
        }
        stats
    }

    /// For reading a file that nobody writes: no thread, and no file is made.
    pub fn read_only(path: impl Into<PathBuf>) -> Self {
        let (stats, _) = Self::at(path.into(), Limits::default());
        stats.inner.inbox.ended();
        stats
    }

    fn at(path: PathBuf, limits: Limits) -> (Self, Writer) {
        let inbox = Arc::new(Inbox::default());
        let keep = Arc::new(Keep::new(limits));
        let file = Arc::new(AtomicU64::new(0));
        let writer = Writer::new(
            path.clone(),
            Arc::clone(&inbox),
            Arc::clone(&keep),
            Arc::clone(&file),
        );
        let reader = Reader::new(path.clone(), file);
        let inner = Inner {
            path,
            inbox,
            keep,
            reader,
        };
        let stats = Self {
            inner: Arc::new(inner),
        };
        (stats, writer)
    }

    /// Changes what is kept, from the next cleaning on.
    pub fn keep(&self, limits: Limits) {
        self.inner.keep.set(limits);
    }

    /// Takes a request that is over. Neither blocks nor fails: where there is no room it is counted as dropped.
    pub fn record(&self, record: Record) {
        self.inner.inbox.put(record);
    }

    /// Takes a change of an instance's state.
    pub fn record_change(&self, change: Change) {
        self.inner.inbox.put_change(change);
    }

    /// How the statistics themselves are.
    pub fn health(&self) -> Health {
        self.inner.inbox.health()
    }

    /// Waits until they begin to fail, or do so no more. For one who waits at a time.
    pub async fn health_changed(&self) {
        self.inner.inbox.health_changed().await;
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// One request; `None` where it is not known, or not any more.
    ///
    /// # Errors
    /// The file cannot be read, and it is none of the latest.
    pub async fn explain(&self, id: RequestId) -> Result<Option<Told>, StatsError> {
        if let Some(record) = self.inner.inbox.find(id) {
            return Ok(Some(Told::from(&*record)));
        }
        self.read(move |db| reader::one(db, id)).await
    }

    /// Requests, newest first. Where the file cannot be read, those of the latest that memory still has.
    pub async fn find(&self, find: Find) -> Vec<Told> {
        let asked = find.clone();
        match self.read(move |db| reader::find(db, &asked)).await {
            Ok(found) => found,
            Err(_) => self.latest(&find),
        }
    }

    /// Sums over a stretch of time.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn summary(&self, question: Question) -> Result<Summary, StatsError> {
        self.read(move |db| summary::summary(db, &question)).await
    }

    /// The last minutes, at most a day of them.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn minutes(&self, count: u32) -> Result<Minutes, StatsError> {
        self.read(move |db| summary::minutes(db, count)).await
    }

    /// Changes of state, newest first; 0 means 100.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn changes(
        &self,
        instance: Option<Uuid>,
        most: u32,
    ) -> Result<Vec<Change>, StatsError> {
        self.read(move |db| reader::changes(db, instance, most))
            .await
    }

    /// Writes what waits and ends the writer.
    pub async fn close(&self) {
        let inner = Arc::clone(&self.inner);
        inner.inbox.close();
        // Joined or not, the program ends.
        let _ = tokio::task::spawn_blocking(move || inner.inbox.wait_for_end(ENDING)).await;
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StatsError> {
        let inner = Arc::clone(&self.inner);
        let answer = tokio::task::spawn_blocking(move || {
            inner.inbox.settle(SETTLING);
            let answer = inner.reader.with(read);
            if let Err(StoreError::Damaged(_)) = &answer {
                inner.inbox.suspect();
            }
            answer.map_err(|reason| StatsError::Unreadable {
                path: inner.path.clone(),
                reason,
            })
        });
        answer.await.map_err(|_| StatsError::Closed)?
    }

    fn latest(&self, find: &Find) -> Vec<Told> {
        let recent = self.inner.inbox.recent();
        let mut all: Vec<Told> = recent.iter().map(|record| Told::from(&**record)).collect();
        all.retain(|told| find.takes(told));
        all.sort_by_key(|told| std::cmp::Reverse(told.id));
        all.truncate(reader::limit(find.limit));
        all
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.inbox.close();
    }
}

#[cfg(test)]
mod tests;
