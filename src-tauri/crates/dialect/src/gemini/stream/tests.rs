//! Streams, read and written.

use std::borrow::Cow;
use std::sync::Arc;

use chat::{Delta, Dialect, Event, Opened, Request, Signature, Stop, StopReason, ToolKind, Usage};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::grammar::Grammar;
use super::Writer;
use crate::names::Names;
use crate::tap::Ending;
use crate::translate::{Back, EventReader, StreamTranslation};

fn back() -> Back {
    Back {
        request: Arc::new(Request {
            model: "asked".to_owned(),
            ..Request::default()
        }),
        names: Names::default(),
        id: "x1".to_owned(),
        created: 0,
        asked: None,
    }
}

fn owned(event: Event<'_>) -> Event<'static> {
    let text = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    match event {
        Event::Start { id, model, created } => Event::Start {
            id: id.map(text),
            model: model.map(text),
            created,
        },
        Event::Open { index, part } => Event::Open {
            index,
            part: match part {
                Opened::Text => Opened::Text,
                Opened::Refusal => Opened::Refusal,
                Opened::Thinking { redacted, id } => Opened::Thinking {
                    redacted,
                    id: id.map(text),
                },
                Opened::ToolCall {
                    id,
                    name,
                    kind,
                    item_id,
                } => Opened::ToolCall {
                    id: text(id),
                    name: text(name),
                    kind,
                    item_id: item_id.map(text),
                },
                Opened::Foreign(one) => Opened::Foreign(one),
            },
        },
        Event::Delta(Delta::Text(words)) => Event::Delta(Delta::Text(text(words))),
        Event::Delta(Delta::Arguments(words)) => Event::Delta(Delta::Arguments(text(words))),
        Event::Delta(Delta::Signature(one)) => Event::Delta(Delta::Signature(one)),
        Event::Delta(Delta::Foreign(one)) => Event::Delta(Delta::Foreign(one)),
        Event::Close { index } => Event::Close { index },
        Event::Usage(usage) => Event::Usage(usage),
        Event::Stop(stop) => Event::Stop(stop),
        Event::End => Event::End,
        Event::Error(error) => Event::Error(error),
    }
}

/// The events of a stream that comes in these chunks, held against the grammar of events.
fn events<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> Vec<Event<'static>> {
    let mut all = Vec::new();
    let mut grammar = crate::grammar::Events::new();
    let mut sink = |event: Event<'_>| {
        grammar.take(&event).unwrap();
        all.push(owned(event));
        Ok(())
    };
    let mut reader = EventReader::new(Dialect::Gemini);
    for chunk in chunks {
        reader.push(chunk, &mut sink).unwrap();
    }
    reader.finish(&mut sink).unwrap();
    all
}

fn sse(pieces: &[Value]) -> String {
    pieces
        .iter()
        .map(|piece| format!("data: {piece}\r\n\r\n"))
        .collect()
}

fn array(pieces: &[Value]) -> String {
    let pieces: Vec<String> = pieces
        .iter()
        .map(|piece| serde_json::to_string_pretty(piece).unwrap())
        .collect();
    format!("[{}\n]\n", pieces.join("\n,\r\n"))
}

fn piece(parts: Value) -> Value {
    json!({ "candidates": [{ "content": { "parts": parts, "role": "model" }, "index": 0 }],
        "modelVersion": "gemini-x", "responseId": "r1" })
}

/// A stream with everything in it.
fn recorded() -> Vec<Value> {
    let mut last = piece(json!([{"text": "", "thoughtSignature": "CiQC"}]));
    last["candidates"][0]["finishReason"] = "STOP".into();
    last["usageMetadata"] = json!({"promptTokenCount": 120, "candidatesTokenCount": 15,
        "thoughtsTokenCount": 40, "cachedContentTokenCount": 100, "totalTokenCount": 175});
    let mut first = piece(json!([{"thought": true, "text": "plän "}]));
    first["usageMetadata"] = json!({"promptTokenCount": 120, "cachedContentTokenCount": 100});
    vec![
        first,
        piece(json!([{"thought": true, "text": "more 🦆"}, {"text": "Hel"}])),
        json!({"candidates": [{"index": 1, "content": {"parts": [{"text": "another"}]}}]}),
        piece(json!([{"text": "lo"}])),
        piece(
            json!([{"functionCall": {"name": "read", "args": {"path": "a\n\"b"}}, "thoughtSignature": "CiQB"}]),
        ),
        piece(
            json!([{"functionCall": {"id": "own", "name": "read"}}, {"executableCode": {"code": "1"}}]),
        ),
        last,
    ]
}

