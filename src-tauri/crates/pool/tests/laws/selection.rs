//! Who is offered, and in which order.

use pool::{Policy, Verdict, Want};

use crate::fixture::*;

#[test]
fn idle_equals_are_served_in_turn() {
    let pond = equals(4);
    let turns: Vec<u32> = (0..12).filter_map(|_| served_by(&pond)).collect();
    assert_eq!(turns, [0, 1, 2, 3].repeat(3));
}

#[test]
fn idle_weights_share_in_proportion() {
    let pond = pond([weighing(0, 2), weighing(1, 1)]);
    let turns: Vec<u32> = (0..300).filter_map(|_| served_by(&pond)).collect();
    for window in turns.chunks(3) {
        assert_eq!(window.iter().filter(|&&number| number == 0).count(), 2);
    }
}

#[test]
fn requests_in_flight_are_shared_by_weight() {
    let pond = pond([weighing(0, 3), weighing(1, 1)]);
    let _running: Vec<_> = (0..40).filter_map(|_| lease(&pond)).collect();
    assert_eq!(seen(&pond, 0).in_flight, 30);
    assert_eq!(seen(&pond, 1).in_flight, 10);
}

#[test]
fn whoever_has_least_in_flight_goes_first() {
    let pond = equals(3);
    let mut running: Vec<_> = (0..6).filter_map(|_| lease(&pond)).collect();
    let ended = running.swap_remove(4);
    assert_eq!(*ended.payload(), 1);
    ended.report(Verdict::Success);
    assert_eq!(lease(&pond).map(|l| *l.payload()), Some(1));
}

#[test]
fn a_later_tier_serves_only_when_no_earlier_one_can() {
    let pond = pond([in_tier(0, 1), in_tier(1, 0), limited(2, 1)]);
    let first: Vec<u32> = (0..4).filter_map(|_| served_by(&pond)).collect();
    assert_eq!(first, [1, 2, 1, 2]);
    report(&pond, 1, cool(Some(60)));
    let running = lease(&pond).unwrap();
    assert_eq!(*running.payload(), 2);
    assert_eq!(served_by(&pond), Some(0));
    drop(running);
    assert_eq!(served_by(&pond), Some(2));
}

#[test]
fn a_request_is_offered_each_member_once() {
    let pond = equals(5);
    let mut attempts = pond.attempts(Want::default());
    let mut offered = Vec::new();
    for lease in &mut attempts {
        offered.push(*lease.payload());
        lease.report(failure());
    }
    assert_eq!(offered, [0, 1, 2, 3, 4]);
    assert!(attempts.next().is_none());
}

#[test]
fn what_happens_to_others_meanwhile_is_seen() {
    let pond = equals(3);
    let mut attempts = pond.attempts(Want::default());
    assert_eq!(attempts.next().map(|l| *l.payload()), Some(0));
    report(&pond, 1, cool(None));
    assert_eq!(attempts.next().map(|l| *l.payload()), Some(2));
    assert!(attempts.next().is_none());
}

#[test]
fn only_admitted_members_are_offered() {
    let pond = equals(6);
    let even = |number: &u32| number.is_multiple_of(2);
    let want = Want {
        admit: Some(&even),
        ..Want::default()
    };
    let offered: Vec<u32> = pond.attempts(want).map(|l| *l.payload()).collect();
    assert_eq!(offered, [0, 2, 4]);
}

#[test]
fn a_limit_is_kept_and_its_place_comes_free() {
    let pond = pond([limited(0, 2)]);
    let running = [lease(&pond), lease(&pond)];
    assert!(running.iter().all(Option::is_some));
    assert!(lease(&pond).is_none());
    drop(running);
    assert!(lease(&pond).is_some());
}

#[test]
fn a_request_stays_in_flight_after_its_verdict_until_it_ends() {
    let pond = pond([limited(0, 1)]);
    let mut running = lease(&pond).unwrap();
    assert!(running.succeed());
    assert_eq!(seen(&pond, 0).in_flight, 1);
    assert!(lease(&pond).is_none());
    assert!(!running.settle(failure()));
    running.report(failure());
    assert_eq!(seen(&pond, 0).in_flight, 0);
    assert_eq!(seen(&pond, 0).failures_in_a_row, 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_returns_gets_no_arrears() {
    let pond = equals(3);
    report(&pond, 0, cool(Some(60)));
    for _ in 0..1000 {
        assert_ne!(served_by(&pond), Some(0));
    }
    pass(60).await;
    let turns: Vec<u32> = (0..9).filter_map(|_| served_by(&pond)).collect();
    for number in 0..3 {
        assert_eq!(turns.iter().filter(|&&turn| turn == number).count(), 3);
    }
}

#[test]
fn whoever_was_busy_gets_no_arrears() {
    let pond = equals(2);
    let long = lease(&pond).unwrap();
    for _ in 0..1000 {
        assert_eq!(served_by(&pond), Some(1));
    }
    drop(long);
    let turns: Vec<u32> = (0..8).filter_map(|_| served_by(&pond)).collect();
    assert_eq!(turns.iter().filter(|&&turn| turn == 0).count(), 4);
}

#[test]
fn a_check_neither_shifts_turns_nor_takes_a_place() {
    let pond = pond([limited(0, 1), limited(1, 1)]);
    let check = pond.lease_of(id(0)).unwrap();
    assert!(pond.lease_of(id(9)).is_none());
    assert_eq!(seen(&pond, 0).in_flight, 0);
    assert_eq!(served_by(&pond), Some(0));
    check.report(Verdict::Success);
    assert_eq!(served_by(&pond), Some(1));
    assert_eq!(seen(&pond, 0).in_flight, 0);
}

#[test]
fn zero_weights_limits_and_error_counts_count_as_one() {
    let none = pool::Member {
        weight: 0,
        concurrency_limit: Some(0),
        ..member(0)
    };
    let policy = Policy {
        max_error_count: 0,
        ..Policy::default()
    };
    let pond = pool::Pool::new(policy, vec![none]);
    assert_eq!(served_by(&pond), Some(0));
    report(&pond, 0, failure());
    assert_eq!(served_by(&pond), None);
}

#[test]
fn a_panic_while_admitting_leaves_the_pool_as_it_was() {
    let pond = equals(2);
    let broken = |_: &u32| panic!("broken");
    let want = Want {
        admit: Some(&broken),
        ..Want::default()
    };
    let choice = std::panic::AssertUnwindSafe(|| pond.attempts(want).next());
    assert!(std::panic::catch_unwind(choice).is_err());
    assert_eq!([served_by(&pond), served_by(&pond)], [Some(0), Some(1)]);
}
