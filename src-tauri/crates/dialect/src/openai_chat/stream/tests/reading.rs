//! An upstream's streams.

use std::fmt::Write as _;

use chat::{Delta, Event, Opened, Stop, StopReason, ToolKind, Usage};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{check, events};

/// A stream of chunks with these deltas, to its end.
fn stream(deltas: &[Value], reason: &str) -> String {
    let mut text = String::new();
    for delta in deltas {
        let choice = json!({"index":0,"delta":delta,"finish_reason":null});
        let chunk = json!({"id":"i","created":7,"model":"m","choices":[choice],"usage":null});
        write!(text, "data: {chunk}\n\n").unwrap();
    }
    let choice = json!({"index":0,"delta":{},"finish_reason":reason});
    let chunk = json!({"id":"i","created":7,"model":"m","choices":[choice]});
    write!(text, "data: {chunk}\n\ndata: [DONE]\n\n").unwrap();
    text
}

/// What a stream says in short: words by their kinds, calls with all their arguments, in order.
fn told(stream: &str) -> Vec<String> {
    let events = events([stream.as_bytes()]).unwrap();
    check(&events);
    let mut told: Vec<String> = Vec::new();
    for event in events {
        match event {
            Event::Open { part, .. } => told.push(match part {
                Opened::Text => "text ".to_owned(),
                Opened::Thinking { redacted, .. } => {
                    format!("thought{} ", if redacted { "!" } else { "" })
                }
                Opened::Refusal => "refusal ".to_owned(),
                Opened::ToolCall { id, name, kind, .. } => {
                    format!(
                        "{}{id} {name} ",
                        if kind == ToolKind::Custom {
                            "custom "
                        } else {
                            ""
                        }
                    )
                }
                Opened::Foreign(_) => "foreign".to_owned(),
            }),
            Event::Delta(Delta::Text(piece) | Delta::Arguments(piece)) => {
                told.last_mut().unwrap().push_str(&piece)
            }
            Event::Delta(Delta::Signature(signature)) => {
                write!(
                    told.last_mut().unwrap(),
                    " signed by {}: {}",
                    signature.dialect.as_str(),
                    signature.value
                )
                .unwrap();
            }
            Event::Stop(stop) => told.push(format!("{:?}", stop.reason)),
            Event::Error(error) => told.push(format!("error {} {:?}", error.message, error.code)),
            _ => {}
        }
    }
    told
}

fn call(index: u32, id: &str, name: &str, arguments: &str) -> Value {
    json!({"tool_calls":[{"index":index,"id":id,"type":"function","function":{"name":name,"arguments":arguments}}]})
}

fn piece(index: u32, arguments: &str) -> Value {
    json!({"tool_calls":[{"index":index,"function":{"arguments":arguments}}]})
}

