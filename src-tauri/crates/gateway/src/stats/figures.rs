//! What statistics tell of many requests: questions and sums.

use jiff::Timestamp;
use provider::ProviderType;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::told::InstanceName;

/// What to sum up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// From when on; hours and days count from their beginning.
    #[cfg_attr(test, ts(as = "String"))]
    pub from: Timestamp,
    /// Until when; `None` for now.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub until: Option<Timestamp>,
    /// A row for each of what; none for the sum alone.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub by: Vec<By>,
    /// Of this instance only.
    #[serde(default)]
    pub instance: Option<Uuid>,
    /// Of this pool only.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "ProviderType | null", optional))]
    pub provider: Option<ProviderType>,
    /// Of this model only.
    #[serde(default)]
    pub model: Option<String>,
    /// Of this client only.
    #[serde(default)]
    pub client: Option<String>,
}

/// What rows of a summary are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The hour; hours older than eight days have become days.
    Hour,
    /// The day, by the local calendar.
    Day,
    /// The instance.
    Instance,
    /// The pool.
    Provider,
    /// The model as clients name it.
    Model,
    /// The client.
    Client,
}

/// An answer to a [`Question`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Summary {
    /// Everything.
    pub total: Figures,
    /// One row for each of what was asked for: times in order, else most requests first.
    pub rows: Vec<Row>,
    /// Failed attempts by cause, most first.
    pub causes: Vec<CauseCount>,
}

/// A row of a summary; only what it is told apart by is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Row {
    /// When its hour or day began.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub start: Option<Timestamp>,
    /// Its instance; `None` also for requests that no instance was asked for.
    pub instance: Option<InstanceName>,
    /// Its pool.
    #[cfg_attr(test, ts(type = "ProviderType | null"))]
    pub provider: Option<ProviderType>,
    /// Its model.
    pub model: Option<String>,
    /// Its client.
    pub client: Option<String>,
    /// Its figures.
    pub figures: Figures,
}

/// How many failed attempts had a cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CauseCount {
    /// The cause in a word.
    pub cause: String,
    /// How many.
    pub count: u64,
}

/// Sums over requests. A request counts for the instance that was asked last, a failed attempt for its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Figures {
    /// Requests.
    pub requests: u64,
    /// Served to their end.
    pub served: u64,
    /// Errors that clients saw: failed before content, or broken after it.
    pub errors: u64,
    /// The client's own request was at fault.
    pub rejected: u64,
    /// The client went away.
    pub left: u64,
    /// Requests that another instance answered after an attempt had failed.
    pub elsewhere: u64,
    /// Attempts.
    pub attempts: u64,
    /// Attempts that failed by their instance's fault.
    pub failed_attempts: u64,
    /// Of these, those whose request another instance answered.
    pub absorbed: u64,
    /// What they cost, summed up.
    pub tokens: Tokens,
    /// Milliseconds to the first content.
    pub first_content: Option<Percentiles>,
    /// Milliseconds to the end.
    pub total: Option<Percentiles>,
    /// Milliseconds that Millpond added to the upstreams' own, up to the first content.
    pub added: Option<Percentiles>,
}

/// Tokens, summed up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Tokens {
    /// Sent, neither from a cache nor into one.
    pub input: u64,
    /// Answered.
    pub output: u64,
    /// Sent, read from a cache.
    pub cache_read: u64,
    /// Sent, written to a cache.
    pub cache_write: u64,
    /// Of the answered, spent on thinking.
    pub reasoning: u64,
    /// Of the sent, how many are estimates.
    pub estimated_input: u64,
    /// Of the answered, how many are estimates.
    pub estimated_output: u64,
}

/// Two percentiles, in milliseconds, each off by at most 3 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Percentiles {
    /// The median.
    pub p50: f64,
    /// What 95 of 100 did not exceed.
    pub p95: f64,
}

/// The last minutes, for a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Minutes {
    /// Each minute, the oldest first, the present one last; quiet ones too.
    pub minutes: Vec<Minute>,
    /// All of them.
    pub total: Figures,
}

/// One minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Minute {
    /// When it began.
    #[cfg_attr(test, ts(as = "String"))]
    pub at: Timestamp,
    /// Requests that ended in it.
    pub requests: u64,
    /// Served to their end.
    pub served: u64,
    /// Failed attempts whose request another instance answered.
    pub absorbed: u64,
    /// Errors that clients saw.
    pub errors: u64,
}