fn expected() -> Vec<Event<'static>> {
    let text = |text: &'static str| Event::Delta(Delta::Text(text.into()));
    let signed = |value: &str| {
        Event::Delta(Delta::Signature(Signature {
            dialect: Dialect::Gemini,
            value: value.to_owned(),
        }))
    };
    let open = |index, part| Event::Open { index, part };
    let call = |id: &'static str| Opened::ToolCall {
        id: id.into(),
        name: "read".into(),
        kind: ToolKind::Function,
        item_id: None,
    };
    let usage = |output, reasoning| {
        Event::Usage(Usage {
            input: 20,
            output,
            cache_read: 100,
            reasoning,
            ..Usage::default()
        })
    };
    let close = |index| Event::Close { index };
    let code = chat::Foreign {
        dialect: Dialect::Gemini,
        value: json!({"executableCode": {"code": "1"}}),
    };
    let thinking = Opened::Thinking {
        redacted: false,
        id: None,
    };
    vec![
        Event::Start {
            id: Some("r1".into()),
            model: Some("gemini-x".into()),
            created: None,
        },
        open(0, thinking),
        text("plän "),
        usage(0, 0),
        text("more 🦆"),
        close(0),
        open(1, Opened::Text),
        text("Hel"),
        text("lo"),
        close(1),
        open(2, call("")),
        signed("CiQB"),
        Event::Delta(Delta::Arguments(r#"{"path":"a\n\"b"}"#.into())),
        close(2),
        open(3, call("own")),
        Event::Delta(Delta::Arguments("".into())),
        close(3),
        open(4, Opened::Foreign(code)),
        close(4),
        open(5, Opened::Text),
        signed("CiQC"),
        close(5),
        usage(55, 40),
        Event::Stop(Stop::new(StopReason::ToolUse)),
        Event::End,
    ]
}

#[test]
fn a_recorded_stream_is_read() {
    assert_eq!(events([sse(&recorded()).as_bytes()]), expected());
}

#[test]
fn t2_chunking_never_matters() {
    let stream = sse(&recorded());
    let bytes = stream.as_bytes();
    for at in 0..=bytes.len() {
        assert_eq!(events([&bytes[..at], &bytes[at..]]), expected(), "{at}");
    }
    assert_eq!(events(bytes.chunks(1)), expected());
}

#[test]
fn t2_an_array_is_the_same_stream() {
    let compact = |mut all: Vec<Event<'static>>| {
        for event in &mut all {
            if let Event::Delta(Delta::Arguments(text)) = event {
                *text = text.replace([' ', '\n'], "").into();
            }
        }
        all
    };
    let stream = array(&recorded());
    let bytes = stream.as_bytes();
    let expected = compact(expected());
    for at in 0..=bytes.len() {
        assert_eq!(
            compact(events([&bytes[..at], &bytes[at..]])),
            expected,
            "{at}"
        );
    }
    // Without its last bracket it was cut.
    let cut = stream.trim_end().strip_suffix(']').unwrap();
    assert!(!events([cut.as_bytes()]).contains(&Event::End));
}

#[test]
fn s2_a_stream_without_a_reason_is_cut() {
    let mut pieces = recorded();
    pieces.pop();
    assert!(!events([sse(&pieces).as_bytes()]).contains(&Event::End));
    assert_eq!(events([]), []);
    assert_eq!(events([b": nothing\n\n".as_slice()]), []);
}

#[test]
fn what_is_unknown_or_odd_is_passed_over() {
    let stream = format!(
        ": ping\r\rdata: {}\n\nevent: x\ndata: {{\"new\":1}}\n\ndata: {}\n\ndata:\n\ndata: [DONE]\n\n",
        json!({"response": piece(json!([{"text": "a", "partMetadata": {}}]))}),
        json!({"candidates": [{"finishReason": "MAX_TOKENS", "content": {}}], "usage_metadata": null}),
    );
    let read = events([stream.as_bytes()]);
    assert_eq!(read[2], Event::Delta(Delta::Text("a".into())));
    assert_eq!(
        read[read.len() - 2],
        Event::Stop(Stop::new(StopReason::MaxTokens))
    );
    let bad =
        EventReader::new(Dialect::Gemini).push(b"data: {\"candidates\":7}\n\n", &mut |_| Ok(()));
    assert!(bad.is_err());
}

