//! The conversation by the API's rules: turns alternate, the user begins and ends, each call of a tool is answered once in
//! the turn behind it, and nothing is empty.

mod asked;
mod said;

use std::borrow::Cow;
use std::hash::BuildHasher as _;

use chat::{Loss, Part, Request, Role, Signature, ToolCall};

use self::asked::Asked;
use self::said::Said;
use super::super::wire::{Turn, User};
use super::{HIGH, Pen, media};

/// What stands where nothing is said: the API takes no empty content.
const NOTHING: &str = " ";
/// What the user says where the model spoke last: the API wants something.
const GO_ON: &str = "Continue";

/// A turn while it is joined of messages.
enum Joined<'a> {
    User(Asked<'a>),
    Assistant(Said<'a>),
}

/// The history, and the user's message that is current. `wish` stands before the first words.
pub(super) fn write<'a>(
    request: &'a Request,
    wish: Option<String>,
    pen: &mut Pen<'a>,
) -> (Vec<Turn<'a>>, User<'a>) {
    let mut turns = joined(request, wish, pen);
    let last = match turns.pop() {
        Some(Joined::User(last)) => last,
        other => {
            if other.is_some() {
                pen.value(
                    "messages",
                    "an answer at the end",
                    "it was told to go on behind it",
                );
            }
            turns.extend(other);
            Asked::of(GO_ON)
        }
    };
    let mut history = Vec::with_capacity(turns.len());
    let mut open: Vec<&ToolCall> = Vec::new();
    for turn in turns {
        history.push(match turn {
            Joined::User(asked) => {
                Turn::UserInputMessage(asked.write(&std::mem::take(&mut open), pen))
            }
            Joined::Assistant(said) => {
                open.clone_from(&said.calls);
                Turn::AssistantResponseMessage(said.write(pen))
            }
        });
    }
    (history, last.write(&open, pen))
}

/// Neighbours of one role as one; the application speaks as the user, who is the first to speak.
fn joined<'a>(request: &'a Request, wish: Option<String>, pen: &mut Pen<'a>) -> Vec<Joined<'a>> {
    let mut turns = vec![Joined::User(wish.map_or_else(Asked::default, Asked::of))];
    let mut asked_before = false;
    for message in &request.messages {
        if message.name.is_some() {
            pen.lose(Loss::Field("name".to_owned()));
        }
        if message.role == Role::Assistant {
            let mut said = match turns.pop() {
                Some(Joined::Assistant(said)) => said,
                other => {
                    turns.extend(other);
                    Said::default()
                }
            };
            for part in &message.parts {
                said.take(part, pen);
            }
            if !said.is_empty() {
                turns.push(Joined::Assistant(said));
            }
            asked_before = true;
            continue;
        }
        if asked_before && message.role != Role::User {
            pen.value(
                "role",
                "system",
                "amid the conversation it is told as the user's words",
            );
        }
        if !matches!(turns.last(), Some(Joined::User(_))) {
            turns.push(Joined::User(Asked::default()));
        }
        if let Some(Joined::User(asked)) = turns.last_mut() {
            for part in &message.parts {
                asked.take(part, pen);
            }
        }
        asked_before |= message.role == Role::User;
    }
    turns
}

/// The id of a call as it is taken here (`[a-zA-Z0-9_-]{1,64}`): one with other letters gets others, the same ones each
/// time.
fn call_id(id: &str) -> Cow<'_, str> {
    const LONGEST: usize = 64;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if (1..=LONGEST).contains(&id.len()) && id.bytes().all(plain) {
        return Cow::Borrowed(id);
    }
    let letters = id.chars().map(|c| {
        let fits = u8::try_from(c).is_ok_and(|byte| byte.is_ascii() && plain(byte));
        if fits { c } else { '_' }
    });
    let readable: String = letters.take(LONGEST - 17).collect();
    Cow::Owned(format!("{readable}_{:016x}", HIGH.hash_one(id)))
}

fn filled(content: String) -> String {
    if content.trim().is_empty() {
        return NOTHING.to_owned();
    }
    content
}

/// The words of a part that is made of words.
fn words<'a>(part: &'a Part, pen: &mut Pen<'a>) -> Option<&'a str> {
    match part {
        Part::Text(text) => {
            cached(text.cache.is_some(), pen);
            lose_signature(text.signature.as_ref(), pen);
            Some(text.text.as_str()).filter(|text| !text.is_empty())
        }
        Part::Refusal(text) => Some(text),
        Part::Document(document) => {
            cached(document.cache.is_some(), pen);
            media::words(document, pen)
        }
        Part::Audio(_) => {
            pen.lose(Loss::Media {
                kind: "audio",
                why: "no sound is taken there",
            });
            None
        }
        Part::Foreign(foreign) => {
            pen.lose(Loss::Foreign {
                dialect: foreign.dialect,
                kind: foreign.kind(),
            });
            None
        }
        Part::Image(_) | Part::Thinking(_) | Part::ToolCall(_) | Part::ToolResult(_) => None,
    }
}

fn cached(is: bool, pen: &mut Pen<'_>) {
    if is {
        pen.lose(Loss::Cache);
    }
}

fn lose_signature(signature: Option<&Signature>, pen: &mut Pen<'_>) {
    if let Some(signature) = signature {
        pen.lose(Loss::Signature(signature.dialect));
    }
}
