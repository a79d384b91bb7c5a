//! T3: what a well-formed stream is. Debug builds hold every translated stream against these, and end one that
//! breaks them as they end a broken one: with its dialect's error. Release builds do not look.
//!
//! - [`Events`]: the grammar of [`chat::event`], which readers keep and writers rely on.
//! - [`Wire`]: that of a dialect's own stream; each stands in its dialect's folder, as `grammar`.

mod events;
mod wire;

pub use events::Events;
pub use wire::Wire;

/// How a stream broke its grammar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Violation(String);

impl Violation {
    /// A stream that is at fault in this way.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}
