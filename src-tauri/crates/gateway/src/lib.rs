//! The running proxy: server, routes, exchange, answers, statistics, control, settings.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod record;

pub use record::{Attempt, Outcome, Record, RequestId};
