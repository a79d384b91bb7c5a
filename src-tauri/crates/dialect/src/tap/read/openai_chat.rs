//! OpenAI Chat Completions: chunks, completions; embeddings and model lists, as whole replies.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::super::lenient::{Count, Filled, List, Object, OneOf, Word};
use super::{Counts, Facts, Whole, error_of, json, not_a_reply, whole};
use crate::Malformed;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Chunk {
    choices: List<Choice>,
    usage: Object<Usage>,
    error: Filled,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Choice {
    delta: Object<Delta>,
    finish_reason: Filled,
}

/// Whether a delta says anything but whose turn it is.
#[derive(Default)]
struct Delta(bool);

#[derive(serde::Deserialize)]
struct Completion {
    choices: Option<IgnoredAny>,
    data: Option<IgnoredAny>,
    #[serde(default)]
    usage: Object<Usage>,
    #[serde(default)]
    error: Filled,
}

/// Field names: the vendor's API reference; `prompt_cache_hit_tokens` is DeepSeek's, `cache_write_tokens` OpenRouter's.
#[derive(serde::Deserialize, Default, Clone, Copy)]
#[serde(default)]
pub(super) struct Usage {
    prompt_tokens: Count,
    completion_tokens: Count,
    total_tokens: Count,
    prompt_cache_hit_tokens: Count,
    prompt_tokens_details: Object<PromptDetails>,
    completion_tokens_details: Object<CompletionDetails>,
}

#[derive(serde::Deserialize, Default, Clone, Copy)]
#[serde(default)]
struct PromptDetails {
    cached_tokens: Count,
    cache_write_tokens: Count,
}

#[derive(serde::Deserialize, Default, Clone, Copy)]
#[serde(default)]
struct CompletionDetails {
    reasoning_tokens: Count,
}

pub(super) fn event(data: &[u8]) -> Facts {
    // The vendor's SDK ends at data that begins so (npm `openai`, `core/streaming.js`).
    if data.starts_with(b"[DONE]") {
        return Facts {
            end: true,
            ..Facts::default()
        };
    }
    let chunk: Chunk = json(data);
    let choices = chunk.choices.0;
    Facts {
        content: choices
            .iter()
            .any(|choice| choice.delta.0.as_ref().is_some_and(|delta| delta.0)),
        end: false,
        stopped: choices.iter().any(|choice| choice.finish_reason.0),
        usage: chunk.usage.0.and_then(Usage::counts),
        error: chunk.error.0.then(|| error_of(data)),
    }
}

pub(super) fn reply(body: &[u8]) -> Result<Whole, Malformed> {
    let completion: Completion = whole(body)?;
    let error = completion.error.0.then(|| error_of(body));
    if error.is_none() && completion.choices.is_none() && completion.data.is_none() {
        return Err(not_a_reply("choices"));
    }
    Ok(Whole {
        usage: completion.usage.0.and_then(Usage::counts),
        error,
    })
}

impl Usage {
    fn counts(self) -> Option<Counts> {
        // Some relays write an empty object, or zeros, until they know.
        let counts = [
            self.prompt_tokens,
            self.completion_tokens,
            self.total_tokens,
        ];
        if counts.iter().all(|count| count.0.unwrap_or_default() == 0) {
            return None;
        }
        let details = self.prompt_tokens_details.0.unwrap_or_default();
        let read = Count(details.cached_tokens.0.or(self.prompt_cache_hit_tokens.0));
        let written = details.cache_write_tokens;
        let answer = self.completion_tokens_details.0.unwrap_or_default();
        Some(Counts {
            reasoning: answer.reasoning_tokens.0,
            ..Counts::with_caches_in(self.prompt_tokens, read, written, self.completion_tokens)
        })
    }
}

/// Keys of a delta.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Key {
    Role,
    #[default]
    Other,
}

impl Word for Key {
    fn of(word: &str) -> Self {
        if word == "role" {
            Self::Role
        } else {
            Self::Other
        }
    }
}

struct DeltaVisitor;

impl<'de> Visitor<'de> for DeltaVisitor {
    type Value = Delta;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a delta")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Delta, A::Error> {
        let mut says = false;
        while let Some((OneOf(key), Filled(filled))) = map.next_entry::<OneOf<Key>, Filled>()? {
            says |= filled && key != Key::Role;
        }
        Ok(Delta(says))
    }
}

impl<'de> Deserialize<'de> for Delta {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(DeltaVisitor)
    }
}
