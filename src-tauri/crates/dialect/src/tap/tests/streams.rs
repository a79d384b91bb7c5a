//! First content, end, usage and errors of each dialect's stream.

use super::*;
use Progress::{Content, End, Lifecycle};

#[test]
fn s1_chat_content_begins_with_the_first_words_thought_or_call() {
    let role = r#"data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}]}"#;
    let usage_only = r#"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":0,"total_tokens":3}}"#;
    assert_eq!(
        steps(
            Dialect::OpenaiChat,
            &[": OPENROUTER PROCESSING", role, usage_only, role]
        ),
        [Lifecycle; 4]
    );
    for delta in [
        r#"{"content":"a"}"#,
        r#"{"reasoning_content":"a"}"#,
        r#"{"reasoning":"a"}"#,
        r#"{"refusal":"a"}"#,
        r#"{"tool_calls":[{"index":0,"id":"c","function":{"name":"n","arguments":""}}]}"#,
    ] {
        let chunk = format!(r#"data: {{"choices":[{{"index":0,"delta":{delta}}}]}}"#);
        assert_eq!(
            steps(Dialect::OpenaiChat, &[role, &chunk]),
            [Lifecycle, Content],
            "{delta}"
        );
    }
}

#[test]
fn s2_chat_ends_with_done_or_where_it_closes_behind_a_finish_reason() {
    let words = r#"data: {"choices":[{"delta":{"content":"a"},"finish_reason":null}]}"#;
    let stop = r#"data: {"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    let done = "data: [DONE]";
    assert_eq!(
        steps(Dialect::OpenaiChat, &[words, stop, done]),
        [Content, Content, End]
    );
    let ending = |frames: &[&str]| read(Dialect::OpenaiChat, &frames.join("\n\n")).1;
    assert_eq!(ending(&[words, stop, done]), Ending::Complete);
    assert_eq!(ending(&[words, stop, ""]), Ending::Complete);
    assert_eq!(ending(&[words, stop]), Ending::Complete);
    assert_eq!(ending(&[words, done]), Ending::Complete);
    assert_eq!(ending(&[words, ""]), Ending::Cut);
    assert_eq!(ending(&[words, "data: [DON"]), Ending::Cut);
    assert_eq!(ending(&[words, stop.split_at(52).0]), Ending::Cut);
    assert_eq!(ending(&[]), Ending::Cut);
}

#[test]
fn t7_chat_usage_is_read_wherever_it_comes_and_caches_are_apart() {
    let words = r#"data: {"choices":[{"delta":{"content":"a"}}],"usage":null}"#;
    let last = r#"data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":5}}}"#;
    let (tap, _) = read(
        Dialect::OpenaiChat,
        &[words, last, "data: [DONE]"].join("\n\n"),
    );
    assert_eq!(tap.usage(), Some(usage(40, 20, 60, 0, 5)));
    let odd = r#"data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20.0,"prompt_cache_hit_tokens":60,"prompt_tokens_details":null}}"#;
    let (tap, _) = read(Dialect::OpenaiChat, odd);
    assert_eq!(tap.usage(), Some(usage(40, 20, 60, 0, 0)));
    let (tap, _) = read(Dialect::OpenaiChat, words);
    assert_eq!(tap.usage(), None);
}

#[test]
fn s1_anthropic_lifecycle_is_no_content() {
    let start = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"content\":[],\"usage\":{\"input_tokens\":12,\"cache_read_input_tokens\":7,\"cache_creation_input_tokens\":5,\"output_tokens\":1}}}";
    let open = "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}";
    let ping = "event: ping\ndata: {\"type\": \"ping\"}";
    let empty = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"\"}}";
    let words = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}";
    let close = "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}";
    let delta = "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_tokens\":0,\"output_tokens\":25}}";
    let stop = "event: message_stop\ndata: {\"type\":\"message_stop\"}";
    let all = [start, open, ping, empty, words, close, delta, stop];
    assert_eq!(
        steps(Dialect::Anthropic, &all),
        [
            Lifecycle, Lifecycle, Lifecycle, Lifecycle, Content, Content, Content, End
        ]
    );
    let (tap, ending) = read(Dialect::Anthropic, &all.join("\n\n"));
    assert_eq!(ending, Ending::Complete);
    assert_eq!(tap.usage(), Some(usage(12, 25, 7, 5, 0)));
    // Without names, as some relays send them.
    let bare: Vec<&str> = all
        .iter()
        .map(|frame| frame.split_once('\n').unwrap().1)
        .collect();
    let (tap, ending) = read(Dialect::Anthropic, &bare.join("\n\n"));
    assert_eq!(
        (tap.usage(), ending),
        (Some(usage(12, 25, 7, 5, 0)), Ending::Complete)
    );
    assert_eq!(
        read(Dialect::Anthropic, &all[..7].join("\n\n")).1,
        Ending::Cut
    );
}

