//! Members come and go under running requests.

use std::sync::{Arc, Weak};

use pool::{Gate, Member, Policy, Pool, Verdict, Want};

use crate::fixture::*;

#[tokio::test(start_paused = true)]
async fn what_stays_keeps_gate_flight_and_conversations() {
    let pond = equals(3);
    assert_eq!(serve(&pond, turn(42, false)), Some(0));
    let running = pond.attempts(turn(42, true)).next().unwrap();
    report(&pond, 1, cool(Some(60)));
    pond.replace(Policy::default(), vec![member(3), member(1), member(0)]);
    let order: Vec<_> = pond.snapshot().iter().map(|seen| seen.id).collect();
    assert_eq!(order, [id(3), id(1), id(0)]);
    assert_eq!(seen(&pond, 0).in_flight, 1);
    assert!(matches!(gate(&pond, 1), Gate::Cooling { .. }));
    running.report(Verdict::Success);
    assert_eq!(seen(&pond, 0).in_flight, 0);
    assert_eq!(serve(&pond, turn(42, true)), Some(0));
}

#[test]
fn leases_of_those_who_left_fall_without_harm() {
    let pond = equals(1);
    let failed = lease(&pond).unwrap();
    let dropped = lease(&pond).unwrap();
    serve(&pond, turn(42, false));
    pond.replace(Policy::default(), vec![limited(7, 1)]);
    let successor = lease(&pond).unwrap();
    failed.report(needs_login());
    drop(dropped);
    assert_eq!(gate(&pond, 7), Gate::Ready);
    assert_eq!(seen(&pond, 7).in_flight, 1);
    drop(successor);
    let next = pond.attempts(turn(42, true)).next().unwrap();
    assert!(!next.is_affine());
}

#[test]
fn whoever_leaves_and_returns_is_new() {
    let pond = equals(1);
    let old = lease(&pond).unwrap();
    report(&pond, 0, refused());
    pond.replace(Policy::default(), vec![]);
    assert!(pond.snapshot().is_empty());
    assert!(lease(&pond).is_none());
    pond.replace(Policy::default(), vec![member(0)]);
    assert_eq!(gate(&pond, 0), Gate::Ready);
    assert_eq!(seen(&pond, 0).in_flight, 0);
    old.report(refused());
    assert_eq!(gate(&pond, 0), Gate::Ready);
}

#[test]
fn new_settings_apply_at_once() {
    let pond = equals(2);
    let running = lease(&pond).unwrap();
    let off = Member {
        disabled: true,
        ..member(1)
    };
    pond.replace(Policy::default(), vec![limited(0, 1), off]);
    assert!(lease(&pond).is_none());
    drop(running);
    assert!(lease(&pond).is_some());
    let strict = Policy {
        max_error_count: 1,
        ..Policy::default()
    };
    pond.replace(strict, vec![member(0), member(1)]);
    report(&pond, 0, failure());
    assert!(matches!(gate(&pond, 0), Gate::Unhealthy { .. }));
}

#[test]
fn a_new_member_joins_the_turns_without_flooding_or_starving() {
    let pond = equals(2);
    for _ in 0..1000 {
        served_by(&pond);
    }
    pond.replace(Policy::default(), (0..3).map(member).collect());
    let turns: Vec<u32> = (0..9).filter_map(|_| served_by(&pond)).collect();
    for number in 0..3 {
        assert_eq!(turns.iter().filter(|&&turn| turn == number).count(), 3);
    }
}

#[test]
fn a_member_that_changes_its_tier_has_no_debts_there() {
    let pond = pond([in_tier(0, 0), in_tier(1, 5)]);
    for _ in 0..1000 {
        assert_eq!(served_by(&pond), Some(0));
    }
    pond.replace(Policy::default(), vec![in_tier(0, 5), in_tier(1, 5)]);
    let turns: Vec<u32> = (0..8).filter_map(|_| served_by(&pond)).collect();
    assert_eq!(turns.iter().filter(|&&turn| turn == 0).count(), 4);
}

#[test]
fn of_members_with_the_same_id_the_first_counts() {
    let twin = Member::new(id(0), 99);
    let pond = pond([member(0), twin.clone(), member(1)]);
    let turns: Vec<u32> = (0..4).filter_map(|_| served_by(&pond)).collect();
    assert_eq!(turns, [0, 1, 0, 1]);
    pond.replace(Policy::default(), vec![member(0), twin]);
    assert_eq!(pond.snapshot().len(), 1);
}

#[test]
fn a_lease_keeps_what_it_was_given_for() {
    let pool = Pool::new(Policy::default(), vec![Member::new(id(0), "old")]);
    let lease = pool.attempts(Want::default()).next().unwrap();
    pool.replace(Policy::default(), vec![Member::new(id(0), "new")]);
    assert_eq!(*lease.payload(), "old");
    let next = pool.attempts(Want::default()).next().unwrap();
    assert_eq!(*next.payload(), "new");
}

/// Uses the pool when it is dropped, which would lock up if the pool dropped it under its lock.
struct Meddler(Weak<Pool<Meddler>>);

impl Drop for Meddler {
    fn drop(&mut self) {
        if let Some(pool) = self.0.upgrade() {
            pool.snapshot();
        }
    }
}

#[test]
fn what_leaves_is_dropped_outside_the_lock() {
    let pool: Arc<Pool<Meddler>> = Pool::new(Policy::default(), vec![]);
    let members = |numbers: &[u32]| -> Vec<Member<Meddler>> {
        let meddler = |&number| Member::new(id(number), Meddler(Arc::downgrade(&pool)));
        numbers.iter().map(meddler).collect()
    };
    pool.replace(Policy::default(), members(&[0, 1, 1]));
    pool.replace(Policy::default(), members(&[1, 2]));
    assert_eq!(pool.snapshot().len(), 2);
}