#[test]
fn reasons_mean_what_they_say() {
    #[rustfmt::skip]
    let rows = [
        ("STOP", StopReason::EndTurn), ("MAX_TOKENS", StopReason::MaxTokens), ("SAFETY", StopReason::Refusal),
        ("RECITATION", StopReason::Refusal), ("BLOCKLIST", StopReason::Refusal), ("PROHIBITED_CONTENT", StopReason::Refusal),
        ("SPII", StopReason::Refusal), ("IMAGE_SAFETY", StopReason::Refusal),
        ("OTHER", StopReason::Other("OTHER".to_owned())), ("NEW", StopReason::Other("NEW".to_owned())),
    ];
    for (word, reason) in rows {
        let stream = sse(&[json!({"candidates": [{"finishReason": word}]})]);
        let read = events([stream.as_bytes()]);
        assert_eq!(
            read[1..],
            [Event::Stop(Stop::new(reason)), Event::End],
            "{word}"
        );
    }
    let broken = sse(&[json!({"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL"}]})]);
    let read = EventReader::new(Dialect::Gemini).push(broken.as_bytes(), &mut |_| Ok(()));
    assert!(read.unwrap_err().message.contains("no JSON"));
    let blocked = json!({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 3}});
    let read = events([sse(&[blocked]).as_bytes()]);
    assert_eq!(
        read[2..],
        [Event::Stop(Stop::new(StopReason::Refusal)), Event::End]
    );
}

