//! The load generator: a plan comes in on standard input, a tally goes out on standard output.
//!
//! - [`plan`]: what is asked for and what comes back.
//! - `count`: what all connections count together.
//! - `reading`: one answer, checked while it comes.
//! - `client`: one keep-alive connection.
//! - `closed`, `open`, `streams`, `once`: the shapes of load.

mod client;
mod closed;
mod count;
mod once;
mod open;
pub(crate) mod plan;
mod reading;
mod streams;

use std::io::{self, Write};
use std::time::Duration;

use crate::bench::failed::Failed;

use plan::{Plan, Shape, Tally};

/// The longest that any answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Does what the plan on standard input says.
pub(crate) fn run() -> Result<(), Failed> {
    let plan: Plan = serde_json::from_reader(io::stdin())?;
    let tally = if let Shape::Open {
        per_second,
        seconds,
    } = plan.shape
    {
        open::run(&plan, per_second, seconds)?
    } else {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(asynchronous(&plan))?
    };
    writeln!(io::stdout(), "{}", serde_json::to_string(&tally)?)?;
    Ok(())
}

async fn asynchronous(plan: &Plan) -> Result<Tally, Failed> {
    match plan.shape {
        Shape::Closed {
            connections,
            warm,
            seconds,
        } => closed::run(plan, connections, warm, seconds).await,
        Shape::Paced { streams } => streams::paced(plan, streams).await,
        Shape::Held { streams, seconds } => streams::held(plan, streams, seconds).await,
        Shape::Burst { connections } => once::burst(plan, connections).await,
        Shape::Series { requests } => once::series(plan, requests).await,
        Shape::Open {
            per_second,
            seconds,
        } => open::run(plan, per_second, seconds),
    }
}