#[test]
fn a_plain_stream_in_full() {
    let usage =
        json!({"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10}});
    let body = stream(
        &[
            json!({"role":"assistant","content":""}),
            json!({"content":"Hi"}),
        ],
        "stop",
    )
    .replace(
        "data: [DONE]",
        &format!(": a comment\n\ndata: {usage}\n\ndata: [DONE]"),
    );
    let read = events([body.as_bytes()]).unwrap();
    check(&read);
    assert_eq!(
        read,
        [
            Event::Start {
                id: Some("i".into()),
                model: Some("m".into()),
                created: Some(7)
            },
            Event::Open {
                index: 0,
                part: Opened::Text
            },
            Event::Delta(Delta::Text("Hi".into())),
            Event::Usage(Usage {
                input: 9,
                output: 1,
                ..Usage::default()
            }),
            Event::Close { index: 0 },
            Event::Stop(Stop::new(StopReason::EndTurn)),
            Event::End,
        ]
    );
}

#[test]
fn a_thought_a_text_and_a_refusal_are_parts_of_their_own() {
    let deltas = [
        json!({"reasoning_content":"h"}),
        json!({"reasoning_content":"m","content":null}),
        json!({"content":"a","reasoning_content":""}),
        json!({"content":"b"}),
        json!({"refusal":"no"}),
    ];
    assert_eq!(
        told(&stream(&deltas, "content_filter")),
        ["thought hm", "text ab", "refusal no", "Refusal"]
    );
    let mistral = [
        json!({"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}),
        json!({"content":"a"}),
    ];
    assert_eq!(
        told(&stream(&mistral, "stop")),
        ["thought hm", "text a", "EndTurn"]
    );
}

#[test]
fn t1_calls_one_after_another() {
    let deltas = [
        json!({"content":"go"}),
        call(0, "1", "f", ""),
        piece(0, "{\"a\""),
        piece(0, ":1}"),
        call(1, "2", "g", "{}"),
        call(2, "3", "f", ""),
        piece(2, "{\"b\":\"}\"}"),
    ];
    let expected = [
        "text go",
        "1 f {\"a\":1}",
        "2 g {}",
        "3 f {\"b\":\"}\"}",
        "ToolUse",
    ];
    assert_eq!(told(&stream(&deltas, "tool_calls")), expected);
    // A forced call ends in `stop`.
    assert_eq!(told(&stream(&deltas, "stop")), expected);
}

#[test]
fn s4_calls_one_after_another_are_told_at_once() {
    let deltas = [
        call(0, "1", "f", "{\"a\""),
        piece(0, ":1}"),
        call(1, "2", "g", ""),
        piece(1, "{\"b\""),
    ];
    let body = stream(&deltas, "tool_calls");
    let until = body.find("finish_reason\":\"tool").unwrap();
    let read = events([&body.as_bytes()[..body[..until].rfind("data").unwrap()]]).unwrap();
    assert_eq!(
        read.last(),
        Some(&Event::Delta(Delta::Arguments("{\"b\"".into())))
    );
}

#[test]
fn t1_mingled_calls_are_told_one_after_another() {
    let deltas = [
        call(0, "1", "f", ""),
        call(1, "2", "g", ""),
        piece(1, "{\"b\":"),
        piece(0, "{\"a\":"),
        json!({"content":"between"}),
        piece(0, "1}"),
        piece(1, "2}"),
        json!({"content":"behind"}),
    ];
    assert_eq!(
        told(&stream(&deltas, "tool_calls")),
        [
            "1 f {\"a\":1}",
            "2 g {\"b\":2}",
            "text betweenbehind",
            "ToolUse"
        ]
    );
    let both = json!({"tool_calls":[
        {"index":0,"id":"1","function":{"name":"f","arguments":""}},
        {"index":1,"id":"2","function":{"name":"g","arguments":""}}]});
    assert_eq!(
        told(&stream(&[both, piece(1, "{}")], "tool_calls")),
        ["1 f ", "2 g {}", "ToolUse"]
    );
}

#[test]
fn t1_relays_number_calls_as_they_like() {
    let without = |mut delta: Value| {
        let call = delta["tool_calls"][0].as_object_mut().unwrap();
        call.remove("index");
        delta
    };
    let rows = [
        // No index at all.
        vec![
            without(call(0, "1", "f", "{\"a\"")),
            without(piece(0, ":1}")),
            without(call(0, "2", "g", "{}")),
        ],
        // Every call is number 0.
        vec![call(0, "1", "f", "{\"a\":1}"), call(0, "2", "g", "{}")],
        // Id and name in every piece.
        vec![
            call(0, "1", "f", "{\"a\""),
            call(0, "1", "f", ":1}"),
            call(1, "2", "g", "{}"),
            call(1, "2", "g", ""),
        ],
        // A new id for every piece.
        vec![
            call(0, "1", "f", "{\"a\""),
            call(0, "9", "", ":1}"),
            call(1, "2", "g", "{}"),
        ],
        // The name comes behind the id.
        vec![
            call(0, "1", "", ""),
            call(0, "1", "f", "{\"a\":1}"),
            call(1, "2", "g", "{}"),
        ],
        // Numbers that do not begin at 0.
        vec![call(1, "1", "f", "{\"a\":1}"), call(2, "2", "g", "{}")],
    ];
    for deltas in rows {
        let body = stream(&deltas, "tool_calls");
        assert_eq!(
            told(&body),
            ["1 f {\"a\":1}", "2 g {}", "ToolUse"],
            "{body}"
        );
    }
    let unnamed = [call(0, "", "f", "{}"), call(0, "", "f", "{}")];
    assert_eq!(
        told(&stream(&unnamed, "tool_calls")),
        ["call_i_0 f {}", "call_i_1 f {}", "ToolUse"]
    );
}

#[test]
fn other_calls_are_understood() {
    let custom = json!({"tool_calls":[{"index":0,"id":"1","type":"custom","custom":{"name":"c","input":"fr"}}]});
    let more = json!({"tool_calls":[{"index":0,"custom":{"input":"ee {"}}]});
    assert_eq!(
        told(&stream(
            &[custom, more, call(1, "2", "f", "{}")],
            "tool_calls"
        )),
        ["custom 1 c free {", "2 f {}", "ToolUse"]
    );
    let old = [
        json!({"function_call":{"name":"f","arguments":""}}),
        json!({"function_call":{"arguments":"{}"}}),
    ];
    assert_eq!(
        told(&stream(&old, "function_call")),
        ["call_i_0 f {}", "ToolUse"]
    );
    let whole =
        json!({"tool_calls":[{"index":0,"id":"1","function":{"name":"f","arguments":{"a":1}}}]});
    assert_eq!(
        told(&stream(&[whole], "tool_calls")),
        ["1 f {\"a\":1}", "ToolUse"]
    );
}

#[test]
fn t5_seals_are_told_with_their_origin() {
    let detail = |detail: Value| json!({"reasoning_details":[detail]});
    let own = "signed by openai-chat: {\"type\":\"reasoning.text\",\"signature\":\"S\"}";
    let deltas = [
        json!({"reasoning":"h","reasoning_details":[{"type":"reasoning.text","text":"h"}]}),
        json!({"reasoning":"m","reasoning_details":[{"type":"reasoning.text","text":"m"}]}),
        detail(json!({"type":"reasoning.text","signature":"S","index":0})),
        detail(json!({"type":"reasoning.encrypted","data":"mp1.anthropic.RED"})),
        json!({"content":"a"}),
        json!({"content":"","extra_content":{"google":{"thought_signature":"mp1.gemini.T"}}}),
        json!({"tool_calls":[{"index":0,"id":"1","function":{"name":"f","arguments":"{}"},
            "extra_content":{"google":{"thought_signature":"G"}}}]}),
    ];
    assert_eq!(
        told(&stream(&deltas, "tool_calls")),
        [
            &format!("thought hm {own}"),
            "thought!  signed by anthropic: RED",
            "text a signed by gemini: T",
            "1 f {} signed by openai-chat: G",
            "ToolUse",
        ]
    );
}

#[test]
fn thoughts_in_the_list_alone_are_told() {
    let detail = |detail: Value| json!({"reasoning_details":[detail]});
    let deltas = [
        detail(json!({"type":"reasoning.text","text":"h"})),
        detail(json!({"type":"reasoning.text","text":"m"})),
        detail(json!({"type":"reasoning.summary","summary":"!"})),
    ];
    assert_eq!(told(&stream(&deltas, "stop")), ["thought hm!", "EndTurn"]);
}

#[test]
fn s2_an_end_without_its_mark() {
    let body = stream(&[json!({"content":"a"})], "length");
    // Some relays leave out the mark; a reason alone is a good end.
    let unmarked = body.replace("data: [DONE]\n\n", "");
    assert_eq!(told(&unmarked), ["text a", "MaxTokens"]);
    // No reason and no mark is a cut.
    let cut = &unmarked[..unmarked.rfind("data:").unwrap()];
    let read = events([cut.as_bytes()]).unwrap();
    assert_eq!(read.last(), Some(&Event::Delta(Delta::Text("a".into()))));
    // A mark alone is an end.
    assert_eq!(
        told(&format!("{cut}data: [DONE]\n\n")),
        ["text a", "EndTurn"]
    );
    assert!(events([b"data: [DONE]\n\n".as_slice()]).is_err());
}

#[test]
fn an_error_in_a_stream_is_its_last_event() {
    let error = r#"{"error":{"message":"busy","type":"server_error","code":502},"choices":[{"delta":{"content":""},"finish_reason":"error"}]}"#;
    for (event, word) in [
        (format!("data: {error}\n\n"), "error busy Some(\"502\")"),
        ("data: {\"error\":\"busy\"}\n\n".to_owned(), "error busy Some(\"busy\")"),
        ("event: error\ndata: {\"message\":\"busy\"}\n\n".to_owned(), "error busy None"),
        ("data: {\"code\":9,\"msg\":\"busy\"}\n\n".to_owned(), "error busy Some(\"9\")"),
        (
            "data: {\"choices\":[{\"delta\":{\"content\":\"busy\"},\"finish_reason\":\"error_finish\"}]}\n\n".to_owned(),
            "error busy Some(\"error_finish\")",
        ),
    ] {
        let behind = stream(&[json!({"content":"b"})], "stop");
        let before = stream(&[json!({"content":"a"})], "stop");
        let before = &before[..before.find("\n\n").unwrap() + 2];
        assert_eq!(told(&format!("{before}{event}{behind}")), ["text a", word]);
        assert_eq!(told(&format!("{event}{behind}")), [word]);
    }
}

#[test]
fn oddities_of_relays() {
    // Azure's first chunk has no choice; the answer's name comes with the next.
    let filter =
        "data: {\"id\":\"\",\"model\":\"\",\"choices\":[],\"prompt_filter_results\":[]}\n\n";
    let body = format!("{filter}{}", stream(&[json!({"content":"a"})], "stop"));
    assert!(
        matches!(&events([body.as_bytes()]).unwrap()[0], Event::Start { id: Some(id), .. } if id == "i")
    );
    // MiniMax says all again at the end.
    let again =
        "data: {\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n";
    assert_eq!(
        told(
            &stream(&[json!({"content":"a"})], "stop")
                .replace("data: [DONE]", &format!("{again}data: [DONE]"))
        ),
        ["text a", "EndTurn"]
    );
    assert_eq!(told(again), ["text a", "EndTurn"]);
    // Reasons in every chunk, empty till the last; no space behind the colon; CRLF.
    let body = stream(&[json!({"content":"a"}), json!({"content":"b"})], "stop")
        .replace("\"finish_reason\":null", "\"finish_reason\":\"\"")
        .replace("data: ", "data:")
        .replace('\n', "\r\n");
    assert_eq!(told(&body), ["text ab", "EndTurn"]);
    // Another choice is not told.
    let other = "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}}]}\n\n";
    assert_eq!(
        told(&format!(
            "{other}{}",
            stream(&[json!({"content":"a"})], "stop")
        )),
        ["text a", "EndTurn"]
    );
    // Empty errors, and no calls that are named as such.
    let body = stream(&[json!({"content":"a","tool_calls":[{"index":0,"id":"","function":{"name":"","arguments":""}}]})], "stop")
        .replace("\"id\":\"i\"", "\"id\":\"i\",\"error\":null");
    assert_eq!(told(&body), ["text a", "EndTurn"]);
}

#[test]
fn t1_a_call_that_goes_on_behind_its_end_is_malformed() {
    let deltas = [
        call(0, "1", "f", "{}"),
        call(1, "2", "g", "{}"),
        piece(0, "{}"),
    ];
    let body = stream(&deltas, "tool_calls");
    assert!(
        events([body.as_bytes()])
            .unwrap_err()
            .message
            .contains("call 1")
    );
    let nameless = stream(&[call(0, "1", "", "{}")], "tool_calls");
    assert!(events([nameless.as_bytes()]).is_err());
    assert!(events([b"data: {\"choices\":[{\n\n".as_slice()]).is_err());
}

proptest! {
    #[test]
    fn t2_chunking_never_matters(cuts in proptest::collection::vec(0.0..1.0_f64, 0..12)) {
        let body = stream(&[
            json!({"reasoning":"hm ü", "reasoning_details":[{"type":"reasoning.text","signature":"S"}]}),
            json!({"content":"grün \u{1f600}"}), call(0, "1", "f", ""), call(1, "2", "g", "{\"b\":"),
            piece(0, "{\"a\":\"\u{e9}\"}"), piece(1, "2}"),
        ], "tool_calls");
        let bytes = body.as_bytes();
        let whole = events([bytes]).unwrap();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| (cut * bytes.len() as f64) as usize).collect();
        cuts.sort_unstable();
        let mut from = 0;
        let mut chunks = Vec::new();
        for cut in cuts.into_iter().chain([bytes.len()]) {
            chunks.push(&bytes[from..cut]);
            from = cut;
        }
        prop_assert_eq!(events(chunks).unwrap(), whole);
    }

    #[test]
    fn arbitrary_bytes_never_panic_nor_break_the_grammar(frames in proptest::collection::vec(frame(), 0..8)) {
        let mut reader = super::Reader::default();
        let mut read = Vec::new();
        let mut sink = |event: Event<'_>| read.push(super::owned(event));
        for frame in &frames {
            let frame = crate::sse::Frame { event: None, data: frame.as_slice().into() };
            if reader.read(&frame, &mut sink).is_err() {
                break;
            }
        }
        let _ = reader.finish(&mut sink);
        check(&read);
    }
}

/// Bytes, or deltas in any order.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let text = "[a-z{}\"]{0,3}";
    let delta = prop_oneof![
        text.prop_map(|text| json!({"content":text})),
        text.prop_map(|text| json!({"reasoning_content":text})),
        text.prop_map(
            |text| json!({"reasoning_details":[{"type":"reasoning.encrypted","data":text}]})
        ),
        (0_u32..3, "[12]?", "[fg]?", text)
            .prop_map(|(index, id, name, text)| call(index, &id, &name, &text)),
        (0_u32..3, text).prop_map(|(index, text)| piece(index, &text)),
        text.prop_map(
            |text| json!({"content":"","extra_content":{"google":{"thought_signature":text}}})
        ),
    ];
    let reason = prop_oneof![9 => Just(Value::Null), 1 => Just(json!("stop"))];
    let chunk = (delta, reason).prop_map(|(delta, reason)| {
        json!({"choices":[{"delta":delta,"finish_reason":reason}],"usage":{"prompt_tokens":1}})
            .to_string()
            .into_bytes()
    });
    prop_oneof![
        8 => chunk,
        1 => proptest::collection::vec(any::<u8>(), 0..20),
        1 => Just(b"[DONE]".to_vec()),
    ]
}
