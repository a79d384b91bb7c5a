//! Requests.
//!
//! - `read`: the body of a client; `turns`, `parts`, `tools`, `config`: its pieces.
//! - `write`: the body for an upstream; `contents`, `answers`, `media`, `offers`: its pieces.
//! - `thinking`: how much to think, as models of each generation are told.

mod answers;
mod config;
mod contents;
mod media;
mod offers;
mod parts;
mod read;
mod thinking;
mod tools;
mod turns;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use read::{read, read_count};
pub(crate) use write::write;
