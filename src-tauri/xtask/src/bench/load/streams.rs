//! Paced streams side by side: how long a chunk is under way, and what open streams weigh.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::PATIENCE;
use super::client::Client;
use super::count::{Count, Moment};
use super::plan::{Plan, Tally};
use super::reading::Reading;
use crate::bench::ask::Ask;
use crate::bench::failed::{Failed, WrongAnswer};
use crate::bench::proc;

/// Each stream once; the waits are those of the chunks.
pub(super) async fn paced(plan: &Plan, streams: usize) -> Result<Tally, Failed> {
    let count = Arc::new(Count::new()?);
    let begin = Moment::now(&count, &plan.watch)?;
    let mut tasks = JoinSet::new();
    for stream in 0..streams {
        let (plan, count) = (plan.clone(), count.clone());
        tasks.spawn(async move {
            tokio::time::sleep(offset(plan.ask, stream, streams)).await;
            match Client::connect(&plan).await {
                Ok(mut client) => {
                    client.ask(&plan, &count).await;
                }
                Err(why) => count.wrong(&why),
            }
        });
    }
    let ended = async { while tasks.join_next().await.is_some() {} };
    let limit = length(plan.ask) + PATIENCE;
    if tokio::time::timeout(limit, ended).await.is_err() {
        count.wrong(&WrongAnswer::Late(limit));
    }
    let end = Moment::now(&count, &plan.watch)?;
    Ok(begin.until(&end, &count))
}

/// Opens all streams, waits `seconds` once each has content, and reads the memory of the watched processes.
pub(super) async fn held(plan: &Plan, streams: usize, seconds: f64) -> Result<Tally, Failed> {
    let count = Arc::new(Count::new()?);
    let opened = Arc::new(AtomicUsize::new(0));
    let begin = Moment::now(&count, &plan.watch)?;
    let mut tasks = JoinSet::new();
    for stream in 0..streams {
        let (plan, count, opened) = (plan.clone(), count.clone(), opened.clone());
        tasks.spawn(async move {
            tokio::time::sleep(offset(plan.ask, stream, streams)).await;
            if let Err(why) = hold(&plan, &count, &opened).await {
                count.wrong(&why);
            }
        });
    }
    let asked = Instant::now();
    while opened.load(Relaxed) < streams && asked.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    if opened.load(Relaxed) < streams {
        count.wrong(&WrongAnswer::Late(PATIENCE));
    }
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
    let memory = proc::memory(&plan.watch)?;
    let end = Moment::now(&count, &plan.watch)?;
    let mut tally = begin.until(&end, &count);
    tally.memory = Some(memory);
    Ok(tally)
}

/// Reads a stream that is not meant to end.
async fn hold(plan: &Plan, count: &Count, opened: &AtomicUsize) -> Result<(), WrongAnswer> {
    let mut client = Client::connect(plan).await?;
    client.send().await?;
    let mut reading = Reading::new(plan.ask, plan.verbatim);
    let mut has_content = false;
    while !client.read(&mut reading, count).await? {
        if !has_content && reading.stamps() > 0 {
            has_content = true;
            count.answers.fetch_add(1, Relaxed);
            opened.fetch_add(1, Relaxed);
        }
    }
    reading.judge()?;
    Err(WrongAnswer::Cut)
}

/// When a stream starts, so that chunks do not all come at the same moment.
fn offset(ask: Ask, stream: usize, streams: usize) -> Duration {
    match ask {
        Ask::Paced(_, pace) => pace.mul_f64(stream as f64 / streams as f64),
        Ask::Whole | Ask::Stream(_) => Duration::ZERO,
    }
}

fn length(ask: Ask) -> Duration {
    match ask {
        Ask::Paced(chunks, pace) => pace * chunks,
        Ask::Whole | Ask::Stream(_) => Duration::ZERO,
    }
}
