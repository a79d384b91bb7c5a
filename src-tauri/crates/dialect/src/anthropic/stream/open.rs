//! The block of an upstream's stream that is open, and what comes in it, as events.

use std::borrow::Cow;

use chat::{Delta, Dialect, Event, Foreign, Opened, ToolKind};
use serde_json::{Map, Value, json};

use super::data::{Piece, said, text};
use crate::Malformed;

const OWN: Dialect = Dialect::Anthropic;

/// Where events go.
pub(super) type Sink<'s> = dyn FnMut(Event<'_>) + 's;

/// The block that is open.
#[derive(Debug)]
pub(super) struct Open {
    /// Its index on the wire.
    index: u64,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Text,
    /// Its seal is told when it is whole: it stands at the end, and the last one counts.
    Thinking {
        seal: String,
    },
    Redacted,
    Call {
        /// Arguments that came with the block's begin; they count if no others come.
        whole: Option<String>,
    },
    /// A block of the dialect's own, gathered until it is whole.
    Own {
        block: Map<String, Value>,
        input: String,
    },
}

impl Open {
    /// Begins a block as the part of this index.
    ///
    /// # Errors
    /// It is not of the dialect.
    pub(super) fn begin(
        index: u64,
        part: u32,
        mut block: Map<String, Value>,
        sink: &mut Sink<'_>,
    ) -> Result<Self, Malformed> {
        let mut take = |name: &str| taken(&mut block, name);
        let open = |opened| Event::Open {
            index: part,
            part: opened,
        };
        let thought = |redacted| open(Opened::Thinking { redacted, id: None });
        let kind = match take("type").as_str() {
            "text" => {
                sink(open(Opened::Text));
                words(take("text").into(), sink);
                if let Some(Value::Array(list)) = block.remove("citations") {
                    list.into_iter().map(citation).for_each(sink);
                }
                Kind::Text
            }
            "thinking" => {
                sink(thought(false));
                words(take("thinking").into(), sink);
                let seal = take("signature");
                Kind::Thinking { seal }
            }
            "redacted_thinking" => {
                sink(thought(true));
                sign(take("data"), sink);
                Kind::Redacted
            }
            "tool_use" => {
                let (id, name) = (take("id"), take("name"));
                if id.is_empty() || name.is_empty() {
                    return Err(Malformed::new("a call of a tool without id or name"));
                }
                sink(open(Opened::ToolCall {
                    id: id.into(),
                    name: name.into(),
                    kind: ToolKind::Function,
                    item_id: None,
                }));
                let whole = block.remove("input").filter(says_something);
                Kind::Call {
                    whole: whole.map(|input| input.to_string()),
                }
            }
            "" => return Err(Malformed::new("a content block without a type")),
            other => {
                block.insert("type".to_owned(), other.into());
                Kind::Own {
                    block,
                    input: String::new(),
                }
            }
        };
        Ok(Self { index, kind })
    }

    /// Its index on the wire.
    pub(super) const fn index(&self) -> u64 {
        self.index
    }

    pub(super) const fn is_call(&self) -> bool {
        matches!(self.kind, Kind::Call { .. })
    }

    /// Whether only this dialect knows it.
    pub(super) const fn is_own(&self) -> bool {
        matches!(self.kind, Kind::Own { .. })
    }

    /// More of it; `data` is the whole event.
    ///
    /// # Errors
    /// A known piece does not fit the block.
    pub(super) fn delta(
        &mut self,
        piece: Piece<'_>,
        data: &[u8],
        sink: &mut Sink<'_>,
    ) -> Result<(), Malformed> {
        let value = || serde_json::from_slice::<Value>(data).unwrap_or_default();
        match (&mut self.kind, text(&piece.kind)) {
            (Kind::Text, "text_delta") => words(said(piece.text).unwrap_or_default(), sink),
            (Kind::Thinking { .. }, "thinking_delta") => {
                words(said(piece.thinking).unwrap_or_default(), sink);
            }
            (Kind::Thinking { seal }, "signature_delta") => {
                *seal = piece.signature.unwrap_or_default().0.into_owned();
            }
            (Kind::Call { whole }, "input_json_delta") => {
                if let Some(json) = said(piece.partial_json) {
                    *whole = None;
                    sink(Event::Delta(Delta::Arguments(json)));
                }
            }
            (Kind::Own { .. }, _) => self.gather(&value()),
            // It came whole.
            (Kind::Redacted, _) => {}
            (
                _,
                known @ ("text_delta" | "thinking_delta" | "signature_delta" | "input_json_delta"),
            ) => {
                return Err(Malformed::new(format!(
                    "a {known} in a block of another type"
                )));
            }
            (Kind::Text, "citations_delta") => {
                if let Some(one) = value().pointer("/delta/citation") {
                    sink(citation(one.clone()));
                }
            }
            // One that came after this was written.
            _ => {}
        }
        Ok(())
    }

    /// More of a block of the dialect's own: its JSON text, or fields that grow.
    pub(super) fn gather(&mut self, data: &Value) {
        let Kind::Own { block, input } = &mut self.kind else {
            return;
        };
        let Some(delta) = data.get("delta").and_then(Value::as_object) else {
            return;
        };
        for (key, value) in delta.iter().filter(|(key, _)| *key != "type") {
            match (key.as_str(), value, block.get_mut(key)) {
                ("partial_json", Value::String(piece), _) => input.push_str(piece),
                (_, Value::String(piece), Some(Value::String(text))) => text.push_str(piece),
                _ => {
                    block.insert(key.clone(), value.clone());
                }
            }
        }
    }

    /// It is whole.
    pub(super) fn close(self, part: u32, sink: &mut Sink<'_>) {
        match self.kind {
            Kind::Thinking { seal } => sign(seal, sink),
            Kind::Call {
                whole: Some(arguments),
            } => sink(Event::Delta(Delta::Arguments(arguments.into()))),
            Kind::Own { mut block, input } => {
                if let Ok(input) = serde_json::from_str(&input) {
                    block.insert("input".to_owned(), input);
                }
                let value = Value::Object(block);
                sink(Event::Open {
                    index: part,
                    part: Opened::Foreign(Foreign {
                        dialect: OWN,
                        value,
                    }),
                });
            }
            _ => {}
        }
        sink(Event::Close { index: part });
    }
}

fn taken(block: &mut Map<String, Value>, name: &str) -> String {
    match block.get_mut(name).map(Value::take) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    }
}

fn words(text: Cow<'_, str>, sink: &mut Sink<'_>) {
    if !text.is_empty() {
        sink(Event::Delta(Delta::Text(text)));
    }
}

fn sign(value: String, sink: &mut Sink<'_>) {
    if !value.is_empty() {
        sink(Event::Delta(Delta::Signature(chat::Signature {
            dialect: OWN,
            value,
        })));
    }
}

fn citation(value: Value) -> Event<'static> {
    Event::Delta(Delta::Foreign(Foreign {
        dialect: OWN,
        value: json!({ "type": "citations_delta", "citation": value }),
    }))
}

/// Whether an input holds arguments: every call begins with an empty one.
fn says_something(input: &Value) -> bool {
    match input {
        Value::Null => false,
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    }
}
