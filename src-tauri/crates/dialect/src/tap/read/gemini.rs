//! Gemini: `GenerateContentResponse`, streamed or whole, bare or inside of Code Assist's `response`; embeddings, counts
//! of tokens and model lists, as whole replies.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::super::lenient::{Count, Filled, List, Object, OneOf, Word};
use super::{Counts, Facts, Whole, error_of, json, not_a_reply, whole};
use crate::Malformed;

#[derive(serde::Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Response {
    candidates: List<Candidate>,
    prompt_feedback: Object<PromptFeedback>,
    usage_metadata: Object<Usage>,
    error: Filled,
    /// Code Assist's envelope.
    response: Object<Box<Response>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Candidate {
    content: Object<Content>,
    finish_reason: OneOf<Reason>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Content {
    parts: List<Part>,
}

/// Whether a part says anything.
struct Part(bool);

#[derive(serde::Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct PromptFeedback {
    block_reason: OneOf<Reason>,
}

/// Whether a reason was given.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
struct Reason(bool);

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    candidates: Option<IgnoredAny>,
    prompt_feedback: Option<IgnoredAny>,
    usage_metadata: Option<IgnoredAny>,
    response: Option<IgnoredAny>,
    total_tokens: Option<IgnoredAny>,
    embedding: Option<IgnoredAny>,
    embeddings: Option<IgnoredAny>,
    models: Option<IgnoredAny>,
}

#[derive(serde::Deserialize, Default, Clone, Copy)]
#[serde(default, rename_all = "camelCase")]
struct Usage {
    prompt_token_count: Count,
    tool_use_prompt_token_count: Count,
    cached_content_token_count: Count,
    candidates_token_count: Count,
    thoughts_token_count: Count,
}

pub(super) fn event(data: &[u8]) -> Facts {
    let outer: Response = json(data);
    let failed = outer.error.0;
    let response = outer.bare();
    let parts = |one: &Candidate| {
        let content = one.content.0.as_ref();
        content.is_some_and(|content| content.parts.0.iter().any(|part| part.0))
    };
    let candidates = &response.candidates.0;
    let blocked = response.prompt_feedback.0.as_ref();
    Facts {
        content: candidates.iter().any(parts),
        end: candidates.iter().any(|one| one.finish_reason.0.0)
            || blocked.is_some_and(|feedback| feedback.block_reason.0.0),
        stopped: false,
        usage: response.usage_metadata.0.map(Usage::counts),
        error: (failed || response.error.0).then(|| error_of(data)),
    }
}

pub(super) fn reply(body: &[u8]) -> Result<Whole, Malformed> {
    let outer: Response = whole(body)?;
    if outer.error.0 {
        return Ok(Whole {
            usage: None,
            error: Some(error_of(body)),
        });
    }
    if !whole::<Known>(body)?.is_reply() {
        return Err(not_a_reply("candidates"));
    }
    Ok(Whole {
        usage: outer.bare().usage_metadata.0.map(Usage::counts),
        error: None,
    })
}

impl Known {
    fn is_reply(&self) -> bool {
        [
            self.candidates,
            self.prompt_feedback,
            self.usage_metadata,
            self.response,
            self.total_tokens,
            self.embedding,
            self.embeddings,
            self.models,
        ]
        .iter()
        .any(Option::is_some)
    }
}

impl Response {
    /// Without Code Assist's envelope.
    fn bare(mut self) -> Self {
        match self.response.0.take() {
            Some(inner) => *inner,
            None => self,
        }
    }
}

impl Word for Reason {
    fn of(word: &str) -> Self {
        let unsaid = ["", "FINISH_REASON_UNSPECIFIED", "BLOCK_REASON_UNSPECIFIED"];
        Self(!unsaid.contains(&word))
    }
}

impl Usage {
    fn counts(self) -> Counts {
        let add = |left: Count, right: Count| match (left.0, right.0) {
            (None, None) => Count(None),
            (left, right) => Count(Some(
                left.unwrap_or_default()
                    .saturating_add(right.unwrap_or_default()),
            )),
        };
        Counts {
            reasoning: self.thoughts_token_count.0,
            ..Counts::with_caches_in(
                add(self.prompt_token_count, self.tool_use_prompt_token_count),
                self.cached_content_token_count,
                Count(None),
                add(self.candidates_token_count, self.thoughts_token_count),
            )
        }
    }
}

/// Keys of a part.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Key {
    /// Only says what kind of text it is.
    Thought,
    #[default]
    Other,
}

impl Word for Key {
    fn of(word: &str) -> Self {
        if word == "thought" {
            Self::Thought
        } else {
            Self::Other
        }
    }
}

struct PartVisitor;

impl<'de> Visitor<'de> for PartVisitor {
    type Value = Part;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Part, A::Error> {
        let mut says = false;
        while let Some((OneOf(key), Filled(filled))) = map.next_entry::<OneOf<Key>, Filled>()? {
            says |= filled && key != Key::Thought;
        }
        Ok(Part(says))
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(PartVisitor)
    }
}
