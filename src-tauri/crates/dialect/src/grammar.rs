//! T3: what a well-formed stream is. Debug builds hold every translated stream against these; release builds do not.
//!
//! - [`Events`]: the grammar of [`chat::event`], which readers keep and writers rely on.
//! - Each dialect's own grammar stands in its folder, as `grammar`.

mod events;

pub use events::Events;

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
