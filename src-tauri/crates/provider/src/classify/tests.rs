//! Each row of the fact sheet's tables, as answers.

mod google;
mod rows;

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;
use crate::refusal::Scope;

const CLAUDE: ProviderType = ProviderType::ClaudeCustom;
const OPENAI: ProviderType = ProviderType::OpenaiCustom;

fn now() -> Timestamp {
    "2026-10-21T12:00:00Z".parse().unwrap()
}

fn answered(status: u16, headers: &[(&'static str, &str)], body: &str) -> Refusal {
    let headers: HeaderMap = headers
        .iter()
        .map(|(n, v)| (HeaderName::from_static(n), v.parse().unwrap()))
        .collect();
    let answer = Answer {
        status,
        headers: &headers,
        body: body.as_bytes(),
    };
    refusal(OPENAI, answer, now())
}

fn openai(message: &str, kind: &str, code: &str) -> String {
    serde_json::json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
        .to_string()
}

fn anthropic(kind: &str, message: &str) -> String {
    serde_json::json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_made_up"}).to_string()
}

#[test]
fn a_clients_own_fault_is_handed_on_word_for_word() {
    for status in [400, 413, 422] {
        let body = openai(
            "max_tokens is too large",
            "invalid_request_error",
            "invalid_value",
        );
        let refusal = answered(status, &[], &body);
        assert_eq!(refusal.cause, Cause::BadRequest, "{status}");
        assert!(!refusal.cause.may_go_elsewhere());
        assert_eq!(refusal.status, Some(status));
        assert_eq!(refusal.body.as_deref(), Some(body.as_bytes()));
        assert_eq!(refusal.message, "max_tokens is too large");
    }
    let page = answered(413, &[], "<html><title>Too large</title>");
    assert_eq!((page.cause, page.body), (Cause::BadRequest, None));
}

#[test]
fn every_other_error_status_may_go_elsewhere() {
    let bodies = [
        String::new(),
        "no".to_owned(),
        "<html>".to_owned(),
        openai("no", "x", "y"),
        anthropic("invalid_request_error", "no"),
    ];
    for status in (400..600).filter(|status| ![400, 413, 422].contains(status)) {
        for body in &bodies {
            let refusal = answered(status, &[], body);
            assert!(refusal.cause.may_go_elsewhere(), "{status} {body}");
            assert_eq!(refusal.body, None, "{status} {body}");
        }
    }
}

#[test]
fn the_monthly_cap_lasts_until_the_first_of_next_month() {
    let cap = r#"{"type":"error","error":{"type":"rate_limit_error","message":"Spend cap",
        "details":{"error_code":"enforced_spend_limit_reached"}}}"#;
    let refusal = answered(429, &[], cap);
    assert_eq!(refusal.cause, Cause::OutOfMoney);
    // From noon of 21 October to midnight of 1 November.
    assert_eq!(
        refusal.wait,
        Some(Duration::from_secs((10 * 24 + 12) * 3_600))
    );
}

#[test]
fn a_usage_limit_that_names_its_day_lasts_until_then() {
    let text = "You have reached your specified API usage limits. You will regain access on 2026-10-23 at 00:00 UTC.";
    let refusal = answered(400, &[], &anthropic("invalid_request_error", text));
    assert_eq!(refusal.cause, Cause::OutOfMoney);
    assert_eq!(refusal.wait, Some(Duration::from_secs(36 * 3_600)));
    let odd = answered(
        400,
        &[],
        &anthropic(
            "invalid_request_error",
            "API usage limits. regain access on 20é",
        ),
    );
    assert_eq!((odd.cause, odd.wait), (Cause::OutOfMoney, None));
}

#[test]
fn a_rate_limit_says_how_long_it_lasts() {
    let body = openai(
        "Rate limit reached for gpt-x in organization org-made-up on tokens per min. Please try again in 1.898s.",
        "tokens",
        "rate_limit_exceeded",
    );
    let refusal = answered(429, &[], &body);
    assert_eq!(refusal.wait, Some(Duration::from_millis(1_898)));
    let refusal = answered(429, &[("retry-after", "20")], &body);
    assert_eq!(refusal.wait, Some(Duration::from_secs(20)));
    let refusal = answered(503, &[("retry-after", "3")], "");
    assert_eq!(
        (refusal.cause, refusal.wait),
        (Cause::Overloaded, Some(Duration::from_secs(3)))
    );
}

