//! Gemini `generateContent`, both halves: as a client speaks it, and as an upstream does.
//!
//! - `wire`: the JSON, as serde types; [`request`], [`reply`], [`stream`], [`error`]: each both reads and writes.
//! - `fields`: objects of a client's JSON, taken apart with their paths.
//! - `grammar`: what a client's stream keeps to; checked on everything that is written in debug builds.
//! - `strip`, `rename`: a body on the verbatim path.
//! - `schema`: what functions and answers look like; `names`: what functions are called.

pub(crate) mod error;
pub(crate) mod fields;
pub(crate) mod grammar;
mod names;
pub(crate) mod rename;
pub(crate) mod reply;
pub(crate) mod request;
mod schema;
pub(crate) mod stream;
pub(crate) mod strip;
mod wire;
