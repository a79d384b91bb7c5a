//! `OpenAI`'s rules and answers.

use serde_json::{Value, json};
use tests::client::Request;
use tests::fake::{ANY, Script, Usage, openai};
use tests::sse::{self, Tongue};

use crate::{chat, hello, refused, with};

#[tokio::test]
async fn chat_is_answered_whole_and_streamed_alike() {
    let fake = openai::start().await;
    let script = Script::thinking("hm")
        .then_text("The pond is deep.")
        .then_tool("call_1", "look", r#"{"at":"pond"}"#)
        .then_tool("call_2", "look", r#"{"at":"Öland \" 🐸"}"#)
        .usage(Usage {
            input: 5,
            output: 9,
            cache_read: 3,
            ..Usage::default()
        });
    fake.on(ANY, script);
    let whole = chat(&fake, &hello()).send().await.json();
    let whole = sse::whole(Tongue::Chat, &whole).unwrap();
    let body = with(hello(), "stream", json!(true));
    let body = with(body, "stream_options", json!({"include_usage": true}));
    let streamed = sse::judge(Tongue::Chat, &chat(&fake, &body).send().await.events()).unwrap();
    assert_eq!(whole, streamed);
    assert_eq!(
        (whole.text.as_str(), whole.calls.len(), whole.stop.as_str()),
        ("The pond is deep.", 2, "tool_calls")
    );
    assert_eq!(whole.usage.unwrap().input, 8);
}

#[tokio::test]
async fn responses_are_answered_whole_and_streamed_alike() {
    let fake = openai::start().await;
    fake.on(
        ANY,
        Script::thinking("hm")
            .then_text("Deep.")
            .then_tool("call_1", "look", r#"{"at":"pond"}"#),
    );
    let body = json!({"model": "gpt-x", "input": "Hi", "include": ["reasoning.encrypted_content"]});
    let ask = |body: &Value| Request::post(fake.address(), "/v1/responses", body).bearer("sk-a");
    let whole = sse::whole(Tongue::Responses, &ask(&body).send().await.json()).unwrap();
    let body = with(body, "stream", json!(true));
    let mut streamed = sse::judge(Tongue::Responses, &ask(&body).send().await.events()).unwrap();
    streamed.signatures.clone_from(&whole.signatures);
    assert_eq!(whole, streamed);
    assert_eq!(whole.thinking, "hm");
}

#[tokio::test]
async fn what_the_service_refuses_is_refused() {
    let fake = openai::start().await;
    let field = |name: &str, value: Value| with(hello(), name, value);
    let messages = |list: Value| field("messages", list);
    let call =
        json!({"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}});
    let cases: [(Value, u16, &str); 16] = [
        (
            field("model", Value::Null),
            400,
            "you must provide a model parameter",
        ),
        (field("model", json!("gpt-none")), 404, "does not exist"),
        (
            field("messages", Value::Null),
            400,
            "Missing required parameter: 'messages'",
        ),
        (
            field("max_token", json!(1)),
            400,
            "Unknown parameter: 'max_token'",
        ),
        (field("temperature", json!(3)), 400, "<= 2"),
        (
            field("stream", json!("yes")),
            400,
            "Invalid type for 'stream'",
        ),
        (field("tools", json!([])), 400, "empty array"),
        (
            field("tool_choice", json!("auto")),
            400,
            "only allowed when 'tools' are specified",
        ),
        (
            field("stream_options", json!({"include_usage": true})),
            400,
            "only allowed when 'stream'",
        ),
        (messages(json!([])), 400, "empty array"),
        (
            messages(json!([{"role": "model", "content": "x"}])),
            400,
            "Supported values are: 'system'",
        ),
        (
            messages(json!([{"role": "user"}])),
            400,
            "'messages[0].content'",
        ),
        (
            messages(json!([{"role": "tool", "tool_call_id": "c9", "content": "x"}])),
            400,
            "must be a response",
        ),
        (
            messages(
                json!([{"role": "user", "content": "x"}, {"role": "assistant", "tool_calls": [call]}]),
            ),
            400,
            "c1",
        ),
        (
            field(
                "tools",
                json!([{"type": "function", "function": {"name": "a.b", "parameters": {}}}]),
            ),
            400,
            "does not match pattern",
        ),
        (
            messages(json!([{"role": "user", "content": [{"type": "image", "source": {}}]}])),
            400,
            "messages[0].content[0].type",
        ),
    ];
    for (body, status, words) in cases {
        let answer = chat(&fake, &body).send().await;
        let error = answer.json()["error"].clone();
        assert_eq!(answer.status, status, "{body}: {error}");
        assert!(
            error.to_string().contains(words),
            "{words:?} is not in {error}"
        );
    }
}

#[tokio::test]
async fn keys_bodies_and_paths_are_looked_at() {
    let fake = openai::start().await;
    fake.accept(["sk-a"]);
    refused(
        &chat(&fake, &hello()).bearer("sk-b").send().await,
        401,
        "Incorrect API key",
    );
    refused(
        &chat(&fake, &hello()).without("authorization").send().await,
        401,
        "didn't provide an API key",
    );
    refused(
        &chat(&fake, &hello())
            .header("x-api-key", "sk-a")
            .send()
            .await,
        401,
        "Two keys",
    );
    refused(
        &chat(&fake, &hello()).without("content-type").send().await,
        400,
        "content type",
    );
    refused(
        &chat(&fake, &hello()).body("{").send().await,
        400,
        "could not parse the JSON",
    );
    let lost = Request::post(fake.address(), "/v1/messages", &hello()).bearer("sk-a");
    refused(&lost.send().await, 404, "Invalid URL");
    assert_eq!(chat(&fake, &hello()).send().await.status, 200);
    assert_eq!((fake.count("sk-a"), fake.count("sk-b")), (4, 1));
}

#[tokio::test]
async fn a_reasoning_model_takes_no_max_tokens() {
    let fake = openai::start().await;
    let body = with(
        with(hello(), "model", json!("o-reasoner")),
        "max_tokens",
        json!(5),
    );
    refused(
        &chat(&fake, &body).send().await,
        400,
        "max_completion_tokens",
    );
}

#[tokio::test]
async fn responses_refuse_foreign_reasoning_and_lost_calls() {
    let fake = openai::start().await;
    let ask = |input: Value| {
        let body = json!({"model": "gpt-x", "input": input});
        Request::post(fake.address(), "/v1/responses", &body)
            .bearer("sk-a")
            .send()
    };
    let foreign = json!([{"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"}, {"role": "user", "content": "x"}]);
    refused(&ask(foreign).await, 400, "could not be verified");
    let lost = json!([{"type": "function_call_output", "call_id": "c1", "output": "x"}]);
    refused(&ask(lost).await, 400, "No tool call found");
    let mixed = json!([{"role": "assistant", "content": [{"type": "input_text", "text": "x"}]}]);
    refused(&ask(mixed).await, 400, "output_text");
}

#[tokio::test]
async fn models_and_embeddings_are_served() {
    let fake = openai::start().await;
    let models = Request::get(fake.address(), "/v1/models")
        .bearer("sk-a")
        .send()
        .await
        .json();
    assert!(
        models["data"]
            .as_array()
            .unwrap()
            .iter()
            .any(|model| model["id"] == "gpt-x")
    );
    let body = json!({"model": "text-embedding-x", "input": ["a", "bc"]});
    let answer = Request::post(fake.address(), "/v1/embeddings", &body)
        .bearer("sk-a")
        .send()
        .await
        .json();
    assert_eq!(answer["data"].as_array().unwrap().len(), 2);
    assert_eq!(
        fake.count(ANY),
        0,
        "neither is billed as an answer of a model"
    );
}
