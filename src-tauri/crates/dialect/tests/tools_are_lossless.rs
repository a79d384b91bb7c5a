//! T1 along the whole way: a client offers tools, an upstream of another dialect calls them in parallel, and the client
//! reads the calls in its own words. Names that the upstream does not take, and tools of free text, come back as they were.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

use std::sync::Arc;

use chat::{
    CustomTool, Delta, Dialect, Event, FunctionTool, Message, Opened, Part, Reply, Request, Role,
    Stop, StopReason, Tool, ToolCall, ToolKind, ToolResult,
};
use dialect::{
    Back, Ending, EventReader, EventWriter, StreamTranslation, Target, Written, read_reply,
    read_request, translate_reply, write_reply, write_request,
};
use serde_json::{Value, json};

const SPOKEN: [Dialect; 4] = [
    Dialect::OpenaiChat,
    Dialect::OpenaiResponses,
    Dialect::Anthropic,
    Dialect::Gemini,
];

/// Names of functions: a plain one, one that most dialects refuse, one that differs from it by what they refuse only, a
/// long one.
const NAMES: [&str; 4] = [
    "read_file",
    "mcp.files/read",
    "mcp_files.read",
    "mcp__a_server_with_a_long_name__a_tool_with_a_name_that_is_longer_than_others",
];

/// A tool of free text.
const CUSTOM: &str = "apply patch";

const FREE: &str = "*** Begin \"Patch\"\n+ grün {\n";

fn arguments(number: usize) -> Value {
    json!({ "path": format!("a/{number} \"ü\" \u{1f600}"), "lines": [number, null], "deep": { "is": true } })
}

/// All tools, every one called once in one turn, in order.
fn request(with_custom: bool) -> Request {
    let function = |name: &str| {
        Tool::Function(FunctionTool {
            name: name.to_owned(),
            parameters: Some(
                json!({ "type": "object", "properties": { "path": { "type": "string" } } }),
            ),
            ..FunctionTool::default()
        })
    };
    let mut tools: Vec<Tool> = NAMES.into_iter().map(function).collect();
    if with_custom {
        tools.push(Tool::Custom(CustomTool {
            name: CUSTOM.to_owned(),
            ..CustomTool::default()
        }));
    }
    let calls = calls(with_custom);
    let results = calls.iter().map(|call| {
        Part::ToolResult(ToolResult {
            call_id: call.id.clone(),
            name: Some(call.name.clone()),
            content: vec![Part::text(format!("result of {}", call.id))],
            kind: call.kind,
            ..ToolResult::default()
        })
    });
    let results = results.collect();
    let called = calls.into_iter().map(Part::ToolCall).collect();
    Request {
        model: "asked".to_owned(),
        wants_usage: true,
        messages: vec![
            Message::new(Role::User, vec![Part::text("go")]),
            Message::new(Role::Assistant, called),
            Message::new(Role::User, results),
        ],
        tools,
        max_tokens: Some(100),
        ..Request::default()
    }
}

fn calls(with_custom: bool) -> Vec<ToolCall> {
    let mut calls: Vec<ToolCall> = (0..)
        .zip(NAMES)
        .map(|(number, name)| ToolCall {
            id: format!("call_{number}"),
            name: name.to_owned(),
            arguments: arguments(number).to_string(),
            ..ToolCall::default()
        })
        .collect();
    if with_custom {
        calls.push(ToolCall {
            id: "call_9".to_owned(),
            name: CUSTOM.to_owned(),
            arguments: FREE.to_owned(),
            kind: ToolKind::Custom,
            ..ToolCall::default()
        });
    }
    calls
}

/// What a call says: id, name, kind, and arguments as JSON or as the free text.
fn said(call: &ToolCall) -> (String, String, ToolKind, Value) {
    let arguments = match call.kind {
        ToolKind::Custom => Value::String(call.arguments.clone()),
        ToolKind::Function => serde_json::from_str(&call.arguments).unwrap(),
    };
    (call.id.clone(), call.name.clone(), call.kind, arguments)
}

fn calls_of(parts: &[Part]) -> Vec<&ToolCall> {
    let calls = parts.iter().filter_map(|part| match part {
        Part::ToolCall(call) => Some(call),
        _ => None,
    });
    calls.collect()
}

/// The request as an upstream reads it, and what it answers: the calls of the history again, by the names it was told.
fn answered(upstream: Dialect, written: &Written) -> Reply {
    let read = read_request(upstream, &written.body).unwrap();
    let parts: Vec<Part> = read
        .messages
        .into_iter()
        .flat_map(|message| message.parts)
        .collect();
    let results: Vec<String> = parts
        .iter()
        .filter_map(|part| match part {
            Part::ToolResult(result) => Some(result.call_id.clone()),
            _ => None,
        })
        .collect();
    let calls: Vec<Part> = calls_of(&parts)
        .into_iter()
        .cloned()
        .map(Part::ToolCall)
        .collect();
    let ids: Vec<String> = calls_of(&calls)
        .iter()
        .map(|call| call.id.clone())
        .collect();
    assert_eq!(ids, results, "every call has its result, in order");
    Reply {
        id: Some("answer".to_owned()),
        model: Some("up".to_owned()),
        created: Some(1),
        parts: calls,
        stop: Some(Stop::new(StopReason::ToolUse)),
        ..Reply::default()
    }
}

fn back(request: Request, written: &Written) -> Back {
    Back {
        request: Arc::new(request),
        names: written.names.clone(),
        id: "T0ken".to_owned(),
        created: 1,
        asked: None,
    }
}

