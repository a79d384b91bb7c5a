//! Anthropic Messages: events, messages; counts of tokens and model lists, as whole replies.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::lenient::{Count, Filled, Object, OneOf, Word};
use super::{Counts, Facts, Whole, error_of, not_a_reply, whole};
use crate::Malformed;

/// The events that say something here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    MessageStart,
    BlockStart,
    BlockDelta,
    MessageDelta,
    MessageStop,
    Error,
    /// `ping`, the end of a block, and what was not known when this was written.
    #[default]
    Other,
}

/// What kind of block or delta it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Piece {
    /// Begins without words, which come in deltas.
    Words,
    /// A piece of words or of arguments.
    Delta,
    /// Whole as it comes, or to be acted on: calls, sealed thoughts, results of the upstream's tools.
    #[default]
    Whole,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Event {
    r#type: OneOf<Kind>,
    message: Object<Message>,
    content_block: Object<Block>,
    delta: Object<Block>,
    usage: Object<Usage>,
    error: Filled,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Message {
    usage: Object<Usage>,
}

/// A block at its begin, or a delta of one.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Block {
    r#type: OneOf<Piece>,
    text: Filled,
    thinking: Filled,
    partial_json: Filled,
    signature: Filled,
}

#[derive(Deserialize)]
struct Reply {
    content: Option<IgnoredAny>,
    input_tokens: Option<IgnoredAny>,
    data: Option<IgnoredAny>,
    #[serde(default)]
    usage: Object<Usage>,
    #[serde(default)]
    error: Filled,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(default)]
struct Usage {
    input_tokens: Count,
    output_tokens: Count,
    cache_read_input_tokens: Count,
    cache_creation_input_tokens: Count,
    output_tokens_details: Object<OutputDetails>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(default)]
struct OutputDetails {
    thinking_tokens: Count,
}

pub(super) fn event(name: Option<&str>, data: &[u8]) -> Facts {
    let event: Event = match serde_json::from_slice(data) {
        Ok(event) => event,
        Err(_) => return Facts::default(),
    };
    // The vendor's SDKs go by the name (npm `@anthropic-ai/sdk`, `core/streaming.js`); some relays leave it out.
    let kind = name.map_or(event.r#type.0, Kind::of);
    let stated = event.usage.0.or(event.message.0.and_then(|it| it.usage.0));
    Facts {
        content: match kind {
            Kind::BlockStart => event.content_block.0.is_some_and(|block| block.says()),
            Kind::BlockDelta => event.delta.0.is_some_and(|delta| delta.says()),
            _ => false,
        },
        end: kind == Kind::MessageStop,
        stopped: false,
        usage: match kind {
            Kind::MessageStart | Kind::MessageDelta => stated.map(Usage::counts),
            _ => None,
        },
        error: match kind {
            Kind::Error => Some(error_of(data)),
            Kind::Other if name.is_none() && event.error.0 => Some(error_of(data)),
            _ => None,
        },
    }
}

pub(super) fn reply(body: &[u8]) -> Result<Whole, Malformed> {
    let reply: Reply = whole(body)?;
    let error = reply.error.0.then(|| error_of(body));
    let known = [reply.content, reply.input_tokens, reply.data];
    if error.is_none() && known.iter().all(Option::is_none) {
        return Err(not_a_reply("content"));
    }
    Ok(Whole {
        usage: reply.usage.0.map(Usage::counts),
        error,
    })
}

impl Word for Kind {
    fn of(word: &str) -> Self {
        match word {
            "message_start" => Self::MessageStart,
            "content_block_start" => Self::BlockStart,
            "content_block_delta" => Self::BlockDelta,
            "message_delta" => Self::MessageDelta,
            "message_stop" => Self::MessageStop,
            "error" => Self::Error,
            _ => Self::Other,
        }
    }
}

impl Word for Piece {
    fn of(word: &str) -> Self {
        match word {
            "text" | "thinking" => Self::Words,
            "text_delta" | "thinking_delta" | "input_json_delta" | "signature_delta" => Self::Delta,
            _ => Self::Whole,
        }
    }
}

impl Block {
    fn says(&self) -> bool {
        let filled = [self.text, self.thinking, self.partial_json, self.signature];
        self.r#type.0 == Piece::Whole || filled.iter().any(|one| one.0)
    }
}

impl Usage {
    fn counts(self) -> Counts {
        Counts {
            input: self.input_tokens.0,
            output: self.output_tokens.0,
            cache_read: self.cache_read_input_tokens.0,
            cache_write: self.cache_creation_input_tokens.0,
            reasoning: self
                .output_tokens_details
                .0
                .and_then(|details| details.thinking_tokens.0),
        }
    }
}
