//! A message: texts and refusals.

use serde_json::Value;

use super::super::frame::{Frame, Frames, text};
use super::{Place, Stage};

/// A message: texts and refusals.
#[derive(Debug, Default)]
pub(in super::super) struct Message {
    /// Whole pieces, separated by commas.
    pieces: Vec<u8>,
    /// How many pieces are whole.
    count: u32,
    open: bool,
    refusal: bool,
    text: String,
    /// The open text's annotations, separated by commas.
    annotations: Vec<u8>,
    annotated: u32,
}

impl Message {
    /// Begins a piece.
    pub(in super::super) fn open(
        &mut self,
        at: &Place,
        refusal: bool,
        frames: &mut Frames,
        out: &mut Vec<u8>,
    ) {
        self.close(at, frames, out);
        (self.open, self.refusal) = (true, refusal);
        if let Some(frame) = frames.begin(out, "response.content_part.added") {
            let frame = at.frame(frame).number("content_index", self.count);
            frame.with("part", |out| self.write_piece(out)).end();
        }
    }

    /// More words of the open piece.
    pub(in super::super) fn text(
        &mut self,
        at: &Place,
        words: &str,
        frames: &mut Frames,
        out: &mut Vec<u8>,
    ) {
        if words.is_empty() {
            return;
        }
        self.text.push_str(words);
        let name = if self.refusal {
            "response.refusal.delta"
        } else {
            "response.output_text.delta"
        };
        if let Some(frame) = frames.begin(out, name) {
            let frame = at.frame(frame).number("content_index", self.count);
            self.logprobs(frame.text("delta", words)).end();
        }
    }

    /// A citation of the open text.
    pub(in super::super) fn annotate(
        &mut self,
        at: &Place,
        value: &Value,
        frames: &mut Frames,
        out: &mut Vec<u8>,
    ) {
        if self.refusal || !self.open {
            return;
        }
        if self.annotated > 0 {
            self.annotations.push(b',');
        }
        let from = self.annotations.len();
        // Writing into memory does not fail.
        let _ = serde_json::to_writer(&mut self.annotations, value);
        if let Some(frame) = frames.begin(out, "response.output_text.annotation.added") {
            at.frame(frame)
                .number("content_index", self.count)
                .number("annotation_index", self.annotated)
                .json(
                    "annotation",
                    self.annotations.get(from..).unwrap_or_default(),
                )
                .end();
        }
        self.annotated += 1;
    }

    /// Ends the open piece, if there is one.
    pub(in super::super) fn close(&mut self, at: &Place, frames: &mut Frames, out: &mut Vec<u8>) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        let (name, field) = if self.refusal {
            ("response.refusal.done", "refusal")
        } else {
            ("response.output_text.done", "text")
        };
        if let Some(frame) = frames.begin(out, name) {
            let frame = at.frame(frame).number("content_index", self.count);
            self.logprobs(frame.text(field, &self.text)).end();
        }
        if self.count > 0 {
            self.pieces.push(b',');
        }
        let from = self.pieces.len();
        let mut pieces = std::mem::take(&mut self.pieces);
        self.write_piece(&mut pieces);
        self.pieces = pieces;
        if let Some(frame) = frames.begin(out, "response.content_part.done") {
            at.frame(frame)
                .number("content_index", self.count)
                .json("part", self.pieces.get(from..).unwrap_or_default())
                .end();
        }
        self.count += 1;
        self.text.clear();
        self.annotations.clear();
        self.annotated = 0;
    }

    /// The reference has this list in the events of every text.
    fn logprobs<'o>(&self, frame: Frame<'o>) -> Frame<'o> {
        if self.refusal {
            frame
        } else {
            frame.json("logprobs", b"[]")
        }
    }

    fn write_piece(&self, out: &mut Vec<u8>) {
        if self.refusal {
            out.extend_from_slice(b"{\"type\":\"refusal\",\"refusal\":");
            text(out, &self.text);
        } else {
            out.extend_from_slice(b"{\"type\":\"output_text\",\"annotations\":[");
            out.extend_from_slice(&self.annotations);
            out.extend_from_slice(b"],\"logprobs\":[],\"text\":");
            text(out, &self.text);
        }
        out.push(b'}');
    }

    pub(super) fn write(&self, stage: Stage<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"type\":\"message\",\"status\":");
        text(out, stage.status());
        out.extend_from_slice(b",\"role\":\"assistant\",\"content\":[");
        out.extend_from_slice(&self.pieces);
        out.push(b']');
    }
}
