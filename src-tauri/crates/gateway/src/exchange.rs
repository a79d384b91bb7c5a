//! One request's way through the pools: leases, best first, until somebody answers or nobody is left.
//!
//! - `attempt`: one of them; `outcome`: what the client gets of that.

mod attempt;
mod outcome;

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use dialect::Envelope;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use pool::{Exhausted, Lease, Session, Want};
use provider::{Answer, ProviderType, Refusal};
use tokio::time::timeout;

use crate::answers::{self, Stamp};
use crate::early::{Early, QUIET, Work};
use crate::faults::Failure;
use crate::ledger::Ledger;
use crate::record::Outcome;
use crate::routes::{Plan, Step, Target};
use crate::seat::Seat;
use crate::table::Table;
use crate::talk::Talk;
use crate::thread::Thread;
use crate::way::{self, Return};

use outcome::respond;
pub(crate) use outcome::{Failed, Served};

/// A request that was let in and understood.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) table: Arc<Table>,
    pub(crate) target: Target,
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
    pub(crate) envelope: Envelope,
    pub(crate) plan: Plan,
    pub(crate) session: Session,
    pub(crate) thread: Option<Thread>,
    pub(crate) ledger: Ledger,
}

/// Somebody has answered.
struct Answered {
    lease: Lease<Arc<Seat>>,
    answer: Answer,
    back: Return,
}

/// What the attempts have brought so far.
#[derive(Default)]
struct Tried {
    last: Option<Refusal>,
    /// Name and reason of each refusal.
    told: String,
    exhausted: Option<(ProviderType, String, Exhausted)>,
    label: Option<HeaderValue>,
    /// By which API the request goes on after an upstream lacked the other: calls are too few to find that out of each.
    talk: Talk,
}

impl Exchange {
    /// Asks, and answers. A stream that stays silent for too long is opened meanwhile.
    pub(crate) async fn answer(self) -> Response {
        let (form, stream) = (self.target.form(), self.envelope.stream);
        let pending = Stamp {
            id: answers::id_header(self.ledger.id()),
            instance: Some(HeaderValue::from_static("pending")),
            attempts: 0,
        };
        let mut work: Work = Box::pin(self.run());
        if !stream {
            return respond(form, work.await);
        }
        match timeout(QUIET, work.as_mut()).await {
            Ok(done) => respond(form, done),
            Err(_) => {
                let body = Body::new(Early::new(work, form));
                answers::stream(pending, HeaderMap::new(), body, form)
            }
        }
    }

    async fn run(mut self) -> Result<Served, Failed> {
        let mut tried = Tried::default();
        for at in 0..self.plan.steps.len() {
            let Some(step) = self.plan.steps.get(at).cloned() else {
                break;
            };
            match self.ask_pool(&step, &mut tried).await {
                Ok(Some(answered)) => return Ok(self.serve(answered)),
                Ok(None) if self.sent() >= self.budget() => break,
                Ok(None) => {}
                Err(failure) => return Err(self.fail(&tried, failure, Outcome::Rejected)),
            }
        }
        if self.target.api.counts() {
            return match dialect::estimate_tokens(self.target.dialect, &self.body) {
                Ok(tokens) => Ok(self.estimate(tokens)),
                Err(invalid) => Err(self.fail(&tried, invalid.into(), Outcome::Rejected)),
            };
        }
        let failure = self.nobody_served(&tried);
        Err(self.fail(&tried, failure, Outcome::Failed))
    }

    /// Upstream calls so far.
    fn sent(&self) -> u32 {
        self.ledger.course().sent()
    }

    fn budget(&self) -> u32 {
        self.table.settings.request_max_retries.max(1)
    }

    /// Asks one pool until somebody answers, nobody is left, or the calls are used up.
    async fn ask_pool(
        &mut self,
        step: &Step,
        tried: &mut Tried,
    ) -> Result<Option<Answered>, Failure> {
        let table = Arc::clone(&self.table);
        let Some(bench) = table.bench(step.kind) else {
            return Ok(None);
        };
        if way::of_kind(&self.target, step.kind).is_none() {
            return Ok(None);
        }
        let admit = |seat: &Arc<Seat>| seat.serves(&step.model);
        let mut attempts = bench.pool.attempts(Want {
            session: Some(self.session),
            model: Some(&step.model),
            admit: Some(&admit),
        });
        while self.sent() < self.budget() {
            let Some(lease) = attempts.next() else {
                let why = attempts.exhausted();
                tried.exhausted = Some((step.kind, step.model.clone(), why));
                return Ok(None);
            };
            if let Some(answered) = self.attempt(lease, step, tried).await? {
                return Ok(Some(answered));
            }
        }
        Ok(None)
    }
}
