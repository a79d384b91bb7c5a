//! The breaker of one member: verdicts and time move its state, nothing else does.
//!
//! ```text
//!            too many failures                trial due, given, failed: next step
//!   Open ─────────────────────────► Unhealthy ◄──┐
//!    ▲ ▲                              │  │  └────┘
//!    │ └───── success ────────────────┘  │ asks for a pause
//!    │                                   ▼
//!    ├────── the pause ends ───────── Cooling ◄── asks for a pause (from Open)
//!    │
//!    └── success of a check, or the user ── NeedsLogin, Refused ◄── told so, from anywhere
//! ```
//!
//! A lease that began before the present state cannot end it: a stream that still runs says nothing
//! about the rate limit that came after it, and ten requests that fail together are one step back.

use std::sync::Arc;

use tokio::time::Instant;

use crate::{
    Gate, Policy, Scope, Start, Verdict,
    models::{ModelRests, Pause},
    state::{Standing, State, Trial},
    witness::{Ticket, Witness},
};

#[derive(Debug)]
pub(crate) struct Breaker {
    state: State,
    /// The first lease that can have seen the present state.
    since: Ticket,
    /// The first lease that can have used the present account.
    cleared: Ticket,
    failures: u32,
    trips: usize,
    pauses: u32,
    pub(crate) models: ModelRests,
}

impl Breaker {
    pub(crate) fn new(start: Start, policy: &Policy, now: Instant) -> Self {
        let mut breaker = Self {
            state: State::Open,
            since: Ticket::default(),
            cleared: Ticket::default(),
            failures: 0,
            trips: 0,
            pauses: 0,
            models: ModelRests::default(),
        };
        match start {
            Start::Ready => {}
            Start::Unhealthy => {
                breaker.failures = policy.max_error_count.max(1);
                breaker.trip(
                    "was unhealthy before".into(),
                    policy,
                    now,
                    Ticket::default(),
                );
            }
            Start::NeedsLogin(reason) => breaker.state = State::NeedsLogin { reason, since: now },
            Start::Refused(reason) => breaker.state = State::Refused { reason, since: now },
        }
        breaker
    }

    /// Takes a verdict in. Says whether anything changed that a snapshot shows as a gate.
    pub(crate) fn judge(&mut self, by: &Witness<'_>, verdict: Verdict, policy: &Policy) -> bool {
        if by.began_before(self.cleared) {
            return false;
        }
        let changed = match (verdict, by.model) {
            (Verdict::Success, _) => self.succeeded(by),
            (Verdict::Failure { reason }, _) => self.failed(by, reason, policy),
            (
                Verdict::Cool {
                    wait,
                    scope: Scope::Model,
                    reason,
                },
                Some(model),
            ) => self
                .models
                .rest(model, Pause::Cool(wait), reason, by, policy),
            (Verdict::Cool { wait, reason, .. }, _) => {
                let rest = policy.rest(wait, self.pauses);
                self.pause(by, by.now + rest, wait.is_none(), reason)
            }
            (Verdict::ModelAbsent { reason }, Some(model)) => {
                self.models.rest(model, Pause::Absent, reason, by, policy)
            }
            (Verdict::NeedsLogin { reason }, _) => {
                let since = by.now;
                self.wait_for_user(by, State::NeedsLogin { reason, since })
            }
            (Verdict::Refused { reason }, _) => {
                let since = by.now;
                self.wait_for_user(by, State::Refused { reason, since })
            }
            (Verdict::ModelAbsent { .. }, None) | (Verdict::Neutral, _) => false,
        };
        if let Some(lease) = by.lease {
            self.give_trial_back(lease);
        }
        changed
    }

    /// The time of [`Standing`] has come. Says whether the gate changed.
    pub(crate) fn wake(&mut self, next: Ticket) -> bool {
        match &mut self.state {
            State::Cooling { .. } => self.enter(State::Open, next),
            State::Unhealthy { trial, .. } => {
                *trial = None;
                false
            }
            _ => false,
        }
    }

