//! A member as a snapshot shows it.

use std::sync::Arc;

use tokio::time::Instant;
use uuid::Uuid;

use crate::Gate;

/// A member as a snapshot shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which member.
    pub id: Uuid,
    /// Whether it may be asked.
    pub gate: Gate,
    /// Requests it is serving now.
    pub in_flight: u32,
    /// Failures since its last success.
    pub failures_in_a_row: u32,
    /// The models it does not serve for now, soonest back first.
    pub resting_models: Vec<RestingModel>,
}

/// A model that rests on a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestingModel {
    /// The model, as it was asked for.
    pub model: Arc<str>,
    /// When it may be asked for again.
    pub until: Instant,
    /// Why, in words for the user.
    pub reason: Arc<str>,
    /// The member does not have it, as opposed to: its quota is used up.
    pub absent: bool,
}
