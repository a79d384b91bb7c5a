//! Gemini's rules and answers.

use serde_json::{Value, json};
use tests::client::Request;
use tests::fake::{ANY, Script, gemini};
use tests::sse::{self, Tongue};

use crate::{refused, with};

fn ask(fake: &gemini::Fake, call: &str, body: &Value) -> Request {
    let target = format!("/v1beta/models/gemini-2.5-pond:{call}");
    Request::post(fake.address(), &target, body).header("x-goog-api-key", "sk-a")
}

fn hello() -> Value {
    json!({"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]})
}

#[tokio::test]
async fn content_is_generated_whole_streamed_and_as_an_array_alike() {
    let fake = gemini::start().await;
    let script =
        Script::thinking("hm")
            .then_text("Deep water.")
            .then_tool("c1", "look", r#"{"at":"pond"}"#);
    fake.on(ANY, script);
    let whole = ask(&fake, "generateContent", &hello()).send().await.json();
    let whole = sse::whole(Tongue::Gemini, &whole).unwrap();
    let streamed = ask(&fake, "streamGenerateContent?alt=sse", &hello())
        .send()
        .await
        .events();
    assert_eq!(whole, sse::judge(Tongue::Gemini, &streamed).unwrap());
    let array = ask(&fake, "streamGenerateContent", &hello())
        .send()
        .await
        .json();
    let array: Vec<sse::Event> = array
        .as_array()
        .unwrap()
        .iter()
        .map(|one| sse::Event {
            name: None,
            data: one.to_string(),
        })
        .collect();
    assert_eq!(whole, sse::judge(Tongue::Gemini, &array).unwrap());
    assert_eq!(
        (
            whole.text.as_str(),
            whole.thinking.as_str(),
            whole.stop.as_str()
        ),
        ("Deep water.", "hm", "STOP")
    );
}

#[tokio::test]
async fn what_the_service_refuses_is_refused() {
    let fake = gemini::start().await;
    let field = |name: &str, value: Value| with(hello(), name, value);
    let contents = |list: Value| field("contents", list);
    let user = json!({"role": "user", "parts": [{"text": "x"}]});
    let call = json!({"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]});
    let answer = |name: &str| json!({"role": "user", "parts": [{"functionResponse": {"name": name, "response": {}}}]});
    let tool =
        |declaration: Value| field("tools", json!([{"functionDeclarations": [declaration]}]));
    let schema = |schema: Value| tool(json!({"name": "f", "parameters": schema}));
    let object = |property: Value| schema(json!({"type": "OBJECT", "properties": {"a": property}}));
    let cases: [(Value, u16, &str); 19] = [
        (
            field("stream", json!(true)),
            400,
            "Unknown name \"stream\": Cannot find field.",
        ),
        (
            field("generationConfig", json!({"max_tokens": 1})),
            400,
            "Unknown name \"max_tokens\" at 'generation_config'",
        ),
        (
            field("generation_config", json!({"max_output_tokens": 1})),
            200,
            "",
        ),
        (contents(Value::Null), 400, "contents is not specified"),
        (
            contents(json!([{"role": "assistant", "parts": [{"text": "x"}]}, user])),
            400,
            "valid role: user, model",
        ),
        (
            contents(json!([{"role": "user", "parts": []}])),
            400,
            "parts must not be empty",
        ),
        (
            contents(json!([{"role": "user", "parts": [{}]}])),
            400,
            "must have one initialized field",
        ),
        (
            contents(json!([user, call, user])),
            400,
            "number of function response parts",
        ),
        (
            contents(json!([user, answer("f")])),
            400,
            "immediately after a function call turn",
        ),
        (
            contents(json!([user, call, answer("g")])),
            400,
            "names match",
        ),
        (contents(json!([user, call, answer("f")])), 200, ""),
        (
            contents(
                json!([user, {"role": "model", "parts": [{"text": "x", "thoughtSignature": "c2ln"}]}, user]),
            ),
            400,
            "Corrupted thought signature",
        ),
        (tool(json!({"name": "a/b"})), 400, "Invalid function name"),
        (
            object(json!({"type": "string", "const": "x"})),
            400,
            "Unknown name \"const\" at 'tools[0].function_declarations[0].parameters.properties[0].value'",
        ),
        (
            object(json!({"type": ["string", "null"]})),
            400,
            "cannot start list",
        ),
        (
            object(json!({"type": "ARRAY"})),
            400,
            "items: missing field",
        ),
        (
            object(json!({"type": "STRING", "format": "uri"})),
            400,
            "only 'enum' and 'date-time'",
        ),
        (
            schema(json!({"type": "OBJECT", "properties": {}, "required": ["a"]})),
            400,
            "property is not defined",
        ),
        (
            tool(json!({"name": "f", "parametersJsonSchema": {"type": "object", "$schema": "x"}})),
            200,
            "",
        ),
    ];
    for (body, status, words) in cases {
        let answer = ask(&fake, "generateContent", &body).send().await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        assert!(
            status == 200 || answer.error().contains(words),
            "{words:?} is not in {}",
            answer.error()
        );
    }
}

#[tokio::test]
async fn keys_and_models_are_looked_at() {
    let fake = gemini::start().await;
    fake.accept(["sk-a"]);
    let here = || ask(&fake, "generateContent", &hello());
    refused(
        &here().header("x-goog-api-key", "sk-b").send().await,
        400,
        "API key not valid",
    );
    refused(
        &here().without("x-goog-api-key").send().await,
        403,
        "unregistered callers",
    );
    refused(&here().bearer("sk-a").send().await, 401, "alone");
    let lost = Request::post(
        fake.address(),
        "/v1beta/models/none:generateContent",
        &hello(),
    );
    refused(
        &lost.header("x-goog-api-key", "sk-a").send().await,
        404,
        "models/none is not found",
    );
    let count = ask(&fake, "countTokens", &hello()).send().await.json();
    assert!(count["totalTokens"].as_u64().unwrap() > 2000);
    let body = json!({"content": {"parts": [{"text": "abc"}]}});
    assert!(
        ask(&fake, "embedContent", &body).send().await.json()["embedding"]["values"].is_array()
    );
    let models = Request::get(fake.address(), "/v1beta/models").header("x-goog-api-key", "sk-a");
    assert_eq!(
        models.send().await.json()["models"][0]["name"],
        "models/gemini-2.5-pond"
    );
}

#[tokio::test]
async fn the_third_generation_wants_its_signatures_back() {
    let fake = gemini::start().await;
    let body = |part: Value| {
        json!({"contents": [
            {"role": "user", "parts": [{"text": "x"}]},
            {"role": "model", "parts": [part]},
            {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {}}}]},
        ]})
    };
    let send = |part: Value| {
        let request = Request::post(
            fake.address(),
            "/v1beta/models/gemini-3-pond:generateContent",
            &body(part),
        );
        request.header("x-goog-api-key", "sk-a").send()
    };
    let call = json!({"functionCall": {"name": "f", "args": {}}});
    refused(
        &send(call.clone()).await,
        400,
        "missing a thought_signature",
    );
    assert_eq!(
        send(with(
            call.clone(),
            "thoughtSignature",
            json!(gemini::sign("f"))
        ))
        .await
        .status,
        200
    );
    let skipped = with(
        call,
        "thoughtSignature",
        json!("skip_thought_signature_validator"),
    );
    assert_eq!(send(skipped).await.status, 200);
}
