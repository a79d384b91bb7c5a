//! Every cause by which a sign-in ends without success.

use serde::{Deserialize, Serialize};

use super::way;
use crate::Service;

/// Why a sign-in did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[error("{message}")]
pub struct Failure {
    /// The cause.
    pub cause: FailureCause,
    /// What happened and what to do, for people.
    pub message: String,
    /// The service's own words, where it had any.
    pub words: Option<String>,
    /// The service's code for it, where it had one.
    pub code: Option<String>,
    /// What works in its place, where nothing that the person does here will help.
    pub instead: Vec<String>,
}

/// The causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum FailureCause {
    /// The person, or their company, said no.
    Denied,
    /// The code or the answer came too late, or was used before.
    Expired,
    /// Nobody finished it in time.
    TimedOut,
    /// The answer belongs to another sign-in.
    WrongState,
    /// The service does not accept the proof that this program began the sign-in, or the answer itself.
    NotAccepted,
    /// A web page came where the service's answer should be.
    Firewall,
    /// No port is free to which the browser could hand the answer.
    BusyPort,
    /// The service does not take this account, or not from this client.
    NotEligible,
    /// The service wants the account verified first, and it was not in time.
    NotVerified,
    /// The account needs the id of a Google Cloud project.
    ProjectNeeded,
    /// No OAuth client is known by which Google would know this program.
    NoClient,
    /// The service does not know the OAuth client, or not any more.
    WrongClient,
    /// What was asked for cannot be meant: a start page, a region.
    BadRequest,
    /// The service cannot be reached.
    Unreachable,
    /// It is busy, or broken.
    Overloaded,
    /// It answered what nobody expects of it.
    OddAnswer,
    /// The sign-in worked, and its tokens cannot be kept.
    NotKept,
    /// The person stopped it.
    Cancelled,
}

impl Failure {
    /// A failure without the service's words.
    pub fn new(cause: FailureCause, message: impl Into<String>) -> Self {
        Self {
            cause,
            message: message.into(),
            words: None,
            code: None,
            instead: Vec::new(),
        }
    }

    /// With what the service said.
    #[must_use]
    pub fn saying(mut self, words: Option<String>, code: Option<String>) -> Self {
        self.words = words.filter(|words| !words.is_empty());
        self.code = code.filter(|code| !code.is_empty());
        self
    }

    /// With what works in its place.
    #[must_use]
    pub fn with_instead(mut self, service: Service) -> Self {
        self.instead = way::instead(service);
        self
    }
}

impl FailureCause {
    /// The word in logs and listings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::TimedOut => "timed-out",
            Self::WrongState => "wrong-state",
            Self::NotAccepted => "not-accepted",
            Self::Firewall => "firewall",
            Self::BusyPort => "busy-port",
            Self::NotEligible => "not-eligible",
            Self::NotVerified => "not-verified",
            Self::ProjectNeeded => "project-needed",
            Self::NoClient => "no-client",
            Self::WrongClient => "wrong-client",
            Self::BadRequest => "bad-request",
            Self::Unreachable => "unreachable",
            Self::Overloaded => "overloaded",
            Self::OddAnswer => "odd-answer",
            Self::NotKept => "not-kept",
            Self::Cancelled => "cancelled",
        }
    }
}
