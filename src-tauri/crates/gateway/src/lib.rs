//! The running proxy: server, routes, exchange, answers, statistics, control, settings.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
