//! The states of an instance, in the words that window, command line and metrics use.

use pool::Gate;
use serde::{Deserialize, Serialize};

/// What an instance is in; the reason and the time stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It takes requests.
    Ready,
    /// It asked for a pause.
    Cooling,
    /// It failed too often in a row.
    Unhealthy,
    /// It waits for the user to sign in or to enter a key.
    NeedsLogin,
    /// Its provider has ended it.
    Refused,
    /// The user has switched it off.
    Disabled,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Ready,
        Self::Cooling,
        Self::Unhealthy,
        Self::NeedsLogin,
        Self::Refused,
        Self::Disabled,
    ];

    /// What a gate is.
    pub const fn of(gate: &Gate) -> Self {
        match gate {
            Gate::Ready => Self::Ready,
            Gate::Cooling { .. } => Self::Cooling,
            Gate::Unhealthy { .. } => Self::Unhealthy,
            Gate::NeedsLogin { .. } => Self::NeedsLogin,
            Gate::Refused { .. } => Self::Refused,
            Gate::Disabled => Self::Disabled,
        }
    }

    /// The word in statistics, metrics and listings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Cooling => "cooling",
            Self::Unhealthy => "unhealthy",
            Self::NeedsLogin => "needs-login",
            Self::Refused => "refused",
            Self::Disabled => "disabled",
        }
    }

    /// Whether only the user can end it.
    pub const fn needs_the_user(self) -> bool {
        matches!(self, Self::NeedsLogin | Self::Refused)
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
