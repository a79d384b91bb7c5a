//! A client's answer.

use chat::{Dialect, Loss, Part, Reply, Thinking, ToolCall, ToolKind};
use serde_json::{Map, Value, json};

use super::super::request::is_legacy;
use super::super::{thoughts, usage};
use super::stop;
use crate::translate::Back;

const SELF: Dialect = Dialect::OpenaiChat;

/// Writes an answer for a client.
pub(crate) fn write(reply: &Reply, back: &Back) -> (Vec<u8>, Vec<Loss>) {
    let mut losses = Vec::new();
    let legacy = is_legacy(&back.request);
    let (message, logprobs) = message(reply, legacy, &mut losses);
    let called = reply
        .parts
        .iter()
        .any(|part| matches!(part, Part::ToolCall(_)));
    let mut body = json!({
        "id": reply.id.as_deref().map_or_else(|| id(back), str::to_owned),
        "object": "chat.completion",
        "created": reply.created.unwrap_or(back.created),
        "model": reply.model.as_deref().unwrap_or(&back.request.model),
        "choices": [{
            "index": 0,
            "message": message,
            "logprobs": logprobs,
            "finish_reason": stop::write(reply.stop.as_ref(), called, legacy),
        }],
    });
    if let Value::Object(fields) = &mut body {
        if let Some(counts) = &reply.usage {
            fields.insert("usage".to_owned(), usage::write(counts));
        }
        match &reply.extra {
            Some(extra) if extra.dialect == SELF => {
                fields.extend(extra.fields_of(SELF).cloned().unwrap_or_default());
            }
            Some(extra) => {
                let keys = extra.value.as_object().into_iter().flat_map(Map::keys);
                losses.extend(keys.cloned().map(Loss::Field));
            }
            None => {}
        }
    }
    // A JSON value always has a text.
    (serde_json::to_vec(&body).unwrap_or_default(), losses)
}

/// The id of an answer that came without one.
pub(in super::super) fn id(back: &Back) -> String {
    format!("chatcmpl-{}", back.id)
}

/// The message, and the `logprobs` beside it.
fn message(reply: &Reply, legacy: bool, losses: &mut Vec<Loss>) -> (Value, Value) {
    let mut fields = Map::new();
    let mut content: Option<String> = None;
    let mut refusal: Option<String> = None;
    let mut thinking: Vec<&Thinking> = Vec::new();
    let mut calls = Vec::new();
    for part in &reply.parts {
        match part {
            Part::Text(text) => {
                content.get_or_insert_default().push_str(&text.text);
                if let Some(signature) = &text.signature {
                    let sealed = thoughts::extra_content(signature);
                    fields.insert("extra_content".to_owned(), sealed);
                }
                let own = text.extra.as_ref().and_then(|extra| extra.fields_of(SELF));
                fields.extend(own.cloned().unwrap_or_default());
            }
            Part::Refusal(text) => refusal.get_or_insert_default().push_str(text),
            Part::Thinking(thought) => thinking.push(thought),
            Part::ToolCall(call) => calls.push(call),
            Part::Foreign(foreign) => match foreign.fields_of(SELF) {
                Some(audio) => {
                    fields.insert("audio".to_owned(), Value::Object(audio.clone()));
                }
                None => losses.push(Loss::Foreign {
                    dialect: foreign.dialect,
                    kind: super::super::request::kind_of(foreign),
                }),
            },
            Part::Image(_) => losses.push(media("image")),
            Part::Document(_) => losses.push(media("document")),
            Part::Audio(_) => losses.push(media("audio")),
            Part::ToolResult(_) => losses.push(Loss::Field("tool_result".to_owned())),
        }
    }
    let logprobs = fields.shift_remove("logprobs").unwrap_or_default();
    let mut message = Map::new();
    message.insert("role".to_owned(), "assistant".into());
    message.insert("content".to_owned(), content.into());
    if let Some(words) = thoughts::words(&thinking) {
        message.insert("reasoning_content".to_owned(), words.into());
    }
    if let Some(details) = thoughts::details(&thinking) {
        message.insert("reasoning_details".to_owned(), details);
    }
    message.insert("refusal".to_owned(), refusal.into());
    message.extend(fields);
    message.extend(called(&calls, legacy, losses));
    (Value::Object(message), logprobs)
}

fn media(kind: &'static str) -> Loss {
    Loss::Media {
        kind,
        why: "an answer of this dialect has none",
    }
}

fn called(calls: &[&ToolCall], legacy: bool, losses: &mut Vec<Loss>) -> Option<(String, Value)> {
    let (first, more) = calls.split_first()?;
    if legacy {
        // The old form has room for one.
        losses.extend(more.iter().map(|call| Loss::Tool(call.name.clone())));
        let call = json!({ "name": first.name, "arguments": arguments(first) });
        return Some(("function_call".to_owned(), call));
    }
    let calls = calls.iter().map(|call| tool_call(call)).collect();
    Some(("tool_calls".to_owned(), Value::Array(calls)))
}

fn tool_call(call: &ToolCall) -> Value {
    let mut written = match call.kind {
        ToolKind::Function => json!({
            "id": call.id,
            "type": "function",
            "function": { "name": call.name, "arguments": arguments(call) },
        }),
        ToolKind::Custom => json!({
            "id": call.id,
            "type": "custom",
            "custom": { "name": call.name, "input": call.arguments },
        }),
    };
    if let (Some(signature), Value::Object(fields)) = (&call.signature, &mut written) {
        let sealed = thoughts::extra_content(signature);
        fields.insert("extra_content".to_owned(), sealed);
    }
    written
}

/// Clients parse the arguments, and an empty text is no JSON.
fn arguments(call: &ToolCall) -> &str {
    if call.arguments.trim().is_empty() {
        "{}"
    } else {
        &call.arguments
    }
}
