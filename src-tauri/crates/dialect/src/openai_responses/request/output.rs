//! Turns as items, for an upstream.

use chat::{Loss, Message, Part, Role, Text, Thinking, ToolCall, ToolKind, ToolResult};
use serde_json::{Map, Value, json};

use super::super::DIALECT;
use super::super::namespace::{NAMESPACE, TOOL_SEARCH};
use super::offer::Sent;
use super::pieces::piece;
use super::write::Body;

/// The items of these turns.
pub(super) fn items(messages: &[Message], sent: &Sent<'_>, body: &mut Body) -> Vec<Value> {
    let mut items = Vec::with_capacity(messages.len());
    for message in messages {
        if message.name.is_some() {
            body.lose(Loss::Field("name".to_owned()));
        }
        let mut turn = Turn {
            message,
            content: Vec::new(),
            items: &mut items,
            named: false,
        };
        for part in &message.parts {
            turn.take(part, sent, body);
        }
        turn.end(message.parts.is_empty());
    }
    items
}

/// A turn in the making: its words gather in messages, everything else is an item of its own.
struct Turn<'a> {
    message: &'a Message,
    content: Vec<Value>,
    items: &'a mut Vec<Value>,
    /// The message's own fields were written.
    named: bool,
}

impl Turn<'_> {
    fn take(&mut self, part: &Part, sent: &Sent<'_>, body: &mut Body) {
        let item = match part {
            Part::ToolCall(call) => Some(self::call(call, sent, body)),
            Part::ToolResult(result) => Some(self::result(result, sent, body)),
            Part::Thinking(thought) => self::thought(thought, body),
            Part::Foreign(foreign) if foreign.dialect == DIALECT => {
                // An item has a role of its own; what has none beside words is one of their pieces.
                if is_piece(&foreign.value) {
                    self.content.push(foreign.value.clone());
                    return;
                }
                Some(foreign.value.clone())
            }
            words => {
                let assistant = self.message.role == Role::Assistant;
                self.content.extend(piece(words, assistant, body));
                return;
            }
        };
        if let Some(item) = item {
            self.end(false);
            self.items.push(item);
        }
    }

    fn end(&mut self, even_empty: bool) {
        if self.content.is_empty() && !even_empty {
            return;
        }
        let mut item = Map::new();
        item.insert("type".to_owned(), "message".into());
        item.insert("role".to_owned(), role(self.message.role).into());
        item.insert(
            "content".to_owned(),
            std::mem::take(&mut self.content).into(),
        );
        if let Some(own) = self.message.extra_of(DIALECT)
            && !std::mem::replace(&mut self.named, true)
        {
            item.extend(
                own.iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
        }
        self.items.push(Value::Object(item));
    }
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::Developer => "developer",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

/// Whether a foreign value is a piece of a message's content.
fn is_piece(value: &Value) -> bool {
    let kind = value
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    kind.starts_with("input_") || kind.starts_with("output_") || kind == "computer_screenshot"
}

fn call(call: &ToolCall, sent: &Sent<'_>, body: &mut Body) -> Value {
    if let Some(signature) = &call.signature {
        body.lose(Loss::Signature(signature.dialect));
    }
    if call.cache.is_some() {
        body.lose(Loss::Cache);
    }
    let spoken = sent.spoken(&call.name);
    let mut item = match call.kind {
        _ if spoken.search => {
            let arguments: Value = serde_json::from_str(&call.arguments)
                .unwrap_or_else(|_| call.arguments.as_str().into());
            json!({
                "type": "tool_search_call",
                "call_id": call.id,
                "execution": "client",
                "arguments": arguments,
            })
        }
        ToolKind::Function => json!({
            "type": "function_call",
            "call_id": call.id,
            "name": spoken.name,
            "arguments": if call.arguments.is_empty() { "{}" } else { &call.arguments },
        }),
        ToolKind::Custom => json!({
            "type": "custom_tool_call",
            "call_id": call.id,
            "name": spoken.name,
            "input": call.arguments,
        }),
    };
    let more = [
        (NAMESPACE, spoken.namespace),
        ("id", call.item_id.as_deref()),
    ];
    if let Value::Object(item) = &mut item {
        for (name, value) in more {
            if let Some(value) = value {
                item.insert(name.to_owned(), value.into());
            }
        }
    }
    item
}

fn result(result: &ToolResult, sent: &Sent<'_>, body: &mut Body) -> Value {
    if result.is_error {
        body.lose(Loss::Field("tool_result.is_error".to_owned()));
    }
    if result.cache.is_some() {
        body.lose(Loss::Cache);
    }
    if let Some(found) = found(result, sent) {
        return found;
    }
    let output = match result.content.as_slice() {
        [] => Value::String(String::new()),
        [
            Part::Text(Text {
                text,
                cache: None,
                signature: None,
                extra: None,
            }),
        ] => text.as_str().into(),
        content => content
            .iter()
            .filter_map(|part| match part {
                Part::Foreign(own) if own.dialect == DIALECT => Some(own.value.clone()),
                other => piece(other, false, body),
            })
            .collect(),
    };
    json!({
        "type": match result.kind {
            ToolKind::Function => "function_call_output",
            ToolKind::Custom => "custom_tool_call_output",
        },
        "call_id": result.call_id,
        "output": output,
    })
}

/// What a search for tools found.
fn found(result: &ToolResult, sent: &Sent<'_>) -> Option<Value> {
    let name = result.name.as_deref()?;
    if name != TOOL_SEARCH || !sent.spoken(name).search {
        return None;
    }
    let mut item = match result.content.as_slice() {
        [
            Part::Text(Text {
                extra: Some(extra), ..
            }),
        ] => extra.fields_of(DIALECT)?.clone(),
        _ => return None,
    };
    item.insert("type".to_owned(), "tool_search_output".into());
    item.insert("call_id".to_owned(), result.call_id.as_str().into());
    Some(Value::Object(item))
}

/// A thought that this dialect's vendor has sealed, or keeps.
fn thought(thought: &Thinking, body: &mut Body) -> Option<Value> {
    let sealed = match &thought.signature {
        Some(signature) => match signature.of(DIALECT) {
            Some(value) => Some(value),
            None => {
                body.lose(Loss::Thought(signature.dialect));
                return None;
            }
        },
        None if thought.id.is_some() => None,
        None => {
            body.lose(Loss::Unsigned);
            return None;
        }
    };
    let summary = if thought.text.is_empty() {
        json!([])
    } else {
        json!([{"type": "summary_text", "text": thought.text}])
    };
    let mut item = Map::new();
    item.insert("type".to_owned(), "reasoning".into());
    if let Some(id) = &thought.id {
        item.insert("id".to_owned(), id.as_str().into());
    }
    item.insert("summary".to_owned(), summary);
    if let Some(sealed) = sealed {
        item.insert("encrypted_content".to_owned(), sealed.into());
    }
    Some(Value::Object(item))
}