#[test]
fn a_success_that_is_none_is_seen_through() {
    let html = [("content-type", "text/html; charset=utf-8")];
    let page = answered(200, &html, "<html><head><title>Sign in\n here</title>");
    assert_eq!(page.cause, Cause::WrongUrl);
    assert_eq!(
        page.message,
        "a web page in place of an answer: Sign in here"
    );
    let moved = answered(
        308,
        &[("location", "https://x.example/v2?token=canary")],
        "",
    );
    assert_eq!(moved.cause, Cause::WrongUrl);
    assert_eq!(
        moved.message,
        "the address leads to https://x.example/v2; set that one"
    );
    let body = r#"{"error":{"message":"slow","type":"rate_limit_error"}}"#;
    let limited = answered(200, &[("retry-after", "4")], body);
    assert_eq!(
        (limited.cause, limited.status),
        (Cause::RateLimited, Some(429))
    );
    assert_eq!(limited.wait, Some(Duration::from_secs(4)));
    let own = answered(
        200,
        &[],
        &anthropic("invalid_request_error", "max_tokens: too large"),
    );
    assert_eq!((own.cause, own.status), (Cause::BadRequest, Some(400)));
    assert!(own.body.is_some());
    assert_eq!(answered(200, &[], "{}").cause, Cause::BrokenAnswer);
}

#[test]
fn a_web_page_is_known_by_its_content_type() {
    for html in [
        "text/html",
        "TEXT/HTML; charset=utf-8",
        "application/xhtml+xml",
    ] {
        assert!(
            not_an_api(Some(&HeaderValue::from_str(html).unwrap())),
            "{html}"
        );
    }
    for other in ["application/json", "text/event-stream", "text/plain", ""] {
        assert!(
            !not_an_api(Some(&HeaderValue::from_str(other).unwrap())),
            "{other}"
        );
    }
    assert!(!not_an_api(None));
}

#[test]
fn a_message_is_made_where_there_is_none() {
    assert_eq!(
        answered(502, &[], "").message,
        "status 502, Bad Gateway, and no message"
    );
    assert_eq!(answered(529, &[], "").message, "status 529 and no message");
    assert_eq!(
        answered(502, &[], "upstream\r\nreset").message,
        "upstream reset"
    );
    let coded = answered(500, &[], &openai("", "server_error", "odd_code"));
    assert_eq!(coded.message, "status 500, odd_code, and no message");
}

#[test]
fn a_repeated_key_never_shows() {
    let body = openai(
        "Incorrect API key provided: sk-canary0123.",
        "invalid_request_error",
        "invalid_api_key",
    );
    let refusal = answered(401, &[], &body);
    assert!(!refusal.message.contains("canary"), "{refusal}");
    let plain = openai("bad value correcthorse here", "invalid_request_error", "x");
    let refusal = without_key(answered(400, &[], &plain), "correcthorse\n");
    assert_eq!(refusal.message, "bad value •••• here");
    assert_eq!(refusal.body, None);
    let kept = without_key(answered(400, &[], &plain), "value");
    assert!(kept.body.is_some() && kept.message.contains("value"));
}

proptest! {
    #[test]
    fn no_answer_panics(
        status in any::<u16>(),
        html in any::<bool>(),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            "\\{\"(error|detail|msg|code)\":(\"|\\{|\\[|4)\\PC{0,80}".prop_map(String::into_bytes),
            "\\PC{0,60}(regain access on |try again in |<title>|model )\\PC{0,60}".prop_map(String::into_bytes),
        ],
    ) {
        let mut headers = HeaderMap::new();
        if html {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
        }
        for kind in [OPENAI, CLAUDE, ProviderType::GeminiCustom] {
            let refusal = refusal(kind, Answer { status, headers: &headers, body: &body }, now());
            prop_assert!(!refusal.message.is_empty());
            prop_assert!(refusal.message.chars().count() <= 300);
            prop_assert!(!refusal.message.chars().any(char::is_control));
            prop_assert_eq!(refusal.cause == Cause::BadRequest && Page::of(headers.get(CONTENT_TYPE), &body) == Page::Json, refusal.body.is_some());
        }
    }
}
