//! Gemini's own ways: streams that are arrays, calls below their models, counts, embeddings, quotas.

use std::time::Duration;

use serde_json::{Value, json};
use tests::client::{Answer, Request};
use tests::fake::{ANY, Break, Point, Received, Script, gemini, openai};
use tests::proxy::{Millpond, Setup};
use tests::sse::Tongue;

use crate::pond::{Pond, Up};
use crate::talk::Talk;

const MODEL: &str = "gemini-2.5-pond";

fn contents() -> Value {
    json!({"contents": [{"role": "user", "parts": [{"text": "How deep is the pond?"}]}]})
}

/// A call on a model of that pool.
fn call(mp: &Millpond, up: Up, method: &str, body: &Value) -> Request {
    let target = format!("/{}/v1beta/models/{}:{method}", up.kind(), up.model());
    mp.post(&target, body)
}

/// The last of these requests, billed or not.
fn last_of(received: Vec<Received>, end: &str) -> Received {
    let last = received.into_iter().rfind(|one| one.path.ends_with(end));
    last.unwrap_or_else(|| panic!("no request for {end} has arrived"))
}

fn list(answer: &Answer) -> Vec<Value> {
    let kind = answer.header("content-type");
    assert!(kind.starts_with("application/json"), "{kind}");
    match answer.json() {
        Value::Array(list) => list,
        other => panic!("no array: {other}"),
    }
}

#[tokio::test]
async fn s2_an_array_that_breaks_ends_with_an_error_and_is_still_json() {
    let (pond, mp) = Pond::start().await;
    for up in Up::ALL {
        for how in [Break::Eof, Break::Reset, Break::Error] {
            pond.on(up, Script::words(9).breaks(Point::AfterContent(3), how));
            let answer = call(&mp, up, "streamGenerateContent", &contents())
                .send()
                .await;
            assert_eq!(answer.status, 200, "{up:?} {how:?}");
            let list = list(&answer);
            let (last, before) = list.split_last().unwrap();
            assert!(
                last["error"]["code"].is_number() && last["error"]["message"].is_string(),
                "{up:?} {how:?}: {last}"
            );
            assert!(
                before.iter().all(|one| one["candidates"].is_array()),
                "{up:?} {how:?}: {before:?}"
            );
            pond.on(up, Script::text("Hi."));
            mp.run(&["check"]).await;
        }
    }
}

#[tokio::test]
async fn s1_a_silent_array_is_kept_open_by_white_space_and_may_still_fail_or_succeed() {
    let (pond, mp) = {
        let pond = Pond {
            openai: openai::start().await,
            claude: tests::fake::anthropic::start().await,
            gemini: gemini::start().await,
        };
        let limit = Duration::from_millis(10_700);
        let mp = pond
            .setup()
            .gemini(&pond.gemini, ["sk-other"])
            .with("other", "priority", 1)
            .limit("FIRST_CONTENT_TIMEOUT_MS", limit)
            .start()
            .await;
        (pond, mp)
    };
    pond.claude.on(ANY, Script::hang());
    pond.gemini.on("sk-gemini", Script::hang());
    pond.gemini.on("sk-other", Script::text("Deep."));
    let failed = call(&mp, Up::Claude, "streamGenerateContent", &contents()).send();
    let served = call(&mp, Up::Gemini, "streamGenerateContent", &contents()).send();
    let (failed, served) = tokio::join!(failed, served);
    assert!(failed.text().starts_with('\n'), "{}", failed.text());
    let told = list(&failed);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0]["error"]["message"].is_string(), "{told:?}");
    assert!(served.text().starts_with('\n'), "{}", served.text());
    let told = list(&served);
    assert_eq!(
        told[0]["candidates"][0]["content"]["parts"][0]["text"],
        "Deep."
    );
}

