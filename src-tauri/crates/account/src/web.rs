//! Calls to the endpoints of a sign-in: few, small, and none of them on the way of a client's request.
//!
//! - [`Web`]: who makes them; [`Real`] does by HTTP, tests do without.
//! - [`Heard`]: what came back, and [`Trouble`]: why it is not what was asked for.

mod heard;
mod real;

use futures_util::future::BoxFuture;
use http::Method;
use serde_json::Value;

pub use heard::{Heard, Trouble};
pub use real::{BadWay, Real};

use crate::Secret;

/// One call.
pub struct Ask {
    /// Its method.
    pub method: Method,
    /// Its whole address.
    pub url: String,
    /// Its headers, beside those that its body needs.
    pub headers: Vec<(&'static str, String)>,
    /// The access token it shows.
    pub bearer: Option<Secret<String>>,
    /// Its body.
    pub body: Body,
}

/// The body of a call.
pub enum Body {
    /// None.
    Empty,
    /// Fields of a form.
    Form(Vec<(&'static str, Secret<String>)>),
    /// JSON.
    Json(Value),
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unheard {
    /// The address cannot be asked.
    #[error("\"{0}\" is no address that can be asked")]
    BadAddress(String),
    /// No connection, or it broke.
    #[error("{host} cannot be reached: {reason}")]
    Unreachable {
        /// Whom.
        host: String,
        /// The system's words.
        reason: String,
    },
    /// No answer in time.
    #[error("{host} did not answer within {seconds} s")]
    Silent {
        /// Who.
        host: String,
        /// How long it was waited for.
        seconds: u64,
    },
}

/// Who makes calls.
pub trait Web: Send + Sync + std::fmt::Debug {
    /// Makes one. It never follows to another address.
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Heard, Unheard>>;
}

impl Ask {
    /// A GET.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url, Body::Empty)
    }

    /// A POST of a form.
    pub fn form(url: impl Into<String>, fields: Vec<(&'static str, Secret<String>)>) -> Self {
        Self::new(Method::POST, url, Body::Form(fields))
    }

    /// A POST of JSON.
    pub fn json(url: impl Into<String>, body: Value) -> Self {
        Self::new(Method::POST, url, Body::Json(body))
    }

    fn new(method: Method, url: impl Into<String>, body: Body) -> Self {
        Self {
            method,
            url: url.into(),
            headers: vec![("accept", "application/json".to_owned())],
            bearer: None,
            body,
        }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With an access token.
    #[must_use]
    pub fn bearer(mut self, token: &Secret<String>) -> Self {
        self.bearer = Some(token.clone());
        self
    }
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Body and token are secrets, and an address may hold one in its query.
        let path = self.url.split('?').next().unwrap_or_default();
        write!(f, "{} {path}", self.method)
    }
}
