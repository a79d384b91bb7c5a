//! What the services say that are signed in to, where they say it in a way of their own.
//!
//! Code Assist names reasons in its details, Kiro a `reason` beside the message, Qwen says "quota" with 403.

use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use super::markers::Words;
use super::verdict::{Case, Verdict};
use crate::kind::ProviderType;
use crate::limits;
use crate::refusal::Cause;

const GOOGLE_ENDED: [&str; 4] = [
    "unsupported_client",
    "terms_of_service_violation",
    "account_suspended",
    "consumer_suspended",
];
const QWEN_QUOTA_CODES: [&str; 2] = ["insufficient_quota", "quota_exceeded"];
const QWEN_QUOTA_WORDS: [&str; 2] = ["allocated quota exceeded", "quota exceeded"];
const QWEN_TOKEN_WORDS: [&str; 6] = [
    "invalid access token",
    "token expired",
    "invalid api key",
    "unauthorized",
    "forbidden",
    "access denied",
];
const KIRO_ENDED: [&str; 3] = ["suspended", "account is disabled", "violation"];
const KIRO_MONTH: [&str; 3] = [
    "monthly_request_count",
    "overage_request_limit_exceeded",
    "conversation_limit_exceeded",
];
const KIRO_CAPACITY: [&str; 2] = [
    "insufficient_model_capacity",
    "model_temporarily_unavailable",
];

/// The cause, where the service has a way of its own to say it.
pub(super) fn verdict(case: &Case<'_>) -> Option<Verdict> {
    let words = case.words;
    match case.kind {
        ProviderType::GeminiCliOauth => google(case.status, words),
        ProviderType::QwenOauth => qwen(case.status, words),
        ProviderType::KiroOauth => kiro(case.status, words),
        ProviderType::OpenaiCustom | ProviderType::ClaudeCustom | ProviderType::GeminiCustom => {
            None
        }
    }
}

/// When the quota that was used up is full again, where the service does not say it itself.
pub(super) fn wait(kind: ProviderType, words: &Words, now: Timestamp) -> Option<Duration> {
    match kind {
        // Its day ends at midnight in Beijing.
        ProviderType::QwenOauth if is_qwens_quota(words) => until_midnight(8, now),
        ProviderType::KiroOauth if words.coded(&["daily_request_count"]) => until_midnight(0, now),
        ProviderType::KiroOauth if words.coded(&KIRO_MONTH) => until_next_month(now),
        _ => None,
    }
}

fn google(status: u16, words: &Words) -> Option<Verdict> {
    match status {
        403 if words.coded(&GOOGLE_ENDED) => Some(Verdict::instance(Cause::Ended)),
        403 if words.coded(&["validation_required"]) => Some(Verdict::instance(Cause::KeyDead)),
        429 if words.coded(&["insufficient_g1_credits_balance"]) => {
            Some(Verdict::instance(Cause::OutOfMoney))
        }
        429 if words.coded(&["quota_exhausted", "rate_limit_exceeded"]) => {
            Some(Verdict::model(Cause::RateLimited))
        }
        _ => None,
    }
}

fn qwen(status: u16, words: &Words) -> Option<Verdict> {
    match status {
        // Before the words about tokens: a quota may come with 403.
        401 | 403 | 429 if is_qwens_quota(words) => Some(Verdict::instance(Cause::RateLimited)),
        401 => Some(Verdict::instance(Cause::KeyDead)),
        403 if words.says(&QWEN_TOKEN_WORDS) => Some(Verdict::instance(Cause::KeyDead)),
        _ => None,
    }
}

fn is_qwens_quota(words: &Words) -> bool {
    words.coded(&QWEN_QUOTA_CODES) || words.says(&QWEN_QUOTA_WORDS)
}

fn kiro(status: u16, words: &Words) -> Option<Verdict> {
    let is_ended = words.coded(&["temporarily_suspended"]) || words.says(&KIRO_ENDED);
    Some(match status {
        400 if words.coded(&["invalid_model_id"]) || words.says(&["invalid model"]) => {
            Verdict::model(Cause::ModelMissing)
        }
        400 if words.says(&["profilearn is required"]) => Verdict::instance(Cause::Forbidden),
        // Kiro lets a month's end wait for the next; only the user can pay before.
        402 => Verdict::instance(Cause::RateLimited),
        403 if is_ended => Verdict::instance(Cause::Ended),
        403 if words.says(&["bearer token", "token is invalid", "token has expired"]) => {
            Verdict::instance(Cause::KeyDead)
        }
        403 => Verdict::instance(Cause::Forbidden),
        429 | 500..
            if words.coded(&KIRO_CAPACITY) || words.says(&["high load", "high traffic"]) =>
        {
            Verdict::model(Cause::Overloaded)
        }
        429 => Verdict::instance(Cause::RateLimited),
        _ => return None,
    })
}

fn until_midnight(hours_east: i8, now: Timestamp) -> Option<Duration> {
    let zone = TimeZone::fixed(Offset::constant(hours_east));
    let tomorrow = zone.to_datetime(now).date().checked_add(1.day()).ok()?;
    let midnight = zone
        .to_timestamp(tomorrow.to_datetime(Time::midnight()))
        .ok()?;
    limits::until(midnight, now)
}

