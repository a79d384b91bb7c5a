//! What Millpond is tested with.
//!
//! - [`fake`]: upstreams, strict ones, in this process.
//! - [`proxy`]: the real `millpond`, a process of its own.
//! - [`client`]: what a client sees of it, to the chunk.
//! - [`sse`]: streams read, and judged by the grammar of their dialect.
//! - [`wait`]: waiting for an effect.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "it is linked by tests only, and panics are how they fail"
)]

pub mod client;
pub mod fake;
pub mod proxy;
pub mod sse;
pub mod wait;

/// The local key of every Millpond under test. It must never reach an upstream.
pub const LOCAL_KEY: &str = "mp-local-canary-5d1f0c";
