//! One lease: the call that goes up through it, and what is made of a refusal.

use std::sync::Arc;
use std::time::Duration;

use pool::{Lease, Verdict};
use provider::endpoint::Api;
use provider::refusal::Cause;
use provider::{Call, ProviderType, Refusal};

use super::{Answered, Exchange, Tried};
use crate::faults::{self, Failure};
use crate::record::Attempt;
use crate::routes::Step;
use crate::seat::Seat;
use crate::talk::{Lesson, Talk};
use crate::thread;
use crate::verdict;
use crate::way::{self, Asked, Prepared, Way};

impl Exchange {
    /// One lease. `None` where somebody else may be asked.
    pub(super) async fn attempt(
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
            let way = way::of_seat(&self.target, &seat, &step.model, tried.talk);
            let Some((way, api)) = way else {
                return Ok(None);
            };
            let mut prepared = self.prepare((way, api), &step.model, &seat)?;
            self.ledger.attempting(&seat);
            let started = self.ledger.elapsed();
            let before = self.sent();
            let call = Call {
                api: prepared.api,
                model: seat.upstream_name(&step.model),
                dialect: way.dialect(self.target.dialect),
                client: Some((self.target.dialect, &self.head.headers)),
                query: self.head.uri.query().filter(|_| way == Way::Verbatim),
                body: std::mem::take(&mut prepared.body),
                stream: self.envelope.stream,
            };
            let outcome = upstream.send(&call, self.ledger.course()).await;
            let sent = self.sent() - before;
            seat.tally.count_uses(sent);
            let outcome = outcome.and_then(|answer| way::back(answer, &prepared));
            let mut attempt = self.noted(&lease, step, way, sent, started);
            match outcome {
                Ok((answer, losses)) => {
                    attempt.status = Some(200);
                    self.ledger.attempted(attempt);
                    self.ledger.lost(prepared.losses);
                    self.ledger.lost(losses);
                    return Ok(Some(Answered {
                        lease,
                        answer,
                        back: prepared.back,
                    }));
                }
                Err(refusal) => {
                    attempt.status = refusal.status;
                    attempt.refused = Some((refusal.cause, refusal.message.clone()));
                    self.ledger.attempted(attempt);
                    if self.goes_on_otherwise(&seat, &step.model, (api, &refusal), tried) {
                        continue;
                    }
                    self.refused(lease, way, &refusal, tried)?;
                    tried.last = Some(refusal);
                    return Ok(None);
                }
            }
        }
    }

    /// Whether the same instance is asked again by OpenAI's other API for conversations.
    fn goes_on_otherwise(
        &self,
        seat: &Seat,
        model: &str,
        (api, refusal): (Api, &Refusal),
        tried: &mut Tried,
    ) -> bool {
        if seat.kind != ProviderType::OpenaiCustom {
            return false;
        }
        let Some(lesson) = Lesson::of(api, refusal) else {
            return false;
        };
        if tried.talk != Talk::Either {
            // It has neither: what was learned of the one came of something else.
            seat.talks.forget();
            return false;
        }
        if self.sent() >= self.budget() {
            return false;
        }
        tried.talk = lesson.talk();
        seat.talks.learn(lesson, seat.upstream_name(model));
        true
    }

    fn prepare(&self, way: (Way, Api), model: &str, seat: &Seat) -> Result<Prepared, Failure> {
        if let (Way::Translated(_), Some(thread)) = (way.0, &self.thread) {
            thread.check()?;
        }
        let asked = Asked {
            target: &self.target,
            body: &self.body,
            envelope: &self.envelope,
        };
        let id = thread::token(self.ledger.id());
        way::prepare(way, asked, model, seat, id).map_err(Failure::from)
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
        if self.target.api.counts() && cannot_count(way, refusal) {
            lease.report(Verdict::Neutral);
            return Ok(());
        }
        if self.target.api.embeds() && lacks_call(refusal) {
            lease.report(Verdict::Neutral);
        } else {
            if verdict::counts_as_error(refusal) {
                seat.tally.count_failure();
            }
            lease.report(verdict::of(refusal));
        }
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

/// Many upstreams of conversations have no embeddings, which says nothing about an instance.
fn lacks_call(refusal: &Refusal) -> bool {
    refusal.cause == Cause::WrongUrl || matches!(refusal.status, Some(405 | 501))
}

/// Many relays have no call for counting, and not every translated request is one that can be counted: that says nothing
/// about an instance, and the count is estimated.
fn cannot_count(way: Way, refusal: &Refusal) -> bool {
    matches!(refusal.status, Some(404 | 405))
        || (way != Way::Verbatim && refusal.cause == Cause::BadRequest)
}
