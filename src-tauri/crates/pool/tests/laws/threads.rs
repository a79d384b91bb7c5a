//! Many threads at once.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use pool::{Member, Policy, Pool, Verdict, Want};

use crate::fixture::*;

#[test]
fn limits_and_books_hold_under_threads() {
    const LIMIT: u32 = 2;
    let numbers = 0..3;
    let members = numbers.map(|number| Member {
        concurrency_limit: Some(LIMIT),
        ..Member::new(id(number), Arc::new(AtomicU32::new(0)))
    });
    let pool = Pool::new(Policy::default(), members.collect());
    std::thread::scope(|scope| {
        for thread in 0..8_u64 {
            let pool = Arc::clone(&pool);
            scope.spawn(move || {
                let mut random = fastrand::Rng::with_seed(thread);
                for _ in 0..2000 {
                    let Some(lease) = pool.attempts(Want::default()).next() else {
                        continue;
                    };
                    let running = Arc::clone(lease.payload());
                    assert!(running.fetch_add(1, Ordering::SeqCst) < LIMIT);
                    running.fetch_sub(1, Ordering::SeqCst);
                    if random.bool() {
                        lease.report(Verdict::Success);
                    }
                }
            });
        }
    });
    assert!(pool.snapshot().iter().all(|seen| seen.in_flight == 0));
}
