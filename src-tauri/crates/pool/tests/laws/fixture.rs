//! Pools of numbered members, and verdicts in a word.

use std::{sync::Arc, time::Duration};

use pool::{Gate, Lease, Member, Policy, Pool, Scope, Seen, Session, Verdict, Want};
use uuid::Uuid;

pub(crate) type Pond = Arc<Pool<u32>>;

pub(crate) fn id(number: u32) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

pub(crate) fn member(number: u32) -> Member<u32> {
    Member::new(id(number), number)
}

pub(crate) fn weighing(number: u32, weight: u32) -> Member<u32> {
    Member {
        weight,
        ..member(number)
    }
}

pub(crate) fn in_tier(number: u32, priority: u32) -> Member<u32> {
    Member {
        priority,
        ..member(number)
    }
}

pub(crate) fn limited(number: u32, limit: u32) -> Member<u32> {
    Member {
        concurrency_limit: Some(limit),
        ..member(number)
    }
}

pub(crate) fn pond(members: impl IntoIterator<Item = Member<u32>>) -> Pond {
    Pool::new(Policy::default(), members.into_iter().collect())
}

pub(crate) fn equals(size: u32) -> Pond {
    pond((0..size).map(member))
}

/// The best member for a request of no conversation.
pub(crate) fn lease(pond: &Pond) -> Option<Lease<u32>> {
    pond.attempts(Want::default()).next()
}

/// Whom a request of no conversation goes to, if it ends well at once.
pub(crate) fn served_by(pond: &Pond) -> Option<u32> {
    serve(pond, Want::default())
}

pub(crate) fn serve(pond: &Pond, want: Want<'_, u32>) -> Option<u32> {
    let lease = pond.attempts(want).next()?;
    let number = *lease.payload();
    lease.report(Verdict::Success);
    Some(number)
}

pub(crate) fn wanting(model: &str) -> Want<'_, u32> {
    Want {
        model: Some(model),
        ..Want::default()
    }
}

pub(crate) fn turn(key: u64, known: bool) -> Want<'static, u32> {
    Want {
        session: Some(Session { key, known }),
        ..Want::default()
    }
}

pub(crate) fn failure() -> Verdict {
    Verdict::Failure {
        reason: "502 Bad Gateway".into(),
    }
}

pub(crate) fn cool(wait: Option<u64>) -> Verdict {
    Verdict::Cool {
        wait: wait.map(Duration::from_secs),
        scope: Scope::Instance,
        reason: "429 Too Many Requests".into(),
    }
}

pub(crate) fn cool_model(wait: Option<u64>) -> Verdict {
    Verdict::Cool {
        wait: wait.map(Duration::from_secs),
        scope: Scope::Model,
        reason: "quota of the model used up".into(),
    }
}

pub(crate) fn absent() -> Verdict {
    Verdict::ModelAbsent {
        reason: "no such model".into(),
    }
}

pub(crate) fn needs_login() -> Verdict {
    Verdict::NeedsLogin {
        reason: "token revoked".into(),
    }
}

pub(crate) fn refused() -> Verdict {
    Verdict::Refused {
        reason: "suspended".into(),
    }
}

pub(crate) fn report(pond: &Pond, number: u32, verdict: Verdict) {
    pond.report(id(number), None, verdict);
}

/// Makes a member unhealthy.
pub(crate) fn trip(pond: &Pond, number: u32) {
    for _ in 0..Policy::default().max_error_count {
        report(pond, number, failure());
    }
    assert!(matches!(gate(pond, number), Gate::Unhealthy { .. }));
}

pub(crate) fn seen(pond: &Pond, number: u32) -> Seen {
    let snapshot = pond.snapshot();
    snapshot.into_iter().find(|s| s.id == id(number)).unwrap()
}

pub(crate) fn gate(pond: &Pond, number: u32) -> Gate {
    seen(pond, number).gate
}

pub(crate) async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}
