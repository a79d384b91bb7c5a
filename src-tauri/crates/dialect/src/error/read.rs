//! Error bodies as upstreams and relays send them: five shapes and their mixtures.

use serde_json::Value;

/// What an upstream said went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpstreamError {
    /// Its words; empty where it only gave a code.
    pub message: String,
    /// `type` (OpenAI, Anthropic) or `status` (Gemini).
    pub kind: Option<String>,
    /// `code`, a word or a number.
    pub code: Option<String>,
    /// The field at fault.
    pub param: Option<String>,
    /// `details.error_code` (Anthropic), the `reason` of the first detail (Gemini), or the `reason` beside the message (Kiro).
    pub detail_code: Option<String>,
    /// The limits that were hit, by the ids of `google.rpc.QuotaFailure` (Gemini).
    pub quotas: Vec<String>,
}

/// Reads an error body. `None` where it is no JSON, or JSON that says no error.
///
/// Shapes: `{"error":{…}}`, `{"error":"text"}`, `{"message":…}`, `{"detail":…}` (a text or a list), `{"code":…,"msg":…}`,
/// each also as the first element of an array.
pub fn read_error(body: &[u8]) -> Option<UpstreamError> {
    let value: Value = serde_json::from_slice(body).ok()?;
    from_value(&value)
}

pub(crate) fn from_value(value: &Value) -> Option<UpstreamError> {
    let value = match value {
        Value::Array(list) => list.first()?,
        other => other,
    };
    let body = value.as_object()?;
    match body.get("error") {
        Some(Value::Object(_)) => body.get("error").map(from_object),
        Some(Value::String(text)) => Some(UpstreamError {
            message: body
                .get("message")
                .or_else(|| body.get("error_description"))
                .and_then(text_of)
                .unwrap_or_else(|| text.clone()),
            code: body
                .get("code")
                .and_then(text_of)
                .or_else(|| Some(text.clone())),
            ..UpstreamError::default()
        }),
        _ => from_bare(value),
    }
}

fn from_object(error: &Value) -> UpstreamError {
    // Some relays wrap a whole error body as the message of another.
    let message = error
        .get("message")
        .or_else(|| error.get("msg"))
        .and_then(text_of)
        .unwrap_or_default();
    let details = error.get("details");
    UpstreamError {
        message,
        kind: error
            .get("type")
            .or_else(|| error.get("status"))
            .and_then(text_of),
        code: error.get("code").and_then(text_of),
        param: error.get("param").and_then(text_of),
        detail_code: details
            .and_then(|details| details.get("error_code"))
            .or_else(|| {
                details?
                    .as_array()?
                    .iter()
                    .find_map(|one| one.get("reason"))
            })
            .and_then(text_of),
        quotas: details.map(quotas).unwrap_or_default(),
    }
}

fn quotas(details: &Value) -> Vec<String> {
    let details = details.as_array().map(Vec::as_slice).unwrap_or_default();
    let violations = details
        .iter()
        .filter_map(|one| one.get("violations")?.as_array())
        .flatten();
    violations
        .filter_map(|one| one.get("quotaId")?.as_str())
        .map(str::to_owned)
        .collect()
}

/// A body without `error`: FastAPI's `detail`, or `message` and `msg` beside a code.
fn from_bare(body: &Value) -> Option<UpstreamError> {
    let message = match body.get("detail") {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(|one| one.get("msg").and_then(text_of))
            .collect::<Vec<_>>()
            .join("; "),
        Some(detail) => text_of(detail)?,
        None => body
            .get("message")
            .or_else(|| body.get("msg"))
            .and_then(text_of)?,
    };
    Some(UpstreamError {
        message,
        // "error" is the envelope's own type in Anthropic's shape, and says nothing.
        kind: body
            .get("type")
            .or_else(|| body.get("__type"))
            .and_then(text_of)
            .filter(|kind| kind != "error"),
        code: body.get("code").and_then(text_of),
        detail_code: body.get("reason").and_then(text_of),
        ..UpstreamError::default()
    })
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(_) => value
            .get("message")
            .or_else(|| value.get("msg"))
            .and_then(text_of),
        _ => None,
    }
}
