//! Reads an upstream's stream.
//!
//! Items come one after another, each whole before the next begins; where an upstream lets them overlap, the later one
//! waits until it can be told whole. What was not told in pieces is taken from the whole item.

use chat::{Event, Stop, StopReason, StreamError};
use serde_json::value::RawValue;

use super::super::{reply, wire};
use super::parts::{Parts, Piece, What};
use crate::Malformed;
use crate::error::error_from_value;
use crate::sse::Frame;

/// Reads an upstream's stream, frame by frame, and keeps the grammar of [`chat::event`].
#[derive(Debug, Default)]
pub(crate) struct Reader {
    parts: Parts,
    ended: bool,
    /// The item that came last, and whether it is still to be finished; for upstreams that do not number them.
    latest: u32,
    unfinished: bool,
}

/// Where events go.
pub(super) type Sink<'s> = &'s mut dyn FnMut(Event<'_>);

impl Reader {
    /// Reads one frame; its events go to `sink` in order.
    pub(crate) fn read(&mut self, frame: &Frame<'_>, sink: Sink<'_>) -> Result<(), Malformed> {
        if self.ended || frame.data.as_ref() == b"[DONE]" {
            return Ok(());
        }
        let event: wire::Event<'_> = match serde_json::from_slice(&frame.data) {
            Ok(event) => event,
            Err(error) => return unreadable(frame, &error),
        };
        let named = event.r#type.as_ref().map(wire::Words::as_str);
        let kind = named.or(frame.event).unwrap_or_default();
        match kind {
            "response.created" | "response.in_progress" | "response.queued" => {
                self.begin(event.response, sink)
            }
            "response.completed" | "response.incomplete" | "response.done" => {
                self.end(event.response, sink)
            }
            "response.failed" | "response.cancelled" => {
                self.fail(event.response.map_or("{}", RawValue::get), sink);
                Ok(())
            }
            "error" => {
                self.fail(std::str::from_utf8(&frame.data).unwrap_or("{}"), sink);
                Ok(())
            }
            "" if event.error.is_some() => {
                self.fail(std::str::from_utf8(&frame.data).unwrap_or("{}"), sink);
                Ok(())
            }
            _ => self.content(kind, &event, sink),
        }
    }

    /// The upstream has closed the stream. Only its terminal event ends it.
    pub(crate) fn finish(&mut self, _: Sink<'_>) -> Result<(), Malformed> {
        Ok(())
    }

    fn content(
        &mut self,
        kind: &str,
        event: &wire::Event<'_>,
        sink: Sink<'_>,
    ) -> Result<(), Malformed> {
        let item = event.output_index.unwrap_or(self.latest);
        let parts = &mut self.parts;
        let piece = |what, place: Option<u32>| Piece {
            item,
            what,
            place: place.unwrap_or_default(),
            id: event.item_id.as_ref().map(wire::Words::as_str),
        };
        let (text, refusal) = (
            piece(What::Text, event.content_index),
            piece(What::Refusal, event.content_index),
        );
        let delta = event.delta.as_ref().map_or("", wire::Words::as_str);
        match kind {
            "response.output_item.added" => return self.added(event, sink),
            "response.output_item.done" => return self.done(event, sink),
            "response.output_text.delta" => parts.words(text, delta, sink),
            "response.refusal.delta" => parts.words(refusal, delta, sink),
            "response.reasoning_text.delta" => {
                parts.words(piece(What::Thought, event.content_index), delta, sink);
            }
            "response.reasoning_summary_text.delta" => {
                parts.words(piece(What::Summary, event.summary_index), delta, sink);
            }
            "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => {
                parts.arguments(item, delta, sink);
            }
            _ => return self.rare(kind, item, (text, refusal), event, sink),
        }
        Ok(())
    }

    /// Events that say again what came in pieces, or what most answers have not.
    fn rare(
        &mut self,
        kind: &str,
        item: u32,
        (text, refusal): (Piece<'_>, Piece<'_>),
        event: &wire::Event<'_>,
        sink: Sink<'_>,
    ) -> Result<(), Malformed> {
        let parts = &mut self.parts;
        match kind {
            "response.output_text.annotation.added" => {
                if let Some(raw) = event.annotation {
                    parts.annotate(item, raw, sink)?;
                }
            }
            "response.output_text.done" => {
                parts.whole_words(text, said(&event.text), sink);
            }
            "response.refusal.done" => {
                parts.whole_words(refusal, said(&event.refusal), sink);
            }
            "response.function_call_arguments.done" => {
                parts.whole_arguments(item, said(&event.arguments), sink);
            }
            "response.custom_tool_call_input.done" => {
                parts.whole_arguments(item, said(&event.input), sink);
            }
            "response.content_part.done" => parts.piece_done(item, sink),
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, response: Option<&RawValue>, sink: Sink<'_>) -> Result<(), Malformed> {
        if self.parts.begun() {
            return Ok(());
        }
        let response = whole(response)?;
        let start = Event::Start {
            id: response.id.map(|id| id.0),
            model: response.model.map(|model| model.0),
            created: response.created_at.and_then(crate::translate::seconds),
        };
        self.parts.begin(start, sink);
        Ok(())
    }

    fn added(&mut self, event: &wire::Event<'_>, sink: Sink<'_>) -> Result<(), Malformed> {
        let place = event.output_index.unwrap_or_else(|| self.parts.fresh());
        (self.latest, self.unfinished) = (place, true);
        match event.item {
            Some(raw) => self.parts.added(place, raw, sink),
            None => Ok(()),
        }
    }

    fn done(&mut self, event: &wire::Event<'_>, sink: Sink<'_>) -> Result<(), Malformed> {
        let place = match event.output_index {
            Some(place) => place,
            None if self.unfinished => self.latest,
            None => self.parts.fresh(),
        };
        (self.latest, self.unfinished) = (place, false);
        match event.item {
            Some(raw) => self.parts.done(place, raw, sink),
            None => Ok(()),
        }
    }

    fn end(&mut self, response: Option<&RawValue>, sink: Sink<'_>) -> Result<(), Malformed> {
        let response = whole(response)?;
        let output = response.output.as_deref().unwrap_or_default();
        self.parts.end(output, sink)?;
        self.parts.begin_bare(sink);
        if let Some(usage) = response.usage {
            sink(Event::Usage(usage.usage()));
        }
        self.ended = true;
        let stop = reply::stop(&response, self.parts.called());
        sink(Event::Stop(stop.unwrap_or(Stop::new(StopReason::EndTurn))));
        sink(Event::End);
        Ok(())
    }

    fn fail(&mut self, json: &str, sink: Sink<'_>) {
        self.ended = true;
        let value = serde_json::from_str(json).unwrap_or_default();
        let said = error_from_value(&value).unwrap_or_default();
        sink(Event::Error(StreamError {
            message: if said.message.is_empty() {
                "the upstream's answer failed and it does not say why".to_owned()
            } else {
                said.message
            },
            kind: said.kind,
            code: said.code,
        }));
    }
}

