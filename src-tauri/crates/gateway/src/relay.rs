//! A stream on its way back to the client: verbatim with a tap beside it, or translated.
//!
//! - `body`: as the body that is polled.
//!
//! From here on there is no other instance: what breaks becomes the dialect's own error event, and never a fabricated
//! end. A client that leaves drops the relay, which closes the upstream's connection.

mod body;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use chat::Usage;
use dialect::{Ending, Fault, FaultKind, Progress, StreamTranslation, Tap, rough_tokens};
use pool::{Lease, Verdict};
use provider::hop::HopBody;
use provider::refusal::Cause;
use provider::{Opened, Refusal};
use tokio::time::{Duration, Instant, Sleep};

use crate::form::Form;
use crate::ledger::{End, Ledger};
use crate::record::Outcome;
use crate::seat::Seat;
use crate::thread::Keeping;
use crate::verdict;

/// Bytes of a stream that bring one token, where it tells no usage: an event of OpenAI's holds about one.
const BYTES_A_TOKEN: u64 = 200;

/// How the upstream's bytes become the client's.
#[derive(Debug)]
pub(crate) enum Passage {
    /// As they are.
    Verbatim(Tap),
    /// Through the neutral model.
    Translated(Box<StreamTranslation>),
}

/// What a relay does with a stream.
#[derive(Debug)]
pub(crate) struct Passing {
    /// How it becomes the client's; `None` where it is already.
    pub(crate) translation: Option<Box<StreamTranslation>>,
    /// How the client takes it.
    pub(crate) form: Form,
    /// Bytes of the request.
    pub(crate) asked: usize,
    /// Where it is kept when it is whole.
    pub(crate) keeping: Option<Keeping>,
}

/// A stream that is being relayed.
#[derive(Debug)]
pub(crate) struct Relay {
    held: VecDeque<Bytes>,
    body: HopBody,
    passage: Passage,
    form: Form,
    /// Falls with the relay; it holds the instance's place until then.
    lease: Lease<Arc<Seat>>,
    ledger: Ledger,
    idle: Duration,
    /// Something came since the timer was set.
    heard: bool,
    /// When the wait that is under way began.
    since: Instant,
    timer: Option<Pin<Box<Sleep>>>,
    /// Bytes of the request, and of the answer so far.
    asked: usize,
    passed: u64,
    keeping: Option<Keeping>,
    over: bool,
}

impl Relay {
    /// Goes on with a stream that has begun.
    pub(crate) fn new(
        opened: Opened,
        passing: Passing,
        lease: Lease<Arc<Seat>>,
        ledger: Ledger,
    ) -> Self {
        let Passing {
            translation,
            form,
            asked,
            keeping,
        } = passing;
        let limits = lease.payload().upstream.as_ref().map(|u| u.limits().idle);
        let passage = translation.map_or(Passage::Verbatim(opened.tap), Passage::Translated);
        Self {
            held: opened.held.into(),
            body: opened.body,
            passage,
            form,
            lease,
            ledger,
            idle: limits.unwrap_or(Duration::from_secs(120)),
            heard: false,
            since: Instant::now(),
            timer: None,
            asked,
            passed: 0,
            keeping,
            over: false,
        }
    }

    /// What a chunk brings for the client.
    fn pass(&mut self, chunk: Bytes, known: bool) -> Option<Bytes> {
        self.passed += chunk.len() as u64;
        match &mut self.passage {
            Passage::Verbatim(tap) => {
                if !known {
                    tap.scan(&chunk);
                }
                Some(chunk)
            }
            Passage::Translated(translation) => {
                let mut out = Vec::with_capacity(chunk.len() + 64);
                match translation.push(&chunk, &mut out) {
                    Err(malformed) => {
                        let text = malformed.to_string();
                        self.broken(&text, Cause::BrokenAnswer, &mut out);
                    }
                    Ok(progress) => {
                        if let Some(error) = translation.error() {
                            let text = error.message.clone();
                            self.broken(&text, Cause::Transient, &mut out);
                        } else if progress == Progress::End {
                            // The client may go on from it as soon as it has the end.
                            keep(&mut self.keeping, translation);
                        }
                    }
                }
                (!out.is_empty()).then(|| Bytes::from(out))
            }
        }
    }

