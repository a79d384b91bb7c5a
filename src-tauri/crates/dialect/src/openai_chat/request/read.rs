//! A client's request.

use std::borrow::Cow;

use chat::{AnswerFormat, Dialect, Effort, Foreign, Reasoning, Request, Sampling};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::wire::body::{Body, ResponseFormat};
use super::super::wire::{Str, TextOr};
use super::{choice, messages, tools};
use crate::Invalid;

/// Reads a client's request.
///
/// # Errors
/// The body is not of the dialect; the path is that of the field at fault.
pub(crate) fn read(body: &[u8]) -> Result<Request, Invalid> {
    let mut body: Body<'_> = parse(body)?;
    let model = body.model.take().ok_or_else(|| missing("model"))?;
    let wire = body.messages.take().ok_or_else(|| missing("messages"))?;
    if wire.is_empty() {
        return Err(Invalid::at(
            "messages",
            "is empty: there is nothing to answer",
        ));
    }
    let legacy = body.functions.is_some();
    let offered = tools::read(body.tools.take(), body.functions.take())?;
    let tool_choice = choice::read(body.tool_choice.take(), body.function_call.take())?;
    let mut extra = std::mem::take(&mut body.extra).into_owned();
    let reasoning = reasoning(body.reasoning_effort.take(), &mut extra);
    Ok(Request {
        model: model.into_string(),
        stream: body.stream.unwrap_or_default(),
        wants_usage: body
            .stream_options
            .take()
            .and_then(|options| options.include_usage)
            .unwrap_or_default(),
        messages: messages::read(wire)?,
        tools: offered,
        tool_choice,
        // Clients of the old fields can be told of one call only.
        parallel_tool_calls: body.parallel_tool_calls.or(legacy.then_some(false)),
        sampling: sampling(&body),
        max_tokens: body.max_completion_tokens.or(body.max_tokens),
        stop: stop(body.stop.take()),
        reasoning,
        format: body.response_format.take().map(format).transpose()?,
        user: body
            .user
            .take()
            .or(body.safety_identifier.take())
            .map(Str::into_string),
        previous: None,
        extra: Foreign::fields(Dialect::OpenaiChat, extra),
    })
}

/// The body's JSON, or what is wrong with it and where.
fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Invalid> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        if error.is_data() {
            let path = if path == "." { "" } else { &path };
            Invalid::at(path, error.to_string())
        } else {
            Invalid::at("", format!("the body is no JSON: {error}"))
        }
    })?;
    json.end()
        .map_err(|error| Invalid::at("", format!("the body is no JSON: {error}")))?;
    Ok(value)
}

fn missing(field: &str) -> Invalid {
    Invalid::at(field, "is missing")
}

fn sampling(body: &Body<'_>) -> Sampling {
    Sampling {
        temperature: body.temperature,
        top_p: body.top_p,
        top_k: body.top_k,
        seed: body.seed,
        frequency_penalty: body.frequency_penalty,
        presence_penalty: body.presence_penalty,
        candidates: body.n,
    }
}

fn stop(wire: Option<TextOr<'_, Vec<Str<'_>>>>) -> Vec<String> {
    match wire {
        None => Vec::new(),
        Some(TextOr::Text(one)) => vec![one.into_owned()],
        Some(TextOr::More(several)) => several.into_iter().map(Str::into_string).collect(),
    }
}

/// `reasoning_effort`, or OpenRouter's `reasoning` object with a budget.
fn reasoning(effort: Option<Str<'_>>, extra: &mut Map<String, Value>) -> Option<Reasoning> {
    let mut read = Reasoning {
        effort: effort.map(|word| effort_of(word.0)),
        ..Reasoning::default()
    };
    if let Some(Value::Object(fields)) = extra.get("reasoning") {
        let word = fields.get("effort").and_then(Value::as_str);
        let hidden = fields.get("exclude").and_then(Value::as_bool);
        read.effort = read.effort.or(word.map(|word| effort_of(word.into())));
        read.budget = fields.get("max_tokens").and_then(Value::as_u64);
        read.enabled = fields.get("enabled").and_then(Value::as_bool);
        read.visible = hidden.map(|hidden| !hidden);
        extra.shift_remove("reasoning");
    }
    (read != Reasoning::default()).then_some(read)
}

fn effort_of(word: Cow<'_, str>) -> Effort {
    match word.as_ref() {
        "none" => Effort::None,
        "minimal" => Effort::Minimal,
        "low" => Effort::Low,
        "medium" => Effort::Medium,
        "high" => Effort::High,
        "xhigh" => Effort::XHigh,
        "max" => Effort::Max,
        _ => Effort::Other(word.into_owned()),
    }
}

fn format(wire: ResponseFormat<'_>) -> Result<AnswerFormat, Invalid> {
    match &*wire.kind {
        "text" => Ok(AnswerFormat::Text),
        "json_object" => Ok(AnswerFormat::Json),
        "json_schema" => {
            let schema = wire
                .json_schema
                .ok_or_else(|| missing("response_format.json_schema"))?;
            Ok(AnswerFormat::Schema {
                name: Some(schema.name.into_string()),
                description: schema.description.map(Str::into_string),
                schema: schema
                    .schema
                    .map_or_else(|| Value::Object(Map::new()), Cow::into_owned),
                strict: schema.strict,
            })
        }
        other => Err(Invalid::at(
            "response_format.type",
            format!("is `{other}`: expected `text`, `json_object` or `json_schema`"),
        )),
    }
}
