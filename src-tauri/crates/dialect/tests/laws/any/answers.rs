//! Any answer: whole, and as events with its texts in pieces.

use chat::{Delta, Event, Opened, Part, Reply, Stop, StopReason, Usage};
use proptest::prelude::*;

use super::words::{call, thinking, words};

/// Any whole answer.
pub(crate) fn reply() -> impl Strategy<Value = Reply> {
    let thought = prop::option::of(thinking().prop_map(Part::Thinking));
    let said = prop_oneof![
        4 => words().prop_map(|text| vec![Part::text(text)]),
        1 => words().prop_map(|text| vec![Part::Refusal(text)]),
        1 => Just(Vec::new()),
    ];
    let calls = prop::collection::vec(call(), 0..4);
    (thought, said, calls, prop::option::of(usage()), reason()).prop_map(
        |(thought, said, calls, usage, reason)| {
            let mut parts: Vec<Part> = thought.into_iter().chain(said).collect();
            let reason = if calls.is_empty() {
                reason
            } else {
                StopReason::ToolUse
            };
            for (number, mut call) in calls.into_iter().enumerate() {
                call.id = format!("{}{number}", call.id);
                parts.push(Part::ToolCall(call));
            }
            Reply {
                id: Some("answer-1".to_owned()),
                model: Some("upstream-model".to_owned()),
                created: Some(1_790_000_000),
                parts,
                stop: Some(Stop::new(reason)),
                usage,
                extra: None,
            }
        },
    )
}

fn reason() -> impl Strategy<Value = StopReason> {
    prop::sample::select(vec![
        StopReason::EndTurn,
        StopReason::MaxTokens,
        StopReason::Refusal,
    ])
}

fn usage() -> impl Strategy<Value = Usage> {
    let count = || 1..100_000_u64;
    (count(), count(), 0..5_000_u64, 0..3_u64).prop_map(|(input, output, cache_read, eighths)| {
        Usage {
            input,
            output,
            cache_read,
            cache_write: 0,
            reasoning: output / 8 * eighths,
            estimated: false,
        }
    })
}

/// The events of an answer; `size` cuts its texts.
pub(crate) fn events(reply: &Reply, size: usize) -> Vec<Event<'static>> {
    let mut events = vec![Event::Start {
        id: reply.id.clone().map(Into::into),
        model: reply.model.clone().map(Into::into),
        created: reply.created,
    }];
    for (index, part) in (0..).zip(&reply.parts) {
        part_events(part, index, size, &mut events);
    }
    events.extend(reply.usage.map(Event::Usage));
    events.extend(reply.stop.clone().map(Event::Stop));
    events.push(Event::End);
    events
}

fn part_events(part: &Part, index: u32, size: usize, events: &mut Vec<Event<'static>>) {
    let (opened, text, arguments, signature) = match part {
        Part::Text(text) => (Opened::Text, text.text.as_str(), "", text.signature.clone()),
        Part::Refusal(text) => (Opened::Refusal, text.as_str(), "", None),
        Part::Thinking(thinking) => (
            Opened::Thinking {
                redacted: thinking.redacted,
                id: thinking.id.clone().map(Into::into),
            },
            thinking.text.as_str(),
            "",
            thinking.signature.clone(),
        ),
        Part::ToolCall(call) => (
            Opened::ToolCall {
                id: call.id.clone().into(),
                name: call.name.clone().into(),
                kind: call.kind,
                item_id: call.item_id.clone().map(Into::into),
            },
            "",
            call.arguments.as_str(),
            call.signature.clone(),
        ),
        Part::Foreign(foreign) => (Opened::Foreign(foreign.clone()), "", "", None),
        other => panic!("{other:?} is not answered"),
    };
    events.push(Event::Open {
        index,
        part: opened,
    });
    events.extend(pieces(text, size).map(|piece| Event::Delta(Delta::Text(piece.into()))));
    events
        .extend(pieces(arguments, size).map(|piece| Event::Delta(Delta::Arguments(piece.into()))));
    events.extend(signature.map(|signature| Event::Delta(Delta::Signature(signature))));
    events.push(Event::Close { index });
}

fn pieces(text: &str, size: usize) -> impl Iterator<Item = String> {
    let chars: Vec<char> = text.chars().collect();
    let pieces: Vec<String> = chars
        .chunks(size)
        .map(|piece| piece.iter().collect())
        .collect();
    pieces.into_iter()
}
