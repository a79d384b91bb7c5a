//! How an exchange ends: somebody has answered, a count is estimated, or nobody served.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use chat::Usage;
use dialect::{StreamTranslation, history, rough_tokens, write_count};
use http::{HeaderMap, HeaderValue};
use pool::{Exhausted, Verdict};
use provider::Answer;
use provider::headers::down_headers;

use super::{Answered, Exchange, Tried};
use crate::answers::{self, Stamp};
use crate::faults::{self, Failure};
use crate::form::Form;
use crate::ledger::End;
use crate::record::Outcome;
use crate::relay::{Passing, Relay};
use crate::way::Return;

/// An answer for the client.
#[derive(Debug)]
pub(crate) enum Served {
    /// All of it.
    Whole {
        stamp: Stamp,
        headers: HeaderMap,
        body: Bytes,
    },
    /// A stream that has begun.
    Stream {
        stamp: Stamp,
        headers: HeaderMap,
        relay: Box<Relay>,
    },
}

/// An error for the client.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) stamp: Stamp,
    pub(crate) failure: Failure,
}

impl Exchange {
    pub(super) fn serve(mut self, answered: Answered) -> Served {
        let Answered {
            mut lease,
            answer,
            back,
        } = answered;
        let stamp = self.stamp(Some(lease.payload().label.clone()));
        self.ledger.content();
        let verbatim = matches!(back, Return::Verbatim);
        let keeping = match (&back, self.thread.take()) {
            (Return::Answer(..), Some(thread)) => thread.keeping(&self.body, self.ledger.id()),
            _ => None,
        };
        match answer {
            Answer::Whole(whole) => {
                lease.settle(Verdict::Success);
                if let Some(keeping) = keeping
                    && let Some(items) = history::output_items(&whole.body)
                {
                    keeping.keep(items);
                }
                let usage = whole.facts.usage.unwrap_or_else(|| Usage {
                    input: rough_tokens(self.body.len()),
                    output: rough_tokens(whole.body.len()),
                    estimated: true,
                    ..Usage::default()
                });
                self.ledger.close(End {
                    outcome: Outcome::Served,
                    status: 200,
                    error: None,
                    usage: Some(usage),
                });
                Served::Whole {
                    stamp,
                    headers: passed(verbatim, &whole.headers),
                    body: whole.body,
                }
            }
            Answer::Stream(opened) => {
                let headers = passed(verbatim, &opened.headers);
                let form = self.target.form();
                let passing = Passing {
                    translation: translation(&back, form),
                    form,
                    asked: self.body.len(),
                    keeping,
                };
                let relay = Relay::new(*opened, passing, lease, self.ledger);
                Served::Stream {
                    stamp,
                    headers,
                    relay: Box::new(relay),
                }
            }
        }
    }

    fn stamp(&self, instance: Option<HeaderValue>) -> Stamp {
        Stamp {
            id: answers::id_header(self.ledger.id()),
            instance,
            attempts: self.ledger.calls(),
        }
    }

    /// A count that no upstream gave.
    pub(super) fn estimate(mut self, tokens: u64) -> Served {
        let stamp = self.stamp(Some(HeaderValue::from_static("estimate")));
        self.ledger.close(End {
            outcome: Outcome::Served,
            status: 200,
            error: None,
            usage: None,
        });
        Served::Whole {
            stamp,
            headers: HeaderMap::new(),
            body: Bytes::from(write_count(self.target.dialect, tokens)),
        }
    }

    pub(super) fn nobody_served(&self, tried: &Tried) -> Failure {
        let asked = |kind| self.table.bench(kind);
        match (&tried.exhausted, &tried.last) {
            (Some((_, _, Exhausted::Tried)) | None, Some(last)) => {
                faults::all_failed(last, &tried.told)
            }
            (Some((kind, model, why)), last) => {
                let failure = faults::nobody(*why, asked(*kind), model, &tried.told);
                match last {
                    Some(last) => faults::after(last, *why, failure),
                    None => failure,
                }
            }
            (None, None) => {
                let manned = self
                    .plan
                    .steps
                    .iter()
                    .any(|step| asked(step.kind).is_some());
                faults::no_way(&self.target, &self.plan, manned)
            }
        }
    }

    pub(super) fn fail(&mut self, tried: &Tried, mut failure: Failure, outcome: Outcome) -> Failed {
        let stamp = self.stamp(tried.label.clone());
        failure.fault.request_id = self.ledger.id().to_string();
        self.ledger.close(End {
            outcome,
            status: failure.fault.status,
            error: Some(failure.fault.message.clone()),
            usage: None,
        });
        Failed { stamp, failure }
    }
}

/// How a stream becomes the client's; `None` where it is already.
fn translation(back: &Return, form: Form) -> Option<Box<StreamTranslation>> {
    let Return::Answer(upstream, back) = back else {
        return None;
    };
    let translation = StreamTranslation::new(*upstream, form.dialect, back);
    Some(Box::new(if form.array {
        translation.as_array()
    } else {
        translation
    }))
}

fn passed(verbatim: bool, headers: &HeaderMap) -> HeaderMap {
    if verbatim {
        down_headers(headers)
    } else {
        HeaderMap::new()
    }
}

pub(super) fn respond(form: Form, done: Result<Served, Failed>) -> Response {
    match done {
        Ok(Served::Whole {
            stamp,
            headers,
            body,
        }) => answers::whole(stamp, headers, body),
        Ok(Served::Stream {
            stamp,
            headers,
            relay,
        }) => answers::stream(stamp, headers, Body::new(relay), form),
        Err(failed) => answers::failed(failed.stamp, form, failed.failure),
    }
}
