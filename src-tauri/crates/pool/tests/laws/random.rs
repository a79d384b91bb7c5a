//! Any interleaving of requests, verdicts, checks, clicks and edits keeps the books.

use std::collections::HashMap;

use pool::{Gate, Lease, Member, Policy, Seen, Session, Verdict, Want};
use proptest::prelude::*;
use tokio::time::Instant;

use crate::fixture::*;

const MEMBERS: u32 = 6;
const HALF_AN_HOUR: u64 = 1800;

#[derive(Clone, Debug)]
enum Step {
    Request(Option<u64>, Option<&'static str>),
    Report(usize, Verdict),
    Settle(usize, Verdict),
    Drop(usize),
    Check(u32, Verdict),
    LeaseForCheck(u32),
    Clear(u32),
    Disable(u32, bool),
    /// Which members stay (a bit each), and their limits.
    Replace(u8, Option<u32>),
    Pass(u64),
}

fn verdict() -> impl Strategy<Value = Verdict> {
    let waits = prop_oneof![Just(None), Just(Some(0)), (1_u64..100_000).prop_map(Some)];
    prop_oneof![
        6 => Just(Verdict::Success),
        6 => Just(failure()),
        2 => waits.clone().prop_map(cool),
        2 => waits.prop_map(cool_model),
        1 => Just(absent()),
        1 => Just(needs_login()),
        1 => Just(refused()),
        2 => Just(Verdict::Neutral),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let models = prop_oneof![Just(None), Just(Some("a")), Just(Some("b"))];
    let limits = prop::option::of(1_u32..4);
    prop_oneof![
        12 => (prop::option::of(0_u64..4), models).prop_map(|(s, m)| Step::Request(s, m)),
        8 => (0_usize..64, verdict()).prop_map(|(at, v)| Step::Report(at, v)),
        3 => (0_usize..64, verdict()).prop_map(|(at, v)| Step::Settle(at, v)),
        3 => (0_usize..64).prop_map(Step::Drop),
        2 => (0..MEMBERS, verdict()).prop_map(|(n, v)| Step::Check(n, v)),
        1 => (0..MEMBERS).prop_map(Step::LeaseForCheck),
        1 => (0..MEMBERS).prop_map(Step::Clear),
        1 => (0..MEMBERS, any::<bool>()).prop_map(|(n, off)| Step::Disable(n, off)),
        1 => (any::<u8>(), limits).prop_map(|(stay, limit)| Step::Replace(stay, limit)),
        4 => (0_u64..2000).prop_map(Step::Pass),
    ]
}

/// What the pool should have in its books.
struct Books {
    pond: Pond,
    /// With each lease: how often its member had been replaced when it was given; none for a check.
    running: Vec<(Option<u32>, Lease<u32>)>,
    incarnations: HashMap<u32, u32>,
    limit: u32,
}

impl Books {
    fn new() -> Self {
        Self {
            pond: equals(MEMBERS),
            running: Vec::new(),
            incarnations: HashMap::new(),
            limit: u32::MAX,
        }
    }

    fn incarnation(&self, number: u32) -> u32 {
        self.incarnations.get(&number).copied().unwrap_or_default()
    }

    fn in_flight(&self, number: u32) -> u32 {
        let present = Some(self.incarnation(number));
        let mine = |(given, lease): &&(Option<u32>, Lease<u32>)| {
            *given == present && *lease.payload() == number
        };
        self.running.iter().filter(mine).count() as u32
    }

    fn take(&mut self, at: usize) -> Option<Lease<u32>> {
        let length = self.running.len();
        (length > 0).then(|| self.running.swap_remove(at % length).1)
    }

    async fn apply(&mut self, step: Step) {
        match step {
            Step::Request(session, model) => self.request(session, model),
            Step::Report(at, verdict) => {
                if let Some(lease) = self.take(at) {
                    lease.report(verdict);
                }
            }
            Step::Settle(at, verdict) => {
                let length = self.running.len().max(1);
                if let Some((_, lease)) = self.running.get_mut(at % length) {
                    lease.settle(verdict);
                }
            }
            Step::Drop(at) => drop(self.take(at)),
            Step::Check(number, verdict) => report(&self.pond, number, verdict),
            Step::LeaseForCheck(number) => {
                let lease = self.pond.lease_of(id(number));
                self.running.extend(lease.map(|lease| (None, lease)));
            }
            Step::Clear(number) => self.pond.clear(id(number)),
            Step::Disable(number, disabled) => self.pond.set_disabled(id(number), disabled),
            Step::Replace(stay, limit) => self.replace(stay, limit),
            Step::Pass(seconds) => pass(seconds).await,
        }
    }

    fn request(&mut self, session: Option<u64>, model: Option<&str>) {
        let before = self.pond.snapshot();
        let session = session.map(|key| Session {
            key,
            known: key % 2 == 0,
        });
        let want = Want {
            session,
            model,
            admit: None,
        };
        let Some(lease) = self.pond.attempts(want).next() else {
            let open = before.iter().find(|seen| self.is_open(seen, model));
            assert!(open.is_none(), "passed over: {open:?}");
            return;
        };
        let number = *lease.payload();
        let chosen = before.iter().find(|seen| seen.id == lease.id()).unwrap();
        match &chosen.gate {
            Gate::Ready => assert!(!lease.is_trial()),
            Gate::Unhealthy { next_try, .. } => {
                assert!(lease.is_trial() && *next_try <= Instant::now());
            }
            other => panic!("offered though {other:?}"),
        }
        assert!(!rests(chosen, model), "offered though its model rests");
        assert!(chosen.in_flight < self.limit, "offered beyond its limit");
        self.running.push((Some(self.incarnation(number)), lease));
    }

    fn is_open(&self, seen: &Seen, model: Option<&str>) -> bool {
        seen.gate == Gate::Ready && seen.in_flight < self.limit && !rests(seen, model)
    }

    fn replace(&mut self, stay: u8, limit: Option<u32>) {
        let present = self.pond.snapshot();
        let (staying, leaving): (Vec<u32>, Vec<u32>) =
            (0..MEMBERS).partition(|number| stay & (1 << number) != 0);
        for number in leaving {
            *self.incarnations.entry(number).or_default() += 1;
        }
        let members = staying.into_iter().map(|number| Member {
            concurrency_limit: limit,
            disabled: present
                .iter()
                .any(|seen| seen.id == id(number) && seen.gate == Gate::Disabled),
            ..member(number)
        });
        self.pond.replace(Policy::default(), members.collect());
        self.limit = limit.unwrap_or(u32::MAX);
    }

    fn check(&self) {
        let now = Instant::now();
        for (seen, number) in self.pond.snapshot().iter().map(|s| (s, number_of(s))) {
            assert_eq!(seen.in_flight, self.in_flight(number));
            let exits = seen.resting_models.iter().map(|rest| rest.until);
            let exits = exits.chain(match seen.gate {
                Gate::Cooling { until, .. } => Some(until),
                Gate::Unhealthy { next_try, .. } => Some(next_try),
                _ => None,
            });
            for exit in exits {
                assert!((exit - now).as_secs() <= HALF_AN_HOUR);
            }
        }
    }

    /// Everything has ended: the books are closed, and after half an hour everybody is offered who
    /// does not wait for the user.
    async fn close(mut self) {
        self.running.clear();
        pass(HALF_AN_HOUR).await;
        let snapshot = self.pond.snapshot();
        assert!(snapshot.iter().all(|seen| seen.in_flight == 0));
        let waits = |gate: &Gate| {
            matches!(
                gate,
                Gate::Disabled | Gate::NeedsLogin { .. } | Gate::Refused { .. }
            )
        };
        let expected = snapshot.iter().filter(|seen| !waits(&seen.gate)).count();
        assert_eq!(self.pond.attempts(wanting("a")).count(), expected);
    }
}

fn number_of(seen: &Seen) -> u32 {
    seen.id.as_u128() as u32
}

fn rests(seen: &Seen, model: Option<&str>) -> bool {
    let mut resting = seen.resting_models.iter();
    resting.any(|rest| Some(&*rest.model) == model)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_interleaving_keeps_the_books(steps in prop::collection::vec(step(), 1..150)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut books = Books::new();
            for step in steps {
                books.apply(step).await;
                books.check();
            }
            books.close().await;
        });
    }
}
