//! A client's request, read.

use std::collections::HashMap;

use chat::{
    AnswerFormat, Dialect, Effort, Foreign, FunctionTool, Message, Part, Reasoning, Request, Role,
    Sampling, Tool, ToolChoice,
};
use serde_json::{Map, Value};

use crate::Invalid;
use crate::anthropic::block;
use crate::anthropic::wire::{Body, Content, Fields, Turn, plain, under, value_of};

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
        sampling: sampling(&mut fields)?,
        ..Request::default()
    };
    request.messages = conversation(system, messages)?;
    request.tools = tools(&mut fields)?;
    (request.tool_choice, request.parallel_tool_calls) = choice(&mut fields)?;
    let mut left = Map::new();
    request.reasoning = thinking(&mut fields)?;
    output(&mut fields, &mut request, &mut left)?;
    if let Some(mut metadata) = fields.take_fields("metadata", "")? {
        request.user = metadata.take("user_id", "metadata")?;
        keep("metadata", metadata, &mut left);
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

fn sampling(fields: &mut Fields<'_>) -> Result<Sampling, Invalid> {
    let sampling = Sampling {
        temperature: fields.take("temperature", "")?,
        top_p: fields.take("top_p", "")?,
        top_k: fields.take("top_k", "")?,
        ..Sampling::default()
    };
    for (name, value) in [
        ("temperature", sampling.temperature),
        ("top_p", sampling.top_p),
    ] {
        if value.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
            return Err(Invalid::at(name, "this has to be between 0 and 1"));
        }
    }
    Ok(sampling)
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

fn choice(fields: &mut Fields<'_>) -> Result<(Option<ToolChoice>, Option<bool>), Invalid> {
    const PATH: &str = "tool_choice";
    let Some(mut choice) = fields.take_fields(PATH, "")? else {
        return Ok((None, None));
    };
    let alone: Option<bool> = choice.take("disable_parallel_tool_use", PATH)?;
    let kind: String = choice.need("type", PATH)?;
    let chosen = match kind.as_str() {
        "auto" => ToolChoice::Auto,
        "any" => ToolChoice::Required,
        "none" => ToolChoice::None,
        "tool" => ToolChoice::Named(choice.need("name", PATH)?),
        other => {
            return Err(Invalid::at(
                "tool_choice.type",
                format!("this is auto, any, none or tool, not {other:?}"),
            ));
        }
    };
    Ok((Some(chosen), alone.map(|alone| !alone)))
}

fn thinking(fields: &mut Fields<'_>) -> Result<Option<Reasoning>, Invalid> {
    const PATH: &str = "thinking";
    let Some(mut thinking) = fields.take_fields(PATH, "")? else {
        return Ok(None);
    };
    let kind: String = thinking.need("type", PATH)?;
    let mut reasoning = Reasoning {
        enabled: Some(kind != "disabled"),
        ..Reasoning::default()
    };
    let mut own = Map::new();
    match kind.as_str() {
        "enabled" => {
            let budget = thinking.need("budget_tokens", PATH)?;
            if budget < 1024 {
                return Err(Invalid::at(
                    "thinking.budget_tokens",
                    "this has to be at least 1024",
                ));
            }
            reasoning.budget = Some(budget);
        }
        "adaptive" | "disabled" => {}
        // A way to think that came after this was written.
        _ => {
            own.insert("type".to_owned(), Value::String(kind));
        }
    }
    let display: Option<String> = thinking.take("display", PATH)?;
    match display.as_deref() {
        Some("summarized") => reasoning.visible = Some(true),
        Some("omitted") => reasoning.visible = Some(false),
        Some(other) => {
            own.insert("display".to_owned(), Value::String(other.to_owned()));
        }
        None => {}
    }
    own.extend(
        thinking
            .into_map()
            .into_iter()
            .filter(|(key, _)| key != "type"),
    );
    reasoning.extra = Foreign::fields(OWN, own);
    Ok(Some(reasoning))
}

fn output(
    fields: &mut Fields<'_>,
    request: &mut Request,
    left: &mut Map<String, Value>,
) -> Result<(), Invalid> {
    // Where the format stood before it moved into `output_config`.
    let older = fields.take_fields("output_format", "")?;
    let mut format = older.map(|format| ("output_format", format));
    if let Some(mut output) = fields.take_fields("output_config", "")? {
        if let Some(word) = output.take::<String>("effort", "output_config")? {
            let reasoning = request.reasoning.get_or_insert_default();
            reasoning.effort = Some(effort(word));
        }
        if let Some(newer) = output.take_fields("format", "output_config")? {
            format = Some(("output_config.format", newer));
        }
        keep("output_config", output, left);
    }
    let Some((path, mut format)) = format else {
        return Ok(());
    };
    let kind: String = format.need("type", path)?;
    if kind != "json_schema" {
        return Err(Invalid::at(
            under(path, "type"),
            format!("this is json_schema, not {kind:?}"),
        ));
    }
    let raw = format
        .take_raw("schema")
        .ok_or_else(|| Invalid::at(under(path, "schema"), "this field is required"))?;
    request.format = Some(AnswerFormat::Schema {
        name: None,
        description: None,
        schema: value_of(raw),
        strict: None,
    });
    Ok(())
}

fn effort(word: String) -> Effort {
    match word.as_str() {
        "low" => Effort::Low,
        "medium" => Effort::Medium,
        "high" => Effort::High,
        "xhigh" => Effort::XHigh,
        "max" => Effort::Max,
        _ => Effort::Other(word),
    }
}

fn keep(name: &str, fields: Fields<'_>, left: &mut Map<String, Value>) {
    let fields = fields.into_map();
    if !fields.is_empty() {
        left.insert(name.to_owned(), Value::Object(fields));
    }
}

#[cfg(test)]
mod tests;
