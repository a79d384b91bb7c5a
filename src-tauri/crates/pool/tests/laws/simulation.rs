//! A day of fifty upstreams that fail in all the usual ways, seeded, in virtual time.

mod upstream;

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use pool::{Gate, Lease, Verdict, Want};
use tokio::time::{self, Instant};

use self::upstream::{Kind, Upstream};
use crate::fixture::*;

const DAY: u64 = 24 * 3600;
const TRIES: usize = 3;
/// Long enough that every due trial of a storm has found its request.
const GRACE: u64 = 120;

struct Day {
    pond: Pond,
    upstreams: Vec<Upstream>,
    random: fastrand::Rng,
    begin: Instant,
    /// Requests in flight by their end, with the verdict to come.
    running: BinaryHeap<Reverse<(u64, usize)>>,
    leases: Vec<Option<Lease<u32>>>,
    requests: u64,
    failed: u64,
    /// Members that have healed, and until when a request must have been sent to them.
    healed: Vec<(usize, u64)>,
}

impl Day {
    fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let kinds = [
            (20, Kind::Sound),
            (12, Kind::Flaky),
            (10, Kind::Stormy),
            (6, Kind::Quota),
            (2, Kind::Dead),
        ];
        let kinds = kinds.map(|(count, kind)| std::iter::repeat_n(kind, count));
        let upstreams: Vec<_> = kinds
            .into_iter()
            .flatten()
            .map(|kind| Upstream::new(kind, &mut random, DAY))
            .collect();
        Self {
            pond: equals(upstreams.len() as u32),
            upstreams,
            random,
            begin: Instant::now(),
            running: BinaryHeap::new(),
            leases: Vec::new(),
            requests: 0,
            failed: 0,
            healed: Vec::new(),
        }
    }

    async fn run(&mut self) {
        let mut second = 0;
        while second < DAY {
            self.notice_healing(second);
            self.end_requests(second);
            // Bursts and lulls: from ten requests a second to one in a while.
            let busy = second % 3600 < 600;
            for _ in 0..self.random.u64(if busy { 1..4 } else { 0..3 }) {
                self.request(second);
            }
            if second % 600 == 0 {
                self.check_exits();
            }
            second += 1;
            time::advance(Duration::from_secs(1)).await;
        }
        self.leases.clear();
    }

    fn request(&mut self, second: u64) {
        self.requests += 1;
        let key = self.random.u64(0..500);
        let known = self.random.bool();
        let want = if known {
            turn(key, true)
        } else {
            Want::default()
        };
        for lease in self.pond.attempts(want).take(TRIES) {
            let number = *lease.payload() as usize;
            self.healed.retain(|&(member, _)| member != number);
            match self.upstreams[number].ask(second, &mut self.random) {
                Verdict::Success => return self.stream(second, lease),
                verdict => lease.report(verdict),
            }
        }
        self.failed += 1;
    }

    /// The request has its first content, and stays in flight for a while.
    fn stream(&mut self, second: u64, mut lease: Lease<u32>) {
        assert!(lease.succeed());
        let end = second + self.random.u64(1..30);
        self.running.push(Reverse((end, self.leases.len())));
        self.leases.push(Some(lease));
    }

    fn end_requests(&mut self, second: u64) {
        while let Some(&Reverse((end, place))) = self.running.peek()
            && end <= second
        {
            self.running.pop();
            self.leases[place] = None;
        }
    }

    /// Law: whoever heals is asked again within the step it is at.
    fn notice_healing(&mut self, second: u64) {
        for &(member, deadline) in &self.healed {
            assert!(second <= deadline, "{member} healed and was not asked");
        }
        for number in 0..self.upstreams.len() {
            if !self.upstreams[number].heals_at(second) {
                continue;
            }
            let now = Instant::now();
            let wait = match gate(&self.pond, number as u32) {
                Gate::Cooling { until, .. } => until - now,
                Gate::Unhealthy { next_try, .. } => next_try - now,
                _ => Duration::ZERO,
            };
            let deadline = second + wait.as_secs() + GRACE;
            self.healed.push((number, deadline));
        }
    }

    /// Law: every automatic state has an exit within half an hour.
    fn check_exits(&self) {
        for seen in self.pond.snapshot() {
            let exit = match seen.gate {
                Gate::Ready => continue,
                Gate::Cooling { until, .. } => until,
                Gate::Unhealthy { next_try, .. } => next_try,
                other => panic!("nobody said {other:?}"),
            };
            assert!((exit - Instant::now()).as_secs() <= 1800);
        }
    }

    /// Requests sent to each upstream of a kind.
    fn asked(&self, kind: Kind) -> impl Iterator<Item = u64> {
        let of_kind = self.upstreams.iter().filter(move |up| up.kind == kind);
        of_kind.map(|up| up.asked)
    }
}

#[tokio::test(start_paused = true)]
async fn a_day_of_fifty_upstreams_with_faults_is_invisible_to_clients() {
    let mut day = Day::new(20_261_123);
    day.run().await;
    assert!(day.begin.elapsed().as_secs() >= DAY);
    assert!(day.requests > 100_000);

    let visible = day.failed as f64 / day.requests as f64;
    assert!(visible < 1e-4, "{} of {} failed", day.failed, day.requests);

    // Law: every healthy instance is used, and none of the equals is favoured beyond what the
    // conversations that happen to live there bring along.
    let least = day.asked(Kind::Sound).min().unwrap();
    let most = day.asked(Kind::Sound).max().unwrap();
    assert!(least > day.requests / 100, "{least} of {}", day.requests);
    assert!(most < least * 2, "{least} and {most}");
    assert!(day.asked(Kind::Flaky).min().unwrap() > day.requests / 200);

    // Law: the dead cost no more than the breaker and its trials (three, four steps, and two an hour).
    for asked in day.asked(Kind::Dead) {
        assert!((48..=3 + 4 + 48).contains(&asked), "{asked}");
    }
    // Law: a used-up quota is asked a few times, not a thousand.
    for up in day.upstreams.iter().filter(|up| up.kind == Kind::Quota) {
        assert!(up.asked_in_vain * 20 < up.asked, "{up:?}");
    }
    assert!(day.pond.snapshot().iter().all(|seen| seen.in_flight == 0));
}
