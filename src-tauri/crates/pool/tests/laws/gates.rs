//! What waits for the user, what a check may do, and who is told.

use std::time::Duration;

use pool::{Gate, Member, Policy, Start, Verdict};
use tokio::time::Instant;

use crate::fixture::*;

#[tokio::test(start_paused = true)]
async fn what_waits_for_the_user_waits() {
    for verdict in [needs_login(), refused()] {
        let pond = equals(2);
        report(&pond, 0, verdict);
        let told = gate(&pond, 0);
        pass(7 * 24 * 3600).await;
        report(&pond, 0, failure());
        report(&pond, 0, cool(Some(1)));
        pass(60).await;
        assert_eq!(served_by(&pond), Some(1));
        assert_eq!(served_by(&pond), Some(1));
        assert_eq!(gate(&pond, 0), told);
        assert_eq!(pond.next_ready(None), None);
    }
}

#[tokio::test(start_paused = true)]
async fn reasons_and_times_are_shown() {
    let pond = equals(2);
    let since = Instant::now();
    report(&pond, 0, needs_login());
    report(&pond, 1, refused());
    pass(10).await;
    report(&pond, 0, needs_login());
    let reason = "token revoked".into();
    assert_eq!(gate(&pond, 0), Gate::NeedsLogin { reason, since });
    let reason = "suspended".into();
    assert_eq!(gate(&pond, 1), Gate::Refused { reason, since });
}

#[test]
fn members_start_as_their_file_says() {
    let waiting = Member {
        start: Start::NeedsLogin("not signed in".into()),
        ..member(0)
    };
    let ended = Member {
        start: Start::Refused("ended".into()),
        ..member(1)
    };
    let off = Member {
        disabled: true,
        ..member(2)
    };
    let pond = pond([waiting, ended, off]);
    assert!(lease(&pond).is_none());
    assert!(matches!(gate(&pond, 0), Gate::NeedsLogin { .. }));
    assert!(matches!(gate(&pond, 1), Gate::Refused { .. }));
    assert_eq!(gate(&pond, 2), Gate::Disabled);
}

#[tokio::test(start_paused = true)]
async fn a_good_check_clears_every_gate_but_the_users_own() {
    for verdict in [needs_login(), refused(), cool(Some(600))] {
        let pond = equals(1);
        report(&pond, 0, verdict.clone());
        report(&pond, 0, Verdict::Success);
        assert_eq!(gate(&pond, 0), Gate::Ready);
        report(&pond, 0, verdict);
        pond.lease_of(id(0)).unwrap().report(Verdict::Success);
        assert_eq!(gate(&pond, 0), Gate::Ready);
        pond.set_disabled(id(0), true);
        report(&pond, 0, Verdict::Success);
        assert_eq!(gate(&pond, 0), Gate::Disabled);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_still_runs_says_nothing_about_what_came_after_it() {
    for verdict in [needs_login(), refused(), cool(Some(600))] {
        let pond = equals(1);
        let old = lease(&pond).unwrap();
        report(&pond, 0, verdict);
        old.report(Verdict::Success);
        assert_ne!(gate(&pond, 0), Gate::Ready);
    }
}

#[tokio::test(start_paused = true)]
async fn clearing_makes_ready_and_old_leases_do_not_count_any_more() {
    let pond = equals(1);
    let old: Vec<_> = (0..5).filter_map(|_| lease(&pond)).collect();
    trip(&pond, 0);
    pond.report(id(0), Some("m"), absent());
    pond.clear(id(0));
    assert_eq!(gate(&pond, 0), Gate::Ready);
    assert_eq!(served_by(&pond), Some(0));
    assert!(seen(&pond, 0).resting_models.is_empty());
    let said = [failure(), cool(None), needs_login(), refused(), failure()];
    for (lease, verdict) in old.into_iter().zip(said) {
        lease.report(verdict);
        assert_eq!(gate(&pond, 0), Gate::Ready);
    }
    assert_eq!(seen(&pond, 0).in_flight, 0);
}

#[tokio::test(start_paused = true)]
async fn disabling_hides_a_gate_and_enabling_shows_it_again() {
    let pond = equals(2);
    report(&pond, 0, cool(Some(60)));
    pond.set_disabled(id(0), true);
    pond.set_disabled(id(1), true);
    assert!(lease(&pond).is_none());
    assert_eq!(pond.next_ready(None), None);
    pond.set_disabled(id(0), false);
    assert!(matches!(gate(&pond, 0), Gate::Cooling { .. }));
    pond.set_disabled(id(0), true);
    pass(60).await;
    pond.set_disabled(id(0), false);
    assert_eq!(served_by(&pond), Some(0));
}

#[tokio::test(start_paused = true)]
async fn neutral_changes_nothing() {
    let pond = equals(3);
    report(&pond, 1, failure());
    report(&pond, 2, needs_login());
    let before = pond.snapshot();
    for _ in 0..100 {
        for lease in pond.attempts(turn(1, true)) {
            lease.report(Verdict::Neutral);
        }
        for number in 0..3 {
            report(&pond, number, Verdict::Neutral);
        }
    }
    assert_eq!(pond.snapshot(), before);
}

#[tokio::test(start_paused = true)]
async fn the_version_counts_gates_and_not_requests() {
    let pond = equals(2);
    let mut version = pond.version();
    let mut changed = move || {
        let changed = version.has_changed().unwrap();
        version.mark_unchanged();
        changed
    };
    served_by(&pond);
    report(&pond, 0, failure());
    pond.snapshot();
    assert!(!changed());
    report(&pond, 0, cool(Some(60)));
    assert!(changed());
    assert_eq!(
        pond.next_change(),
        Some(Instant::now() + Duration::from_secs(60))
    );
    pass(60).await;
    assert!(!changed());
    pond.snapshot();
    assert!(changed());
    assert_eq!(pond.next_change(), None);
    pond.report(id(0), Some("m"), absent());
    assert!(changed());
    pond.report(id(0), Some("m"), Verdict::Success);
    assert!(changed());
    pond.report(id(0), Some("m"), Verdict::Success);
    assert!(!changed());
    pond.replace(Policy::default(), (0..2).map(member).collect());
    assert!(changed());
    pond.set_disabled(id(1), false);
    assert!(!changed());
    pond.set_disabled(id(1), true);
    assert!(changed());
}
