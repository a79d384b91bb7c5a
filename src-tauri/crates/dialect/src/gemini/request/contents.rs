//! The conversation, for an upstream: neighbours of one role joined, answers of tools where they belong.

use std::borrow::Cow;

use chat::{Dialect, Loss, Message, Part, Request, Role, Signature, Text, Thinking, ToolCall};
use serde_json::{Map, Value};

use super::super::wire::up::{Call, Content, Json, Own, Part as Wire};
use super::answers::{Answers, Calls};
use super::media;
use super::thinking::Generation;
use super::turns::is_made;
use crate::names::{Names, Sent};
use crate::translate::Target;

/// What stands for the signature of a call that no Gemini model made, or whose signature its client lost: the value
/// that the vendor names for it (ai.google.dev, `/gemini-api/docs/thought-signatures`).
const UNSIGNED_CALL: &str = "skip_thought_signature_validator";

/// The conversation as it is sent.
pub(super) struct Turns<'a> {
    pub(super) system: Option<Content<'a>>,
    pub(super) contents: Vec<Content<'a>>,
}

/// What the parts of a turn are written with.
pub(super) struct Pen<'a, 'l> {
    pub(super) target: &'a Target,
    pub(super) generation: Generation,
    pub(super) sent: &'a Sent,
    pub(super) losses: &'l mut Vec<Loss>,
}

/// A turn while it is joined of messages.
struct Turn<'a> {
    role: &'static str,
    answers: Answers<'a>,
    parts: Vec<Wire<'a>>,
    extra: Option<Cow<'a, Map<String, Value>>>,
    /// Belongs to the turn that the model is in: its first call must be signed.
    current: bool,
    signed: bool,
}

impl<'a> Turns<'a> {
    /// The turns of a request. Words of the application that stand between others' stay where they are, as the user's:
    /// there is no such role.
    pub(super) fn new(
        request: &'a Request,
        target: &'a Target,
        generation: Generation,
        sent: &'a Sent,
        losses: &mut Vec<Loss>,
    ) -> Self {
        let mut pen = Pen {
            target,
            generation,
            sent,
            losses,
        };
        let messages = &request.messages;
        let leads = |message: &&Message| is_application(message.role);
        let lead = messages.iter().take_while(leads).count();
        let (leading, rest) = messages.split_at(lead);
        let mut system = Turn::new("user", false);
        for message in leading {
            system.join(message, &Calls::default(), &mut pen);
        }
        let checked = generation.checks_signatures(&target.model);
        let current = rest.iter().rposition(asks_anew).unwrap_or_default();
        let mut calls = Calls::default();
        let mut contents = Vec::with_capacity(rest.len());
        let mut open: Option<Turn<'a>> = None;
        for (index, message) in rest.iter().enumerate() {
            calls.note(message);
            let role = role_of(message.role);
            let mut turn = match open.take() {
                Some(turn) if turn.role == role => turn,
                other => {
                    contents.extend(other.and_then(Turn::done));
                    Turn::new(role, checked && index >= current)
                }
            };
            turn.join(message, &calls, &mut pen);
            open = Some(turn);
        }
        contents.extend(open.and_then(Turn::done));
        Self {
            system: system.done(),
            contents,
        }
    }
}

const fn is_application(role: Role) -> bool {
    matches!(role, Role::System | Role::Developer)
}

const fn role_of(role: Role) -> &'static str {
    match role {
        Role::Assistant => "model",
        Role::System | Role::Developer | Role::User => "user",
    }
}

/// A user's turn that answers no tool.
fn asks_anew(message: &Message) -> bool {
    let answers = |part: &Part| matches!(part, Part::ToolResult(_));
    message.role == Role::User && !message.parts.iter().any(answers)
}

impl<'a> Turn<'a> {
    fn new(role: &'static str, current: bool) -> Self {
        Self {
            role,
            answers: Answers::default(),
            parts: Vec::new(),
            extra: None,
            current,
            signed: false,
        }
    }

