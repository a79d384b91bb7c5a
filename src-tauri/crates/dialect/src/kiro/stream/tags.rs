//! Thoughts that stand in tags at the begin of the text, found whatever the cuts.

use super::super::{CLOSING, OPENING};

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told<'a> {
    Thought(&'a str),
    /// The thought is over.
    Closed,
    Text(&'a str),
}

/// Tells thoughts and text apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Tags {
    state: State,
    /// What may belong to a tag.
    held: String,
    /// The last letter before `held`.
    last: Option<char>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing but white space came.
    #[default]
    Begin,
    /// The line's end behind the opening tag is no part of the thought.
    Opened,
    Thought,
    /// Nor are the line's ends behind the closing tag a part of the text.
    Closed,
    Text,
}

impl Tags {
    /// Takes more text.
    pub(super) fn push(&mut self, text: &str, tell: &mut dyn FnMut(Told<'_>)) {
        if self.state == State::Text && self.held.is_empty() {
            if !text.is_empty() {
                tell(Told::Text(text));
            }
            return;
        }
        self.held.push_str(text);
        while self.step(false, tell) {}
    }

    /// No more text comes here: something else does, or the end.
    pub(super) fn end(&mut self, tell: &mut dyn FnMut(Told<'_>)) {
        while self.step(true, tell) {}
        let held = std::mem::take(&mut self.held);
        match self.state {
            State::Begin | State::Text | State::Closed if !held.trim().is_empty() => {
                tell(Told::Text(&held));
                self.state = State::Text;
            }
            State::Opened | State::Thought => {
                if !held.is_empty() {
                    tell(Told::Thought(&held));
                }
                tell(Told::Closed);
                self.state = State::Text;
            }
            _ => {}
        }
    }

    /// Tells what is decided. Whether there may be more.
    fn step(&mut self, last: bool, tell: &mut dyn FnMut(Told<'_>)) -> bool {
        match self.state {
            State::Begin => self.begin(),
            State::Opened => {
                let Some(first) = self.held.chars().next() else {
                    return false;
                };
                if first == '\n' {
                    self.held.remove(0);
                }
                self.state = State::Thought;
                true
            }
            State::Thought => self.thought(last, tell),
            State::Closed => {
                let rest = self.held.trim_start_matches(['\n', '\r']).len();
                if rest == 0 {
                    return false;
                }
                self.held.drain(..self.held.len() - rest);
                self.state = State::Text;
                true
            }
            State::Text => {
                let held = std::mem::take(&mut self.held);
                if !held.is_empty() {
                    tell(Told::Text(&held));
                }
                false
            }
        }
    }

    fn begin(&mut self) -> bool {
        let said = self.held.trim_start();
        if let Some(rest) = said.strip_prefix(OPENING) {
            self.held = rest.to_owned();
            self.state = State::Opened;
            return true;
        }
        if OPENING.starts_with(said) {
            return false;
        }
        self.state = State::Text;
        true
    }

    fn thought(&mut self, last: bool, tell: &mut dyn FnMut(Told<'_>)) -> bool {
        let Some(at) = self.held.find(CLOSING) else {
            // All but what may be the begin of the tag.
            let keep = (1..CLOSING.len()).rev().find(|length| {
                self.held
                    .ends_with(CLOSING.get(..*length).unwrap_or_default())
            });
            let until = self.held.len() - keep.unwrap_or_default();
            self.tell_thought(until, tell);
            return false;
        };
        let behind = self.held.get(at + CLOSING.len()..).unwrap_or_default();
        let before = self
            .held
            .get(..at)
            .and_then(|text| text.chars().next_back());
        let quoted = is_quote(before.or(self.last));
        match behind.chars().next() {
            None if !last => {
                self.tell_thought(at, tell);
                false
            }
            next if !quoted && next.is_none_or(|next| matches!(next, '\n' | '\r')) => {
                self.tell_thought(at, tell);
                self.held.drain(..CLOSING.len());
                tell(Told::Closed);
                self.state = State::Closed;
                true
            }
            // It speaks of the tag.
            _ => {
                self.tell_thought(at + CLOSING.len(), tell);
                true
            }
        }
    }

    fn tell_thought(&mut self, until: usize, tell: &mut dyn FnMut(Told<'_>)) {
        let told: String = self.held.drain(..until).collect();
        if !told.is_empty() {
            self.last = told.chars().next_back();
            tell(Told::Thought(&told));
        }
    }
}

fn is_quote(letter: Option<char>) -> bool {
    matches!(letter, Some('`' | '"' | '\''))
}
