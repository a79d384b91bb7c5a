//! Anthropic Messages, both halves: as a client speaks it, and as an upstream does.
//!
//! - `wire`: the JSON, as serde types; [`request`], [`reply`], [`stream`], [`error`]: each both reads and writes.
//! - `block`, `media`: the pieces of a turn, read; `piece`, `json`: the same, written; `seal`: what other dialects
//!   signed, as a client keeps it for us; `model`: what Claude models take; `grammar`: what a stream has to be.

mod block;
mod json;
#[cfg(test)]
mod laws;
mod media;
mod model;
mod piece;
mod seal;
mod wire;

pub(crate) mod error;
pub(crate) mod grammar;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod stream;
pub(crate) mod strip;
