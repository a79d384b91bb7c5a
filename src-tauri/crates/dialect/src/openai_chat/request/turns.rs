//! The messages of a conversation for an upstream.

use std::borrow::Cow;

use chat::{Dialect, Loss, Message, Part, Role, ToolResult};

use super::super::wire::message::{self, Piece};
use super::super::wire::{Extra, Str, TextOr};
use super::write::Writing;
use super::{answers, parts};

const SELF: Dialect = Dialect::OpenaiChat;

/// Writes all messages.
pub(super) fn write<'a>(writing: &mut Writing<'a>) -> Vec<message::Message<'a>> {
    let mut turns = Turns::default();
    let mut rest = writing.request.messages.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        match first.role {
            Role::Assistant => {
                let (run, behind) = rest.split_at(run_of_answers(rest));
                turns.end_results();
                turns.messages.extend(answers::write(writing, run));
                rest = behind;
            }
            Role::User => {
                turns.user(writing, first);
                rest = behind;
            }
            Role::System | Role::Developer => {
                turns.end_results();
                turns.messages.push(system(writing, first));
                rest = behind;
            }
        }
    }
    turns.end_results();
    turns.messages
}

/// How many of these messages are one answer: all calls of a turn have to stand in one message, before their results.
fn run_of_answers(messages: &[Message]) -> usize {
    let is_open = |message: &Message| {
        let only_thoughts = || {
            message
                .parts
                .iter()
                .all(|part| matches!(part, Part::Thinking(_)))
        };
        calls(message) || only_thoughts()
    };
    let pairs = messages.windows(2);
    let joined = pairs.take_while(|pair| match pair {
        [before, behind] => behind.role == Role::Assistant && (is_open(before) || calls(behind)),
        _ => false,
    });
    joined.count() + 1
}

fn calls(message: &Message) -> bool {
    message
        .parts
        .iter()
        .any(|part| matches!(part, Part::ToolCall(_)))
}

#[derive(Default)]
struct Turns<'a> {
    messages: Vec<message::Message<'a>>,
    /// Media of tools' results: a tool's message takes words only, so that they follow behind the last of them as the user's.
    carried: Vec<Piece<'a>>,
}

impl<'a> Turns<'a> {
    fn user(&mut self, writing: &mut Writing<'a>, message: &'a Message) {
        let mut results = false;
        for part in &message.parts {
            if let Part::ToolResult(result) = part {
                results = true;
                self.result(writing, result);
            }
        }
        let said = message
            .parts
            .iter()
            .filter(|part| !matches!(part, Part::ToolResult(_)));
        let pieces: Vec<_> = said
            .filter_map(|part| parts::write(writing, part))
            .collect();
        let nothing_left = pieces.is_empty() && !message.parts.is_empty();
        if pieces.is_empty() && results || nothing_left && self.carried.is_empty() {
            return;
        }
        let mut all = std::mem::take(&mut self.carried);
        all.extend(pieces);
        self.messages.push(message::Message {
            role: Str::new("user"),
            name: message.name.as_ref().map(Str::from),
            content: Some(parts::content(writing, all)),
            extra: own_extra(message),
            ..message::Message::default()
        });
    }

    fn result(&mut self, writing: &mut Writing<'a>, result: &'a ToolResult) {
        if result.is_error {
            writing.lose(Loss::Field("is_error".to_owned()));
        }
        if result.cache.is_some() {
            writing.lose(Loss::Cache);
        }
        let pieces = result.content.iter();
        let pieces = pieces.filter_map(|part| parts::write(writing, part));
        let (words, media): (Vec<_>, Vec<_>) = pieces.partition(|piece| piece.text.is_some());
        self.carried.extend(media);
        self.messages.push(message::Message {
            role: Str::new("tool"),
            tool_call_id: Some(Str::from(&result.call_id)),
            content: Some(parts::content(writing, words)),
            ..message::Message::default()
        });
    }

    /// No result follows the last one.
    fn end_results(&mut self) {
        let media = std::mem::take(&mut self.carried);
        if !media.is_empty() {
            self.messages.push(message::Message {
                role: Str::new("user"),
                content: Some(TextOr::More(media)),
                ..message::Message::default()
            });
        }
    }
}

fn system<'a>(writing: &mut Writing<'a>, message: &'a Message) -> message::Message<'a> {
    let pieces = message.parts.iter();
    let pieces = pieces
        .filter_map(|part| parts::write(writing, part))
        .collect();
    // Many relays do not know the developer's role.
    let developer = message.role == Role::Developer && writing.official();
    message::Message {
        role: Str::new(if developer { "developer" } else { "system" }),
        name: message.name.as_ref().map(Str::from),
        content: Some(parts::content(writing, pieces)),
        extra: own_extra(message),
        ..message::Message::default()
    }
}

pub(super) fn own_extra(message: &Message) -> Extra<'_> {
    message
        .extra_of(SELF)
        .map_or_else(Extra::default, Cow::Borrowed)
}
