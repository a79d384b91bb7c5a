//! Generators of what the neutral model can hold of this dialect.

use chat::{
    Delta, Event, Foreign, Part, Signature, Stop, StopReason, Text, Thinking, ToolCall, ToolKind,
    Usage,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::DIALECT;
use super::super::reply::tell;
use crate::Dialect;

/// Words, with what JSON escapes and what UTF-8 writes in several bytes.
pub(super) fn words() -> impl Strategy<Value = String> {
    "[a-z \"\\\\\n\täß€😀]{1,12}"
}

pub(super) fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z_][a-zA-Z0-9_-]{0,12}"
}

/// The arguments of a call.
pub(super) fn arguments() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("{}".to_owned()),
        words().prop_map(|text| json!({ "a": text }).to_string()),
    ]
}

pub(super) fn own(value: String) -> Signature {
    Signature {
        dialect: DIALECT,
        value,
    }
}

/// A part that this dialect can say, with ids of its own.
pub(super) fn part(index: usize) -> impl Strategy<Value = Part> {
    let text = (words(), prop::option::of(words())).prop_map(|(text, cited)| {
        Part::Text(Text {
            extra: cited.map(|title| Foreign {
                dialect: DIALECT,
                value: json!({"annotations": [{"type": "url_citation", "title": title}]}),
            }),
            ..Text::new(text)
        })
    });
    let thought = (words(), prop::option::of(words())).prop_map(move |(text, sealed)| {
        Part::Thinking(Thinking {
            text,
            signature: sealed.map(own),
            redacted: false,
            id: Some(format!("rs_{index}")),
        })
    });
    let sealed = words().prop_map(move |sealed| {
        Part::Thinking(Thinking {
            signature: Some(own(sealed)),
            id: Some(format!("rs_{index}")),
            ..Thinking::default()
        })
    });
    let call = (name(), arguments(), any::<bool>()).prop_map(move |(name, arguments, custom)| {
        Part::ToolCall(ToolCall {
            id: format!("call_{index}"),
            name,
            arguments,
            kind: if custom {
                ToolKind::Custom
            } else {
                ToolKind::Function
            },
            item_id: Some(format!("fc_{index}")),
            ..ToolCall::default()
        })
    });
    let foreign = words().prop_map(move |query| {
        Part::Foreign(Foreign {
            dialect: DIALECT,
            value: json!({"type": "web_search_call", "id": format!("ws_{index}"), "query": query}),
        })
    });
    prop_oneof![
        text,
        words().prop_map(Part::Refusal),
        thought,
        sealed,
        call,
        foreign
    ]
}

/// Parts that this dialect can say.
pub(super) fn parts() -> impl Strategy<Value = Vec<Part>> {
    (0_usize..6).prop_flat_map(|count| (0..count).map(part).collect::<Vec<_>>())
}

pub(super) fn usage() -> impl Strategy<Value = Usage> {
    (any::<[u16; 4]>(), 0_u64..100).prop_map(|([input, output, read, write], reasoning)| Usage {
        input: input.into(),
        output: output.into(),
        cache_read: read.into(),
        cache_write: write.into(),
        reasoning,
        estimated: false,
    })
}

/// Why an answer of these parts ended.
pub(super) fn stop(parts: &[Part]) -> impl Strategy<Value = Stop> + use<> {
    let called = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
    let whole = if called {
        StopReason::ToolUse
    } else {
        StopReason::EndTurn
    };
    prop_oneof![
        Just(whole),
        Just(StopReason::MaxTokens),
        Just(StopReason::Refusal),
    ]
    .prop_map(Stop::new)
}

/// Events of an answer that this dialect can say, its words in pieces.
pub(super) fn events() -> impl Strategy<Value = Vec<Event<'static>>> {
    parts()
        .prop_flat_map(|parts| (stop(&parts), Just(parts), usage(), 1_usize..8))
        .prop_map(|(stop, parts, usage, size)| {
            let mut events = vec![Event::Start {
                id: Some("resp_abc".into()),
                model: Some("m".into()),
                created: Some(1_700_000_001),
            }];
            for (index, part) in (0..).zip(parts) {
                tell(part, index, &mut |event| {
                    in_pieces(event, size, &mut events)
                });
            }
            events.extend([Event::Usage(usage), Event::Stop(stop), Event::End]);
            events
        })
}

/// An event whose text comes in pieces of so many letters.
fn in_pieces(event: Event<'_>, size: usize, events: &mut Vec<Event<'static>>) {
    let wrap: fn(String) -> Delta<'static> = match &event {
        Event::Delta(Delta::Text(_)) => |piece| Delta::Text(piece.into()),
        Event::Delta(Delta::Arguments(_)) => |piece| Delta::Arguments(piece.into()),
        _ => {
            events.push(super::super::stream::tests::owned(event));
            return;
        }
    };
    if let Event::Delta(Delta::Text(text) | Delta::Arguments(text)) = event {
        let letters: Vec<char> = text.chars().collect();
        let pieces = letters.chunks(size).map(|piece| piece.iter().collect());
        events.extend(pieces.map(|piece| Event::Delta(wrap(piece))));
    }
}

/// A part of any dialect's answer, whatever it is.
pub(super) fn any_part() -> impl Strategy<Value = Part> {
    let dialect = prop::sample::select(&Dialect::ALL[..]);
    let signature =
        (dialect.clone(), words()).prop_map(|(dialect, value)| Signature { dialect, value });
    let signature = prop::option::of(signature).boxed();
    let maybe = prop_oneof![Just(String::new()), words()].boxed();
    prop_oneof![
        (maybe.clone(), signature.clone()).prop_map(|(text, signature)| Part::Text(Text {
            signature,
            ..Text::new(text)
        })),
        maybe.clone().prop_map(Part::Refusal),
        (maybe.clone(), signature.clone(), any::<bool>()).prop_map(
            |(text, signature, redacted)| {
                Part::Thinking(Thinking {
                    text,
                    signature,
                    redacted,
                    id: None,
                })
            }
        ),
        (name(), maybe, signature, any::<bool>()).prop_map(
            |(name, arguments, signature, custom)| {
                Part::ToolCall(ToolCall {
                    id: name.clone(),
                    name,
                    arguments,
                    kind: if custom {
                        ToolKind::Custom
                    } else {
                        ToolKind::Function
                    },
                    signature,
                    ..ToolCall::default()
                })
            }
        ),
        (dialect, words()).prop_map(|(dialect, text)| Part::Foreign(Foreign {
            dialect,
            value: json!({"type": text}),
        })),
    ]
}

/// JSON that looks like this dialect's, and is not.
pub(super) fn almost(
    keys: &'static [&'static str],
    kinds: &'static [&'static str],
) -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        prop::sample::select(kinds).prop_map(Value::from),
        words().prop_map(Value::from),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word,
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        let field = (prop::sample::select(keys), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            prop::collection::vec(field, 0..8).prop_map(|fields| {
                fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            }),
        ]
    })
}
