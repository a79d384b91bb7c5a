//! What the model said, with its calls of tools.

use std::borrow::Cow;

use chat::{Loss, Part, Thinking, ToolCall, ToolKind};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::super::super::wire::{Assistant, Call, Reasoning};
use super::super::super::{CLOSING, OPENING, OWN, TAGGED};
use super::super::Pen;
use super::{cached, call_id, filled, lose_signature, words};
use crate::names::Names;

#[derive(Default)]
pub(super) struct Said<'a> {
    texts: Vec<Cow<'a, str>>,
    reasoning: Option<Reasoning<'a>>,
    pub(super) calls: Vec<&'a ToolCall>,
}

impl<'a> Said<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.reasoning.is_none() && self.calls.is_empty()
    }

    pub(super) fn take(&mut self, part: &'a Part, pen: &mut Pen<'a>) {
        match part {
            Part::Thinking(thought) => self.think(thought, pen),
            Part::ToolCall(call) => {
                cached(call.cache.is_some(), pen);
                lose_signature(call.signature.as_ref(), pen);
                // An id may stand once.
                if !self.calls.iter().any(|other| other.id == call.id) {
                    self.calls.push(call);
                }
            }
            Part::Image(_) => pen.lose(Loss::Media {
                kind: "image",
                why: "the model's turns take none there",
            }),
            other => self.texts.extend(words(other, pen).map(Cow::Borrowed)),
        }
    }

    /// A thought of this dialect's goes back in the form in which it came.
    fn think(&mut self, thought: &'a Thinking, pen: &mut Pen<'a>) {
        let Some(signature) = &thought.signature else {
            pen.lose(Loss::Unsigned);
            return;
        };
        match signature.of(OWN) {
            Some(TAGGED) => {
                let text = format!("{OPENING}{}{CLOSING}\n\n", thought.text);
                self.texts.push(Cow::Owned(text));
            }
            Some(value) if self.reasoning.is_none() => {
                self.reasoning = Some(if thought.redacted {
                    Reasoning::RedactedContent(value)
                } else {
                    Reasoning::ReasoningText {
                        text: &thought.text,
                        signature: value,
                    }
                });
            }
            _ => pen.lose(Loss::Thought(signature.dialect)),
        }
    }

    pub(super) fn write(self, pen: &mut Pen<'a>) -> Assistant<'a> {
        let calls = self.calls.into_iter();
        Assistant {
            // The texts of an answer are one that was cut where something stood between.
            content: filled(self.texts.concat()),
            reasoning_content: self.reasoning,
            tool_uses: calls
                .map(|call| Call {
                    tool_use_id: call_id(&call.id),
                    name: pen.sent.get(&call.name),
                    input: input(call, pen),
                })
                .collect(),
        }
    }
}

/// The arguments of a call as an object, every digit of its numbers kept. The API takes no empty names in it.
fn input(call: &ToolCall, pen: &mut Pen<'_>) -> Box<RawValue> {
    let text = call.arguments.trim();
    let made = |value: Value| RawValue::from_string(value.to_string());
    let written = if call.kind == ToolKind::Custom {
        made(json!({ (Names::CUSTOM_INPUT): call.arguments }))
    } else if text.is_empty() {
        made(json!({}))
    } else {
        match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(fields) if !fields.contains_key("") => RawValue::from_string(text.to_owned()),
            _ => {
                pen.lose(Loss::Arguments(call.id.clone()));
                let value: Value = serde_json::from_str(text).unwrap_or_else(|_| text.into());
                made(json!({ "arguments": value }))
            }
        }
    };
    // What is written here is JSON.
    written.unwrap_or_else(|_| RawValue::NULL.to_owned())
}
