use chat::{AnswerFormat, Effort, Part, Reasoning, Role, Signature, Source, ToolChoice};
use serde_json::{Value, json};

use super::*;

fn with(field: &str, value: Value) -> Vec<u8> {
    let mut body = json!({
        "model": "claude-x",
        "max_tokens": 100,
        "messages": [{ "role": "user", "content": "hi" }],
    });
    body[field] = value;
    serde_json::to_vec(&body).unwrap()
}

fn said(content: Value) -> Request {
    let turns =
        json!([{ "role": "user", "content": "q" }, { "role": "assistant", "content": content }]);
    read(&with("messages", turns)).unwrap()
}

fn fault(body: &[u8]) -> (String, String) {
    let invalid = read(body).unwrap_err();
    (invalid.path, invalid.message)
}

#[test]
fn a_forbidden_body_is_told_by_the_path_of_its_field() {
    let block = |block: Value| with("messages", json!([{ "role": "user", "content": [block] }]));
    let image = |source: Value| block(json!({ "type": "image", "source": source }));
    for (body, path) in [
        (with("model", json!(7)), "model"),
        (with("model", Value::Null), "model"),
        (with("max_tokens", json!(-1)), "max_tokens"),
        (with("max_tokens", Value::Null), "max_tokens"),
        (with("temperature", json!(1.5)), "temperature"),
        (with("stop_sequences", json!("x")), "stop_sequences"),
        (with("system", json!(7)), "system"),
        (
            with("system", json!([{ "type": "image" }])),
            "system[0].source",
        ),
        (with("messages", json!([])), "messages"),
        (with("messages", json!({})), "messages"),
        (with("messages", Value::Null), "messages"),
        (with("messages", json!([7])), "messages[0]"),
        (
            with("messages", json!([{ "role": "tool", "content": "x" }])),
            "messages[0].role",
        ),
        (
            with("messages", json!([{ "content": "x" }])),
            "messages[0].role",
        ),
        (
            with("messages", json!([{ "role": "user" }])),
            "messages[0].content",
        ),
        (
            with("messages", json!([{ "role": "user", "content": 7 }])),
            "messages[0].content",
        ),
        (
            with("messages", json!([{ "role": "user", "content": ["x"] }])),
            "messages[0].content[0]",
        ),
        (block(json!({ "text": "x" })), "messages[0].content[0].type"),
        (
            block(json!({ "type": "text" })),
            "messages[0].content[0].text",
        ),
        (
            block(json!({ "type": "text", "text": 7 })),
            "messages[0].content[0].text",
        ),
        (
            block(json!({ "type": "image" })),
            "messages[0].content[0].source",
        ),
        (image(json!({})), "messages[0].content[0].source.type"),
        (
            image(json!({ "type": "base64", "data": "" })),
            "messages[0].content[0].source.media_type",
        ),
        (
            image(json!({ "type": "base64", "media_type": "image/tiff", "data": "" })),
            "messages[0].content[0].source.media_type",
        ),
        (
            block(json!({ "type": "tool_use", "id": "a", "name": "b", "input": {} })),
            "messages[0].content[0].type",
        ),
        (
            block(json!({ "type": "tool_result" })),
            "messages[0].content[0].tool_use_id",
        ),
        (
            block(
                json!({ "type": "tool_result", "tool_use_id": "a", "content": [{ "type": "text" }] }),
            ),
            "messages[0].content[0].content[0].text",
        ),
        (
            with(
                "messages",
                json!([{ "role": "assistant", "content": [
                { "type": "tool_use", "id": "a", "name": "b", "input": "{}" }] }]),
            ),
            "messages[0].content[0].input",
        ),
        (with("tools", json!({})), "tools"),
        (
            with("tools", json!([{ "name": "a" }])),
            "tools[0].input_schema",
        ),
        (
            with("tools", json!([{ "input_schema": {} }])),
            "tools[0].name",
        ),
        (with("tool_choice", json!("auto")), "tool_choice"),
        (
            with("tool_choice", json!({ "type": "tool" })),
            "tool_choice.name",
        ),
        (
            with("thinking", json!({ "type": "enabled" })),
            "thinking.budget_tokens",
        ),
        (
            with(
                "thinking",
                json!({ "type": "enabled", "budget_tokens": 10 }),
            ),
            "thinking.budget_tokens",
        ),
        (
            with("output_config", json!({ "format": { "type": "x" } })),
            "output_config.format.type",
        ),
        (with("metadata", json!([])), "metadata"),
    ] {
        assert_eq!(fault(&body).0, path, "{}", String::from_utf8_lossy(&body));
    }
}

#[test]
fn what_is_no_json_is_told_by_line_and_column() {
    let (path, message) = fault(b"{\"model\": \"a\",\n\"messages\": [}");
    assert_eq!(path, "");
    assert!(message.contains("line 2 column 14"), "{message}");
    assert_eq!(fault(b"[]").0, "");
    assert_eq!(fault(b"").0, "");
}

