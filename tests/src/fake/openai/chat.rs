//! A chat completion, whole and as a stream.

use serde_json::{Value, json};

use crate::fake::script::{Part, Piece, Reply, Usage};
use crate::fake::vendor::Ask;

/// The whole answer.
pub(super) fn whole(ask: &Ask, reply: &Reply, serial: u64) -> Value {
    let mut text = String::new();
    let mut thought = String::new();
    let mut refusal = Value::Null;
    let mut calls = Vec::new();
    for piece in &reply.pieces {
        match piece {
            Piece::Text(words) => text.push_str(&words.concat()),
            Piece::Thinking(words) => thought.push_str(words),
            Piece::Refusal(words) => refusal = json!(words),
            Piece::ToolCall(id, name, arguments) => calls.push(json!({
                "id": id, "type": "function", "function": {"name": name, "arguments": arguments},
            })),
        }
    }
    let content = if text.is_empty() {
        Value::Null
    } else {
        json!(text)
    };
    let mut message = json!({"role": "assistant", "content": content, "refusal": refusal});
    if !calls.is_empty() {
        message["tool_calls"] = json!(calls);
    }
    if !thought.is_empty() {
        message["reasoning_content"] = json!(thought);
    }
    json!({
        "id": format!("chatcmpl-{serial}"),
        "object": "chat.completion",
        "created": 1_785_000_000,
        "model": ask.model,
        "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": finish(reply)}],
        "usage": usage(&reply.usage),
        "system_fingerprint": "fp_pond",
    })
}

/// The answer in events.
pub(super) fn events(ask: &Ask, reply: &Reply, end_mark: bool, serial: u64) -> Vec<(Part, String)> {
    let chunk = |delta: Value, finish: Value| {
        let mut chunk = json!({
            "id": format!("chatcmpl-{serial}"),
            "object": "chat.completion.chunk",
            "created": 1_785_000_000,
            "model": ask.model,
            "system_fingerprint": "fp_pond",
            "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}],
        });
        if ask.usage {
            chunk["usage"] = Value::Null;
        }
        chunk
    };
    let mut out = vec![(
        Part::Lifecycle,
        framed(&chunk(
            json!({"role": "assistant", "content": "", "refusal": null}),
            Value::Null,
        )),
    )];
    let mut say = |delta: Value| out.push((Part::Content, framed(&chunk(delta, Value::Null))));
    let mut call = 0;
    for piece in &reply.pieces {
        match piece {
            Piece::Text(words) => words.iter().for_each(|word| say(json!({"content": word}))),
            Piece::Thinking(text) => say(json!({"reasoning_content": text})),
            Piece::Refusal(text) => say(json!({"refusal": text})),
            Piece::ToolCall(id, name, arguments) => {
                say(json!({"tool_calls": [{
                    "index": call, "id": id, "type": "function", "function": {"name": name, "arguments": ""},
                }]}));
                for portion in portions(arguments) {
                    say(
                        json!({"tool_calls": [{"index": call, "function": {"arguments": portion}}]}),
                    );
                }
                call += 1;
            }
        }
    }
    out.push((Part::Closing, framed(&chunk(json!({}), finish(reply)))));
    if ask.usage {
        let mut last = chunk(json!({}), Value::Null);
        last["choices"] = json!([]);
        last["usage"] = usage(&reply.usage);
        out.push((Part::Closing, framed(&last)));
    }
    if end_mark {
        out.push((Part::End, "data: [DONE]\n\n".to_owned()));
    }
    out
}

fn framed(value: &Value) -> String {
    format!("data: {value}\n\n")
}

/// Arguments in two portions, as they arrive from a model.
pub(super) fn portions(text: &str) -> Vec<&str> {
    let half = (text.len() / 2..=text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    [&text[..half], &text[half..]]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect()
}

fn finish(reply: &Reply) -> Value {
    let calls = reply
        .pieces
        .iter()
        .any(|piece| matches!(piece, Piece::ToolCall(..)));
    json!(match reply.stop {
        Some("max_tokens" | "model_context_window_exceeded") => "length",
        Some("content_filter") => "content_filter",
        _ if calls => "tool_calls",
        _ => "stop",
    })
}

fn usage(usage: &Usage) -> Value {
    let input = usage.input + usage.cache_read + usage.cache_write;
    let output = usage.output;
    json!({
        "prompt_tokens": input,
        "completion_tokens": output,
        "total_tokens": input + output,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning, "audio_tokens": 0},
    })
}
