//! A message, whole and as a stream.

use base64::Engine as _;
use serde_json::{Value, json};

use crate::fake::script::{Part, Piece, Reply, Usage};
use crate::fake::vendor::Ask;

/// The signature that the fake gives a thought, and takes for it.
pub fn sign(thought: &str) -> String {
    // FNV-1a: another thought, another signature.
    let hash = thought
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    base64::engine::general_purpose::STANDARD
        .encode(format!("pond-anthropic-{hash:016x}-{}", "s".repeat(40)))
}

/// The whole answer.
pub(super) fn whole(ask: &Ask, reply: &Reply, serial: u64) -> Value {
    let content: Vec<Value> = reply
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(words) => json!({"type": "text", "text": words.concat()}),
            Piece::Refusal(text) => json!({"type": "text", "text": text}),
            Piece::Thinking(text) => {
                json!({"type": "thinking", "thinking": text, "signature": sign(text)})
            }
            Piece::ToolCall(id, name, arguments) => {
                let input: Value = serde_json::from_str(arguments).unwrap_or_else(|_| json!({}));
                json!({"type": "tool_use", "id": id, "name": name, "input": input})
            }
        })
        .collect();
    let mut message = opening(ask, &reply.usage, serial);
    message["content"] = json!(content);
    message["stop_reason"] = json!(stop(reply));
    message["stop_sequence"] = sequence(ask, reply);
    message["usage"]["output_tokens"] = json!(reply.usage.output);
    message
}

/// The answer in events.
pub(super) fn events(ask: &Ask, reply: &Reply, serial: u64) -> Vec<(Part, String)> {
    let mut out = Vec::new();
    let mut send = |part: Part, name: &str, data: Value| {
        let mut event = json!({ "type": name });
        for (key, value) in data.as_object().expect("an object") {
            event[key] = value.clone();
        }
        out.push((part, format!("event: {name}\ndata: {event}\n\n")));
    };
    send(
        Part::Lifecycle,
        "message_start",
        json!({"message": opening(ask, &reply.usage, serial)}),
    );
    for (n, piece) in reply.pieces.iter().enumerate() {
        let (block, deltas) = block(piece);
        send(
            Part::Lifecycle,
            "content_block_start",
            json!({"index": n, "content_block": block}),
        );
        if n == 0 {
            send(Part::Lifecycle, "ping", json!({}));
        }
        for delta in deltas {
            send(
                Part::Content,
                "content_block_delta",
                json!({"index": n, "delta": delta}),
            );
        }
        send(Part::Closing, "content_block_stop", json!({"index": n}));
    }
    let delta = json!({"stop_reason": stop(reply), "stop_sequence": sequence(ask, reply)});
    let usage = json!({
        "input_tokens": reply.usage.input,
        "cache_creation_input_tokens": reply.usage.cache_write,
        "cache_read_input_tokens": reply.usage.cache_read,
        "output_tokens": reply.usage.output,
    });
    send(
        Part::Closing,
        "message_delta",
        json!({"delta": delta, "usage": usage}),
    );
    send(Part::End, "message_stop", json!({}));
    out
}

/// A block as it is opened, and what then comes of it.
fn block(piece: &Piece) -> (Value, Vec<Value>) {
    let text = |words: &[String]| {
        let deltas = words
            .iter()
            .map(|word| json!({"type": "text_delta", "text": word}));
        (json!({"type": "text", "text": ""}), deltas.collect())
    };
    match piece {
        Piece::Text(words) => text(words),
        Piece::Refusal(words) => text(std::slice::from_ref(words)),
        Piece::Thinking(thought) => (
            json!({"type": "thinking", "thinking": "", "signature": ""}),
            vec![
                json!({"type": "thinking_delta", "thinking": thought}),
                json!({"type": "signature_delta", "signature": sign(thought)}),
            ],
        ),
        Piece::ToolCall(id, name, arguments) => {
            let half = (arguments.len() / 2..=arguments.len())
                .find(|at| arguments.is_char_boundary(*at))
                .unwrap_or(0);
            // The service opens with an empty portion; a call without arguments has no other.
            let portions = ["", &arguments[..half], &arguments[half..]];
            let said = portions
                .iter()
                .enumerate()
                .filter(|(n, portion)| *n == 0 || !portion.is_empty());
            (
                json!({"type": "tool_use", "id": id, "name": name, "input": {}}),
                said.map(
                    |(_, portion)| json!({"type": "input_json_delta", "partial_json": portion}),
                )
                .collect(),
            )
        }
    }
}

fn opening(ask: &Ask, usage: &Usage, serial: u64) -> Value {
    json!({
        "id": format!("msg_pond_{serial}"),
        "type": "message",
        "role": "assistant",
        "model": ask.model,
        "content": [],
        "stop_reason": null,
        "stop_sequence": null,
        "usage": {
            "input_tokens": usage.input,
            "cache_creation_input_tokens": usage.cache_write,
            "cache_read_input_tokens": usage.cache_read,
            "output_tokens": 1,
            "service_tier": "standard",
        },
    })
}

fn stop(reply: &Reply) -> &'static str {
    let calls = reply
        .pieces
        .iter()
        .any(|piece| matches!(piece, Piece::ToolCall(..)));
    match reply.stop {
        Some("content_filter") => "refusal",
        Some(stop) => stop,
        None if calls => "tool_use",
        None => "end_turn",
    }
}

fn sequence(ask: &Ask, reply: &Reply) -> Value {
    match reply.stop {
        Some("stop_sequence") => ask.body["stop_sequences"][0].clone(),
        _ => Value::Null,
    }
}