#[tokio::test]
async fn errors_are_in_googles_words_and_an_array_where_the_answer_were_one() {
    let (pond, mp) = Pond::start().await;
    let odd = json!({"contents": [{"role": "user", "parts": [{"text": 7}]}]});
    for up in [Up::Openai, Up::Claude] {
        for method in [
            "generateContent",
            "streamGenerateContent",
            "streamGenerateContent?alt=sse",
            "countTokens",
        ] {
            let answer = call(&mp, up, method, &odd).send().await;
            let body = answer.json();
            let error = match method {
                "streamGenerateContent" => &body[0]["error"],
                _ => &body["error"],
            };
            assert_eq!(answer.status, 400, "{up:?} {method}: {body}");
            assert_eq!(error["status"], "INVALID_ARGUMENT", "{up:?} {method}");
            let text = error["message"].as_str().unwrap();
            assert!(text.contains("contents[0].parts[0]"), "{text}");
        }
    }
    let lost = mp.post("/v1beta/models/x:think", &odd).send().await;
    assert_eq!(
        (lost.status, &lost.json()["error"]["status"]),
        (404, &json!("NOT_FOUND"))
    );
    let stranger = Request::post(
        mp.address(),
        "/v1beta/models/x:generateContent?key=wrong",
        &contents(),
    );
    let refused = stranger.send().await.json();
    assert_eq!(refused["error"]["status"], "UNAUTHENTICATED", "{refused}");
    // The upstream's own body comes back as it is.
    pond.on(Up::Gemini, Script::status(400));
    let own = call(&mp, Up::Gemini, "generateContent", &contents())
        .send()
        .await;
    assert_eq!(own.error(), "scripted 400");
}

