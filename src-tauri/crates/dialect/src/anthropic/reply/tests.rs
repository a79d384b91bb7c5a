use std::sync::Arc;

use chat::{Request, Text};
use serde_json::{Value, json};

use super::*;

fn back() -> Back {
    Back {
        request: Arc::new(Request {
            model: "asked".to_owned(),
            ..Request::default()
        }),
        names: Names::default(),
        id: "7f".to_owned(),
        created: 0,
        asked: None,
    }
}

fn told(reply: &Reply) -> (Value, Vec<Loss>) {
    let (body, losses) = write(reply, &back());
    (serde_json::from_slice(&body).unwrap(), losses)
}

#[test]
fn an_answer_is_read() {
    let reply = read(
        br#"{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","container":null,
        "content":[{"type":"text","text":"a","citations":null},{"type":"tool_use","id":"t","name":"n","input":{"a":1.0}}],
        "stop_reason":"stop_sequence","stop_sequence":"END",
        "usage":{"input_tokens":1,"cache_creation_input_tokens":null,"cache_read_input_tokens":3,"output_tokens":4,"output_tokens_details":{"thinking_tokens":2}},
        "stop_details":{"type":"refusal"}}"#,
    )
    .unwrap();
    assert_eq!(reply.id.as_deref(), Some("msg_1"));
    assert_eq!(
        reply.parts,
        [
            Part::text("a"),
            Part::ToolCall(ToolCall {
                id: "t".to_owned(),
                name: "n".to_owned(),
                arguments: "{\"a\":1.0}".to_owned(),
                ..ToolCall::default()
            })
        ]
    );
    assert_eq!(
        reply.stop,
        Some(Stop {
            reason: StopReason::StopSequence,
            sequence: Some("END".to_owned())
        })
    );
    assert_eq!(
        reply.usage,
        Some(Usage {
            input: 1,
            output: 4,
            cache_read: 3,
            cache_write: 0,
            reasoning: 2,
            estimated: false
        })
    );
    assert_eq!(
        reply.extra.unwrap().value,
        json!({ "stop_details": { "type": "refusal" } })
    );
}

#[test]
fn s2_what_is_no_answer_is_said_to_be_none() {
    for (body, says) in [
        (&br#"{"content":[{"type":"text","te"#[..], "cut or no JSON"),
        (b"<html>", "cut or no JSON"),
        (b"{}", "no content"),
        (br#"{"content":7}"#, "content"),
        (br#"{"content":[{"type":"text"}]}"#, "content[0].text"),
        (br#"{"content":[],"usage":7}"#, "usage"),
        (
            br#"{"type":"error","error":{"type":"x","message":"busy"}}"#,
            "busy",
        ),
    ] {
        let message = read(body).unwrap_err().message;
        assert!(message.contains(says), "{message}");
    }
}

#[test]
fn an_answer_of_another_dialect_is_told() {
    let gemini = |value: &str| {
        Some(Signature {
            dialect: Dialect::Gemini,
            value: value.to_owned(),
        })
    };
    let reply = Reply {
        parts: vec![
            Part::Thinking(Thinking {
                text: "hm".to_owned(),
                ..Thinking::default()
            }),
            Part::Text(Text::default()),
            Part::Refusal("no".to_owned()),
            Part::ToolCall(ToolCall {
                id: "call_1".to_owned(),
                name: "n".to_owned(),
                arguments: String::new(),
                signature: gemini("g"),
                ..ToolCall::default()
            }),
            Part::Image(chat::Media::new(chat::Source::Url("u".to_owned()), None)),
        ],
        stop: Some(Stop::new(StopReason::EndTurn)),
        ..Reply::default()
    };
    let (body, losses) = told(&reply);
    assert_eq!(losses.len(), 1);
    assert_eq!(
        body,
        json!({
            "id": "msg_7f", "type": "message", "role": "assistant", "model": "asked",
            "content": [
                { "type": "thinking", "thinking": "hm", "signature": "mp1.unsigned." },
                { "type": "text", "text": "no" },
                { "type": "redacted_thinking", "data": "mp1.gemini.>g" },
                { "type": "tool_use", "id": "call_1", "name": "n", "input": {} },
            ],
            "stop_reason": "tool_use", "stop_sequence": null,
            "usage": { "input_tokens": 0, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 0 },
        })
    );
}

#[test]
fn a_word_of_another_dialect_is_an_end() {
    let reply = Reply {
        stop: Some(Stop::new(StopReason::Other("RECITATION".to_owned()))),
        ..Reply::default()
    };
    assert_eq!(told(&reply).0["stop_reason"], "end_turn");
}
