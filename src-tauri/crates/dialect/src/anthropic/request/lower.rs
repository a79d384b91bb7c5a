//! Parts as the blocks that this API takes, and what is lost by that.

use std::borrow::Cow;

use chat::{Dialect, Loss, Part, Signature, Thinking, ToolCall, ToolKind, ToolResult};

use super::names::{Told, call_id};
use crate::anthropic::media;
use crate::anthropic::piece::{Input, Piece};
use crate::names::Names;

const OWN: Dialect = Dialect::Anthropic;

/// What was lost, each once: a long conversation loses the same thing on every turn.
#[derive(Debug, Default)]
pub(super) struct Losses(Vec<Loss>);

impl Losses {
    pub(super) fn add(&mut self, loss: Loss) {
        if !self.0.contains(&loss) {
            self.0.push(loss);
        }
    }

    pub(super) fn value(&mut self, field: &'static str, value: impl ToString, why: &'static str) {
        let value = value.to_string();
        self.add(Loss::Value { field, value, why });
    }

    pub(super) fn field(&mut self, name: &str) {
        self.add(Loss::Field(name.to_owned()));
    }

    fn signature(&mut self, signature: Option<&Signature>) {
        if let Some(other) = signature
            && other.dialect != OWN
        {
            self.add(Loss::Signature(other.dialect));
        }
    }

    pub(super) fn into_vec(self) -> Vec<Loss> {
        self.0
    }
}

/// Whose turn a part stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    User,
    Assistant,
    Result,
}

/// A part as a block; `None` where nothing of it can be said.
pub(super) fn part<'a>(
    part: &'a Part,
    place: Place,
    told: &'a Told,
    losses: &mut Losses,
) -> Option<Piece<'a>> {
    match part {
        Part::Text(text) => {
            losses.signature(text.signature.as_ref());
            let extra = text.extra.as_ref().and_then(|extra| extra.fields_of(OWN));
            words(&text.text).map(|text_of| Piece::Text {
                text: Cow::Borrowed(text_of),
                cache: text.cache.as_ref(),
                extra,
            })
        }
        Part::Refusal(text) => words(text).map(|text| Piece::Text {
            text: Cow::Borrowed(text),
            cache: None,
            extra: None,
        }),
        Part::Image(_) if place == Place::Assistant => {
            losses.add(Loss::Media {
                kind: "image",
                why: "the model's turns take none there",
            });
            None
        }
        Part::Image(image) => match media::image(image) {
            Ok(source) => Some(Piece::Image(source, image)),
            Err(loss) => lost(loss, losses),
        },
        Part::Document(document) => match media::document(document) {
            Ok(source) => Some(Piece::Document(source, document)),
            Err(loss) => lost(loss, losses),
        },
        Part::Audio(_) => lost(
            Loss::Media {
                kind: "audio",
                why: "no sound is taken there",
            },
            losses,
        ),
        Part::Thinking(thought) => thinking(thought, losses),
        Part::ToolCall(one) => Some(call(one, told, losses)),
        Part::ToolResult(one) => Some(result(one, told, losses)),
        Part::Foreign(foreign) if foreign.dialect == OWN => Some(Piece::Foreign(&foreign.value)),
        Part::Foreign(foreign) => lost(foreign_loss(foreign), losses),
    }
}

pub(in crate::anthropic) fn foreign_loss(foreign: &chat::Foreign) -> Loss {
    Loss::Foreign {
        dialect: foreign.dialect,
        kind: foreign.kind(),
    }
}

/// Words, if they are any: the API refuses texts of nothing but spaces.
pub(super) fn words(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}

fn lost<'a>(loss: Loss, losses: &mut Losses) -> Option<Piece<'a>> {
    losses.add(loss);
    None
}

fn thinking<'a>(thought: &'a Thinking, losses: &mut Losses) -> Option<Piece<'a>> {
    match &thought.signature {
        Some(own) if own.dialect == OWN => Some(if thought.redacted {
            Piece::Redacted(Cow::Borrowed(&own.value))
        } else {
            Piece::Thinking {
                text: &thought.text,
                signature: Cow::Borrowed(&own.value),
            }
        }),
        Some(other) => lost(Loss::Thought(other.dialect), losses),
        None => lost(Loss::Unsigned, losses),
    }
}

fn call<'a>(call: &'a ToolCall, told: &'a Told, losses: &mut Losses) -> Piece<'a> {
    losses.signature(call.signature.as_ref());
    let input = if call.kind == ToolKind::Custom {
        Input::Text(Names::CUSTOM_INPUT, &call.arguments)
    } else {
        let (input, wrapped) = Input::of(&call.arguments);
        if wrapped {
            losses.add(Loss::Arguments(call.id.clone()));
        }
        input
    };
    Piece::Call {
        id: call_id(&call.id),
        name: told.name(&call.name),
        input,
        cache: call.cache.as_ref(),
        extra: call.extra.as_ref().and_then(|extra| extra.fields_of(OWN)),
    }
}

fn result<'a>(result: &'a ToolResult, told: &'a Told, losses: &mut Losses) -> Piece<'a> {
    Piece::Result {
        id: call_id(&result.call_id),
        content: result
            .content
            .iter()
            .filter_map(|one| part(one, Place::Result, told, losses))
            .collect(),
        is_error: result.is_error,
        cache: result.cache.as_ref(),
    }
}
