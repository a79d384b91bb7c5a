//! What a finished attempt says about its member.

use std::{sync::Arc, time::Duration};

/// What a finished attempt says about its member. Whoever knows the upstream's language decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It served. Clears every rest of the member and its failures.
    Success,
    /// It failed by its own fault (an error status, a broken or silent connection).
    Failure {
        /// Why, in words for the user.
        reason: Arc<str>,
    },
    /// It asked for a pause (a rate limit, a quota that is used up).
    Cool {
        /// For how long, if it said so; [`Policy::max_rest`](crate::Policy::max_rest) limits it.
        wait: Option<Duration>,
        /// Whether all of the member rests, or only the model that was asked for.
        scope: Scope,
        /// Why, in words for the user.
        reason: Arc<str>,
    },
    /// It does not have the model that was asked for: no more requests for it, for the longest rest.
    ModelAbsent {
        /// Why, in words for the user.
        reason: Arc<str>,
    },
    /// Its sign-in has ended: it waits for the user.
    NeedsLogin {
        /// Why, in words for the user.
        reason: Arc<str>,
    },
    /// Its provider has ended it (suspended, out of money): it waits for the user.
    Refused {
        /// Why, in the provider's words.
        reason: Arc<str>,
    },
    /// Says nothing about the member: the client's own fault, a cancelled request, no network.
    Neutral,
}

/// What a rest covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All requests to the member.
    Instance,
    /// Requests for the model that was asked for; without one, all requests.
    Model,
}
