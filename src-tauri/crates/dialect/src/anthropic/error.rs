//! Errors, as the vendor's error reference words them.

use serde_json::{Value, json};

use crate::{Fault, FaultKind};

/// What keeps a silent stream open: the vendor's own event.
pub(crate) const KEEP_ALIVE: &[u8] = b"event: ping\ndata: {\"type\": \"ping\"}\n\n";

/// An error body.
pub(crate) fn body(fault: &Fault) -> Value {
    json!({
        "type": "error",
        "error": { "type": type_of(fault.kind), "message": fault.message },
        "request_id": fault.request_id,
    })
}

/// The event by which a stream ends that has failed: its name, and its data.
pub(crate) fn event(fault: &Fault) -> (Option<&'static str>, Value) {
    (Some("error"), body(fault))
}

const fn type_of(kind: FaultKind) -> &'static str {
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
