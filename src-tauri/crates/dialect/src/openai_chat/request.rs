//! Requests.
//!
//! - `read`, `messages`, `content`: a client's request into the neutral model.
//! - `write`, `parameters`, `turns`, `answers`, `parts`, `naming`: the neutral model into an upstream's request.
//! - `tools`, `choice`: both.

mod answers;
mod choice;
mod content;
mod messages;
mod naming;
mod parameters;
mod parts;
mod read;
mod tools;
mod turns;
mod write;

pub(crate) use read::read;
pub(crate) use tools::LEGACY;
pub(super) use tools::is_legacy;
pub(crate) use write::write;

#[cfg(test)]
mod tests;
