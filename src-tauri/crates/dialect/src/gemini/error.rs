//! Errors, as `google.rpc.Status`.

use serde_json::{Value, json};

use crate::{Fault, FaultKind};

/// What keeps a silent stream open.
pub(crate) const KEEP_ALIVE: &[u8] = b": keep-alive\n\n";

/// An error body.
pub(crate) fn body(fault: &Fault) -> Value {
    json!({
        "error": {
            "code": fault.status,
            "message": fault.message,
            "status": status_of(fault.kind),
        },
    })
}

/// The event by which a stream ends that has failed: its name, and its data. The vendor's SDK raises on a chunk with
/// `error` (npm `@google/genai`).
pub(crate) fn event(fault: &Fault) -> (Option<&'static str>, Value) {
    (None, body(fault))
}

const fn status_of(kind: FaultKind) -> &'static str {
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