#[test]
fn s2_an_error_in_the_stream_is_told_as_one() {
    let stream = sse(&[
        piece(json!([{"text": "a"}])),
        json!({"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}),
    ]);
    for stream in [
        stream,
        array(&[json!({"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}})]),
    ] {
        let read = events([stream.as_bytes()]);
        let Some(Event::Error(error)) = read.last() else {
            panic!("{read:?}");
        };
        assert_eq!(error.message, "overloaded");
        assert_eq!(error.kind.as_deref(), Some("UNAVAILABLE"));
        assert_eq!(error.code.as_deref(), Some("503"));
    }
}

/// The JSON of what a client gets.
fn written(events: &[Event<'_>], as_array: bool) -> (Vec<Value>, String) {
    let mut writer = Writer::new(&back());
    if as_array {
        writer.as_array();
    }
    let mut out = Vec::new();
    for event in events {
        writer.write(event, &mut out);
    }
    let text = String::from_utf8(out).unwrap();
    let pieces = if as_array {
        serde_json::from_str(&text).unwrap()
    } else {
        text.split("\r\n\r\n")
            .filter(|frame| !frame.is_empty())
            .map(|frame| serde_json::from_str(frame.strip_prefix("data: ").unwrap()).unwrap())
            .collect()
    };
    (pieces, text)
}

#[test]
fn t3_a_stream_is_written_piece_by_piece() {
    let (pieces, _) = written(&expected(), false);
    let parts: Vec<&Value> = pieces
        .iter()
        .map(|piece| &piece["candidates"][0]["content"]["parts"][0])
        .collect();
    assert_eq!(
        parts,
        [
            &json!({"text": "plän ", "thought": true}),
            &json!({"text": "more 🦆", "thought": true}),
            &json!({"text": "Hel"}),
            &json!({"text": "lo"}),
            &json!({"functionCall": {"name": "read", "args": {"path": "a\n\"b"}}, "thoughtSignature": "CiQB"}),
            &json!({"functionCall": {"id": "own", "name": "read", "args": {}}}),
            &json!({"executableCode": {"code": "1"}}),
            &json!({"text": "", "thoughtSignature": "CiQC"}),
            &json!({"text": ""}),
        ]
    );
    let last = pieces.last().unwrap();
    assert_eq!(last["candidates"][0]["finishReason"], "STOP");
    assert_eq!(
        last["usageMetadata"],
        json!({"promptTokenCount": 120, "candidatesTokenCount": 15, "totalTokenCount": 175,
            "cachedContentTokenCount": 100, "thoughtsTokenCount": 40})
    );
    assert!(
        pieces
            .iter()
            .all(|piece| piece["responseId"] == "r1" && piece["modelVersion"] == "gemini-x")
    );
}

#[test]
fn an_array_is_written_for_a_client_that_wants_one() {
    let (framed, _) = written(&expected(), false);
    let (pieces, text) = written(&expected(), true);
    assert_eq!(pieces, framed);
    assert!(text.starts_with("[{") && text.ends_with("}]"));
}

#[test]
fn t1_a_call_without_an_id_gets_one_that_stays() {
    let pieces = [piece(
        json!([{"functionCall": {"name": "f", "args": {}}}, {"functionCall": {"name": "f", "args": {}}}]),
    )];
    let mut translation = StreamTranslation::new(Dialect::Gemini, Dialect::Gemini, &back());
    let mut out = Vec::new();
    translation.push(sse(&pieces).as_bytes(), &mut out).unwrap();
    assert_eq!(translation.finish(&mut out).unwrap(), Ending::Cut);
    let text = String::from_utf8(out).unwrap();
    assert!(
        text.contains("call_x1_0") && text.contains("call_x1_1"),
        "{text}"
    );
    let whole = crate::translate_reply(
        Dialect::Gemini,
        Dialect::Gemini,
        pieces[0].to_string().as_bytes(),
        &back(),
    );
    let whole = String::from_utf8(whole.unwrap().body).unwrap();
    assert!(
        whole.contains("call_x1_0") && whole.contains("call_x1_1"),
        "{whole}"
    );
}

#[test]
fn s2_a_stream_that_fails_ends_with_the_dialects_own_error() {
    let fault = crate::Fault {
        status: 503,
        kind: crate::FaultKind::Overloaded,
        message: "nobody is left".to_owned(),
        code: None,
        param: None,
        request_id: "r".to_owned(),
    };
    for (as_array, begun) in [(true, true), (true, false), (false, true)] {
        let mut writer = Writer::new(&back());
        if as_array {
            writer.as_array();
        }
        let mut out = Vec::new();
        if begun {
            for event in &expected()[..3] {
                writer.write(event, &mut out);
            }
        }
        writer.fail(&fault, &mut out);
        if as_array {
            out.splice(0..0, *crate::ARRAY_KEEP_ALIVE.first_chunk::<1>().unwrap());
        }
        let read = events([out.as_slice()]);
        assert_eq!(read.len(), if begun { 4 } else { 1 });
        assert!(
            matches!(read.last(), Some(Event::Error(error)) if error.message == "nobody is left")
        );
    }
}

fn some_events() -> impl Strategy<Value = Vec<Event<'static>>> {
    let words = prop::collection::vec("\\PC{0,5}", 0..4);
    let arguments = prop::sample::select(vec![
        "",
        "{}",
        "{\"a\":\n1}",
        "[1]",
        " {\"b\":\"\\u00e9\"} ",
    ]);
    let seal = prop::option::of(prop::sample::select(vec![
        Dialect::Gemini,
        Dialect::Anthropic,
    ]));
    let part = (0..5_u8, words, arguments, seal);
    let reason = prop::sample::select(vec![
        StopReason::EndTurn,
        StopReason::ContextFull,
        StopReason::Pause,
        StopReason::Other("odd \"word\"".to_owned()),
    ]);
    (prop::collection::vec(part, 0..5), reason, any::<bool>()).prop_map(|(parts, reason, named)| {
        let mut events = vec![Event::Start {
            id: named.then(|| "id\n\"".into()),
            model: named.then(|| "m".into()),
            created: None,
        }];
        for (index, (kind, words, arguments, seal)) in (0..).zip(parts) {
            let part = match kind {
                0 => Opened::Text,
                1 => Opened::Refusal,
                2 => Opened::Thinking {
                    redacted: false,
                    id: None,
                },
                3 => Opened::Foreign(chat::Foreign {
                    dialect: if words.is_empty() {
                        Dialect::Gemini
                    } else {
                        Dialect::Anthropic
                    },
                    value: json!({"executableCode": {}}),
                }),
                _ => Opened::ToolCall {
                    id: "c".into(),
                    name: "f".into(),
                    kind: ToolKind::Function,
                    item_id: None,
                },
            };
            let foreign = kind == 3;
            let call = kind == 4;
            events.push(Event::Open { index, part });
            if call {
                events.push(Event::Delta(Delta::Arguments(arguments.into())));
            } else if !foreign {
                events.extend(
                    words
                        .into_iter()
                        .map(|word| Event::Delta(Delta::Text(word.into()))),
                );
            }
            if let Some(dialect) = seal
                && !foreign
            {
                events.push(Event::Delta(Delta::Signature(Signature {
                    dialect,
                    value: "CiQB".to_owned(),
                })));
            }
            events.push(Event::Close { index });
        }
        events.extend([
            Event::Usage(Usage::default()),
            Event::Stop(Stop::new(reason)),
            Event::End,
        ]);
        events
    })
}

/// What a reader makes of what was written: neighbouring words of one kind are one part there.
fn said(events: &[Event<'_>]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut kind = ' ';
    for event in events {
        match event {
            Event::Open { part, .. } => {
                let before = kind;
                kind = match part {
                    Opened::Text | Opened::Refusal => 't',
                    Opened::Thinking { .. } => 'T',
                    Opened::ToolCall { .. } => 'c',
                    Opened::Foreign(one) if one.dialect == Dialect::Gemini => 'f',
                    Opened::Foreign(_) => before,
                };
            }
            Event::Delta(Delta::Text(text)) if !text.is_empty() => {
                match all.last_mut().filter(|last| last.starts_with(kind)) {
                    Some(last) => last.push_str(text),
                    None => all.push(format!("{kind}{text}")),
                }
            }
            Event::Delta(Delta::Arguments(text)) => {
                let mut value = serde_json::from_str(text).unwrap_or_else(|_| json!({}));
                if !value.is_object() {
                    value = json!({ "arguments": value });
                }
                all.push(format!("c{value}"));
            }
            _ => {}
        }
    }
    all
}

proptest! {
    #[test]
    fn t3_whatever_is_said_the_grammar_is_kept(events in some_events()) {
        let mut grammar = Grammar::default();
        let (pieces, text) = written(&events, false);
        for piece in &pieces {
            grammar.check(&serde_json::to_vec(piece).unwrap()).unwrap();
        }
        prop_assert!(grammar.ended());
        let read = self::events([text.as_bytes()]);
        prop_assert_eq!(said(&read), said(&events));
        prop_assert_eq!(read.last(), Some(&Event::End));
        let (as_array, array) = written(&events, true);
        prop_assert_eq!(as_array, pieces);
        prop_assert_eq!(self::events([array.as_bytes()]), read);
    }

    #[test]
    fn no_bytes_panic(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..4), prefix in prop::sample::select(vec!["", "data: ", "[", "data: {\"candidates\":["])) {
        let mut reader = EventReader::new(Dialect::Gemini);
        let mut sink = |_: Event<'_>| Ok(());
        let _ = reader.push(prefix.as_bytes(), &mut sink);
        for chunk in &chunks {
            let _ = reader.push(chunk, &mut sink);
        }
        let _ = reader.finish(&mut sink);
        let _ = super::super::reply::read(&chunks.concat());
    }
}

#[test]
fn a_broken_stream_breaks_the_grammar() {
    let good = || piece(json!([{"text": "a"}]));
    let mut ended = good();
    ended["candidates"][0]["finishReason"] = "STOP".into();
    let mut other = good();
    other["responseId"] = "r2".into();
    let mut nobody = good();
    nobody["candidates"][0]["content"]["role"] = "user".into();
    for pieces in [
        vec![ended, good()],
        vec![good(), other],
        vec![nobody],
        vec![piece(json!([]))],
        vec![piece(json!([{"thought": true}]))],
        vec![piece(json!([{"functionCall": {"name": "f"}}]))],
        vec![piece(json!([{"functionCall": {"args": {}}}]))],
        vec![json!({"candidates": []})],
    ] {
        let mut grammar = Grammar::default();
        let broken = pieces
            .iter()
            .any(|piece| grammar.check(&serde_json::to_vec(piece).unwrap()).is_err());
        assert!(broken, "{pieces:?}");
    }
}
