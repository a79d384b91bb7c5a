//! Why an attempt failed: cause, whose side, may it be tried elsewhere, until when.

use std::time::Duration;

use bytes::Bytes;

/// What went wrong, in the words that statistics and messages use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The request itself is at fault (400, 413, 422): no other instance would take it.
    BadRequest,
    /// The account does not have this model.
    ModelMissing,
    /// The model, or what was asked of it, is served by another call of the same API (OpenAI: "only supported in
    /// v1/responses and not in v1/chat/completions").
    OtherCall,
    /// The address is not that of an API: 404/405 without JSON, or a web page.
    WrongUrl,
    /// The key is wrong, revoked or expired.
    KeyDead,
    /// The upstream will not serve this key here: region, firewall, permission.
    Forbidden,
    /// The provider has ended the account, or its kind of sign-in: only another account helps.
    Ended,
    /// Money or quota is used up; waiting a little does not help.
    OutOfMoney,
    /// A rate limit: wait.
    RateLimited,
    /// The upstream is overloaded for everybody.
    Overloaded,
    /// A failure that may pass: 5xx, 408, 409, …
    Transient,
    /// No connection could be made, or it broke before an answer.
    Unreachable,
    /// The machine itself has no network.
    NoNetwork,
    /// The connection was not made in time.
    ConnectTimeout,
    /// Connected, but no content in time.
    FirstContentTimeout,
    /// Content began, and then nothing came in time.
    IdleTimeout,
    /// The answer ended before its end mark, or is not what its dialect says.
    BrokenAnswer,
    /// The client went away.
    Cancelled,
}

/// Whose side the fault is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The client's request.
    Client,
    /// The instance or its upstream.
    Upstream,
    /// This machine's network.
    Local,
}

/// What rests because of the refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole instance.
    Instance,
    /// Only the model that was asked for.
    Model,
}

/// Why one attempt failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What went wrong.
    pub cause: Cause,
    /// What rests, where something must.
    pub scope: Scope,
    /// How long the upstream asked to wait; `None` where it named no time.
    pub wait: Option<Duration>,
    /// The upstream's HTTP status, where there was one.
    pub status: Option<u16>,
    /// One line for people: the upstream's own words where it had any. Holds no secret.
    pub message: String,
    /// The upstream's body, to be handed on where the client is at fault and speaks the same dialect.
    pub body: Option<Bytes>,
}

impl Cause {
    /// Whose side the fault is on.
    pub const fn side(self) -> Side {
        match self {
            Self::BadRequest | Self::OtherCall | Self::Cancelled => Side::Client,
            Self::NoNetwork => Side::Local,
            _ => Side::Upstream,
        }
    }

    /// Whether another instance may be asked the same.
    pub const fn may_go_elsewhere(self) -> bool {
        !matches!(self, Self::BadRequest | Self::OtherCall | Self::Cancelled)
    }

    /// The word in statistics, metrics and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad-request",
            Self::ModelMissing => "model-missing",
            Self::OtherCall => "other-call",
            Self::WrongUrl => "wrong-url",
            Self::KeyDead => "key-dead",
            Self::Forbidden => "forbidden",
            Self::Ended => "ended",
            Self::OutOfMoney => "out-of-money",
            Self::RateLimited => "rate-limited",
            Self::Overloaded => "overloaded",
            Self::Transient => "transient",
            Self::Unreachable => "unreachable",
            Self::NoNetwork => "no-network",
            Self::ConnectTimeout => "connect-timeout",
            Self::FirstContentTimeout => "first-content-timeout",
            Self::IdleTimeout => "idle-timeout",
            Self::BrokenAnswer => "broken-answer",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Refusal {
    /// A refusal without status, wait or body.
    pub fn new(cause: Cause, message: impl Into<String>) -> Self {
        Self {
            cause,
            scope: Scope::Instance,
            wait: None,
            status: None,
            message: message.into(),
            body: None,
        }
    }
}
