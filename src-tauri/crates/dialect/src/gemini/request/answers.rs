//! What tools answered, for an upstream: the answers of one turn of calls together, in the order of the calls.

use std::collections::HashMap;

use chat::{Dialect, Loss, Message, Part, ToolResult};
use serde_json::{Map, Value};

use super::super::wire::up::{Json, Own, Part as Wire, Response};
use super::contents::{Pen, told_id};
use super::media;

/// The tool of a result that no call explains; the API wants some name.
const UNKNOWN: &str = "unknown_tool";

/// The calls so far: which tool, and which number.
#[derive(Default)]
pub(super) struct Calls<'a> {
    by_id: HashMap<&'a str, (usize, &'a str)>,
}

/// The answers of one turn, each with the number of its call.
#[derive(Default)]
pub(super) struct Answers<'a> {
    answers: Vec<(usize, Wire<'a>)>,
    /// Media that older models take beside the answers only.
    beside: Vec<Wire<'a>>,
}

impl<'a> Calls<'a> {
    pub(super) fn note(&mut self, message: &'a Message) {
        for part in &message.parts {
            if let Part::ToolCall(call) = part {
                let number = self.by_id.len();
                self.by_id.insert(&call.id, (number, &call.name));
            }
        }
    }
}

impl<'a> Answers<'a> {
    pub(super) fn add(&mut self, result: &'a ToolResult, calls: &Calls<'a>, pen: &mut Pen<'a, '_>) {
        pen.cached(result.cache.is_some());
        let call = calls.by_id.get(result.call_id.as_str());
        let name = call
            .map(|(_, name)| *name)
            .or(result.name.as_deref())
            .filter(|name| !name.is_empty());
        let mut parts = Vec::new();
        let response = said(result, &mut parts, pen);
        if !pen.generation.takes_media_in_results() {
            self.beside.append(&mut parts);
        }
        let function_response = Response {
            id: told_id(&result.call_id),
            name: name.map_or(UNKNOWN, |name| pen.sent.get(name)).into(),
            response,
            parts,
        };
        let own = Own {
            function_response: Some(function_response),
            ..Own::default()
        };
        let number = call.map_or(usize::MAX, |(number, _)| *number);
        self.answers.push((number, own.into()));
    }

    /// The answers, and what stands beside them.
    pub(super) fn done(mut self) -> Vec<Wire<'a>> {
        self.answers.sort_by_key(|(number, _)| *number);
        let answers = self.answers.into_iter().map(|(_, part)| part);
        answers.chain(self.beside).collect()
    }
}

/// The response of an answer, which has to be an object; its media go to `parts`.
fn said<'a>(result: &'a ToolResult, parts: &mut Vec<Wire<'a>>, pen: &mut Pen<'a, '_>) -> Json<'a> {
    let mut texts: Vec<&str> = Vec::new();
    for part in &result.content {
        match part {
            Part::Text(text) => {
                pen.cached(text.cache.is_some());
                texts.push(&text.text);
            }
            Part::Refusal(words) => texts.push(words),
            Part::Image(one) => parts.extend(media::write("image", one, pen)),
            Part::Document(one) => parts.extend(media::write("document", one, pen)),
            Part::Audio(one) => parts.extend(media::write("audio", one, pen)),
            Part::Foreign(one) if one.dialect == Dialect::Gemini => {
                parts.push(Wire::Whole(&one.value));
            }
            Part::Foreign(one) => pen.losses.push(Loss::Foreign {
                dialect: one.dialect,
                kind: one.kind(),
            }),
            Part::Thinking(_) | Part::ToolCall(_) | Part::ToolResult(_) => {}
        }
    }
    if let [text] = texts.as_slice()
        && !result.is_error
        && let Some(object) = plain_object(text)
    {
        return object;
    }
    let key = if result.is_error { "error" } else { "output" };
    let text = Value::String(texts.join("\n"));
    Json::Made(Value::Object(Map::from_iter([(key.to_owned(), text)])))
}

/// An object goes as it is, unless it would be taken for the API's own way of saying output or error.
fn plain_object(text: &str) -> Option<Json<'_>> {
    let object = Json::object(text)?;
    let keys: Map<String, Value> = serde_json::from_str(text).ok()?;
    let api = ["output", "result", "error"];
    (!api.iter().any(|key| keys.contains_key(*key))).then_some(object)
}
