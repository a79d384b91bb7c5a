use http::HeaderValue;
use proptest::prelude::*;

use super::*;

fn now() -> Timestamp {
    "2026-10-21T12:00:00Z".parse().unwrap()
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
        .collect()
}

fn seconds(wait: Option<Duration>) -> Option<f64> {
    wait.map(|wait| (wait.as_secs_f64() * 1e6).round() / 1e6)
}

#[test]
fn duration_texts_of_every_vendor_are_read() {
    #[rustfmt::skip]
    let rows = [
        ("1s", Some(1.0)),
        ("6m0s", Some(360.0)),
        ("120ms", Some(0.12)),
        ("1h2m3.5s", Some(3_723.5)),
        ("1h2m", Some(3_720.0)),
        ("3723.4s", Some(3_723.4)),
        ("479.4ms", Some(0.479_4)),
        ("20", Some(20.0)),
        (" 1.898s ", Some(1.898)),
        ("20 seconds", Some(20.0)),
        ("1 minute 20 seconds", Some(80.0)),
        ("1d", Some(86_400.0)),
        ("0s", None),
        ("0", None),
        ("", None),
        (".", None),
        ("s", None),
        ("-5", None),
        ("1e3", None),
        ("5 requests", None),
        ("5s and more", None),
        ("1.2.3s", None),
        ("NaN", None),
        ("inf", None),
    ];
    for (text, expected) in rows {
        assert_eq!(seconds(parse_duration_text(text)), expected, "{text:?}");
    }
}

#[test]
fn absurd_durations_are_cut_to_a_month() {
    let month = Some(Duration::from_secs(31 * 86_400));
    for text in [
        "99999999999999999999",
        "99999999999999999999h",
        &"9".repeat(400),
    ] {
        assert_eq!(parse_duration_text(text), month, "{text}");
    }
}

/// Headers, body, and the wait in seconds.
type Row = (
    &'static [(&'static str, &'static str)],
    &'static str,
    Option<f64>,
);

