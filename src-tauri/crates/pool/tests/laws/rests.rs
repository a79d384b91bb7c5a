//! Rests that end by themselves: of a member, and of a model on it.

use std::time::Duration;

use pool::{Gate, Scope, Verdict};
use tokio::time::Instant;

use crate::fixture::*;

#[tokio::test(start_paused = true)]
async fn a_member_cools_for_as_long_as_it_asked() {
    let pond = equals(1);
    lease(&pond).unwrap().report(cool(Some(90)));
    let expected = Gate::Cooling {
        until: Instant::now() + Duration::from_secs(90),
        reason: "429 Too Many Requests".into(),
        scope: Scope::Instance,
    };
    assert_eq!(gate(&pond, 0), expected);
    pass(89).await;
    assert!(lease(&pond).is_none());
    pass(1).await;
    let back = lease(&pond).unwrap();
    assert!(!back.is_trial());
    assert_eq!(gate(&pond, 0), Gate::Ready);
}

#[tokio::test(start_paused = true)]
async fn absurd_waits_end_within_half_an_hour() {
    for wait in [0, 1, 18 * 24 * 3600, u64::MAX] {
        let pond = equals(1);
        report(&pond, 0, cool(Some(wait)));
        assert!(lease(&pond).is_none());
        pass(wait.clamp(1, 1800)).await;
        assert_eq!(served_by(&pond), Some(0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_without_a_time_doubles_while_it_recurs() {
    let pond = equals(1);
    for rest in [30, 60, 120, 240, 480, 960, 1800, 1800] {
        lease(&pond).unwrap().report(cool(None));
        assert_eq!(pond.next_ready(None), Some(Duration::from_secs(rest)));
        pass(rest).await;
    }
    assert_eq!(served_by(&pond), Some(0));
    report(&pond, 0, cool(None));
    assert_eq!(pond.next_ready(None), Some(Duration::from_secs(30)));
}

#[tokio::test(start_paused = true)]
async fn many_rate_limits_at_once_are_one_and_the_longest_counts() {
    let pond = equals(1);
    let running: Vec<_> = (0..10).filter_map(|_| lease(&pond)).collect();
    for lease in running {
        lease.report(cool(None));
    }
    assert_eq!(pond.next_ready(None), Some(Duration::from_secs(30)));
    report(&pond, 0, cool(Some(100)));
    report(&pond, 0, cool(Some(10)));
    assert_eq!(pond.next_ready(None), Some(Duration::from_secs(100)));
}

#[tokio::test(start_paused = true)]
async fn failures_do_not_cut_a_rest_short() {
    let pond = equals(1);
    report(&pond, 0, cool(Some(600)));
    for _ in 0..5 {
        report(&pond, 0, failure());
    }
    assert_eq!(pond.next_ready(None), Some(Duration::from_secs(600)));
}

#[tokio::test(start_paused = true)]
async fn a_trial_that_meets_a_rate_limit_cools() {
    let pond = equals(1);
    trip(&pond, 0);
    pass(5).await;
    lease(&pond).unwrap().report(cool(Some(20)));
    assert!(matches!(gate(&pond, 0), Gate::Cooling { .. }));
    pass(20).await;
    // It answered, but has not served: one more failure, and the next step applies.
    lease(&pond).unwrap().report(failure());
    assert_eq!(pond.next_ready(None), Some(Duration::from_secs(15)));
}

#[tokio::test(start_paused = true)]
async fn a_models_quota_rests_the_model_on_that_member_only() {
    let pond = equals(2);
    let first = pond.attempts(wanting("large")).next().unwrap();
    first.report(cool_model(Some(60)));
    assert_eq!(gate(&pond, 0), Gate::Ready);
    for _ in 0..3 {
        assert_eq!(serve(&pond, wanting("large")), Some(1));
    }
    assert_eq!(serve(&pond, wanting("small")), Some(0));
    let resting = seen(&pond, 0).resting_models;
    assert_eq!(&*resting[0].model, "large");
    assert!(!resting[0].absent);
    assert_eq!(
        pond.next_ready(Some("large")),
        Some(Duration::from_secs(60))
    );
    assert_eq!(pond.next_ready(Some("small")), None);
    pass(60).await;
    let both = [
        serve(&pond, wanting("large")),
        serve(&pond, wanting("large")),
    ];
    assert!(both.contains(&Some(0)));
}

#[tokio::test(start_paused = true)]
async fn a_model_that_is_absent_is_asked_for_again_after_half_an_hour() {
    let pond = equals(1);
    let first = pond.attempts(wanting("gone")).next().unwrap();
    first.report(absent());
    assert!(seen(&pond, 0).resting_models[0].absent);
    pass(1799).await;
    assert_eq!(serve(&pond, wanting("gone")), None);
    assert_eq!(serve(&pond, wanting("other")), Some(0));
    pass(1).await;
    assert_eq!(serve(&pond, wanting("gone")), Some(0));
    assert!(seen(&pond, 0).resting_models.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_models_rest_doubles_while_it_recurs_and_its_success_ends_that() {
    let pond = equals(1);
    for rest in [30, 60, 120] {
        let lease = pond.attempts(wanting("m")).next().unwrap();
        lease.report(cool_model(None));
        assert_eq!(pond.next_ready(Some("m")), Some(Duration::from_secs(rest)));
        pass(rest).await;
    }
    assert_eq!(serve(&pond, wanting("other")), Some(0));
    assert_eq!(serve(&pond, wanting("m")), Some(0));
    let lease = pond.attempts(wanting("m")).next().unwrap();
    lease.report(cool_model(None));
    assert_eq!(pond.next_ready(Some("m")), Some(Duration::from_secs(30)));
}

#[tokio::test(start_paused = true)]
async fn many_quotas_of_a_model_at_once_are_one_and_the_longest_counts() {
    let pond = equals(1);
    for (wait, rest) in [(None, 30), (None, 30), (Some(100), 100), (Some(10), 100)] {
        pond.report(id(0), Some("m"), cool_model(wait));
        assert_eq!(pond.next_ready(Some("m")), Some(Duration::from_secs(rest)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_the_model_from_before_does_not_end_its_rest() {
    let pond = equals(1);
    let old = pond.attempts(wanting("m")).next().unwrap();
    pond.report(id(0), Some("m"), cool_model(Some(60)));
    old.report(Verdict::Success);
    assert_eq!(serve(&pond, wanting("m")), None);
    pond.report(id(0), Some("m"), Verdict::Success);
    assert_eq!(serve(&pond, wanting("m")), Some(0));
}

#[tokio::test(start_paused = true)]
async fn names_that_clients_invent_do_not_pile_up() {
    let pond = equals(1);
    for number in 0..10_000 {
        pond.report(id(0), Some(&format!("model-{number}")), absent());
    }
    assert!(seen(&pond, 0).resting_models.len() <= 200);
    assert_eq!(serve(&pond, wanting("model-9999")), None);
}

#[test]
fn a_models_quota_without_a_model_is_the_members() {
    let pond = equals(1);
    report(&pond, 0, cool_model(Some(60)));
    assert!(lease(&pond).is_none());
    let pond = equals(1);
    report(&pond, 0, absent());
    assert!(lease(&pond).is_some());
}
