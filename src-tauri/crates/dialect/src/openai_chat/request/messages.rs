//! A client's messages.

use std::collections::HashMap;

use chat::{Dialect, Foreign, Message, Part, Role, ToolCall, ToolKind, ToolResult};

use super::super::thoughts;
use super::super::wire::tool::{Call, FunctionCall};
use super::super::wire::{Str, TextOr, message};
use super::content;
use crate::Invalid;

/// What later messages need to know of earlier ones.
#[derive(Default)]
struct Conversation {
    /// Calls so far, by their ids.
    calls: HashMap<String, (String, ToolKind)>,
    /// The id that was made for the last call without one, until it is answered.
    unanswered: Option<String>,
    /// How many ids were made.
    made: usize,
}

/// Reads the messages of a request.
pub(super) fn read(wire: Vec<message::Message<'_>>) -> Result<Vec<Message>, Invalid> {
    let mut conversation = Conversation::default();
    wire.into_iter()
        .enumerate()
        .map(|(index, message)| conversation.read(message, index))
        .collect()
}

impl Conversation {
    fn read(&mut self, mut wire: message::Message<'_>, index: usize) -> Result<Message, Invalid> {
        let (role, parts) = match &*wire.role {
            "system" => (Role::System, said(&mut wire, index)?),
            "developer" => (Role::Developer, said(&mut wire, index)?),
            "user" => (Role::User, said(&mut wire, index)?),
            "assistant" => (Role::Assistant, self.answer(&mut wire, index)?),
            "tool" => (Role::User, vec![self.result(&mut wire, index)?]),
            "function" => (Role::User, vec![self.legacy_result(&mut wire, index)?]),
            other => {
                return Err(Invalid::at(
                    at(index, "role"),
                    format!(
                        "is `{other}`: expected `system`, `developer`, `user`, `assistant` or `tool`"
                    ),
                ));
            }
        };
        Ok(Message {
            role,
            parts,
            name: wire.name.map(Str::into_string),
            extra: Foreign::fields(Dialect::OpenaiChat, wire.extra.into_owned()),
        })
    }

    fn answer(
        &mut self,
        wire: &mut message::Message<'_>,
        index: usize,
    ) -> Result<Vec<Part>, Invalid> {
        let words = wire.reasoning_content.take().or(wire.reasoning.take());
        let thoughts = thoughts::read(
            words.map(|words| words.0),
            wire.reasoning_details.take().as_ref(),
        );
        let mut parts: Vec<Part> = thoughts.into_iter().map(Part::Thinking).collect();
        match wire.content.take() {
            None => {}
            // Beside calls or thoughts, no words are often written as an empty text.
            Some(TextOr::Text(text)) if text.is_empty() => {}
            Some(content) => parts.extend(content::read(content, index)?),
        }
        if let Some(signature) = thoughts::read_extra_content(wire.extra_content.take().as_ref()) {
            let last = parts.iter_mut().rev().find_map(|part| match part {
                Part::Text(text) => Some(text),
                _ => None,
            });
            if let Some(text) = last {
                text.signature = Some(signature);
            }
        }
        if let Some(refusal) = wire.refusal.take() {
            parts.push(Part::Refusal(refusal.into_string()));
        }
        for (place, call) in wire.tool_calls.take().into_iter().flatten().enumerate() {
            let call = read_call(call, index, place)?;
            self.note(&call);
            parts.push(Part::ToolCall(call));
        }
        if let Some(call) = wire.function_call.take() {
            let call = self.legacy_call(call, index)?;
            self.note(&call);
            parts.push(Part::ToolCall(call));
        }
        Ok(parts)
    }

    fn note(&mut self, call: &ToolCall) {
        self.calls
            .insert(call.id.clone(), (call.name.clone(), call.kind));
    }

