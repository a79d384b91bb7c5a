//! Wire formats to and from the neutral conversation: pure functions over bytes.
//!
//! - [`error`]: what an upstream said went wrong, and what a client is told.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod error;

pub use chat::Dialect;
pub use error::{
    Fault, FaultKind, Invalid, Malformed, UpstreamError, keep_alive, read_error, write_fault,
    write_stream_fault,
};