#[test]
fn a_wait_is_taken_from_the_best_source_there_is() {
    #[rustfmt::skip]
    let rows: [Row; 17] = [
        (&[("retry-after", "20")], "", Some(20.0)),
        (&[("retry-after", "1.5")], "", Some(1.5)),
        (&[("retry-after", "Wed, 21 Oct 2026 12:00:30 GMT")], "", Some(30.0)),
        (&[("retry-after", "Wed, 21 Oct 2026 11:00:00 GMT")], "", None),
        (&[("retry-after-ms", "1500"), ("retry-after", "9")], "", Some(1.5)),
        (&[("retry-after-ms", "3600000")], "", Some(3_600.0)),
        (&[("retry-after-ms", "0"), ("retry-after", "9")], "", Some(9.0)),
        (&[("retry-after", "soon")], "Please try again in 20s.", Some(20.0)),
        (&[("retry-after", "-1")], "", None),
        (&[], "on tokens per min. Please try again in 1.898s. Visit", Some(1.898)),
        (&[], "Try Again In 6m0s", Some(360.0)),
        (&[], "Please retry after 7 seconds.", Some(7.0)),
        (&[], "try again in a while; retry in 12.5s", Some(12.5)),
        (&[], r#"{"error":{"retry_after": 12}}"#, Some(12.0)),
        (&[], r#"{"error":{"details":[{"retryDelay":"3723.4s"}]}}"#, Some(3_723.4)),
        (&[], r#"{"retry_after":null,"retryAfter":"4"}"#, Some(4.0)),
        (&[], "no time is named", None),
    ];
    for (pairs, body, expected) in rows {
        assert_eq!(
            seconds(wait(&headers(pairs), body, now())),
            expected,
            "{pairs:?} {body}"
        );
    }
}

#[test]
fn only_limits_that_are_used_up_name_a_wait() {
    let used_up = headers(&[
        ("x-ratelimit-remaining-requests", "0"),
        ("x-ratelimit-reset-requests", "6m0s"),
        ("x-ratelimit-remaining-tokens", "9"),
        ("x-ratelimit-reset-tokens", "2h"),
    ]);
    assert_eq!(seconds(wait(&used_up, "", now())), Some(360.0));
    // The sentence is about the next request, the reset about a full limit.
    assert_eq!(seconds(wait(&used_up, "try again in 2s", now())), Some(2.0));
    let rejected = headers(&[
        ("anthropic-ratelimit-unified-status", "rejected"),
        ("anthropic-ratelimit-unified-reset", "1792585800"),
    ]);
    assert_eq!(seconds(wait(&rejected, "", now())), Some(1_800.0));
}

#[test]
fn openai_quotas_are_read() {
    let found = quotas(
        &headers(&[
            ("x-ratelimit-limit-requests", "500"),
            ("x-ratelimit-remaining-requests", "499"),
            ("x-ratelimit-reset-requests", "120ms"),
            ("x-ratelimit-limit-tokens", "30000"),
            ("x-ratelimit-remaining-tokens", "29000"),
            ("x-ratelimit-reset-tokens", "6m0s"),
            ("x-ratelimit-odd", "1"),
            ("x-request-id", "req"),
        ]),
        now(),
    );
    assert_eq!(
        found,
        [
            Quota {
                name: "requests".to_owned(),
                limit: Some(500),
                remaining: Some(499),
                resets: Some("2026-10-21T12:00:00.12Z".parse().unwrap()),
            },
            Quota {
                name: "tokens".to_owned(),
                limit: Some(30_000),
                remaining: Some(29_000),
                resets: Some("2026-10-21T12:06:00Z".parse().unwrap()),
            },
        ]
    );
}

#[test]
fn anthropic_quotas_are_read() {
    let found = quotas(
        &headers(&[
            ("anthropic-ratelimit-input-tokens-limit", "40000"),
            ("anthropic-ratelimit-input-tokens-remaining", "0"),
            (
                "anthropic-ratelimit-input-tokens-reset",
                "2026-10-21T12:00:30Z",
            ),
            ("anthropic-priority-output-tokens-limit", "7"),
            ("anthropic-ratelimit-unified-5h-status", "allowed"),
            ("anthropic-ratelimit-unified-5h-reset", "1792585800"),
            ("anthropic-ratelimit-unified-5h-utilization", "0.25"),
            ("anthropic-organization-id", "made-up"),
        ]),
        now(),
    );
    let shown: Vec<_> = found
        .iter()
        .map(|q| {
            let wait = q.resets.and_then(|then| until(then, now()));
            (q.name.as_str(), q.limit, q.remaining, seconds(wait))
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("input-tokens", Some(40_000), Some(0), Some(30.0)),
            ("priority-output-tokens", Some(7), None, None),
            ("unified-5h", Some(100), Some(75), Some(1_800.0)),
        ]
    );
}

#[test]
fn resets_in_epoch_milliseconds_are_read() {
    let router = headers(&[
        ("x-ratelimit-limit", "20"),
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "1792584060000"),
    ]);
    let [only] = quotas(&router, now()).try_into().unwrap();
    assert_eq!(only.name, "requests");
    assert_eq!(only.resets, Some("2026-10-21T12:01:00Z".parse().unwrap()));
}

#[test]
fn a_flood_of_limits_is_bounded() {
    let flood: HeaderMap = (0..500)
        .map(|n| {
            let name = format!("x-ratelimit-limit-{n}")
                .parse::<HeaderName>()
                .unwrap();
            (name, HeaderValue::from_static("1"))
        })
        .collect();
    assert_eq!(quotas(&flood, now()).len(), MOST_QUOTAS);
}

proptest! {
    #[test]
    fn no_header_and_no_body_panics(
        pairs in prop::collection::vec((
            prop::sample::select(vec![
                "retry-after", "retry-after-ms", "x-ratelimit-reset", "x-ratelimit-reset-tokens",
                "x-ratelimit-remaining-tokens", "anthropic-ratelimit-unified-5h-utilization",
                "anthropic-ratelimit-tokens-reset", "anthropic-ratelimit-unified-status",
            ]),
            prop::collection::vec(any::<u8>(), 0..20).prop_map(|bytes| HeaderValue::from_bytes(&bytes).ok())
                .prop_filter_map("no header value", |value| value)
                .boxed()
                .prop_union("[0-9.hmsd -]{0,30}".prop_map(|text| text.parse().unwrap()).boxed()),
        ), 0..8),
        body in "(try again in |\"retry_after\":)?\\PC{0,60}",
        second in -377_705_116_800_i64..=253_402_207_200,
    ) {
        let now = Timestamp::from_second(second).unwrap();
        let headers: HeaderMap = pairs.into_iter().map(|(n, v)| (HeaderName::from_static(n), v)).collect();
        let _ = quotas(&headers, now);
        if let Some(wait) = wait(&headers, &body, now) {
            prop_assert!(!wait.is_zero() && wait <= text::LONGEST);
        }
    }

    #[test]
    fn what_go_prints_is_read_back(hours in 0_u64..500, minutes in 0_u64..60, millis in 1_u64..60_000) {
        let text = format!("{hours}h{minutes}m{}s", millis as f64 / 1_000.0);
        let expected = (hours * 3_600 + minutes * 60) as f64 + millis as f64 / 1_000.0;
        let read = parse_duration_text(&text).unwrap().as_secs_f64();
        prop_assert!((read - expected).abs() < 1e-6, "{} {}", read, expected);
    }
}
