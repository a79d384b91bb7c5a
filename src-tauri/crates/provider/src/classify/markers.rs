//! The codes and words by which a cause shows.
//!
//! Words are looked for in the upstream's own message only, and only in its beginning: validation errors may go on to
//! repeat the client's text, which may say anything.

mod tables;

use std::time::Duration;

use dialect::UpstreamError;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::google::Quotas;
use crate::limits;
use tables::{
    CHANNEL_WORDS, CLOSED_MODEL_WORDS, KEY_CODES, KEY_WORDS, MISSING_WORDS, MODEL_CODES,
    MODEL_LIMIT_WORDS, MONEY_CODES, MONEY_WORDS, NO_PATH, OVERLOADED_CODES, OVERLOADED_WORDS,
    PATH_WORDS, PERMISSION_CODES, PERMISSION_WORDS, QUOTA_WORDS, REGION_CODES, REGION_WORDS,
    SPEND_LIMIT_CODE, UNKNOWN_MODEL_WORDS,
};

/// Characters of a message that are looked at.
const HEAD: usize = 400;

/// An error in lower case, ready to be looked through.
#[derive(Debug, Default)]
pub(super) struct Words {
    text: String,
    codes: Vec<String>,
    /// The limits that were hit, by Google's ids.
    pub(super) quotas: Quotas,
}

impl Words {
    pub(super) fn of(error: &UpstreamError) -> Self {
        let codes = [&error.kind, &error.code, &error.detail_code];
        Self {
            text: head(&error.message),
            codes: codes
                .into_iter()
                .flatten()
                .map(|code| code.to_lowercase())
                .collect(),
            quotas: Quotas::of(&error.quotas),
        }
    }

    /// Of a body that is no JSON.
    pub(super) fn plain(text: &str) -> Self {
        Self {
            text: head(text),
            ..Self::default()
        }
    }

