//! Unhealthy members, and how single trials heal them.

use std::time::Duration;

use pool::{Gate, Member, Start, Verdict, Want};
use tokio::time::Instant;

use crate::fixture::*;

#[tokio::test(start_paused = true)]
async fn three_failures_in_a_row_make_unhealthy_and_a_success_between_does_not() {
    let pond = equals(1);
    for verdict in [failure(), failure(), Verdict::Success, failure(), failure()] {
        lease(&pond).unwrap().report(verdict);
        assert_eq!(gate(&pond, 0), Gate::Ready);
    }
    assert_eq!(seen(&pond, 0).failures_in_a_row, 2);
    lease(&pond).unwrap().report(failure());
    let expected = Gate::Unhealthy {
        failures: 3,
        next_try: Instant::now() + Duration::from_secs(5),
        reason: "502 Bad Gateway".into(),
    };
    assert_eq!(gate(&pond, 0), expected);
    assert!(lease(&pond).is_none());
}

#[tokio::test(start_paused = true)]
async fn one_trial_comes_at_each_step_and_then_every_half_hour() {
    let pond = equals(1);
    trip(&pond, 0);
    for step in [5, 15, 60, 300, 1800, 1800, 1800] {
        pass(step - 1).await;
        assert!(lease(&pond).is_none(), "early, at step {step}");
        pass(1).await;
        let trial = lease(&pond).unwrap();
        assert!(trial.is_trial());
        assert!(lease(&pond).is_none(), "a second trial at step {step}");
        trial.report(failure());
    }
}

#[tokio::test(start_paused = true)]
async fn a_good_trial_clears_everything() {
    let pond = equals(1);
    trip(&pond, 0);
    pass(5).await;
    lease(&pond).unwrap().report(failure());
    pass(15).await;
    lease(&pond).unwrap().report(Verdict::Success);
    assert_eq!(gate(&pond, 0), Gate::Ready);
    assert_eq!(seen(&pond, 0).failures_in_a_row, 0);
    trip(&pond, 0);
    assert_eq!(pond.next_ready(None), Some(Duration::from_secs(5)));
}

#[tokio::test(start_paused = true)]
async fn a_due_trial_goes_before_ready_members_and_to_one_request_only() {
    let pond = equals(3);
    trip(&pond, 1);
    pass(5).await;
    let known = turn(7, true);
    let trial = pond.attempts(known).next().unwrap();
    assert_eq!((*trial.payload(), trial.is_trial()), (1, true));
    for _ in 0..10 {
        assert_ne!(served_by(&pond), Some(1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_pays_for_one_trial_while_others_are_ready() {
    let pond = equals(5);
    for sick in 0..4 {
        trip(&pond, sick);
    }
    pass(5).await;
    let mut attempts = pond.attempts(Want::default());
    let first = attempts.next().unwrap();
    assert!(first.is_trial());
    first.report(failure());
    let second = attempts.next().unwrap();
    assert_eq!(*second.payload(), 4);
    second.report(failure());
    // Now that nobody ready is left, further trials are better than giving up.
    assert!(attempts.next().unwrap().is_trial());
}

#[tokio::test(start_paused = true)]
async fn a_trial_without_a_result_is_given_back() {
    let pond = equals(1);
    trip(&pond, 0);
    pass(5).await;
    drop(lease(&pond).unwrap());
    lease(&pond).unwrap().report(Verdict::Neutral);
    let mut undecided = lease(&pond).unwrap();
    assert!(undecided.settle(Verdict::Neutral));
    assert!(lease(&pond).unwrap().is_trial());
}

#[tokio::test(start_paused = true)]
async fn a_trial_that_never_ends_does_not_block_the_next() {
    let pond = equals(1);
    trip(&pond, 0);
    pass(5).await;
    let lost = lease(&pond).unwrap();
    pass(1800).await;
    let second = lease(&pond).unwrap();
    assert!(second.is_trial());
    lost.report(failure());
    assert!(lease(&pond).is_none());
    second.report(Verdict::Success);
    assert_eq!(gate(&pond, 0), Gate::Ready);
    assert_eq!(seen(&pond, 0).in_flight, 0);
}

#[tokio::test(start_paused = true)]
async fn requests_that_fail_together_are_one_step_back() {
    let pond = equals(1);
    let running: Vec<_> = (0..10).filter_map(|_| lease(&pond)).collect();
    for lease in running {
        lease.report(failure());
    }
    assert_eq!(seen(&pond, 0).failures_in_a_row, 3);
    assert_eq!(pond.next_ready(None), Some(Duration::from_secs(5)));
}

#[tokio::test(start_paused = true)]
async fn failures_from_before_the_recovery_do_not_count_after_it() {
    let pond = equals(1);
    let old: Vec<_> = (0..5).filter_map(|_| lease(&pond)).collect();
    trip(&pond, 0);
    pass(5).await;
    lease(&pond).unwrap().report(Verdict::Success);
    for lease in old {
        lease.report(failure());
    }
    assert_eq!(gate(&pond, 0), Gate::Ready);
}

#[tokio::test(start_paused = true)]
async fn what_old_requests_say_does_not_move_an_unhealthy_member() {
    let pond = equals(1);
    let old = [lease(&pond), lease(&pond), lease(&pond), lease(&pond)].map(Option::unwrap);
    trip(&pond, 0);
    let unhealthy = gate(&pond, 0);
    let said = [cool(Some(600)), needs_login(), refused(), Verdict::Success];
    for (lease, verdict) in old.into_iter().zip(said) {
        lease.report(verdict);
        assert_eq!(gate(&pond, 0), unhealthy);
    }
}

#[tokio::test(start_paused = true)]
async fn a_trial_obeys_limit_model_and_admission() {
    let pond = pond([limited(0, 1)]);
    let long = lease(&pond).unwrap();
    pond.report(id(0), Some("m"), cool_model(Some(600)));
    trip(&pond, 0);
    pass(5).await;
    assert!(lease(&pond).is_none());
    drop(long);
    assert!(pond.attempts(wanting("m")).next().is_none());
    let nobody = |_: &u32| false;
    let want = Want {
        admit: Some(&nobody),
        ..Want::default()
    };
    assert!(pond.attempts(want).next().is_none());
    assert!(lease(&pond).unwrap().is_trial());
}

#[tokio::test(start_paused = true)]
async fn a_failed_check_steps_back_only_when_a_trial_was_due() {
    let pond = equals(1);
    trip(&pond, 0);
    report(&pond, 0, failure());
    assert_eq!(pond.next_ready(None), Some(Duration::from_secs(5)));
    pass(6).await;
    report(&pond, 0, failure());
    assert_eq!(pond.next_ready(None), Some(Duration::from_secs(15)));
    report(&pond, 0, Verdict::Success);
    assert_eq!(gate(&pond, 0), Gate::Ready);
}

#[tokio::test(start_paused = true)]
async fn a_member_that_starts_unhealthy_is_tried_after_the_first_step() {
    let sick = Member {
        start: Start::Unhealthy,
        ..member(0)
    };
    let pond = pond([sick]);
    assert!(lease(&pond).is_none());
    pass(5).await;
    lease(&pond).unwrap().report(failure());
    assert_eq!(pond.next_ready(None), Some(Duration::from_secs(15)));
}
