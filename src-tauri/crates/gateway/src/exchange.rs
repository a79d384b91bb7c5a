//! One request's way through the pools: leases, best first, until somebody answers or nobody is left.
//!
//! - `outcome`: what the client gets of that.

mod outcome;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use dialect::{Envelope, translate_reply};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use pool::{Exhausted, Lease, Session, Verdict, Want};
use provider::endpoint::Api;
use provider::refusal::Cause;
use provider::{Answer, Call, ProviderType, Refusal, Whole};
use tokio::time::timeout;

use crate::answers::{self, Stamp};
use crate::early::{Early, QUIET, Work};
use crate::faults::{self, Failure};
use crate::ledger::Ledger;
use crate::record::{Attempt, Outcome};
use crate::routes::{Plan, Step, Target};
use crate::seat::Seat;
use crate::table::Table;
use crate::verdict;
use crate::way::{self, Prepared, Way};

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
    pub(crate) ledger: Ledger,
}

/// Somebody has answered.
struct Answered {
    lease: Lease<Arc<Seat>>,
    answer: Answer,
    prepared: Prepared,
}

/// What the attempts have brought so far.
#[derive(Default)]
struct Tried {
    calls: AtomicU32,
    last: Option<Refusal>,
    /// Name and reason of each refusal.
    told: String,
    exhausted: Option<(ProviderType, String, Exhausted)>,
    label: Option<HeaderValue>,
    /// An upstream of this request lacks the Responses API: calls are too few to find that out of each.
    chat_only: bool,
}

impl Tried {
    fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }
}

