//! An answer's body, which drives its connection and gives it back at the end.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use dialect::code_assist::Unwrap;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::Hop;
use super::link::{Link, describe};

/// The body of an answer. Dropped before its end, it closes the connection, which is how an upstream
/// learns that nobody listens any more.
#[derive(Debug)]
pub struct HopBody {
    incoming: Incoming,
    link: Option<Link>,
    home: Arc<Hop>,
    wrapped: Option<Unwrap>,
}

/// The connection broke before the body's end.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the connection broke: {0}")]
pub struct BodyBroken(pub String);

impl HopBody {
    pub(super) fn new(incoming: Incoming, link: Link, home: Arc<Hop>) -> Self {
        Self {
            incoming,
            link: Some(link),
            home,
            wrapped: None,
        }
    }

    /// The same without the envelopes that its pieces come in.
    #[must_use]
    pub fn unwrapped(mut self, unwrap: Unwrap) -> Self {
        self.wrapped = Some(unwrap);
        self
    }

    /// The next piece as it came.
    fn poll_raw(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyBroken>>> {
        match self.poll_driven(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(Ok(frame))),
            Poll::Ready(Some(Err(error))) => {
                self.link = None;
                Poll::Ready(Some(Err(BodyBroken(describe(&error)))))
            }
            Poll::Ready(None) => {
                self.settle(cx);
                Poll::Ready(None)
            }
        }
    }

    /// The next piece out of its envelope; pieces that complete none bring nothing yet.
    fn poll_unwrapped(
        &mut self,
        mut unwrap: Unwrap,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyBroken>>> {
        let broken = |error: dialect::Malformed| BodyBroken(error.to_string());
        let mut out = Vec::new();
        loop {
            match self.poll_raw(cx) {
                Poll::Pending => {
                    self.wrapped = Some(unwrap);
                    return Poll::Pending;
                }
                Poll::Ready(Some(Ok(frame))) => {
                    let pushed = match frame.into_data() {
                        Ok(data) => unwrap.push(&data, &mut out),
                        Err(_) => Ok(()),
                    };
                    if let Err(error) = pushed {
                        return Poll::Ready(Some(Err(broken(error))));
                    }
                    if !out.is_empty() {
                        self.wrapped = Some(unwrap);
                        return Poll::Ready(Some(Ok(Frame::data(out.into()))));
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                // Without the envelopes from here on: there is nothing more.
                Poll::Ready(None) => {
                    return match unwrap.finish(&mut out) {
                        Err(error) => Poll::Ready(Some(Err(broken(error)))),
                        Ok(()) if out.is_empty() => Poll::Ready(None),
                        Ok(()) => Poll::Ready(Some(Ok(Frame::data(out.into())))),
                    };
                }
            }
        }
    }

    /// Polls the connection, then asks for what it brought.
    fn poll_driven(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut failure = None;
        if let Some(link) = &mut self.link
            && let Poll::Ready(end) = link.drive(cx)
        {
            failure = end.err();
            self.link = None;
        }
        match Pin::new(&mut self.incoming).poll_frame(cx) {
            Poll::Pending => failure.map_or(Poll::Pending, |error| Poll::Ready(Some(Err(error)))),
            ready => ready,
        }
    }

    fn settle(&mut self, cx: &mut Context<'_>) {
        let Some(mut link) = self.link.take() else {
            return;
        };
        // One more poll lets the connection see that its message is complete.
        if link.is_ready() || (link.drive(cx).is_pending() && link.is_ready()) {
            self.home.give_back(link);
        }
    }
}

impl Body for HopBody {
    type Data = Bytes;
    type Error = BodyBroken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyBroken>>> {
        match self.wrapped.take() {
            None => self.poll_raw(cx),
            Some(unwrap) => self.poll_unwrapped(unwrap, cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.wrapped.is_none() && self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match self.wrapped {
            None => self.incoming.size_hint(),
            Some(_) => SizeHint::default(),
        }
    }
}
