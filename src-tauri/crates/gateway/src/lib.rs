//! The running proxy: server, routes, exchange, answers, statistics, control, settings.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod names;
pub mod record;
pub mod roster;
pub mod seat;
pub mod settings;
pub mod stats;
pub mod table;

pub use record::{Attempt, Outcome, Record, RequestId};
pub use stats::Stats;
