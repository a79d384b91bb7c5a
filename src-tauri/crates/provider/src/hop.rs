//! The hop to an upstream on the hot path: HTTP/1.1 connections that the request's own task drives.
//!
//! A connection that lives in a task of its own costs two wake-ups and a channel a chunk. Here the
//! sender and its connection stay together: waiting for the answer and reading its body poll the
//! connection in place, and a finished body hands both back to the idle list of their origin.
//!
//! - [`route`]: where to connect and what the request line looks like (direct, HTTP proxy, SOCKS).
//! - [`link`]: one open connection.
//! - [`body`]: an answer's body, which drives its connection and gives it back at the end.

pub mod body;
pub mod link;
pub mod route;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tokio::time::{Instant, timeout_at};

pub use body::HopBody;
use link::{Link, SendError};
pub use route::{BadRoute, Route};

use crate::upstream::Course;

/// A connection that has been idle for longer than this is closed, not used: common servers
/// and load balancers keep theirs for 60 s or more.
const IDLE_LIFE: Duration = Duration::from_secs(50);
/// Idle connections kept for one origin.
const MOST_IDLE: usize = 1_024;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub enum HopError {
    /// The connection was not made within its limit.
    #[error("no connection within {} ms", .0.as_millis())]
    ConnectTimeout(Duration),
    /// The connection could not be made; `local` when this machine has no network at all.
    #[error("cannot connect: {message}")]
    Connect {
        /// The system's or TLS library's words.
        message: String,
        /// Whether the fault is this machine's network.
        local: bool,
    },
    /// The connection broke before an answer.
    #[error("the connection broke before an answer: {0}")]
    Broken(String),
    /// Connected, but the head of an answer did not come within its limit.
    #[error("no answer within {} ms", .0.as_millis())]
    Silent(Duration),
}

/// The connections to one origin, by one route.
#[derive(Debug)]
pub struct Hop {
    route: Route,
    idle: Mutex<Vec<Idle>>,
}

#[derive(Debug)]
struct Idle {
    link: Link,
    since: Instant,
}

impl Hop {
    /// A hop with no connection yet.
    pub fn new(route: Route) -> Arc<Self> {
        Arc::new(Self {
            route,
            idle: Mutex::new(Vec::new()),
        })
    }

    /// Where it connects to.
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// Sends one request and waits for the head of its answer. `answer_limit` begins when a connection stands, and the
    /// moment at which it ends is returned: the rest of the answer may have to keep it, too.
    ///
    /// An idle connection that turns out to be dead is replaced by a fresh one, once and unseen.
    pub async fn send(
        self: &Arc<Self>,
        request: Request<Full<Bytes>>,
        connect_limit: Duration,
        answer_limit: Duration,
        course: &Course,
    ) -> Result<(Response<HopBody>, Instant), HopError> {
        if let Some(mut link) = self.take_alive().await {
            course.connected();
            let deadline = Instant::now() + answer_limit;
            // The body is one shared reference: what this copies is the headers.
            match timeout_at(deadline, link.send(request.clone())).await {
                Ok(Ok(answer)) => return Ok((self.wrap(answer, link), deadline)),
                Ok(Err(SendError::Died)) => {}
                Ok(Err(SendError::Failed(message))) => return Err(HopError::Broken(message)),
                Err(_) => return Err(HopError::Silent(answer_limit)),
            }
        }
        let mut link = self.route.connect(connect_limit).await?;
        course.connected();
        let deadline = Instant::now() + answer_limit;
        match timeout_at(deadline, link.send(request)).await {
            Ok(Ok(answer)) => Ok((self.wrap(answer, link), deadline)),
            Ok(Err(SendError::Died)) => Err(HopError::Broken(
                "the upstream closed the connection".to_owned(),
            )),
            Ok(Err(SendError::Failed(message))) => Err(HopError::Broken(message)),
            Err(_) => Err(HopError::Silent(answer_limit)),
        }
    }

    /// The warmest idle connection that its server has not closed meanwhile.
    async fn take_alive(&self) -> Option<Link> {
        while let Some(mut link) = self.take_idle() {
            if link.alive().await {
                return Some(link);
            }
        }
        None
    }

    fn wrap(
        self: &Arc<Self>,
        answer: Response<hyper::body::Incoming>,
        link: Link,
    ) -> Response<HopBody> {
        answer.map(|incoming| HopBody::new(incoming, link, Arc::clone(self)))
    }

    fn take_idle(&self) -> Option<Link> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // The last one in is the warmest; when it is too old, all below it are.
        let last = idle.pop()?;
        if last.since.elapsed() < IDLE_LIFE {
            return Some(last.link);
        }
        idle.clear();
        None
    }

    /// Takes back a connection whose answer has ended.
    pub(crate) fn give_back(&self, link: Link) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(Idle {
                link,
                since: Instant::now(),
            });
        }
    }
}

#[cfg(test)]
mod tests;
