//! Requests.
//!
//! - `read`, `input`, `content`, `tools`: a client's body.
//! - `write`, `output`, `pieces`, `offer`: a body for an upstream; its settings, its items, their content, its tools.

mod content;
mod input;
mod offer;
mod output;
mod pieces;
mod read;
#[cfg(test)]
pub(super) mod tests;
mod tools;
mod write;

pub(super) use offer::{chosen, shown};
pub(crate) use read::read;
pub(crate) use write::write;
pub(super) use write::{effort_word, format_value};
