//! Why nobody is left.

use std::time::Duration;

use pool::{Exhausted, Want};

use crate::fixture::*;

fn why(pond: &Pond, want: Want<'_, u32>) -> Exhausted {
    let mut attempts = pond.attempts(want);
    for lease in &mut attempts {
        lease.report(failure());
    }
    attempts.exhausted()
}

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

#[tokio::test(start_paused = true)]
async fn all_cooling_says_when_to_come_again() {
    let pond = equals(3);
    report(&pond, 0, cool(Some(90)));
    report(&pond, 1, cool(Some(20)));
    pond.set_disabled(id(2), true);
    let retry_after = secs(20);
    assert_eq!(
        why(&pond, Want::default()),
        Exhausted::Cooling { retry_after }
    );
}

#[tokio::test(start_paused = true)]
async fn models_that_rest_count_as_cooling() {
    let pond = equals(3);
    pond.report(id(0), Some("m"), cool_model(Some(50)));
    pond.report(id(1), Some("m"), absent());
    report(&pond, 2, cool(Some(90)));
    pond.report(id(2), Some("m"), cool_model(Some(40)));
    let retry_after = secs(50);
    assert_eq!(why(&pond, wanting("m")), Exhausted::Cooling { retry_after });
}

#[tokio::test(start_paused = true)]
async fn one_that_is_down_among_the_cooling_is_down() {
    let pond = equals(2);
    report(&pond, 0, cool(Some(20)));
    report(&pond, 1, needs_login());
    let retry_after = Some(secs(20));
    assert_eq!(why(&pond, Want::default()), Exhausted::Down { retry_after });
}

#[tokio::test(start_paused = true)]
async fn all_down_names_the_next_trial_if_there_is_one() {
    let pond = equals(2);
    report(&pond, 0, refused());
    report(&pond, 1, needs_login());
    let retry_after = None;
    assert_eq!(why(&pond, Want::default()), Exhausted::Down { retry_after });
    pond.clear(id(1));
    trip(&pond, 1);
    let retry_after = Some(secs(5));
    assert_eq!(why(&pond, Want::default()), Exhausted::Down { retry_after });
    pass(5).await;
    let _trial = lease(&pond).unwrap();
    assert_eq!(why(&pond, Want::default()), Exhausted::Down { retry_after });
}

#[test]
fn those_asked_already_are_told_from_those_that_are_busy() {
    let pond = pond([member(0), limited(1, 1)]);
    assert_eq!(why(&pond, Want::default()), Exhausted::Tried);
    report(&pond, 0, refused());
    let _running = lease(&pond).unwrap();
    assert_eq!(why(&pond, Want::default()), Exhausted::Busy);
}

#[test]
fn one_that_came_free_meanwhile_was_busy() {
    let pond = pond([limited(0, 1)]);
    let running = lease(&pond);
    let mut attempts = pond.attempts(Want::default());
    assert!(attempts.next().is_none());
    drop(running);
    assert_eq!(attempts.exhausted(), Exhausted::Busy);
}

#[test]
fn nobody_and_no_such_model_are_told_apart() {
    assert_eq!(why(&equals(0), Want::default()), Exhausted::Nobody);
    let pond = equals(2);
    let nobody = |_: &u32| false;
    let want = Want {
        admit: Some(&nobody),
        ..Want::default()
    };
    assert_eq!(why(&pond, want), Exhausted::Nobody);
    pond.report(id(0), Some("m"), absent());
    pond.report(id(1), Some("m"), absent());
    assert_eq!(why(&pond, wanting("m")), Exhausted::ModelAbsent);
    pond.set_disabled(id(0), true);
    pond.set_disabled(id(1), true);
    assert_eq!(why(&pond, Want::default()), Exhausted::Nobody);
}
