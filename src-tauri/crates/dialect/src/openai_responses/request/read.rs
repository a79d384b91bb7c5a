//! A client's request.

use chat::{AnswerFormat, Effort, Foreign, Message, Part, Reasoning, Request, Role, Sampling};
use serde_json::Value;

use super::super::fields::{At, Fields};
use super::{input, tools};
use crate::{Dialect, Invalid};

/// Settings that mean something only where the vendor keeps more than the request says.
const KEPT_AT_THE_VENDOR: [(&str, &str); 2] = [
    (
        "conversation",
        "a conversation that is kept at the vendor cannot be read here: send its turns in `input`",
    ),
    (
        "prompt",
        "a prompt that is kept at the vendor cannot be read here: send its text in `instructions` and `input`",
    ),
];

/// Reads a client's request.
pub(crate) fn read(body: &[u8]) -> Result<Request, Invalid> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Invalid::at("", format!("the body is no JSON: {error}")))?;
    let mut fields = Fields::of(value, At::Root)?;
    for (field, why) in KEPT_AT_THE_VENDOR {
        if fields.has(field) {
            return Err(fields.invalid(field, why));
        }
    }
    if fields.flag("background")? == Some(true) {
        return Err(fields.invalid("background", "answers are not made in the background here"));
    }
    let mut offered = tools::read(&mut fields)?;
    let (messages, loaded) = conversation(&mut fields)?;
    offered.tools.extend(loaded);
    let (reasoning, format) = (reasoning(&mut fields)?, format(&mut fields)?);
    Ok(Request {
        model: fields.filled("model")?,
        stream: fields.flag("stream")?.unwrap_or_default(),
        wants_usage: true,
        messages,
        tools: offered.tools,
        tool_choice: offered.choice,
        parallel_tool_calls: fields.flag("parallel_tool_calls")?,
        sampling: Sampling {
            temperature: fields.number("temperature")?,
            top_p: fields.number("top_p")?,
            ..Sampling::default()
        },
        max_tokens: fields.count("max_output_tokens")?,
        stop: Vec::new(),
        reasoning,
        format,
        user: user(&mut fields)?,
        previous: fields.text("previous_response_id")?,
        extra: fields.rest(),
    })
}

/// The turns, and tools that came with them.
fn conversation(fields: &mut Fields<'_>) -> Result<(Vec<Message>, Vec<chat::Tool>), Invalid> {
    let mut messages = Vec::new();
    if let Some(instructions) = fields.text("instructions")?.filter(|text| !text.is_empty()) {
        messages.push(Message::new(Role::System, vec![Part::text(instructions)]));
    }
    match fields.take("input") {
        None if fields.has("previous_response_id") => Ok((messages, Vec::new())),
        None => Err(fields.invalid("input", "this field is required")),
        Some(Value::String(text)) => {
            messages.push(Message::new(Role::User, vec![Part::text(text)]));
            Ok((messages, Vec::new()))
        }
        Some(Value::Array(items)) => {
            let at = fields.at();
            let read = input::read(items, At::Field(&at, "input"))?;
            messages.extend(read.messages);
            Ok((messages, read.tools))
        }
        Some(_) => Err(fields.invalid("input", "a string or a list of items is needed here")),
    }
}

/// `user` is the older name of `safety_identifier`; where both are given, the newer one stays for its own dialect.
fn user(fields: &mut Fields<'_>) -> Result<Option<String>, Invalid> {
    match fields.text("user")? {
        Some(user) => Ok(Some(user)),
        None => fields.text("safety_identifier"),
    }
}

fn reasoning(fields: &mut Fields<'_>) -> Result<Option<Reasoning>, Invalid> {
    let Some(value) = fields.take("reasoning") else {
        return Ok(None);
    };
    let at = fields.at();
    let mut given = Fields::of(value, At::Field(&at, "reasoning"))?;
    let effort = given.text("effort")?.map(effort);
    // How much of a summary is a word of this dialect only, that there is one is not.
    let shown = given.has("summary") || given.has("generate_summary");
    Ok(Some(Reasoning {
        effort,
        visible: shown.then_some(true),
        extra: given.rest(),
        ..Reasoning::default()
    }))
}

fn effort(word: String) -> Effort {
    match word.as_str() {
        "none" => Effort::None,
        "minimal" => Effort::Minimal,
        "low" => Effort::Low,
        "medium" => Effort::Medium,
        "high" => Effort::High,
        "xhigh" => Effort::XHigh,
        "max" => Effort::Max,
        _ => Effort::Other(word),
    }
}

/// The form of the answer, of `text`; what else stands there stays there.
fn format(fields: &mut Fields<'_>) -> Result<Option<AnswerFormat>, Invalid> {
    let Some(value) = fields.take("text") else {
        return Ok(None);
    };
    let at = fields.at();
    let at = At::Field(&at, "text");
    let mut text = Fields::of(value, at)?;
    let format = text.take("format");
    if let Some(Foreign { value, .. }) = text.rest() {
        fields.put("text", value);
    }
    let Some(format) = format else {
        return Ok(None);
    };
    let mut format = Fields::of(format, At::Field(&at, "format"))?;
    match format.needed("type")?.as_str() {
        "text" => Ok(Some(AnswerFormat::Text)),
        "json_object" => Ok(Some(AnswerFormat::Json)),
        "json_schema" => Ok(Some(AnswerFormat::Schema {
            name: Some(format.filled("name")?),
            description: format.text("description")?,
            schema: format
                .take("schema")
                .filter(Value::is_object)
                .ok_or_else(|| format.invalid("schema", "a JSON Schema object is needed here"))?,
            strict: format.flag("strict")?,
        })),
        other => Err(format.invalid(
            "type",
            format!("`{other}` is not known: text, json_object or json_schema is"),
        )),
    }
}

/// Fields of a value of this dialect that was kept whole.
pub(super) const fn foreign(value: Value) -> Foreign {
    Foreign {
        dialect: Dialect::OpenaiResponses,
        value,
    }
}
