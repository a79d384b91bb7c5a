//! A stream that was opened before anybody had answered: kept alive while instances are still being asked.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::time::{Duration, Interval, interval};

use crate::exchange::{Failed, Served};
use crate::form::Form;
use crate::relay::Relay;

/// How long a stream may be silent before it is opened with a sign of life, and between two of them.
pub(crate) const QUIET: Duration = Duration::from_secs(10);

/// The attempts of a request that is being served.
pub(crate) type Work = Pin<Box<dyn Future<Output = Result<Served, Failed>> + Send>>;

/// The body of such a stream.
pub(crate) struct Early {
    form: Form,
    state: State,
}

enum State {
    Asking(Work, Interval),
    Relaying(Box<Relay>),
    Over,
}

impl Early {
    /// Its first sign of life is sent at once.
    pub(crate) fn new(work: Work, form: Form) -> Self {
        Self {
            form,
            state: State::Asking(work, interval(QUIET)),
        }
    }
}

impl Body for Early {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = &mut *self;
        loop {
            match &mut this.state {
                State::Over => return Poll::Ready(None),
                State::Relaying(relay) => return Pin::new(relay.as_mut()).poll_frame(cx),
                State::Asking(work, ticks) => match work.as_mut().poll(cx) {
                    Poll::Pending => {
                        if ticks.poll_tick(cx).is_pending() {
                            return Poll::Pending;
                        }
                        let sign = Bytes::from_static(this.form.keep_alive());
                        return Poll::Ready(Some(Ok(Frame::data(sign))));
                    }
                    Poll::Ready(Ok(Served::Stream { relay, .. })) => {
                        this.state = State::Relaying(relay);
                    }
                    Poll::Ready(Ok(Served::Whole { .. })) => this.state = State::Over,
                    Poll::Ready(Err(failed)) => {
                        this.state = State::Over;
                        let event = this.form.broken(&failed.failure.fault, false);
                        return Poll::Ready(Some(Ok(Frame::data(event.into()))));
                    }
                },
            }
        }
    }
}
