//! Completions and chunks: what a model says, whole or piece by piece.
//!
//! Relays are read leniently; nothing here keeps fields that it does not know, so that a chunk is read without a copy.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::few::Few;
use super::tool::Arguments;
use super::{Str, TextOr};

/// A completion, or a chunk of one.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Option<Str<'a>>,
    #[serde(borrow, default)]
    pub(crate) model: Option<Str<'a>>,
    #[serde(default)]
    pub(crate) created: Option<f64>,
    #[serde(borrow, default)]
    pub(crate) choices: Option<Few<Choice<'a>>>,
    #[serde(default)]
    pub(crate) usage: Option<Usage>,
    #[serde(borrow, default)]
    pub(crate) system_fingerprint: Option<Str<'a>>,
    #[serde(borrow, default)]
    pub(crate) service_tier: Option<Str<'a>>,
    #[serde(default)]
    pub(crate) error: Option<Value>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Choice<'a> {
    #[serde(default)]
    pub(crate) index: Option<u32>,
    /// In a completion.
    #[serde(borrow, default)]
    pub(crate) message: Option<Saying<'a>>,
    /// In a chunk. (MiniMax's last one has a `message` too, which says all again.)
    #[serde(borrow, default)]
    pub(crate) delta: Option<Saying<'a>>,
    #[serde(borrow, default)]
    pub(crate) finish_reason: Option<Str<'a>>,
    /// vLLM: the text at which it stopped, or the number of a token.
    #[serde(default)]
    pub(crate) stop_reason: Option<Value>,
    #[serde(default)]
    pub(crate) logprobs: Option<Value>,
}

/// A message of the model's, or a piece of one.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Saying<'a> {
    #[serde(borrow, default)]
    pub(crate) content: Option<TextOr<'a, Vec<Bit<'a>>>>,
    #[serde(borrow, default)]
    pub(crate) reasoning_content: Option<Str<'a>>,
    #[serde(borrow, default)]
    pub(crate) reasoning: Option<Str<'a>>,
    #[serde(default)]
    pub(crate) reasoning_details: Option<Value>,
    #[serde(borrow, default)]
    pub(crate) refusal: Option<Str<'a>>,
    #[serde(borrow, default)]
    pub(crate) tool_calls: Option<Few<CallPiece<'a>>>,
    #[serde(borrow, default)]
    pub(crate) function_call: Option<NamePiece<'a>>,
    #[serde(default)]
    pub(crate) annotations: Option<Value>,
    #[serde(default)]
    pub(crate) audio: Option<Value>,
    #[serde(default)]
    pub(crate) extra_content: Option<Value>,
}

/// A part of a content that is a list, as Mistral writes it: words, or a thought that is a list again.
#[derive(Debug, Deserialize)]
pub(crate) struct Bit<'a> {
    #[serde(borrow, default)]
    pub(crate) text: Option<Str<'a>>,
    #[serde(borrow, default)]
    pub(crate) thinking: Option<TextOr<'a, Vec<Bit<'a>>>>,
    #[serde(borrow, default)]
    pub(crate) refusal: Option<Str<'a>>,
}

/// A call, or a piece of one.
#[derive(Debug, Deserialize)]
pub(crate) struct CallPiece<'a> {
    #[serde(default)]
    pub(crate) index: Option<u32>,
    #[serde(borrow, default)]
    pub(crate) id: Option<Str<'a>>,
    #[serde(borrow, default)]
    pub(crate) function: Option<NamePiece<'a>>,
    #[serde(borrow, default)]
    pub(crate) custom: Option<NamePiece<'a>>,
    #[serde(default)]
    pub(crate) extra_content: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct NamePiece<'a> {
    #[serde(borrow, default)]
    pub(crate) name: Option<Str<'a>>,
    #[serde(borrow, default, alias = "input")]
    pub(crate) arguments: Option<Arguments<'a>>,
}

/// Counts. `prompt_cache_hit_tokens` is DeepSeek's, `cached_tokens` at this place Moonshot's, and the last two are
/// Anthropic's, which relays of it leave beside the dialect's own.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Usage {
    pub(crate) prompt_tokens: Option<f64>,
    pub(crate) completion_tokens: Option<f64>,
    pub(crate) total_tokens: Option<f64>,
    pub(crate) prompt_tokens_details: Option<PromptDetails>,
    pub(crate) completion_tokens_details: Option<CompletionDetails>,
    pub(crate) prompt_cache_hit_tokens: Option<f64>,
    pub(crate) cached_tokens: Option<f64>,
    pub(crate) cache_read_input_tokens: Option<f64>,
    pub(crate) cache_creation_input_tokens: Option<f64>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PromptDetails {
    pub(crate) cached_tokens: Option<f64>,
    pub(crate) cache_write_tokens: Option<f64>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CompletionDetails {
    pub(crate) reasoning_tokens: Option<f64>,
}

impl<'a> Answer<'a> {
    /// The choice that is told: the first one.
    pub(crate) fn take_choice(&mut self) -> Option<Choice<'a>> {
        let mut choices = self.choices.take()?.into_iter();
        choices.find(|choice| choice.index.unwrap_or_default() == 0)
    }
}

impl<'a> Saying<'a> {
    /// The words of a thought, under either name.
    pub(crate) fn thought(&mut self) -> Option<Cow<'a, str>> {
        let words = self
            .reasoning_content
            .take()
            .filter(|words| !words.is_empty());
        let words = words.or_else(|| self.reasoning.take());
        words.filter(|words| !words.is_empty()).map(|words| words.0)
    }
}

impl<'a> CallPiece<'a> {
    /// A call from before calls had ids.
    pub(crate) const fn legacy(call: NamePiece<'a>) -> Self {
        Self {
            index: None,
            id: None,
            function: Some(call),
            custom: None,
            extra_content: None,
        }
    }
}

impl<'a> Arguments<'a> {
    /// Their JSON text.
    pub(crate) fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text,
            Self::More(json) => Cow::Owned(json.to_string()),
        }
    }
}
