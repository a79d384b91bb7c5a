//! Envelopes of each dialect, and bodies that have none.

use super::*;
use proptest::prelude::*;

fn read(dialect: Dialect, body: &str) -> Envelope {
    envelope(dialect, body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

#[test]
fn the_fields_of_a_chat_request_are_found() {
    let body = r#"{"messages":[{"role":"user","content":"hi","model":"no"}],"model":"gpt-x","stream":true,"stream_options":{"include_usage":true},"prompt_cache_key":"s1","odd":[1,{"model":2}]}"#;
    let found = read(Dialect::OpenaiChat, body);
    let model = found.model.unwrap();
    assert_eq!(model.name, "gpt-x");
    assert_eq!(&body[model.span], "\"gpt-x\"");
    assert!(found.stream && found.wants_usage && !found.follow_up);
    assert_eq!(found.session.as_deref(), Some("s1"));
}

#[test]
fn h5_the_opening_is_the_same_on_every_turn_and_differs_between_conversations() {
    let first = read(
        Dialect::Anthropic,
        r#"{"system":"be brief","messages":[{"role":"user","content":"hello"}]}"#,
    );
    let later = read(
        Dialect::Anthropic,
        r#"{"system":[{"type":"text","text":"be brief","cache_control":{"type":"ephemeral"}}],
            "messages":[{"role":"user","content":[{"type":"text","text":"hello","cache_control":{"type":"ephemeral"}}]},
                        {"role":"assistant","content":"hi"},{"role":"user","content":"more"}]}"#,
    );
    assert_eq!(first.opening, later.opening);
    assert!(!first.follow_up && later.follow_up);
    let other = read(
        Dialect::Anthropic,
        r#"{"system":"be brief","messages":[{"role":"user","content":"hello!"}]}"#,
    );
    assert_ne!(first.opening, other.opening);
}

#[test]
fn leading_system_messages_belong_to_the_opening() {
    let with = |system: &str| {
        let body = format!(
            r#"{{"messages":[{{"role":"system","content":"{system}"}},{{"role":"user","content":"x"}}]}}"#
        );
        read(Dialect::OpenaiChat, &body).opening
    };
    assert_eq!(with("a"), with("a"));
    assert_ne!(with("a"), with("b"));
}

#[test]
fn a_session_is_a_session_and_no_person() {
    let of = |user_id: &str| {
        let user_id = serde_json::to_string(user_id).unwrap();
        let body = format!(r#"{{"metadata":{{"user_id":{user_id}}}}}"#);
        read(Dialect::Anthropic, &body).session
    };
    assert_eq!(of("user_1_account__session_abc").as_deref(), Some("abc"));
    assert_eq!(
        of(r#"{"device_id":"d","session_id":"s"}"#).as_deref(),
        Some("s")
    );
    assert_eq!(of("somebody"), None);
}

#[test]
fn what_is_no_request_is_refused_with_its_place() {
    for body in [
        "",
        "[",
        "[]",
        "null",
        "3",
        "{\"model\":",
        "{\"stream\":\"yes\"}",
    ] {
        let invalid = envelope(Dialect::OpenaiChat, body.as_bytes()).unwrap_err();
        assert!(invalid.message.contains("line"), "{body}: {invalid}");
    }
    let invalid = envelope(Dialect::OpenaiChat, br#"{"model":3}"#).unwrap_err();
    assert_eq!(invalid.path, "model");
    let deep = "[".repeat(100_000);
    assert!(envelope(Dialect::OpenaiChat, deep.as_bytes()).is_err());
}

#[test]
fn null_stands_for_absent() {
    let found = read(
        Dialect::OpenaiChat,
        r#"{"model":"m","stream":null,"stream_options":null,"messages":null,"metadata":null}"#,
    );
    assert!(!found.stream && !found.wants_usage);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(body in any::<Vec<u8>>()) {
        let _ = envelope(Dialect::OpenaiChat, &body);
    }

    #[test]
    fn the_span_is_the_models_string(name in ".*", before in "[ \t\n]{0,4}") {
        let quoted = serde_json::to_string(&name).unwrap();
        let body = format!("{{{before}\"a\":[1,2],\"model\":{before}{quoted}}}");
        let model = read(Dialect::OpenaiChat, &body).model.unwrap();
        prop_assert_eq!(&model.name, &name);
        prop_assert_eq!(&body[model.span], quoted);
    }
}

#[test]
fn h5_a_responses_turn_behind_a_call_is_a_later_one() {
    let first = r#"{"role":"user","content":[{"type":"input_text","text":"fix it"}]}"#;
    let with = |more: &str| {
        let body = format!(r#"{{"model":"m","instructions":"be brief","input":[{first}{more}]}}"#);
        read(Dialect::OpenaiResponses, &body)
    };
    let fresh = with("");
    let later = with(
        r#",{"type":"reasoning","summary":[]},{"type":"function_call","call_id":"c","name":"n","arguments":"{}"},
            {"type":"function_call_output","call_id":"c","output":"o"}"#,
    );
    assert!(!fresh.follow_up && later.follow_up);
    assert_eq!(fresh.opening, later.opening);
    let plain = r#"{"model":"m","instructions":"be brief","input":"fix it"}"#;
    assert_eq!(read(Dialect::OpenaiResponses, plain).opening, fresh.opening);
}

#[test]
fn a_gemini_body_names_neither_model_nor_stream() {
    let found = read(
        Dialect::Gemini,
        r#"{"model":"x","stream":1,"session_id":"s","system_instruction":{"parts":[{"text":"a"}]},
            "contents":[{"parts":[{"text":"b"}]},{"role":"model","parts":[{"text":"c"}]}]}"#,
    );
    assert_eq!((found.model.clone(), found.stream), (None, false));
    assert_eq!(found.session.as_deref(), Some("s"));
    assert!(found.follow_up && found.wants_usage);
    assert_eq!(
        found.named_model().unwrap_err().to_string(),
        "model: missing"
    );
    let other_spelling = read(
        Dialect::Gemini,
        r#"{"systemInstruction":{"parts":[{"text":"a"}]},"contents":[{"role":"user","parts":[{"text":"b"}]}]}"#,
    );
    assert_eq!(other_spelling.opening, found.opening);
}

#[test]
fn a_broken_body_is_told_by_line_column_and_what_was_expected() {
    let text = |body: &str| {
        envelope(Dialect::OpenaiChat, body.as_bytes())
            .unwrap_err()
            .to_string()
    };
    let rows = [
        (
            "{\"model\":\"gpt\" \"x\":1}",
            "the body is not JSON: expected `,` or `}` at line 1 column 16",
        ),
        (
            "{\"model\":",
            "the body is not JSON: EOF while parsing a value at line 1 column 9",
        ),
        (
            "{} x",
            "the body is not JSON: trailing characters at line 1 column 4",
        ),
        (
            "{\n \"model\":  3}",
            "model: invalid type: integer `3`, expected a string at line 2 column 12",
        ),
        (
            "{\"stream\":\"yes\"}",
            "stream: invalid type: string \"yes\", expected a boolean at line 1 column 15",
        ),
    ];
    for (body, expected) in rows {
        assert_eq!(text(body), expected);
    }
    assert!(
        text("[]")
            .starts_with("the body is no request: invalid type: sequence, expected a JSON object")
    );
}

#[test]
fn turns_that_are_none_are_left_to_the_upstream() {
    for messages in [
        r#"["hi",3,null,[[]],{"role":[1],"type":{},"content":{"a":1}}]"#,
        r#""hi""#,
    ] {
        read(
            Dialect::OpenaiChat,
            &format!(r#"{{"messages":{messages}}}"#),
        );
    }
    let deep = format!(
        r#"{{"messages":[{{"content":{}{}}}],"x":{}{}}}"#,
        "[".repeat(9_000),
        "]".repeat(9_000),
        "[".repeat(9_000),
        "]".repeat(9_000)
    );
    read(Dialect::OpenaiChat, &deep);
}
