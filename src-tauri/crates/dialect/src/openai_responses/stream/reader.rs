//! Reads an upstream's stream.
//!
//! Items come one after another, each whole before the next begins; where an upstream lets them overlap, the later one
//! waits until it can be told whole. What was not told in pieces is taken from the whole item.

use chat::{Delta, Event, Opened, Part, Stop, StopReason, StreamError, ToolKind};
use serde_json::value::RawValue;

use super::super::item::{self, Kind};
use super::super::{PARAGRAPH, reply, wire};
use crate::Malformed;
use crate::error::error_from_value;
use crate::sse::Frame;

/// Reads an upstream's stream, frame by frame, and keeps the grammar of [`chat::event`].
#[derive(Debug, Default)]
pub(crate) struct Reader {
    begun: bool,
    ended: bool,
    /// The next part's place.
    next: u32,
    open: Option<Open>,
    /// Items of which something was told.
    told: Vec<u32>,
    /// The item that came last, and whether it is still to be finished; for upstreams that do not number them.
    latest: u32,
    unfinished: bool,
    /// Whole items that came while another was open.
    waiting: Vec<(u32, Box<RawValue>)>,
    called: bool,
}

/// The part that is open.
#[derive(Debug)]
struct Open {
    item: u32,
    what: What,
    /// Its place in the item's content or summary.
    piece: u32,
    /// Nothing of it was told yet.
    blank: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Text,
    Refusal,
    /// A thought, told by its summary.
    Summary,
    /// A thought, told itself.
    Thought,
    Call(ToolKind),
}

