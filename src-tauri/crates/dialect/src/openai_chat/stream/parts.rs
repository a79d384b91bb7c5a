//! Parts of an answer, one at a time.
//!
//! Pieces of parallel calls may be mingled on the wire, and parts may not overlap: whatever comes while a call's arguments
//! are not whole waits until they are. Where calls come one after another, nothing waits.

use std::borrow::Cow;
use std::collections::VecDeque;

use chat::{Delta, Event, Opened, Signature, Thinking, ToolKind};

use super::super::reply::made_id;
use super::super::wire::answer::CallPiece;
use super::calls::{Call, Calls};
use crate::Malformed;

/// Where events go.
pub(super) type Sink<'s> = dyn FnMut(Event<'_>) + 's;

/// What was told so far, and what waits.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The answer's id, of which ids of calls are made that have none.
    answer: String,
    /// The next part's place.
    next: u32,
    open: Open,
    calls: Calls,
    waiting: VecDeque<Waiting>,
    called: bool,
}

/// What kind of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    Thought,
    Text,
    Refusal,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Open {
    #[default]
    Nothing,
    Words(Words),
    Call(usize),
}

#[derive(Debug)]
enum Waiting {
    Words(Words, String),
    Seal(Thinking),
    Call(usize),
}

impl Parts {
    /// Parts of the answer with this id.
    pub(super) fn of(answer: &str) -> Self {
        Self {
            answer: answer.to_owned(),
            ..Self::default()
        }
    }

    /// Whether a call was told.
    pub(super) fn called(&self) -> bool {
        self.called
    }

    /// Whether nothing was said yet.
    pub(super) fn is_untold(&self) -> bool {
        self.next == 0 && self.open == Open::Nothing && self.waiting.is_empty()
    }

    /// More words.
    pub(super) fn say(&mut self, words: Words, text: Cow<'_, str>, sink: &mut Sink<'_>) {
        if text.is_empty() {
            return;
        }
        if !self.must_wait() {
            self.tell(words, text, sink);
            return;
        }
        match self.waiting.back_mut() {
            Some(Waiting::Words(last, held)) if *last == words => held.push_str(&text),
            _ => self
                .waiting
                .push_back(Waiting::Words(words, text.into_owned())),
        }
    }

    /// The seal of the thought before it, or a thought of a seal only.
    pub(super) fn seal(&mut self, seal: Thinking, sink: &mut Sink<'_>) {
        if self.must_wait() {
            self.waiting.push_back(Waiting::Seal(seal));
        } else {
            self.tell_seal(seal, sink);
        }
    }

    /// The signature of the text that is open.
    pub(super) fn sign(&mut self, signature: Signature, sink: &mut Sink<'_>) {
        if self.open == Open::Words(Words::Text) && self.waiting.is_empty() {
            sink(Event::Delta(Delta::Signature(signature)));
            self.close(sink);
        }
    }

