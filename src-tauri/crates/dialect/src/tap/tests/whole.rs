//! Whole replies.

use super::*;

fn facts(dialect: Dialect, body: &str) -> ReplyFacts {
    read_facts(dialect, body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

#[test]
fn t7_usage_of_a_whole_reply_is_read_in_every_dialect() {
    let rows = [
        (
            Dialect::OpenaiChat,
            r#"{"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":1}}}"#,
            usage(4, 4, 6, 0, 1),
        ),
        (
            Dialect::Anthropic,
            r#"{"type":"message","content":[],"usage":{"input_tokens":4,"cache_creation_input_tokens":2,"cache_read_input_tokens":6,"output_tokens":4,"service_tier":"standard"}}"#,
            usage(4, 4, 6, 2, 0),
        ),
        (
            Dialect::OpenaiResponses,
            r#"{"object":"response","error":null,"output":[],"usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":6},"output_tokens":4,"output_tokens_details":{"reasoning_tokens":1}}}"#,
            usage(4, 4, 6, 0, 1),
        ),
        (
            Dialect::Gemini,
            r#"{"candidates":[],"usageMetadata":{"promptTokenCount":10,"cachedContentTokenCount":6,"candidatesTokenCount":3,"thoughtsTokenCount":1,"promptTokensDetails":[{"modality":"TEXT","tokenCount":10}]}}"#,
            usage(4, 4, 6, 0, 1),
        ),
    ];
    for (dialect, body, expected) in rows {
        assert_eq!(facts(dialect, body).usage, Some(expected), "{body}");
        for end in 0..body.len() {
            assert!(
                read_facts(dialect, &body.as_bytes()[..end]).is_err(),
                "cut at {end}: {body}"
            );
        }
    }
}

#[test]
fn other_replies_of_a_dialect_are_replies_too() {
    for (dialect, body) in [
        (
            Dialect::OpenaiChat,
            r#"{"object":"list","data":[],"usage":{"prompt_tokens":3,"total_tokens":3}}"#,
        ),
        (Dialect::OpenaiChat, r#"{"choices":[],"error":null}"#),
        (Dialect::Anthropic, r#"{"input_tokens":3}"#),
        (Dialect::Gemini, r#"{"totalTokens":3}"#),
        (Dialect::Gemini, r#"{"embedding":{"values":[]}}"#),
        (
            Dialect::Gemini,
            r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#,
        ),
        (Dialect::Gemini, r#"{"response":{"candidates":[]}}"#),
    ] {
        assert_eq!(facts(dialect, body).error, None, "{body}");
    }
}

#[test]
fn an_error_under_status_200_is_one() {
    for (dialect, body) in [
        (Dialect::OpenaiChat, r#"{"error":{"message":"no"}}"#),
        (Dialect::OpenaiChat, r#"{"error":"no"}"#),
        (
            Dialect::Anthropic,
            r#"{"type":"error","error":{"type":"t","message":"no"}}"#,
        ),
        (
            Dialect::OpenaiResponses,
            r#"{"status":"failed","output":[],"error":{"code":"c","message":"no"}}"#,
        ),
        (
            Dialect::Gemini,
            r#"{"error":{"code":400,"message":"no","status":"S"}}"#,
        ),
    ] {
        assert_eq!(facts(dialect, body).error.unwrap().message, "no", "{body}");
    }
}

#[test]
fn what_is_no_reply_is_malformed() {
    for dialect in Dialect::ALL {
        for body in [
            "",
            "[]",
            "3",
            "null",
            "{}",
            "<html>",
            r#"{"code":401,"msg":"no"}"#,
            "{} x",
        ] {
            assert!(
                read_facts(dialect, body.as_bytes()).is_err(),
                "{dialect:?}: {body}"
            );
        }
    }
    let lacks = read_facts(Dialect::OpenaiChat, b"{}").unwrap_err();
    assert_eq!(lacks.message, "the answer has no `choices`");
}
