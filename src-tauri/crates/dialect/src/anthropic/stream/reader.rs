//! An upstream's stream, read.

use std::borrow::Cow;

use chat::{
    Delta, Dialect, Event, Foreign, Opened, Stop, StopReason, StreamError, ToolKind, Usage,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Malformed;
use crate::anthropic::reply::{Counts, stop};
use crate::anthropic::wire::{Text, plain};
use crate::sse::Frame;

const OWN: Dialect = Dialect::Anthropic;

/// Reads an upstream's stream, frame by frame, and keeps the grammar of [`chat::event`].
#[derive(Debug, Default)]
pub(crate) struct Reader {
    started: bool,
    ended: bool,
    /// The index of the next part.
    next: u32,
    open: Option<Open>,
    usage: Option<Usage>,
    stop: Option<Stop>,
    called: bool,
}

/// The block that is open.
#[derive(Debug)]
struct Open {
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

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Data<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    index: Option<u64>,
    #[serde(borrow)]
    message: Option<Message<'a>>,
    content_block: Option<Map<String, Value>>,
    #[serde(borrow)]
    delta: Option<Piece<'a>>,
    usage: Option<Counts>,
    error: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    model: Option<Text<'a>>,
    usage: Option<Counts>,
}

/// A delta of a block or of the message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Piece<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    partial_json: Option<Text<'a>>,
    #[serde(borrow)]
    thinking: Option<Text<'a>>,
    #[serde(borrow)]
    signature: Option<Text<'a>>,
    stop_reason: Option<String>,
    stop_sequence: Option<String>,
}

type Sink<'s> = dyn FnMut(Event<'_>) + 's;

