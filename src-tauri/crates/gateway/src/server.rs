//! The socket: accepts connections and lets what is in flight finish when the proxy stops.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::proxy::Proxy;

/// Connections that may wait to be accepted: with 128, some of 500 that come at once wait for a second.
const BACKLOG: i32 = 4_096;
/// How long a client may take for a request's head.
const HEAD_LIMIT: Duration = Duration::from_secs(30);
/// What a client's connection reads at once. The room for it stays as long as the connection, and so for as long as a stream
/// takes that a large request asked for. A request's head has to fit in.
const MOST_BUFFERED: usize = 16 << 10;
/// How long what is in flight may take when the proxy stops.
const FINISH_LIMIT: Duration = Duration::from_secs(10);
/// The pause after a failure to accept (no file descriptors left), so that it does not spin.
const PAUSE: Duration = Duration::from_millis(50);

/// Who is at the other end of a connection; requests to the control door bear it as an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Whether it is on this machine.
    pub is_local: bool,
}

impl Peer {
    fn of(stream: &TcpStream) -> Self {
        let is_local = match (stream.peer_addr(), stream.local_addr()) {
            (Ok(peer), Ok(own)) => peer.ip().is_loopback() || peer.ip() == own.ip(),
            _ => false,
        };
        Self { is_local }
    }
}

/// Why the proxy cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum CannotListen {
    /// Somebody else does.
    #[error("{0} is in use")]
    Busy(SocketAddr),
    /// `HOST` names no address of this machine.
    #[error("HOST \"{host}\" is no address to listen on: {source}")]
    Host {
        /// The setting.
        host: String,
        /// The system's words.
        source: io::Error,
    },
    /// Anything else.
    #[error("cannot listen on {at}: {source}")]
    Other {
        /// Where.
        at: SocketAddr,
        /// The system's words.
        source: io::Error,
    },
}

/// Listens on a host and port; port 0 takes a free one. Must be called inside a runtime.
pub fn listen(host: &str, port: u16) -> Result<TcpListener, CannotListen> {
    let at = address(host, port)?;
    bound(at).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => CannotListen::Busy(at),
        _ => CannotListen::Other { at, source },
    })
}

fn address(host: &str, port: u16) -> Result<SocketAddr, CannotListen> {
    let bare = host.trim_matches(['[', ']']);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(ip, port));
    }
    let failed = |source| CannotListen::Host {
        host: host.to_owned(),
        source,
    };
    (bare, port)
        .to_socket_addrs()
        .map_err(failed)?
        .next()
        .ok_or_else(|| failed(io::Error::other("the name has no address")))
}

fn bound(at: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(at), Type::STREAM, Some(Protocol::TCP))?;
    // On Windows the same option would let two processes share the port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&at.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Serves until `stop` resolves, then lets what is in flight finish, for ten seconds at most.
pub async fn serve(listener: TcpListener, proxy: Arc<Proxy>, stop: impl Future<Output = ()>) {
    let (stopping, stopped) = watch::channel(false);
    let accepting = async {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(connection(stream, Arc::clone(&proxy), stopped.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stop => {}
    }
    drop(listener);
    stopping.send_replace(true);
    drop(stopped);
    // Every connection holds a receiver: when all are gone, so is everything in flight.
    if tokio::time::timeout(FINISH_LIMIT, stopping.closed())
        .await
        .is_err()
    {
        tracing::warn!(open = stopping.receiver_count(), "requests were cut off");
    }
}

async fn connection(stream: TcpStream, proxy: Arc<Proxy>, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let peer = Peer::of(&stream);
    let service = service_fn(move |mut request: http::Request<Incoming>| {
        let proxy = Arc::clone(&proxy);
        // Requests to models need not pay for it.
        if request.uri().path().starts_with("/control") {
            request.extensions_mut().insert(peer);
        }
        async move { Ok::<_, std::convert::Infallible>(proxy.serve(request).await) }
    });
    let mut connection = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_LIMIT)
            .max_buf_size(MOST_BUFFERED)
            .serve_connection(TokioIo::new(stream), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        // The guard that this waits for must not live into the arm.
        () = async { drop(stopped.wait_for(|stop| *stop).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a client's connection broke");
    }
}
