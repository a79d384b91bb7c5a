//! Closed loop: each connection asks again as soon as it has its answer. Finds out how much goes through.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::PATIENCE;
use super::client::Client;
use super::count::{Count, Moment};
use super::plan::{Plan, Tally};
use crate::bench::failed::{Failed, WrongAnswer};

pub(super) async fn run(
    plan: &Plan,
    connections: usize,
    warm: f64,
    seconds: f64,
) -> Result<Tally, Failed> {
    let count = Arc::new(Count::new()?);
    let plan = Arc::new(plan.clone());
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        tasks.spawn(ask_again(plan.clone(), count.clone(), stop.clone()));
    }
    tokio::time::sleep(Duration::from_secs_f64(warm)).await;
    count.forget_waits();
    let begin = Moment::now(&count, &plan.watch)?;
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
    let end = Moment::now(&count, &plan.watch)?;
    stop.store(true, Relaxed);
    // What is under way is read to its end: a stream counts only whole.
    let drained = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(PATIENCE, drained).await.is_err() {
        count.wrong(&WrongAnswer::Late(PATIENCE));
    }
    Ok(begin.until(&end, &count))
}

async fn ask_again(plan: Arc<Plan>, count: Arc<Count>, stop: Arc<AtomicBool>) {
    while !stop.load(Relaxed) {
        match Client::connect(&plan).await {
            Ok(mut client) => {
                while !stop.load(Relaxed) {
                    let begun = Instant::now();
                    if !client.ask(&plan, &count).await {
                        break;
                    }
                    count.waited(begun.elapsed());
                }
            }
            Err(why) => {
                count.wrong(&why);
                return;
            }
        }
    }
}