/// The response object of an event.
fn whole(response: Option<&RawValue>) -> Result<wire::Response<'_>, Malformed> {
    response.map_or_else(
        || Ok(wire::Response::default()),
        |raw| reply::parse(raw.get().as_bytes()),
    )
}

fn said<'w>(words: &'w Option<wire::Words<'_>>) -> &'w str {
    words.as_ref().map_or("", wire::Words::as_str)
}

/// A frame whose fields are not what they should be: of a kind that is not known here, it says nothing.
fn unreadable(frame: &Frame<'_>, error: &serde_json::Error) -> Result<(), Malformed> {
    let broken = || Malformed::new(format!("an event of the stream cannot be read: {error}"));
    let kind: wire::Kind<'_> = serde_json::from_slice(&frame.data).map_err(|_| broken())?;
    let named = kind.r#type.as_ref().map(wire::Words::as_str);
    match named.or(frame.event).unwrap_or_default() {
        "response.output_item.added"
        | "response.output_item.done"
        | "response.completed"
        | "response.incomplete"
        | "response.output_text.delta"
        | "response.refusal.delta"
        | "response.function_call_arguments.delta"
        | "response.custom_tool_call_input.delta"
        | "response.reasoning_text.delta"
        | "response.reasoning_summary_text.delta" => Err(broken()),
        _ => Ok(()),
    }
}