    fn result(&self, wire: &mut message::Message<'_>, index: usize) -> Result<Part, Invalid> {
        let call_id = wire
            .tool_call_id
            .take()
            .ok_or_else(|| Invalid::at(at(index, "tool_call_id"), "is missing"))?;
        let known = self.calls.get(&*call_id);
        Ok(Part::ToolResult(ToolResult {
            name: known.map(|(name, _)| name.clone()),
            kind: known.map(|(_, kind)| *kind).unwrap_or_default(),
            call_id: call_id.into_string(),
            content: result_content(wire, index)?,
            is_error: false,
            cache: None,
        }))
    }

    /// A call from before calls had ids.
    fn legacy_call(&mut self, call: FunctionCall<'_>, index: usize) -> Result<ToolCall, Invalid> {
        let id = format!("call_function_{}", self.made);
        self.made += 1;
        self.unanswered = Some(id.clone());
        Ok(ToolCall {
            id,
            arguments: arguments(&call, || at(index, "function_call.arguments"))?,
            name: call.name.into_string(),
            ..ToolCall::default()
        })
    }

    fn legacy_result(
        &mut self,
        wire: &mut message::Message<'_>,
        index: usize,
    ) -> Result<Part, Invalid> {
        let name = wire
            .name
            .take()
            .ok_or_else(|| Invalid::at(at(index, "name"), "is missing"))?;
        let call_id = self.unanswered.take().ok_or_else(|| {
            let message = "answers no `function_call` of a message before it";
            Invalid::at(format!("messages[{index}]"), message)
        })?;
        Ok(Part::ToolResult(ToolResult {
            call_id,
            name: Some(name.into_string()),
            content: result_content(wire, index)?,
            ..ToolResult::default()
        }))
    }
}

/// The content of whoever is not the model: it must be there.
fn said(wire: &mut message::Message<'_>, index: usize) -> Result<Vec<Part>, Invalid> {
    let content = wire
        .content
        .take()
        .ok_or_else(|| Invalid::at(at(index, "content"), "is missing"))?;
    content::read(content, index)
}

/// A tool may have nothing to say.
fn result_content(wire: &mut message::Message<'_>, index: usize) -> Result<Vec<Part>, Invalid> {
    match wire.content.take() {
        None => Ok(Vec::new()),
        Some(TextOr::Text(text)) if text.is_empty() => Ok(Vec::new()),
        Some(content) => content::read(content, index),
    }
}

fn read_call(call: Call<'_>, index: usize, place: usize) -> Result<ToolCall, Invalid> {
    let path = |field: &str| at(index, &format!("tool_calls[{place}].{field}"));
    let missing = |field: &str| Invalid::at(path(field), "is missing");
    let signature = thoughts::read_extra_content(call.extra_content.as_ref());
    let id = call.id.ok_or_else(|| missing("id"))?.into_string();
    match call.kind.as_deref() {
        None | Some("function") => {
            let function = call.function.ok_or_else(|| missing("function"))?;
            Ok(ToolCall {
                id,
                arguments: arguments(&function, || path("function.arguments"))?,
                name: function.name.into_string(),
                signature,
                ..ToolCall::default()
            })
        }
        Some("custom") => {
            let custom = call.custom.ok_or_else(|| missing("custom"))?;
            Ok(ToolCall {
                id,
                name: custom.name.into_string(),
                arguments: custom.input.into_string(),
                kind: ToolKind::Custom,
                signature,
                ..ToolCall::default()
            })
        }
        Some(other) => Err(Invalid::at(
            path("type"),
            format!("is `{other}`: expected `function` or `custom`"),
        )),
    }
}

fn arguments(call: &FunctionCall<'_>, path: impl FnOnce() -> String) -> Result<String, Invalid> {
    match &call.arguments {
        None => Ok(String::new()),
        Some(TextOr::Text(text)) => Ok(text.clone().into_owned()),
        Some(TextOr::More(_)) => Err(Invalid::at(
            path(),
            "is no string: write the JSON as a text",
        )),
    }
}

fn at(index: usize, field: &str) -> String {
    format!("messages[{index}].{field}")
}
