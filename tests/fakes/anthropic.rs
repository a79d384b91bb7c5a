//! Anthropic's rules and answers.

use serde_json::{Value, json};
use tests::client::Request;
use tests::fake::{ANY, Script, anthropic};
use tests::sse::{self, Tongue};

use crate::{hello_claude, message, refused, with};

#[tokio::test]
async fn messages_are_answered_whole_and_streamed_alike() {
    let fake = anthropic::start().await;
    let script = Script::thinking("hm")
        .then_text("The pond is deep.")
        .then_tool("toolu_1", "look", r#"{"at":"pond"}"#)
        .then_tool("toolu_2", "wait", "");
    fake.on(ANY, script);
    let whole = message(&fake, &hello_claude()).send().await.json();
    let whole = sse::whole(Tongue::Anthropic, &whole).unwrap();
    let body = with(hello_claude(), "stream", json!(true));
    let streamed = sse::judge(
        Tongue::Anthropic,
        &message(&fake, &body).send().await.events(),
    )
    .unwrap();
    assert_eq!(whole, streamed);
    assert_eq!((whole.calls.len(), whole.stop.as_str()), (2, "tool_use"));
    assert_eq!(whole.signatures, [anthropic::sign("hm")]);
}

#[tokio::test]
async fn what_the_service_refuses_is_refused() {
    let fake = anthropic::start().await;
    let field = |name: &str, value: Value| with(hello_claude(), name, value);
    let messages = |list: Value| field("messages", list);
    let user = json!({"role": "user", "content": "x"});
    let used = json!({"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "f", "input": {}}]});
    let result = |id: &str| json!({"role": "user", "content": [{"type": "tool_result", "tool_use_id": id, "content": "x"}]});
    let thought = |signature: &str| json!({"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": signature}, {"type": "text", "text": "x"}]});
    let cases: [(Value, u16, &str); 18] = [
        (
            field("max_tokens", Value::Null),
            400,
            "max_tokens: Field required",
        ),
        (
            field("max_completion_tokens", json!(9)),
            400,
            "max_completion_tokens: Extra inputs are not permitted",
        ),
        (
            field("model", json!("claude-none")),
            404,
            "model: claude-none",
        ),
        (field("stop", json!(["x"])), 400, "stop: Extra inputs"),
        (
            field("temperature", json!(1.5)),
            400,
            "temperature: Input should be less than or equal to 1",
        ),
        (
            field("tools", json!([{"type": "function", "function": {}}])),
            400,
            "Input tag 'function'",
        ),
        (
            field("tools", json!([{"name": "f", "parameters": {}}])),
            400,
            "tools.0.custom.parameters: Extra inputs",
        ),
        (
            field(
                "tools",
                json!([{"name": "f", "input_schema": {"type": "string"}}]),
            ),
            400,
            "input_schema.type",
        ),
        (
            field(
                "tools",
                json!([{"name": "f.g", "input_schema": {"type": "object"}}]),
            ),
            400,
            "match pattern",
        ),
        (
            field("tool_choice", json!({"type": "auto"})),
            400,
            "while providing tools",
        ),
        (messages(json!([])), 400, "at least one message"),
        (
            messages(json!([{"role": "tool", "content": "x"}])),
            400,
            "messages.0.role: Input should be 'user'",
        ),
        (
            messages(json!([{"role": "user", "content": ""}])),
            400,
            "non-empty",
        ),
        (
            messages(json!([used, user])),
            400,
            "first message must use the \"user\" role",
        ),
        (
            messages(json!([user, used, user])),
            400,
            "without `tool_result` blocks immediately after: t1",
        ),
        (
            messages(json!([user, used, result("t2")])),
            400,
            "unexpected `tool_use_id`",
        ),
        (
            messages(json!([user, thought("c2ln"), user])),
            400,
            "Invalid `signature`",
        ),
        (
            messages(json!([user, thought(&anthropic::sign("hm")), user])),
            200,
            "",
        ),
    ];
    for (body, status, words) in cases {
        let answer = message(&fake, &body).send().await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        assert!(
            answer.text().replace("\\\"", "\"").contains(words),
            "{words:?} is not in {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn headers_are_looked_at() {
    let fake = anthropic::start().await;
    fake.accept(["sk-a"]);
    let ask = || message(&fake, &hello_claude());
    refused(
        &ask().without("anthropic-version").send().await,
        400,
        "anthropic-version: header is required",
    );
    refused(
        &ask().header("anthropic-version", "2024-01-01").send().await,
        400,
        "not a valid version",
    );
    refused(
        &ask().without("x-api-key").send().await,
        401,
        "x-api-key header is required",
    );
    refused(
        &ask().header("x-api-key", "sk-b").send().await,
        401,
        "invalid x-api-key",
    );
    refused(&ask().bearer("sk-a").send().await, 401, "send one");
    assert_eq!(
        ask()
            .without("x-api-key")
            .bearer("sk-a")
            .send()
            .await
            .status,
        200
    );
    refused(
        &ask().without("content-type").send().await,
        400,
        "content-type",
    );
    refused(&ask().body("{").send().await, 400, "not valid JSON");
}

#[tokio::test]
async fn the_version_of_october_2026_takes_no_sampling_parameters() {
    let fake = anthropic::start().await;
    let body = with(hello_claude(), "temperature", json!(1.0));
    assert_eq!(message(&fake, &body).send().await.status, 200);
    let answer = message(&fake, &body)
        .header("anthropic-version", "2026-10-21")
        .send()
        .await;
    refused(&answer, 400, "temperature");
}

#[tokio::test]
async fn thinking_may_not_begin_in_the_middle_of_a_turn() {
    let fake = anthropic::start().await;
    let used = json!({"type": "tool_use", "id": "t1", "name": "f", "input": {}});
    let thought = json!({"type": "thinking", "thinking": "hm", "signature": anthropic::sign("hm")});
    let body = |content: Value| {
        let result = json!({"type": "tool_result", "tool_use_id": "t1", "content": "x"});
        let messages = json!([
            {"role": "user", "content": "x"},
            {"role": "assistant", "content": content},
            {"role": "user", "content": [result]},
        ]);
        let body = with(hello_claude(), "messages", messages);
        let body = with(body, "max_tokens", json!(4096));
        with(
            body,
            "thinking",
            json!({"type": "enabled", "budget_tokens": 1024}),
        )
    };
    refused(
        &message(&fake, &body(json!([used]))).send().await,
        400,
        "must start with a thinking block",
    );
    assert_eq!(
        message(&fake, &body(json!([thought, used])))
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn tokens_are_counted_and_models_listed() {
    let fake = anthropic::start().await;
    let body = with(hello_claude(), "max_tokens", Value::Null);
    let count = |body: &Value| {
        Request::post(fake.address(), "/v1/messages/count_tokens", body)
            .header("x-api-key", "sk-a")
            .header("anthropic-version", "2023-06-01")
    };
    assert!(
        count(&body).send().await.json()["input_tokens"]
            .as_u64()
            .unwrap()
            > 1000
    );
    refused(
        &count(&hello_claude()).send().await,
        400,
        "max_tokens: Extra inputs",
    );
    let models = Request::get(fake.address(), "/v1/models?limit=1000").header("x-api-key", "sk-a");
    let models = models
        .header("anthropic-version", "2023-06-01")
        .send()
        .await
        .json();
    assert_eq!(models["data"][0]["type"], "model");
}
