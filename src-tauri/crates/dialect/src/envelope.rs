//! What the router must know of a client's body before it has read the conversation.
//!
//! One pass over the borrowed bytes: what is not asked for is skipped, not copied.

mod opening;
mod outline;

use std::ops::Range;

use serde::de::Deserializer as _;
use serde_json::error::Category;

use self::outline::Outline;
use crate::{Dialect, Invalid};

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

impl Envelope {
    /// The model of a body that has to name one.
    ///
    /// # Errors
    /// It names none.
    pub fn named_model(&self) -> Result<&ModelField, Invalid> {
        let named = self.model.as_ref().filter(|model| !model.name.is_empty());
        named.ok_or_else(|| Invalid::at("model", "missing"))
    }
}

/// Reads the envelope of a body.
///
/// # Errors
/// The body is not a JSON object, or one of the envelope's fields is of another type; says line and column.
pub fn envelope(dialect: Dialect, body: &[u8]) -> Result<Envelope, Invalid> {
    let mut outline = Outline::new(dialect);
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = json.deserialize_any(&mut outline).and_then(|()| json.end());
    read.map_err(|error| refused(&error, outline.field()))?;
    Ok(Envelope {
        model: outline.model.map(|raw| model(body, raw)).transpose()?,
        stream: outline.stream,
        wants_usage: outline.wants_usage || dialect != Dialect::OpenaiChat,
        session: outline.session,
        opening: outline.turns.opening(outline.system),
        follow_up: outline.turns.answered,
    })
}

fn refused(error: &serde_json::Error, field: Option<&'static str>) -> Invalid {
    match (error.classify(), field) {
        (Category::Data, Some(field)) => Invalid::at(field, error.to_string()),
        (Category::Data, None) => Invalid::at("", format!("the body is no request: {error}")),
        _ => Invalid::at("", format!("the body is not JSON: {error}")),
    }
}

/// The model's name, given its JSON.
fn model(body: &[u8], raw: &str) -> Result<ModelField, Invalid> {
    let start = raw.as_ptr().addr() - body.as_ptr().addr();
    let name = serde_json::from_str(raw).map_err(|error| {
        let (line, column) = place(body.get(..start).unwrap_or_default());
        let text = error.to_string();
        let what = text.split(" at line").next().unwrap_or_default();
        Invalid::at("model", format!("{what} at line {line} column {column}"))
    })?;
    Ok(ModelField {
        name,
        span: start..start + raw.len(),
    })
}

/// Line and column of what stands behind these bytes.
fn place(before: &[u8]) -> (usize, usize) {
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1) + 1;
    (line, column)
}

#[cfg(test)]
mod tests;
