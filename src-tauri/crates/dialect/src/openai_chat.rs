//! OpenAI Chat Completions, both halves: as a client speaks it, and as an upstream does.
//!
//! - `wire`: the JSON, as serde types; [`request`], [`reply`], [`stream`], [`error`]: each both reads and writes.
//! - [`strip`]: a body on the verbatim path, without what other dialects signed.
//! - `thoughts`, `usage`: what requests, replies and streams have in common.

pub(crate) mod error;
pub(crate) mod grammar;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod stream;
pub(crate) mod strip;
mod thoughts;
mod usage;
mod wire;

pub(crate) use request::LEGACY;
