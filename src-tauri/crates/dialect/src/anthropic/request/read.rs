//! A client's request, read.

mod options;

use std::collections::HashMap;

use chat::{Dialect, Foreign, FunctionTool, Message, Part, Request, Role, Tool};
use serde_json::{Map, Value};

use crate::Invalid;
use crate::anthropic::block;
use crate::anthropic::wire::{Body, Content, Fields, Turn, plain, under};

const OWN: Dialect = Dialect::Anthropic;

/// Reads a request for an answer.
///
/// # Errors
/// The body is not of the dialect; says which field.
pub(crate) fn read(body: &[u8]) -> Result<Request, Invalid> {
    let request = read_count(body)?;
    if request.max_tokens.is_none() {
        return Err(Invalid::at("max_tokens", "this field is required"));
    }
    Ok(request)
}

/// Reads a request for a count of tokens: one for an answer, but that it needs no limit.
///
/// # Errors
/// The body is not of the dialect; says which field.
pub(crate) fn read_count(body: &[u8]) -> Result<Request, Invalid> {
    let Body {
        system,
        messages,
        rest: mut fields,
    } = parse(body)?;
    let mut request = Request {
        model: fields.need("model", "")?,
        stream: fields.take("stream", "")?.unwrap_or_default(),
        wants_usage: true,
        max_tokens: fields.take("max_tokens", "")?,
        stop: fields.take("stop_sequences", "")?.unwrap_or_default(),
        sampling: options::sampling(&mut fields)?,
        ..Request::default()
    };
    request.messages = conversation(system, messages)?;
    request.tools = tools(&mut fields)?;
    (request.tool_choice, request.parallel_tool_calls) = options::choice(&mut fields)?;
    let mut left = Map::new();
    request.reasoning = options::thinking(&mut fields)?;
    options::output(&mut fields, &mut request, &mut left)?;
    if let Some(mut metadata) = fields.take_fields("metadata", "")? {
        request.user = metadata.take("user_id", "metadata")?;
        options::keep("metadata", metadata, &mut left);
    }
    left.extend(fields.into_map());
    request.extra = Foreign::fields(OWN, left);
    Ok(request)
}

/// Errors of syntax have a place in the text, errors of type a path.
fn parse(body: &[u8]) -> Result<Body<'_>, Invalid> {
    serde_json::from_slice(body).map_err(|error| {
        if !error.is_data() {
            return Invalid::at("", format!("the body is no JSON: {error}"));
        }
        let mut reader = serde_json::Deserializer::from_slice(body);
        match serde_path_to_error::deserialize::<_, Body<'_>>(&mut reader) {
            Err(found) => {
                let path = found.path().to_string();
                let path = if path == "." { "" } else { path.as_str() };
                Invalid::at(path, plain(found.inner()))
            }
            Ok(_) => Invalid::at("", plain(&error)),
        }
    })
}

fn conversation(
    system: Option<Content<'_>>,
    turns: Option<Vec<Turn<'_>>>,
) -> Result<Vec<Message>, Invalid> {
    let turns = turns.ok_or_else(|| Invalid::at("messages", "this field is required"))?;
    if turns.is_empty() {
        return Err(Invalid::at("messages", "at least one message is required"));
    }
    let mut messages = Vec::with_capacity(turns.len() + 1);
    if let Some(system) = system {
        let parts = block::read_all(system, Role::System, "system")?;
        messages.push(Message::new(Role::System, parts));
    }
    let mut called = HashMap::new();
    for (at, turn) in turns.into_iter().enumerate() {
        let mut message = message(turn, &format!("messages[{at}]"))?;
        for part in &mut message.parts {
            match part {
                Part::ToolCall(call) => {
                    called.insert(call.id.clone(), call.name.clone());
                }
                Part::ToolResult(result) => result.name = called.get(&result.call_id).cloned(),
                _ => {}
            }
        }
        messages.push(message);
    }
    Ok(messages)
}

fn message(turn: Turn<'_>, path: &str) -> Result<Message, Invalid> {
    let role = match turn.role.as_deref() {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        Some("system") => Role::System,
        Some(other) => {
            return Err(Invalid::at(
                under(path, "role"),
                format!("a role is user, assistant or system, not {other:?}"),
            ));
        }
        None => return Err(Invalid::at(under(path, "role"), "this field is required")),
    };
    let at = under(path, "content");
    let content = turn
        .content
        .ok_or_else(|| Invalid::at(&at, "this field is required"))?;
    let mut message = Message::new(role, block::read_all(content, role, &at)?);
    message.extra = Foreign::fields(OWN, turn.rest.into_map());
    Ok(message)
}

fn tools(fields: &mut Fields<'_>) -> Result<Vec<Tool>, Invalid> {
    let Some(raw) = fields.take_raw("tools") else {
        return Ok(Vec::new());
    };
    let list: Vec<Fields<'_>> = serde_json::from_str(raw.get())
        .map_err(|_| Invalid::at("tools", "this has to be a list of tool objects"))?;
    list.into_iter()
        .enumerate()
        .map(|(at, fields)| tool(fields, &format!("tools[{at}]")))
        .collect()
}

fn tool(mut fields: Fields<'_>, path: &str) -> Result<Tool, Invalid> {
    let is_function = fields.raw("type").is_none() || fields.kind().as_deref() == Some("custom");
    if !is_function {
        return Ok(Tool::Foreign(Foreign {
            dialect: OWN,
            value: fields.into_value(),
        }));
    }
    fields.take_raw("type");
    let name: String = fields.need("name", path)?;
    let parameters: Value = fields.need("input_schema", path)?;
    if !parameters.is_object() {
        return Err(Invalid::at(
            under(path, "input_schema"),
            "this has to be a JSON Schema",
        ));
    }
    Ok(Tool::Function(FunctionTool {
        name,
        description: fields.take("description", path)?,
        parameters: Some(parameters),
        strict: fields.take("strict", path)?,
        cache: block::cache(&mut fields),
        extra: Foreign::fields(OWN, fields.into_map()),
    }))
}

#[cfg(test)]
mod tests;
