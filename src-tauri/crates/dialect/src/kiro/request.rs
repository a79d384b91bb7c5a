//! A request for the upstream.
//!
//! - `turns`: the conversation by its rules; `media`: pictures in it.
//! - `tools`: what may be called, and `schema`: with what; `thinking`: how much to think, in words.

mod media;
mod schema;
#[cfg(test)]
mod tests;
mod thinking;
mod tools;
mod turns;

use std::hash::{BuildHasher as _, Hasher as _};

use chat::{Loss, Part, Request, Role};
use foldhash::quality::FixedState;

use super::model_id;
use super::wire::{About, Body, State, Turn, User};
use crate::names::{Names, Rule, Sent, all_of};
use crate::translate::{Target, Written};

/// Names as they are taken here. A tool that is called `web_search` is taken for the upstream's own.
const NAMES: Rule = Rule {
    longest: 63,
    first: |byte| byte.is_ascii_alphabetic(),
    letter: |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
    before: 't',
    not: &["web_search"],
};

/// Who asks: the official client's word for itself.
const ORIGIN: &str = "AI_EDITOR";
/// A person asks.
const BY_HAND: &str = "MANUAL";

/// The two halves of a conversation's id. The seeds are fixed: it is the same on every turn.
const HIGH: FixedState = FixedState::with_seed(0x6b69_726f_0001);
const LOW: FixedState = FixedState::with_seed(0x6b69_726f_0002);

/// What parts of a request are written with.
struct Pen<'a> {
    model: &'a str,
    sent: &'a Sent,
    losses: Vec<Loss>,
}

impl Pen<'_> {
    fn lose(&mut self, loss: Loss) {
        if !self.losses.contains(&loss) {
            self.losses.push(loss);
        }
    }

    fn value(&mut self, field: &'static str, value: impl ToString, why: &'static str) {
        let value = value.to_string();
        self.lose(Loss::Value { field, value, why });
    }
}

/// Writes a request for the upstream. What belongs to an account is not in it.
pub(crate) fn write(request: &Request, target: &Target) -> Written {
    let model = model_id(&target.model);
    let sent = Sent::of(&NAMES, all_of(request));
    let mut pen = Pen {
        model: &model,
        sent: &sent,
        losses: Vec::new(),
    };
    let mut names = Names::default();
    for (sent, original) in sent.renamed() {
        names.rename(sent, original);
    }
    let tools = tools::write(request, &mut names, &mut pen);
    let wish = request.reasoning.as_ref();
    let wish = wish.and_then(|reasoning| thinking::write(reasoning, &mut pen));
    let (history, current) = turns::write(request, wish, &mut pen);
    unsaid(request, &mut pen);
    let state = State {
        chat_trigger_type: BY_HAND,
        conversation_id: conversation_id(request),
        current_message: Turn::UserInputMessage(User {
            user_input_message_context: About {
                tools,
                ..current.user_input_message_context
            },
            ..current
        }),
        history,
    };
    let body = Body {
        conversation_state: state,
    };
    Written {
        // What is written has text keys and finite numbers only, so that it always has a JSON text.
        body: serde_json::to_vec(&body).unwrap_or_default(),
        losses: pen.losses,
        names,
    }
}

/// An id that every turn of a conversation has: made of who asks, and of how it began.
fn conversation_id(request: &Request) -> String {
    let half = |state: &FixedState| {
        let mut hasher = state.build_hasher();
        hasher.write(request.user.as_deref().unwrap_or_default().as_bytes());
        let mut asked = request.messages.iter();
        let asked = asked.position(|message| message.role == Role::User);
        for message in request.messages.iter().take(asked.map_or(0, |at| at + 1)) {
            for part in &message.parts {
                if let Part::Text(text) = part {
                    hasher.write(text.text.as_bytes());
                    hasher.write_u8(0);
                }
            }
        }
        hasher.finish()
    };
    let (high, low) = (half(&HIGH), half(&LOW));
    // Version 8, for what an application makes itself, and the variant of RFC 9562.
    let high = (high & !0xf000) | 0x8000;
    let low = (low & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

/// What the API has no field for.
fn unsaid(request: &Request, pen: &mut Pen<'_>) {
    const NO_FIELD: &str = "the dialect has no such parameter";
    let sampling = request.sampling;
    let numbers = [
        ("temperature", sampling.temperature),
        ("top_p", sampling.top_p),
        ("frequency_penalty", sampling.frequency_penalty),
        ("presence_penalty", sampling.presence_penalty),
    ];
    for (field, value) in numbers {
        if let Some(value) = value {
            pen.value(field, value, NO_FIELD);
        }
    }
    if let Some(value) = sampling.top_k {
        pen.value("top_k", value, NO_FIELD);
    }
    if let Some(value) = sampling.seed {
        pen.value("seed", value, NO_FIELD);
    }
    if let Some(value) = sampling.candidates.filter(|candidates| *candidates > 1) {
        pen.value("candidates", value, NO_FIELD);
    }
    if let Some(value) = request.max_tokens {
        pen.value("max_tokens", value, NO_FIELD);
    }
    let fields = [
        ("stop", !request.stop.is_empty()),
        (
            "response_format",
            !matches!(&request.format, None | Some(chat::AnswerFormat::Text)),
        ),
        (
            "user",
            request.user.as_ref().is_some_and(|user| !user.is_empty()),
        ),
        ("previous_response_id", request.previous.is_some()),
    ];
    for (field, is_said) in fields {
        if is_said {
            pen.lose(Loss::Field(field.to_owned()));
        }
    }
    let own = |extra: &&chat::Foreign| extra.dialect != super::OWN;
    let extra = request.extra.as_ref().filter(own);
    for key in extra
        .and_then(|extra| extra.value.as_object())
        .into_iter()
        .flat_map(serde_json::Map::keys)
    {
        pen.lose(Loss::Field(key.clone()));
    }
}