#[tokio::test]
async fn h1_one_sick_gemini_key_is_invisible() {
    let dead = json!({"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "API key not valid. Please pass a valid API key.",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}]}});
    let scripts = [
        Script::json(400, &dead),
        Script::status(403),
        Script::status(404),
        Script::status(429),
        Script::status(500),
        Script::status(503),
        Script::html(502),
        Script::text("x").breaks(Point::BeforeHeaders, Break::Reset),
        Script::text("x").breaks(Point::AfterHeaders, Break::Eof),
        Script::text("x").breaks(Point::AfterLifecycle, Break::Error),
    ];
    for (n, sick) in scripts.into_iter().enumerate() {
        let fake = gemini::start().await;
        fake.on("sk-a", sick);
        fake.on("sk-b", Script::text("Good day."));
        let mp = Setup::new()
            .gemini(&fake, ["sk-a", "sk-b"])
            .with("b", "priority", 1)
            .start()
            .await;
        for tongue in [Tongue::Gemini, Tongue::Chat] {
            for stream in [false, true] {
                let said = Talk::saying(tongue, MODEL, "Hi").send(&mp, stream).await;
                assert_eq!((said.text.as_str(), said.error), ("Good day.", None), "{n}");
            }
        }
        assert!(fake.count("sk-a") >= 1, "{n}: never asked");
    }
}

#[tokio::test]
async fn h4_a_models_quota_rests_the_model_and_a_projects_the_instance() {
    let quota = |id: &str| {
        let body = json!({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "You exceeded your current quota.", "details": [
            {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaMetric": "m", "quotaId": id}]},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "300s"}]}});
        Script::json(429, &body)
    };
    let fake = gemini::start().await;
    let mp = Setup::new()
        .gemini(&fake, ["sk-a", "sk-b"])
        .with("b", "priority", 1)
        .start()
        .await;
    mp.checked().await;
    let from = async |model: &str| {
        Talk::saying(Tongue::Gemini, model, "Hi")
            .send(&mp, false)
            .await
            .text
    };
    fake.on("sk-a", quota("GenerateRequestsPerMinutePerProjectPerModel"));
    fake.on("sk-b", Script::text("from b"));
    assert_eq!(from(MODEL).await, "from b");
    fake.on("sk-a", Script::text("from a"));
    assert_eq!(from(MODEL).await, "from b", "the model rests");
    assert_eq!(
        from("gemini-3-pond").await,
        "from a",
        "the instance does not"
    );
    fake.on("sk-a", quota("ApiRequestsPerMinutePerProject"));
    assert_eq!(from("gemini-3-pond").await, "from b");
    fake.on("sk-a", Script::text("from a"));
    assert_eq!(from("gemini-3-pond").await, "from b", "the instance rests");
}

#[tokio::test]
async fn t4_a_renamed_model_is_renamed_wherever_the_call_names_it() {
    let fake = gemini::start().await;
    let map = json!({"small": "gemini-embedding-x", "fast": MODEL});
    let mp = Setup::new()
        .gemini(&fake, ["sk-a"])
        .with("a", "modelMap", map)
        .start()
        .await;
    let odd =
        r#"{ "requests":[ {"model":"models/small", "content":{"parts":[{"text":"frog"}]}} ] }"#;
    let answer = mp
        .generate("small", "batchEmbedContents", &Value::Null)
        .body(odd)
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let seen = last_of(fake.received(), ":batchEmbedContents");
    assert_eq!(
        seen.path,
        "/v1beta/models/gemini-embedding-x:batchEmbedContents"
    );
    assert_eq!(
        String::from_utf8_lossy(&seen.body),
        odd.replace("models/small", "models/gemini-embedding-x")
    );
    let odd = r#"{ "contents" : [{"parts":[{"text":"Hi ü 🐸"}]}] }"#;
    let answer = mp
        .generate("fast", "generateContent", &Value::Null)
        .body(odd)
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let seen = fake.last();
    assert_eq!(seen.path, format!("/v1beta/models/{MODEL}:generateContent"));
    assert_eq!(String::from_utf8_lossy(&seen.body), odd);
}

#[tokio::test]
async fn t7_counts_are_asked_for_where_an_upstream_counts_and_estimated_elsewhere() {
    let (pond, mp) = Pond::start().await;
    let own = |answer: &Answer| answer.json()["totalTokens"].as_u64().unwrap();
    // Fakes count in thousands what is a handful of words.
    for up in [Up::Gemini, Up::Claude] {
        let counted = call(&mp, up, "countTokens", &contents()).send().await;
        assert!(own(&counted) > 900, "{up:?}: {}", counted.text());
        assert_eq!(counted.header("x-millpond-attempts"), "1");
    }
    let wrapped = json!({"generateContentRequest": {"model": "models/x", "contents": contents()["contents"], "systemInstruction": {"parts": [{"text": "Be a frog."}]}}});
    call(&mp, Up::Claude, "countTokens", &wrapped).send().await;
    let sent = last_of(pond.claude.received(), "/v1/messages/count_tokens");
    assert_eq!(sent.json()["system"], "Be a frog.");
    let estimated = call(&mp, Up::Openai, "countTokens", &wrapped).send().await;
    assert!((5..40).contains(&own(&estimated)), "{}", estimated.text());
    assert_eq!(estimated.header("x-millpond-instance"), "estimate");
    assert_eq!(pond.openai.count(ANY), 0);
    let body = json!({"model": MODEL, "system": "Be a frog.", "messages": [{"role": "user", "content": "Hi"}],
        "tools": [{"name": "look", "description": "Looks.", "input_schema": {"type": "object"}}]});
    let counted = mp
        .post("/gemini-custom/v1/messages/count_tokens", &body)
        .header("anthropic-version", "2023-06-01")
        .send()
        .await;
    let count = counted.json()["input_tokens"].as_u64();
    assert!(count.is_some_and(|count| count > 900), "{}", counted.text());
    // A relay without the call says nothing about its account.
    pond.gemini.on(ANY, Script::status(404));
    let estimated = call(&mp, Up::Gemini, "countTokens", &contents())
        .send()
        .await;
    assert!(own(&estimated) < 40, "{}", estimated.text());
    pond.gemini.on(ANY, Script::text("Hi."));
    let said = Talk::saying(Tongue::Gemini, MODEL, "Hi");
    assert_eq!(said.to("gemini-custom").send(&mp, false).await.text, "Hi.");
}

#[tokio::test]
async fn embeddings_are_translated_each_way_and_find_the_pool_that_has_them() {
    let (pond, mp) = Pond::start().await;
    mp.checked().await;
    let body = json!({"model": "gemini-embedding-x", "input": ["frog", "toads"]});
    let answer = mp.post("/v1/embeddings", &body).send().await.json();
    let lengths: Vec<f64> = answer["data"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"))
        .iter()
        .map(|one| one["embedding"][0].as_f64().unwrap() * 1024.0)
        .collect();
    assert_eq!(lengths, [4.0, 5.0], "in order");
    last_of(pond.gemini.received(), ":batchEmbedContents");
    let body = json!({"model": "gemini-embedding-x", "input": "frog", "encoding_format": "base64"});
    let answer = mp.post("/v1/embeddings", &body).send().await.json();
    assert!(answer["data"][0]["embedding"].is_string(), "{answer}");
    let tokens = json!({"model": "gemini-embedding-x", "input": [1, 2]});
    let refused = mp.post("/v1/embeddings", &tokens).send().await;
    assert_eq!(
        (refused.status, &refused.json()["error"]["param"]),
        (400, &json!("input"))
    );
    let one = json!({"content": {"parts": [{"text": "frog"}]}, "outputDimensionality": 2});
    let answer = mp
        .generate("text-embedding-x", "embedContent", &one)
        .send()
        .await
        .json();
    assert!(answer["embedding"]["values"].is_array(), "{answer}");
    let sent = last_of(pond.openai.received(), "/v1/embeddings").json();
    assert_eq!(
        (&sent["input"], &sent["dimensions"]),
        (&json!("frog"), &json!(2))
    );
    let several = json!({"requests": [
        {"model": "models/text-embedding-x", "content": {"parts": [{"text": "frog"}]}},
        {"model": "models/text-embedding-x", "content": {"parts": [{"text": "toad"}]}}]});
    let answer = mp
        .generate("text-embedding-x", "batchEmbedContents", &several)
        .send()
        .await
        .json();
    assert_eq!(answer["embeddings"].as_array().map(Vec::len), Some(2));
    let none = call(&mp, Up::Claude, "embedContent", &one).send().await;
    let error = &none.json()["error"];
    assert_eq!(
        (none.status, &error["status"]),
        (400, &json!("UNIMPLEMENTED"))
    );
    assert!(error["message"].as_str().unwrap().contains("no embeddings"));
    assert_eq!(pond.claude.count(ANY), 0);
}

#[tokio::test]
async fn geminis_clients_list_models_and_show_the_key_in_their_ways() {
    let (_pond, mp) = Pond::start().await;
    mp.checked().await;
    let all = mp.get("/v1beta/models?pageSize=50").send().await.json();
    let names: Vec<&str> = all["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    for up in Up::ALL {
        let name = format!("models/{}", up.model());
        assert!(names.contains(&name.as_str()), "{name} is not in {names:?}");
    }
    let one = mp.get("/v1beta/models/gemini-2.5-pond").send().await.json();
    assert_eq!(one["name"], "models/gemini-2.5-pond");
    assert_eq!(one["inputTokenLimit"], 1_048_576);
    assert_eq!(one["supportedGenerationMethods"][0], "generateContent");
    let embeds = mp.get("/v1beta/models/gemini-embedding-x").send().await;
    assert_eq!(
        embeds.json()["supportedGenerationMethods"][0],
        "embedContent"
    );
    let own = mp.get("/claude-custom/v1beta/models").send().await.json();
    assert!(!own.to_string().contains("gpt-x"), "{own}");
    let none = mp.get("/v1beta/models/none").send().await;
    assert_eq!(
        (none.status, &none.json()["error"]["status"]),
        (404, &json!("NOT_FOUND"))
    );
    let key = tests::LOCAL_KEY;
    let target = format!("/v1beta/models/{MODEL}:streamGenerateContent?alt=sse&key={key}");
    let answer = Request::post(mp.address(), &target, &contents())
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(!answer.events().is_empty());
    let written = mp.generate(
        &format!("claude-custom:{}", Up::Claude.model()),
        "generateContent",
        &contents(),
    );
    let answer = written.send().await;
    assert_eq!(answer.header("x-millpond-instance"), "claude");
}
