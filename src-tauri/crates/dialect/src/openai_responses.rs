//! OpenAI Responses, both halves: as a client speaks it, and as an upstream does.
//!
//! - [`request`], [`reply`], [`stream`], [`error`]: each both reads and writes.
//! - `grammar`: what a stream has to be, checked in debug builds.
//! - `wire`: an upstream's JSON, as serde types; `fields`: a client's, field by field with its path.
//! - `item`: items of an answer as parts; `answer`: the response object around them.
//! - [`strip`]: a body of its own dialect, without foreign seals.
//! - [`history`]: conversations that a client goes on with by a name only.
//! - `namespace`: tools in namespaces and searches for tools; `seal`: signatures in `encrypted_content`.

mod answer;
pub(crate) mod error;
mod fields;
pub(crate) mod grammar;
pub mod history;
mod item;
#[cfg(test)]
mod laws;
mod namespace;
pub(crate) mod reply;
pub(crate) mod request;
mod seal;
pub(crate) mod stream;
pub(crate) mod strip;
mod wire;

pub(crate) use namespace::{LOADED, NAMESPACE};

use crate::Dialect;

const DIALECT: Dialect = Dialect::OpenaiResponses;

/// What stands between two parts of one thought.
const PARAGRAPH: &str = "\n\n";