    /// The user says: as new.
    pub(crate) fn clear(&mut self, next: Ticket) {
        self.cleared = next;
        self.reset(next);
        self.models = ModelRests::default();
    }

    pub(crate) fn begin_trial(&mut self, lease: Ticket, lost_at: Instant) {
        if let State::Unhealthy { trial, .. } = &mut self.state {
            *trial = Some(Trial { lease, lost_at });
        }
    }

    /// Ends the trial of this lease, if it is the present one, with no result.
    pub(crate) fn give_trial_back(&mut self, lease: Ticket) {
        if let State::Unhealthy { trial, .. } = &mut self.state
            && trial.is_some_and(|trial| trial.lease == lease)
        {
            *trial = None;
        }
    }

    pub(crate) fn standing(&self) -> Standing {
        self.state.standing()
    }

    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    pub(crate) fn gate(&self) -> Gate {
        self.state.gate(self.failures)
    }

    fn succeeded(&mut self, by: &Witness<'_>) -> bool {
        let was_open = self.state == State::Open;
        if !was_open && by.began_before(self.since) {
            return false;
        }
        if was_open {
            self.forget_failures();
        } else {
            self.reset(by.next);
        }
        let served = by.model.is_some_and(|model| self.models.served(model, by));
        served || !was_open
    }

    fn failed(&mut self, by: &Witness<'_>, reason: Arc<str>, policy: &Policy) -> bool {
        if by.began_before(self.since) {
            return false;
        }
        match &self.state {
            State::Open => {
                self.failures = self.failures.saturating_add(1);
                policy.trips(self.failures) && self.trip(reason, policy, by.now, by.next)
            }
            State::Unhealthy {
                trial, next_try, ..
            } => {
                let was_trial = match trial {
                    Some(trial) => by.lease == Some(trial.lease),
                    None => *next_try <= by.now,
                };
                if was_trial {
                    self.failures = self.failures.saturating_add(1);
                    self.trip(reason, policy, by.now, by.next);
                }
                was_trial
            }
            _ => false,
        }
    }

    /// Rests until then; a rest that is under way only grows, and counts once.
    fn pause(
        &mut self,
        by: &Witness<'_>,
        until: Instant,
        unspecified: bool,
        reason: Arc<str>,
    ) -> bool {
        match &mut self.state {
            State::Cooling { until: present, .. } => {
                let grows = !unspecified && until > *present;
                if grows {
                    self.state = State::Cooling { until, reason };
                }
                grows
            }
            State::Unhealthy { .. } if by.began_before(self.since) => false,
            State::Open | State::Unhealthy { .. } => {
                self.pauses = self.pauses.saturating_add(u32::from(unspecified));
                self.enter(State::Cooling { until, reason }, by.next)
            }
            State::NeedsLogin { .. } | State::Refused { .. } => false,
        }
    }

    fn wait_for_user(&mut self, by: &Witness<'_>, state: State) -> bool {
        let told_before = match (&self.state, &state) {
            (State::NeedsLogin { reason: a, .. }, State::NeedsLogin { reason: b, .. })
            | (State::Refused { reason: a, .. }, State::Refused { reason: b, .. }) => a == b,
            _ => false,
        };
        !told_before && !by.began_before(self.since) && self.enter(state, by.next)
    }

    fn trip(&mut self, reason: Arc<str>, policy: &Policy, now: Instant, next: Ticket) -> bool {
        let next_try = now + policy.back_off(self.trips);
        self.trips = self.trips.saturating_add(1);
        let trial = None;
        self.enter(
            State::Unhealthy {
                next_try,
                reason,
                trial,
            },
            next,
        )
    }

    fn reset(&mut self, next: Ticket) {
        self.forget_failures();
        self.enter(State::Open, next);
    }

    fn forget_failures(&mut self) {
        self.failures = 0;
        self.trips = 0;
        self.pauses = 0;
    }

    fn enter(&mut self, state: State, next: Ticket) -> bool {
        self.state = state;
        self.since = next;
        true
    }
}
