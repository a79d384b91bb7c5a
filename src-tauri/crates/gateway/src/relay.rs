//! A stream on its way back to the client: verbatim with a tap beside it, or translated.
//!
//! From here on there is no other instance: what breaks becomes the dialect's own error event, and never a fabricated
//! end. A client that leaves drops the relay, which closes the upstream's connection.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use chat::Usage;
use dialect::{
    Dialect, Ending, Fault, FaultKind, Progress, StreamTranslation, Tap, rough_tokens,
    write_stream_fault,
};
use http_body::{Body, Frame};
use pool::{Lease, Verdict};
use provider::hop::HopBody;
use provider::pieces::Pieces;
use provider::refusal::Cause;
use provider::{Opened, Refusal};
use tokio::time::{Duration, Instant, Sleep, sleep};

use crate::ledger::{End, Ledger};
use crate::record::Outcome;
use crate::seat::Seat;
use crate::verdict;
use std::sync::Arc;

/// Bytes of a stream that bring one token, where it tells no usage: an event of OpenAI's holds about one.
const BYTES_A_TOKEN: u64 = 200;

/// Bytes that are ready at once and are joined to one write; more is never waited for.
const MOST_JOINED: usize = 64 << 10;

/// How the upstream's bytes become the client's.
#[derive(Debug)]
pub(crate) enum Passage {
    /// As they are.
    Verbatim(Tap),
    /// Through the neutral model.
    Translated(Box<StreamTranslation>),
}

/// A stream that is being relayed.
#[derive(Debug)]
pub(crate) struct Relay {
    held: VecDeque<Bytes>,
    body: HopBody,
    passage: Passage,
    client: Dialect,
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
    over: bool,
}

impl Relay {
    /// Goes on with a stream that has begun.
    pub(crate) fn new(
        opened: Opened,
        translation: Option<Box<StreamTranslation>>,
        client: Dialect,
        lease: Lease<Arc<Seat>>,
        ledger: Ledger,
        asked: usize,
    ) -> Self {
        let limits = lease.payload().upstream.as_ref().map(|u| u.limits().idle);
        let passage = translation.map_or(Passage::Verbatim(opened.tap), Passage::Translated);
        Self {
            held: opened.held.into(),
            body: opened.body,
            passage,
            client,
            lease,
            ledger,
            idle: limits.unwrap_or(Duration::from_secs(120)),
            heard: false,
            since: Instant::now(),
            timer: None,
            asked,
            passed: 0,
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
                if let Err(malformed) = translation.push(&chunk, &mut out) {
                    out.extend_from_slice(
                        &self.broken(&malformed.to_string(), Cause::BrokenAnswer),
                    );
                } else if let Some(error) = translation.error() {
                    let text = error.message.clone();
                    out.extend_from_slice(&self.broken(&text, Cause::Transient));
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
                let event = self.broken(&text, Cause::Transient);
                // Verbatim, the upstream's own event has passed already.
                if matches!(self.passage, Passage::Translated(_)) {
                    out.extend_from_slice(&event);
                }
            }
            Ok(Ending::Cut) => out.extend_from_slice(&self.broken(
                "the upstream closed the stream before its end",
                Cause::BrokenAnswer,
            )),
            Err(malformed) => {
                out.extend_from_slice(&self.broken(&malformed.to_string(), Cause::BrokenAnswer));
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
        self.lease.settle(Verdict::Success);
        self.close(Outcome::Served, None);
    }

    /// The stream broke: the verdict is given, and the client's error event returned.
    fn broken(&mut self, text: &str, cause: Cause) -> Vec<u8> {
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
        write_stream_fault(self.client, &fault)
    }

    fn close(&mut self, outcome: Outcome, error: Option<String>) {
        let told = match &self.passage {
            Passage::Verbatim(tap) => tap.usage(),
            Passage::Translated(translation) => translation.usage(),
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

    /// Nothing came: waits for it as long as the idle limit allows.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        loop {
            let idle = self.idle;
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(idle)));
            if std::mem::take(&mut self.heard) {
                self.since = Instant::now();
            }
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            let until = self.since + idle;
            if until > Instant::now() {
                // Chunks have come since the timer was set; it is moved only now, and not for each of them.
                timer.as_mut().reset(until);
                continue;
            }
            if self.progress() == Progress::End {
                self.complete();
                return Poll::Ready(None);
            }
            let limit = self.idle.as_millis();
            let text = format!("nothing more within {limit} ms (IDLE_TIMEOUT_MS)");
            let event = self.broken(&text, Cause::IdleTimeout);
            return Poll::Ready(Some(Ok(Frame::data(event.into()))));
        }
    }
}

impl Body for Relay {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = &mut *self;
        let mut out = Pieces::default();
        while !this.over && out.len() < MOST_JOINED {
            let piece = if let Some(chunk) = this.held.pop_front() {
                this.pass(chunk, true)
            } else {
                match Pin::new(&mut this.body).poll_frame(cx) {
                    Poll::Pending if out.is_empty() => return this.wait(cx),
                    Poll::Pending => break,
                    Poll::Ready(None) => this.ended(),
                    Poll::Ready(Some(Err(error))) => {
                        Some(this.broken(&error.to_string(), Cause::BrokenAnswer).into())
                    }
                    Poll::Ready(Some(Ok(frame))) => {
                        this.heard = true;
                        let data = frame.into_data().ok();
                        data.and_then(|chunk| this.pass(chunk, false))
                    }
                }
            };
            if let Some(piece) = piece {
                out.push(piece);
            }
        }
        let all = Some(out.join()).filter(|all| !all.is_empty());
        Poll::Ready(all.map(|all| Ok(Frame::data(all))))
    }
}
