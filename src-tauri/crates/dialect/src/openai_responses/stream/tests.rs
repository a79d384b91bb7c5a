//! Streams: what a client is told, and what an upstream's events mean.

use std::sync::Arc;

use chat::{Delta, Event, Foreign, Opened, Request, Signature, Stop, StopReason, ToolKind, Usage};
use serde_json::{Value, json};

use super::{Reader, Writer};
use crate::names::Names;
use crate::sse::Frames;
use crate::translate::Back;
use crate::{Dialect, Malformed};

pub(crate) fn back(request: Request) -> Back {
    Back {
        request: Arc::new(request),
        names: Names::default(),
        id: "abc".to_owned(),
        created: 1_700_000_000,
        asked: None,
    }
}

/// What a client gets for these events.
pub(crate) fn written(events: &[Event<'_>], request: Request) -> Vec<u8> {
    let mut writer = Writer::new(&back(request));
    let mut out = Vec::new();
    for event in events {
        writer.write(event, &mut out);
    }
    out
}

/// The events of a stream.
pub(crate) fn read(stream: &[u8]) -> Result<Vec<Event<'static>>, Malformed> {
    let mut events = Vec::new();
    let mut reader = Reader::default();
    let mut frames = Frames::new();
    frames.push(stream)?;
    while let Some(frame) = frames.next() {
        reader.read(&frame, &mut |event| events.push(owned(event)))?;
    }
    reader.finish(&mut |event| events.push(owned(event)))?;
    Ok(events)
}

/// The data of a stream's events, each under its own name.
pub(crate) fn data(stream: &[u8]) -> Vec<Value> {
    let mut frames = Frames::new();
    frames.push(stream).unwrap();
    let mut all = Vec::new();
    while let Some(frame) = frames.next() {
        let value: Value = serde_json::from_slice(&frame.data).unwrap();
        assert_eq!(frame.event, value["type"].as_str());
        all.push(value);
    }
    all
}

fn kinds(data: &[Value]) -> Vec<&str> {
    data.iter()
        .map(|one| one["type"].as_str().unwrap())
        .collect()
}

pub(crate) fn owned(event: Event<'_>) -> Event<'static> {
    let own = |text: std::borrow::Cow<'_, str>| text.into_owned().into();
    match event {
        Event::Start { id, model, created } => Event::Start {
            id: id.map(own),
            model: model.map(own),
            created,
        },
        Event::Open { index, part } => Event::Open {
            index,
            part: match part {
                Opened::Text => Opened::Text,
                Opened::Refusal => Opened::Refusal,
                Opened::Foreign(foreign) => Opened::Foreign(foreign),
                Opened::Thinking { redacted, id } => Opened::Thinking {
                    redacted,
                    id: id.map(own),
                },
                Opened::ToolCall {
                    id,
                    name,
                    kind,
                    item_id,
                } => Opened::ToolCall {
                    id: own(id),
                    name: own(name),
                    kind,
                    item_id: item_id.map(own),
                },
            },
        },
        Event::Delta(Delta::Text(text)) => Event::Delta(Delta::Text(own(text))),
        Event::Delta(Delta::Arguments(text)) => Event::Delta(Delta::Arguments(own(text))),
        Event::Delta(Delta::Signature(signature)) => Event::Delta(Delta::Signature(signature)),
        Event::Delta(Delta::Foreign(foreign)) => Event::Delta(Delta::Foreign(foreign)),
        Event::Close { index } => Event::Close { index },
        Event::Usage(usage) => Event::Usage(usage),
        Event::Stop(stop) => Event::Stop(stop),
        Event::End => Event::End,
        Event::Error(error) => Event::Error(error),
    }
}

fn start() -> Event<'static> {
    Event::Start {
        id: Some("msg_up".into()),
        model: Some("m-1".into()),
        created: None,
    }
}

