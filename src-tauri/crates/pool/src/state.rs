//! The states of a breaker, and how they look from outside.

use std::sync::Arc;

use tokio::time::Instant;

use crate::{Gate, Scope, witness::Ticket};

#[derive(Debug, PartialEq)]
pub(crate) enum State {
    Open,
    Cooling {
        until: Instant,
        reason: Arc<str>,
    },
    Unhealthy {
        next_try: Instant,
        reason: Arc<str>,
        trial: Option<Trial>,
    },
    NeedsLogin {
        reason: Arc<str>,
        since: Instant,
    },
    Refused {
        reason: Arc<str>,
        since: Instant,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trial {
    pub(crate) lease: Ticket,
    /// When it counts as lost, and another may begin.
    pub(crate) lost_at: Instant,
}

/// When a member may be asked, as far as its own state goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// At once.
    Open,
    /// At this time, and then at once.
    Cooling(Instant),
    /// For a single trial from this time on.
    Unhealthy(Instant),
    /// A trial is under way; it counts as lost at this time.
    OnTrial(Instant),
    /// When the user has done something.
    Waiting,
}

impl State {
    pub(crate) fn standing(&self) -> Standing {
        match self {
            State::Open => Standing::Open,
            State::Cooling { until, .. } => Standing::Cooling(*until),
            State::Unhealthy {
                trial: Some(trial), ..
            } => Standing::OnTrial(trial.lost_at),
            State::Unhealthy { next_try, .. } => Standing::Unhealthy(*next_try),
            State::NeedsLogin { .. } | State::Refused { .. } => Standing::Waiting,
        }
    }

    pub(crate) fn gate(&self, failures: u32) -> Gate {
        match self {
            State::Open => Gate::Ready,
            State::Cooling { until, reason } => Gate::Cooling {
                until: *until,
                reason: Arc::clone(reason),
                scope: Scope::Instance,
            },
            State::Unhealthy {
                next_try, reason, ..
            } => Gate::Unhealthy {
                failures,
                next_try: *next_try,
                reason: Arc::clone(reason),
            },
            State::NeedsLogin { reason, since } => Gate::NeedsLogin {
                reason: Arc::clone(reason),
                since: *since,
            },
            State::Refused { reason, since } => Gate::Refused {
                reason: Arc::clone(reason),
                since: *since,
            },
        }
    }
}
