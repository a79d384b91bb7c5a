//! Generated content, whole, as events, and as an array that grows.

use base64::Engine as _;
use serde_json::{Value, json};

use crate::fake::script::{Part, Piece, Reply};
use crate::fake::vendor::Ask;

/// What stands in for a signature that was lost.
pub(super) const ANY_SIGNATURE: &str = "skip_thought_signature_validator";
const ISSUED: &str = "pond-gemini-";

/// The signature that the fake gives a part, and takes back.
pub fn sign(what: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(format!("{ISSUED}{what}"))
}

/// Whether the fake gave that signature.
pub(super) fn is_issued(signature: &str) -> bool {
    base64::engine::general_purpose::STANDARD
        .decode(signature)
        .is_ok_and(|bytes| bytes.starts_with(ISSUED.as_bytes()))
}

/// The whole answer.
pub(super) fn whole(ask: &Ask, reply: &Reply, serial: u64) -> Value {
    let parts: Vec<Value> = chunks(ask, reply).concat();
    response(ask, reply, parts, true, serial)
}

/// The answer in events. The last one says why it stopped; there is no end mark.
pub(super) fn events(ask: &Ask, reply: &Reply, serial: u64) -> Vec<(Part, String)> {
    pieces(ask, reply, serial)
        .into_iter()
        .map(|(part, piece)| (part, format!("data: {piece}\n\n")))
        .collect()
}

/// The answer as an array.
pub(super) fn array(ask: &Ask, reply: &Reply, serial: u64) -> Vec<(Part, String)> {
    let mut out: Vec<(Part, String)> = pieces(ask, reply, serial)
        .into_iter()
        .enumerate()
        .map(|(n, (part, piece))| {
            (
                part,
                format!("{}{piece}\n", if n == 0 { "[" } else { ",\n" }),
            )
        })
        .collect();
    out.push((Part::End, "]".to_owned()));
    out
}

fn pieces(ask: &Ask, reply: &Reply, serial: u64) -> Vec<(Part, Value)> {
    let mut out: Vec<(Part, Value)> = chunks(ask, reply)
        .into_iter()
        .map(|parts| (Part::Content, response(ask, reply, parts, false, serial)))
        .collect();
    let last = vec![json!({"text": ""})];
    out.push((Part::Closing, response(ask, reply, last, true, serial)));
    out
}

/// The parts of each chunk.
fn chunks(ask: &Ask, reply: &Reply) -> Vec<Vec<Value>> {
    let third = ask.model.starts_with("gemini-3");
    let mut signed = false;
    let mut out = Vec::new();
    for piece in &reply.pieces {
        match piece {
            Piece::Text(words) => out.extend(words.iter().map(|word| vec![json!({"text": word})])),
            Piece::Refusal(text) => out.push(vec![json!({"text": text})]),
            Piece::Thinking(text) => out.push(vec![json!({"text": text, "thought": true})]),
            Piece::ToolCall(id, name, arguments) => {
                let args: Value = serde_json::from_str(arguments).unwrap_or_else(|_| json!({}));
                let mut part = json!({"functionCall": {"name": name, "args": args}});
                if third {
                    part["functionCall"]["id"] = json!(id);
                }
                // Of parallel calls the first one bears the signature.
                if third && !signed {
                    part["thoughtSignature"] = json!(sign(name));
                    signed = true;
                }
                out.push(vec![part]);
            }
        }
    }
    out
}

fn response(ask: &Ask, reply: &Reply, parts: Vec<Value>, last: bool, serial: u64) -> Value {
    let usage = &reply.usage;
    let prompt = usage.input + usage.cache_read + usage.cache_write;
    let mut candidate = json!({"content": {"role": "model", "parts": parts}, "index": 0});
    if last {
        candidate["finishReason"] = json!(match reply.stop {
            Some("max_tokens" | "model_context_window_exceeded") => "MAX_TOKENS",
            Some("content_filter" | "refusal") => "SAFETY",
            _ => "STOP",
        });
    }
    json!({
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": prompt,
            "candidatesTokenCount": usage.output - usage.reasoning,
            "thoughtsTokenCount": usage.reasoning,
            "cachedContentTokenCount": usage.cache_read,
            "totalTokenCount": prompt + usage.output,
        },
        "modelVersion": ask.model,
        "responseId": format!("pond-{serial}"),
    })
}

/// Embeddings whose first number is the text's length.
pub(super) fn embeddings(ask: &Ask) -> Value {
    let one = |request: &Value| {
        let text = request["content"]["parts"][0]["text"]
            .as_str()
            .unwrap_or_default();
        json!({"values": [text.len() as f64 / 1024.0, 0.5, 0.5, 0.5]})
    };
    match ask.body["requests"].as_array() {
        Some(requests) => json!({"embeddings": requests.iter().map(one).collect::<Vec<_>>()}),
        None => json!({"embedding": one(&ask.body)}),
    }
}
