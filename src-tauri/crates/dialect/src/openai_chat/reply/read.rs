//! An upstream's answer.

use std::borrow::Cow;

use chat::{Dialect, Foreign, Part, Reply, Text, ToolCall, ToolKind};
use serde_json::{Map, Value};

use super::super::wire::answer::{Answer, Bit, CallPiece, NamePiece, Saying};
use super::super::wire::{Str, TextOr};
use super::super::{thoughts, usage};
use super::stop;
use crate::Malformed;

const SELF: Dialect = Dialect::OpenaiChat;

/// Reads an upstream's answer.
///
/// # Errors
/// The body is cut, no JSON, no completion, or an error.
pub(crate) fn read(body: &[u8]) -> Result<Reply, Malformed> {
    let mut answer: Answer<'_> = serde_json::from_slice(body)
        .map_err(|error| Malformed::new(format!("the answer is cut or no completion: {error}")))?;
    let told = |field: Option<Str<'_>>| {
        let field = field.filter(|text| !text.is_empty());
        field.map(Str::into_string)
    };
    let Some(choice) = answer.take_choice() else {
        return Err(without_choice(body));
    };
    let word = choice.finish_reason.unwrap_or_default();
    if stop::is_error(&word) {
        let message = crate::read_error(body).map(|error| error.message);
        return Err(Malformed::new(message.unwrap_or_else(|| {
            format!("the upstream ended with `{}`", &*word)
        })));
    }
    let said = choice
        .message
        .ok_or_else(|| Malformed::new("the answer's choice has no `message`"))?;
    let own_id = told(answer.id);
    let parts = parts(said, choice.logprobs, own_id.as_deref().unwrap_or_default());
    let called = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
    let mut extra = Map::new();
    for (key, value) in [
        ("system_fingerprint", told(answer.system_fingerprint)),
        ("service_tier", told(answer.service_tier)),
    ] {
        if let Some(value) = value {
            extra.insert(key.to_owned(), value.into());
        }
    }
    Ok(Reply {
        id: own_id,
        model: told(answer.model),
        created: answer.created.and_then(crate::translate::seconds),
        stop: stop::read(&word, choice.stop_reason.as_ref(), called),
        usage: answer.usage.as_ref().and_then(usage::read),
        parts,
        extra: Foreign::fields(SELF, extra),
    })
}

fn without_choice(body: &[u8]) -> Malformed {
    match crate::read_error(body) {
        Some(error) if !error.message.is_empty() => Malformed::new(error.message),
        _ => Malformed::new("the answer has no `choices`"),
    }
}

fn parts(mut said: Saying<'_>, logprobs: Option<Value>, id: &str) -> Vec<Part> {
    let mut words = said.thought();
    let mut texts: Vec<Part> = Vec::new();
    match said.content.take() {
        None => {}
        Some(TextOr::Text(text)) if text.is_empty() => {}
        Some(TextOr::Text(text)) => texts.push(Part::text(text)),
        Some(TextOr::More(bits)) => {
            for bit in bits {
                read_bit(bit, &mut words, &mut texts);
            }
        }
    }
    let thoughts = thoughts::read(words, said.reasoning_details.as_ref());
    let mut parts: Vec<Part> = thoughts.into_iter().map(Part::Thinking).collect();
    mark_last(&mut texts, &mut said, logprobs);
    parts.extend(texts);
    if let Some(refusal) = said.refusal.filter(|refusal| !refusal.is_empty()) {
        parts.push(Part::Refusal(refusal.into_string()));
    }
    if let Some(Value::Object(mut audio)) = said.audio {
        audio.insert("type".to_owned(), "audio".into());
        parts.push(Part::Foreign(Foreign {
            dialect: SELF,
            value: Value::Object(audio),
        }));
    }
    let calls = said.tool_calls.into_iter().flatten().enumerate();
    parts.extend(calls.map(|(index, call)| Part::ToolCall(read_call(call, id, index))));
    if let Some(call) = said.function_call.filter(|call| call.name.is_some()) {
        let made = CallPiece::legacy(call);
        parts.push(Part::ToolCall(read_call(made, id, 0)));
    }
    parts
}

fn read_bit(bit: Bit<'_>, words: &mut Option<Cow<'_, str>>, texts: &mut Vec<Part>) {
    if let Some(thought) = bit.thinking {
        let all = words.get_or_insert_with(Cow::default).to_mut();
        match thought {
            TextOr::Text(text) => all.push_str(&text),
            TextOr::More(bits) => {
                for text in bits.into_iter().filter_map(|bit| bit.text) {
                    all.push_str(&text);
                }
            }
        }
    }
    if let Some(text) = bit.text.filter(|text| !text.is_empty()) {
        texts.push(Part::text(text.0));
    }
    if let Some(refusal) = bit.refusal {
        texts.push(Part::Refusal(refusal.into_string()));
    }
}

/// What is said of the whole content belongs to its last text.
fn mark_last(texts: &mut [Part], said: &mut Saying<'_>, logprobs: Option<Value>) {
    let last = texts.iter_mut().rev().find_map(|part| match part {
        Part::Text(text) => Some(text),
        _ => None,
    });
    let Some(Text {
        signature, extra, ..
    }) = last
    else {
        return;
    };
    *signature = thoughts::read_extra_content(said.extra_content.as_ref());
    let mut fields = Map::new();
    let annotations = said.annotations.take();
    let filled = annotations.filter(|value| value.as_array().is_none_or(|list| !list.is_empty()));
    for (key, value) in [("annotations", filled), ("logprobs", logprobs)] {
        if let Some(value) = value {
            fields.insert(key.to_owned(), value);
        }
    }
    *extra = Foreign::fields(SELF, fields);
}

fn read_call(call: CallPiece<'_>, answer: &str, index: usize) -> ToolCall {
    let signature = thoughts::read_extra_content(call.extra_content.as_ref());
    let (named, kind) = match (call.function, call.custom) {
        (Some(function), _) => (function, ToolKind::Function),
        (None, Some(custom)) => (custom, ToolKind::Custom),
        (None, None) => (NamePiece::default(), ToolKind::Function),
    };
    let id = call.id.filter(|id| !id.is_empty());
    ToolCall {
        id: id.map_or_else(|| made_id(answer, index), Str::into_string),
        name: named.name.unwrap_or_default().into_string(),
        arguments: named
            .arguments
            .map(|arguments| arguments.into_text().into_owned())
            .unwrap_or_default(),
        kind,
        signature,
        ..ToolCall::default()
    }
}

/// The id of a call that came without one.
pub(in super::super) fn made_id(answer: &str, index: usize) -> String {
    let letters: String = answer.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("call_{letters}_{index}")
}
