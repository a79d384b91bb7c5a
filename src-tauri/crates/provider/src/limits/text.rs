//! Durations as upstreams write them in headers and sentences.

use std::time::Duration;

/// The longest wait that is believed. What lies beyond is cut to it, not refused: it still says "long".
pub(super) const LONGEST: Duration = Duration::from_secs(31 * 24 * 3_600);

/// What stands before a wait in the words of OpenAI ("Please try again in 1.898s"), Google ("Please retry in 12.5s",
/// "reset after 1h2m3s") and Azure ("Please retry after 7 seconds").
const LEADS: [&str; 4] = ["try again in ", "retry in ", "retry after ", "reset after "];
/// Names under which JSON bodies give a wait in seconds or as a duration text: relays', and Google's `RetryInfo`.
const KEYS: [&str; 3] = ["\"retry_after\"", "\"retryAfter\"", "\"retryDelay\""];

/// Reads a duration text: `1s`, `6m0s`, `120ms`, `1h2m3.5s`, `20 seconds`; a bare number is seconds.
///
/// `None` where anything else stands in the text, and for what is not a positive time.
pub fn parse_duration_text(text: &str) -> Option<Duration> {
    let text = text.trim();
    let found = match number(text) {
        Some(seconds) => bounded(seconds),
        None => match leading(text)? {
            (found, rest) if rest.trim().is_empty() => found,
            _ => return None,
        },
    };
    (!found.is_zero()).then_some(found)
}

/// The wait that a body names, in a field or in a sentence.
pub(super) fn in_body(body: &str) -> Option<Duration> {
    in_field(body).or_else(|| in_sentence(body))
}

fn in_field(body: &str) -> Option<Duration> {
    KEYS.iter().find_map(|key| {
        let at = body.find(key)? + key.len();
        let value = body[at..].trim_start().strip_prefix(':')?.trim_start();
        let value = match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => value.split([',', '}', ']', '\n']).next()?,
        };
        parse_duration_text(value)
    })
}

fn in_sentence(body: &str) -> Option<Duration> {
    let low = body.to_ascii_lowercase();
    LEADS.iter().find_map(|lead| {
        low.match_indices(lead)
            .find_map(|(at, _)| Some(leading(&low[at + lead.len()..])?.0))
            .filter(|found| !found.is_zero())
    })
}

/// A number without sign, exponent or unit.
pub(super) fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.parse().ok().filter(|_| plain)
}

/// As many numbers with units as the text begins with, and what follows them.
fn leading(text: &str) -> Option<(Duration, &str)> {
    let mut total: Option<f64> = None;
    let mut rest = text;
    while let Some((part, after)) = one(rest.trim_start()) {
        total = Some(total.unwrap_or_default() + part);
        rest = after;
    }
    Some((bounded(total?), rest))
}

/// One number with its unit, in seconds.
fn one(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, after) = text.split_at(end);
    let number: f64 = number.parse().ok()?;
    let after = after.trim_start();
    let end = after
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(after.len());
    let (unit, after) = after.split_at(end);
    Some((number * in_seconds(unit)?, after))
}

fn in_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-9,
        "us" | "µs" => 1e-6,
        "ms" | "millisecond" | "milliseconds" => 1e-3,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    })
}

/// So many seconds, at most [`LONGEST`]; none for what is not positive.
pub(super) fn bounded(seconds: f64) -> Duration {
    // Not a number compares false, and becomes nothing.
    if seconds > 0.0 {
        Duration::try_from_secs_f64(seconds.min(LONGEST.as_secs_f64())).unwrap_or(LONGEST)
    } else {
        Duration::ZERO
    }
}
