//! Whole answers.
//!
//! - `read`: an upstream's into the neutral model; `write`: the neutral model into a client's.
//! - `stop`: why an answer ended.

mod read;
pub(super) mod stop;
mod write;

pub(super) use read::made_id;
pub(crate) use read::read;
pub(super) use write::id;
pub(crate) use write::write;

#[cfg(test)]
mod tests;
