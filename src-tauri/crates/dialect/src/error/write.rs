//! Faults in each client dialect, as a body and as a stream's own error event.

use chat::Dialect;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Fault, FaultKind};

/// The error body of a dialect.
pub fn write_fault(dialect: Dialect, fault: &Fault) -> Vec<u8> {
    bytes_of(&body(dialect, fault))
}

/// The error as an event of a stream that has begun, framed for server-sent events.
///
/// OpenAI's SDKs raise on a chunk with a top-level `error` (npm `openai`, `core/streaming.js`), so no `[DONE]` follows it.
pub fn write_stream_fault(dialect: Dialect, fault: &Fault) -> Vec<u8> {
    let (event, value) = match dialect {
        Dialect::Anthropic => ("error", body(dialect, fault)),
        Dialect::OpenaiResponses => (
            "error",
            json!({
                "type": "error",
                "code": fault.code.as_deref().unwrap_or_else(|| openai_type(fault.kind)),
                "message": fault.message,
                "param": fault.param,
            }),
        ),
        _ => ("", body(dialect, fault)),
    };
    let mut out = Vec::with_capacity(256);
    if !event.is_empty() {
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(event.as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(b"data: ");
    out.extend_from_slice(&bytes_of(&value));
    out.extend_from_slice(b"\n\n");
    out
}

/// What keeps a silent stream open: a comment, or Anthropic's own `ping`.
pub const fn keep_alive(dialect: Dialect) -> &'static [u8] {
    match dialect {
        Dialect::Anthropic => b"event: ping\ndata: {\"type\": \"ping\"}\n\n",
        _ => b": keep-alive\n\n",
    }
}

fn body(dialect: Dialect, fault: &Fault) -> Value {
    match dialect {
        Dialect::Anthropic => json!({
            "type": "error",
            "error": { "type": anthropic_type(fault.kind), "message": fault.message },
            "request_id": fault.request_id,
        }),
        Dialect::Gemini => json!({
            "error": { "code": fault.status, "message": fault.message, "status": gemini_status(fault.kind) },
        }),
        Dialect::OpenaiChat | Dialect::OpenaiResponses | Dialect::Kiro => json!({
            "error": {
                "message": fault.message,
                "type": openai_type(fault.kind),
                "param": fault.param,
                "code": fault.code,
            },
        }),
    }
}

const fn openai_type(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::InvalidRequest
        | FaultKind::Authentication
        | FaultKind::NotFound
        | FaultKind::TooLarge
        | FaultKind::Unsupported => "invalid_request_error",
        FaultKind::Permission => "permission_denied",
        FaultKind::RateLimited => "rate_limit_error",
        FaultKind::Overloaded | FaultKind::Upstream | FaultKind::Timeout => "server_error",
    }
}

const fn anthropic_type(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::InvalidRequest | FaultKind::Unsupported => "invalid_request_error",
        FaultKind::Authentication => "authentication_error",
        FaultKind::Permission => "permission_error",
        FaultKind::NotFound => "not_found_error",
        FaultKind::TooLarge => "request_too_large",
        FaultKind::RateLimited => "rate_limit_error",
        FaultKind::Overloaded => "overloaded_error",
        FaultKind::Upstream => "api_error",
        FaultKind::Timeout => "timeout_error",
    }
}

const fn gemini_status(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::InvalidRequest | FaultKind::TooLarge => "INVALID_ARGUMENT",
        FaultKind::Authentication => "UNAUTHENTICATED",
        FaultKind::Permission => "PERMISSION_DENIED",
        FaultKind::NotFound => "NOT_FOUND",
        FaultKind::RateLimited => "RESOURCE_EXHAUSTED",
        FaultKind::Overloaded => "UNAVAILABLE",
        FaultKind::Upstream => "INTERNAL",
        FaultKind::Timeout => "DEADLINE_EXCEEDED",
        FaultKind::Unsupported => "UNIMPLEMENTED",
    }
}

/// A JSON value always has a text; its keys are strings.
fn bytes_of(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
