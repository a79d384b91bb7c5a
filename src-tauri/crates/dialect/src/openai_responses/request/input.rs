//! The items of `input`, each a turn.

use std::collections::HashMap;

use chat::{Message, Part, Role, Signature, Text, Tool, ToolCall, ToolKind, ToolResult};
use serde_json::Value;

use super::super::fields::{At, Fields};
use super::super::namespace::{self, NAMESPACE, TOOL_SEARCH};
use super::super::seal::{self, Seal};
use super::read::foreign;
use super::{content, tools};
use crate::Invalid;

/// A conversation as its items tell it.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    /// A turn an item.
    pub(super) messages: Vec<Message>,
    /// Tools that were loaded on the way.
    pub(super) tools: Vec<Tool>,
    /// The tools' names, by the calls' ids.
    names: HashMap<String, String>,
    /// Signatures of calls, and how many turns there were before them.
    seals: Vec<(usize, String, Signature)>,
}

/// Reads the items.
pub(super) fn read(items: Vec<Value>, at: At<'_>) -> Result<Conversation, Invalid> {
    let mut conversation = Conversation::default();
    for (index, value) in items.into_iter().enumerate() {
        let fields = Fields::of(value, At::Index(&at, index))?;
        conversation.take(fields)?;
    }
    conversation.seal_calls();
    Ok(conversation)
}

impl Conversation {
    fn take(&mut self, mut fields: Fields<'_>) -> Result<(), Invalid> {
        let kind = match fields.take("type") {
            Some(Value::String(kind)) => kind,
            Some(_) => return Err(fields.invalid("type", "a string is needed here")),
            // Messages and references may leave it out.
            None if fields.has("role") => "message".to_owned(),
            None if fields.has("id") => "item_reference".to_owned(),
            None => return Err(fields.invalid("type", "the item's type is needed here")),
        };
        match kind.as_str() {
            "message" => self.message(fields),
            "function_call" => self.call(fields, ToolKind::Function),
            "custom_tool_call" => self.call(fields, ToolKind::Custom),
            "function_call_output" => self.result(fields, ToolKind::Function),
            "custom_tool_call_output" => self.result(fields, ToolKind::Custom),
            "reasoning" => self.thought(fields),
            "tool_search_call" if fields.peek("execution") == Some("client") => self.search(fields),
            "tool_search_output" if fields.peek("execution") == Some("client") => {
                self.found(fields)
            }
            _ => self.other(fields, &kind),
        }
    }

    fn message(&mut self, mut fields: Fields<'_>) -> Result<(), Invalid> {
        let role = match fields.needed("role")?.as_str() {
            "user" => Role::User,
            "assistant" => Role::Assistant,
            "system" => Role::System,
            "developer" => Role::Developer,
            other => {
                let why =
                    format!("`{other}` is not known: user, assistant, system or developer is");
                return Err(fields.invalid("role", why));
            }
        };
        let at = fields.at();
        let Some(value) = fields.take("content") else {
            return Err(fields.invalid("content", "this field is required"));
        };
        let parts = content::read(value, At::Field(&at, "content"))?;
        self.messages.push(Message {
            extra: fields.rest(),
            ..Message::new(role, parts)
        });
        Ok(())
    }

    fn call(&mut self, mut fields: Fields<'_>, kind: ToolKind) -> Result<(), Invalid> {
        let id = fields.filled("call_id")?;
        let namespace = fields.text(NAMESPACE)?;
        let name = namespace::join(namespace.as_deref(), fields.filled("name")?);
        let arguments = match kind {
            ToolKind::Function => fields.needed("arguments")?,
            ToolKind::Custom => fields.needed("input")?,
        };
        let item_id = fields.text("id")?;
        self.push_call(ToolCall {
            id,
            name,
            arguments,
            kind,
            item_id,
            ..ToolCall::default()
        });
        Ok(())
    }

    fn result(&mut self, mut fields: Fields<'_>, kind: ToolKind) -> Result<(), Invalid> {
        let call_id = fields.filled("call_id")?;
        let at = fields.at();
        let Some(output) = fields.take("output") else {
            return Err(fields.invalid("output", "this field is required"));
        };
        let content = content::read(output, At::Field(&at, "output"))?;
        self.push_result(call_id, content, kind);
        Ok(())
    }

