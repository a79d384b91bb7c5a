//! The JSON of answers, as an upstream sends it: borrowed from its bytes, and lenient, as what cannot be asked for
//! again has to be.
//!
//! - [`Response`]: `GenerateContentResponse`, whole or a piece of a stream, bare or inside of Code Assist's `response`.
//! - `part`: its parts.
//! - [`up`]: a request as it is written; [`down`]: an answer as it is written.

pub(crate) mod down;
mod part;
pub(crate) mod up;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value;

pub(crate) use part::{Data, Part, Parts};

/// An answer, or a piece of one. Of several candidates the first is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Response<'a> {
    #[serde(borrow)]
    pub(crate) candidates: First<'a>,
    #[serde(borrow, alias = "promptFeedback")]
    pub(crate) prompt_feedback: Option<Feedback<'a>>,
    #[serde(alias = "usageMetadata")]
    pub(crate) usage_metadata: Option<Usage>,
    #[serde(borrow, alias = "modelVersion")]
    pub(crate) model_version: Option<Str<'a>>,
    #[serde(borrow, alias = "responseId")]
    pub(crate) response_id: Option<Str<'a>>,
    pub(crate) error: Option<Value>,
    #[serde(borrow)]
    response: Option<Box<Response<'a>>>,
}

/// A text that is borrowed where it holds no escapes.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Str<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// The first of the candidates; the others are passed over.
#[derive(Debug, Default)]
pub(crate) struct First<'a>(pub(crate) Option<Candidate<'a>>);

/// One of the answers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Candidate<'a> {
    #[serde(borrow)]
    pub(crate) content: Option<Content<'a>>,
    #[serde(borrow, alias = "finishReason")]
    pub(crate) finish_reason: Option<Str<'a>>,
    index: Option<u32>,
}

/// What it says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Content<'a> {
    #[serde(borrow)]
    pub(crate) parts: Option<Parts<'a>>,
}

/// What the upstream thinks of the question.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Feedback<'a> {
    #[serde(borrow, alias = "blockReason")]
    pub(crate) block_reason: Option<Str<'a>>,
    #[serde(borrow, alias = "blockReasonMessage")]
    pub(crate) block_reason_message: Option<Str<'a>>,
}

/// Token counts.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(default)]
pub(crate) struct Usage {
    #[serde(alias = "promptTokenCount")]
    prompt_token_count: Option<u64>,
    #[serde(alias = "toolUsePromptTokenCount")]
    tool_use_prompt_token_count: Option<u64>,
    #[serde(alias = "cachedContentTokenCount")]
    cached_content_token_count: Option<u64>,
    #[serde(alias = "candidatesTokenCount")]
    candidates_token_count: Option<u64>,
    #[serde(alias = "thoughtsTokenCount")]
    thoughts_token_count: Option<u64>,
}

impl<'a> Response<'a> {
    /// Without Code Assist's envelope.
    pub(crate) fn bare(mut self) -> Self {
        match self.response.take() {
            Some(inner) if self.candidates.0.is_none() => *inner,
            _ => self,
        }
    }

    /// Whether it is an answer at all.
    pub(crate) const fn says_something(&self) -> bool {
        self.candidates.0.is_some()
            || self.prompt_feedback.is_some()
            || self.usage_metadata.is_some()
    }
}

impl Usage {
    /// In the neutral model's way of counting: `promptTokenCount` includes what came from a cache, and
    /// `candidatesTokenCount` not what was thought.
    pub(crate) fn counts(self) -> chat::Usage {
        let prompt = self.prompt_token_count.unwrap_or_default();
        let tools = self.tool_use_prompt_token_count.unwrap_or_default();
        let cached = self.cached_content_token_count.unwrap_or_default();
        let said = self.candidates_token_count.unwrap_or_default();
        let thought = self.thoughts_token_count.unwrap_or_default();
        chat::Usage {
            input: prompt.saturating_add(tools).saturating_sub(cached),
            output: said.saturating_add(thought),
            cache_read: cached,
            cache_write: 0,
            reasoning: thought,
            estimated: false,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for First<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(FirstVisitor)
    }
}

struct FirstVisitor;

impl<'de> Visitor<'de> for FirstVisitor {
    type Value = First<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of candidates")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<First<'de>, A::Error> {
        while let Some(candidate) = list.next_element::<Candidate<'de>>()? {
            if candidate.index.unwrap_or_default() == 0 {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(First(Some(candidate)));
            }
        }
        Ok(First(None))
    }

    fn visit_unit<E>(self) -> Result<First<'de>, E> {
        Ok(First(None))
    }
}
