//! What the proxy remembers of one request: the one value that statistics, logs, metrics and `explain` are made of.

use std::sync::Arc;
use std::time::Duration;

use chat::Usage;
use dialect::Dialect;
use jiff::Timestamp;
use provider::ProviderType;
use provider::endpoint::Api;
use provider::refusal::Cause;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One request of a client's, when it is over.
#[derive(Debug, Clone)]
pub struct Record {
    /// The id in `x-request-id`.
    pub id: RequestId,
    /// When it came.
    pub at: Timestamp,
    /// The client's dialect.
    pub dialect: Dialect,
    /// The call.
    pub api: Api,
    /// The model as the client named it.
    pub model: Arc<str>,
    /// Whether a stream was asked for.
    pub stream: bool,
    /// Whose key it showed, where keys have names.
    pub client: Option<Arc<str>>,
    /// Why this pool was asked first, in words for the user: `the path names it`.
    pub route: &'static str,
    /// Every attempt, in order.
    pub attempts: Vec<Attempt>,
    /// How it ended.
    pub outcome: Outcome,
    /// The status the client got.
    pub status: u16,
    /// What the client was told when it failed.
    pub error: Option<String>,
    /// What it cost; `None` where nothing was served.
    pub usage: Option<Usage>,
    /// From its coming to the first content for the client.
    pub first_content: Option<Duration>,
    /// From its coming to its end.
    pub total: Duration,
    /// What a translation could not say.
    pub losses: Vec<String>,
}

/// The id of a request, as its text is shown: `req_` and 32 hexadecimal digits. It begins with the time, so that ids
/// sort by the coming of their requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
pub struct RequestId(pub Uuid);

/// An id's text, made once for a header and a line of the log.
#[derive(Clone, Copy)]
pub struct IdText([u8; ID_LENGTH]);

const ID_PREFIX: &str = "req_";
const ID_LENGTH: usize = ID_PREFIX.len() + 32;

impl IdText {
    /// As text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// One attempt.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Through whom.
    pub instance: Uuid,
    /// What people call it.
    pub name: Arc<str>,
    /// Its pool.
    pub provider: ProviderType,
    /// The model as it was asked for there.
    pub model: Arc<str>,
    /// The wire format that was spoken there.
    pub dialect: Dialect,
    /// Requests that went up in this attempt: 2 where the key had to be sent in its other form.
    pub calls: u32,
    /// From the request's coming to the attempt's start.
    pub started: Duration,
    /// How long it took: to the first content where it served, to the refusal where it did not.
    pub took: Duration,
    /// The upstream's status, where there was one.
    pub status: Option<u16>,
    /// Why it did not serve; `None` where it did.
    pub refused: Option<(Cause, String)>,
    /// Whether it was chosen because it served the conversation before.
    pub affine: bool,
    /// Whether it was the trial of an unhealthy instance.
    pub trial: bool,
}

/// How a request ended, for its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Served to its end.
    Served,
    /// It failed before any content reached the client.
    Failed,
    /// The answer broke after content had reached the client.
    Broken,
    /// The client went away.
    Left,
    /// The client's own request was at fault (400, 413, 422, 401, 404).
    Rejected,
}

impl Outcome {
    /// Every ending.
    pub const ALL: [Self; 5] = [
        Self::Served,
        Self::Failed,
        Self::Broken,
        Self::Left,
        Self::Rejected,
    ];

    /// The word in statistics, metrics and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Failed => "failed",
            Self::Broken => "broken",
            Self::Left => "left",
            Self::Rejected => "rejected",
        }
    }
}

impl RequestId {
    /// A new one.
    pub fn random() -> Self {
        Self::at(Timestamp::now())
    }

    /// A new one of this time: 48 bits of milliseconds since 1970, then 80 random ones.
    pub fn at(time: Timestamp) -> Self {
        let chance = (u128::from(fastrand::u16(..)) << 64) | u128::from(fastrand::u64(..));
        Self(Uuid::from_u128(Self::earliest(time).0.as_u128() | chance))
    }

    /// Its text.
    pub fn text(self) -> IdText {
        let mut text = [0; ID_LENGTH];
        let (prefix, digits) = text.split_at_mut(ID_PREFIX.len());
        prefix.copy_from_slice(ID_PREFIX.as_bytes());
        self.0.simple().encode_lower(digits);
        IdText(text)
    }

    /// The least id of this time.
    pub fn earliest(time: Timestamp) -> Self {
        let millis = u128::try_from(time.as_millisecond()).unwrap_or_default();
        Self(Uuid::from_u128(millis << 80))
    }
}

impl Serialize for RequestId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RequestId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text().as_str())
    }
}

/// A text that is no request id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no request id; it looks like req_ and 32 hexadecimal digits, and stands in x-request-id"
)]
pub struct NoRequestId(pub String);

impl std::str::FromStr for RequestId {
    type Err = NoRequestId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix(ID_PREFIX).unwrap_or(text);
        Uuid::try_parse(digits)
            .map(Self)
            .map_err(|_| NoRequestId(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v1_an_id_sorts_by_time_and_its_text_reads_back() {
        let early = RequestId::at(Timestamp::from_second(1_700_000_000).unwrap());
        let late = RequestId::at(Timestamp::from_second(1_700_000_001).unwrap());
        assert!(early < late);
        assert!(RequestId::earliest(Timestamp::from_second(1_700_000_000).unwrap()) <= early);
        assert_eq!(early.to_string().parse(), Ok(early));
        let json = serde_json::to_string(&late).unwrap();
        assert_eq!(serde_json::from_str::<RequestId>(&json).unwrap(), late);
        assert!("req_nothing".parse::<RequestId>().is_err());
    }
}