fn until_next_month(now: Timestamp) -> Option<Duration> {
    let today = TimeZone::UTC.to_datetime(now).date();
    let next = today.first_of_month().checked_add(1.month()).ok()?;
    let first = TimeZone::UTC
        .to_timestamp(next.to_datetime(Time::midnight()))
        .ok()?;
    limits::until(first, now)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::classify::{Answer, refusal};
    use crate::refusal::Scope;

    /// A Tuesday, 12:00 UTC.
    const NOW: &str = "2026-09-01T12:00:00Z";

    fn told(kind: ProviderType, status: u16, body: &str) -> (Cause, Scope, Option<u64>) {
        let answer = Answer {
            status,
            headers: &HeaderMap::new(),
            body: body.as_bytes(),
        };
        let refusal = refusal(kind, answer, NOW.parse().unwrap());
        (
            refusal.cause,
            refusal.scope,
            refusal.wait.map(|wait| wait.as_secs()),
        )
    }

    #[test]
    fn h4_code_assist_says_what_rests_and_for_how_long() {
        use ProviderType::GeminiCliOauth as Kind;
        let quota = r#"{"error":{"code":429,"message":"You have exhausted your capacity on this model. Your quota will reset after 1h2m3s.","status":"RESOURCE_EXHAUSTED",
            "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"QUOTA_EXHAUSTED","metadata":{"quotaResetDelay":"3723.4s"}},
            {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3723.4s"}]}}"#;
        let (cause, scope, wait) = told(Kind, 429, quota);
        assert_eq!((cause, scope), (Cause::RateLimited, Scope::Model));
        assert!((3_723..=3_724).contains(&wait.unwrap()), "{wait:?}");
        let reason = |status: u16, reason: &str| {
            let body = format!(
                r#"{{"error":{{"code":{status},"message":"no","status":"X","details":[{{"reason":"{reason}"}}]}}}}"#
            );
            told(Kind, status, &body).0
        };
        assert_eq!(reason(429, "MODEL_CAPACITY_EXHAUSTED"), Cause::Overloaded);
        assert_eq!(
            reason(429, "INSUFFICIENT_G1_CREDITS_BALANCE"),
            Cause::OutOfMoney
        );
        assert_eq!(reason(403, "VALIDATION_REQUIRED"), Cause::KeyDead);
        assert_eq!(reason(403, "UNSUPPORTED_CLIENT"), Cause::Ended);
        assert_eq!(reason(403, "CONSUMER_SUSPENDED"), Cause::Ended);
        assert_eq!(reason(401, "ACCESS_TOKEN_EXPIRED"), Cause::KeyDead);
    }

    #[test]
    fn h4_qwens_day_ends_in_beijing_and_a_dead_token_is_no_quota() {
        use ProviderType::QwenOauth as Kind;
        let quota = r#"{"error":{"message":"Free allocated quota exceeded.","type":"insufficient_quota","code":"insufficient_quota"},"request_id":"x"}"#;
        for status in [403, 429] {
            assert_eq!(
                told(Kind, status, quota),
                (Cause::RateLimited, Scope::Instance, Some(4 * 3_600))
            );
        }
        let token = r#"{"error":{"message":"invalid access token or token expired","type":"invalid_request_error","code":"invalid_api_key"}}"#;
        assert_eq!(told(Kind, 401, token).0, Cause::KeyDead);
        assert_eq!(told(Kind, 403, token).0, Cause::KeyDead);
    }

    #[test]
    fn h4_kiro_says_why_beside_its_message() {
        use ProviderType::KiroOauth as Kind;
        let reason = |status: u16, reason: &str| {
            told(
                Kind,
                status,
                &format!(r#"{{"message":"You cannot.","reason":"{reason}"}}"#),
            )
        };
        let month = Some(29 * 86_400 + 12 * 3_600);
        assert_eq!(
            reason(402, "MONTHLY_REQUEST_COUNT"),
            (Cause::RateLimited, Scope::Instance, month)
        );
        assert_eq!(
            reason(429, "DAILY_REQUEST_COUNT"),
            (Cause::RateLimited, Scope::Instance, Some(12 * 3_600))
        );
        assert_eq!(
            reason(429, "INSUFFICIENT_MODEL_CAPACITY").0,
            Cause::Overloaded
        );
        assert_eq!(reason(403, "TEMPORARILY_SUSPENDED").0, Cause::Ended);
        assert_eq!(reason(400, "INVALID_MODEL_ID").0, Cause::ModelMissing);
        assert_eq!(
            reason(400, "CONTENT_LENGTH_EXCEEDS_THRESHOLD").0,
            Cause::BadRequest
        );
        let said = |status: u16, text: &str| {
            told(
                Kind,
                status,
                &format!(r#"{{"message":"{text}","reason":null}}"#),
            )
            .0
        };
        assert_eq!(said(400, "Improperly formed request."), Cause::BadRequest);
        assert_eq!(
            said(403, "The bearer token included in the request is invalid."),
            Cause::KeyDead
        );
        assert_eq!(
            said(403, "User is not authorized to make this call."),
            Cause::Forbidden
        );
        assert_eq!(
            said(429, "Too many requests, please wait before trying again."),
            Cause::RateLimited
        );
    }
}
