//! What a demo upstream says: who it is and what it was told, word by word.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Json, body};
use futures_util::stream;
use serde_json::{Value, json};

/// Answers a chat completion request, streamed where it asks for that.
pub(super) async fn to(request: &Value, name: &str, pace: Duration) -> Response {
    let text = text(request, name);
    let words: Vec<String> = text.split_inclusive(' ').map(str::to_owned).collect();
    let usage = json!({
        "prompt_tokens": said(request).split_whitespace().count(),
        "completion_tokens": words.len(),
        "total_tokens": said(request).split_whitespace().count() + words.len(),
    });
    let model = request.get("model").cloned().unwrap_or(Value::Null);
    if request.get("stream") != Some(&Value::Bool(true)) {
        tokio::time::sleep(pace * 3).await;
        return Json(json!({
            "id": "chatcmpl-demo", "object": "chat.completion", "created": 0, "model": model,
            "choices": [{ "index": 0, "finish_reason": "stop",
                "message": { "role": "assistant", "content": text, "refusal": null } }],
            "usage": usage,
        }))
        .into_response();
    }
    let wants_usage = request.pointer("/stream_options/include_usage") == Some(&Value::Bool(true));
    let chunk = |delta: Value, finish: Value| {
        json!({
            "id": "chatcmpl-demo", "object": "chat.completion.chunk", "created": 0, "model": model,
            "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }],
        })
        .to_string()
    };
    let mut events = vec![chunk(
        json!({ "role": "assistant", "content": "" }),
        Value::Null,
    )];
    events.extend(
        words
            .iter()
            .map(|word| chunk(json!({ "content": word }), Value::Null)),
    );
    events.push(chunk(json!({}), json!("stop")));
    if wants_usage {
        let last = json!({
            "id": "chatcmpl-demo", "object": "chat.completion.chunk", "created": 0, "model": model,
            "choices": [], "usage": usage,
        });
        events.push(last.to_string());
    }
    events.push("[DONE]".to_owned());
    ([(CONTENT_TYPE, "text/event-stream")], paced(events, pace)).into_response()
}

fn paced(events: Vec<String>, pace: Duration) -> Body {
    let events = stream::unfold(events.into_iter(), move |mut left| async move {
        let event = left.next()?;
        tokio::time::sleep(pace).await;
        let frame = body::Bytes::from(format!("data: {event}\n\n"));
        Some((Ok::<_, Infallible>(frame), left))
    });
    Body::from_stream(events)
}

fn text(request: &Value, name: &str) -> String {
    format!(
        "No model said this: it is the built-in upstream \"{name}\" of Millpond's demo. You said: {}",
        said(request)
    )
}

/// The text of the last message.
fn said(request: &Value) -> String {
    let content = request
        .get("messages")
        .and_then(Value::as_array)
        .and_then(|all| all.last()?.get("content"));
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts
            .iter()
            .filter_map(|part| part.get("text")?.as_str())
            .collect::<Vec<_>>()
            .join(" "),
        _ => String::new(),
    }
}
