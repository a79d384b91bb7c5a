//! Errors of Millpond's own, in no dialect's words: what happened, to whom, and what to do.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use dialect::{Fault, FaultKind, Invalid};
use pool::{Exhausted, Gate, Seen};
use provider::Refusal;
use provider::refusal::Cause;
use tokio::time::Instant;

use crate::guard::Stranger;
use crate::routes::{NoRoute, Plan, Target};
use crate::table::Bench;

/// The most instances that a message names.
const MOST_NAMED: usize = 20;

/// An answer that is an error.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What the client is told; its request id is filled in where it is written.
    pub fault: Box<Fault>,
    /// When to come again.
    pub retry_after: Option<Duration>,
    /// An upstream's own body in the client's dialect, told in place of `fault`.
    pub body: Option<Bytes>,
}

/// A fault of this kind, status and text.
pub fn failure(status: u16, kind: FaultKind, message: impl Into<String>) -> Failure {
    Failure::from(Fault {
        status,
        kind,
        message: message.into(),
        code: None,
        param: None,
        request_id: String::new(),
    })
}

/// The user has paused it.
pub fn paused() -> Failure {
    let text = "Millpond is paused; resume it in its window or tray, or by its control door";
    failure(503, FaultKind::Overloaded, text)
}

/// A failure with an exact code.
pub fn coded(mut failure: Failure, code: &str) -> Failure {
    failure.fault.code = Some(code.to_owned());
    failure
}

impl From<Stranger> for Failure {
    fn from(stranger: Stranger) -> Self {
        match stranger {
            Stranger::Host | Stranger::Origin => {
                failure(403, FaultKind::Permission, stranger.to_string())
            }
            Stranger::NoKey | Stranger::WrongKey => coded(
                failure(401, FaultKind::Authentication, stranger.to_string()),
                "invalid_api_key",
            ),
        }
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        let mut failure = failure(400, FaultKind::InvalidRequest, invalid.to_string());
        failure.fault.param = Some(invalid.path).filter(|path| !path.is_empty());
        failure
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self {
            fault: Box::new(fault),
            retry_after: None,
            body: None,
        }
    }
}

impl From<NoRoute> for Failure {
    fn from(none: NoRoute) -> Self {
        match none {
            NoRoute::Unknown(_) => failure(400, FaultKind::InvalidRequest, none.to_string()),
            NoRoute::Empty => failure(503, FaultKind::Overloaded, none.to_string()),
        }
    }
}

/// The body is over the limit.
pub fn too_large(limit: usize) -> Failure {
    let text = format!("the body is over the limit of {} MB", limit >> 20);
    failure(413, FaultKind::TooLarge, text)
}

/// No call stands at this path.
pub fn no_such_path(path: &str) -> Failure {
    let text = format!("nothing stands at {path}; see the routes in README.md");
    failure(404, FaultKind::NotFound, text)
}

/// The client's request is at fault, in the upstream's words.
pub fn handed_on(refusal: &Refusal, same_dialect: bool) -> Failure {
    let status = refusal
        .status
        .filter(|s| (400..500).contains(s))
        .unwrap_or(400);
    let kind = match status {
        413 => FaultKind::TooLarge,
        _ => FaultKind::InvalidRequest,
    };
    let mut failure = failure(status, kind, refusal.message.clone());
    failure.body = refusal.body.clone().filter(|_| same_dialect);
    failure
}

/// Every attempt failed, and somebody may still be asked by the next request.
pub fn all_failed(last: &Refusal, told: &str) -> Failure {
    let (status, kind) = status_of(last);
    let mut failure = failure(status, kind, told.to_owned());
    failure.retry_after = last.wait;
    failure
}

/// Nobody is left after this request's own attempts: it is told what came of them, in the same status whether or not they
/// were the ones too many. Where others only have to be waited for, that is what counts.
pub fn after(last: &Refusal, why: Exhausted, mut nobody: Failure) -> Failure {
    if !matches!(why, Exhausted::Cooling { .. } | Exhausted::Busy) {
        (nobody.fault.status, nobody.fault.kind) = status_of(last);
        nobody.fault.code =
            (last.cause == Cause::ModelMissing).then(|| "model_not_found".to_owned());
    }
    nobody
}

/// What a client makes of an attempt that failed.
fn status_of(refusal: &Refusal) -> (u16, FaultKind) {
    match (refusal.cause, refusal.status) {
        (Cause::ConnectTimeout | Cause::FirstContentTimeout | Cause::IdleTimeout, _) => {
            (504, FaultKind::Timeout)
        }
        (Cause::RateLimited, _) => (429, FaultKind::RateLimited),
        (Cause::ModelMissing, _) => (404, FaultKind::NotFound),
        // An account that waits for its owner serves nobody.
        (Cause::Overloaded | Cause::KeyDead | Cause::OutOfMoney | Cause::Forbidden, _) => {
            (503, FaultKind::Overloaded)
        }
        (_, Some(status)) if status >= 500 => (status, FaultKind::Upstream),
        _ => (502, FaultKind::Upstream),
    }
}

