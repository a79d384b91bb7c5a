//! A client's streams.

use chat::{Delta, Dialect, Event, Opened, Request, Signature, Stop, StopReason, ToolKind, Usage};
use serde_json::{Value, json};

use super::super::Writer;
use crate::names::Names;
use crate::translate::Back;

pub(super) fn back(request: Request) -> Back {
    Back {
        request: request.into(),
        names: Names::default(),
        id: "x1".to_owned(),
        created: 5,
        asked: None,
    }
}

pub(super) fn bytes(events: &[Event<'_>], back: &Back) -> Vec<u8> {
    let mut writer = Writer::new(back);
    let mut out = Vec::new();
    for event in events {
        writer.write(event, &mut out);
    }
    out
}

/// The chunks of a stream, and whether its end mark came.
fn chunks(events: &[Event<'_>], request: Request) -> (Vec<Value>, bool) {
    let text = String::from_utf8(bytes(events, &back(request))).unwrap();
    let mut done = false;
    let mut chunks = Vec::new();
    for frame in text.split_terminator("\n\n") {
        assert!(!done, "{frame} after the end");
        let data = frame.strip_prefix("data: ").unwrap();
        done = data == "[DONE]";
        if !done {
            chunks.push(serde_json::from_str(data).unwrap());
        }
    }
    (chunks, done)
}

fn deltas(events: &[Event<'_>], request: Request) -> Vec<Value> {
    let (chunks, _) = chunks(events, request);
    chunks
        .into_iter()
        .map(|mut chunk| chunk["choices"][0]["delta"].take())
        .collect()
}

fn start() -> Event<'static> {
    Event::Start {
        id: None,
        model: None,
        created: None,
    }
}

fn called(id: &'static str, kind: ToolKind) -> Event<'static> {
    let part = Opened::ToolCall {
        id: id.into(),
        name: "f".into(),
        kind,
        item_id: None,
    };
    Event::Open { index: 0, part }
}

fn asked() -> Request {
    Request {
        model: "asked".to_owned(),
        wants_usage: true,
        ..Request::default()
    }
}

#[test]
fn t3_a_stream_has_the_vendors_shape() {
    let events = [
        start(),
        Event::Open {
            index: 0,
            part: Opened::Text,
        },
        Event::Delta(Delta::Text("a\"\n".into())),
        Event::Close { index: 0 },
        Event::Usage(Usage {
            input: 3,
            output: 4,
            ..Usage::default()
        }),
        Event::Stop(Stop::new(StopReason::EndTurn)),
        Event::End,
    ];
    let (written, done) = chunks(&events, asked());
    assert!(done);
    let chunk = |delta: Value, reason: Value| {
        json!({"id":"chatcmpl-x1","object":"chat.completion.chunk","created":5,"model":"asked","usage":null,
            "choices":[{"index":0,"delta":delta,"logprobs":null,"finish_reason":reason}]})
    };
    assert_eq!(
        written[0],
        chunk(json!({"role":"assistant","content":""}), json!(null))
    );
    assert_eq!(written[1], chunk(json!({"content":"a\"\n"}), json!(null)));
    assert_eq!(written[2], chunk(json!({}), json!("stop")));
    assert_eq!(written[3]["choices"], json!([]));
    assert_eq!(written[3]["usage"]["total_tokens"], 7);
    assert_eq!(written.len(), 4);
    // Who did not ask for usage gets none.
    let (written, done) = chunks(&events, Request::default());
    assert!(done && written.len() == 3);
    assert!(written.iter().all(|chunk| chunk.get("usage").is_none()));
}

#[test]
fn s2_a_stream_without_its_end_has_no_mark() {
    let (_, done) = chunks(
        &[start(), Event::Stop(Stop::new(StopReason::EndTurn))],
        asked(),
    );
    assert!(!done);
    let (_, done) = chunks(
        &[start(), Event::Error(chat::StreamError::default())],
        asked(),
    );
    assert!(!done);
}

#[test]
fn t1_calls_are_numbered_and_named_first() {
    let written = deltas(
        &[
            start(),
            called("1", ToolKind::Function),
            Event::Delta(Delta::Arguments("{\"a\"".into())),
            Event::Delta(Delta::Arguments(":1}".into())),
            Event::Close { index: 0 },
            called("2", ToolKind::Custom),
            Event::Delta(Delta::Arguments("free".into())),
            Event::Close { index: 1 },
            called("3", ToolKind::Function),
            Event::Close { index: 2 },
            Event::Stop(Stop::new(StopReason::EndTurn)),
        ],
        asked(),
    );
    let calls: Vec<Value> = written
        .into_iter()
        .filter_map(|mut delta| delta.get_mut("tool_calls").map(|calls| calls[0].take()))
        .collect();
    assert_eq!(
        calls,
        [
            json!({"index":0,"id":"1","type":"function","function":{"name":"f","arguments":""}}),
            json!({"index":0,"function":{"arguments":"{\"a\""}}),
            json!({"index":0,"function":{"arguments":":1}"}}),
            json!({"index":1,"id":"2","type":"custom","custom":{"name":"f","input":""}}),
            json!({"index":1,"custom":{"input":"free"}}),
            json!({"index":2,"id":"3","type":"function","function":{"name":"f","arguments":""}}),
            json!({"index":2,"function":{"arguments":"{}"}}),
        ]
    );
}

#[test]
fn t5_seals_go_out_with_their_origin() {
    let seal = |dialect, value: &str| {
        Event::Delta(Delta::Signature(Signature {
            dialect,
            value: value.to_owned(),
        }))
    };
    let thought = |redacted| Event::Open {
        index: 0,
        part: Opened::Thinking { redacted, id: None },
    };
    let written = deltas(
        &[
            start(),
            thought(false),
            Event::Delta(Delta::Text("h".into())),
            Event::Delta(Delta::Text("m".into())),
            seal(Dialect::Anthropic, "SIG"),
            Event::Close { index: 0 },
            thought(true),
            seal(Dialect::Anthropic, "RED"),
            Event::Close { index: 1 },
            called("1", ToolKind::Function),
            Event::Delta(Delta::Arguments("{}".into())),
            seal(Dialect::Gemini, "G"),
            Event::Close { index: 2 },
        ],
        asked(),
    );
    assert_eq!(written[1], json!({"reasoning_content":"h"}));
    assert_eq!(
        written[3]["reasoning_details"],
        json!([
        {"type":"reasoning.text","signature":"mp1.anthropic.SIG","text":"hm","index":0}])
    );
    assert_eq!(
        written[4]["reasoning_details"],
        json!([
        {"type":"reasoning.encrypted","data":"mp1.anthropic.RED","index":1}])
    );
    assert_eq!(
        written.last().unwrap()["tool_calls"][0],
        json!({
        "index":0,"function":{"arguments":""},
        "extra_content":{"google":{"thought_signature":"mp1.gemini.G"}}})
    );
}

#[test]
fn a_client_of_the_old_fields_reads_the_old_fields() {
    let body =
        br#"{"model":"m","messages":[{"role":"user","content":"a"}],"functions":[{"name":"f"}]}"#;
    let request = crate::read_request(Dialect::OpenaiChat, body).unwrap();
    let events = [
        start(),
        called("1", ToolKind::Function),
        Event::Delta(Delta::Arguments("{}".into())),
        Event::Close { index: 0 },
        called("2", ToolKind::Function),
        Event::Close { index: 1 },
        Event::Stop(Stop::new(StopReason::ToolUse)),
    ];
    let (written, _) = chunks(&events, request);
    let deltas: Vec<&Value> = written
        .iter()
        .map(|chunk| &chunk["choices"][0]["delta"])
        .collect();
    assert_eq!(
        *deltas[1],
        json!({"function_call":{"name":"f","arguments":""}})
    );
    assert_eq!(*deltas[2], json!({"function_call":{"arguments":"{}"}}));
    assert_eq!(written[3]["choices"][0]["finish_reason"], "function_call");
    assert_eq!(written.len(), 4);
}
