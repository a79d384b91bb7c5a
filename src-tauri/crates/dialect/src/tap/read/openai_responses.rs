//! OpenAI Responses: events, responses.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::super::lenient::{Count, Filled, Object, OneOf, Word};
use super::{Counts, Facts, Whole, error_of, json, not_a_reply, whole};
use crate::error::error_from_value;
use crate::{Malformed, UpstreamError};

/// The events that say something here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    ItemAdded,
    /// A whole item: content, should its pieces not have come.
    ItemDone,
    /// A piece of something, or the whole of one part.
    Piece,
    /// A part begins or ends: says nothing that did not come in pieces.
    Part,
    Annotation,
    /// The end, whole or cut short by a limit.
    End,
    Failed,
    Error,
    /// `response.created` and its like, and what was not known when this was written.
    #[default]
    Other,
}

/// What kind of item it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Item {
    /// Begins without words, which come in deltas.
    Words,
    /// To be acted on or shown: calls of any kind.
    #[default]
    Call,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Event {
    r#type: OneOf<Kind>,
    item: Object<ItemHead>,
    delta: Filled,
    text: Filled,
    refusal: Filled,
    arguments: Filled,
    input: Filled,
    response: Object<Response>,
    error: Filled,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ItemHead {
    r#type: OneOf<Item>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Response {
    output: Option<IgnoredAny>,
    usage: Object<Usage>,
    error: Filled,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(default)]
struct Usage {
    input_tokens: Count,
    output_tokens: Count,
    input_tokens_details: Object<InputDetails>,
    output_tokens_details: Object<OutputDetails>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(default)]
struct InputDetails {
    cached_tokens: Count,
    cache_write_tokens: Count,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(default)]
struct OutputDetails {
    reasoning_tokens: Count,
}

pub(super) fn event(name: Option<&str>, data: &[u8]) -> Facts {
    let event: Event = match serde_json::from_slice(data) {
        Ok(event) => event,
        Err(_) => return Facts::default(),
    };
    let kind = name.map_or(event.r#type.0, Kind::of);
    let pieces = [
        event.delta,
        event.text,
        event.refusal,
        event.arguments,
        event.input,
    ];
    Facts {
        content: match kind {
            Kind::ItemAdded => event.item.0.is_some_and(|item| item.r#type.0 == Item::Call),
            Kind::Piece => pieces.iter().any(|piece| piece.0),
            Kind::ItemDone | Kind::Annotation => true,
            _ => false,
        },
        end: kind == Kind::End,
        stopped: false,
        usage: match kind {
            Kind::End | Kind::Failed => event
                .response
                .0
                .and_then(|it| it.usage.0)
                .map(Usage::counts),
            _ => None,
        },
        error: match kind {
            Kind::Failed => Some(failure(data)),
            Kind::Error => Some(error_of(data)),
            Kind::Other if name.is_none() && event.error.0 => Some(error_of(data)),
            _ => None,
        },
    }
}

pub(super) fn reply(body: &[u8]) -> Result<Whole, Malformed> {
    let response: Response = whole(body)?;
    let error = response.error.0.then(|| error_of(body));
    if error.is_none() && response.output.is_none() {
        return Err(not_a_reply("output"));
    }
    Ok(Whole {
        usage: response.usage.0.map(Usage::counts),
        error,
    })
}

/// The error inside of `response.failed`.
fn failure(data: &[u8]) -> UpstreamError {
    let event: Value = json(data);
    event
        .get("response")
        .and_then(error_from_value)
        .unwrap_or_else(|| error_of(data))
}

impl Word for Kind {
    fn of(word: &str) -> Self {
        match word {
            "response.output_item.added" => Self::ItemAdded,
            "response.output_item.done" => Self::ItemDone,
            "response.content_part.added"
            | "response.content_part.done"
            | "response.reasoning_summary_part.added"
            | "response.reasoning_summary_part.done" => Self::Part,
            "response.output_text.annotation.added" => Self::Annotation,
            "response.completed" | "response.incomplete" => Self::End,
            "response.failed" => Self::Failed,
            "error" => Self::Error,
            word if word.ends_with(".delta") || word.ends_with(".done") => Self::Piece,
            _ => Self::Other,
        }
    }
}

impl Word for Item {
    fn of(word: &str) -> Self {
        match word {
            "message" | "reasoning" => Self::Words,
            _ => Self::Call,
        }
    }
}

impl Usage {
    fn counts(self) -> Counts {
        let sent = self.input_tokens_details.0.unwrap_or_default();
        let answer = self.output_tokens_details.0.unwrap_or_default();
        Counts {
            reasoning: answer.reasoning_tokens.0,
            ..Counts::with_caches_in(
                self.input_tokens,
                sent.cached_tokens,
                sent.cache_write_tokens,
                self.output_tokens,
            )
        }
    }
}
