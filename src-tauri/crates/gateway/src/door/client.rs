//! Whoever knocks: the command line, or a second start of the app.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use account::Secret;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::blocking;
use crate::control::{Control, Refused, Reply};
use crate::home::{Home, Running, Tenant};
use crate::status::Status;

/// How long an engine that has just started or is about to end is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);
/// How long a connection on this machine may take.
const CONNECT: Duration = Duration::from_secs(2);

/// A way to the engine that runs on a home.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    token: Secret<String>,
    running: Running,
}

/// Why a command did not reach the engine, or what it answered.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// It was not carried out.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The token cannot be read.
    #[error("the control door's token cannot be read: {0}")]
    Token(io::Error),
    /// An engine holds the home, and shows no door.
    #[error(
        "Millpond runs on this home as another program's part or is about to end (process {pid}), and cannot be asked; try again"
    )]
    NoDoor {
        /// Its process.
        pid: u32,
    },
    /// It cannot be reached.
    #[error("Millpond runs on this home, but cannot be reached at {address}: {reason}")]
    Unreachable {
        /// Where.
        address: SocketAddr,
        /// Why.
        reason: String,
    },
    /// What it answered is no answer of this version's.
    #[error(
        "the Millpond that runs on this home answers in another way ({0}); is it of another version?"
    )]
    Foreign(String),
}

impl Client {
    /// The way to the engine that runs on this home; `None` where none does. One that is just starting is waited for.
    ///
    /// # Errors
    /// One runs, and cannot be asked.
    pub async fn find(home: &Home) -> Result<Option<Self>, ClientError> {
        let begun = tokio::time::Instant::now();
        loop {
            let asked = home.clone();
            let tenant = blocking::run(move || asked.tenant()).await;
            let pid = match tenant {
                Tenant::Nobody => return Ok(None),
                Tenant::Engine(running) => match running.address {
                    Some(address) => return Self::to(home, address, running).await.map(Some),
                    None => running.pid,
                },
                Tenant::Unknown => 0,
            };
            if begun.elapsed() > PATIENCE {
                return Err(ClientError::NoDoor { pid });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn to(home: &Home, address: SocketAddr, running: Running) -> Result<Self, ClientError> {
        let path = home.control_token();
        let token = blocking::run(move || std::fs::read_to_string(path)).await;
        let token = token.map_err(ClientError::Token)?;
        Ok(Self {
            address: reachable(address),
            token: Secret::new(token.trim().to_owned()),
            running,
        })
    }

    /// Who it is.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// Has a command carried out.
    ///
    /// # Errors
    /// As [`ClientError`] says.
    pub async fn send(&self, command: &Control) -> Result<Reply, ClientError> {
        let body = serde_json::to_vec(command).map_err(|e| ClientError::Foreign(e.to_string()))?;
        let response = self.ask(Method::POST, "/control/command", body).await?;
        let status = response.status();
        let body = response.into_body().collect().await;
        let body = body.map_err(|error| self.unreachable(error))?.to_bytes();
        let foreign = |error: serde_json::Error| ClientError::Foreign(format!("{status}, {error}"));
        if status.is_success() {
            serde_json::from_slice(&body).map_err(foreign)
        } else {
            let refused: Refused = serde_json::from_slice(&body).map_err(foreign)?;
            Err(refused.into())
        }
    }

    /// Follows the status; `shown` gets each one, until it says that it has seen enough or the engine ends.
    ///
    /// # Errors
    /// As [`ClientError`] says.
    pub async fn follow(&self, mut shown: impl FnMut(Status) -> bool) -> Result<(), ClientError> {
        let response = self.ask(Method::GET, "/control/events", Vec::new()).await?;
        if !response.status().is_success() {
            return Err(ClientError::Foreign(response.status().to_string()));
        }
        let mut body = response.into_body();
        let mut text = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| self.unreachable(error))?;
            text.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
            while let Some(end) = end_of_line(&text) {
                let line: Vec<u8> = text.drain(..=end).collect();
                // An event is one line; keep-alives and the empty lines between say nothing.
                let Some(json) = line.strip_prefix(b"data: ") else {
                    continue;
                };
                let status = serde_json::from_slice(json);
                if !shown(status.map_err(|error| ClientError::Foreign(error.to_string()))?) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) async fn ask_raw(&self, body: &str) -> String {
        let asked = self.ask(Method::POST, "/control/command", body.into());
        let body = asked.await.unwrap().into_body().collect().await;
        String::from_utf8(body.unwrap().to_bytes().to_vec()).unwrap()
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Response<Incoming>, ClientError> {
        let connecting = tokio::time::timeout(CONNECT, TcpStream::connect(self.address));
        let stream = match connecting.await {
            Ok(stream) => stream.map_err(|error| self.unreachable(error))?,
            Err(_) => return Err(self.unreachable("no connection within 2 s")),
        };
        let opened = http1::handshake::<_, Full<Bytes>>(TokioIo::new(stream)).await;
        let (mut sender, connection) = opened.map_err(|error| self.unreachable(error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "the connection to the control door broke");
            }
        });
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.address.to_string())
            .header(AUTHORIZATION, format!("Bearer {}", self.token.expose()))
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| self.unreachable(error))?;
        sender
            .send_request(request)
            .await
            .map_err(|error| self.unreachable(error))
    }

    fn unreachable(&self, reason: impl ToString) -> ClientError {
        ClientError::Unreachable {
            address: self.address,
            reason: reason.to_string(),
        }
    }
}

fn end_of_line(text: &[u8]) -> Option<usize> {
    text.iter().position(|&byte| byte == b'\n')
}

/// Who listens on every address is asked at loopback.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
