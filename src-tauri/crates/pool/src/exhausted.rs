//! Why nobody is left to ask.

use std::time::Duration;

/// Why [`Attempts`](crate::Attempts) has nobody left to offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    /// No member serves this: the pool is empty, all are disabled, or none was admitted.
    Nobody,
    /// Every member that could serve says that it does not have the model.
    ModelAbsent,
    /// Everybody who could serve is cooling.
    Cooling {
        /// Until the first of them is ready again.
        retry_after: Duration,
    },
    /// Somebody is ready, but all who are serve as many requests as they may.
    Busy,
    /// Somebody is ready, but this request has asked all of them already.
    Tried,
    /// Some or all are unhealthy or wait for the user.
    Down {
        /// Until the first of them may be tried again; none if all wait for the user.
        retry_after: Option<Duration>,
    },
}
