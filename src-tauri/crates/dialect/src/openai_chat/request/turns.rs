//! The messages of a conversation for an upstream.

use std::borrow::Cow;

use chat::{Dialect, Loss, Message, Part, Role, Thinking, ToolCall, ToolKind, ToolResult};

use super::super::thoughts;
use super::super::wire::message::{self, Piece};
use super::super::wire::tool::{Call, CustomCall, FunctionCall};
use super::super::wire::{Extra, Str, TextOr};
use super::parts;
use super::write::{Writing, foreign_keys};
use crate::names::Names;

const SELF: Dialect = Dialect::OpenaiChat;

/// Writes all messages.
pub(super) fn write<'a>(writing: &mut Writing<'a>) -> Vec<message::Message<'a>> {
    let mut turns = Turns::default();
    let mut rest = writing.request.messages.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        for key in foreign_keys(first.extra.as_ref()) {
            writing.lose(Loss::Field(key.clone()));
        }
        match first.role {
            Role::Assistant => {
                let (run, behind) = rest.split_at(run_of_answers(rest));
                turns.end_results();
                turns.messages.push(answer(writing, run));
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
        if pieces.is_empty() && results {
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

fn own_extra(message: &Message) -> Extra<'_> {
    message
        .extra_of(SELF)
        .map_or_else(Extra::default, Cow::Borrowed)
}

/// One answer of the model's, of one message or of several in a row.
fn answer<'a>(writing: &mut Writing<'a>, run: &'a [Message]) -> message::Message<'a> {
    let mut pieces = Vec::new();
    let mut refusals: Vec<&str> = Vec::new();
    let mut thinking: Vec<&Thinking> = Vec::new();
    let mut tool_calls = Vec::new();
    let mut extra_content = None;
    for part in run.iter().flat_map(|message| &message.parts) {
        match part {
            Part::Text(text) => {
                let own = text.signature.as_ref().filter(|one| one.dialect == SELF);
                extra_content = own.map(thoughts::extra_content).or(extra_content);
                pieces.push(parts::write_text(writing, text));
            }
            Part::Refusal(text) if writing.official() => refusals.push(text),
            Part::Image(_) | Part::Audio(_) => {
                let why = "the dialect takes none of the model's own";
                parts::lost(writing, "media", why);
            }
            Part::Thinking(thought) => thinking.push(thought),
            Part::ToolCall(call) => tool_calls.push(write_call(writing, call)),
            other => pieces.extend(parts::write(writing, other)),
        }
    }
    let (reasoning_content, reasoning_details) = thought(writing, &thinking);
    let silent = pieces.is_empty() && (!tool_calls.is_empty() || !refusals.is_empty());
    message::Message {
        role: Str::new("assistant"),
        name: run
            .iter()
            .find_map(|message| message.name.as_ref())
            .map(Str::from),
        content: (!silent).then(|| answer_content(writing, pieces)),
        reasoning_content,
        reasoning_details,
        refusal: match refusals.as_slice() {
            [] => None,
            [one] => Some(Str::new(one)),
            several => Some(Str(Cow::Owned(several.concat()))),
        },
        tool_calls: (!tool_calls.is_empty()).then_some(tool_calls),
        extra_content,
        extra: run.first().map_or_else(Extra::default, own_extra),
        ..message::Message::default()
    }
}

/// The pieces of an answer are one text that was cut where something stood between.
fn answer_content<'a>(writing: &Writing<'_>, pieces: Vec<Piece<'a>>) -> TextOr<'a, Vec<Piece<'a>>> {
    let several_words = pieces.len() > 1
        && pieces
            .iter()
            .all(|piece| piece.text.is_some() && piece.extra.is_empty());
    if several_words && !writing.official() {
        return TextOr::Text(Cow::Owned(parts::joined(&pieces, "")));
    }
    parts::content(writing, pieces)
}

/// The words of the thoughts, and those thoughts whose origin is this dialect. The vendor itself takes none.
fn thought<'a>(
    writing: &mut Writing<'_>,
    thinking: &[&'a Thinking],
) -> (Option<Str<'a>>, Option<serde_json::Value>) {
    let mut own = false;
    for thought in thinking {
        match &thought.signature {
            Some(signature) if signature.dialect == SELF => own = true,
            Some(signature) => writing.lose(Loss::Signature(signature.dialect)),
            None => {}
        }
    }
    if writing.official() {
        if !thinking.is_empty() {
            writing.lose(Loss::Field("thinking".to_owned()));
        }
        return (None, None);
    }
    let words = thoughts::words(thinking).map(Str);
    if !own {
        return (words, None);
    }
    let unsigned: Vec<Thinking> = thinking
        .iter()
        .map(|thought| Thinking {
            signature: thought.signature.clone().filter(|one| one.dialect == SELF),
            ..(*thought).clone()
        })
        .filter(|thought| !thought.text.is_empty() || thought.signature.is_some())
        .collect();
    let listed: Vec<&Thinking> = unsigned.iter().collect();
    (words, thoughts::details(&listed))
}

fn write_call<'a>(writing: &mut Writing<'a>, call: &'a ToolCall) -> Call<'a> {
    if call.cache.is_some() {
        writing.lose(Loss::Cache);
    }
    let signature = call.signature.as_ref();
    if let Some(foreign) = signature.filter(|one| one.dialect != SELF) {
        writing.lose(Loss::Signature(foreign.dialect));
    }
    let own = signature.filter(|one| one.dialect == SELF);
    let written = Call {
        id: Some(Str::from(&call.id)),
        extra_content: own.map(thoughts::extra_content),
        ..Call::default()
    };
    let name = writing.tool_name(&call.name);
    if call.kind == ToolKind::Custom && writing.knows(ToolKind::Custom) {
        return Call {
            kind: Some(Str::new("custom")),
            custom: Some(CustomCall {
                name,
                input: Str::from(&call.arguments),
            }),
            ..written
        };
    }
    let arguments: Cow<'_, str> = match call.kind {
        ToolKind::Custom => {
            let input = serde_json::json!({ (Names::CUSTOM_INPUT): call.arguments });
            Cow::Owned(input.to_string())
        }
        // Upstreams parse them.
        ToolKind::Function if call.arguments.trim().is_empty() => Cow::Borrowed("{}"),
        ToolKind::Function => Cow::Borrowed(&call.arguments),
    };
    Call {
        kind: Some(Str::new("function")),
        function: Some(FunctionCall {
            name,
            arguments: Some(TextOr::Text(arguments)),
        }),
        ..written
    }
}
