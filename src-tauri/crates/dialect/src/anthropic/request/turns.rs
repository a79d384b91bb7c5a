//! The conversation as the API takes it: `system` before it, and turns that take turns.

use std::borrow::Cow;

use chat::{Dialect, Loss, Message, Part, Request, Role, Text};
use serde_json::{Map, Value};

use super::lower::{self, Losses, Place};
use super::names::Told;
use crate::anthropic::json::{List, Object};
use crate::anthropic::piece::{Piece, write_content};

/// A conversation, lowered.
#[derive(Debug, Default)]
pub(super) struct Turns<'a> {
    system: Vec<Piece<'a>>,
    pub(super) turns: Vec<Turn<'a>>,
}

/// A turn, lowered.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) who: Who,
    pub(super) pieces: Vec<Piece<'a>>,
    /// Fields of the message that are the dialect's own.
    extra: Option<&'a Map<String, Value>>,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    User,
    Assistant,
    System,
}

/// Lowers the conversation of a request.
pub(super) fn lower<'a>(
    request: &'a Request,
    takes_system: bool,
    told: &'a Told,
    losses: &mut Losses,
) -> Turns<'a> {
    let leads = |message: &&Message| matches!(message.role, Role::System | Role::Developer);
    let leading = request.messages.iter().take_while(leads).count();
    let (front, rest) = request.messages.split_at(leading);
    let mut turns = Turns::default();
    for message in front {
        note_extras(message, losses);
        turns.system.extend(texts(message, losses));
    }
    for message in rest {
        note_extras(message, losses);
        let turn = match message.role {
            Role::System | Role::Developer => Turn {
                who: Who::System,
                pieces: texts(message, losses),
                extra: message.extra_of(Dialect::Anthropic),
            },
            Role::User => said(message, Who::User, Place::User, told, losses),
            Role::Assistant => said(message, Who::Assistant, Place::Assistant, told, losses),
        };
        turns.turns.push(turn);
    }
    turns.settle(takes_system, losses);
    turns
}

fn said<'a>(
    message: &'a Message,
    who: Who,
    place: Place,
    told: &'a Told,
    losses: &mut Losses,
) -> Turn<'a> {
    let parts = message.parts.iter();
    Turn {
        who,
        pieces: parts
            .filter_map(|part| lower::part(part, place, told, losses))
            .collect(),
        extra: message.extra_of(Dialect::Anthropic),
    }
}

fn note_extras(message: &Message, losses: &mut Losses) {
    if message.name.is_some() {
        losses.field("messages.name");
    }
}

/// The texts of a system turn: it takes nothing else.
fn texts<'a>(message: &'a Message, losses: &mut Losses) -> Vec<Piece<'a>> {
    let mut pieces = Vec::with_capacity(message.parts.len());
    for part in &message.parts {
        match part {
            Part::Text(text) => pieces.extend(text_piece(text)),
            Part::Foreign(own) if own.dialect == Dialect::Anthropic => {
                pieces.push(Piece::Foreign(&own.value));
            }
            Part::Foreign(foreign) => losses.add(lower::foreign_loss(foreign)),
            _ => losses.add(Loss::Media {
                kind: "media in a system turn",
                why: "it takes texts only there",
            }),
        }
    }
    pieces
}

fn text_piece(text: &Text) -> Option<Piece<'_>> {
    let extra = text.extra.as_ref();
    lower::words(&text.text).map(|words| Piece::Text {
        text: Cow::Borrowed(words),
        cache: text.cache.as_ref(),
        extra: extra.and_then(|extra| extra.fields_of(Dialect::Anthropic)),
    })
}

impl<'a> Turns<'a> {
    /// Puts the turns into the order that the API asks for.
    fn settle(&mut self, takes_system: bool, losses: &mut Losses) {
        self.join();
        self.place_system_turns(takes_system, losses);
        self.join();
        for turn in &mut self.turns {
            // Stable: results keep their order, and so does the rest.
            turn.pieces
                .sort_by_key(|piece| !matches!(piece, Piece::Result { .. }));
        }
        if self.turns.is_empty() && !self.system.is_empty() {
            // There must be something to answer: the system's words are all that was said.
            self.turns.push(Turn {
                who: Who::User,
                pieces: std::mem::take(&mut self.system),
                extra: None,
            });
        }
        self.trim_begun_answer();
    }

    /// Joins neighbours of one role, and leaves out who says nothing.
    pub(super) fn join(&mut self) {
        let mut joined: Vec<Turn<'a>> = Vec::with_capacity(self.turns.len());
        for turn in self.turns.drain(..) {
            let is_directive = turn.who == Who::System && turn.extra.is_some();
            if turn.pieces.is_empty() && !is_directive {
                continue;
            }
            match joined.last_mut() {
                Some(last) if last.who == turn.who => {
                    last.pieces.extend(turn.pieces);
                    last.extra = last.extra.or(turn.extra);
                }
                _ => joined.push(turn),
            }
        }
        self.turns = joined;
    }

    /// A system turn may stand behind a user's, and before the model's or at the end; elsewhere it is the user's words.
    fn place_system_turns(&mut self, takes_system: bool, losses: &mut Losses) {
        for at in 0..self.turns.len() {
            let before = at.checked_sub(1).and_then(|at| self.turns.get(at));
            let before = before.map(|turn| turn.who);
            let behind = self.turns.get(at + 1).map(|turn| turn.who);
            let fits = before == Some(Who::User) && behind != Some(Who::User);
            let Some(turn) = self.turns.get_mut(at) else {
                return;
            };
            if turn.who != Who::System || (takes_system && fits) {
                continue;
            }
            turn.who = Who::User;
            turn.extra = None;
            for piece in &mut turn.pieces {
                if let Piece::Text { text, .. } = piece {
                    *text = Cow::Owned(format!("<system>\n{text}\n</system>"));
                }
            }
            losses.value(
                "role",
                "system",
                "amid the conversation it is told as the user's words",
            );
        }
    }

    /// An answer that the model is to go on with may not end in spaces.
    fn trim_begun_answer(&mut self) {
        let Some(last) = self.turns.last_mut() else {
            return;
        };
        if last.who != Who::Assistant {
            return;
        }
        if let Some(Piece::Text { text, .. }) = last.pieces.last_mut() {
            match text {
                Cow::Borrowed(words) => *words = words.trim_end(),
                Cow::Owned(words) => words.truncate(words.trim_end().len()),
            }
        }
    }

    /// Writes `system` and `messages`.
    pub(super) fn write(&self, body: &mut Object<'_>) {
        if !self.system.is_empty() {
            write_content(body.at("system"), &self.system);
        }
        let mut list = List::open(body.at("messages"));
        for turn in &self.turns {
            let mut message = Object::open(list.next());
            message.put("role", turn.who.as_str());
            write_content(message.at("content"), &turn.pieces);
            if let Some(extra) = turn.extra {
                message.put_all(extra, &["role", "content"]);
            }
            message.close();
        }
        list.close();
    }
}

impl Who {
    const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::System => "system",
        }
    }
}