fn text(text: &'static str) -> Event<'static> {
    Event::Delta(Delta::Text(text.into()))
}

fn arguments(piece: &'static str) -> Event<'static> {
    Event::Delta(Delta::Arguments(piece.into()))
}

fn open(index: u32, part: Opened<'static>) -> Event<'static> {
    Event::Open { index, part }
}

fn call(index: u32, id: &'static str, name: &'static str, kind: ToolKind) -> Event<'static> {
    open(
        index,
        Opened::ToolCall {
            id: id.into(),
            name: name.into(),
            kind,
            item_id: None,
        },
    )
}

fn stop(reason: StopReason) -> [Event<'static>; 2] {
    [Event::Stop(Stop::new(reason)), Event::End]
}

#[test]
fn t3_a_text_and_a_call_are_told_by_every_event_of_theirs() {
    let mut events = vec![
        start(),
        open(0, Opened::Text),
        text("Hé"),
        text("llo \"you\""),
        Event::Close { index: 0 },
        call(1, "toolu_1", "read", ToolKind::Function),
        arguments("{\"a\""),
        arguments(":1}"),
        Event::Close { index: 1 },
        Event::Usage(Usage {
            input: 7,
            output: 5,
            cache_read: 3,
            cache_write: 2,
            reasoning: 1,
            estimated: false,
        }),
    ];
    events.extend(stop(StopReason::ToolUse));
    let data = data(&written(&events, Request::default()));
    assert_eq!(
        kinds(&data),
        [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "response.output_item.done",
            "response.completed",
        ]
    );
    for (number, event) in data.iter().enumerate() {
        assert_eq!(event["sequence_number"], number);
    }
    let completed = &data[14]["response"];
    assert_eq!(completed["id"], "resp_abc");
    assert_eq!(completed["model"], "m-1");
    assert_eq!(completed["status"], "completed");
    assert_eq!(completed["output"][0], data[8]["item"]);
    assert_eq!(completed["output"][1], data[13]["item"]);
    assert_eq!(
        data[8]["item"],
        json!({
            "id": "msg_abc_0",
            "type": "message",
            "status": "completed",
            "role": "assistant",
            "content": [{
                "type": "output_text", "annotations": [], "logprobs": [], "text": "Héllo \"you\"",
            }],
        })
    );
    assert_eq!(
        data[13]["item"],
        json!({
            "id": "fc_abc_1",
            "type": "function_call",
            "status": "completed",
            "call_id": "toolu_1",
            "name": "read",
            "arguments": "{\"a\":1}",
        })
    );
    assert_eq!(
        completed["usage"],
        json!({
            "input_tokens": 12,
            "input_tokens_details": {"cached_tokens": 3, "cache_write_tokens": 2},
            "output_tokens": 5,
            "output_tokens_details": {"reasoning_tokens": 1},
            "total_tokens": 17,
        })
    );
}

#[test]
fn t3_neighbouring_texts_are_pieces_of_one_message() {
    let mut events = vec![
        start(),
        open(0, Opened::Text),
        text("a"),
        Event::Close { index: 0 },
        open(1, Opened::Refusal),
        text("no"),
        Event::Close { index: 1 },
    ];
    events.extend(stop(StopReason::Refusal));
    let stream = written(&events, Request::default());
    let data = data(&stream);
    let last = &data.last().unwrap()["response"];
    assert_eq!(last["output"].as_array().unwrap().len(), 1);
    assert_eq!(
        last["output"][0]["content"][1],
        json!({"type": "refusal", "refusal": "no"})
    );
    assert_eq!(last["output"][0]["status"], "incomplete");
    assert_eq!(last["status"], "incomplete");
    assert_eq!(
        last["incomplete_details"],
        json!({"reason": "content_filter"})
    );
    let read = read(&stream).unwrap();
    assert_eq!(read[1..], events[1..]);
}

#[test]
fn t5_a_thought_of_another_dialect_is_sealed_and_a_signed_call_is_followed_by_its_seal() {
    let signed = |dialect, value: &str| Signature {
        dialect,
        value: value.to_owned(),
    };
    let mut events = vec![
        start(),
        open(
            0,
            Opened::Thinking {
                redacted: false,
                id: None,
            },
        ),
        text("hm"),
        Event::Delta(Delta::Signature(signed(Dialect::Anthropic, "EqQB=="))),
        Event::Close { index: 0 },
        call(1, "c1", "f", ToolKind::Function),
        Event::Delta(Delta::Signature(signed(Dialect::Gemini, "Ci=="))),
        Event::Close { index: 1 },
    ];
    events.extend(stop(StopReason::ToolUse));
    let data = data(&written(&events, Request::default()));
    let output = &data.last().unwrap()["response"]["output"];
    assert_eq!(
        output[0]["summary"],
        json!([{"type": "summary_text", "text": "hm"}])
    );
    assert_eq!(output[0]["encrypted_content"], "mp1.anthropic.EqQB==");
    assert_eq!(output[1]["arguments"], "{}");
    assert_eq!(output[2]["encrypted_content"], "mp1.gemini.~call.2.c1.Ci==");
    let body = json!({"model": "m", "input": output});
    let request = super::super::request::read(body.to_string().as_bytes()).unwrap();
    let parts: Vec<_> = request
        .messages
        .iter()
        .flat_map(|turn| &turn.parts)
        .collect();
    assert_eq!(parts.len(), 2);
    assert!(matches!(parts[0], chat::Part::Thinking(thought)
        if thought.signature == Some(signed(Dialect::Anthropic, "EqQB==")) && thought.text == "hm"));
    assert!(matches!(parts[1], chat::Part::ToolCall(call)
        if call.signature == Some(signed(Dialect::Gemini, "Ci=="))));
}

#[test]
fn t1_a_custom_call_and_a_search_are_told_in_their_own_events() {
    let request = json!({
        "model": "m", "input": "x",
        "tools": [
            {"type": "custom", "name": "apply_patch", "format": {"type": "text"}},
            {"type": "tool_search", "execution": "client", "parameters": {"type": "object"}},
            {"type": "namespace", "name": "mcp__fs", "description": "d", "tools": [
                {"type": "function", "name": "ls", "parameters": {"type": "object"}, "strict": false},
            ]},
        ],
    });
    let request = super::super::request::read(request.to_string().as_bytes()).unwrap();
    let mut events = vec![
        start(),
        call(0, "c0", "apply_patch", ToolKind::Custom),
        arguments("*** Begin"),
        Event::Close { index: 0 },
        call(1, "c1", "tool_search", ToolKind::Function),
        arguments("{\"query\":\"q\"}"),
        Event::Close { index: 1 },
        call(2, "c2", "mcp__fs__ls", ToolKind::Function),
        Event::Close { index: 2 },
    ];
    events.extend(stop(StopReason::ToolUse));
    let data = data(&written(&events, request));
    let last = &data.last().unwrap()["response"];
    let output = &last["output"];
    assert_eq!(output[0]["type"], "custom_tool_call");
    assert_eq!(output[0]["input"], "*** Begin");
    assert!(output[0]["id"].as_str().unwrap().starts_with("ctc_"));
    assert_eq!(output[1]["type"], "tool_search_call");
    assert_eq!(output[1]["arguments"], json!({"query": "q"}));
    assert_eq!(output[1]["execution"], "client");
    assert_eq!(output[2]["namespace"], "mcp__fs");
    assert_eq!(output[2]["name"], "ls");
    assert_eq!(last["tools"][2]["tools"][0]["name"], "ls");
    assert!(kinds(&data).contains(&"response.custom_tool_call_input.done"));
}

#[test]
fn s2_a_stream_that_fails_ends_with_its_own_events() {
    let mut writer = Writer::new(&back(Request::default()));
    let mut out = Vec::new();
    writer.write(&start(), &mut out);
    let fault = crate::Fault {
        status: 502,
        kind: crate::FaultKind::Upstream,
        message: "it broke".to_owned(),
        code: None,
        param: None,
        request_id: "r".to_owned(),
    };
    writer.fail(&fault, &mut out);
    let data = data(&out);
    assert_eq!(
        kinds(&data),
        [
            "response.created",
            "response.in_progress",
            "error",
            "response.failed"
        ]
    );
    assert_eq!(data[2]["sequence_number"], 2);
    assert_eq!(data[3]["sequence_number"], 3);
    assert_eq!(data[3]["response"]["status"], "failed");
    assert_eq!(
        data[3]["response"]["error"],
        json!({"code": "server_error", "message": "it broke"})
    );
}

#[test]
fn t2_items_that_overlap_are_told_one_after_another() {
    let events = [
        json!({"type": "response.created", "response": {"id": "resp_1", "model": "m", "created_at": 5}}),
        json!({"type": "response.output_item.added", "output_index": 0, "item":
            {"type": "function_call", "id": "fc_0", "call_id": "a", "name": "f", "arguments": ""}}),
        json!({"type": "response.output_item.added", "output_index": 1, "item":
            {"type": "function_call", "id": "fc_1", "call_id": "b", "name": "g", "arguments": ""}}),
        json!({"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "{}"}),
        json!({"type": "response.function_call_arguments.delta", "output_index": 0, "delta": "{\"x\":1}"}),
        json!({"type": "response.output_item.done", "output_index": 1, "item":
            {"type": "function_call", "id": "fc_1", "call_id": "b", "name": "g", "arguments": "{}"}}),
        json!({"type": "response.something.new", "delta": {"an": "object"}}),
        json!({"type": "response.output_item.done", "output_index": 0, "item":
            {"type": "function_call", "id": "fc_0", "call_id": "a", "name": "f", "arguments": "{\"x\":1}"}}),
        json!({"type": "response.completed", "response": {"status": "completed", "usage":
            {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}}}),
    ];
    let stream: String = events
        .iter()
        .map(|event| format!("data: {event}\n\n"))
        .collect();
    let read = read(stream.as_bytes()).unwrap();
    let with_id = |index, id: &'static str, name: &'static str, item: &'static str| {
        open(
            index,
            Opened::ToolCall {
                id: id.into(),
                name: name.into(),
                kind: ToolKind::Function,
                item_id: Some(item.into()),
            },
        )
    };
    assert_eq!(
        read,
        [
            Event::Start {
                id: Some("resp_1".into()),
                model: Some("m".into()),
                created: Some(5),
            },
            with_id(0, "a", "f", "fc_0"),
            arguments("{\"x\":1}"),
            Event::Close { index: 0 },
            with_id(1, "b", "g", "fc_1"),
            arguments("{}"),
            Event::Close { index: 1 },
            Event::Usage(Usage {
                input: 1,
                output: 2,
                ..Usage::default()
            }),
            Event::Stop(Stop::new(StopReason::ToolUse)),
            Event::End,
        ]
    );
}

#[test]
fn an_upstream_that_tells_whole_items_only_is_read_all_the_same() {
    let item = json!({"type": "message", "role": "assistant", "content": [
        {"type": "output_text", "text": "hi", "annotations": [{"type": "url_citation"}]},
    ]});
    let done = json!({"type": "response.output_item.done", "item": item});
    let completed =
        json!({"type": "response.completed", "response": {"id": "r", "output": [item]}});
    for stream in [
        format!("data: {done}\n\ndata: {completed}\n\n"),
        format!("data: {completed}\n\n"),
    ] {
        let read = read(stream.as_bytes()).unwrap();
        assert_eq!(read[1], open(0, Opened::Text));
        assert_eq!(read[2], text("hi"));
        assert!(
            matches!(&read[3], Event::Delta(Delta::Foreign(Foreign { value, .. }))
            if *value == json!({"type": "url_citation"}))
        );
        assert_eq!(read.last(), Some(&Event::End));
    }
}

#[test]
fn s2_errors_and_cuts_have_no_end() {
    for (stream, message) in [
        (
            r#"{"type":"response.failed","response":{"error":{"code":"server_error","message":"oh"}}}"#,
            "oh",
        ),
        (
            r#"{"type":"error","code":"x","message":"ah","param":null}"#,
            "ah",
        ),
        (
            r#"{"type":"error","error":{"type":"t","message":"eh"}}"#,
            "eh",
        ),
        (r#"{"error":{"message":"bare"}}"#, "bare"),
    ] {
        let read = read(format!("data: {stream}\n\n").as_bytes()).unwrap();
        assert!(
            matches!(read.as_slice(), [Event::Error(error)] if error.message == message),
            "{read:?}"
        );
    }
    let cut =
        "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"a\"}\n\n";
    let read = read(cut.as_bytes()).unwrap();
    assert!(!read.contains(&Event::End));
    assert_eq!(read.last(), Some(&text("a")));
}
