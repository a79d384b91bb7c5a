//! One turn of a conversation.

use crate::{Dialect, Part};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The application, above everybody (`system`, top-level `system`, `instructions`, `systemInstruction`).
    System,
    /// The application, below the system (OpenAI's `developer`).
    Developer,
    /// The user. Results of tools ([`Part::ToolResult`]) stand in a user's turn too, before its other parts.
    User,
    /// The model.
    Assistant,
}

/// One turn: who speaks, and what.
///
/// Readers keep turns as the client sent them: neither joined nor split, but that the result of one tool (OpenAI's
/// `tool` message, a Responses item) is a user's turn of one part. Writers join neighbours where their dialect wants that.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What, in order.
    pub parts: Vec<Part>,
    /// The participant's name (OpenAI Chat's `name`).
    pub name: Option<String>,
    /// Fields of the wire message that the neutral model has no word for; written only in their own dialect.
    pub extra: Option<crate::Foreign>,
}

impl Message {
    /// A turn without name or extras.
    pub const fn new(role: Role, parts: Vec<Part>) -> Self {
        Self {
            role,
            parts,
            name: None,
            extra: None,
        }
    }

    /// The extras, if they are of this dialect.
    pub fn extra_of(
        &self,
        dialect: Dialect,
    ) -> Option<&serde_json::Map<String, serde_json::Value>> {
        self.extra.as_ref()?.fields_of(dialect)
    }
}
