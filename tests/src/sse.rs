//! Streams read, and judged by the grammar of their dialect.
//!
//! [`read`] cuts bytes into events as the standard for server-sent events says. A judge of a dialect
//! ([`judge`]) then goes through them and returns what was [`Said`], or the first breach of the grammar.

mod anthropic;
mod chat;
mod gemini;
mod responses;
mod said;

pub use said::{Call, Said, Spoken};

use serde_json::Value;

/// The dialects that clients speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// `OpenAI`'s chat completions.
    Chat,
    /// `OpenAI`'s responses.
    Responses,
    /// Anthropic's messages.
    Anthropic,
    /// Gemini.
    Gemini,
}

impl Tongue {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Chat, Self::Responses, Self::Anthropic, Self::Gemini];
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What `event:` said.
    pub name: Option<String>,
    /// What `data:` said, lines joined.
    pub data: String,
}

impl Event {
    /// The data as JSON; `Null` where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or(Value::Null)
    }
}

/// Cuts a stream into its events. Comments and unfinished events are left out, as every reader does.
pub fn read(bytes: &[u8]) -> Vec<Event> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let mut events = Vec::new();
    let mut name = None;
    let mut data: Vec<&str> = Vec::new();
    for line in text.split('\n') {
        if line.is_empty() {
            if !data.is_empty() {
                events.push(Event {
                    name: name.take(),
                    data: data.join("\n"),
                });
                data.clear();
            }
            name = None;
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => name = Some(value.to_owned()),
            "data" => data.push(value),
            _ => {}
        }
    }
    events
}

/// Judges a stream by the grammar of its dialect.
///
/// # Errors
/// The first breach.
pub fn judge(tongue: Tongue, events: &[Event]) -> Result<Said, String> {
    match tongue {
        Tongue::Chat => chat::judge(events),
        Tongue::Responses => responses::judge(events),
        Tongue::Anthropic => anthropic::judge(events),
        Tongue::Gemini => gemini::judge(events),
    }
}

/// Reads a whole answer.
///
/// # Errors
/// What its dialect requires and it lacks.
pub fn whole(tongue: Tongue, body: &Value) -> Result<Said, String> {
    match tongue {
        Tongue::Chat => chat::whole(body),
        Tongue::Responses => responses::whole(body),
        Tongue::Anthropic => anthropic::whole(body),
        Tongue::Gemini => gemini::whole(body),
    }
}

/// Fails unless it holds.
fn ensure(holds: bool, breach: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(breach()) }
}