    /// A piece of a call.
    pub(super) fn call(
        &mut self,
        piece: CallPiece<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Malformed> {
        let piece = self.calls.take(piece);
        if self.open == Open::Call(piece.call) {
            self.argue(piece.call, piece.arguments, sink);
        } else if let Some(call) = self.calls.get_mut(piece.call) {
            if call.closed && !piece.arguments.trim().is_empty() {
                let id = &call.id;
                return Err(Malformed::new(format!(
                    "more arguments for the call {id}, whose arguments were whole"
                )));
            }
            call.held.push_str(&piece.arguments);
        }
        if piece.is_new {
            self.waiting.push_back(Waiting::Call(piece.call));
        }
        self.advance(false, sink)
    }

    /// Nothing follows: tells what waits, and closes.
    pub(super) fn end(&mut self, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        self.advance(true, sink)?;
        self.close(sink);
        Ok(())
    }

    fn must_wait(&self) -> bool {
        !self.waiting.is_empty() || self.open_call().is_some()
    }

    /// The call that is open and not whole.
    fn open_call(&self) -> Option<usize> {
        match self.open {
            Open::Call(call) if !self.calls.is_whole(call) => Some(call),
            _ => None,
        }
    }

    /// Tells of what waits as much as can be told; all of it at the end.
    fn advance(&mut self, all: bool, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        while all || self.open_call().is_none() {
            match self.waiting.front() {
                None => break,
                Some(Waiting::Call(call)) => {
                    let call = *call;
                    if !self.begin_call(call, all, sink)? {
                        break;
                    }
                    self.waiting.pop_front();
                }
                Some(_) => match self.waiting.pop_front() {
                    Some(Waiting::Words(words, text)) => self.tell(words, text.into(), sink),
                    Some(Waiting::Seal(seal)) => self.tell_seal(seal, sink),
                    Some(Waiting::Call(_)) | None => {}
                },
            }
        }
        Ok(())
    }

    /// Whether the call could be begun, or is none after all: its name may come later.
    fn begin_call(
        &mut self,
        place: usize,
        last: bool,
        sink: &mut Sink<'_>,
    ) -> Result<bool, Malformed> {
        let Some(call) = self.calls.get_mut(place) else {
            return Ok(true);
        };
        if call.name.is_empty() {
            if last && !call.held.trim().is_empty() {
                return Err(Malformed::new("a call of a tool has no name"));
            }
            return Ok(last);
        }
        let id = if call.id.is_empty() {
            made_id(&self.answer, place)
        } else {
            call.id.clone()
        };
        let held = std::mem::take(&mut call.held);
        let opened = (id, call.name.clone(), call.kind);
        self.close(sink);
        self.called = true;
        self.open(Open::Call(place), call_of(opened), sink);
        self.argue(place, held.into(), sink);
        Ok(true)
    }

    fn argue(&mut self, place: usize, arguments: Cow<'_, str>, sink: &mut Sink<'_>) {
        if arguments.is_empty() {
            return;
        }
        if let Some(call) = self.calls.get_mut(place) {
            call.follow(&arguments);
        }
        sink(Event::Delta(Delta::Arguments(arguments)));
    }

    fn tell(&mut self, words: Words, text: Cow<'_, str>, sink: &mut Sink<'_>) {
        if self.open != Open::Words(words) {
            self.close(sink);
            let part = match words {
                Words::Thought => thought(false, None),
                Words::Text => Opened::Text,
                Words::Refusal => Opened::Refusal,
            };
            self.open(Open::Words(words), part, sink);
        }
        sink(Event::Delta(Delta::Text(text)));
    }

    fn tell_seal(&mut self, seal: Thinking, sink: &mut Sink<'_>) {
        if seal.redacted || self.open != Open::Words(Words::Thought) {
            self.close(sink);
            let part = thought(seal.redacted, seal.id.map(Cow::Owned));
            self.open(Open::Words(Words::Thought), part, sink);
        }
        if let Some(signature) = seal.signature {
            sink(Event::Delta(Delta::Signature(signature)));
        }
        self.close(sink);
    }

    fn open(&mut self, open: Open, part: Opened<'_>, sink: &mut Sink<'_>) {
        self.open = open;
        let index = self.next;
        sink(Event::Open { index, part });
    }

    fn close(&mut self, sink: &mut Sink<'_>) {
        match std::mem::take(&mut self.open) {
            Open::Nothing => return,
            Open::Words(_) => {}
            Open::Call(place) => {
                if let Some(call) = self.calls.get_mut(place) {
                    close_call(call, sink);
                }
            }
        }
        sink(Event::Close { index: self.next });
        self.next += 1;
    }
}

fn close_call(call: &mut Call, sink: &mut Sink<'_>) {
    call.closed = true;
    if let Some(signature) = call.signature.take() {
        sink(Event::Delta(Delta::Signature(signature)));
    }
}

fn call_of<'a>((id, name, kind): (String, String, ToolKind)) -> Opened<'a> {
    Opened::ToolCall {
        id: id.into(),
        name: name.into(),
        kind,
        item_id: None,
    }
}

const fn thought(redacted: bool, id: Option<Cow<'_, str>>) -> Opened<'_> {
    Opened::Thinking { redacted, id }
}
