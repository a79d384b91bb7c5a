//! Streams as events.

use chat::{Event, Opened};

use super::super::frame::{Kind, Message};
use super::*;
use crate::grammar::Events;

const SAYS: &str = "assistantResponseEvent";
const CALLS: &str = "toolUseEvent";
const THINKS: &str = "reasoningContentEvent";

/// What a stream of these messages says, in short words, each event checked against the grammar.
fn told(messages: &[(Kind, &str, &str)]) -> Vec<String> {
    let mut reader = Reader::default();
    let mut grammar = Events::new();
    let mut all: Vec<String> = Vec::new();
    let mut take = |event: Event<'_>| {
        grammar.take(&event).unwrap();
        let word = match event {
            Event::Start { model, .. } => format!("start {}", model.unwrap_or_default()),
            Event::Open {
                part: Opened::Text, ..
            } => "text".to_owned(),
            Event::Open {
                part: Opened::Thinking { redacted, .. },
                ..
            } => format!("thought {redacted}"),
            Event::Open {
                part: Opened::ToolCall { id, name, .. },
                ..
            } => format!("call {id} {name}"),
            Event::Delta(chat::Delta::Text(text) | chat::Delta::Arguments(text)) => {
                format!("+{text}")
            }
            Event::Delta(chat::Delta::Signature(seal)) => format!("seal {}", seal.value),
            Event::Close { .. } => "close".to_owned(),
            Event::Usage(usage) => format!("usage {} {}", usage.sent(), usage.output),
            Event::Stop(stop) => format!("stop {:?}", stop.reason),
            Event::End => "end".to_owned(),
            Event::Error(error) => format!("error {error:?}"),
            other => format!("{other:?}"),
        };
        match all.last_mut() {
            Some(last) if last.starts_with('+') && word.starts_with('+') => {
                last.push_str(&word[1..])
            }
            _ => all.push(word),
        }
    };
    for (kind, name, payload) in messages {
        let message = Message {
            kind: *kind,
            name,
            payload: payload.as_bytes(),
        };
        reader.read(&message, &mut take).unwrap();
    }
    reader.finish(&mut take).unwrap();
    all
}

fn events(list: &[(&'static str, &'static str)]) -> Vec<(Kind, &'static str, &'static str)> {
    list.iter()
        .map(|(name, payload)| (Kind::Event, *name, *payload))
        .collect()
}

