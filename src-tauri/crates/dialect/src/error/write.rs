//! Faults in each client dialect, as a body and as a stream's own error event.

use chat::Dialect;
use serde::Serialize;
use serde_json::Value;

use super::Fault;
use crate::{anthropic, gemini, openai_chat, openai_responses};

/// The error body of a dialect.
pub fn write_fault(dialect: Dialect, fault: &Fault) -> Vec<u8> {
    bytes_of(&match dialect {
        Dialect::OpenaiChat | Dialect::Kiro => openai_chat::error::body(fault),
        Dialect::OpenaiResponses => openai_responses::error::body(fault),
        Dialect::Anthropic => anthropic::error::body(fault),
        Dialect::Gemini => gemini::error::body(fault),
    })
}

/// The error as an event of a stream that has begun, framed for server-sent events; in OpenAI Responses as the two by which
/// one ends.
pub fn write_stream_fault(dialect: Dialect, fault: &Fault) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    let (name, data) = match dialect {
        Dialect::OpenaiChat | Dialect::Kiro => openai_chat::error::event(fault),
        Dialect::OpenaiResponses => openai_responses::error::event(fault, 0),
        Dialect::Anthropic => anthropic::error::event(fault),
        Dialect::Gemini => gemini::error::event(fault),
    };
    frame(&mut out, name, &data);
    if dialect == Dialect::OpenaiResponses {
        let (name, data) = openai_responses::error::failed(fault, 1);
        frame(&mut out, Some(name), &data);
    }
    out
}

fn frame(out: &mut Vec<u8>, name: Option<&str>, data: &Value) {
    if let Some(name) = name {
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(name.as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(b"data: ");
    out.extend_from_slice(&bytes_of(data));
    out.extend_from_slice(b"\n\n");
}

/// The error as the end of a stream that is one JSON array (Gemini without `alt=sse`); `begun` is whether any element
/// was written.
pub fn write_array_fault(fault: &Fault, begun: bool) -> Vec<u8> {
    let mut out = if begun { b",\r\n" } else { b"[".as_slice() }.to_vec();
    out.extend_from_slice(&bytes_of(&gemini::error::body(fault)));
    out.push(b']');
    out
}

/// What keeps a silent stream open that is one JSON array: white space, which may stand before it and between its
/// elements.
pub const ARRAY_KEEP_ALIVE: &[u8] = b"\n";

/// What keeps a silent stream open: a comment, or Anthropic's own `ping`.
pub const fn keep_alive(dialect: Dialect) -> &'static [u8] {
    match dialect {
        Dialect::OpenaiChat | Dialect::Kiro => openai_chat::error::KEEP_ALIVE,
        Dialect::OpenaiResponses => openai_responses::error::KEEP_ALIVE,
        Dialect::Anthropic => anthropic::error::KEEP_ALIVE,
        Dialect::Gemini => gemini::error::KEEP_ALIVE,
    }
}

/// A JSON value always has a text; its keys are strings.
fn bytes_of(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    // Writing into memory does not fail.
    let _ = value.serialize(&mut serde_json::Serializer::new(&mut out));
    out
}
