//! Why nobody is left to ask.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Want, occupant::Occupant, roster::Roster, select::Tried, state::Standing};

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

/// What keeps a member from a request, now.
enum Hindrance {
    None,
    Full,
    Cooling(Duration),
    Unhealthy(Duration),
    ModelAbsent(Duration),
    WaitsForUser,
}

/// How long until the first resting member may be tried (for this model); none if none rests.
pub(crate) fn next_ready<T>(
    roster: &Roster<T>,
    model: Option<&str>,
    now: Instant,
) -> Option<Duration> {
    roster
        .members()
        .filter(|member| !member.disabled)
        .filter_map(|member| match hindrance(roster, member, model, now) {
            Hindrance::Cooling(wait)
            | Hindrance::Unhealthy(wait)
            | Hindrance::ModelAbsent(wait) => Some(wait),
            Hindrance::None | Hindrance::Full | Hindrance::WaitsForUser => None,
        })
        .min()
}

/// Why a request that was offered `tried` gets no more.
pub(crate) fn judge<T>(
    roster: &Roster<T>,
    want: &Want<'_, T>,
    tried: &Tried,
    now: Instant,
) -> Exhausted {
    let (mut asked, mut busy, mut absent, mut down) = (false, false, false, false);
    let (mut first_cool, mut first_trial) = (None, None);
    let admitted = roster.members().filter(|member| {
        !member.disabled && want.admit.is_none_or(|admit| admit(&member.seat.payload))
    });
    for member in admitted {
        match hindrance(roster, member, want.model, now) {
            Hindrance::None if tried.contains(member.serial) => asked = true,
            Hindrance::None | Hindrance::Full => busy = true,
            Hindrance::Cooling(wait) => soonest(&mut first_cool, wait),
            Hindrance::Unhealthy(wait) => soonest(&mut first_trial, wait),
            Hindrance::ModelAbsent(_) => absent = true,
            Hindrance::WaitsForUser => down = true,
        }
    }
    match (first_cool, first_trial) {
        _ if asked => Exhausted::Tried,
        _ if busy => Exhausted::Busy,
        (Some(retry_after), None) if !down => Exhausted::Cooling { retry_after },
        (None, None) if !down && absent => Exhausted::ModelAbsent,
        (None, None) if !down => Exhausted::Nobody,
        (cool, trial) => Exhausted::Down {
            retry_after: cool.into_iter().chain(trial).min(),
        },
    }
}

fn hindrance<T>(
    roster: &Roster<T>,
    member: &Occupant<T>,
    model: Option<&str>,
    now: Instant,
) -> Hindrance {
    let own = match member.breaker.standing() {
        Standing::Waiting => return Hindrance::WaitsForUser,
        Standing::Cooling(until) => Hindrance::Cooling(until - now),
        Standing::Unhealthy(next_try) => Hindrance::Unhealthy(next_try - now),
        Standing::OnTrial(_) => Hindrance::Unhealthy(roster.policy.back_off(0)),
        Standing::Open if member.is_full() => Hindrance::Full,
        Standing::Open => Hindrance::None,
    };
    match (
        model.and_then(|model| member.breaker.models.of(model, now)),
        own,
    ) {
        (Some(rest), _) if rest.absent => Hindrance::ModelAbsent(rest.until - now),
        (Some(rest), Hindrance::Unhealthy(wait)) => {
            Hindrance::Unhealthy(wait.max(rest.until - now))
        }
        (Some(rest), Hindrance::Cooling(wait)) => Hindrance::Cooling(wait.max(rest.until - now)),
        (Some(rest), _) => Hindrance::Cooling(rest.until - now),
        (None, own) => own,
    }
}

fn soonest(first: &mut Option<Duration>, wait: Duration) {
    *first = Some(first.map_or(wait, |first| first.min(wait)));
}