#[test]
fn text_and_counts_are_told() {
    let stream = events(&[
        (
            "metadataEvent",
            r#"{"tokenUsage":{"uncachedInputTokens":10,"outputTokens":20,"cacheReadInputTokens":5}}"#,
        ),
        (SAYS, r#"{"content":"Hel","modelId":"claude-sonnet-4.5"}"#),
        ("newEvent", "no json"),
        (SAYS, r#"{"assistantResponseEvent":{"content":"lo"}}"#),
        ("contextUsageEvent", r#"{"contextUsagePercentage":12.3}"#),
        ("meteringEvent", r#"{"unit":"credit","usage":0.34}"#),
    ]);
    assert_eq!(
        told(&stream),
        [
            "start claude-sonnet-4.5",
            "usage 15 20",
            "text",
            "+Hello",
            "close",
            "stop EndTurn",
            "end"
        ]
    );
}

#[test]
fn t1_calls_come_in_pieces_and_may_be_mingled() {
    let stream = events(&[
        (SAYS, r#"{"content":"Both."}"#),
        (CALLS, r#"{"toolUseId":"a","name":"f"}"#),
        (CALLS, r#"{"toolUseId":"b","name":"g","input":"{\"x\""}"#),
        (CALLS, r#"{"toolUseId":"a","name":"f","input":"{\"n\":1}"}"#),
        (SAYS, r#"{"content":"Behind."}"#),
        (CALLS, r#"{"toolUseId":"b","input":":2}"}"#),
        (CALLS, r#"{"toolUseId":"a","name":"f","stop":true}"#),
        (CALLS, r#"{"toolUseId":"b","stop":true}"#),
        (CALLS, r#"{"toolUseId":"c","name":"none","stop":true}"#),
        (
            CALLS,
            r#"{"toolUseId":"d","name":"old","input":{"y":[1.50]}}"#,
        ),
        (CALLS, r#"{"toolUseId":"d","name":"old","stop":true}"#),
    ]);
    assert_eq!(
        told(&stream),
        [
            "start ",
            "text",
            "+Both.",
            "close",
            "call a f",
            "+{\"n\":1}",
            "close",
            "call b g",
            "+{\"x\":2}",
            "close",
            "text",
            "+Behind.",
            "close",
            "call c none",
            "close",
            "call d old",
            "+{\"y\":[1.50]}",
            "close",
            "stop ToolUse",
            "end"
        ]
    );
}

#[test]
fn t1_a_call_that_was_cut_off_has_no_end() {
    let stream = events(&[(CALLS, r#"{"toolUseId":"a","name":"f","input":"{\"n\":"}"#)]);
    assert_eq!(told(&stream), ["start ", "call a f", "+{\"n\":"]);
    assert!(told(&[]).is_empty());
}

#[test]
fn thoughts_come_in_tags_or_as_events_of_their_own() {
    let stream = events(&[
        (SAYS, r#"{"content":"\n<thin"}"#),
        (
            SAYS,
            r#"{"content":"king>\nI say `</thinking>` and </thin"}"#,
        ),
        (SAYS, r#"{"content":"king>\n\nYes <thinking>."}"#),
    ]);
    assert_eq!(
        told(&stream),
        [
            "start ",
            "thought false",
            "+I say `</thinking>` and ",
            "seal tagged",
            "close",
            "text",
            "+Yes <thinking>.",
            "close",
            "stop EndTurn",
            "end"
        ]
    );
    let stream = events(&[
        (THINKS, r#"{"text":"hm"}"#),
        (THINKS, r#"{"signature":"s=="}"#),
        (THINKS, r#"{"redactedContent":"AAA="}"#),
        (SAYS, r#"{"content":"Yes"}"#),
    ]);
    assert_eq!(
        told(&stream),
        [
            "start ",
            "thought false",
            "+hm",
            "seal s==",
            "close",
            "thought true",
            "seal AAA=",
            "close",
            "text",
            "+Yes",
            "close",
            "stop EndTurn",
            "end"
        ]
    );
}

#[test]
fn a_thought_in_tags_ends_at_a_call_and_at_the_end() {
    let stream = events(&[
        (SAYS, r#"{"content":"<thinking>hm</thinking>"}"#),
        (CALLS, r#"{"toolUseId":"a","name":"f","stop":true}"#),
        (SAYS, r#"{"content":"<thinking> is a word"}"#),
    ]);
    assert_eq!(
        told(&stream),
        [
            "start ",
            "thought false",
            "+hm",
            "seal tagged",
            "close",
            "call a f",
            "close",
            "text",
            "+<thinking> is a word",
            "close",
            "stop ToolUse",
            "end"
        ]
    );
    let open = events(&[(SAYS, r#"{"content":"<thinking>never closed"}"#)]);
    assert_eq!(
        told(&open),
        [
            "start ",
            "thought false",
            "+never closed",
            "seal tagged",
            "close",
            "stop EndTurn",
            "end"
        ]
    );
}

#[test]
fn t2_tags_are_found_whatever_the_cuts() {
    let text = " <thinking>\nü `</thinking>` x</thinking>\n\nAnswer </thinking>\n";
    let gather = |pieces: &[&str]| {
        let payloads: Vec<String> = pieces
            .iter()
            .map(|piece| serde_json::json!({ "content": piece }).to_string())
            .collect();
        let messages: Vec<_> = payloads
            .iter()
            .map(|one| (Kind::Event, SAYS, one.as_str()))
            .collect();
        told(&messages)
    };
    let whole = gather(&[text]);
    assert_eq!(whole[2], "+ü `</thinking>` x");
    assert_eq!(whole[6], "+Answer </thinking>\n");
    for (at, _) in text.char_indices() {
        let (head, tail) = text.split_at(at);
        assert_eq!(gather(&[head, tail]), whole, "cut at {at}");
    }
    let letters: Vec<&str> = text.split("").filter(|letter| !letter.is_empty()).collect();
    assert_eq!(gather(&letters), whole);
}

#[test]
fn exceptions_are_errors_but_for_the_limit_of_the_answer() {
    let slow = (
        Kind::Exception,
        "ThrottlingException",
        r#"{"message":"slow","reason":"DAILY_REQUEST_COUNT"}"#,
    );
    let said = (Kind::Event, SAYS, r#"{"content":"Half"}"#);
    let all = told(&[said, slow, said]);
    assert_eq!(&all[..3], ["start ", "text", "+Half"]);
    assert_eq!(
        all[3],
        "error StreamError { message: \"slow\", kind: Some(\"ThrottlingException\"), code: Some(\"DAILY_REQUEST_COUNT\") }"
    );
    assert_eq!(all.len(), 4);
    let limit = (Kind::Exception, "ContentLengthExceededException", "{}");
    assert_eq!(
        told(&[said, limit])[3..],
        ["close", "stop MaxTokens", "end"]
    );
    assert_eq!(told(&[limit]).len(), 1);
    let full = (
        Kind::Event,
        "contextUsageEvent",
        r#"{"contextUsagePercentage":100.0}"#,
    );
    assert_eq!(told(&[said, full])[4], "stop ContextFull");
    let state = (
        Kind::Event,
        "invalidStateEvent",
        r#"{"reason":"INVALID_TASK_ASSIST_PLAN","message":"m"}"#,
    );
    assert!(told(&[state])[0].starts_with("error"));
    let error = (Kind::Error, "InternalFailure", "");
    assert!(told(&[error])[0].contains("InternalFailure"));
}

#[test]
fn what_is_cut_inside_of_a_message_is_malformed() {
    let mut reader = Reader::default();
    let message = Message {
        kind: Kind::Event,
        name: SAYS,
        payload: b"{\"content\":",
    };
    assert!(reader.read(&message, &mut |_| {}).is_err());
}
