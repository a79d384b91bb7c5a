//! The laws for Kiro, which is written to and read from, and spoken by no client.

use std::collections::HashSet;

use chat::{Dialect, Part, Reply, ToolCall};
use dialect::grammar::Wire;
use dialect::{Ending, StreamTranslation, Tap, read_reply, translate_reply, write_request};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::any::answers::reply;
use crate::any::requests::{calls_of, request, results_of};
use crate::event_stream::of_lines;
use crate::{SPOKEN, plain_back, target};

/// An answer as the upstream streams it, its texts in pieces of this size.
fn stream(reply: &Reply, size: usize) -> Vec<u8> {
    let mut lines = String::new();
    let mut say = |name: &str, fields: Value| {
        lines += &format!("{name} {fields}\n");
    };
    for part in &reply.parts {
        match part {
            Part::Text(text) => {
                for piece in pieces(&text.text, size) {
                    say("assistantResponseEvent", json!({ "content": piece }));
                }
            }
            Part::Thinking(thought) => {
                say("reasoningContentEvent", json!({ "text": thought.text }));
            }
            Part::ToolCall(call) => {
                let (id, name) = (&call.id, &call.name);
                say("toolUseEvent", json!({ "toolUseId": id, "name": name }));
                for piece in pieces(&call.arguments, size) {
                    say(
                        "toolUseEvent",
                        json!({ "toolUseId": id, "name": name, "input": piece }),
                    );
                }
                say(
                    "toolUseEvent",
                    json!({ "toolUseId": id, "name": name, "stop": true }),
                );
            }
            _ => {}
        }
    }
    of_lines(&lines)
}

fn pieces(text: &str, size: usize) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    letters
        .chunks(size)
        .map(|piece| piece.iter().collect())
        .collect()
}

/// Answers of which this upstream has the words.
fn answered() -> impl Strategy<Value = Reply> {
    let says = |part: &Part| !matches!(part, Part::Refusal(_));
    reply().prop_filter("says something it can say", move |reply| {
        !reply.parts.is_empty() && reply.parts.iter().all(says)
    })
}

fn calls(reply: &Reply) -> Vec<&ToolCall> {
    let parts = reply.parts.iter();
    let calls = parts.filter_map(|part| match part {
        Part::ToolCall(call) => Some(call),
        _ => None,
    });
    calls.collect()
}

/// What breaks the API's rules.
fn check(state: &Value) {
    assert_eq!(state["chatTriggerType"], "MANUAL");
    let history = state["history"].as_array().cloned().unwrap_or_default();
    let current = &state["currentMessage"]["userInputMessage"];
    let known: HashSet<String> = list(&current["userInputMessageContext"]["tools"])
        .iter()
        .map(|tool| {
            let tool = &tool["toolSpecification"];
            let schema = &tool["inputSchema"]["json"];
            assert!(
                schema["type"] == "object"
                    && schema["properties"].is_object()
                    && schema["required"].is_array()
            );
            assert!(!tool["description"].as_str().unwrap().trim().is_empty());
            tool["name"].as_str().unwrap().to_ascii_lowercase()
        })
        .collect();
    let mut open: Vec<String> = Vec::new();
    assert!(history.len().is_multiple_of(2), "ends with the user");
    for (at, turn) in history.iter().enumerate() {
        if at % 2 == 0 {
            user(&turn["userInputMessage"], &open);
            assert!(turn["userInputMessage"]["userInputMessageContext"]["tools"].is_null());
            continue;
        }
        let said = &turn["assistantResponseMessage"];
        assert!(!said["content"].as_str().unwrap().is_empty());
        open = list(&said["toolUses"])
            .iter()
            .map(|call| {
                assert!(call["input"].is_object());
                assert!(known.contains(&call["name"].as_str().unwrap().to_ascii_lowercase()));
                call["toolUseId"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(open.iter().collect::<HashSet<_>>().len(), open.len());
    }
    user(current, &open);
}

fn user(message: &Value, open: &[String]) {
    assert!(!message["content"].as_str().unwrap().is_empty());
    let results = list(&message["userInputMessageContext"]["toolResults"]);
    let answered: Vec<&str> = results
        .iter()
        .map(|result| result["toolUseId"].as_str().unwrap())
        .collect();
    assert_eq!(answered, open);
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

proptest! {
    #[test]
    fn t1_every_request_keeps_the_rules_with_its_calls_and_results(request in request(), cut in any::<prop::sample::Index>()) {
        let mut request = request;
        // Clients cut histories anywhere.
        let from = cut.index(request.messages.len());
        request.messages.drain(..from);
        let written = write_request(Dialect::Kiro, &request, &target("claude-sonnet-4-5"));
        let body: Value = serde_json::from_slice(&written.body).unwrap();
        let state = &body["conversationState"];
        check(state);
        let text = state.to_string();
        for call in calls_of(&request.messages) {
            let told = format!("\"toolUseId\":\"{}\"", call.id);
            prop_assert!(text.contains(&told), "{told}");
        }
        for result in results_of(&request.messages) {
            if let [Part::Text(words)] = result.content.as_slice() {
                prop_assert!(text.contains(Value::from(words.text.as_str()).to_string().trim_matches('"')));
            }
        }
    }

    #[test]
    fn t1_calls_of_an_answer_arrive_equal(reply in answered(), size in 1..9_usize, which in 0..4_usize) {
        let stream = stream(&reply, size);
        let read = read_reply(Dialect::Kiro, &stream).unwrap();
        prop_assert_eq!(calls(&read), calls(&reply));
        prop_assert_eq!(read.parts.len(), reply.parts.len());
        prop_assert!(translate_reply(Dialect::Kiro, SPOKEN[which], &stream, &plain_back()).is_ok());
    }

    #[test]
    fn t2_t3_any_cut_gives_the_same_well_formed_stream(reply in answered(), size in 1..9_usize, which in 0..4_usize, chunk in 1..60_usize) {
        let stream = stream(&reply, size);
        let told = |chunk: usize| {
            let mut translation = StreamTranslation::new(Dialect::Kiro, SPOKEN[which], &plain_back());
            let mut tap = Tap::new(Dialect::Kiro);
            let mut out = Vec::new();
            for piece in stream.chunks(chunk) {
                let reached = tap.scan(piece);
                assert_eq!(translation.push(piece, &mut out).unwrap(), reached);
            }
            let ending = translation.finish(&mut out).unwrap();
            assert_eq!((tap.finish(), ending), (Ending::Complete, Ending::Complete));
            out
        };
        let whole = told(stream.len());
        let mut wire = Wire::new(SPOKEN[which]);
        if let Err(violation) = wire.take(&whole) {
            panic!("{violation}: {}", String::from_utf8_lossy(&whole));
        }
        prop_assert!(wire.is_over());
        prop_assert_eq!(told(chunk), whole);
    }
}
