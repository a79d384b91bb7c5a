//! Words, names, ids and JSON.

use chat::{Dialect, Signature, Thinking, ToolCall, ToolKind};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Words with everything that JSON and frames have to escape; never only white space, which some vendors refuse.
pub(crate) fn words() -> impl Strategy<Value = String> {
    pieces().prop_filter("only white space", |text| !text.trim().is_empty())
}

fn pieces() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z ]{1,20}",
        2 => prop::collection::vec(
            prop::sample::select(vec![
                "a", "é", "🦀", "日本", "\n", "\r\n", "\"", "\\", "\t", "\u{0}", "\u{2028}", "data: ", "[DONE]",
                "</think>", "\n\n", "{", "}", "event: message_stop",
            ]),
            1..8,
        ).prop_map(|pieces| pieces.concat()),
    ]
}

/// A tool's name that every vendor takes.
pub(crate) fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z_][a-zA-Z0-9_]{0,15}"
}

/// A call's id.
pub(crate) fn id() -> impl Strategy<Value = String> {
    "call_[a-zA-Z0-9]{8}"
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (-1000..1000_i32).prop_map(|number| Value::from(f64::from(number) / 8.0)),
        words().prop_map(Value::from),
    ]
}

/// Any JSON.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,5}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A JSON object.
pub(crate) fn object() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("[a-z]{1,5}", json(), 0..4)
        .prop_map(|map| map.into_iter().collect())
}

/// A call of a function, arguments whole.
pub(crate) fn call() -> impl Strategy<Value = ToolCall> {
    (id(), name(), object()).prop_map(|(id, name, arguments)| ToolCall {
        id,
        name,
        arguments: Value::Object(arguments).to_string(),
        kind: ToolKind::Function,
        ..ToolCall::default()
    })
}

/// A signature of a dialect that signs.
pub(crate) fn signature() -> impl Strategy<Value = Signature> {
    let signer = prop::sample::select(vec![
        Dialect::Anthropic,
        Dialect::Gemini,
        Dialect::OpenaiResponses,
    ]);
    (signer, "[A-Za-z0-9+/]{12}").prop_map(|(dialect, value)| Signature { dialect, value })
}

/// A thought, signed or not.
pub(crate) fn thinking() -> impl Strategy<Value = Thinking> {
    (words(), prop::option::of(signature())).prop_map(|(text, signature)| Thinking {
        text,
        signature,
        ..Thinking::default()
    })
}
