//! The JSON of an upstream's answer, read from borrowed bytes. What a client sends is read by `fields`.

use std::borrow::Cow;

use chat::Usage;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A text, borrowed where it has no escapes.
#[derive(Debug, Clone, Deserialize, Default)]
pub(super) struct Words<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// An event of a stream. Each kind has a few of these fields.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct Event<'a> {
    #[serde(borrow)]
    pub(super) r#type: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) item_id: Option<Words<'a>>,
    pub(super) output_index: Option<u32>,
    pub(super) content_index: Option<u32>,
    pub(super) summary_index: Option<u32>,
    #[serde(borrow)]
    pub(super) delta: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) text: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) refusal: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) arguments: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) input: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) item: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) part: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) annotation: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) response: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
}

/// Only the kind of an event, of an item or of a piece.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct Kind<'a> {
    #[serde(borrow)]
    pub(super) r#type: Option<Words<'a>>,
}

/// An item of an answer.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct Item<'a> {
    #[serde(borrow)]
    pub(super) r#type: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) id: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) call_id: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) name: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) namespace: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) execution: Option<Words<'a>>,
    /// A text; an object in a search for tools.
    #[serde(borrow)]
    pub(super) arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) input: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) content: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(super) summary: Option<Vec<Piece<'a>>>,
    #[serde(borrow)]
    pub(super) encrypted_content: Option<Words<'a>>,
}

/// A piece of an item's content.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct Piece<'a> {
    #[serde(borrow)]
    pub(super) r#type: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) text: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) refusal: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) annotations: Option<Vec<&'a RawValue>>,
}

/// A whole answer.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct Response<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) model: Option<Words<'a>>,
    pub(super) created_at: Option<f64>,
    #[serde(borrow)]
    pub(super) status: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) incomplete_details: Option<Incomplete<'a>>,
    #[serde(borrow)]
    pub(super) output: Option<Vec<&'a RawValue>>,
    pub(super) usage: Option<Counts>,
}

/// Why an answer is not whole.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct Incomplete<'a> {
    #[serde(borrow)]
    pub(super) reason: Option<Words<'a>>,
}

/// What an answer cost.
#[derive(Debug, Clone, Copy, Deserialize, Default)]
#[serde(default)]
pub(super) struct Counts {
    input_tokens: u64,
    output_tokens: u64,
    input_tokens_details: Option<InputDetails>,
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Debug, Clone, Copy, Deserialize, Default)]
#[serde(default)]
struct InputDetails {
    cached_tokens: Option<u64>,
    cache_write_tokens: Option<u64>,
}

#[derive(Debug, Clone, Copy, Deserialize, Default)]
#[serde(default)]
struct OutputDetails {
    reasoning_tokens: Option<u64>,
}

impl<'a> Words<'a> {
    /// The text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Counts {
    /// The neutral counts: tokens from and for a cache are counted apart there.
    pub(super) fn usage(self) -> Usage {
        let details = self.input_tokens_details.unwrap_or_default();
        let cache_read = details.cached_tokens.unwrap_or_default();
        let cache_write = details.cache_write_tokens.unwrap_or_default();
        let cached = cache_read.saturating_add(cache_write);
        Usage {
            input: self.input_tokens.saturating_sub(cached),
            output: self.output_tokens,
            cache_read,
            cache_write,
            reasoning: self
                .output_tokens_details
                .and_then(|details| details.reasoning_tokens)
                .unwrap_or_default(),
            estimated: false,
        }
    }
}
