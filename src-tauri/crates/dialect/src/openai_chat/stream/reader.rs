//! An upstream's stream.

use std::borrow::Cow;

use chat::{Event, Stop, StopReason, StreamError, Thinking, Usage};
use serde_json::Value;

use super::super::reply::stop;
use super::super::wire::answer::{Answer, Bit, CallPiece, Choice, Saying};
use super::super::wire::{Str, TextOr};
use super::super::{thoughts, usage};
use super::parts::{Parts, Sink, Words};
use crate::sse::Frame;
use crate::{Malformed, UpstreamError};

/// Reads an upstream's stream, frame by frame, and keeps the grammar of [`chat::event`].
#[derive(Debug, Default)]
pub(crate) struct Reader {
    started: bool,
    parts: Parts,
    /// Thoughts are told by their words alone, too: those beside their seals say nothing new.
    worded: bool,
    ended: Option<Ended>,
    /// Counts that came before the answer began.
    early: Option<Usage>,
    over: bool,
}

/// What the upstream said of the end. Counts and more may follow it.
#[derive(Debug)]
struct Ended {
    word: String,
    text: Option<Value>,
}

impl Reader {
    /// Reads one frame; its events go to `sink` in order.
    pub(crate) fn read(&mut self, frame: &Frame<'_>, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        let data = frame.data.trim_ascii();
        if self.over || data.is_empty() {
            return Ok(());
        }
        if frame.event == Some("error") {
            self.fail(data, sink);
            return Ok(());
        }
        // The vendor's SDK ends at data that begins so (npm `openai`, `core/streaming.js`).
        if data.starts_with(b"[DONE]") {
            return self.end(sink);
        }
        let answer: Answer<'_> = serde_json::from_slice(data)
            .map_err(|error| Malformed::new(format!("a chunk is cut or no chunk: {error}")))?;
        let silent = answer.choices.is_none() && answer.usage.is_none();
        if answer.error.as_ref().is_some_and(says_something)
            || (silent && crate::read_error(data).is_some())
        {
            self.fail(data, sink);
            return Ok(());
        }
        self.chunk(answer, sink)
    }

