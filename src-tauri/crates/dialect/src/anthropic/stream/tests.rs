use chat::{Delta, Event, Opened, Stop, StopReason, ToolKind, Usage};

use super::*;
use crate::sse::Frames;

/// The vendor's example with everything in it.
const WHOLE: &str = r#"event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":3,"cache_read_input_tokens":4,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

event: ping
data: {"type":"ping"}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me \"see\""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB/x+y=="}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Grüße 🐸"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: content_block_start
data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"read_file","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"path\":"}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"a\"}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":2}

event: content_block_start
data: {"type":"content_block_start","index":3,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"x\"}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":3}

event: news_of_tomorrow
data: {"type":"news_of_tomorrow","delta":7}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":25,"output_tokens_details":{"thinking_tokens":9}}}

event: message_stop
data: {"type":"message_stop"}

"#;

fn events(bytes: &[u8], chunk: usize) -> Result<Vec<String>, crate::Malformed> {
    let mut frames = Frames::new();
    let mut reader = Reader::default();
    let mut seen = Vec::new();
    for chunk in bytes.chunks(chunk) {
        frames.push(chunk)?;
        while let Some(frame) = frames.next() {
            reader.read(&frame, &mut |event| seen.push(format!("{event:?}")))?;
        }
    }
    reader.finish(&mut |event| seen.push(format!("{event:?}")))?;
    Ok(seen)
}

#[test]
fn every_block_is_read() {
    insta::assert_snapshot!(events(WHOLE.as_bytes(), usize::MAX).unwrap().join("\n"));
}

#[test]
fn t2_chunking_never_matters() {
    let whole = events(WHOLE.as_bytes(), usize::MAX).unwrap();
    for size in 1..64 {
        assert_eq!(events(WHOLE.as_bytes(), size).unwrap(), whole, "{size}");
    }
}

#[test]
fn t3_the_vendors_example_keeps_to_the_grammar() {
    let mut grammar = crate::anthropic::grammar::Grammar::default();
    let known = WHOLE.replace(
        "event: news_of_tomorrow\ndata: {\"type\":\"news_of_tomorrow\",\"delta\":7}\n\n",
        "",
    );
    grammar.take(known.as_bytes()).unwrap();
    assert!(grammar.is_over());
    assert!(
        grammar
            .take(b"event: ping\ndata: {\"type\":\"ping\"}\n\n")
            .is_err()
    );
}

fn told(frames: &[&str]) -> Result<Vec<String>, crate::Malformed> {
    let stream: String = frames
        .iter()
        .map(|data| format!("data: {data}\n\n"))
        .collect();
    events(stream.as_bytes(), usize::MAX)
}

const START: &str = r#"{"type":"message_start","message":{"id":"msg_1","model":"m"}}"#;
const TEXT: &str =
    r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#;

#[test]
fn s2_an_end_without_its_event_is_none() {
    let seen = told(&[
        START,
        TEXT,
        r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#,
    ]);
    assert!(!seen.unwrap().iter().any(|event| event == "End"));
}

#[test]
fn an_error_event_is_the_last() {
    let seen = told(&[
        START,
        r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
        r#"{"type":"message_stop"}"#,
    ])
    .unwrap();
    assert_eq!(seen.len(), 2);
    assert!(seen[1].contains("overloaded_error"), "{}", seen[1]);
    let bare = told(&[r#"{"error":{"message":"no channel","code":503}}"#]).unwrap();
    assert!(bare[0].contains("no channel"), "{}", bare[0]);
}

#[test]
fn careless_relays_are_understood() {
    // No message_start, no content_block_stop, arguments in the begin, an end mark of OpenAI's.
    let seen = told(&[
        TEXT,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}"#,
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"n","input":{"a":1}}}"#,
        r#"{"type":"content_block_stop","index":1}"#,
        r#"{"type":"message_stop"}"#,
        "[DONE]",
    ])
    .unwrap();
    assert!(
        seen.contains(&r#"Delta(Arguments("{\"a\":1}"))"#.to_owned()),
        "{seen:?}"
    );
    assert_eq!(
        seen.iter()
            .filter(|event| event.starts_with("Close"))
            .count(),
        2
    );
    assert!(seen.contains(&"Stop(Stop { reason: ToolUse, sequence: None })".to_owned()));
    assert_eq!(seen.last().unwrap(), "End");
}

