//! A stream as the vendor's Python SDK puts it together (`lib/streaming/_deltas.py`), and sent back as it stands.

use chat::{Delta, Dialect, Event, Opened, Part, Request, Signature, Thinking, ToolCall, ToolKind};
use serde_json::{Map, Value, json};

use super::writing::{back, bytes};

/// Texts are joined, objects merged, and elements of lists found by their `index`.
fn join(all: &mut Map<String, Value>, delta: Map<String, Value>) {
    for (key, value) in delta {
        match (all.get_mut(&key), value) {
            (Some(Value::String(text)), Value::String(more)) if key != "type" => {
                text.push_str(&more);
            }
            (Some(Value::Object(fields)), Value::Object(more)) => join(fields, more),
            (Some(Value::Array(list)), Value::Array(more)) => {
                for element in more {
                    let index = element["index"].as_u64().unwrap();
                    match list.iter_mut().find(|one| one["index"] == index) {
                        Some(Value::Object(one)) => join(one, element.as_object().unwrap().clone()),
                        _ => list.push(element),
                    }
                }
            }
            (_, value) => {
                all.insert(key, value);
            }
        }
    }
}

fn message(events: &[Event<'_>]) -> Value {
    let stream = String::from_utf8(bytes(events, &back(Request::default()))).unwrap();
    let mut message = Map::new();
    for data in stream.split_terminator("\n\n") {
        let chunk = data.strip_prefix("data: ").unwrap();
        let chunk: Value = serde_json::from_str(chunk).unwrap();
        let delta = chunk["choices"][0]["delta"].as_object().unwrap();
        join(&mut message, delta.clone());
    }
    Value::Object(message)
}

#[test]
fn t5_seals_of_a_stream_return_with_the_message() {
    let seal = |value: &str| Signature {
        dialect: Dialect::Anthropic,
        value: value.to_owned(),
    };
    let sign = |value: &str| Event::Delta(Delta::Signature(seal(value)));
    let thought = |redacted| Event::Open {
        index: 0,
        part: Opened::Thinking { redacted, id: None },
    };
    let call = |id: &'static str| Event::Open {
        index: 0,
        part: Opened::ToolCall {
            id: id.into(),
            name: "f".into(),
            kind: ToolKind::Function,
            item_id: None,
        },
    };
    let text = |text: &'static str| Event::Delta(Delta::Text(text.into()));
    let close = || Event::Close { index: 0 };
    let message = message(&[
        Event::Start {
            id: None,
            model: None,
            created: None,
        },
        thought(false),
        text("one "),
        text("two"),
        sign("A"),
        close(),
        thought(true),
        sign("B"),
        close(),
        thought(false),
        text("three"),
        sign("C"),
        close(),
        call("1"),
        Event::Delta(Delta::Arguments("{\"a\"".into())),
        Event::Delta(Delta::Arguments(":1}".into())),
        sign("D"),
        close(),
        call("2"),
        close(),
    ]);
    let body = json!({ "model": "m", "messages": [message] }).to_string();
    let request = crate::read_request(Dialect::OpenaiChat, body.as_bytes()).unwrap();
    let thought = |text: &str, value: &str, redacted| {
        Part::Thinking(Thinking {
            text: text.to_owned(),
            signature: Some(seal(value)),
            redacted,
            id: None,
        })
    };
    let call = |id: &str, arguments: &str, signature| {
        Part::ToolCall(ToolCall {
            id: id.to_owned(),
            name: "f".to_owned(),
            arguments: arguments.to_owned(),
            signature,
            ..ToolCall::default()
        })
    };
    assert_eq!(
        request.messages[0].parts,
        [
            thought("one two", "A", false),
            thought("", "B", true),
            thought("three", "C", false),
            call("1", "{\"a\":1}", Some(seal("D"))),
            call("2", "{}", None),
        ]
    );
}
