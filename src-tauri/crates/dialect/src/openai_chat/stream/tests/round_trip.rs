//! Read after write gives the same events, for all that the dialect can say.

use chat::{Delta, Dialect, Event, Opened, Request, Signature, Stop, StopReason, ToolKind, Usage};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde_json::json;

use super::writing::{back, bytes};
use super::{check, events};

proptest! {
    #[test]
    fn the_same_events(told in told()) {
        check(&told);
        let request = Request { wants_usage: true, ..Request::default() };
        let written = bytes(&told, &back(request));
        let read = events([written.as_slice()]).unwrap();
        check(&read);
        prop_assert_eq!(merged(read), merged(told));
    }
}

/// The same with neighbouring pieces joined, and with usage at the end: where a text is cut says nothing, and usage may
/// stand anywhere.
fn merged(events: Vec<Event<'static>>) -> Vec<Event<'static>> {
    let mut merged: Vec<Event<'static>> = Vec::new();
    for event in events {
        match (merged.last_mut(), &event) {
            (Some(Event::Delta(Delta::Text(last))), Event::Delta(Delta::Text(more)))
            | (Some(Event::Delta(Delta::Arguments(last))), Event::Delta(Delta::Arguments(more))) => {
                last.to_mut().push_str(more);
            }
            _ => merged.push(event),
        }
    }
    merged.sort_by_key(|event| matches!(event, Event::Usage(_)));
    merged
}

/// Parts in an order in which the dialect can tell them: no two neighbours of one kind of words.
fn told() -> impl Strategy<Value = Vec<Event<'static>>> {
    let words = || vec("\\PC{1,5}", 1..4);
    let thought = (words(), of(Just("SIG"))).prop_map(|(pieces, seal)| {
        part(
            Opened::Thinking {
                redacted: false,
                id: None,
            },
            pieces,
            Delta::Text,
            seal.map(|seal| (Dialect::Anthropic, seal)),
        )
    });
    let redacted = Just(part(
        Opened::Thinking {
            redacted: true,
            id: None,
        },
        Vec::new(),
        Delta::Text,
        Some((Dialect::Anthropic, "RED")),
    ));
    let text = (words(), of(Just("TXT"))).prop_map(|(pieces, seal)| {
        part(
            Opened::Text,
            pieces,
            Delta::Text,
            seal.map(|seal| (Dialect::Gemini, seal)),
        )
    });
    let refusal = words().prop_map(|pieces| part(Opened::Refusal, pieces, Delta::Text, None));
    let kind = prop_oneof![Just(ToolKind::Function), Just(ToolKind::Custom)];
    let call = ("[a-z]{8}", "[a-z_]{1,6}", kind, words(), of(Just("G"))).prop_map(
        |(id, name, kind, words, seal)| {
            let pieces = match kind {
                ToolKind::Custom => words,
                ToolKind::Function => {
                    let arguments = json!({"a": words}).to_string();
                    let middle = (0..=arguments.len() / 2)
                        .rev()
                        .find(|at| arguments.is_char_boundary(*at))
                        .unwrap();
                    vec![
                        arguments[..middle].to_owned(),
                        arguments[middle..].to_owned(),
                    ]
                }
            };
            let opened = Opened::ToolCall {
                id: id.into(),
                name: name.into(),
                kind,
                item_id: None,
            };
            part(
                opened,
                pieces,
                Delta::Arguments,
                seal.map(|seal| (Dialect::Gemini, seal)),
            )
        },
    );
    let parts = (
        of(redacted),
        of(thought),
        of(text),
        of(refusal),
        vec(call, 0..4),
    );
    let counts = of((1_u64..99, 0_u64..9));
    (parts, counts, any::<bool>()).prop_map(
        |((redacted, thought, text, refusal, calls), counts, full)| {
            let called = !calls.is_empty();
            let mut events = vec![Event::Start {
                id: Some("i".into()),
                model: Some("m".into()),
                created: Some(3),
            }];
            let parts = redacted
                .into_iter()
                .chain(thought)
                .chain(text)
                .chain(refusal)
                .chain(calls);
            for (index, (opened, deltas)) in (0..).zip(parts) {
                events.push(Event::Open {
                    index,
                    part: opened,
                });
                events.extend(deltas.into_iter().map(Event::Delta));
                events.push(Event::Close { index });
            }
            events.extend(counts.map(|(input, output)| {
                Event::Usage(Usage {
                    input,
                    output,
                    ..Usage::default()
                })
            }));
            let reason = match (full, called) {
                (true, _) => StopReason::MaxTokens,
                (false, true) => StopReason::ToolUse,
                (false, false) => StopReason::EndTurn,
            };
            events.push(Event::Stop(Stop::new(reason)));
            events.push(Event::End);
            events
        },
    )
}

type Part = (Opened<'static>, Vec<Delta<'static>>);

fn part(
    opened: Opened<'static>,
    pieces: Vec<String>,
    delta: fn(std::borrow::Cow<'static, str>) -> Delta<'static>,
    seal: Option<(Dialect, &str)>,
) -> Part {
    let seal = seal.map(|(dialect, value)| {
        Delta::Signature(Signature {
            dialect,
            value: value.to_owned(),
        })
    });
    let deltas = pieces
        .into_iter()
        .map(|piece| delta(piece.into()))
        .chain(seal);
    (opened, deltas.collect())
}
