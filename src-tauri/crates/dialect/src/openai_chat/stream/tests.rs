//! Streams, both ways.

mod reading;
mod round_trip;
mod sdk;
mod writing;

use chat::{Delta, Event, Opened};

use super::Reader;
use crate::Malformed;
use crate::sse::Frames;

/// An event that owns its texts.
fn owned(event: Event<'_>) -> Event<'static> {
    fn text(text: std::borrow::Cow<'_, str>) -> std::borrow::Cow<'static, str> {
        text.into_owned().into()
    }
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
                Opened::Foreign(foreign) => Opened::Foreign(foreign),
            },
        },
        Event::Delta(Delta::Text(piece)) => Event::Delta(Delta::Text(text(piece))),
        Event::Delta(Delta::Arguments(piece)) => Event::Delta(Delta::Arguments(text(piece))),
        Event::Delta(Delta::Signature(signature)) => Event::Delta(Delta::Signature(signature)),
        Event::Delta(Delta::Foreign(foreign)) => Event::Delta(Delta::Foreign(foreign)),
        Event::Close { index } => Event::Close { index },
        Event::Usage(usage) => Event::Usage(usage),
        Event::Stop(stop) => Event::Stop(stop),
        Event::End => Event::End,
        Event::Error(error) => Event::Error(error),
    }
}

/// The events of a stream that comes in these chunks.
fn events<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<Event<'static>>, Malformed> {
    let mut frames = Frames::new();
    let mut reader = Reader::default();
    let mut events = Vec::new();
    let mut sink = |event: Event<'_>| events.push(owned(event));
    for chunk in chunks.into_iter().chain([b"\n\n".as_slice()]) {
        frames.push(chunk)?;
        while let Some(frame) = frames.next() {
            reader.read(&frame, &mut sink)?;
        }
    }
    reader.finish(&mut sink)?;
    Ok(events)
}

/// Panics where the grammar of events is broken.
fn check(events: &[Event<'_>]) {
    let mut grammar = crate::grammar::Events::new();
    for event in events {
        if let Err(violation) = grammar.take(event) {
            panic!("{violation}: {events:?}");
        }
    }
}
