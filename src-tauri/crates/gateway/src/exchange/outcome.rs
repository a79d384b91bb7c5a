//! How an exchange ends: somebody has answered, a count is estimated, or nobody served.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use chat::Usage;
use dialect::{Dialect, StreamTranslation, rough_tokens};
use http::{HeaderMap, HeaderValue};
use pool::{Exhausted, Verdict};
use provider::Answer;
use provider::headers::down_headers;

use super::{Answered, Exchange, Tried};
use crate::answers::{self, Stamp};
use crate::faults::{self, Failure};
use crate::ledger::End;
use crate::record::Outcome;
use crate::relay::Relay;

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
            prepared,
        } = answered;
        let stamp = self.stamp(Some(lease.payload().label.clone()));
        self.ledger.content();
        self.ledger.lost(prepared.losses);
        let verbatim = prepared.back.is_none();
        match answer {
            Answer::Whole(whole) => {
                lease.settle(Verdict::Success);
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
                let client = self.target.dialect;
                let translation = prepared.back.map(|(upstream, back)| {
                    Box::new(StreamTranslation::new(upstream, client, &back))
                });
                let asked = self.body.len();
                let relay = Relay::new(*opened, translation, client, lease, self.ledger, asked);
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
    pub(super) fn estimate(mut self) -> Served {
        let tokens = dialect::estimate_tokens(self.target.dialect, &self.body)
            .unwrap_or_else(|_| rough_tokens(self.body.len()));
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
            body: Bytes::from(format!("{{\"input_tokens\":{tokens}}}")),
        }
    }

    pub(super) fn nobody_served(&self, tried: &Tried) -> Failure {
        let asked = |kind| self.table.bench(kind);
        match (&tried.exhausted, &tried.last) {
            (Some((_, _, Exhausted::Tried)) | None, Some(last)) => {
                faults::all_failed(last, &tried.told)
            }
            (Some((kind, model, why)), _) => faults::nobody(*why, asked(*kind), model, &tried.told),
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

    pub(super) fn fail(&mut self, tried: &Tried, failure: Failure, outcome: Outcome) -> Failed {
        let stamp = self.stamp(tried.label.clone());
        self.ledger.close(End {
            outcome,
            status: failure.fault.status,
            error: Some(failure.fault.message.clone()),
            usage: None,
        });
        Failed { stamp, failure }
    }
}

fn passed(verbatim: bool, headers: &HeaderMap) -> HeaderMap {
    if verbatim {
        down_headers(headers)
    } else {
        HeaderMap::new()
    }
}

pub(super) fn respond(dialect: Dialect, done: Result<Served, Failed>) -> Response {
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
        }) => answers::stream(stamp, headers, Body::new(relay)),
        Err(failed) => answers::failed(failed.stamp, dialect, failed.failure),
    }
}
