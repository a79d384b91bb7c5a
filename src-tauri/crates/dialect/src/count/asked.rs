//! A count of tokens, asked of an upstream that has a call for it and told to a client.
//!
//! Anthropic: `POST /v1/messages/count_tokens` (npm `@anthropic-ai/sdk`, `MessageCountTokensParams`). Gemini:
//! `…:countTokens` (ai.google.dev, `/api/tokens`).

use chat::Request;
use serde_json::{Map, Value};

use crate::translate::{Target, Written, write_request};
use crate::{Dialect, Malformed};

/// What of a message Anthropic's count takes; anything else it refuses.
const COUNTED: [&str; 7] = [
    "model",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
];

/// Whether upstreams of this dialect count tokens when they are asked.
pub const fn counts_tokens(upstream: Dialect) -> bool {
    matches!(upstream, Dialect::Anthropic | Dialect::Gemini)
}

/// Writes the question how many tokens a request has. Asked of an upstream that [does not count](counts_tokens), it is the
/// request itself.
pub fn write_count_request(upstream: Dialect, request: &Request, target: &Target) -> Written {
    let mut written = write_request(upstream, request, target);
    match upstream {
        Dialect::Anthropic => {
            if let Ok(mut fields) = serde_json::from_slice::<Map<String, Value>>(&written.body) {
                fields.retain(|key, _| COUNTED.contains(&key.as_str()));
                written.body = Value::Object(fields).to_string().into_bytes();
            }
        }
        Dialect::Gemini => {
            let model = Value::from(resource(&target.model)).to_string();
            let fields = written.body.get(1..).unwrap_or_default();
            written.body = [
                br#"{"generateContentRequest":{"model":"#,
                model.as_bytes(),
                b",",
                fields,
                b"}",
            ]
            .concat();
        }
        _ => {}
    }
    written
}

/// Reads an upstream's answer.
///
/// # Errors
/// It holds no count.
pub fn read_count(upstream: Dialect, body: &[u8]) -> Result<u64, Malformed> {
    let name = field(upstream);
    let answer: Value = serde_json::from_slice(body)
        .map_err(|error| Malformed::new(format!("the count is no JSON: {error}")))?;
    let count = answer.get(name).and_then(Value::as_u64);
    count.ok_or_else(|| Malformed::new(format!("the answer has no `{name}`")))
}

/// Writes the answer for a client.
pub fn write_count(client: Dialect, tokens: u64) -> Vec<u8> {
    format!("{{\"{}\":{tokens}}}", field(client)).into_bytes()
}

const fn field(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Gemini | Dialect::Kiro => "totalTokens",
        _ => "input_tokens",
    }
}

/// A model's name as Gemini's bodies have it.
pub(crate) fn resource(model: &str) -> String {
    match model.split_once('/') {
        Some(("models" | "tunedModels", _)) => model.to_owned(),
        _ => format!("models/{model}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_count_request;
    use serde_json::json;

    fn target() -> Target {
        Target {
            model: "up".to_owned(),
            official_host: true,
            default_max_tokens: 10,
        }
    }

    fn asked(client: Dialect, upstream: Dialect, body: &Value) -> Value {
        let request = read_count_request(client, body.to_string().as_bytes()).unwrap();
        let written = write_count_request(upstream, &request, &target());
        serde_json::from_slice(&written.body).unwrap()
    }

    #[test]
    fn t7_a_count_is_asked_with_what_the_upstream_counts_and_nothing_else() {
        let body = json!({"model": "m", "system": "s", "messages": [{"role": "user", "content": "hi"}],
            "tools": [{"name": "f", "input_schema": {"type": "object"}}]});
        let up = asked(Dialect::Anthropic, Dialect::Gemini, &body);
        let inner = &up["generateContentRequest"];
        assert_eq!(up.as_object().unwrap().len(), 1);
        assert_eq!(inner["model"], "models/up");
        assert_eq!(inner["contents"][0]["parts"][0]["text"], "hi");
        assert_eq!(inner["systemInstruction"]["parts"][0]["text"], "s");
        assert!(inner["tools"].is_array());
        let body = json!({"generateContentRequest": {"model": "models/m", "contents": [{"parts": [{"text": "hi"}]}],
            "generationConfig": {"maxOutputTokens": 7, "temperature": 1.0, "stopSequences": ["x"]}}});
        let up = asked(Dialect::Gemini, Dialect::Anthropic, &body);
        let keys: Vec<_> = up.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["model", "messages"]);
    }

    #[test]
    fn t7_a_count_comes_back_in_the_clients_words() {
        let up = read_count(Dialect::Gemini, br#"{"totalTokens":7,"x":1}"#).unwrap();
        assert_eq!(
            write_count(Dialect::Anthropic, up),
            br#"{"input_tokens":7}"#
        );
        let up = read_count(Dialect::Anthropic, br#"{"input_tokens":8}"#).unwrap();
        assert_eq!(write_count(Dialect::Gemini, up), br#"{"totalTokens":8}"#);
        for odd in [&b"{}"[..], b"[", br#"{"totalTokens":"x"}"#] {
            assert!(read_count(Dialect::Gemini, odd).is_err());
        }
    }
}
