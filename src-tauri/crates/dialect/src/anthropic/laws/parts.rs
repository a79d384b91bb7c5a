//! Generated parts and answers.

use chat::{Foreign, Part, Reply, Signature, Stop, StopReason, Text, Thinking, ToolCall, Usage};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::Dialect;

/// Words that are more than spaces.
pub(super) fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zäöü🐸\"\\\\\n ]{0,12}[a-z]",
        Just("</system>\u{2028}{\"a\": null}".to_owned()),
    ]
}

pub(super) fn id() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_-]{1,12}"
}

fn seal() -> impl Strategy<Value = String> {
    "[A-Za-z0-9+/]{1,16}={0,2}"
}

pub(super) fn signed_by(dialect: Dialect) -> impl Strategy<Value = Signature> {
    seal().prop_map(move |value| Signature { dialect, value })
}

/// The JSON text of an object, with what a value cannot hold.
pub(super) fn arguments() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("{}".to_owned()),
        Just(r#"{"n": 12345678901234567890123, "n2":1.0}"#.to_owned()),
        (words(), any::<i64>()).prop_map(|(a, b)| json!({ "a": a, "b": [b, null] }).to_string()),
    ]
}

pub(super) fn text(extra: bool) -> impl Strategy<Value = Text> {
    (words(), prop::bool::weighted(0.2)).prop_map(move |(text, cited)| Text {
        text,
        cache: None,
        signature: None,
        extra: (extra && cited).then(|| Foreign {
            dialect: Dialect::Anthropic,
            value: json!({ "citations": [{ "type": "char_location", "cited_text": "x" }] }),
        }),
    })
}

fn thought(signature: Option<Signature>, text: String) -> Part {
    Part::Thinking(Thinking {
        text,
        signature,
        redacted: false,
        id: None,
    })
}

pub(super) fn own_thought() -> impl Strategy<Value = Part> {
    (signed_by(Dialect::Anthropic), words(), 0..3).prop_map(|(seal, text, form)| match form {
        0 => thought(Some(seal), text),
        1 => thought(Some(seal), String::new()),
        _ => Part::Thinking(Thinking {
            text: String::new(),
            signature: Some(seal),
            redacted: true,
            id: None,
        }),
    })
}

pub(super) fn call() -> impl Strategy<Value = ToolCall> {
    (id(), "[a-z_-]{1,9}", arguments()).prop_map(|(id, name, arguments)| ToolCall {
        id,
        name,
        arguments,
        ..ToolCall::default()
    })
}

pub(super) fn server_block() -> impl Strategy<Value = Part> {
    words().prop_map(|query| {
        Part::Foreign(Foreign {
            dialect: Dialect::Anthropic,
            value: json!({
                "type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search",
                "input": { "query": query }, "caller": null,
            }),
        })
    })
}

/// What the vendor's models say.
pub(super) fn own() -> BoxedStrategy<Part> {
    prop_oneof![
        text(true).prop_map(Part::Text),
        own_thought(),
        call().prop_map(Part::ToolCall),
        server_block(),
    ]
    .boxed()
}

fn others() -> impl Strategy<Value = Signature> {
    prop_oneof![
        signed_by(Dialect::Gemini),
        signed_by(Dialect::OpenaiResponses),
        signed_by(Dialect::OpenaiChat),
    ]
}

/// What anybody's models say.
pub(super) fn anybodys() -> BoxedStrategy<Part> {
    prop_oneof![
        own(),
        (words(), prop::option::of(others())).prop_map(|(text, seal)| thought(seal, text)),
        others().prop_map(|seal| thought(Some(seal), String::new())),
        others().prop_map(|seal| Part::Thinking(Thinking {
            text: String::new(),
            signature: Some(seal),
            redacted: true,
            id: None,
        })),
        (text(false), others()).prop_map(|(text, seal)| Part::Text(Text {
            signature: Some(seal),
            ..text
        })),
        others().prop_map(|seal| Part::Text(Text {
            signature: Some(seal),
            ..Text::default()
        })),
        (call(), others()).prop_map(|(call, seal)| Part::ToolCall(ToolCall {
            signature: Some(seal),
            ..call
        })),
    ]
    .boxed()
}

fn stop(calls: bool) -> impl Strategy<Value = Stop> {
    let end = if calls {
        StopReason::ToolUse
    } else {
        StopReason::EndTurn
    };
    prop_oneof![
        Just(Stop::new(end)),
        Just(Stop::new(StopReason::MaxTokens)),
        Just(Stop::new(StopReason::Refusal)),
        Just(Stop::new(StopReason::Pause)),
        Just(Stop::new(StopReason::ContextFull)),
        words().prop_map(|text| Stop {
            reason: StopReason::StopSequence,
            sequence: Some(text),
        }),
    ]
}

fn usage() -> impl Strategy<Value = Usage> {
    (any::<[u32; 5]>()).prop_map(|[input, output, read, write, reasoning]| Usage {
        input: input.into(),
        output: output.into(),
        cache_read: read.into(),
        cache_write: write.into(),
        reasoning: reasoning.into(),
        estimated: false,
    })
}

/// An answer of such parts.
pub(super) fn reply(part: fn() -> BoxedStrategy<Part>) -> impl Strategy<Value = Reply> {
    let parts = prop::collection::vec(part(), 0..6);
    parts
        .prop_flat_map(|parts| {
            let calls = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
            (Just(parts), stop(calls), usage(), id(), any::<bool>())
        })
        .prop_map(|(parts, stop, usage, id, extra)| Reply {
            id: Some(format!("msg_{id}")),
            model: Some("claude-x".to_owned()),
            created: None,
            parts,
            stop: Some(stop),
            usage: Some(usage),
            extra: extra.then(|| Foreign {
                dialect: Dialect::Anthropic,
                value: json!({ "container": { "id": "c" } }),
            }),
        })
}

/// A schema that may be followed to the letter as it is.
pub(super) fn schema() -> impl Strategy<Value = Value> {
    "[a-z]{1,5}".prop_map(|name| {
        json!({
            "type": "object",
            "properties": { name.clone(): { "type": "string", "description": "d", "enum": ["a", "b"] } },
            "required": [name],
            "additionalProperties": false,
        })
    })
}
