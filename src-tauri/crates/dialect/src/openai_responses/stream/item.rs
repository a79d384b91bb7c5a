//! Items of an answer in the making, and the events that tell them.

mod call;
mod message;
mod thought;

use chat::Signature;

pub(super) use self::call::Call;
pub(super) use self::message::Message;
pub(super) use self::thought::Thought;

use super::frame::{Frame, Frames, text};

/// The item that is open.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) place: Place,
    pub(super) open: Open,
}

/// Where an item stands.
#[derive(Debug)]
pub(super) struct Place {
    id: String,
    pub(super) index: u32,
}

/// What is open.
#[derive(Debug)]
pub(super) enum Open {
    Message(Message),
    Thought(Thought),
    Call(Call),
}

/// Whether an item is written as it begins or as it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage<'a> {
    Added,
    Done(&'a str),
}

impl Stage<'_> {
    const fn status(&self) -> &str {
        match self {
            Self::Added => "in_progress",
            Self::Done(status) => status,
        }
    }
}

impl Item {
    pub(super) const fn new(id: String, index: u32, open: Open) -> Self {
        Self {
            place: Place { id, index },
            open,
        }
    }

    /// The item as it begins.
    pub(super) fn write_added(&self, out: &mut Vec<u8>) {
        self.write_at(Stage::Added, out);
    }

    /// The whole item.
    pub(super) fn write(&self, status: &str, out: &mut Vec<u8>) {
        self.write_at(Stage::Done(status), out);
    }

    /// Tells what ends the item's pieces.
    pub(super) fn finish(&mut self, frames: &mut Frames, out: &mut Vec<u8>) {
        match &mut self.open {
            Open::Message(message) => message.close(&self.place, frames, out),
            Open::Thought(thought) => thought.finish(&self.place, frames, out),
            Open::Call(call) => call.finish(&self.place, frames, out),
        }
    }

    /// The signature of a call, with the call's id.
    pub(super) fn call_seal(self) -> Option<(String, Signature)> {
        match self.open {
            Open::Call(call) => call.into_seal(),
            Open::Message(_) | Open::Thought(_) => None,
        }
    }

    fn write_at(&self, stage: Stage<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"id\":");
        text(out, &self.place.id);
        match &self.open {
            Open::Message(message) => message.write(stage, out),
            Open::Thought(thought) => thought.write(stage, out),
            Open::Call(call) => call.write(stage, out),
        }
        out.push(b'}');
    }
}

impl Open {
    /// What the ids of such items begin with.
    pub(super) const fn prefix(&self) -> &'static str {
        match self {
            Self::Message(_) => "msg",
            Self::Thought(_) => "rs",
            Self::Call(call) => call.prefix(),
        }
    }
}

impl Place {
    /// An event's frame with where its item stands.
    fn frame<'o>(&self, frame: Frame<'o>) -> Frame<'o> {
        frame
            .text("item_id", &self.id)
            .number("output_index", self.index)
    }
}
