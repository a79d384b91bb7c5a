//! A client's answer.

use std::borrow::Cow;

use chat::{Dialect, Loss, Part, Reply, Text, Thinking, ToolCall, ToolKind};
use serde::Serialize;
use serde_json::{Map, Value};

use super::super::request::is_legacy;
use super::super::wire::tool::{Call, CustomCall, FunctionCall};
use super::super::wire::{Str, TextOr};
use super::super::{thoughts, usage};
use super::stop;
use crate::translate::Back;

const SELF: Dialect = Dialect::OpenaiChat;

#[derive(Serialize)]
struct Completion<'a> {
    id: Cow<'a, str>,
    object: &'static str,
    created: i64,
    model: &'a str,
    choices: [Choice<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Value>,
    #[serde(flatten)]
    extra: Option<&'a Map<String, Value>>,
}

#[derive(Serialize)]
struct Choice<'a> {
    index: u32,
    message: Message<'a>,
    logprobs: Option<&'a Value>,
    finish_reason: &'static str,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_details: Option<Value>,
    refusal: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra_content: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_call: Option<FunctionCall<'a>>,
}

/// What an answer says, sorted by the fields in which it is told.
#[derive(Default)]
struct Said<'a> {
    content: Option<Cow<'a, str>>,
    refusal: Option<Cow<'a, str>>,
    thinking: Vec<&'a Thinking>,
    calls: Vec<&'a ToolCall>,
    annotations: Option<&'a Value>,
    logprobs: Option<&'a Value>,
    audio: Option<&'a Map<String, Value>>,
    extra_content: Option<Value>,
}

/// Writes an answer for a client.
pub(crate) fn write(reply: &Reply, back: &Back) -> (Vec<u8>, Vec<Loss>) {
    let mut losses = Vec::new();
    let legacy = is_legacy(&back.request);
    let said = Said::of(reply, &mut losses);
    let called = !said.calls.is_empty();
    let completion = Completion {
        id: match &reply.id {
            Some(id) => Cow::Borrowed(id),
            None => Cow::Owned(id(back)),
        },
        object: "chat.completion",
        created: reply.created.unwrap_or(back.created),
        model: reply.model.as_deref().unwrap_or(&back.request.model),
        usage: reply.usage.as_ref().map(usage::write),
        extra: extra(reply),
        choices: [Choice {
            index: 0,
            logprobs: said.logprobs,
            message: message(said, legacy, &mut losses),
            finish_reason: stop::write(reply.stop.as_ref(), called, legacy),
        }],
    };
    // What is written has text keys and finite numbers only, so that it always has a JSON text.
    (serde_json::to_vec(&completion).unwrap_or_default(), losses)
}

/// The id of an answer that came without one.
pub(in super::super) fn id(back: &Back) -> String {
    format!("chatcmpl-{}", back.id)
}

fn extra(reply: &Reply) -> Option<&Map<String, Value>> {
    reply.extra.as_ref()?.fields_of(SELF)
}

impl<'a> Said<'a> {
    fn of(reply: &'a Reply, losses: &mut Vec<Loss>) -> Self {
        let mut said = Self::default();
        for part in &reply.parts {
            match part {
                Part::Text(text) => said.text(text),
                Part::Refusal(text) => add(&mut said.refusal, text),
                Part::Thinking(thought) => said.thinking.push(thought),
                Part::ToolCall(call) => said.calls.push(call),
                Part::Foreign(foreign) => match foreign.fields_of(SELF) {
                    Some(audio) => said.audio = Some(audio),
                    None => losses.push(Loss::Foreign {
                        dialect: foreign.dialect,
                        kind: foreign.kind(),
                    }),
                },
                Part::Image(_) => losses.push(media("image")),
                Part::Document(_) => losses.push(media("document")),
                Part::Audio(_) => losses.push(media("audio")),
                Part::ToolResult(_) => losses.push(Loss::Field("tool_result".to_owned())),
            }
        }
        said
    }

    fn text(&mut self, text: &'a Text) {
        add(&mut self.content, &text.text);
        let sealed = text.signature.as_ref().map(thoughts::extra_content);
        self.extra_content = sealed.or(self.extra_content.take());
        if let Some(own) = text.extra.as_ref().and_then(|extra| extra.fields_of(SELF)) {
            self.annotations = own.get("annotations").or(self.annotations);
            self.logprobs = own.get("logprobs").or(self.logprobs);
        }
    }
}

/// The texts of an answer are one that was cut where something stood between.
fn add<'a>(all: &mut Option<Cow<'a, str>>, text: &'a str) {
    match all {
        Some(all) => all.to_mut().push_str(text),
        None => *all = Some(Cow::Borrowed(text)),
    }
}

fn media(kind: &'static str) -> Loss {
    Loss::Media {
        kind,
        why: "an answer of this dialect has none",
    }
}

fn message<'a>(said: Said<'a>, legacy: bool, losses: &mut Vec<Loss>) -> Message<'a> {
    let mut calls = said.calls.into_iter();
    let function_call = if legacy { calls.next() } else { None }.map(function);
    if legacy {
        // The old form has room for one.
        losses.extend(calls.by_ref().map(|call| Loss::Tool(call.name.clone())));
    }
    Message {
        role: "assistant",
        content: said.content,
        reasoning_content: thoughts::words(&said.thinking),
        reasoning_details: thoughts::details(&said.thinking),
        refusal: said.refusal,
        annotations: said.annotations,
        audio: said.audio,
        extra_content: said.extra_content,
        tool_calls: calls.map(tool_call).collect(),
        function_call,
    }
}

fn tool_call(call: &ToolCall) -> Call<'_> {
    let written = Call {
        id: Some(Str::from(&call.id)),
        extra_content: call.signature.as_ref().map(thoughts::extra_content),
        ..Call::default()
    };
    match call.kind {
        ToolKind::Function => Call {
            kind: Some(Str::new("function")),
            function: Some(function(call)),
            ..written
        },
        ToolKind::Custom => Call {
            kind: Some(Str::new("custom")),
            custom: Some(CustomCall {
                name: Str::from(&call.name),
                input: Str::from(&call.arguments),
            }),
            ..written
        },
    }
}

/// Clients parse the arguments, and an empty text is no JSON.
fn function(call: &ToolCall) -> FunctionCall<'_> {
    let arguments = match call.arguments.trim() {
        "" => "{}",
        _ => &call.arguments,
    };
    FunctionCall {
        name: Str::from(&call.name),
        arguments: Some(TextOr::Text(Cow::Borrowed(arguments))),
    }
}
