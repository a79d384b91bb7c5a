//! A reasoning item: its summary, and its seal.

use chat::Signature;

use super::super::super::seal;
use super::super::frame::{Frames, text};
use super::{Place, Stage};

/// A reasoning item.
#[derive(Debug, Default)]
pub(in super::super) struct Thought {
    redacted: bool,
    text: String,
    /// `encrypted_content`.
    sealed: Option<String>,
}

impl Thought {
    pub(in super::super) fn new(redacted: bool) -> Self {
        Self {
            redacted,
            ..Self::default()
        }
    }

    /// Nothing but a seal.
    pub(in super::super) fn sealed(sealed: String) -> Self {
        Self {
            sealed: Some(sealed),
            ..Self::default()
        }
    }

    /// More words.
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
        if self.text.is_empty()
            && let Some(frame) = frames.begin(out, "response.reasoning_summary_part.added")
        {
            let frame = at.frame(frame).number("summary_index", 0);
            frame.with("part", |out| summary(out, "")).end();
        }
        self.text.push_str(words);
        if let Some(frame) = frames.begin(out, "response.reasoning_summary_text.delta") {
            let frame = at.frame(frame).number("summary_index", 0);
            frame.text("delta", words).end();
        }
    }

    pub(in super::super) fn seal(&mut self, signature: &Signature) {
        self.sealed = Some(seal::of_thought(signature, self.redacted));
    }

    pub(super) fn finish(&self, at: &Place, frames: &mut Frames, out: &mut Vec<u8>) {
        if self.text.is_empty() {
            return;
        }
        if let Some(frame) = frames.begin(out, "response.reasoning_summary_text.done") {
            let frame = at.frame(frame).number("summary_index", 0);
            frame.text("text", &self.text).end();
        }
        if let Some(frame) = frames.begin(out, "response.reasoning_summary_part.done") {
            let frame = at.frame(frame).number("summary_index", 0);
            frame.with("part", |out| summary(out, &self.text)).end();
        }
    }

    pub(super) fn write(&self, stage: Stage<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"type\":\"reasoning\",\"summary\":[");
        if stage != Stage::Added && !self.text.is_empty() {
            summary(out, &self.text);
        }
        out.push(b']');
        if stage != Stage::Added {
            out.extend_from_slice(b",\"encrypted_content\":");
            text(out, self.sealed.as_deref().unwrap_or(seal::UNSIGNED));
        }
    }
}

fn summary(out: &mut Vec<u8>, words: &str) {
    out.extend_from_slice(b"{\"type\":\"summary_text\",\"text\":");
    text(out, words);
    out.push(b'}');
}