impl Exchange {
    /// Asks, and answers. A stream that stays silent for too long is opened meanwhile.
    pub(crate) async fn answer(self) -> Response {
        let (dialect, stream) = (self.target.dialect, self.envelope.stream);
        let pending = Stamp {
            id: answers::id_header(self.ledger.id()),
            instance: Some(HeaderValue::from_static("pending")),
            attempts: 0,
        };
        let mut work: Work = Box::pin(self.run());
        if !stream {
            return respond(dialect, work.await);
        }
        match timeout(QUIET, work.as_mut()).await {
            Ok(done) => respond(dialect, done),
            Err(_) => {
                let body = Body::new(Early::new(work, dialect));
                answers::stream(pending, HeaderMap::new(), body)
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
                Ok(None) if tried.calls() >= self.budget() => break,
                Ok(None) => {}
                Err(failure) => return Err(self.fail(&tried, failure, Outcome::Rejected)),
            }
        }
        if self.target.api == Api::CountTokens {
            return Ok(self.estimate());
        }
        let failure = self.nobody_served(&tried);
        Err(self.fail(&tried, failure, Outcome::Failed))
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
        while tried.calls() < self.budget() {
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

    /// One lease. `None` where somebody else may be asked.
    async fn attempt(
        &mut self,
        lease: Lease<Arc<Seat>>,
        step: &Step,
        tried: &mut Tried,
    ) -> Result<Option<Answered>, Failure> {
        let seat = Arc::clone(lease.payload());
        let Some(upstream) = &seat.upstream else {
            return Ok(None);
        };
        tried.label = Some(seat.label.clone());
        loop {
            let Some((way, api)) = way::of_seat(&self.target, &seat, tried.chat_only) else {
                return Ok(None);
            };
            let prepared = self.prepare(way, &step.model, &seat)?;
            let started = self.ledger.elapsed();
            let before = tried.calls();
            let call = Call {
                api,
                model: seat.upstream_name(&step.model),
                dialect: way.dialect(self.target.dialect),
                client: Some((self.target.dialect, &self.head.headers)),
                query: self.head.uri.query().filter(|_| way == Way::Verbatim),
                body: prepared.body.clone(),
                stream: self.envelope.stream,
            };
            let outcome = upstream.send(&call, &tried.calls).await;
            let sent = tried.calls() - before;
            seat.tally.count_uses(sent);
            let outcome = outcome.and_then(|answer| translated(answer, &prepared));
            let mut attempt = self.noted(&lease, step, way, sent, started);
            match outcome {
                Ok(answer) => {
                    attempt.status = Some(200);
                    self.ledger.attempted(attempt);
                    return Ok(Some(Answered {
                        lease,
                        answer,
                        prepared,
                    }));
                }
                Err(refusal) => {
                    attempt.status = refusal.status;
                    attempt.refused = Some((refusal.cause, refusal.message.clone()));
                    self.ledger.attempted(attempt);
                    if lacks_responses(way, api, &refusal) && tried.calls() < self.budget() {
                        seat.lacks_responses();
                        tried.chat_only = true;
                        continue;
                    }
                    self.refused(lease, way, &refusal, tried)?;
                    tried.last = Some(refusal);
                    return Ok(None);
                }
            }
        }
    }

    fn prepare(&self, way: Way, model: &str, seat: &Seat) -> Result<Prepared, Failure> {
        let id = self.ledger.id().0.simple().to_string();
        way::prepare(
            way,
            &self.target,
            &self.body,
            &self.envelope,
            model,
            seat,
            id,
        )
        .map_err(Failure::from)
    }

    fn noted(
        &self,
        lease: &Lease<Arc<Seat>>,
        step: &Step,
        way: Way,
        calls: u32,
        started: Duration,
    ) -> Attempt {
        let seat = lease.payload();
        Attempt {
            instance: seat.uuid,
            name: Arc::clone(&seat.shown),
            provider: step.kind,
            model: Arc::from(seat.upstream_name(&step.model)),
            dialect: way.dialect(self.target.dialect),
            calls,
            started,
            took: self.ledger.elapsed().saturating_sub(started),
            status: None,
            refused: None,
            affine: lease.is_affine(),
            trial: lease.is_trial(),
        }
    }

    /// Gives the verdict. An error where nobody else may be asked.
    fn refused(
        &self,
        lease: Lease<Arc<Seat>>,
        way: Way,
        refusal: &Refusal,
        tried: &mut Tried,
    ) -> Result<(), Failure> {
        let seat = Arc::clone(lease.payload());
        // Many relays have no call for counting: that says nothing about them.
        let uncounted =
            self.target.api == Api::CountTokens && matches!(refusal.status, Some(404 | 405));
        if uncounted {
            lease.report(Verdict::Neutral);
            return Ok(());
        }
        if verdict::counts_as_error(refusal) {
            seat.tally.count_failure();
        }
        lease.report(verdict::of(refusal));
        if !refusal.cause.may_go_elsewhere() {
            return Err(faults::handed_on(refusal, way == Way::Verbatim));
        }
        if !tried.told.is_empty() {
            tried.told.push_str("; ");
        }
        tried.told.push_str(&seat.name);
        tried.told.push_str(": ");
        tried.told.push_str(&refusal.message);
        Ok(())
    }
}

/// The answer in the client's dialect, where it is whole. What cannot be read is the upstream's fault.
fn translated(answer: Answer, prepared: &Prepared) -> Result<Answer, Refusal> {
    let (Answer::Whole(whole), Some((upstream, back))) = (&answer, &prepared.back) else {
        return Ok(answer);
    };
    let reply = translate_reply(*upstream, prepared.client, &whole.body, back)
        .map_err(|malformed| Refusal::new(Cause::BrokenAnswer, malformed.to_string()))?;
    let mut facts = whole.facts.clone();
    facts.usage = reply.usage.or(facts.usage);
    Ok(Answer::Whole(Box::new(Whole {
        headers: HeaderMap::new(),
        body: reply.body.into(),
        facts,
    })))
}

/// An OpenAI-compatible upstream without the Responses API: it has Chat Completions.
fn lacks_responses(way: Way, api: Api, refusal: &Refusal) -> bool {
    way == Way::Verbatim
        && api == Api::Responses
        && (refusal.cause == Cause::WrongUrl || matches!(refusal.status, Some(405 | 501)))
}
