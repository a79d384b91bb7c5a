//! State out: everything that window, tray and command line show, as one value.

pub(crate) mod survey;

use account::sign_in::SignIn;
use dialect::Dialect;
use jiff::Timestamp;
use provider::ProviderType;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::checks::finding::{Checked, Progress};
use crate::record::RequestId;
use crate::settings::look::Look;
use crate::state::State;
use crate::stats::told::{Change, Health, InstanceName};

/// The state of a running Millpond.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Status {
    /// Millpond's version.
    pub version: String,
    /// The home folder.
    pub home: String,
    /// Where clients reach it: `http://127.0.0.1:6455`; `None` until it listens.
    pub endpoint: Option<String>,
    /// The local key, as far as it may be seen.
    pub key_hint: String,
    /// Whether it serves.
    pub mode: Mode,
    /// Since when it runs.
    #[cfg_attr(test, ts(as = "String"))]
    pub since: Timestamp,
    /// Whether what is served is the demo.
    pub demo: bool,
    /// Every pool that has an instance.
    pub pools: Vec<PoolStatus>,
    /// The requests that came last and are not over, the newest first; not all of very many.
    pub in_flight: Vec<InFlight>,
    /// The latest changes of state, newest first.
    pub changes: Vec<Change>,
    /// Who is being checked.
    pub checks: Progress,
    /// Sign-ins that are under way, and those that have ended lately.
    pub sign_ins: Vec<SignIn>,
    /// How the statistics are.
    pub stats: Health,
    /// Where secrets are kept.
    pub vault: VaultStatus,
    /// What is wrong, for the user; the worst first.
    pub problems: Vec<Problem>,
    /// How the user wants it to look.
    pub look: Look,
}

/// Whether it serves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It does.
    #[default]
    Running,
    /// The user has paused it: clients get an error that says so.
    Paused,
    /// It is ending, and finishes what is in flight.
    Stopping,
}

/// One pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PoolStatus {
    /// Its provider type.
    #[cfg_attr(test, ts(type = "ProviderType"))]
    pub provider: ProviderType,
    /// Its plain name: `Claude keys`.
    pub name: String,
    /// How many of its instances take requests.
    pub ready: usize,
    /// Who is asked next when it has nobody left.
    #[cfg_attr(test, ts(type = "ProviderType[]"))]
    pub fallback: Vec<ProviderType>,
    /// Its instances in file order.
    pub instances: Vec<InstanceStatus>,
}

/// One instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InstanceStatus {
    /// Its identity.
    pub uuid: Uuid,
    /// What people call it.
    pub name: String,
    /// Its pool.
    #[cfg_attr(test, ts(type = "ProviderType"))]
    pub provider: ProviderType,
    /// The state it is in.
    pub state: State,
    /// Why, where it does not take requests.
    pub reason: Option<String>,
    /// Since when it waits for the user.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub since: Option<Timestamp>,
    /// When it is ready again, or tried again; `None` where only the user can help, or nothing has to.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub until: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// Requests it is serving.
    pub in_flight: u32,
    /// Models that rest while it serves others, soonest back first.
    pub resting_models: Vec<Resting>,
    /// Requests sent through it, ever.
    pub used: u64,
    /// Those that failed by its fault.
    pub failed: u64,
    /// When it was used last.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub last_used: Option<Timestamp>,
    /// When it failed last.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub last_failed: Option<Timestamp>,
    /// Models in its list, where it has shown one.
    pub models: Option<usize>,
    /// Where it is reached.
    pub base_url: Option<String>,
    /// Its key, as far as it may be seen.
    pub key_hint: Option<String>,
    /// What is left of its quotas, where its upstream tells that.
    pub quota: Vec<Quota>,
    /// Whether it is being checked now.
    pub checking: bool,
    /// What its last check since the start found.
    pub last_check: Option<Checked>,
}

/// What is left of a quota.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Quota {
    /// Of what: a model, or credits.
    pub name: String,
    /// Percent left, 0 to 100; `None` where that is not known.
    pub percent_left: Option<f64>,
    /// In the upstream's own units: `340 of 1000 credits`.
    pub left: Option<String>,
    /// When it is full again.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub resets: Option<Timestamp>,
    /// When the upstream said so.
    #[cfg_attr(test, ts(as = "String"))]
    pub at: Timestamp,
}

/// A request that is not over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InFlight {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: RequestId,
    /// When it came.
    #[cfg_attr(test, ts(as = "String"))]
    pub at: Timestamp,
    /// The client's dialect.
    #[cfg_attr(test, ts(type = "Dialect"))]
    pub dialect: Dialect,
    /// The model, as the client named it.
    pub model: String,
    /// Whether it wants a stream.
    pub stream: bool,
    /// Who is asked, or serves; `None` before anybody is.
    pub instance: Option<InstanceName>,
    /// How far it has come.
    pub phase: Phase,
    /// Upstream calls so far.
    pub calls: u32,
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// No connection to who is asked stands yet.
    Connecting,
    /// It was asked, and has said nothing yet.
    Waiting,
    /// The answer is on its way to the client.
    Streaming,
}

/// A model that rests on an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Resting {
    /// Which.
    pub model: String,
    /// Until when.
    #[cfg_attr(test, ts(as = "String"))]
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// The instance does not have it, as opposed to: its quota is used up.
    pub absent: bool,
}

/// Where secrets are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VaultStatus {
    /// `keychain` or the file's path.
    pub place: String,
    /// What the user should know about that.
    pub warning: Option<String>,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Problem {
    /// Where: a file, a setting.
    pub place: String,
    /// What, and what to do.
    pub text: String,
}

impl InFlight {
    /// Whether its answer has not begun.
    pub(crate) fn waits(&self) -> bool {
        self.phase != Phase::Streaming
    }
}

impl Status {
    /// Before anything was looked at.
    pub fn unknown() -> Self {
        Self {
            version: String::new(),
            home: String::new(),
            endpoint: None,
            key_hint: String::new(),
            mode: Mode::Running,
            since: Timestamp::UNIX_EPOCH,
            demo: false,
            pools: Vec::new(),
            in_flight: Vec::new(),
            changes: Vec::new(),
            checks: Progress::default(),
            sign_ins: Vec::new(),
            stats: Health::default(),
            vault: VaultStatus {
                place: String::new(),
                warning: None,
            },
            problems: Vec::new(),
            look: Look::default(),
        }
    }

    /// Every instance.
    pub fn instances(&self) -> impl Iterator<Item = &InstanceStatus> {
        self.pools.iter().flat_map(|pool| &pool.instances)
    }
}
