//! Requests that are asked once: many at the same moment, or a few one after another.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use super::PATIENCE;
use super::client::ask_once;
use super::count::{Count, Moment};
use super::plan::{Plan, Tally};
use crate::bench::failed::{Failed, WrongAnswer};

/// All connections at once, a request on each; every wait counts from the moment the first was opened.
pub(super) async fn burst(plan: &Plan, connections: usize) -> Result<Tally, Failed> {
    let count = Arc::new(Count::new()?);
    let plan = Arc::new(plan.clone());
    let begin = Moment::now(&count, &plan.watch)?;
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let (plan, count) = (plan.clone(), count.clone());
        tasks.spawn(async move { ask_once(&plan, &count, begun).await });
    }
    let ended = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(PATIENCE, ended).await.is_err() {
        count.wrong(&WrongAnswer::Late(PATIENCE));
    }
    let end = Moment::now(&count, &plan.watch)?;
    Ok(begin.until(&end, &count))
}

/// One request after another, each on a connection of its own.
pub(super) async fn series(plan: &Plan, requests: usize) -> Result<Tally, Failed> {
    let count = Count::new()?;
    let begin = Moment::now(&count, &plan.watch)?;
    for _ in 0..requests {
        let asked = ask_once(plan, &count, Instant::now());
        if tokio::time::timeout(PATIENCE, asked).await.is_err() {
            count.wrong(&WrongAnswer::Late(PATIENCE));
        }
    }
    let end = Moment::now(&count, &plan.watch)?;
    Ok(begin.until(&end, &count))
}
