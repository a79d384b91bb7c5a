//! One open connection: its sender and the connection itself, polled together.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1::{Connection, SendRequest};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// The byte stream below a connection: plain or TLS.
pub(crate) type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// A connection and the right to send on it.
pub(crate) struct Link {
    sender: SendRequest<Full<Bytes>>,
    connection: Pin<Box<Connection<Stream, Full<Bytes>>>>,
}

/// Why nothing came back on a link.
#[derive(Debug)]
pub(crate) enum SendError {
    /// The connection closed before any byte of an answer, as an idle one does when its server gave it up.
    Died,
    /// The connection failed in some other way.
    Failed(String),
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("closed", &self.sender.is_closed())
            .finish_non_exhaustive()
    }
}

impl Link {
    /// Speaks HTTP/1.1 over an open stream.
    pub(crate) async fn open(stream: Stream) -> Result<Self, hyper::Error> {
        let (sender, connection) = hyper::client::conn::http1::Builder::new()
            .max_headers(200)
            .handshake(stream)
            .await?;
        Ok(Self {
            sender,
            connection: Box::pin(connection),
        })
    }

    /// Lets the connection notice a close that came while it was idle.
    pub(crate) async fn alive(&mut self) -> bool {
        poll_fn(|cx| Poll::Ready(self.drive(cx).is_pending())).await && !self.sender.is_closed()
    }

    /// Whether the next request may be sent.
    pub(crate) fn is_ready(&self) -> bool {
        self.sender.is_ready()
    }

    /// Moves bytes in both directions; ready when the connection has ended.
    pub(crate) fn drive(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), hyper::Error>> {
        self.connection.as_mut().poll(cx)
    }

    /// Sends a request and drives the connection until the head of the answer is there.
    pub(crate) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, SendError> {
        let mut answer = pin!(self.sender.try_send_request(request));
        let mut ended: Option<Option<hyper::Error>> = None;
        let connection = &mut self.connection;
        poll_fn(|cx| {
            if ended.is_none()
                && let Poll::Ready(end) = connection.as_mut().poll(cx)
            {
                ended = Some(end.err());
            }
            answer.as_mut().poll(cx)
        })
        .await
        .map_err(|failed| {
            let error = failed.into_error();
            if is_early_close(&error) || ended.flatten().is_some_and(|e| is_early_close(&e)) {
                SendError::Died
            } else {
                SendError::Failed(describe(&error))
            }
        })
    }
}

/// Whether the peer closed without a byte of an answer.
fn is_early_close(error: &hyper::Error) -> bool {
    use std::io::ErrorKind;
    if error.is_canceled() || error.is_closed() || error.is_incomplete_message() {
        return true;
    }
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<std::io::Error>())
        .is_some_and(|io| {
            matches!(
                io.kind(),
                ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted
            )
        })
}

/// An error with its causes in one line.
pub(crate) fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = cause.source();
    }
    text
}
