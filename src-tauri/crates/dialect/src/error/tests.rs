//! Each shape an upstream's error comes in, and each a client's goes out in.

use super::*;
use chat::Dialect;

fn fault() -> Fault {
    Fault {
        status: 401,
        kind: FaultKind::Authentication,
        message: "the local key is wrong".to_owned(),
        code: Some("invalid_api_key".to_owned()),
        param: None,
        request_id: "req-1".to_owned(),
    }
}

#[test]
fn every_shape_of_an_upstreams_error_is_read() {
    let rows = [
        (
            r#"{"error":{"message":"no","type":"t","param":"p","code":"c"}}"#,
            "no",
            Some("t"),
            Some("c"),
        ),
        (
            r#"{"type":"error","error":{"type":"t","message":"no"},"request_id":"r"}"#,
            "no",
            Some("t"),
            None,
        ),
        (
            r#"[{"error":{"code":429,"message":"no","status":"t"}}]"#,
            "no",
            Some("t"),
            Some("429"),
        ),
        (r#"{"error":"no"}"#, "no", None, Some("no")),
        (r#"{"message":"no"}"#, "no", None, None),
        (r#"{"detail":"no"}"#, "no", None, None),
        (
            r#"{"detail":[{"msg":"a"},{"msg":"b"}]}"#,
            "a; b",
            None,
            None,
        ),
        (r#"{"code":401,"msg":"no"}"#, "no", None, Some("401")),
    ];
    for (body, message, kind, code) in rows {
        let read = read_error(body.as_bytes()).unwrap_or_else(|| panic!("{body}"));
        assert_eq!(read.message, message, "{body}");
        assert_eq!(read.kind.as_deref(), kind, "{body}");
        assert_eq!(read.code.as_deref(), code, "{body}");
    }
}

#[test]
fn details_of_both_vendors_are_read() {
    let spend = br#"{"type":"error","error":{"type":"t","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}"#;
    assert_eq!(
        read_error(spend).unwrap().detail_code.as_deref(),
        Some("enforced_spend_limit_reached")
    );
    let quota = br#"{"error":{"code":429,"message":"m","details":[{"x":1},{"reason":"RATE"}]}}"#;
    assert_eq!(
        read_error(quota).unwrap().detail_code.as_deref(),
        Some("RATE")
    );
}

#[test]
fn what_says_no_error_is_none() {
    for body in [
        "",
        "<html>502</html>",
        "{}",
        "[]",
        "3",
        r#"{"choices":[]}"#,
        r#"{"error":null}"#,
    ] {
        assert_eq!(read_error(body.as_bytes()), None, "{body}");
    }
}

#[test]
fn a_fault_has_the_shape_of_its_dialect() {
    let text = |dialect| String::from_utf8(write_fault(dialect, &fault())).unwrap();
    assert_eq!(
        text(Dialect::OpenaiChat),
        r#"{"error":{"message":"the local key is wrong","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#
    );
    assert_eq!(
        text(Dialect::Anthropic),
        r#"{"type":"error","error":{"type":"authentication_error","message":"the local key is wrong"},"request_id":"req-1"}"#
    );
    assert_eq!(
        text(Dialect::Gemini),
        r#"{"error":{"code":401,"message":"the local key is wrong","status":"UNAUTHENTICATED"}}"#
    );
}

#[test]
fn s2_a_stream_ends_in_its_dialects_own_error_event_and_never_in_done() {
    let text = |dialect| String::from_utf8(write_stream_fault(dialect, &fault())).unwrap();
    assert!(text(Dialect::OpenaiChat).starts_with("data: {\"error\":"));
    assert!(text(Dialect::Anthropic).starts_with("event: error\ndata: {\"type\":\"error\""));
    assert!(text(Dialect::OpenaiResponses).starts_with("event: error\ndata: {\"type\":\"error\""));
    for dialect in [
        Dialect::OpenaiChat,
        Dialect::OpenaiResponses,
        Dialect::Anthropic,
        Dialect::Gemini,
    ] {
        assert!(text(dialect).ends_with("}\n\n") && !text(dialect).contains("[DONE]"));
    }
}

#[test]
fn s2_a_responses_error_event_has_its_fields_where_either_reader_looks() {
    let text = String::from_utf8(write_stream_fault(Dialect::OpenaiResponses, &fault())).unwrap();
    let (error, failed) = text.split_once("\n\n").unwrap();
    assert_eq!(
        error,
        "event: error\ndata: {\"type\":\"error\",\"sequence_number\":0,\"code\":\"invalid_api_key\",\"message\":\"the local key is wrong\",\"param\":null,\"error\":{\"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\",\"message\":\"the local key is wrong\",\"param\":null}}"
    );
    // Clients that wait for the response's own end get it too.
    let data = failed
        .strip_prefix("event: response.failed\ndata: ")
        .unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["response"]["status"], "failed");
    assert_eq!(
        data["response"]["error"]["message"],
        "the local key is wrong"
    );
}

#[test]
fn s2_what_is_written_is_read_back_as_an_error() {
    for dialect in [
        Dialect::OpenaiChat,
        Dialect::OpenaiResponses,
        Dialect::Anthropic,
        Dialect::Gemini,
    ] {
        let mut tap = crate::Tap::new(dialect);
        tap.scan(keep_alive(dialect));
        tap.scan(&write_stream_fault(dialect, &fault()));
        assert_eq!(tap.error().unwrap().message, fault().message, "{dialect:?}");
        let facts = crate::read_facts(dialect, &write_fault(dialect, &fault())).unwrap();
        assert_eq!(facts.error.unwrap().message, fault().message, "{dialect:?}");
    }
}

#[test]
fn an_invalid_body_names_its_field() {
    assert_eq!(
        Invalid::at("model", "is missing").to_string(),
        "model: is missing"
    );
    assert_eq!(Invalid::at("", "no JSON").to_string(), "no JSON");
}
