//! What a stream of this dialect has to be (the vendor's page "Streaming Messages"), checked on what the writer writes.

use serde_json::Value;

use crate::grammar::Violation;
use crate::sse::Frames;

/// How far a stream has come that keeps to the grammar.
#[derive(Debug, Default)]
pub(crate) struct Grammar {
    frames: Frames,
    state: State,
    /// The index of the next block.
    next: u64,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before `message_start`.
    #[default]
    Before,
    /// Between blocks.
    Between,
    /// In a block that takes these deltas.
    In(Takes),
    /// Behind `message_delta`.
    Told,
    /// Behind `message_stop`, or an error.
    Over,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Texts,
    Thoughts,
    /// A thought's seal is its last delta.
    NothingMore,
    Json,
    Anything,
}

impl Grammar {
    /// Takes more of the stream.
    ///
    /// # Errors
    /// It breaks the grammar; says how.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), Violation> {
        let mut frames = std::mem::take(&mut self.frames);
        frames
            .push(bytes)
            .map_err(|error| Violation::new(error.message))?;
        while let Some(frame) = frames.next() {
            let data: Value = serde_json::from_slice(&frame.data)
                .map_err(|error| Violation::new(format!("data that is no JSON: {error}")))?;
            if frame.event != data.get("type").and_then(Value::as_str) {
                return Err(Violation::new(format!(
                    "an event line {:?} beside {data}",
                    frame.event
                )));
            }
            self.event(frame.event.unwrap_or_default(), &data)?;
        }
        self.frames = frames;
        Ok(())
    }

    /// Whether the stream is over.
    pub(crate) fn is_over(&self) -> bool {
        self.state == State::Over && !self.frames.has_rest()
    }

    fn event(&mut self, name: &str, data: &Value) -> Result<(), Violation> {
        let at_index = || {
            let index = data.get("index").and_then(Value::as_u64);
            (index == Some(self.next)).then_some(()).ok_or_else(|| {
                Violation::new(format!("index {index:?} where {} is next", self.next))
            })
        };
        self.state = match (self.state, name) {
            (State::Over, _) => return Err(Violation::new(format!("{name} behind the end"))),
            (state, "ping") => state,
            (_, "error") => State::Over,
            (State::Before, "message_start") => {
                message(data.get("message").unwrap_or(&Value::Null))?;
                State::Between
            }
            (State::Between, "content_block_start") => {
                at_index()?;
                State::In(block(data.get("content_block").unwrap_or(&Value::Null))?)
            }
            (State::In(takes), "content_block_delta") => {
                at_index()?;
                State::In(delta(takes, data.get("delta").unwrap_or(&Value::Null))?)
            }
            (State::In(_), "content_block_stop") => {
                at_index()?;
                self.next += 1;
                State::Between
            }
            (State::Between | State::Told, "message_delta") => {
                told(data)?;
                State::Told
            }
            (State::Told, "message_stop") => State::Over,
            (state, _) => return Err(Violation::new(format!("{name} in {state:?}"))),
        };
        Ok(())
    }
}

fn message(message: &Value) -> Result<(), Violation> {
    for field in ["id", "model"] {
        text(message, field)?;
    }
    let fits = message.get("type").and_then(Value::as_str) == Some("message")
        && message.get("role").and_then(Value::as_str) == Some("assistant")
        && message
            .get("content")
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
        && message.get("stop_reason").is_some_and(Value::is_null)
        && message.get("stop_sequence").is_some_and(Value::is_null);
    if !fits {
        return Err(Violation::new(format!(
            "a message that does not begin: {message}"
        )));
    }
    counts(message, &["input_tokens", "output_tokens"])
}

fn block(block: &Value) -> Result<Takes, Violation> {
    let known: (&[&str], Takes) = match text(block, "type")? {
        "text" => (&["text"], Takes::Texts),
        "thinking" => (&["thinking", "signature"], Takes::Thoughts),
        "redacted_thinking" => (&["data"], Takes::NothingMore),
        "tool_use" => {
            let input = block.get("input").and_then(Value::as_object);
            if !input.is_some_and(serde_json::Map::is_empty) {
                return Err(Violation::new(format!(
                    "a call that does not begin without arguments: {block}"
                )));
            }
            (&["id", "name"], Takes::Json)
        }
        _ => (&[], Takes::Anything),
    };
    for field in known.0 {
        text(block, field)?;
    }
    Ok(known.1)
}

fn delta(takes: Takes, delta: &Value) -> Result<Takes, Violation> {
    let field = match (takes, text(delta, "type")?) {
        (Takes::Texts, "text_delta") => "text",
        (Takes::Thoughts, "thinking_delta") => "thinking",
        (Takes::Thoughts, "signature_delta") => {
            text(delta, "signature")?;
            return Ok(Takes::NothingMore);
        }
        (Takes::Json | Takes::Anything, "input_json_delta") => "partial_json",
        (Takes::Texts, "citations_delta") | (Takes::Anything, _) => return Ok(takes),
        (takes, other) => return Err(Violation::new(format!("a {other} in a block of {takes:?}"))),
    };
    text(delta, field).map(|_| takes)
}

fn told(data: &Value) -> Result<(), Violation> {
    let delta = data.get("delta").unwrap_or(&Value::Null);
    text(delta, "stop_reason")?;
    if delta.get("stop_sequence").is_none() {
        return Err(Violation::new("a message_delta without stop_sequence"));
    }
    counts(data, &["output_tokens"])
}

fn counts(of: &Value, fields: &[&str]) -> Result<(), Violation> {
    let usage = of.get("usage").unwrap_or(&Value::Null);
    let missing = fields
        .iter()
        .find(|field| usage.get(**field).and_then(Value::as_u64).is_none());
    missing.map_or(Ok(()), |field| {
        Err(Violation::new(format!("usage without {field}: {usage}")))
    })
}

fn text<'a>(of: &'a Value, field: &str) -> Result<&'a str, Violation> {
    of.get(field)
        .and_then(Value::as_str)
        .ok_or_else(|| Violation::new(format!("no {field} in {of}")))
}
