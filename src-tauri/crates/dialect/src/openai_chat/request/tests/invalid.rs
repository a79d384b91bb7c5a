//! Bodies that the dialect forbids.

use serde_json::{Value, json};

fn fault(body: &Value) -> (String, String) {
    let invalid = super::super::read(body.to_string().as_bytes()).unwrap_err();
    (invalid.path, invalid.message)
}

fn fault_of_message(message: &Value) -> String {
    let user = json!({"role":"user","content":"hi"});
    fault(&json!({"model":"m","messages":[user, message]})).0
}

#[test]
fn a_forbidden_field_is_named_by_its_path() {
    let image = |url: Value| json!({"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":url}]});
    let call = |call: Value| json!({"role":"assistant","tool_calls":[call]});
    let rows = [
        (
            image(json!({"url": 3})),
            "messages[1].content[1].image_url.url",
        ),
        (
            image(json!({"url": "data:image/png,abc"})),
            "messages[1].content[1].image_url.url",
        ),
        (image(json!(null)), "messages[1].content[1].image_url"),
        (
            json!({"role":"user","content":[{"text":"a"}]}),
            "messages[1].content[0]",
        ),
        (
            json!({"role":"user","content":[{"type":"text"}]}),
            "messages[1].content[0].text",
        ),
        (
            json!({"role":"user","content":[{"type":"file","file":{}}]}),
            "messages[1].content[0].file",
        ),
        (json!({"role":"user","content":5}), "messages[1].content"),
        (json!({"role":"user"}), "messages[1].content"),
        (json!({"role":"robot","content":"a"}), "messages[1].role"),
        (json!({"content":"a"}), "messages[1]"),
        (
            json!({"role":"tool","content":"a"}),
            "messages[1].tool_call_id",
        ),
        (
            json!({"role":"function","name":"f","content":"a"}),
            "messages[1]",
        ),
        (
            call(json!({"type":"function","function":{"name":"f","arguments":"{}"}})),
            "messages[1].tool_calls[0].id",
        ),
        (
            call(json!({"id":"c","type":"function"})),
            "messages[1].tool_calls[0].function",
        ),
        (
            call(json!({"id":"c","type":"other"})),
            "messages[1].tool_calls[0].type",
        ),
        (
            call(json!({"id":"c","function":{"arguments":"{}"}})),
            "messages[1].tool_calls[0].function",
        ),
        (
            call(json!({"id":"c","function":{"name":"f","arguments":{}}})),
            "messages[1].tool_calls[0].function.arguments",
        ),
    ];
    for (message, path) in rows {
        assert_eq!(fault_of_message(&message), path, "{message}");
    }
}

#[test]
fn a_forbidden_parameter_is_named() {
    let with = |key: &str, value: Value| {
        let mut body = json!({"model":"m","messages":[{"role":"user","content":"hi"}]});
        body[key] = value;
        body
    };
    let rows = [
        (with("messages", json!([])), "messages"),
        (with("messages", json!("hi")), "messages"),
        (with("model", json!(null)), "model"),
        (with("temperature", json!("warm")), "temperature"),
        (with("max_tokens", json!(-1)), "max_tokens"),
        (
            with("tools", json!([{"function":{"name":"f"}}])),
            "tools[0]",
        ),
        (
            with("tools", json!([{"type":"function"}])),
            "tools[0].function",
        ),
        (
            with("tools", json!([{"type":"function","function":{}}])),
            "tools[0].function",
        ),
        (with("tool_choice", json!("maybe")), "tool_choice"),
        (
            with("tool_choice", json!({"type":"function"})),
            "tool_choice.function",
        ),
        (with("tool_choice", json!({"type":"x"})), "tool_choice.type"),
        (
            with("response_format", json!({"type":"xml"})),
            "response_format.type",
        ),
        (
            with("response_format", json!({"type":"json_schema"})),
            "response_format.json_schema",
        ),
        (with("stop", json!([1])), "stop[0]"),
    ];
    for (body, path) in rows {
        assert_eq!(fault(&body).0, path, "{body}");
    }
    assert_eq!(fault(&json!({"model":"m"})).0, "messages");
}

#[test]
fn what_is_no_json_object_says_so() {
    for body in ["", "{", "[]", "3", "{\"model\":\"m\"} x", "\u{feff}{}"] {
        let invalid = super::super::read(body.as_bytes()).unwrap_err();
        assert!(!invalid.message.is_empty());
        assert_eq!(invalid.path, "", "{body}: {invalid}");
    }
    let invalid = super::super::read(b"{\"model\":\"m\",\"messages\":[{\"role\":").unwrap_err();
    assert!(
        invalid.to_string().starts_with("the body is no JSON"),
        "{invalid}"
    );
}

proptest::proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = super::super::read(&bytes);
    }

    #[test]
    fn a_body_that_is_cut_or_has_one_other_byte_never_panics(at in 0_usize..600, byte: u8, cut: bool) {
        let mut body = super::reading::everything().to_string().into_bytes();
        if let Some(place) = body.get_mut(at) {
            *place = byte;
        }
        if cut {
            body.truncate(at);
        }
        let _ = super::super::read(&body);
    }
}
