//! The bytes of a stream's events: each has its name, its number, its fields.

use serde_json::Value;

use super::super::error;
use crate::Fault;

/// The events' frames.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frames {
    /// Only the items are wanted.
    silent: bool,
    sequence: u64,
}

impl Frames {
    pub(super) const fn new(silent: bool) -> Self {
        Self {
            silent,
            sequence: 0,
        }
    }

    /// The event of an error; hands its data back.
    pub(super) fn error(&mut self, fault: &Fault, out: &mut Vec<u8>) -> Value {
        let (_, data) = error::event(fault, self.sequence);
        out.extend_from_slice(b"event: error\ndata: ");
        // Writing into memory does not fail.
        let _ = serde_json::to_writer(&mut *out, &data);
        out.extend_from_slice(b"\n\n");
        self.sequence += 1;
        data
    }

    /// The next event, where events are wanted.
    pub(super) fn begin<'o>(&mut self, out: &'o mut Vec<u8>, name: &str) -> Option<Frame<'o>> {
        if self.silent {
            return None;
        }
        let frame = Frame::begin(out, name, self.sequence);
        self.sequence += 1;
        Some(frame)
    }
}

/// An event in the making. JSON is written straight into the stream's bytes.
#[derive(Debug)]
pub(super) struct Frame<'o> {
    out: &'o mut Vec<u8>,
}

impl<'o> Frame<'o> {
    /// An event of this name, and its place among the stream's events.
    pub(super) fn begin(out: &'o mut Vec<u8>, name: &str, sequence: u64) -> Self {
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\ndata: {\"type\":\"");
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\",\"sequence_number\":");
        number(out, sequence);
        Self { out }
    }

    /// A field that holds a text.
    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        text(self.key(name), value);
        self
    }

    /// A field that holds a number.
    pub(super) fn number(mut self, name: &str, value: u32) -> Self {
        number(self.key(name), value.into());
        self
    }

    /// A field that holds JSON.
    pub(super) fn json(mut self, name: &str, value: &[u8]) -> Self {
        self.key(name).extend_from_slice(value);
        self
    }

    /// A field whose JSON is written by a function.
    pub(super) fn with(mut self, name: &str, value: impl FnOnce(&mut Vec<u8>)) -> Self {
        value(self.key(name));
        self
    }

    /// The event is whole.
    pub(super) fn end(self) {
        self.out.extend_from_slice(b"}\n\n");
    }

    fn key(&mut self, name: &str) -> &mut Vec<u8> {
        self.out.extend_from_slice(b",\"");
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }
}

/// A text as JSON.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    // Writing into memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

fn number(out: &mut Vec<u8>, number: u64) {
    let _ = serde_json::to_writer(out, &number);
}
