//! What an upstream says about its limits: how long to wait, what is left, when it comes back.
//!
//! Headers of OpenAI (`x-ratelimit-*`, resets as duration texts), Anthropic (`anthropic-ratelimit-*`, resets as
//! RFC 3339 times; subscriptions: `-unified-*`, resets in epoch seconds) and `OpenRouter` (`x-ratelimit-reset` in epoch
//! milliseconds). Waits follow both vendors' SDKs (npm `openai` and `@anthropic-ai/sdk`, `client.js`).

mod text;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName};
use jiff::Timestamp;

pub use text::parse_duration_text;

/// Quotas read from one answer; more than any vendor names.
const MOST_QUOTAS: usize = 32;
/// What headers of limits begin with, and what that makes of the quota's name.
const FAMILIES: [(&str, &str); 3] = [
    ("x-ratelimit-", ""),
    ("anthropic-ratelimit-", ""),
    ("anthropic-priority-", "priority-"),
];

/// One limit of an account, as the upstream counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// The upstream's name for it: `requests`, `tokens`, `input-tokens`, `priority-input-tokens`, `unified-5h`, ….
    pub name: String,
    /// How much is allowed in a period. For `unified-…` this is 100: those come as a share.
    pub limit: Option<u64>,
    /// How much of it is left.
    pub remaining: Option<u64>,
    /// When it is full again.
    pub resets: Option<Timestamp>,
}

/// The limits that an answer's headers tell of, by name.
pub fn quotas(headers: &HeaderMap, now: Timestamp) -> Vec<Quota> {
    let mut found: BTreeMap<String, Quota> = BTreeMap::new();
    for (header, value) in headers {
        let Some((name, field)) = taken_apart(header) else {
            continue;
        };
        let Ok(value) = value.to_str() else { continue };
        if found.len() == MOST_QUOTAS && !found.contains_key(&name) {
            continue;
        }
        let quota = found.entry(name).or_insert_with_key(|name| Quota {
            name: name.clone(),
            limit: None,
            remaining: None,
            resets: None,
        });
        field.read(value.trim(), now, quota);
    }
    found
        .into_values()
        .filter(|q| q.limit.is_some() || q.remaining.is_some() || q.resets.is_some())
        .collect()
}

/// How long a refusal asks to wait: `retry-after-ms`, else `retry-after`, else the body's own words, else the reset of
/// those limits that are used up. `None` where none of them names a time that is still to come.
///
/// The words go before the resets: OpenAI's reset is when a limit is *full* again, which is later than when the next
/// request passes.
pub fn wait(headers: &HeaderMap, body_text: &str, now: Timestamp) -> Option<Duration> {
    retry_after(headers, now)
        .or_else(|| text::in_body(body_text))
        .or_else(|| until_reset(headers, now))
}

/// How long the `retry-after` headers ask to wait: `retry-after-ms` (a number), else `retry-after` (seconds, or an HTTP
/// date). As in the SDKs a value that is bad or not positive counts as none.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let millis = text("retry-after-ms")
        .and_then(text::number)
        .map(|millis| text::bounded(millis / 1_000.0));
    millis.filter(|wait| !wait.is_zero()).or_else(|| {
        let value = text("retry-after")?;
        parse_duration_text(value).or_else(|| until(http_date(value)?, now))
    })
}

/// From `now` to `then`; `None` where that is past.
pub(crate) fn until(then: Timestamp, now: Timestamp) -> Option<Duration> {
    Duration::try_from(then.duration_since(now))
        .ok()
        .filter(|wait| !wait.is_zero())
        .map(|wait| wait.min(text::LONGEST))
}

fn until_reset(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    quotas(headers, now)
        .into_iter()
        .filter(|quota| quota.remaining == Some(0))
        .filter_map(|quota| until(quota.resets?, now))
        .max()
}

fn http_date(value: &str) -> Option<Timestamp> {
    let time: SystemTime = httpdate::parse_http_date(value).ok()?;
    Timestamp::try_from(time).ok()
}

/// What one header says of its quota.
#[derive(Clone, Copy)]
enum Field {
    Limit,
    Remaining,
    Reset,
    /// Unified limits: the share that is used, from 0 to 1.
    Utilization,
    /// Unified limits: `allowed`, `allowed_warning`, `rejected`.
    Status,
}

impl Field {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "limit" => Self::Limit,
            "remaining" => Self::Remaining,
            "reset" => Self::Reset,
            "utilization" => Self::Utilization,
            "status" => Self::Status,
            _ => return None,
        })
    }

    fn read(self, value: &str, now: Timestamp, into: &mut Quota) {
        match self {
            Self::Limit => into.limit = value.parse().ok(),
            Self::Remaining => into.remaining = value.parse().ok(),
            Self::Reset => into.resets = reset_time(value, now),
            Self::Utilization => {
                let used: Option<f64> = value.parse().ok().filter(|used: &f64| *used >= 0.0);
                if let Some(used) = used {
                    // Saturating, and a share of over 1 leaves nothing.
                    let percent = (used * 100.0).round() as u64;
                    into.limit = Some(100);
                    let left = 100_u64.saturating_sub(percent);
                    into.remaining = Some(into.remaining.unwrap_or(left).min(left));
                }
            }
            Self::Status if value == "rejected" => into.remaining = Some(0),
            Self::Status => {}
        }
    }
}

/// `x-ratelimit-remaining-tokens` → (`tokens`, remaining); `anthropic-ratelimit-tokens-remaining` likewise;
/// `x-ratelimit-reset` alone speaks of requests.
fn taken_apart(header: &HeaderName) -> Option<(String, Field)> {
    let header = header.as_str();
    let (rest, before) = FAMILIES
        .iter()
        .find_map(|(family, before)| Some((header.strip_prefix(family)?, before)))?;
    if let Some(field) = Field::of(rest) {
        return Some(("requests".to_owned(), field));
    }
    let first = rest
        .split_once('-')
        .and_then(|(word, name)| Some((name, Field::of(word)?)));
    let last = || {
        rest.rsplit_once('-')
            .and_then(|(name, word)| Some((name, Field::of(word)?)))
    };
    let (name, field) = first.or_else(last)?;
    Some((format!("{before}{name}"), field))
}

/// A reset as a duration text, an RFC 3339 time, an HTTP date, or a number: seconds from now, epoch seconds, epoch
/// milliseconds, told apart by their size.
fn reset_time(value: &str, now: Timestamp) -> Option<Timestamp> {
    /// September 2001 in seconds; as a wait it would be thirty years.
    const EPOCH_SECONDS: i64 = 1_000_000_000;
    const EPOCH_MILLIS: i64 = EPOCH_SECONDS * 1_000;

    if let Ok(number) = value.parse::<i64>()
        && number >= EPOCH_SECONDS
    {
        return if number >= EPOCH_MILLIS {
            Timestamp::from_millisecond(number).ok()
        } else {
            Timestamp::from_second(number).ok()
        };
    }
    parse_duration_text(value)
        .and_then(|wait| now.checked_add(wait).ok())
        .or_else(|| value.parse().ok())
        .or_else(|| http_date(value))
}

#[cfg(test)]
mod tests;