    /// The upstream has closed the stream: an end where the reason of it was given. Some relays leave out `[DONE]`.
    pub(crate) fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        if self.over || self.ended.is_none() {
            return Ok(());
        }
        self.end(sink)
    }

    fn chunk(&mut self, mut answer: Answer<'_>, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        let counts = answer.usage.as_ref().and_then(usage::read);
        let choice = answer.take_choice();
        if choice.is_some() && !self.started {
            self.start(answer, sink);
        }
        match counts {
            Some(counts) if self.started => sink(Event::Usage(counts)),
            Some(counts) => self.early = Some(counts),
            None => {}
        }
        let Some(choice) = choice else {
            return Ok(());
        };
        let word = choice.finish_reason.as_deref().unwrap_or_default();
        if stop::is_error(word) {
            self.fail_by(choice, sink);
            return Ok(());
        }
        if !word.is_empty() {
            self.ended = Some(Ended {
                word: word.to_owned(),
                text: choice.stop_reason,
            });
        }
        // Some relays answer in one chunk, and call its delta as in a completion.
        let whole = choice.message.filter(|_| self.parts.is_untold());
        match choice.delta.or(whole) {
            Some(said) => self.said(said, sink),
            None => Ok(()),
        }
    }

    fn start(&mut self, answer: Answer<'_>, sink: &mut Sink<'_>) {
        self.started = true;
        let id = filled(answer.id);
        self.parts = Parts::of(id.as_deref().unwrap_or_default());
        sink(Event::Start {
            id,
            model: filled(answer.model),
            created: answer.created.and_then(crate::translate::seconds),
        });
        if let Some(counts) = self.early.take() {
            sink(Event::Usage(counts));
        }
    }

    /// A delta may hold several things at once: they are told in the order in which a model says them.
    fn said(&mut self, mut said: Saying<'_>, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        let words = said.thought();
        if let Some(words) = words {
            self.worded = true;
            self.parts.say(Words::Thought, words, sink);
        }
        if let Some(Value::Array(entries)) = &said.reasoning_details {
            for thought in entries.iter().filter_map(thoughts::entry) {
                self.detail(thought, sink);
            }
        }
        match said.content {
            Some(TextOr::Text(text)) => self.parts.say(Words::Text, text, sink),
            Some(TextOr::More(bits)) => bits.into_iter().for_each(|bit| self.bit(bit, sink)),
            None => {}
        }
        if let Some(signature) = thoughts::read_extra_content(said.extra_content.as_ref()) {
            self.parts.sign(signature, sink);
        }
        if let Some(refusal) = said.refusal {
            self.parts.say(Words::Refusal, refusal.0, sink);
        }
        for piece in said.tool_calls.into_iter().flatten() {
            self.parts.call(piece, sink)?;
        }
        match said.function_call {
            Some(call) => self.parts.call(CallPiece::legacy(call), sink),
            None => Ok(()),
        }
    }

    fn bit(&mut self, bit: Bit<'_>, sink: &mut Sink<'_>) {
        match bit.thinking {
            Some(TextOr::Text(text)) => self.parts.say(Words::Thought, text, sink),
            Some(TextOr::More(bits)) => {
                for text in bits.into_iter().filter_map(|bit| bit.text) {
                    self.parts.say(Words::Thought, text.0, sink);
                }
            }
            None => {}
        }
        if let Some(text) = bit.text {
            self.parts.say(Words::Text, text.0, sink);
        }
        if let Some(refusal) = bit.refusal {
            self.parts.say(Words::Refusal, refusal.0, sink);
        }
    }

    /// An entry of `reasoning_details`.
    fn detail(&mut self, thought: Thinking, sink: &mut Sink<'_>) {
        if !self.worded && !thought.redacted {
            let words = Cow::Borrowed(thought.text.as_str());
            self.parts.say(Words::Thought, words, sink);
        }
        if thought.signature.is_some() {
            self.parts.seal(thought, sink);
        }
    }

    fn end(&mut self, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        if !self.started {
            return Err(Malformed::new("the stream ended before an answer began"));
        }
        self.over = true;
        self.parts.end(sink)?;
        let called = self.parts.called();
        let stop = self
            .ended
            .take()
            .and_then(|ended| stop::read(&ended.word, ended.text.as_ref(), called));
        // `[DONE]` is an end, even where no reason was given.
        sink(Event::Stop(stop.unwrap_or(Stop::new(if called {
            StopReason::ToolUse
        } else {
            StopReason::EndTurn
        }))));
        sink(Event::End);
        Ok(())
    }

    fn fail(&mut self, data: &[u8], sink: &mut Sink<'_>) {
        self.over = true;
        let error = crate::read_error(data).unwrap_or_else(|| UpstreamError {
            message: String::from_utf8_lossy(data).into_owned(),
            ..UpstreamError::default()
        });
        sink(Event::Error(StreamError {
            message: error.message,
            kind: error.kind,
            code: error.code,
        }));
    }

    /// The error is the reason of the end, and its words are the content.
    fn fail_by(&mut self, choice: Choice<'_>, sink: &mut Sink<'_>) {
        self.over = true;
        let word = choice.finish_reason.unwrap_or_default().into_string();
        let message = match choice.delta.and_then(|said| said.content) {
            Some(TextOr::Text(text)) if !text.is_empty() => text.into_owned(),
            _ => format!("the upstream ended with `{word}`"),
        };
        sink(Event::Error(StreamError {
            message,
            kind: None,
            code: Some(word),
        }));
    }
}

fn filled(text: Option<Str<'_>>) -> Option<Cow<'_, str>> {
    text.map(|text| text.0).filter(|text| !text.is_empty())
}

/// Some relays write an empty `error` into every chunk.
fn says_something(error: &Value) -> bool {
    match error {
        Value::String(text) => !text.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(is) => *is,
        Value::Null => false,
        Value::Array(_) | Value::Number(_) => true,
    }
}