/// The stream of an answer, each call's arguments in pieces of a few letters.
fn stream(upstream: Dialect, reply: &Reply, back: &Back) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = EventWriter::new(upstream, back);
    let mut write = |event: Event<'_>| writer.write(&event, &mut out);
    write(Event::Start {
        id: None,
        model: None,
        created: None,
    });
    for (index, call) in (0..).zip(calls_of(&reply.parts)) {
        write(Event::Open {
            index,
            part: Opened::ToolCall {
                id: call.id.as_str().into(),
                name: call.name.as_str().into(),
                kind: call.kind,
                item_id: None,
            },
        });
        let letters: Vec<char> = call.arguments.chars().collect();
        for piece in letters.chunks(5) {
            let piece: String = piece.iter().collect();
            write(Event::Delta(Delta::Arguments(piece.into())));
        }
        write(Event::Close { index });
    }
    write(Event::Stop(Stop::new(StopReason::ToolUse)));
    write(Event::End);
    out
}

/// The calls of a stream, as its client puts them together.
fn gathered(client: Dialect, stream: &[u8]) -> Vec<ToolCall> {
    let mut calls: Vec<ToolCall> = Vec::new();
    let mut sink = |event: Event<'_>| {
        match event {
            Event::Open {
                part: Opened::ToolCall { id, name, kind, .. },
                ..
            } => calls.push(ToolCall {
                id: id.into(),
                name: name.into(),
                kind,
                ..ToolCall::default()
            }),
            Event::Delta(Delta::Arguments(piece)) => {
                calls.last_mut().unwrap().arguments.push_str(&piece);
            }
            _ => {}
        }
        Ok(())
    };
    let mut reader = EventReader::new(client);
    for chunk in stream.chunks(7) {
        reader.push(chunk, &mut sink).unwrap();
    }
    reader.finish(&mut sink).unwrap();
    calls
}

/// Every client, every upstream, at the vendor's own address and at a relay's.
fn ways() -> Vec<(Dialect, Dialect, bool)> {
    let pairs = SPOKEN
        .into_iter()
        .flat_map(|client| SPOKEN.map(|upstream| (client, upstream)));
    pairs
        .flat_map(|(client, upstream)| [true, false].map(|host| (client, upstream, host)))
        .collect()
}

/// Dialects whose clients offer tools of free text.
fn knows_custom(client: Dialect) -> bool {
    matches!(client, Dialect::OpenaiChat | Dialect::OpenaiResponses)
}

fn sent(client: Dialect, upstream: Dialect, official_host: bool) -> (Request, Written) {
    let request = request(knows_custom(client));
    let target = Target {
        model: "up".to_owned(),
        official_host,
        default_max_tokens: 100,
    };
    let written = write_request(upstream, &request, &target);
    (request, written)
}

#[test]
fn t1_parallel_calls_of_a_whole_answer_come_back_in_the_clients_words() {
    for (client, upstream, host) in ways() {
        let way = format!("{client:?} to {upstream:?}, official: {host}");
        let (request, written) = sent(client, upstream, host);
        let back = back(request, &written);
        let reply = answered(upstream, &written);
        let (body, _) = write_reply(upstream, &reply, &back);
        let told = translate_reply(upstream, client, &body, &back)
            .unwrap_or_else(|error| panic!("{way}: {error}"));
        let read = read_reply(client, &told.body).unwrap();
        let read: Vec<_> = calls_of(&read.parts).into_iter().map(said).collect();
        let expected: Vec<_> = calls(knows_custom(client)).iter().map(said).collect();
        assert_eq!(read, expected, "{way}");
    }
}

#[test]
fn t1_parallel_calls_of_a_stream_come_back_in_the_clients_words() {
    for (client, upstream, host) in ways() {
        let way = format!("{client:?} to {upstream:?}, official: {host}");
        let (request, written) = sent(client, upstream, host);
        let back = back(request, &written);
        let reply = answered(upstream, &written);
        let stream = stream(upstream, &reply, &back);
        let mut translation = StreamTranslation::new(upstream, client, &back);
        let mut out = Vec::new();
        for chunk in stream.chunks(11) {
            translation
                .push(chunk, &mut out)
                .unwrap_or_else(|error| panic!("{way}: {error}"));
        }
        assert_eq!(
            translation.finish(&mut out).unwrap(),
            Ending::Complete,
            "{way}"
        );
        let read: Vec<_> = gathered(client, &out).iter().map(said).collect();
        let expected: Vec<_> = calls(knows_custom(client)).iter().map(said).collect();
        assert_eq!(read, expected, "{way}");
    }
}

#[test]
fn t1_a_call_that_was_cut_is_an_error_for_every_client() {
    for client in SPOKEN {
        let (request, written) = sent(client, Dialect::OpenaiChat, true);
        let back = back(request, &written);
        let call = json!({ "index": 0, "id": "1", "type": "function", "function": { "name": "read_file", "arguments": "{\"path\":\"a" } });
        let message = json!({ "role": "assistant", "content": null, "tool_calls": [call] });
        let body = json!({ "choices": [{ "index": 0, "message": message, "finish_reason": "tool_calls" }] });
        let whole = translate_reply(
            Dialect::OpenaiChat,
            client,
            body.to_string().as_bytes(),
            &back,
        );
        assert!(whole.is_err(), "{client:?}");

        let chunk = json!({ "id": "i", "choices": [{ "index": 0, "delta": message, "finish_reason": "tool_calls" }] });
        let mut translation = StreamTranslation::new(Dialect::OpenaiChat, client, &back);
        let mut out = Vec::new();
        let stream = format!("data: {chunk}\n\ndata: [DONE]\n\n");
        assert!(
            translation.push(stream.as_bytes(), &mut out).is_err(),
            "{client:?}"
        );
    }
}