/// The call cannot be made at any of the pools; `manned` says whether one of them has an instance.
pub fn no_way(target: &Target, plan: &Plan, manned: bool) -> Failure {
    let pools: Vec<&str> = plan.steps.iter().map(|step| step.kind.as_str()).collect();
    let pools = pools.join(", ");
    if manned {
        let lacks = if target.api.embeds() {
            "embeddings".to_owned()
        } else {
            format!("such call as {}", target.api.name())
        };
        let text =
            format!("{pools} has no {lacks}; name another pool by the header Model-Provider");
        return failure(400, FaultKind::Unsupported, text);
    }
    let text = format!(
        "{pools} has no instance; add one with `millpond pool add`, or name another pool by the header Model-Provider"
    );
    failure(503, FaultKind::Overloaded, text)
}

/// Nobody is left who could be asked.
pub fn nobody(why: Exhausted, bench: Option<&Bench>, model: &str, told: &str) -> Failure {
    let mut text = match why {
        Exhausted::Cooling { .. } => "every instance is cooling".to_owned(),
        Exhausted::Busy => "every instance is at its concurrency limit".to_owned(),
        Exhausted::ModelAbsent => format!("no instance has the model {model}"),
        Exhausted::Nobody => format!("no instance serves the model {model}"),
        Exhausted::Tried | Exhausted::Down { .. } => "no instance can serve".to_owned(),
    };
    if let Some(bench) = bench {
        describe(bench, &mut text);
    }
    if !told.is_empty() {
        let _ = write!(text, ". This request: {told}");
    }
    let mut out = match why {
        Exhausted::Cooling { .. } | Exhausted::Busy => failure(429, FaultKind::RateLimited, text),
        Exhausted::ModelAbsent => coded(failure(404, FaultKind::NotFound, text), "model_not_found"),
        _ => failure(503, FaultKind::Overloaded, text),
    };
    out.retry_after = match why {
        Exhausted::Cooling { retry_after } => Some(retry_after),
        Exhausted::Busy => Some(Duration::from_secs(1)),
        Exhausted::Down { retry_after } => retry_after,
        _ => None,
    };
    out
}

/// Each instance: name, state, reason, next try.
fn describe(bench: &Bench, text: &mut String) {
    let _ = write!(text, " ({})", bench.kind);
    if bench.seats.is_empty() {
        text.push_str(": the pool is empty");
        return;
    }
    let seen = bench.pool.snapshot();
    for (n, one) in seen.iter().enumerate() {
        text.push_str(if n == 0 { ": " } else { "; " });
        if n == MOST_NAMED {
            let _ = write!(text, "and {} more", seen.len() - n);
            break;
        }
        let seat = bench.seats.iter().find(|seat| seat.uuid == one.id);
        text.push_str(seat.map_or("?", |seat| &seat.name));
        text.push(' ');
        text.push_str(&state_of(one));
    }
}

/// State, reason and next try of one instance in a few words.
pub fn state_of(seen: &Seen) -> String {
    let after = |until: Instant| until.saturating_duration_since(Instant::now()).as_secs() + 1;
    match &seen.gate {
        Gate::Ready => match seen.resting_models.first() {
            None => "ready".to_owned(),
            Some(rest) => format!(
                "ready, but {} rests ({}), next try in {} s",
                rest.model,
                rest.reason,
                after(rest.until)
            ),
        },
        Gate::Cooling { until, reason, .. } => {
            format!("cooling ({reason}), next try in {} s", after(*until))
        }
        Gate::Unhealthy {
            next_try, reason, ..
        } => format!("unhealthy ({reason}), next try in {} s", after(*next_try)),
        Gate::NeedsLogin { reason, .. } => format!("needs-login ({reason})"),
        Gate::Refused { reason, .. } => format!("refused ({reason})"),
        Gate::Disabled => "disabled".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_request_has_the_same_status_whether_or_not_it_was_the_one_too_many() {
        let down = Exhausted::Down { retry_after: None };
        for cause in [
            Cause::ConnectTimeout,
            Cause::FirstContentTimeout,
            Cause::Unreachable,
            Cause::Overloaded,
            Cause::KeyDead,
            Cause::OutOfMoney,
            Cause::ModelMissing,
            Cause::RateLimited,
            Cause::BrokenAnswer,
        ] {
            let last = Refusal::new(cause, "why");
            let before = all_failed(&last, "a: why").fault;
            let tripped = after(&last, down, nobody(down, None, "m", "a: why")).fault;
            assert_eq!(
                (before.status, before.kind),
                (tripped.status, tripped.kind),
                "{cause:?}"
            );
            assert!(tripped.message.contains("no instance can serve"));
            assert!(tripped.message.contains("a: why"));
        }
    }

    #[test]
    fn who_only_has_to_wait_is_told_so_whatever_failed_before() {
        let last = Refusal::new(Cause::Transient, "502");
        let retry_after = Duration::from_secs(40);
        let cooling = Exhausted::Cooling { retry_after };
        let failure = after(&last, cooling, nobody(cooling, None, "m", ""));
        assert_eq!(failure.fault.status, 429);
        assert_eq!(failure.retry_after, Some(retry_after));
    }
}