    /// The beginning of the message, in lower case.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn coded(&self, codes: &[&str]) -> bool {
        self.codes.iter().any(|code| codes.contains(&code.as_str()))
    }

    pub(super) fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.text.contains(word))
    }

    pub(super) fn no_channel(&self) -> bool {
        self.says(&CHANNEL_WORDS)
    }

    pub(super) fn money_code(&self) -> bool {
        self.coded(&MONEY_CODES)
    }

    pub(super) fn money(&self) -> bool {
        self.money_code() || self.says(&MONEY_WORDS)
    }

    pub(super) fn quota(&self) -> bool {
        self.says(&QUOTA_WORDS)
    }

    pub(super) fn current_quota(&self) -> bool {
        self.says(&["exceeded your current quota"])
    }

    /// A quota of none at all: the model is not in the account's plan (Google: "limit: 0, model: …").
    pub(super) fn quota_of_none(&self) -> bool {
        self.says(&["limit: 0,"])
    }

    pub(super) fn dead_key(&self) -> bool {
        self.coded(&KEY_CODES) || self.says(&KEY_WORDS)
    }

    pub(super) fn permission(&self) -> bool {
        self.coded(&PERMISSION_CODES) || self.says(&PERMISSION_WORDS)
    }

    pub(super) fn region(&self) -> bool {
        self.coded(&REGION_CODES) || self.says(&REGION_WORDS)
    }

    pub(super) fn missing_model_code(&self) -> bool {
        self.coded(&MODEL_CODES)
    }

    pub(super) fn missing_model(&self) -> bool {
        self.says(&UNKNOWN_MODEL_WORDS)
            || MISSING_WORDS.iter().any(|word| {
                self.text
                    .find(word)
                    .is_some_and(|at| has_word(&self.text[..at], "model"))
            })
    }

    /// The server has no such call, whatever the model.
    pub(super) fn missing_path(&self) -> bool {
        self.text.trim() == NO_PATH || self.says(&PATH_WORDS)
    }

    /// OpenAI names both of its calls for conversations where one of them alone serves what was asked.
    pub(super) fn other_call(&self) -> bool {
        ["v1/responses", "v1/chat/completions"]
            .iter()
            .all(|call| self.text.contains(call))
    }

    /// The key is sound, and may not use this model.
    pub(super) fn closed_model(&self) -> bool {
        self.says(&CLOSED_MODEL_WORDS)
    }

    pub(super) fn overloaded_code(&self) -> bool {
        self.coded(&OVERLOADED_CODES)
    }

    pub(super) fn overloaded(&self) -> bool {
        self.overloaded_code() || self.says(&OVERLOADED_WORDS)
    }

    /// Whether a rate limit is one model's. OpenAI: "Rate limit reached for gpt-x in organization …".
    pub(super) fn names_a_models_limit(&self) -> bool {
        let openai = self
            .text
            .split_once("rate limit reached for ")
            .is_some_and(|(_, rest)| rest.contains(" in organization "));
        openai || self.says(&MODEL_LIMIT_WORDS)
    }

    /// When money is there again, if that is known: the day that the message names ("You will regain access on
    /// 2026-11-01 at 00:00 UTC"), or the 1st of next month for Anthropic's monthly cap.
    pub(super) fn money_returns(&self, now: Timestamp) -> Option<Duration> {
        let day = self.day_of_return().or_else(|| {
            let today = TimeZone::UTC.to_datetime(now).date();
            let next = today.first_of_month().checked_add(1.month()).ok()?;
            self.coded(&[SPEND_LIMIT_CODE]).then_some(next)
        })?;
        let midnight = TimeZone::UTC
            .to_timestamp(day.to_datetime(Time::midnight()))
            .ok()?;
        limits::until(midnight, now)
    }

    fn day_of_return(&self) -> Option<Date> {
        let (_, rest) = self.text.split_once("regain access on ")?;
        rest.get(..10)?.parse().ok()
    }

    /// The HTTP status that the error stands for, where it came without one: a numeric code, else its type.
    pub(super) fn status(&self) -> Option<u16> {
        let number = |code: &String| code.parse().ok().filter(|n| (400..600).contains(n));
        self.codes
            .iter()
            .find_map(number)
            .or_else(|| self.codes.iter().find_map(|code| status_of(code)))
            .or_else(|| {
                self.says(&["rate limit", "too many requests"])
                    .then_some(429)
            })
    }
}

/// Types of Anthropic's errors (platform.claude.com, `/docs/en/api/errors`), types and codes of OpenAI's, and Google's.
fn status_of(code: &str) -> Option<u16> {
    Some(match code {
        "invalid_request_error" | "invalid_argument" | "failed_precondition" => 400,
        "context_length_exceeded" | "content_policy_violation" | "content_filter" => 400,
        "authentication_error" | "invalid_api_key" | "account_deactivated" | "unauthenticated" => {
            401
        }
        "billing_error" => 402,
        "permission_error" | "permission_denied" => 403,
        "not_found_error" | "model_not_found" | "not_found" => 404,
        "conflict_error" => 409,
        "request_too_large" => 413,
        "rate_limit_error" | "rate_limit_exceeded" | "requests" | "tokens" => 429,
        "insufficient_quota" | "billing_hard_limit_reached" | "resource_exhausted" => 429,
        "api_error" | "server_error" | "internal" => 500,
        "unavailable" => 503,
        "timeout_error" | "deadline_exceeded" => 504,
        "overloaded_error" | "engine_overloaded" => 529,
        _ => return None,
    })
}

fn head(text: &str) -> String {
    text.chars().take(HEAD).collect::<String>().to_lowercase()
}

/// Whether `word` stands in `text` by itself, or in the plural.
fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let after = &text[at + word.len()..];
        let after = after.strip_prefix('s').unwrap_or(after);
        !text[..at].ends_with(part) && !after.starts_with(part)
    })
}