#[test]
fn s1_an_anthropic_call_or_sealed_thought_is_content() {
    for (block, expected) in [
        (
            r#"{"type":"thinking","thinking":"","signature":""}"#,
            Lifecycle,
        ),
        (
            r#"{"type":"tool_use","id":"t","name":"n","input":{}}"#,
            Content,
        ),
        (r#"{"type":"redacted_thinking","data":"x"}"#, Content),
        (
            r#"{"type":"server_tool_use","id":"t","name":"n","input":{}}"#,
            Content,
        ),
        (r#"{"type":"text","text":"a"}"#, Content),
    ] {
        let start = format!(
            "event: content_block_start\ndata: {{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{block}}}"
        );
        assert_eq!(steps(Dialect::Anthropic, &[&start]), [expected], "{block}");
    }
}

#[test]
fn s1_responses_items_open_without_content_until_they_say_something() {
    let named = |data: &str| {
        let name = data.split('"').nth(3).unwrap();
        format!("event: {name}\ndata: {data}")
    };
    let lifecycle = [
        r#"{"type":"response.created","response":{"output":[],"error":null,"usage":null}}"#,
        r#"{"type":"response.in_progress","response":{"error":null}}"#,
        r#"{"type":"response.output_item.added","item":{"type":"message","content":[]}}"#,
        r#"{"type":"response.content_part.added","part":{"type":"output_text","text":""}}"#,
        r#"{"type":"response.output_item.added","item":{"type":"reasoning","summary":[]}}"#,
        r#"{"type":"response.output_text.delta","delta":""}"#,
        r#"{"type":"response.tomorrow","x":"y"}"#,
    ];
    for content in [
        r#"{"type":"response.output_text.delta","delta":"a"}"#,
        r#"{"type":"response.reasoning_summary_text.delta","delta":"a"}"#,
        r#"{"type":"response.output_text.done","text":"a"}"#,
        r#"{"type":"response.output_item.added","item":{"type":"function_call","arguments":""}}"#,
        r#"{"type":"response.output_item.done","item":{"type":"reasoning","encrypted_content":"x"}}"#,
    ] {
        for frame in [named(content), format!("data: {content}")] {
            let before: Vec<String> = lifecycle.iter().map(|data| named(data)).collect();
            let mut all: Vec<&str> = before.iter().map(String::as_str).collect();
            all.push(&frame);
            let seen = steps(Dialect::OpenaiResponses, &all);
            assert!(seen[..7].iter().all(|step| *step == Lifecycle), "{seen:?}");
            assert_eq!(seen[7], Content, "{content}");
        }
    }
}

#[test]
fn responses_end_whole_short_or_failed() {
    let words = "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n";
    let last = |kind: &str, error: &str| {
        format!(
            "{words}event: {kind}\ndata: {{\"type\":\"{kind}\",\"response\":{{\"error\":{error},\"output\":[],\"usage\":{{\"input_tokens\":9,\"input_tokens_details\":{{\"cached_tokens\":4}},\"output_tokens\":3,\"output_tokens_details\":{{\"reasoning_tokens\":1}},\"total_tokens\":12}}}}}}\n\n"
        )
    };
    for kind in ["response.completed", "response.incomplete"] {
        let (tap, ending) = read(Dialect::OpenaiResponses, &last(kind, "null"));
        assert_eq!((tap.progress(), ending), (End, Ending::Complete));
        assert_eq!(tap.usage(), Some(usage(5, 3, 4, 0, 1)));
    }
    let failed = last(
        "response.failed",
        r#"{"code":"server_error","message":"no"}"#,
    );
    let (tap, ending) = read(Dialect::OpenaiResponses, &failed);
    assert_eq!((tap.progress(), ending), (Content, Ending::Failed));
    let error = tap.error().unwrap();
    assert_eq!(
        (error.message.as_str(), error.code.as_deref()),
        ("no", Some("server_error"))
    );
    assert_eq!(read(Dialect::OpenaiResponses, words).1, Ending::Cut);
}

#[test]
fn gemini_ends_with_a_finish_reason_in_both_forms() {
    let opened = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"","thought":true}]}}],"usageMetadata":{"promptTokenCount":9}}"#;
    let words = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"a [1] \"}, \\"}]}}],"usageMetadata":{"promptTokenCount":9}}"#;
    let last = r#"{"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"cachedContentTokenCount":4,"candidatesTokenCount":3,"thoughtsTokenCount":2}}"#;
    let events = [opened, words, last].map(|data| format!("data: {data}"));
    let frames: Vec<&str> = events.iter().map(String::as_str).collect();
    assert_eq!(steps(Dialect::Gemini, &frames), [Lifecycle, Content, End]);
    let array = |parts: &[&str], end: &str| {
        read(
            Dialect::Gemini,
            &format!(" [{}\n{end}", parts.join(",\r\n")),
        )
    };
    for (tap, ending) in [
        read(Dialect::Gemini, &events.join("\r\n\r\n")),
        array(&[opened, words, last], "]"),
    ] {
        assert_eq!((tap.progress(), ending), (End, Ending::Complete));
        assert_eq!(tap.usage(), Some(usage(5, 5, 4, 0, 2)));
    }
    assert_eq!(array(&[opened, words, last], "").1, Ending::Cut);
    assert_eq!(array(&[opened, words], "]").1, Ending::Cut);
    assert_eq!(
        read(Dialect::Gemini, &events[..2].join("\n\n")).1,
        Ending::Cut
    );
}

