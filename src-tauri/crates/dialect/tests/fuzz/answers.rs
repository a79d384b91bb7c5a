//! Whole answers, and refusals.

use bytes::Bytes;
use chat::Dialect;
use dialect::{
    Fault, FaultKind, code_assist, read_error, read_facts, translate_reply, write_fault,
};

use crate::corpus::{self, Seed};
use crate::{SPOKEN, assert_json, back, feed};

fn read(dialect: Dialect, body: &[u8]) {
    let _ = read_facts(dialect, body);
    if dialect == Dialect::Gemini {
        let _ = code_assist::unwrap_reply(&Bytes::copy_from_slice(body));
    }
    for client in SPOKEN {
        match translate_reply(dialect, client, body, &back(None)) {
            Ok(told) => assert_json(&told.body),
            Err(malformed) => assert!(!malformed.message.is_empty()),
        }
    }
}

fn run(dialect: Dialect, name: &str) {
    feed(&corpus::of(dialect, &[name]), |bytes, _| {
        read(dialect, bytes)
    });
}

#[test]
fn no_bytes_break_replies_of_openai_chat() {
    run(Dialect::OpenaiChat, "reply.json");
}

#[test]
fn no_bytes_break_replies_of_openai_responses() {
    run(Dialect::OpenaiResponses, "reply.json");
}

#[test]
fn no_bytes_break_replies_of_anthropic() {
    run(Dialect::Anthropic, "reply.json");
}

#[test]
fn no_bytes_break_replies_of_gemini() {
    run(Dialect::Gemini, "reply.json");
}

#[test]
fn no_bytes_break_replies_of_kiro() {
    run(Dialect::Kiro, "stream.events");
}

/// Refusals as vendors and relays word them.
const REFUSALS: [&str; 9] = [
    r#"{"error":{"message":"m","type":"invalid_request_error","param":"p","code":"c"}}"#,
    r#"{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}},"request_id":"r"}"#,
    r#"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"@type":"t","reason":"QUOTA_EXHAUSTED","metadata":{"model":"m"}},{"violations":[{"quotaId":"PerDay"}]}]}}"#,
    r#"[{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}]"#,
    r#"{"detail":[{"loc":["body"],"msg":"m","type":"missing"}]}"#,
    r#"{"code":401,"msg":"m"}"#,
    r#"{"error":"access_denied","error_description":"m"}"#,
    r#"{"message":"m","reason":"MONTHLY_REQUEST_COUNT","__type":"ServiceQuotaExceededException"}"#,
    "<html><body>blocked</body></html>",
];

#[test]
fn no_bytes_break_refusals() {
    let corpus: Vec<Seed> = REFUSALS
        .iter()
        .map(|text| Seed::Json(text.as_bytes().to_vec()))
        .collect();
    feed(&corpus, |bytes, _| {
        let Some(error) = read_error(bytes) else {
            return;
        };
        let fault = Fault {
            status: 502,
            kind: FaultKind::Upstream,
            message: error.message,
            code: error.code,
            param: error.param,
            request_id: "r".to_owned(),
        };
        for client in SPOKEN {
            assert_json(&write_fault(client, &fault));
        }
    });
}