#[test]
fn a_count_needs_no_limit() {
    let body = br#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#;
    assert_eq!(read_count(body).unwrap().max_tokens, None);
    assert_eq!(fault(body).0, "max_tokens");
    assert!(crate::estimate_tokens(OWN, body).unwrap() > 0);
}

#[test]
fn t5_an_own_signature_is_told_from_anothers() {
    let request = said(json!([
        { "type": "thinking", "thinking": "a", "signature": "EqQB" },
        { "type": "thinking", "thinking": "b", "signature": "mp1.openai-responses.gAA" },
        { "type": "thinking", "thinking": "c", "signature": "mp1.unsigned." },
        { "type": "thinking", "thinking": "d", "signature": "" },
        { "type": "redacted_thinking", "data": "mp1.gemini.>sig" },
        { "type": "tool_use", "id": "t", "name": "n", "input": { "a": 1 } },
    ]));
    let signatures: Vec<_> = request.messages[1]
        .parts
        .iter()
        .map(|part| match part {
            Part::Thinking(thought) => thought.signature.clone(),
            Part::ToolCall(call) => call.signature.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    let by = |dialect, value: &str| {
        Some(Signature {
            dialect,
            value: value.to_owned(),
        })
    };
    assert_eq!(
        signatures,
        [
            by(Dialect::Anthropic, "EqQB"),
            by(Dialect::OpenaiResponses, "gAA"),
            None,
            None,
            by(Dialect::Gemini, "sig"),
        ]
    );
}

#[test]
fn a_document_made_of_texts_has_words_and_its_own_form() {
    let source = json!({ "type": "content", "content": [
        { "type": "text", "text": "a" }, { "type": "text", "text": "b" }] });
    let turns = json!([{ "role": "user", "content": [
        { "type": "document", "source": source, "title": "t", "citations": { "enabled": true } },
        { "type": "document", "source": { "type": "content", "content": [
            { "type": "image", "source": { "type": "url", "url": "u" } }] } },
    ] }]);
    let request = read(&with("messages", turns)).unwrap();
    let [Part::Document(texts), Part::Foreign(pictures)] = &request.messages[0].parts[..] else {
        panic!("{:?}", request.messages);
    };
    assert_eq!(texts.source, Source::Text("a\nb".to_owned()));
    assert_eq!(texts.name.as_deref(), Some("t"));
    let kept = texts.extra.as_ref().unwrap();
    assert_eq!(
        kept.value,
        json!({ "source": source, "citations": { "enabled": true } })
    );
    assert_eq!(pictures.value["type"], "document");
}

#[test]
fn every_way_to_think_is_read() {
    let reasoning = |thinking: Value, output: Value| {
        let mut body: Value = serde_json::from_slice(&with("thinking", thinking)).unwrap();
        body["output_config"] = output;
        read(&serde_json::to_vec(&body).unwrap()).unwrap().reasoning
    };
    let adaptive = reasoning(
        json!({ "type": "adaptive", "display": "summarized" }),
        json!({ "effort": "xhigh" }),
    );
    assert_eq!(
        adaptive,
        Some(Reasoning {
            effort: Some(Effort::XHigh),
            enabled: Some(true),
            visible: Some(true),
            ..Reasoning::default()
        })
    );
    let off = reasoning(json!({ "type": "disabled" }), Value::Null).unwrap();
    assert_eq!(off.enabled, Some(false));
    let budget = reasoning(
        json!({ "type": "enabled", "budget_tokens": 2048 }),
        Value::Null,
    );
    assert_eq!(budget.unwrap().budget, Some(2048));
    let newer = reasoning(json!({ "type": "between_tools" }), Value::Null).unwrap();
    assert_eq!(newer.enabled, Some(true));
    assert_eq!(
        newer.extra.unwrap().value,
        json!({ "type": "between_tools" })
    );
    assert_eq!(reasoning(Value::Null, Value::Null), None);
}

#[test]
fn choices_and_fields_of_its_own_are_kept() {
    let body = json!({
        "model": "m", "max_tokens": 5, "messages": [{ "role": "user", "content": "x" }],
        "tool_choice": { "type": "any", "disable_parallel_tool_use": true },
        "output_format": { "type": "json_schema", "schema": { "type": "object" } },
        "metadata": { "user_id": "u" }, "mcp_servers": [], "service_tier": null,
        "tools": [{ "type": "bash_20250124", "name": "bash" }, { "type": "custom", "name": "f", "input_schema": {} }],
    });
    let request = read(&serde_json::to_vec(&body).unwrap()).unwrap();
    assert_eq!(request.tool_choice, Some(ToolChoice::Required));
    assert_eq!(request.parallel_tool_calls, Some(false));
    assert_eq!(request.user.as_deref(), Some("u"));
    assert_eq!(request.extra.unwrap().value, json!({ "mcp_servers": [] }));
    assert!(matches!(request.format, Some(AnswerFormat::Schema { .. })));
    assert!(matches!(
        &request.tools[..],
        [Tool::Foreign(_), Tool::Function(_)]
    ));
    assert_eq!(request.messages[0].role, Role::User);
}
