//! The only place where a provider's refusal becomes a pool's verdict: the two crates are strangers.

use std::sync::Arc;

use pool::Verdict;
use provider::Refusal;
use provider::refusal::{Cause, Scope, Side};

/// What a refusal says about the instance that gave it.
pub fn of(refusal: &Refusal) -> Verdict {
    let reason: Arc<str> = Arc::from(refusal.message.as_str());
    match refusal.cause {
        Cause::BadRequest | Cause::OtherCall | Cause::Cancelled | Cause::NoNetwork => {
            Verdict::Neutral
        }
        Cause::ModelMissing => Verdict::ModelAbsent { reason },
        Cause::KeyDead => Verdict::NeedsLogin { reason },
        Cause::Ended => Verdict::Refused { reason },
        // A cap with a date lifts itself; without one only the user can pay.
        Cause::OutOfMoney if refusal.wait.is_none() => Verdict::Refused { reason },
        Cause::OutOfMoney | Cause::RateLimited => Verdict::Cool {
            wait: refusal.wait,
            scope: scope(refusal.scope),
            reason,
        },
        // "No channel for this model" of a relay: the rest of it may be well.
        Cause::Overloaded | Cause::Transient if refusal.scope == Scope::Model => Verdict::Cool {
            wait: refusal.wait,
            scope: pool::Scope::Model,
            reason,
        },
        // It named a time: that is a pause, and no failure.
        Cause::Overloaded if refusal.wait.is_some() => Verdict::Cool {
            wait: refusal.wait,
            scope: pool::Scope::Instance,
            reason,
        },
        Cause::Overloaded
        | Cause::Transient
        | Cause::WrongUrl
        | Cause::Forbidden
        | Cause::Unreachable
        | Cause::ConnectTimeout
        | Cause::FirstContentTimeout
        | Cause::IdleTimeout
        | Cause::BrokenAnswer => Verdict::Failure { reason },
    }
}

/// Whether `errorCount` counts it: a failure by the instance's fault.
pub fn counts_as_error(refusal: &Refusal) -> bool {
    refusal.cause.side() == Side::Upstream
}

fn scope(scope: Scope) -> pool::Scope {
    match scope {
        Scope::Instance => pool::Scope::Instance,
        Scope::Model => pool::Scope::Model,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn refusal(cause: Cause) -> Refusal {
        Refusal::new(cause, "why")
    }

    #[test]
    fn what_is_not_the_instances_fault_changes_nothing() {
        let other = refusal(Cause::OtherCall);
        assert_eq!(of(&other), Verdict::Neutral);
        for cause in [Cause::BadRequest, Cause::Cancelled, Cause::NoNetwork] {
            assert_eq!(of(&refusal(cause)), Verdict::Neutral, "{cause:?}");
            assert!(!counts_as_error(&refusal(cause)), "{cause:?}");
        }
    }

    #[test]
    fn h4_a_models_limit_rests_the_model_and_an_accounts_the_instance() {
        let mut limited = refusal(Cause::RateLimited);
        limited.wait = Some(Duration::from_secs(7));
        limited.scope = Scope::Model;
        assert!(matches!(
            of(&limited),
            Verdict::Cool { scope: pool::Scope::Model, wait: Some(wait), .. } if wait.as_secs() == 7
        ));
        limited.scope = Scope::Instance;
        assert!(matches!(
            of(&limited),
            Verdict::Cool {
                scope: pool::Scope::Instance,
                ..
            }
        ));
    }

    #[test]
    fn money_without_a_date_waits_for_the_user_and_with_one_for_the_date() {
        let mut broke = refusal(Cause::OutOfMoney);
        assert!(matches!(of(&broke), Verdict::Refused { .. }));
        broke.wait = Some(Duration::from_secs(86_400));
        assert!(matches!(of(&broke), Verdict::Cool { .. }));
        assert!(matches!(
            of(&refusal(Cause::KeyDead)),
            Verdict::NeedsLogin { .. }
        ));
    }
}
