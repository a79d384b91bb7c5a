//! One request's record while it is being made. It is handed over once: when the request is over, or falls.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use chat::Usage;
use jiff::Timestamp;
use provider::upstream::Course;
use tokio::time::Instant;

use crate::flights::{Flights, Going};
use crate::record::{Attempt, Outcome, Record, RequestId};
use crate::routes::Target;
use crate::seat::Seat;

/// Who takes records. It must not wait: requests call it.
pub trait Meter: Send + Sync + Debug {
    /// A request is over.
    fn record(&self, record: Record);

    /// A request has come.
    fn came(&self) {}

    /// Where requests in flight are shown.
    fn flights(&self) -> Option<&Arc<Flights>> {
        None
    }
}

/// The record of a request, and the clock it is timed by.
#[derive(Debug)]
pub(crate) struct Ledger {
    meter: Arc<dyn Meter>,
    begun: Instant,
    /// Taken when it is handed over.
    record: Option<Box<Record>>,
    id: RequestId,
    going: Going,
}

/// How a request is told to have ended.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) outcome: Outcome,
    pub(crate) status: u16,
    pub(crate) error: Option<String>,
    pub(crate) usage: Option<Usage>,
}

impl Ledger {
    /// A request has come.
    pub(crate) fn open(meter: Arc<dyn Meter>, target: &Target) -> Self {
        let at = Timestamp::now();
        let id = RequestId::at(at);
        let going = Going::new(id, at, target.dialect, meter.flights());
        meter.came();
        Self {
            meter,
            begun: Instant::now(),
            id,
            going,
            record: Some(Box::new(Record {
                id,
                at,
                dialect: target.dialect,
                api: target.api,
                model: Arc::from(""),
                stream: false,
                client: None,
                route: "",
                attempts: Vec::new(),
                outcome: Outcome::Left,
                status: 499,
                error: None,
                usage: None,
                first_content: None,
                total: Duration::ZERO,
                losses: Vec::new(),
            })),
        }
    }

    /// The request's id.
    pub(crate) const fn id(&self) -> RequestId {
        self.id
    }

    /// How long ago the request came.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Upstream calls so far.
    pub(crate) fn calls(&self) -> u32 {
        let attempts = self.record.as_deref().map(|record| &record.attempts);
        attempts.map_or(0, |all| all.iter().map(|one| one.calls).sum())
    }

    /// Notes what is asked for.
    pub(crate) fn asks(&mut self, model: &Arc<str>, stream: bool, route: &'static str) {
        if let Some(record) = &mut self.record {
            record.model = Arc::clone(model);
            record.stream = stream;
            record.route = route;
        }
        self.going.asks(model, stream);
    }

    /// The course of its calls.
    pub(crate) fn course(&self) -> &Course {
        self.going.course()
    }

    /// An attempt begins.
    pub(crate) fn attempting(&self, seat: &Seat) {
        self.going.asked(seat.uuid, &seat.shown, seat.kind);
    }

    /// Notes an attempt.
    pub(crate) fn attempted(&mut self, attempt: Attempt) {
        if let Some(record) = &mut self.record {
            record.attempts.push(attempt);
        }
    }

    /// Notes what a translation could not say.
    pub(crate) fn lost(&mut self, losses: Vec<String>) {
        if let Some(record) = &mut self.record {
            record.losses.extend(losses);
        }
    }

    /// The first content is there.
    pub(crate) fn content(&mut self) {
        let now = self.begun.elapsed();
        if let Some(record) = &mut self.record {
            record.first_content.get_or_insert(now);
        }
        self.going.content();
    }

    /// The request is over. Only the first end counts.
    pub(crate) fn close(&mut self, end: End) {
        let Some(mut record) = self.record.take() else {
            return;
        };
        self.going.land();
        record.outcome = end.outcome;
        record.status = end.status;
        record.error = end.error;
        record.usage = end.usage;
        record.total = self.begun.elapsed();
        tell(&record);
        self.meter.record(*record);
    }
}

/// A request that falls without an end was left by its client.
impl Drop for Ledger {
    fn drop(&mut self) {
        self.close(End {
            outcome: Outcome::Left,
            status: 499,
            error: None,
            usage: None,
        });
    }
}

fn tell(record: &Record) {
    let served = record.attempts.last();
    tracing::info!(
        id = record.id.text().as_str(),
        model = &*record.model,
        outcome = record.outcome.as_str(),
        status = record.status,
        attempts = record.attempts.len(),
        instance = served.map_or("none", |attempt| &*attempt.name),
        millis = u64::try_from(record.total.as_millis()).unwrap_or(u64::MAX),
        error = record.error.as_deref(),
        "request"
    );
}