impl Reader {
    /// Reads one frame; its events go to `sink` in order.
    ///
    /// # Errors
    /// The frame is not of the dialect.
    pub(crate) fn read(&mut self, frame: &Frame<'_>, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        // Some relays send OpenAI's end mark behind the vendor's.
        if self.ended || frame.data.starts_with(b"[DONE]") {
            return Ok(());
        }
        let data: Data<'_> = match serde_json::from_slice(&frame.data) {
            Ok(data) => data,
            Err(error) => return self.read_odd(frame, &error, sink),
        };
        let kind = match (text(&data.kind), frame.event) {
            ("", _) if data.error.is_some() => "error",
            ("", Some(event)) => event,
            (kind, _) => kind,
        };
        match kind {
            "message_start" => self.start(data.message.unwrap_or_default(), sink),
            "content_block_start" => {
                let block = data.content_block.unwrap_or_default();
                self.open(data.index.unwrap_or_default(), block, sink)
            }
            "content_block_delta" => self.delta(data.index, data.delta, frame, sink),
            "content_block_stop" => {
                self.close(sink);
                Ok(())
            }
            "message_delta" => {
                self.end_of_message(data.delta.unwrap_or_default(), data.usage, sink);
                Ok(())
            }
            "message_stop" => {
                self.end(sink);
                Ok(())
            }
            "error" => {
                self.fail(frame, sink);
                Ok(())
            }
            // Pings, and events that came after this was written.
            _ => Ok(()),
        }
    }

    /// The upstream has closed the stream. Without `message_stop` it is cut, so nothing follows.
    ///
    /// # Errors
    /// None: the signature is that of every reader.
    pub(crate) fn finish(&mut self, _: &mut Sink<'_>) -> Result<(), Malformed> {
        Ok(())
    }

    /// A frame that is no event as this dialect has them: an unknown event may hold anything, a known one may not.
    fn read_odd(
        &mut self,
        frame: &Frame<'_>,
        error: &serde_json::Error,
        sink: &mut Sink<'_>,
    ) -> Result<(), Malformed> {
        let value: Value = serde_json::from_slice(&frame.data).map_err(|error| {
            Malformed::new(format!(
                "an event of the stream is no JSON: {}",
                plain(&error)
            ))
        })?;
        let kind = value.get("type").and_then(Value::as_str).or(frame.event);
        match kind {
            Some("error") => self.fail(frame, sink),
            Some(
                "message_start"
                | "content_block_start"
                | "content_block_delta"
                | "content_block_stop"
                | "message_delta"
                | "message_stop",
            ) => {
                // A delta of a block that only this dialect knows may reuse a name for another type.
                if let (Some("content_block_delta"), Some(Kind::Own { .. })) =
                    (kind, self.open.as_ref().map(|open| &open.kind))
                {
                    self.gather(&value);
                    return Ok(());
                }
                let what = kind.unwrap_or_default();
                return Err(Malformed::new(format!(
                    "the event {what}: {}",
                    plain(error)
                )));
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, message: Message<'_>, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        if std::mem::replace(&mut self.started, true) {
            return Err(Malformed::new("the stream begins a second message"));
        }
        sink(Event::Start {
            id: said(message.id),
            model: said(message.model),
            created: None,
        });
        self.count(message.usage, sink);
        Ok(())
    }

    fn count(&mut self, counts: Option<Counts>, sink: &mut Sink<'_>) {
        if let Some(counts) = counts {
            let usage = self.usage.get_or_insert_default();
            counts.onto(usage);
            sink(Event::Usage(*usage));
        }
    }

    /// Where a relay leaves out the begin of the message, everything else still tells.
    fn ensure_started(&mut self, sink: &mut Sink<'_>) {
        if !std::mem::replace(&mut self.started, true) {
            sink(Event::Start {
                id: None,
                model: None,
                created: None,
            });
        }
    }

    fn open(
        &mut self,
        index: u64,
        mut block: Map<String, Value>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Malformed> {
        self.ensure_started(sink);
        self.close(sink);
        let mut text = |name: &str| match block.get_mut(name).map(Value::take) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        };
        let begin = |part| Event::Open {
            index: self.next,
            part,
        };
        let kind = match text("type").as_str() {
            "text" => {
                sink(begin(Opened::Text));
                words(given(text("text")), sink);
                if let Some(Value::Array(list)) = block.remove("citations") {
                    for one in list {
                        sink(citation(one));
                    }
                }
                Kind::Text
            }
            "thinking" => {
                sink(begin(Opened::Thinking {
                    redacted: false,
                    id: None,
                }));
                words(given(text("thinking")), sink);
                Kind::Thinking {
                    seal: text("signature"),
                }
            }
            "redacted_thinking" => {
                sink(begin(Opened::Thinking {
                    redacted: true,
                    id: None,
                }));
                sign(text("data"), sink);
                Kind::Redacted
            }
            "tool_use" => {
                let (id, name) = (text("id"), text("name"));
                if id.is_empty() || name.is_empty() {
                    return Err(Malformed::new("a call of a tool without id or name"));
                }
                self.called = true;
                sink(begin(Opened::ToolCall {
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
        self.open = Some(Open { index, kind });
        Ok(())
    }

    fn delta(
        &mut self,
        index: Option<u64>,
        piece: Option<Piece<'_>>,
        frame: &Frame<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Malformed> {
        let piece = piece.unwrap_or_default();
        let Some(open) = self.open.as_mut() else {
            return Err(Malformed::new(format!(
                "a {} without an open block",
                text(&piece.kind)
            )));
        };
        if index.is_some_and(|index| index != open.index) {
            return Err(Malformed::new("a delta of a block that is not open"));
        }
        match (&mut open.kind, text(&piece.kind)) {
            (Kind::Own { .. }, _) => {
                if let Ok(value) = serde_json::from_slice(&frame.data) {
                    self.gather(&value);
                }
            }
            (Kind::Text, "text_delta") => words(said(piece.text), sink),
            (Kind::Thinking { .. }, "thinking_delta") => words(said(piece.thinking), sink),
            (Kind::Thinking { seal }, "signature_delta") => {
                *seal = piece.signature.unwrap_or_default().0.into_owned();
            }
            // It came whole.
            (Kind::Redacted, _) => {}
            (Kind::Call { whole }, "input_json_delta") => {
                if let Some(json) = said(piece.partial_json) {
                    *whole = None;
                    sink(Event::Delta(Delta::Arguments(json)));
                }
            }
            (
                _,
                known @ ("text_delta" | "thinking_delta" | "signature_delta" | "input_json_delta"),
            ) => {
                return Err(Malformed::new(format!(
                    "a {known} in a block of another type"
                )));
            }
            (Kind::Text, "citations_delta") => {
                let value = serde_json::from_slice::<Value>(&frame.data).unwrap_or_default();
                if let Some(one) = value.get("delta").and_then(|delta| delta.get("citation")) {
                    sink(citation(one.clone()));
                }
            }
            // One that came after this was written.
            _ => {}
        }
        Ok(())
    }

    /// More of a block of the dialect's own: its JSON text, or fields that grow.
    fn gather(&mut self, data: &Value) {
        let Some(Open {
            kind: Kind::Own { block, input },
            ..
        }) = self.open.as_mut()
        else {
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

    fn close(&mut self, sink: &mut Sink<'_>) {
        let Some(open) = self.open.take() else {
            return;
        };
        let index = self.next;
        self.next += 1;
        match open.kind {
            Kind::Thinking { seal } => sign(seal, sink),
            Kind::Call {
                whole: Some(arguments),
            } => {
                sink(Event::Delta(Delta::Arguments(arguments.into())));
            }
            Kind::Own { mut block, input } => {
                if let Ok(input) = serde_json::from_str(&input) {
                    block.insert("input".to_owned(), input);
                }
                sink(Event::Open {
                    index,
                    part: Opened::Foreign(Foreign {
                        dialect: OWN,
                        value: Value::Object(block),
                    }),
                });
            }
            _ => {}
        }
        sink(Event::Close { index });
    }

    fn end_of_message(&mut self, delta: Piece<'_>, usage: Option<Counts>, sink: &mut Sink<'_>) {
        self.ensure_started(sink);
        self.count(usage, sink);
        if let Some(word) = delta.stop_reason {
            self.stop = Some(stop(&word, delta.stop_sequence));
        }
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        self.ensure_started(sink);
        self.close(sink);
        let reason = if self.called {
            StopReason::ToolUse
        } else {
            StopReason::EndTurn
        };
        sink(Event::Stop(
            self.stop.take().unwrap_or_else(|| Stop::new(reason)),
        ));
        sink(Event::End);
        self.ended = true;
    }

    fn fail(&mut self, frame: &Frame<'_>, sink: &mut Sink<'_>) {
        let error = crate::read_error(&frame.data).unwrap_or_default();
        sink(Event::Error(StreamError {
            message: error.message,
            kind: error.kind,
            code: error.code.or(error.detail_code),
        }));
        self.ended = true;
    }
}

fn text<'a>(text: &'a Option<Text<'_>>) -> &'a str {
    text.as_ref().map_or("", |text| &text.0)
}

fn said(text: Option<Text<'_>>) -> Option<Cow<'_, str>> {
    text.map(|text| text.0).filter(|text| !text.is_empty())
}

fn words(text: Option<Cow<'_, str>>, sink: &mut Sink<'_>) {
    if let Some(text) = text {
        sink(Event::Delta(Delta::Text(text)));
    }
}

fn given(text: String) -> Option<Cow<'static, str>> {
    (!text.is_empty()).then_some(Cow::Owned(text))
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
        value: serde_json::json!({ "type": "citations_delta", "citation": value }),
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
