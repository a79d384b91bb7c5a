//! Conversations come back to whoever served them, if that can be.

use pool::{Gate, Verdict};

use crate::fixture::*;

#[test]
fn a_conversation_of_twenty_turns_uses_one_member_of_five() {
    let pond = equals(5);
    let home = serve(&pond, turn(42, false));
    for _ in 1..20 {
        served_by(&pond);
        assert_eq!(serve(&pond, turn(42, true)), home);
    }
}

#[test]
fn conversations_that_are_new_are_spread() {
    let pond = equals(3);
    let homes: Vec<_> = (0..6).map(|key| serve(&pond, turn(key, false))).collect();
    assert_eq!(homes, [0, 1, 2, 0, 1, 2].map(Some));
    assert_eq!(serve(&pond, turn(1, false)), Some(0), "known to be new");
}

#[tokio::test(start_paused = true)]
async fn the_death_of_its_member_costs_a_conversation_one_move() {
    let pond = equals(5);
    let first = serve(&pond, turn(42, false)).unwrap();
    for verdict in [cool(Some(300)), needs_login(), refused(), cool(Some(1800))] {
        let before = serve(&pond, turn(42, true)).unwrap();
        report(&pond, before, verdict);
        let after = serve(&pond, turn(42, true)).unwrap();
        assert_ne!(before, after);
        for _ in 0..5 {
            assert_eq!(serve(&pond, turn(42, true)), Some(after));
        }
    }
    pass(300).await;
    assert_eq!(gate(&pond, first), Gate::Ready);
    assert_ne!(serve(&pond, turn(42, true)), Some(first), "moved back");
}

#[test]
fn a_failed_attempt_moves_the_conversation_to_who_served_it() {
    let pond = equals(3);
    let home = serve(&pond, turn(42, false)).unwrap();
    let mut attempts = pond.attempts(turn(42, true));
    let lost = attempts.next().unwrap();
    assert!(lost.is_affine());
    assert_eq!(*lost.payload(), home);
    lost.report(failure());
    let next = attempts.next().unwrap();
    assert!(!next.is_affine());
    let number = *next.payload();
    next.report(Verdict::Success);
    assert_eq!(serve(&pond, turn(42, true)), Some(number));
}

#[test]
fn affinity_is_not_thrown_by_load_but_by_the_limit() {
    let pond = pond([limited(0, 3), limited(1, 3)]);
    assert_eq!(serve(&pond, turn(42, false)), Some(0));
    let running: Vec<_> = (0..4)
        .filter_map(|_| pond.attempts(turn(42, true)).next())
        .map(|lease| (*lease.payload(), lease.is_affine(), lease))
        .collect();
    let chosen: Vec<_> = running.iter().map(|&(n, affine, _)| (n, affine)).collect();
    assert_eq!(chosen, [(0, true), (0, true), (0, true), (1, false)]);
    drop(running);
    assert_eq!(serve(&pond, turn(42, true)), Some(1));
}

#[test]
fn affinity_obeys_model_and_admission() {
    let pond = equals(2);
    assert_eq!(serve(&pond, turn(42, false)), Some(0));
    pond.report(id(0), Some("m"), absent());
    let mut want = turn(42, true);
    want.model = Some("m");
    assert_eq!(serve(&pond, want), Some(1));
    let not_one = |number: &u32| *number != 1;
    let mut want = turn(42, true);
    want.admit = Some(&not_one);
    assert_eq!(serve(&pond, want), Some(0));
}

#[test]
fn later_turns_leave_the_turns_of_new_conversations_alone() {
    let pond = equals(3);
    serve(&pond, turn(42, false));
    for _ in 0..100 {
        assert_eq!(serve(&pond, turn(42, true)), Some(0));
    }
    let turns: Vec<_> = (0..6).map(|key| serve(&pond, turn(key, false))).collect();
    assert_eq!(turns, [1, 2, 0, 1, 2, 0].map(Some));
}

#[tokio::test(start_paused = true)]
async fn a_trial_does_not_take_a_conversation_from_a_home_that_serves() {
    let pond = equals(2);
    assert_eq!(serve(&pond, turn(42, false)), Some(0));
    trip(&pond, 1);
    pass(5).await;
    let trial = pond.attempts(turn(42, true)).next().unwrap();
    assert!(trial.is_trial());
    trial.report(Verdict::Success);
    assert_eq!(serve(&pond, turn(42, true)), Some(0));
}

#[tokio::test(start_paused = true)]
async fn a_good_trial_becomes_the_home_of_a_conversation_without_one() {
    let pond = equals(2);
    trip(&pond, 1);
    pass(5).await;
    assert_eq!(serve(&pond, turn(42, true)), Some(1));
    for _ in 0..3 {
        assert_eq!(serve(&pond, turn(42, true)), Some(1));
    }
}
