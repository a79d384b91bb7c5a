//! The gate of a member: whether it may be asked, and if not, why and until when.

use std::sync::Arc;

use tokio::time::Instant;

use crate::Scope;

/// Whether a member may be asked, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// It takes requests.
    Ready,
    /// It asked for a pause, and is ready again when the pause ends.
    Cooling {
        /// When it is ready again.
        until: Instant,
        /// Why, in words for the user.
        reason: Arc<str>,
        /// What rests: always [`Scope::Instance`] for a member's own gate.
        scope: Scope,
    },
    /// It failed too often in a row: single trials until one succeeds.
    Unhealthy {
        /// Failures in a row.
        failures: u32,
        /// From when on a request may try it; in the past while it waits for one, or one is under way.
        next_try: Instant,
        /// The last failure, in words for the user.
        reason: Arc<str>,
    },
    /// It waits for the user to sign in.
    NeedsLogin {
        /// Why, in words for the user.
        reason: Arc<str>,
        /// Since when.
        since: Instant,
    },
    /// Its provider has ended it; it waits for the user.
    Refused {
        /// Why, in the provider's words.
        reason: Arc<str>,
        /// Since when.
        since: Instant,
    },
    /// The user has switched it off.
    Disabled,
}
