//! What a turn costs: select, success and release, for a small and a large pool.
//!
//! Run with `cargo run --release -p pool --example turn_cost`.

use std::{hint::black_box, sync::Arc, time::Instant};

use pool::{Lease, Member, Policy, Pool, Session, Want};
use uuid::Uuid;

const TURNS: u64 = 1_000_000;

fn main() {
    let sizes = [3, 50, 500];
    for (name, in_flight, want) in [
        ("idle", 0, Want::default()),
        ("idle, with a model", 0, model()),
        ("64 in flight", 64, Want::default()),
    ] {
        let figures = sizes.map(|size| nanoseconds(size, in_flight, |_| want));
        report(name, &sizes, &figures);
    }
    let fresh = sizes.map(|size| nanoseconds(size, 0, |turn| conversation(turn, false)));
    report("fresh conversations", &sizes, &fresh);
    let known = sizes.map(|size| nanoseconds(size, 0, |turn| conversation(turn % 1000, true)));
    report("later turns", &sizes, &known);
}

#[expect(clippy::print_stdout, reason = "its purpose")]
fn report(name: &str, sizes: &[u32], figures: &[u128]) {
    println!("{name}: {figures:?} ns a turn in pools of {sizes:?}");
}

/// The best of five rounds.
fn nanoseconds(size: u32, in_flight: usize, want: impl Fn(u64) -> Want<'static, u32>) -> u128 {
    let pool = pool_of(size);
    let mut running: Vec<Option<Lease<u32>>> = (0..in_flight.max(1)).map(|_| None).collect();
    let round = || {
        let begin = Instant::now();
        for turn in 0..TURNS {
            let mut lease = black_box(&pool).attempts(want(turn)).next();
            if let Some(lease) = &mut lease {
                lease.succeed();
            }
            let place = turn as usize % running.len();
            running[place] = lease.filter(|_| in_flight > 0);
        }
        begin.elapsed().as_nanos() / u128::from(TURNS)
    };
    std::iter::repeat_with(round)
        .take(5)
        .min()
        .unwrap_or_default()
}

fn pool_of(size: u32) -> Arc<Pool<u32>> {
    let member = |n| Member::new(Uuid::from_u128(u128::from(n)), n);
    Pool::new(Policy::default(), (0..size).map(member).collect())
}

fn model() -> Want<'static, u32> {
    Want {
        model: Some("some-model-1"),
        ..Want::default()
    }
}

fn conversation(key: u64, known: bool) -> Want<'static, u32> {
    Want {
        session: Some(Session { key, known }),
        ..Want::default()
    }
}