    fn thought(&mut self, mut fields: Fields<'_>) -> Result<(), Invalid> {
        let seal = fields.text("encrypted_content")?.map(|it| seal::open(&it));
        if let Some(Seal::Call(call_id, signature)) = seal {
            self.seals.push((self.messages.len(), call_id, signature));
            return Ok(());
        }
        let summary = words(&mut fields, "summary")?;
        let content = words(&mut fields, "content")?;
        let text = if summary.is_empty() { content } else { summary };
        let thought = seal::thought(text, fields.text("id")?, seal);
        self.push(Role::Assistant, Part::Thinking(thought));
        Ok(())
    }

    /// A search for tools is a call of a function.
    fn search(&mut self, mut fields: Fields<'_>) -> Result<(), Invalid> {
        let id = fields.filled("call_id")?;
        let arguments = fields.take("arguments").unwrap_or_default();
        let item_id = fields.text("id")?;
        self.push_call(ToolCall {
            id,
            name: TOOL_SEARCH.to_owned(),
            arguments: match arguments {
                Value::String(text) => text,
                other => other.to_string(),
            },
            item_id,
            ..ToolCall::default()
        });
        Ok(())
    }

    /// What a search found may be called from here on; the model is told what it is.
    fn found(&mut self, mut fields: Fields<'_>) -> Result<(), Invalid> {
        let call_id = fields.filled("call_id")?;
        let at = fields.at();
        let list = fields.list("tools")?;
        let text = Value::Array(list.clone());
        self.tools
            .extend(tools::loaded(list, At::Field(&at, "tools"))?);
        let told = Part::Text(Text {
            text: text.to_string(),
            extra: {
                fields.put("tools", text);
                fields.rest()
            },
            ..Text::default()
        });
        self.push_result(call_id, vec![told], ToolKind::Function);
        Ok(())
    }

    /// What only this dialect knows. What a client reports of a tool is the user's turn.
    fn other(&mut self, mut fields: Fields<'_>, kind: &str) -> Result<(), Invalid> {
        if kind == "additional_tools" {
            let at = fields.at();
            let list = fields.list("tools")?;
            fields.put("tools", Value::Array(list.clone()));
            self.tools
                .extend(tools::loaded(list, At::Field(&at, "tools"))?);
        }
        let by_client = kind.ends_with("_output")
            || matches!(kind, "mcp_approval_response" | "additional_tools");
        fields.put("type", kind.into());
        let role = if by_client {
            Role::User
        } else {
            Role::Assistant
        };
        self.push(role, Part::Foreign(foreign(fields.into_value())));
        Ok(())
    }

    fn push_call(&mut self, call: ToolCall) {
        self.names.insert(call.id.clone(), call.name.clone());
        self.push(Role::Assistant, Part::ToolCall(call));
    }

    fn push_result(&mut self, call_id: String, content: Vec<Part>, kind: ToolKind) {
        let result = ToolResult {
            name: self.names.get(&call_id).cloned(),
            call_id,
            content,
            kind,
            ..ToolResult::default()
        };
        self.push(Role::User, Part::ToolResult(result));
    }

    fn push(&mut self, role: Role, part: Part) {
        self.messages.push(Message::new(role, vec![part]));
    }

    /// Each signature returns to its call: the nearest one of that id, before it or else behind.
    fn seal_calls(&mut self) {
        for (at, id, signature) in std::mem::take(&mut self.seals) {
            let at = at.min(self.messages.len());
            let (before, behind) = self.messages.split_at_mut(at);
            let mut calls = before.iter_mut().rev().chain(behind).filter_map(call_of);
            if let Some(call) = calls.find(|call| call.id == id && call.signature.is_none()) {
                call.signature = Some(signature);
            }
        }
    }
}

fn call_of(message: &mut Message) -> Option<&mut ToolCall> {
    message.parts.iter_mut().find_map(|part| match part {
        Part::ToolCall(call) => Some(call),
        _ => None,
    })
}

/// The words of a reasoning item's list.
fn words(fields: &mut Fields<'_>, name: &str) -> Result<String, Invalid> {
    let at = fields.at();
    let list = At::Field(&at, name);
    let mut words = String::new();
    for (index, value) in fields.list(name)?.into_iter().enumerate() {
        let text = Fields::of(value, At::Index(&list, index))?.needed("text")?;
        if index > 0 {
            words.push_str(super::super::PARAGRAPH);
        }
        words.push_str(&text);
    }
    Ok(words)
}
