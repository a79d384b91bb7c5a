//! A client's body.

use chat::{Dialect, Foreign, Message, Request, Role};
use serde_json::Value;

use super::super::fields::{At, Fields};
use super::{config, parts, tools, turns};
use crate::Invalid;

/// Reads a client's request. The body names no model and does not say whether to stream: both stand in the path.
pub(crate) fn read(body: &[u8]) -> Result<Request, Invalid> {
    of(value_of(body)?, At::Root)
}

/// Reads the body of a `countTokens`: bare `contents`, or a whole request as `generateContentRequest`.
pub(crate) fn read_count(body: &[u8]) -> Result<Request, Invalid> {
    let mut fields = Fields::of(value_of(body)?, At::Root)?;
    let whole = At::Root.field("generateContentRequest");
    match fields.take("generateContentRequest") {
        Some(_) if fields.take("contents").is_some() => Err(At::Root
            .field("contents")
            .invalid("must not be set together with generateContentRequest")),
        Some(request) => of(request, whole),
        None => of(Value::Object(fields.rest()), At::Root),
    }
}

fn value_of(body: &[u8]) -> Result<Value, Invalid> {
    serde_json::from_slice(body)
        .map_err(|error| Invalid::at("", format!("the body is no JSON: {error}")))
}

fn of(value: Value, at: At<'_>) -> Result<Request, Invalid> {
    let mut fields = Fields::of(value, at)?;
    // The path's model counts; SDKs of old repeat it here.
    fields.take("model");
    let mut request = Request {
        wants_usage: true,
        ..Request::default()
    };
    request.messages.extend(system(&mut fields)?);
    let at_contents = fields.at;
    let at_contents = at_contents.field("contents");
    let contents = fields.list("contents").unwrap_or_default();
    if contents.is_empty() {
        return Err(at_contents.invalid("must hold at least one content"));
    }
    turns::read(contents, at_contents, &mut request.messages)?;
    tools::read(&mut fields, &mut request)?;
    config::read(&mut fields, &mut request)?;
    let mut extra = fields.rest();
    if let Some(kept) = request.extra.take()
        && let Value::Object(kept) = kept.value
    {
        extra.extend(kept);
    }
    request.extra = Foreign::fields(Dialect::Gemini, extra);
    Ok(request)
}

fn system(fields: &mut Fields<'_>) -> Result<Option<Message>, Invalid> {
    let at = fields.at;
    let at = at.field("systemInstruction");
    let Some(value) = fields.take("systemInstruction") else {
        return Ok(None);
    };
    let mut content = Fields::of(value, at)?;
    // Any role is taken, and none changes what it is.
    content.take("role");
    let at = at.field("parts");
    let list = content.list("parts").unwrap_or_default();
    let parts = parts::read_all(list, at)?;
    let mut message = Message::new(Role::System, parts);
    message.extra = Foreign::fields(Dialect::Gemini, content.rest());
    Ok(Some(message))
}