type Sink<'s> = &'s mut dyn FnMut(Event<'_>);

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
        let place = event.output_index.unwrap_or(self.latest);
        let piece = event.content_index.unwrap_or_default();
        match kind {
            "response.output_item.added" => return self.added(event, sink),
            "response.output_item.done" => return self.done(event, sink),
            "response.output_text.delta" => self.words(place, What::Text, piece, event, sink),
            "response.refusal.delta" => self.words(place, What::Refusal, piece, event, sink),
            "response.reasoning_text.delta" => {
                self.words(place, What::Thought, piece, event, sink);
            }
            "response.reasoning_summary_text.delta" => {
                let piece = event.summary_index.unwrap_or_default();
                self.words(place, What::Summary, piece, event, sink);
            }
            "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => {
                if let Some(delta) = &event.delta {
                    self.arguments(place, delta, sink);
                }
            }
            "response.output_text.annotation.added" => {
                if let Some(raw) = event.annotation
                    && self.is_open(place, What::Text)
                {
                    sink(Event::Delta(Delta::Foreign(item::foreign(raw)?)));
                }
            }
            "response.output_text.done" => {
                self.rest(place, What::Text, piece, event.text.as_ref(), sink);
            }
            "response.refusal.done" => {
                self.rest(place, What::Refusal, piece, event.refusal.as_ref(), sink);
            }
            "response.content_part.done"
                if self.is_open(place, What::Text) || self.is_open(place, What::Refusal) =>
            {
                self.close(sink);
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, response: Option<&RawValue>, sink: Sink<'_>) -> Result<(), Malformed> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        let response: wire::Response<'_> = match response {
            Some(raw) => reply::parse(raw.get().as_bytes())?,
            None => wire::Response::default(),
        };
        sink(Event::Start {
            id: response.id.map(|id| id.0),
            model: response.model.map(|model| model.0),
            created: response.created_at.map(|at| at as i64),
        });
        Ok(())
    }

    /// An upstream may leave out how an answer begins.
    fn begin_bare(&mut self, sink: Sink<'_>) {
        if !std::mem::replace(&mut self.begun, true) {
            sink(Event::Start {
                id: None,
                model: None,
                created: None,
            });
        }
    }

    fn added(&mut self, event: &wire::Event<'_>, sink: Sink<'_>) -> Result<(), Malformed> {
        let place = event.output_index.unwrap_or_else(|| self.fresh());
        (self.latest, self.unfinished) = (place, true);
        let Some(raw) = event.item else {
            return Ok(());
        };
        let item = item::read(raw)?;
        if let Kind::Call(kind) = item::kind(&item)
            && self.open.is_none()
        {
            let (id, name) = item::called(&item)?;
            let part = Opened::ToolCall {
                id: id.into(),
                name: name.into(),
                kind,
                item_id: item.id.as_ref().map(|id| id.as_str().into()),
            };
            self.called = true;
            self.open(place, What::Call(kind), 0, part, sink);
        }
        Ok(())
    }

    fn done(&mut self, event: &wire::Event<'_>, sink: Sink<'_>) -> Result<(), Malformed> {
        let place = match event.output_index {
            Some(place) => place,
            None if self.unfinished => self.latest,
            None => self.fresh(),
        };
        self.latest = place;
        self.unfinished = false;
        let Some(raw) = event.item else {
            return Ok(());
        };
        match &self.open {
            Some(open) if open.item == place => {
                self.complete(raw, sink)?;
                self.tell_waiting(sink)
            }
            _ if self.told.contains(&place) => Ok(()),
            Some(_) => {
                self.waiting.push((place, raw.to_owned()));
                Ok(())
            }
            None => self.tell(place, raw, sink),
        }
    }

    /// Ends the open part with what only the whole item says.
    fn complete(&mut self, raw: &RawValue, sink: Sink<'_>) -> Result<(), Malformed> {
        let item = item::read(raw)?;
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        match open.what {
            What::Call(kind) => {
                let arguments = item::arguments(&item, kind);
                if open.blank && !arguments.is_empty() {
                    sink(Event::Delta(Delta::Arguments(arguments.into())));
                }
            }
            What::Summary | What::Thought => {
                let text = item::thought_text(&item);
                if open.blank && !text.is_empty() {
                    sink(Event::Delta(Delta::Text(text.into())));
                }
                if let Some(signature) = item::signature(&item) {
                    sink(Event::Delta(Delta::Signature(signature)));
                }
            }
            What::Text | What::Refusal => {}
        }
        self.close(sink);
        Ok(())
    }

    /// Tells a whole item.
    fn tell(&mut self, place: u32, raw: &RawValue, sink: Sink<'_>) -> Result<(), Malformed> {
        self.told.push(place);
        for part in item::parts(raw)? {
            self.called |= matches!(part, Part::ToolCall(_));
            self.begin_bare(sink);
            reply::tell(part, self.next, sink);
            self.next += 1;
        }
        Ok(())
    }

    fn tell_waiting(&mut self, sink: Sink<'_>) -> Result<(), Malformed> {
        for (place, raw) in std::mem::take(&mut self.waiting) {
            self.tell(place, &raw, sink)?;
        }
        Ok(())
    }

    /// Words of a part, which they open if it is not.
    fn words(
        &mut self,
        place: u32,
        what: What,
        piece: u32,
        event: &wire::Event<'_>,
        sink: Sink<'_>,
    ) {
        let Some(delta) = event.delta.as_ref().map(wire::Words::as_str) else {
            return;
        };
        let id = event.item_id.as_ref().map(wire::Words::as_str);
        if !self.reach(place, what, piece, id, sink) || delta.is_empty() {
            return;
        }
        if let Some(open) = &mut self.open {
            open.blank = false;
        }
        sink(Event::Delta(Delta::Text(delta.into())));
    }

    /// The words of a part that did not come in pieces.
    fn rest(
        &mut self,
        place: u32,
        what: What,
        piece: u32,
        whole: Option<&wire::Words<'_>>,
        sink: Sink<'_>,
    ) {
        let Some(whole) = whole.map(wire::Words::as_str) else {
            return;
        };
        let is_new = self.open.as_ref().is_none_or(|open| open.blank);
        let seen = self.open.is_none() && self.told.contains(&place);
        if is_new && !seen && !whole.is_empty() && self.reach(place, what, piece, None, sink) {
            if let Some(open) = &mut self.open {
                open.blank = false;
            }
            sink(Event::Delta(Delta::Text(whole.into())));
        }
    }

    /// Makes this piece the open one, if it can be.
    fn reach(
        &mut self,
        place: u32,
        what: What,
        piece: u32,
        id: Option<&str>,
        sink: Sink<'_>,
    ) -> bool {
        if let Some(open) = &mut self.open {
            let thought = matches!(what, What::Summary | What::Thought);
            match open {
                open if open.item != place => return false,
                open if open.what == what && open.piece == piece => return true,
                // The next paragraph of a thought.
                open if open.what == what && thought => {
                    open.piece = piece;
                    if !open.blank {
                        sink(Event::Delta(Delta::Text(PARAGRAPH.into())));
                    }
                    return true;
                }
                // A summary beside the thought itself, a thought beside its summary: one of them is told.
                open if matches!(open.what, What::Summary | What::Thought) || thought => {
                    return false;
                }
                open if matches!(open.what, What::Call(_)) => return false,
                _ => self.close(sink),
            }
        }
        let part = match what {
            What::Text => Opened::Text,
            What::Refusal => Opened::Refusal,
            What::Summary | What::Thought => Opened::Thinking {
                redacted: false,
                id: id.map(Into::into),
            },
            What::Call(_) => return false,
        };
        self.open(place, what, piece, part, sink);
        true
    }

    fn arguments(&mut self, place: u32, delta: &wire::Words<'_>, sink: Sink<'_>) {
        if let Some(open) = &mut self.open
            && open.item == place
            && matches!(open.what, What::Call(_))
            && !delta.0.is_empty()
        {
            open.blank = false;
            sink(Event::Delta(Delta::Arguments(delta.as_str().into())));
        }
    }

    fn open(&mut self, item: u32, what: What, piece: u32, part: Opened<'_>, sink: Sink<'_>) {
        self.begin_bare(sink);
        if !self.told.contains(&item) {
            self.told.push(item);
        }
        self.open = Some(Open {
            item,
            what,
            piece,
            blank: true,
        });
        sink(Event::Open {
            index: self.next,
            part,
        });
    }

    fn close(&mut self, sink: Sink<'_>) {
        if self.open.take().is_some() {
            sink(Event::Close { index: self.next });
            self.next += 1;
        }
    }

    fn is_open(&self, place: u32, what: What) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.item == place && open.what == what)
    }

    fn fresh(&self) -> u32 {
        self.told
            .iter()
            .max()
            .map_or(0, |most| most.saturating_add(1))
    }

    fn end(&mut self, response: Option<&RawValue>, sink: Sink<'_>) -> Result<(), Malformed> {
        self.close(sink);
        self.tell_waiting(sink)?;
        let response: wire::Response<'_> = match response {
            Some(raw) => reply::parse(raw.get().as_bytes())?,
            None => wire::Response::default(),
        };
        if self.next == 0 {
            for (place, raw) in (0..).zip(response.output.iter().flatten()) {
                self.tell(place, raw, sink)?;
            }
        }
        self.begin_bare(sink);
        if let Some(usage) = response.usage {
            sink(Event::Usage(usage.usage()));
        }
        self.ended = true;
        sink(Event::Stop(
            reply::stop(&response, self.called).unwrap_or(Stop::new(StopReason::EndTurn)),
        ));
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