#[test]
fn t1_arguments_are_told_once() {
    let seen = told(&[
        START,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{"a":1}}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
    ])
    .unwrap();
    let arguments = seen.iter().filter(|event| event.contains("Arguments"));
    assert_eq!(arguments.count(), 1, "{seen:?}");
}

#[test]
fn what_would_get_lost_is_malformed() {
    let delta =
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}"#;
    let json = r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"a"}}"#;
    for (frames, says) in [
        (&[START, START][..], "second message"),
        (&[START, delta], "without an open block"),
        (&[START, TEXT, json], "another type"),
        (&[START, TEXT, &delta.replace(":0", ":1")], "not open"),
        (
            &[START, "{\"type\":\"content_block_delta\",\"index\":0,"],
            "no JSON",
        ),
        (
            &[
                START,
                r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use"}}"#,
            ],
            "without id",
        ),
        (
            &[r#"{"type":"message_start","message":{"id":7}}"#],
            "message_start",
        ),
    ] {
        let message = told(frames).unwrap_err().message;
        assert!(message.contains(says), "{message}");
    }
    // An event that is not known may hold anything.
    assert_eq!(
        told(&[START, r#"{"type":"later","delta":7}"#])
            .unwrap()
            .len(),
        1
    );
}

fn written(events: &[Event<'_>]) -> String {
    let back = crate::translate::Back {
        request: std::sync::Arc::default(),
        names: crate::names::Names::default(),
        id: "7f".to_owned(),
        created: 0,
        asked: None,
    };
    let mut writer = Writer::new(&back);
    let mut out = Vec::new();
    for event in events {
        writer.write(event, &mut out);
    }
    String::from_utf8(out).unwrap()
}

fn opened(part: Opened<'static>) -> Event<'static> {
    Event::Open { index: 0, part }
}

fn more(text: &'static str) -> Event<'static> {
    Event::Delta(Delta::Text(text.into()))
}

#[test]
fn t3_a_foreign_answer_is_told_block_by_block() {
    let call = |id: &'static str, kind| {
        opened(Opened::ToolCall {
            id: id.into(),
            name: "n".into(),
            kind,
            item_id: None,
        })
    };
    let arguments = |text: &'static str| Event::Delta(Delta::Arguments(text.into()));
    let close = || Event::Close { index: 0 };
    insta::assert_snapshot!(written(&[
        Event::Start {
            id: None,
            model: Some("gpt-x".into()),
            created: Some(7)
        },
        opened(Opened::Thinking {
            redacted: false,
            id: None
        }),
        more("hm"),
        close(),
        // Nothing is said: no block.
        opened(Opened::Text),
        more(""),
        close(),
        opened(Opened::Refusal),
        more("I \"can't\"\n"),
        close(),
        call("c1", ToolKind::Function),
        arguments("{\"a\""),
        arguments(":1}"),
        close(),
        call("c2", ToolKind::Function),
        close(),
        call("c3", ToolKind::Function),
        arguments("[1"),
        arguments("]"),
        close(),
        call("c4", ToolKind::Custom),
        arguments("free"),
        close(),
        Event::Usage(Usage {
            input: 5,
            output: 6,
            cache_read: 7,
            ..Usage::default()
        }),
        Event::Stop(Stop::new(StopReason::EndTurn)),
        Event::End,
    ]));
}

#[test]
fn t7_counts_that_are_known_stand_at_the_begin() {
    let out = written(&[
        Event::Start {
            id: Some("msg_x".into()),
            model: None,
            created: None,
        },
        Event::Usage(Usage {
            input: 5,
            ..Usage::default()
        }),
        opened(Opened::Text),
        more("a"),
    ]);
    let start = out.lines().nth(1).unwrap();
    assert!(
        start.contains(r#""id":"msg_x""#) && start.contains(r#""input_tokens":5"#),
        "{start}"
    );
}

#[test]
fn s1_nothing_is_told_before_there_is_something_to_tell() {
    let begin = Event::Start {
        id: None,
        model: None,
        created: None,
    };
    assert_eq!(written(&[begin, opened(Opened::Text), more("")]), "");
}
