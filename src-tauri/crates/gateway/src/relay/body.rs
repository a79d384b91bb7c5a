//! A relay as a body: what is ready is joined to one write, and silence is timed.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use dialect::Progress;
use http_body::{Body, Frame};
use provider::pieces::Pieces;
use provider::refusal::Cause;
use tokio::time::{Instant, sleep};

use super::Relay;

/// Bytes that are ready at once and are joined to one write; more is never waited for.
const MOST_JOINED: usize = 64 << 10;

impl Relay {
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
            let mut event = Vec::new();
            self.broken(&text, Cause::IdleTimeout, &mut event);
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
                        let mut event = Vec::new();
                        this.broken(&error.to_string(), Cause::BrokenAnswer, &mut event);
                        Some(event.into())
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
