//! The model's earlier answers for an upstream.

use std::borrow::Cow;

use chat::{Dialect, Loss, Message, Part, Thinking, ToolCall, ToolKind};

use super::super::thoughts;
use super::super::wire::message::{self, Piece};
use super::super::wire::tool::{Call, CustomCall, FunctionCall};
use super::super::wire::{Extra, Str, TextOr};
use super::parts;
use super::turns::own_extra;
use super::write::Writing;
use crate::names::Names;

const SELF: Dialect = Dialect::OpenaiChat;

/// One answer of the model's, of one message or of several in a row; `None` where nothing of it can be said.
pub(super) fn write<'a>(
    writing: &mut Writing<'a>,
    run: &'a [Message],
) -> Option<message::Message<'a>> {
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
    let said_something = run.iter().any(|message| !message.parts.is_empty());
    let thought_something = reasoning_content.is_some() || reasoning_details.is_some();
    if pieces.is_empty() && !silent && !thought_something && said_something {
        return None;
    }
    Some(message::Message {
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
    })
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

/// Families of models whose upstreams refuse a message with thoughts, under whatever address.
const WITHOUT_THOUGHTS: [&str; 8] = [
    "gpt-",
    "mistral",
    "ministral",
    "magistral",
    "devstral",
    "codestral",
    "pixtral",
    "mixtral",
];

fn refuses_thoughts(model: &str) -> bool {
    let model = model.to_ascii_lowercase();
    let is_open = model.contains("gpt-oss");
    !is_open && WITHOUT_THOUGHTS.iter().any(|family| model.contains(family))
}

/// The words of the thoughts, and those thoughts whose origin is this dialect. The vendor itself takes none; others want
/// them in every turn.
fn thought<'a>(
    writing: &mut Writing<'_>,
    thinking: &[&'a Thinking],
) -> (Option<Str<'a>>, Option<serde_json::Value>) {
    let taken = !writing.official() && !refuses_thoughts(&writing.target.model);
    let mut own = false;
    for thought in thinking {
        match &thought.signature {
            Some(signature) if signature.dialect == SELF && taken => own = true,
            Some(signature) if taken && !thought.text.is_empty() => {
                writing.lose(Loss::Signature(signature.dialect));
            }
            Some(signature) => writing.lose(Loss::Thought(signature.dialect)),
            None if taken => {}
            None => writing.lose(Loss::Field("thinking".to_owned())),
        }
    }
    if !taken {
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