#[test]
fn gemini_calls_are_content_a_blocked_prompt_is_an_end_and_code_assist_is_opened() {
    for (data, expected) in [
        (
            r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"n","args":{}}}]}}]}"#,
            Content,
        ),
        (
            r#"{"response":{"candidates":[{"content":{"parts":[{"text":"a"}]}}]},"traceId":"t"}"#,
            Content,
        ),
        (r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#, End),
        (
            r#"{"candidates":[{"finishReason":"FINISH_REASON_UNSPECIFIED"}]}"#,
            Lifecycle,
        ),
        (r#"{"usageMetadata":{"promptTokenCount":9}}"#, Lifecycle),
    ] {
        assert_eq!(
            steps(Dialect::Gemini, &[&format!("data: {data}")]),
            [expected],
            "{data}"
        );
    }
}

#[test]
fn t7_gemini_usage_behind_the_finish_reason_counts() {
    let (tap, _) = read(
        Dialect::Gemini,
        "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\ndata: {\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":3}}\n\n",
    );
    assert_eq!(tap.usage(), Some(usage(9, 3, 0, 0, 0)));
}

#[test]
fn h1_an_error_event_is_an_error_before_and_behind_content() {
    let rows = [
        (
            Dialect::OpenaiChat,
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n",
            "data: {\"error\":{\"message\":\"no\",\"code\":502}}\n\ndata: [DONE]\n\n",
        ),
        (
            Dialect::OpenaiChat,
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n",
            "event: error\ndata: {\"message\":\"no\"}\n\n",
        ),
        (
            Dialect::Anthropic,
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n",
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"no\"}}\n\n",
        ),
        (
            Dialect::Anthropic,
            "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n",
            "data: {\"error\":{\"message\":\"no\"}}\n\n",
        ),
        (
            Dialect::OpenaiResponses,
            "data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n",
            "event: error\ndata: {\"type\":\"error\",\"code\":\"x\",\"message\":\"no\",\"param\":null}\n\n",
        ),
        (
            Dialect::Gemini,
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}\n\n",
            "data: {\"error\":{\"code\":503,\"message\":\"no\",\"status\":\"UNAVAILABLE\"}}\n\n",
        ),
        (
            Dialect::Gemini,
            "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]},",
            "{\"error\":{\"message\":\"no\"}}]",
        ),
        (Dialect::Gemini, "[", "{\"error\":{\"message\":\"no\"}}]"),
    ];
    for (dialect, words, error) in rows {
        let mut tap = Tap::new(dialect);
        assert_eq!(tap.scan(error.as_bytes()), Lifecycle, "{error}");
        if !error.ends_with(']') {
            assert_eq!(tap.error().unwrap().message, "no", "{error}");
        }
        let (tap, ending) = read(dialect, &format!("{words}{error}"));
        assert_eq!(ending, Ending::Failed, "{error}");
        assert_eq!(tap.error().unwrap().message, "no");
        assert_ne!(tap.progress(), End);
    }
}

