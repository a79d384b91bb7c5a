//! The thread that writes: one batch, one transaction; and what it does when the file does not let it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::book::Book;
use super::inbox::{Inbox, Work};
use super::keep::{self, Keep};
use super::store::{self, StoreError};
use super::told::SetAside;

/// How long it waits before it tries a file again that cannot be written.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A file that is new and damaged again is no accident: one a while is enough of them.
const SET_ASIDE_AT_MOST_EVERY: Duration = Duration::from_secs(60);
/// To look through all of a large file takes seconds.
const EXAMINED_AT_MOST_EVERY: Duration = Duration::from_secs(60);

/// What the thread owns.
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    inbox: Arc<Inbox>,
    keep: Arc<Keep>,
    /// Counts the files, so that readers notice a new one.
    file: Arc<AtomicU64>,
    book: Option<Book>,
    pause: Duration,
    set_aside: Option<Instant>,
    examined: Option<Instant>,
    next_cleaning: Instant,
}

impl Writer {
    pub(super) fn new(
        path: PathBuf,
        inbox: Arc<Inbox>,
        keep: Arc<Keep>,
        file: Arc<AtomicU64>,
    ) -> Self {
        Self {
            path,
            inbox,
            keep,
            file,
            book: None,
            pause: FIRST_PAUSE,
            set_aside: None,
            examined: None,
            next_cleaning: Instant::now(),
        }
    }

    /// Until the inbox is closed. Opens the file at once, so that a fault shows before the first request.
    pub(super) fn run(mut self) {
        self.work(Work::default());
        loop {
            let work = self.inbox.next();
            let last = work.last;
            self.work(work);
            if last {
                break;
            }
        }
        if let Some(book) = self.book.take() {
            // A failure leaves the log beside the file, where the next start finds it.
            let _ = book.db.close();
        }
        self.inbox.ended();
    }

    fn work(&mut self, work: Work) {
        if work.suspect {
            self.examine();
        }
        let mut written = self.write(&work);
        if let Err(error @ (StoreError::Damaged(_) | StoreError::Newer(_))) = &written
            && self.put_aside(error)
        {
            written = self.write(&work);
        }
        match written {
            Ok(held) => {
                self.recovered();
                self.inbox.done(&work.batch, held, false);
                self.clean();
            }
            Err(error) if work.last => {
                self.fail(&error);
                self.inbox.done(&work.batch, false, true);
            }
            Err(error) => {
                self.fail(&error);
                self.inbox.put_back(work.batch);
                self.inbox.pause(self.pause);
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            }
        }
    }

    /// A reader has met damage, perhaps where nothing is written any more.
    fn examine(&mut self) {
        if self
            .examined
            .is_some_and(|at| at.elapsed() < EXAMINED_AT_MOST_EVERY)
        {
            return;
        }
        self.examined = Some(Instant::now());
        let sound = self.opened().and_then(|book| store::examine(&book.db));
        if let Err(error @ StoreError::Damaged(_)) = sound {
            self.put_aside(&error);
        }
    }

    /// Writes, and says whether sums are held back.
    fn write(&mut self, work: &Work) -> Result<bool, StoreError> {
        if self
            .book
            .as_ref()
            .is_some_and(|l| l.identity != store::identity(&self.path))
        {
            tracing::warn!(path = %self.path.display(), "the statistics file was removed or replaced; a new one begins");
            self.book = None;
        }
        let whole = work.whole;
        let written = self.opened().and_then(|book| {
            book.write(&work.batch, whole)?;
            Ok(book.holds_back())
        });
        if written.is_err() {
            self.book = None;
        }
        written
    }

    fn opened(&mut self) -> Result<&mut Book, StoreError> {
        match &mut self.book {
            Some(book) => Ok(book),
            empty => {
                let book = Book::open(&self.path)?;
                self.file.fetch_add(1, Ordering::Release);
                Ok(empty.insert(book))
            }
        }
    }

    fn put_aside(&mut self, why: &StoreError) -> bool {
        self.book = None;
        let lately = self
            .set_aside
            .is_some_and(|at| at.elapsed() < SET_ASIDE_AT_MOST_EVERY);
        if lately {
            return false;
        }
        match store::set_aside(&self.path, why) {
            Ok(path) => {
                tracing::error!(
                    reason = %why, path = %path.display(),
                    "the statistics could not be used and were set aside; new ones begin, requests are served on"
                );
                self.set_aside = Some(Instant::now());
                let reason = why.to_string();
                self.inbox
                    .change_health(|health| health.set_aside = Some(SetAside { path, reason }));
                true
            }
            Err(error) => {
                tracing::error!(%error, reason = %why, "the statistics cannot be used, nor set aside");
                false
            }
        }
    }

    fn fail(&self, error: &StoreError) {
        let fault = error.to_string();
        self.inbox.change_health(|health| {
            if health.fault.as_ref() != Some(&fault) {
                tracing::error!(%error, "statistics are not written; requests are served on");
                health.fault = Some(fault);
            }
        });
    }

    fn recovered(&mut self) {
        self.pause = FIRST_PAUSE;
        self.inbox.change_health(|health| {
            if health.fault.take().is_some() {
                tracing::info!("statistics are written again");
            }
        });
    }

    /// Throws away what is old. Only after something was written: an idle program writes nothing.
    fn clean(&mut self) {
        if Instant::now() < self.next_cleaning {
            return;
        }
        let Some(book) = &mut self.book else {
            return;
        };
        match keep::clean(&mut book.db, self.keep.limits()) {
            Ok(rest) => self.next_cleaning = Instant::now() + rest,
            Err(error) => {
                tracing::warn!(%error, "old statistics were not thrown away");
                self.next_cleaning = Instant::now() + LONGEST_PAUSE;
            }
        }
    }
}
