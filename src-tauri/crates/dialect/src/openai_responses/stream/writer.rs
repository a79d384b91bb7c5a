//! Writes a stream for a client.
//!
//! Neighbouring texts and refusals are pieces of one message; a thought, a call and a foreign item each is an item of
//! its own. Every item is written once when it is whole, and repeated from there in the terminal event.

mod whole;

use std::sync::Arc;

use chat::{Delta, Event, Opened, Request, Signature, Stop, Usage};

use super::super::answer::Status;
use super::super::{DIALECT, history, namespace, seal};
use super::frame::Frames;
use super::item::{Call, Item, Message, Open, Thought};
use crate::translate::Back;

/// Writes a stream for a client, event by event.
#[derive(Debug)]
pub(crate) struct Writer {
    request: Arc<Request>,
    /// The exchange's token, of which ids are made.
    token: String,
    id: String,
    model: String,
    created: i64,
    frames: Frames,
    /// Whole items, separated by commas.
    items: Vec<u8>,
    /// How many items are whole.
    count: u32,
    open: Option<Item>,
    usage: Option<Usage>,
    stop: Option<Stop>,
}

impl Writer {
    /// A stream for the client of this request.
    pub(crate) fn new(back: &Back) -> Self {
        Self::with(back, false)
    }

    /// A writer of the answer as a whole.
    pub(in super::super) fn silent(back: &Back) -> Self {
        Self::with(back, true)
    }

    fn with(back: &Back, silent: bool) -> Self {
        Self {
            request: Arc::clone(&back.request),
            token: back.id.clone(),
            id: history::response_id(&back.id),
            model: back.request.model.clone(),
            created: back.created,
            frames: Frames::new(silent),
            items: Vec::new(),
            count: 0,
            open: None,
            usage: None,
            stop: None,
        }
    }

    /// Writes one event, framed. [`Event::Error`] is not written here.
    pub(crate) fn write(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        match event {
            Event::Start { model, created, .. } => {
                if let Some(model) = model {
                    self.model = model.clone().into_owned();
                }
                self.created = created.unwrap_or(self.created);
                self.begin(out);
            }
            Event::Open { part, .. } => self.open(part, out),
            Event::Delta(delta) => self.delta(delta, out),
            Event::Close { .. } => self.close(out),
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Stop(stop) => self.stop = Some(stop.clone()),
            Event::End => self.end(out),
            Event::Error(_) => {}
        }
    }

    /// The items of the answer so far, separated by commas.
    pub(crate) fn items(&self) -> &[u8] {
        &self.items
    }

    fn status(&self) -> Status<'static> {
        Status::of(self.stop.as_ref().map(|stop| &stop.reason))
    }

    fn open(&mut self, part: &Opened<'_>, out: &mut Vec<u8>) {
        let refusal = match part {
            Opened::Text => false,
            Opened::Refusal => true,
            other => {
                self.finish_item(out);
                return self.open_item(other, out);
            }
        };
        if !matches!(
            &self.open,
            Some(Item {
                open: Open::Message(_),
                ..
            })
        ) {
            self.finish_item(out);
            let message = Message::default();
            self.start(None, Open::Message(message), out);
        }
        if let Some(item) = &mut self.open
            && let Open::Message(message) = &mut item.open
        {
            message.open(&item.place, refusal, &mut self.frames, out);
        }
    }

    fn open_item(&mut self, part: &Opened<'_>, out: &mut Vec<u8>) {
        match part {
            Opened::Thinking { redacted, id } => {
                let thought = Thought::new(*redacted);
                self.start(id.as_deref(), Open::Thought(thought), out);
            }
            Opened::ToolCall {
                id,
                name,
                kind,
                item_id,
            } => {
                let spoken = namespace::spoken(&self.request.tools, name);
                let call = Call::new(id, spoken, *kind);
                self.start(item_id.as_deref(), Open::Call(call), out);
            }
            Opened::Foreign(foreign) if foreign.dialect == DIALECT => {
                let mut json = Vec::new();
                let _ = serde_json::to_writer(&mut json, &foreign.value);
                for name in ["response.output_item.added", "response.output_item.done"] {
                    if let Some(frame) = self.frames.begin(out, name) {
                        frame
                            .number("output_index", self.count)
                            .json("item", &json)
                            .end();
                    }
                }
                self.keep(|items| items.extend_from_slice(&json));
            }
            Opened::Foreign(_) | Opened::Text | Opened::Refusal => {}
        }
    }

    fn delta(&mut self, delta: &Delta<'_>, out: &mut Vec<u8>) {
        let Some(item) = &mut self.open else {
            return;
        };
        let frames = &mut self.frames;
        match (&mut item.open, delta) {
            (Open::Message(message), Delta::Text(text)) => {
                message.text(&item.place, text, frames, out);
            }
            (Open::Message(message), Delta::Foreign(foreign)) if foreign.dialect == DIALECT => {
                message.annotate(&item.place, &foreign.value, frames, out);
            }
            (Open::Thought(thought), Delta::Text(text)) => {
                thought.text(&item.place, text, frames, out);
            }
            (Open::Thought(thought), Delta::Signature(signature)) => thought.seal(signature),
            (Open::Call(call), Delta::Arguments(piece)) => {
                call.arguments(&item.place, piece, frames, out);
            }
            (Open::Call(call), Delta::Signature(signature)) => call.seal(signature),
            _ => {}
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        let Some(item) = &mut self.open else {
            return;
        };
        match &mut item.open {
            Open::Message(message) => message.close(&item.place, &mut self.frames, out),
            Open::Thought(_) | Open::Call(_) => self.finish_item(out),
        }
    }

    /// Begins an item: its own id where it has one, or one that is made of the exchange's token.
    fn start(&mut self, id: Option<&str>, open: Open, out: &mut Vec<u8>) {
        let id = match id {
            Some(id) => id.to_owned(),
            None => format!("{}_{}_{}", open.prefix(), self.token, self.count),
        };
        let item = Item::new(id, self.count, open);
        if let Some(frame) = self.frames.begin(out, "response.output_item.added") {
            let place = item.place.index;
            frame
                .number("output_index", place)
                .with("item", |out| item.write_added(out))
                .end();
        }
        self.open = Some(item);
    }

    /// Ends the open item, if there is one.
    fn finish_item(&mut self, out: &mut Vec<u8>) {
        let Some(mut item) = self.open.take() else {
            return;
        };
        item.finish(&mut self.frames, out);
        let status = match self.status() {
            Status::Incomplete(_) => "incomplete",
            _ => "completed",
        };
        let from = self.keep(|items| item.write(status, items));
        let whole = self.items.get(from..).unwrap_or_default();
        if let Some(frame) = self.frames.begin(out, "response.output_item.done") {
            let place = item.place.index;
            frame
                .number("output_index", place)
                .json("item", whole)
                .end();
        }
        if let Some((call_id, signature)) = item.call_seal() {
            self.seal_call(&call_id, &signature, out);
        }
    }

    /// The signature of a call: an item of its own, as a call has no field for it that a client hands back.
    fn seal_call(&mut self, call_id: &str, signature: &Signature, out: &mut Vec<u8>) {
        let sealed = Thought::sealed(seal::of_call(call_id, signature));
        self.start(None, Open::Thought(sealed), out);
        self.finish_item(out);
    }

    /// Keeps a whole item; says where it begins.
    fn keep(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> usize {
        if self.count > 0 {
            self.items.push(b',');
        }
        self.count += 1;
        let from = self.items.len();
        write(&mut self.items);
        from
    }
}
