//! What the router must know of a client's body before it has read the conversation.

use crate::{Dialect, Invalid};
use std::ops::Range;

/// The outside of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The model, where the body names one (Gemini names it in the path).
    pub model: Option<ModelField>,
    /// Whether the answer is to be streamed (Gemini says so in the path).
    pub stream: bool,
    /// Whether the client wants a chunk of usage; true in dialects that always send it.
    pub wants_usage: bool,
    /// The session, where the body says one.
    pub session: Option<String>,
    /// A hash of the system prompt's and the first user message's text: equal on every turn of one conversation.
    pub opening: u64,
    /// Whether a turn of the model or the result of a tool is present.
    pub follow_up: bool,
}

/// Where a body names its model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelField {
    /// The name, with its escapes resolved.
    pub name: String,
    /// The JSON string in the body, with its quotes.
    pub span: Range<usize>,
}

/// Reads the envelope of a body.
///
/// # Errors
/// The body is not a JSON object; the message holds line and column.
pub fn envelope(_: Dialect, _: &[u8]) -> Result<Envelope, Invalid> {
    Err(Invalid::at("", "not read"))
}
