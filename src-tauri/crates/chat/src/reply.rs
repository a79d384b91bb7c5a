//! A whole answer.

use crate::{Foreign, Part, Usage};

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reply {
    /// The upstream's id of the answer.
    pub id: Option<String>,
    /// The model that answered, as it calls itself.
    pub model: Option<String>,
    /// When, in seconds since 1970.
    pub created: Option<i64>,
    /// What it says: texts, thinking, refusals, calls of tools, foreign parts.
    pub parts: Vec<Part>,
    /// Why it ended.
    pub stop: Option<Stop>,
    /// What it cost, where the upstream says so.
    pub usage: Option<Usage>,
    /// Fields that the neutral model has no word for; for their own dialect only.
    pub extra: Option<Foreign>,
}

/// Why an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Why.
    pub reason: StopReason,
    /// The text at which it stopped, where it was one of the client's and the upstream says which.
    pub sequence: Option<String>,
}

/// Why an answer ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StopReason {
    /// It was said.
    EndTurn,
    /// The limit of the answer.
    MaxTokens,
    /// One of the client's stop texts.
    StopSequence,
    /// Tools are to be called.
    ToolUse,
    /// The upstream will not say it (`content_filter`, `SAFETY`, `refusal`).
    Refusal,
    /// The upstream pauses a long turn and wants to be asked again (`pause_turn`).
    Pause,
    /// The model's context is full.
    ContextFull,
    /// A word that only one dialect knows, as it stands on the wire.
    Other(String),
}

impl Stop {
    /// Without a stop text.
    pub const fn new(reason: StopReason) -> Self {
        Self {
            reason,
            sequence: None,
        }
    }
}
