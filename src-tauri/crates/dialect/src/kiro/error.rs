//! Exceptions in a stream, and in the body of a refusal.

use chat::StreamError;
use serde_json::Value;

use super::frame::{Kind, Message};
use crate::UpstreamError;

/// The exception that says no more than that the answer has come to the model's limit.
pub(crate) const TOO_LONG: &str = "ContentLengthExceededException";
/// An event that is an error.
pub(crate) const INVALID_STATE: &str = "invalidStateEvent";

/// What a message says went wrong; `None` where it is no error.
pub(crate) fn read(message: &Message<'_>) -> Option<UpstreamError> {
    if message.kind == Kind::Event && message.name != INVALID_STATE {
        return None;
    }
    let value: Value = serde_json::from_slice(message.payload).unwrap_or_default();
    let field = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let words = field("message")
        .or_else(|| field("Message"))
        .unwrap_or_else(|| {
            let payload = String::from_utf8_lossy(message.payload).into_owned();
            if payload.is_empty() {
                message.name.to_owned()
            } else {
                payload
            }
        });
    Some(UpstreamError {
        message: words,
        kind: Some(message.name.to_owned()).filter(|name| !name.is_empty()),
        code: None,
        param: None,
        detail_code: field("reason"),
        quotas: Vec::new(),
    })
}

/// The same as an event.
pub(crate) fn event(error: UpstreamError) -> StreamError {
    StreamError {
        message: error.message,
        kind: error.kind,
        code: error.detail_code,
    }
}
