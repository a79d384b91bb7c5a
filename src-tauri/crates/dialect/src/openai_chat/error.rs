//! Errors, as the vendor's error reference words them.

use serde_json::{Value, json};

use crate::{Fault, FaultKind};

/// What keeps a silent stream open.
pub(crate) const KEEP_ALIVE: &[u8] = b": keep-alive\n\n";

/// An error body.
pub(crate) fn body(fault: &Fault) -> Value {
    json!({
        "error": {
            "message": fault.message,
            "type": type_of(fault.kind),
            "param": fault.param,
            "code": fault.code,
        },
    })
}

/// The event by which a stream ends that has failed: its name, and its data. The vendor's SDKs raise on a chunk with a
/// top-level `error` (npm `openai`, `core/streaming.js`), so no `[DONE]` follows it.
pub(crate) fn event(fault: &Fault) -> (Option<&'static str>, Value) {
    (None, body(fault))
}

/// The vendor's word for a kind of fault.
pub(crate) const fn type_of(kind: FaultKind) -> &'static str {
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