    /// The upstream has closed.
    fn ended(&mut self) -> Option<Bytes> {
        let mut out = Vec::new();
        let ending = match &mut self.passage {
            Passage::Verbatim(tap) => Ok(tap.finish()),
            Passage::Translated(translation) => translation.finish(&mut out),
        };
        match ending {
            Ok(Ending::Complete) => self.complete(),
            Ok(Ending::Failed) => {
                let text = self.error_text();
                self.broken(&text, Cause::Transient, &mut out);
                // The upstream's own event has passed already.
                if matches!(self.passage, Passage::Verbatim(_)) {
                    out.clear();
                }
            }
            Ok(Ending::Cut) => {
                let text = "the upstream closed the stream before its end";
                self.broken(text, Cause::BrokenAnswer, &mut out);
            }
            Err(malformed) => {
                let text = malformed.to_string();
                self.broken(&text, Cause::BrokenAnswer, &mut out);
            }
        }
        (!out.is_empty()).then(|| Bytes::from(out))
    }

    fn error_text(&self) -> String {
        match &self.passage {
            Passage::Verbatim(tap) => tap.error().map(|error| error.message.clone()),
            Passage::Translated(translation) => translation.error().map(|e| e.message.clone()),
        }
        .unwrap_or_default()
    }

    fn progress(&self) -> Progress {
        match &self.passage {
            Passage::Verbatim(tap) => tap.progress(),
            Passage::Translated(translation) => translation.progress(),
        }
    }

    fn complete(&mut self) {
        self.over = true;
        if let Passage::Translated(translation) = &self.passage {
            keep(&mut self.keeping, translation);
        }
        self.lease.settle(Verdict::Success);
        self.close(Outcome::Served, None);
    }

    /// The stream broke: the verdict is given, and the client's error event written.
    fn broken(&mut self, text: &str, cause: Cause, out: &mut Vec<u8>) {
        self.over = true;
        let refusal = Refusal::new(cause, text);
        self.lease.payload().tally.count_failure();
        self.lease.settle(verdict::of(&refusal));
        let kind = match cause {
            Cause::IdleTimeout => FaultKind::Timeout,
            _ => FaultKind::Upstream,
        };
        let fault = Fault {
            status: 502,
            kind,
            message: format!(
                "the answer of {} broke off: {text}",
                self.lease.payload().name
            ),
            code: None,
            param: None,
            request_id: self.ledger.id().to_string(),
        };
        self.close(Outcome::Broken, Some(text.to_owned()));
        match &mut self.passage {
            Passage::Translated(translation) => translation.fail(&fault, out),
            Passage::Verbatim(_) => out.extend(self.form.broken(&fault, self.passed > 0)),
        }
    }

    fn close(&mut self, outcome: Outcome, error: Option<String>) {
        let told = match &self.passage {
            Passage::Verbatim(tap) => tap.usage(),
            Passage::Translated(translation) => {
                let losses = translation.losses().iter();
                self.ledger.lost(losses.map(ToString::to_string).collect());
                translation.usage()
            }
        };
        let usage = told.unwrap_or_else(|| Usage {
            input: rough_tokens(self.asked),
            output: self.passed.div_ceil(BYTES_A_TOKEN),
            estimated: true,
            ..Usage::default()
        });
        self.ledger.close(End {
            outcome,
            status: 200,
            error,
            usage: Some(usage),
        });
    }
}

/// Keeps an answer that is whole.
fn keep(keeping: &mut Option<Keeping>, translation: &StreamTranslation) {
    if let Some(items) = translation.items()
        && let Some(keeping) = keeping.take()
    {
        keeping.keep(items);
    }
}