    fn join(&mut self, message: &'a Message, calls: &Calls<'a>, pen: &mut Pen<'a, '_>) {
        if let Some(extra) = message.extra_of(Dialect::Gemini) {
            match &mut self.extra {
                None => self.extra = Some(Cow::Borrowed(extra)),
                Some(before) => before.to_mut().extend(extra.clone()),
            }
        }
        for part in &message.parts {
            match part {
                Part::Text(text) => self.text(text, pen),
                Part::Refusal(words) => self.words(words),
                Part::Thinking(one) => self.thinking(one, pen),
                Part::ToolCall(call) => self.call(call, pen),
                Part::ToolResult(result) => self.answers.add(result, calls, pen),
                Part::Image(one) => self.parts.extend(media::write("image", one, pen)),
                Part::Document(one) => self.parts.extend(media::write("document", one, pen)),
                Part::Audio(one) => self.parts.extend(media::write("audio", one, pen)),
                Part::Foreign(part) if part.dialect == Dialect::Gemini => {
                    self.parts.push(Wire::Whole(&part.value));
                }
                Part::Foreign(part) => pen.losses.push(Loss::Foreign {
                    dialect: part.dialect,
                    kind: part.kind(),
                }),
            }
        }
    }

    fn text(&mut self, text: &'a Text, pen: &mut Pen<'a, '_>) {
        pen.cached(text.cache.is_some());
        let signature = pen.own(text.signature.as_ref(), Loss::Signature);
        if text.text.is_empty() && signature.is_none() {
            return;
        }
        let extra = text.extra.as_ref();
        self.parts.push(
            Own {
                thought_signature: signature,
                extra: extra.and_then(|extra| extra.fields_of(Dialect::Gemini)),
                ..Own::text(&text.text)
            }
            .into(),
        );
    }

    fn words(&mut self, words: &'a str) {
        if !words.is_empty() {
            self.parts.push(Own::text(words).into());
        }
    }

    /// Only what this dialect signed is written.
    fn thinking(&mut self, thinking: &'a Thinking, pen: &mut Pen<'a, '_>) {
        if thinking.signature.is_none() {
            pen.losses.push(Loss::Unsigned);
        }
        let Some(signature) = pen.own(thinking.signature.as_ref(), Loss::Thought) else {
            return;
        };
        self.parts.push(
            Own {
                // A seal without words came with an empty text.
                thought: !thinking.redacted,
                thought_signature: Some(signature),
                ..Own::text(&thinking.text)
            }
            .into(),
        );
    }

    fn call(&mut self, call: &'a ToolCall, pen: &mut Pen<'a, '_>) {
        pen.cached(call.cache.is_some());
        let mut signature = pen.own(call.signature.as_ref(), Loss::Signature);
        if signature.is_none() && self.current && !self.signed {
            signature = Some(UNSIGNED_CALL);
        }
        self.signed = true;
        let function_call = Call {
            id: told_id(&call.id),
            name: pen.sent.get(&call.name).into(),
            args: arguments(call, pen),
        };
        self.parts.push(
            Own {
                function_call: Some(function_call),
                thought_signature: signature,
                ..Own::default()
            }
            .into(),
        );
    }

    fn done(self) -> Option<Content<'a>> {
        let mut parts = self.answers.done();
        parts.extend(self.parts);
        (!parts.is_empty()).then_some(Content {
            role: self.role,
            parts,
            extra: self.extra,
        })
    }
}

impl<'a> Pen<'a, '_> {
    /// The signature, if it is of this dialect; any other is lost.
    fn own(
        &mut self,
        signature: Option<&'a Signature>,
        loss: fn(Dialect) -> Loss,
    ) -> Option<&'a str> {
        let signature = signature?;
        let own = signature.of(Dialect::Gemini);
        if own.is_none() {
            self.losses.push(loss(signature.dialect));
        }
        own
    }

    pub(super) fn cached(&mut self, is: bool) {
        if is && !self.losses.contains(&Loss::Cache) {
            self.losses.push(Loss::Cache);
        }
    }
}

/// An id that the upstream or its client gave.
pub(super) fn told_id(id: &str) -> Option<&str> {
    (!id.is_empty() && !is_made(id)).then_some(id)
}

fn arguments<'a>(call: &'a ToolCall, pen: &mut Pen<'a, '_>) -> Json<'a> {
    let wrapped = |key: &str, value: Value| {
        Json::Made(Value::Object(Map::from_iter([(key.to_owned(), value)])))
    };
    if call.kind == chat::ToolKind::Custom {
        return wrapped(Names::CUSTOM_INPUT, call.arguments.as_str().into());
    }
    if call.arguments.trim().is_empty() {
        return Json::Made(Value::Object(Map::new()));
    }
    if let Some(object) = Json::object(&call.arguments) {
        return object;
    }
    pen.losses.push(Loss::Arguments(call.id.clone()));
    let value = serde_json::from_str(&call.arguments)
        .unwrap_or_else(|_| Value::String(call.arguments.clone()));
    wrapped("arguments", value)
}
