//! Parts of an answer, one at a time: what comes while a call's arguments are not whole waits until they are.

use std::borrow::Cow;
use std::collections::VecDeque;

use chat::{Delta, Event, Opened, Signature, ToolKind};

use super::super::{OWN, TAGGED};
use super::Sink;
use super::tags::{Tags, Told};

/// More of an answer.
#[derive(Debug, Clone)]
pub(super) enum Piece<'a> {
    /// Text, thoughts in tags among it.
    Text(Cow<'a, str>),
    Thought(Cow<'a, str>),
    /// The seal of the thought before it.
    Seal(Cow<'a, str>),
    /// A thought whose words are withheld.
    Redacted(Cow<'a, str>),
    Call {
        id: Cow<'a, str>,
        name: Cow<'a, str>,
        arguments: Cow<'a, str>,
        /// The arguments are all of them.
        whole: bool,
        /// No more of it comes.
        stop: bool,
    },
}

/// What was told so far, and what waits.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    next: u32,
    /// Calls that are whole, by their ids: some are told so twice.
    whole: Vec<String>,
    open: Open,
    tags: Tags,
    called: bool,
    waiting: VecDeque<Piece<'static>>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
enum Open {
    #[default]
    Nothing,
    Text,
    /// In tags, or by events of its own.
    Thought {
        tagged: bool,
    },
    /// A call with this id.
    Call(String),
}

impl Parts {
    /// Whether a tool was called.
    pub(super) fn called(&self) -> bool {
        self.called
    }

    /// Whether no call is cut.
    pub(super) fn is_whole(&self) -> bool {
        !matches!(self.open, Open::Call(_))
    }

    /// Takes more.
    pub(super) fn take(&mut self, piece: Piece<'_>, sink: &mut Sink<'_>) {
        if self.must_wait(&piece) {
            self.waiting.push_back(owned(piece));
            return;
        }
        self.tell(piece, sink);
        while let Some(at) = self.waiting.iter().position(|piece| !self.must_wait(piece)) {
            let Some(piece) = self.waiting.remove(at) else {
                break;
            };
            self.tell(piece, sink);
        }
    }

    /// Nothing follows.
    pub(super) fn end(&mut self, sink: &mut Sink<'_>) {
        self.end_text(sink);
        self.close(sink);
    }

    fn must_wait(&self, piece: &Piece<'_>) -> bool {
        match (&self.open, piece) {
            (Open::Call(open), Piece::Call { id, .. }) => open != id,
            (Open::Call(_), _) => true,
            _ => false,
        }
    }

    fn tell(&mut self, piece: Piece<'_>, sink: &mut Sink<'_>) {
        match piece {
            Piece::Text(text) => self.text(Some(&text), sink),
            Piece::Thought(text) => {
                self.end_text(sink);
                self.thought(&text, false, sink);
            }
            Piece::Seal(seal) if matches!(self.open, Open::Thought { tagged: false }) => {
                self.seal(&seal, sink);
            }
            // There is no thought that it could seal.
            Piece::Seal(_) => {}
            Piece::Redacted(sealed) => {
                self.end_text(sink);
                self.close(sink);
                self.open_thought(true, false, sink);
                self.seal(&sealed, sink);
            }
            Piece::Call {
                id,
                name,
                arguments,
                whole,
                stop,
            } => {
                if arguments.is_empty() && self.whole.iter().any(|whole| *whole == id) {
                    return;
                }
                self.end_text(sink);
                self.call(id, name, sink);
                if !arguments.is_empty() {
                    sink(Event::Delta(Delta::Arguments(arguments)));
                }
                if stop || whole {
                    self.close(sink);
                }
            }
        }
    }

    /// Text, and thoughts among it; `None` where no more text follows here.
    fn text(&mut self, text: Option<&str>, sink: &mut Sink<'_>) {
        let mut tags = std::mem::take(&mut self.tags);
        let mut tell = |told: Told<'_>| match told {
            Told::Thought(text) => self.thought(text, true, sink),
            Told::Closed => {
                if matches!(self.open, Open::Thought { tagged: true }) {
                    self.seal(TAGGED, sink);
                }
            }
            Told::Text(text) => self.words(text, sink),
        };
        match text {
            Some(text) => tags.push(text, &mut tell),
            None => tags.end(&mut tell),
        }
        self.tags = tags;
    }

    fn end_text(&mut self, sink: &mut Sink<'_>) {
        self.text(None, sink);
    }

    fn words(&mut self, text: &str, sink: &mut Sink<'_>) {
        if self.open != Open::Text {
            self.close(sink);
            self.open(Opened::Text, Open::Text, sink);
        }
        sink(Event::Delta(Delta::Text(text.into())));
    }

    fn thought(&mut self, text: &str, tagged: bool, sink: &mut Sink<'_>) {
        if self.open != (Open::Thought { tagged }) {
            self.close(sink);
            self.open_thought(false, tagged, sink);
        }
        if !text.is_empty() {
            sink(Event::Delta(Delta::Text(text.into())));
        }
    }

    fn open_thought(&mut self, redacted: bool, tagged: bool, sink: &mut Sink<'_>) {
        let part = Opened::Thinking { redacted, id: None };
        self.open(part, Open::Thought { tagged }, sink);
    }

    /// A thought is over with its seal.
    fn seal(&mut self, value: &str, sink: &mut Sink<'_>) {
        sink(Event::Delta(Delta::Signature(Signature {
            dialect: OWN,
            value: value.to_owned(),
        })));
        self.close(sink);
    }

    fn call(&mut self, id: Cow<'_, str>, name: Cow<'_, str>, sink: &mut Sink<'_>) {
        if matches!(self.open, Open::Call(_)) {
            return;
        }
        self.close(sink);
        self.called = true;
        let open = Open::Call(id.clone().into_owned());
        let part = Opened::ToolCall {
            id,
            name,
            kind: ToolKind::Function,
            item_id: None,
        };
        self.open(part, open, sink);
    }

    fn open(&mut self, part: Opened<'_>, open: Open, sink: &mut Sink<'_>) {
        sink(Event::Open {
            index: self.next,
            part,
        });
        self.open = open;
    }

    fn close(&mut self, sink: &mut Sink<'_>) {
        match std::mem::take(&mut self.open) {
            Open::Nothing => return,
            Open::Call(id) => self.whole.push(id),
            Open::Text | Open::Thought { .. } => {}
        }
        sink(Event::Close { index: self.next });
        self.next += 1;
    }
}

fn owned(piece: Piece<'_>) -> Piece<'static> {
    let text = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    match piece {
        Piece::Text(one) => Piece::Text(text(one)),
        Piece::Thought(one) => Piece::Thought(text(one)),
        Piece::Seal(one) => Piece::Seal(text(one)),
        Piece::Redacted(one) => Piece::Redacted(text(one)),
        Piece::Call {
            id,
            name,
            arguments,
            whole,
            stop,
        } => Piece::Call {
            id: text(id),
            name: text(name),
            arguments: text(arguments),
            whole,
            stop,
        },
    }
}
