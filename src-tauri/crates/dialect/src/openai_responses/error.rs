//! Errors, as the vendor's error reference words them; bodies are those of Chat Completions.

use serde_json::{Value, json};

use crate::Fault;
use crate::openai_chat::error::type_of;

pub(crate) use crate::openai_chat::error::{KEEP_ALIVE, body};

/// The event by which a stream ends that has failed: its name, and its data; `sequence` is its place among the
/// stream's events.
///
/// The reference has the fields at the top (`ResponseErrorEvent`), the vendor's own service sends them below `error`,
/// and SDKs raise on the one or the other: both are there.
pub(crate) fn event(fault: &Fault, sequence: u64) -> (Option<&'static str>, Value) {
    let kind = type_of(fault.kind);
    let code = fault.code.as_deref().unwrap_or(kind);
    let value = json!({
        "type": "error",
        "sequence_number": sequence,
        "code": code,
        "message": fault.message,
        "param": fault.param,
        "error": {
            "type": kind,
            "code": code,
            "message": fault.message,
            "param": fault.param,
        },
    });
    (Some("error"), value)
}

/// The event behind it, for clients that wait for the response's own end (Codex does): of a response that nothing more is
/// known of here. Its name, and its data.
pub(crate) fn failed(fault: &Fault, sequence: u64) -> (&'static str, Value) {
    let name = "response.failed";
    let code = fault.code.as_deref().unwrap_or(type_of(fault.kind));
    let value = json!({
        "type": name,
        "sequence_number": sequence,
        "response": {
            "id": format!("resp_{}", fault.request_id.trim_start_matches("req_")),
            "object": "response",
            "created_at": 0,
            "status": "failed",
            "error": { "code": code, "message": fault.message },
            "incomplete_details": null,
            "instructions": null,
            "metadata": {},
            "model": "",
            "output": [],
            "parallel_tool_calls": true,
            "temperature": null,
            "tool_choice": "auto",
            "tools": [],
            "top_p": null,
            "usage": null,
        },
    });
    (name, value)
}
