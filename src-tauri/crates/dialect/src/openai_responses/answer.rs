//! The response object around the items of an answer, with what it repeats of the request.

use chat::{AnswerFormat, Message, Part, Request, Role, StopReason, Usage};
use serde_json::{Map, Value, json};

use super::DIALECT;
use super::request::{chosen, effort_word, format_value, shown};

/// What changes from one response object of a stream to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer<'a> {
    pub(super) id: &'a str,
    pub(super) model: &'a str,
    pub(super) created: i64,
    pub(super) status: Status<'a>,
    /// The items, separated by commas.
    pub(super) items: &'a [u8],
    pub(super) usage: Option<Usage>,
}

/// How far an answer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status<'a> {
    InProgress,
    Completed,
    /// Why it is not whole.
    Incomplete(&'a str),
    /// Its error's code and message.
    Failed(&'a str, &'a str),
}

impl Status<'_> {
    /// How an answer that ended for this reason stands.
    pub(super) const fn of(reason: Option<&StopReason>) -> Self {
        match reason {
            Some(StopReason::MaxTokens | StopReason::ContextFull) => {
                Self::Incomplete("max_output_tokens")
            }
            Some(StopReason::Refusal) => Self::Incomplete("content_filter"),
            _ => Self::Completed,
        }
    }

    /// The word on the wire.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Incomplete(_) => "incomplete",
            Self::Failed(..) => "failed",
        }
    }
}

/// Writes a response object.
pub(super) fn write(out: &mut Vec<u8>, answer: &Answer<'_>, request: &Request) {
    let (error, details) = match answer.status {
        Status::Incomplete(reason) => (Value::Null, json!({ "reason": reason })),
        Status::Failed(code, message) => (json!({"code": code, "message": message}), Value::Null),
        _ => (Value::Null, Value::Null),
    };
    out.push(b'{');
    field(out, "id", &answer.id);
    field(out, "object", &"response");
    field(out, "created_at", &answer.created);
    field(out, "status", &answer.status.word());
    field(out, "background", &false);
    field(out, "error", &error);
    field(out, "incomplete_details", &details);
    field(out, "instructions", &instructions(request));
    field(out, "max_output_tokens", &request.max_tokens);
    field(out, "model", &answer.model);
    out.extend_from_slice(b"\"output\":[");
    out.extend_from_slice(answer.items);
    out.extend_from_slice(b"],");
    echo(out, request);
    out.extend_from_slice(b"\"usage\":");
    match answer.usage {
        Some(usage) => json_of(out, &counts(usage)),
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
}

/// What the answer repeats of the request. What the client did not say is `null`, or what the reference names as the
/// default where it knows no `null`.
fn echo(out: &mut Vec<u8>, request: &Request) {
    let own = request.extra.as_ref();
    let own = own.and_then(|extra| extra.fields_of(DIALECT));
    let said = |name: &str| own.and_then(|own| own.get(name));
    let or = |name: &str, default: Value| said(name).cloned().unwrap_or(default);
    let parallel = request.parallel_tool_calls.unwrap_or(true);
    field(out, "parallel_tool_calls", &parallel);
    field(out, "previous_response_id", &request.previous);
    field(out, "reasoning", &reasoning(request));
    field(out, "store", &or("store", true.into()));
    field(out, "temperature", &request.sampling.temperature);
    field(out, "text", &text(request, said("text")));
    let choice = match (&request.tool_choice, said("tool_choice")) {
        (None, Some(hosted)) => hosted.clone(),
        (choice, _) => chosen(choice.as_ref(), &request.tools),
    };
    field(out, "tool_choice", &choice);
    field(out, "tools", &shown(&request.tools));
    field(out, "top_p", &request.sampling.top_p);
    field(out, "truncation", &or("truncation", "disabled".into()));
    field(out, "user", &request.user);
    field(out, "metadata", &or("metadata", json!({})));
    for name in [
        "prompt_cache_key",
        "service_tier",
        "top_logprobs",
        "max_tool_calls",
    ] {
        if let Some(value) = said(name) {
            field(out, name, value);
        }
    }
}

/// The instructions, where the conversation begins with them.
fn instructions(request: &Request) -> Option<&str> {
    match request.messages.first()? {
        Message {
            role: Role::System,
            parts,
            extra: None,
            ..
        } => match parts.as_slice() {
            [Part::Text(text)] => Some(&text.text),
            _ => None,
        },
        _ => None,
    }
}

fn reasoning(request: &Request) -> Value {
    let given = request.reasoning.as_ref();
    let own = given.and_then(|given| given.extra.as_ref()?.fields_of(DIALECT));
    let effort = given.and_then(|given| given.effort.as_ref());
    json!({
        "effort": effort.map(effort_word),
        "summary": own.and_then(|own| own.get("summary")),
    })
}

fn text(request: &Request, own: Option<&Value>) -> Value {
    let format = request.format.as_ref().unwrap_or(&AnswerFormat::Text);
    let mut text = Map::new();
    text.insert("format".to_owned(), format_value(format));
    if let Some(Value::Object(own)) = own {
        text.extend(
            own.iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
    }
    Value::Object(text)
}

fn counts(usage: Usage) -> Value {
    let sent = usage.sent();
    json!({
        "input_tokens": sent,
        "input_tokens_details": {
            "cached_tokens": usage.cache_read,
            "cache_write_tokens": usage.cache_write,
        },
        "output_tokens": usage.output,
        "output_tokens_details": { "reasoning_tokens": usage.reasoning },
        "total_tokens": sent.saturating_add(usage.output),
    })
}

fn field(out: &mut Vec<u8>, name: &str, value: &impl serde::Serialize) {
    json_of(out, &name);
    out.push(b':');
    json_of(out, value);
    out.push(b',');
}

fn json_of(out: &mut Vec<u8>, value: &impl serde::Serialize) {
    // Writing into memory does not fail.
    let _ = serde_json::to_writer(out, value);
}