#[test]
fn h1_a_bare_error_body_under_a_streams_type_is_read() {
    for body in [
        "{\"error\":{\"message\":\"no\"}}",
        "{\n  \"error\": {\"message\": \"no\"}\n}\n\n",
    ] {
        let (tap, ending) = read(Dialect::OpenaiChat, body);
        assert_eq!(ending, Ending::Failed);
        assert_eq!(tap.error().unwrap().message, "no");
    }
}

#[test]
fn words_in_the_text_are_words() {
    let evil = r#"say \"usage\": {\"prompt_tokens\": 1}, \"finish_reason\":\"stop\", \"error\":{}\n\ndata: [DONE]\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n\"response.completed\" \"finishReason\":\"STOP\""#;
    let rows = [
        (Dialect::OpenaiChat, format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{evil}\"}}}}]}}")),
        (Dialect::Anthropic, format!("event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"delta\":{{\"type\":\"text_delta\",\"text\":\"{evil}\"}}}}")),
        (Dialect::Anthropic, format!("data: {{\"type\":\"content_block_delta\",\"delta\":{{\"type\":\"text_delta\",\"text\":\"{evil}\"}}}}")),
        (Dialect::OpenaiResponses, format!("data: {{\"type\":\"response.output_text.delta\",\"delta\":\"{evil}\"}}")),
        (Dialect::Gemini, format!("data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{evil}\"}}]}}}}]}}")),
        (Dialect::Gemini, r#"data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"n","args":{"finishReason":"STOP","error":{"message":"x"},"usageMetadata":{"promptTokenCount":1}}}}]}}]}"#.to_owned()),
    ];
    for (dialect, frame) in rows {
        let (tap, ending) = read(dialect, &format!("{frame}\n\n{frame}\n\n"));
        assert_eq!((tap.progress(), ending), (Content, Ending::Cut), "{frame}");
        assert_eq!((tap.usage(), tap.error()), (None, None), "{frame}");
    }
}

#[test]
fn a_frame_without_end_fails_and_is_not_kept() {
    let mut tap = Tap::new(Dialect::OpenaiChat);
    let megabyte = vec![b'x'; 1 << 20];
    for _ in 0..33 {
        tap.scan(&megabyte);
    }
    assert!(tap.error().unwrap().message.contains("32 MiB"));
    assert_eq!(tap.finish(), Ending::Failed);
}
