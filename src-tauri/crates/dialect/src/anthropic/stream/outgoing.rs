//! The frames of a client's stream: the message around its blocks, and the blocks.

use chat::{Stop, Usage};

use crate::anthropic::json::{Object, write};
use crate::anthropic::reply::{self, stop_word, write_usage};
use crate::translate::Back;

/// A message on its way out, frame by frame.
#[derive(Debug)]
pub(super) struct Outgoing {
    back_id: String,
    /// The upstream's id, and the model: the upstream's name of it, else the one that was asked for.
    id: Option<String>,
    model: String,
    begun: bool,
    /// The index of the next block, or of the open one.
    index: u32,
    pub(super) called: bool,
    pub(super) usage: Option<Usage>,
    pub(super) stop: Option<Stop>,
}

/// How deltas of one text begin.
pub(super) const TEXT: &[u8] = b"{\"type\":\"text_delta\",\"text\":";
pub(super) const THOUGHT: &[u8] = b"{\"type\":\"thinking_delta\",\"thinking\":";
pub(super) const SIGNATURE: &[u8] = b"{\"type\":\"signature_delta\",\"signature\":";
pub(super) const ARGUMENTS: &[u8] = b"{\"type\":\"input_json_delta\",\"partial_json\":";

impl Outgoing {
    pub(super) fn new(back: &Back) -> Self {
        Self {
            back_id: back.id.clone(),
            id: None,
            model: back.request.model.clone(),
            begun: false,
            index: 0,
            called: false,
            usage: None,
            stop: None,
        }
    }

    /// Who answers, as far as the upstream says.
    pub(super) fn name(&mut self, id: Option<&str>, model: Option<&str>) {
        self.id = id.map(str::to_owned);
        if let Some(model) = model {
            model.clone_into(&mut self.model);
        }
    }

    /// Begins a block that `write` writes.
    pub(super) fn begin_block(&mut self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        self.begin(out);
        out.extend_from_slice(
            b"event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":",
        );
        self.put_index(out);
        out.extend_from_slice(b",\"content_block\":");
        write(out);
        out.extend_from_slice(b"}\n\n");
    }

    /// More of the open block, which `write` writes.
    pub(super) fn put_delta(&self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        out.extend_from_slice(
            b"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":",
        );
        self.put_index(out);
        out.extend_from_slice(b",\"delta\":");
        write(out);
        out.extend_from_slice(b"}\n\n");
    }

    /// More of the open block: one text, whose JSON begins like this.
    pub(super) fn put_text(&self, out: &mut Vec<u8>, begin: &[u8], text: &str) {
        self.put_delta(out, |delta| {
            delta.extend_from_slice(begin);
            write(delta, text);
            delta.push(b'}');
        });
    }

    /// The open block is whole.
    pub(super) fn end_block(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(
            b"event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":",
        );
        self.put_index(out);
        out.extend_from_slice(b"}\n\n");
        self.index += 1;
    }

    /// A block of its own that keeps a seal.
    pub(super) fn put_seal(&mut self, out: &mut Vec<u8>, data: &str) {
        self.begin_block(out, |block| {
            let mut object = Object::open(block);
            object.put("type", "redacted_thinking");
            object.put("data", data);
            object.close();
        });
        self.end_block(out);
    }

    /// The message is whole.
    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        out.extend_from_slice(b"event: message_delta\ndata: ");
        let mut data = Object::open(out);
        data.put("type", "message_delta");
        let mut delta = Object::open(data.at("delta"));
        delta.put("stop_reason", stop_word(self.stop.as_ref(), self.called));
        let sequence = self.stop.as_ref().and_then(|stop| stop.sequence.as_deref());
        delta.put("stop_sequence", &sequence);
        delta.close();
        write_usage(self.usage.unwrap_or_default(), data.at("usage"));
        data.close();
        out.extend_from_slice(b"\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    }

    /// The message begins with its first block, so that counts which came before stand in it.
    fn begin(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        out.extend_from_slice(b"event: message_start\ndata: ");
        let mut data = Object::open(out);
        data.put("type", "message_start");
        let mut message = Object::open(data.at("message"));
        message.put("id", &reply::id(self.id.as_deref(), &self.back_id));
        message.put("type", "message");
        message.put("role", "assistant");
        message.put("model", &self.model);
        message.at("content").extend_from_slice(b"[]");
        message.put("stop_reason", &());
        message.put("stop_sequence", &());
        write_usage(self.usage.unwrap_or_default(), message.at("usage"));
        message.close();
        data.close();
        out.extend_from_slice(b"\n\n");
    }

    fn put_index(&self, out: &mut Vec<u8>) {
        write(out, &self.index);
    }
}
