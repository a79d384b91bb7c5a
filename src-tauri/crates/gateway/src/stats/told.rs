//! What statistics tell of requests, of changes of state and of themselves: plain values for window, command line and
//! control door.

use chat::{Dialect, Usage};
use jiff::Timestamp;
use provider::ProviderType;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::record::{Outcome, RequestId};

/// One request, explained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Told {
    /// The id in `x-request-id`.
    pub id: RequestId,
    /// When it came.
    #[cfg_attr(test, ts(as = "String"))]
    pub at: Timestamp,
    /// The client's dialect.
    #[cfg_attr(test, ts(type = "Dialect"))]
    pub dialect: Dialect,
    /// The call, as its path below the version: `chat/completions`.
    pub api: String,
    /// The model as the client named it.
    pub model: String,
    /// Whether a stream was asked for.
    pub stream: bool,
    /// Whose key it showed, where keys have names.
    pub client: Option<String>,
    /// Why this pool was asked first.
    pub route: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The status the client got.
    pub status: u16,
    /// What the client was told when it failed.
    pub error: Option<String>,
    /// What it cost, where something was served.
    #[cfg_attr(test, ts(type = "Usage | null"))]
    pub usage: Option<Usage>,
    /// Milliseconds from its coming to the first content.
    pub first_content_ms: Option<f64>,
    /// Milliseconds from its coming to its end.
    pub total_ms: f64,
    /// What a translation could not say.
    pub losses: Vec<String>,
    /// Every attempt, in order.
    pub attempts: Vec<Tried>,
}

/// One attempt, explained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Tried {
    /// Through whom.
    pub instance: Uuid,
    /// What it was called then.
    pub name: String,
    /// Its pool.
    #[cfg_attr(test, ts(type = "ProviderType"))]
    pub provider: ProviderType,
    /// The model as it was asked for there.
    pub model: String,
    /// The wire format that was spoken there.
    #[cfg_attr(test, ts(type = "Dialect"))]
    pub dialect: Dialect,
    /// Requests that went up.
    pub calls: u32,
    /// Milliseconds from the request's coming to the attempt's start.
    pub started_ms: f64,
    /// Milliseconds it took: to the first content, or to the refusal.
    pub took_ms: f64,
    /// The upstream's status, where there was one.
    pub status: Option<u16>,
    /// Why it did not serve, in a word: `rate-limited`.
    pub cause: Option<String>,
    /// Why it did not serve, in words.
    pub reason: Option<String>,
    /// Whether it was chosen because it served the conversation before.
    #[serde(default)]
    pub affine: bool,
    /// Whether it was the trial of an unhealthy instance.
    #[serde(default)]
    pub trial: bool,
}

/// Which requests to list, newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default, deny_unknown_fields)]
pub struct Find {
    /// Those that asked this instance.
    pub instance: Option<Uuid>,
    /// Those that ended in this pool.
    #[cfg_attr(test, ts(type = "ProviderType | null", optional))]
    pub provider: Option<ProviderType>,
    /// Those for this model.
    pub model: Option<String>,
    /// Those of this client.
    pub client: Option<String>,
    /// Those that went this way.
    pub only: Option<Only>,
    /// Those with this text in their id, model, client, error or attempts.
    pub text: Option<String>,
    /// Those that came before this one.
    pub before: Option<RequestId>,
    /// How many at most; 0 means 100, and no more than 1,000 are given.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub limit: u32,
}

/// A way that requests went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Only {
    /// An attempt failed and another instance answered.
    Elsewhere,
    /// The client saw an error that was not its own fault.
    Errors,
    /// Its own request was at fault.
    Rejected,
    /// The client went away.
    Left,
}

/// An instance as it was last called; it may be gone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InstanceName {
    /// Its identity.
    pub uuid: Uuid,
    /// Its name.
    pub name: String,
    /// Its pool.
    #[cfg_attr(test, ts(type = "ProviderType"))]
    pub provider: ProviderType,
}

/// A change of an instance's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Change {
    /// When.
    #[cfg_attr(test, ts(as = "String"))]
    pub at: Timestamp,
    /// Whose.
    pub instance: InstanceName,
    /// Its state since then, in a word: `cooling`.
    #[cfg_attr(test, ts(as = "crate::state::State"))]
    pub state: String,
    /// Why.
    pub reason: Option<String>,
    /// When it is over, or tried again.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub until: Option<Timestamp>,
}

/// How statistics themselves are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Health {
    /// What keeps them from being written now; `None` while all is well.
    pub fault: Option<String>,
    /// The file that could not be used and was set aside since the start, and why.
    pub set_aside: Option<SetAside>,
    /// Requests that were not written down since the start: too many came, or the file could not be written.
    pub dropped: u64,
    /// Requests that wait to be written.
    pub waiting: u64,
}

/// A file that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SetAside {
    /// Where it is now.
    pub path: std::path::PathBuf,
    /// What was wrong with it.
    pub reason: String,
}
