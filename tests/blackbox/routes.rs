//! Routes, the order of pools, headers of answers, models, health, metrics.

use serde_json::{Value, json};
use tests::fake::{ANY, Kind, Script, anthropic, gemini, openai};
use tests::proxy::{Millpond, Setup};
use tests::sse::Tongue;

use crate::pond::{Pond, Up};
use crate::talk::Talk;

async fn served_by(mp: &Millpond, request: tests::client::Request) -> String {
    let answer = request.send().await;
    assert_eq!(answer.status, 200, "{}\n{}", answer.text(), mp.log());
    answer.header("x-millpond-instance").to_owned()
}

#[tokio::test]
async fn the_first_rule_that_matches_chooses_the_pool() {
    let (openai, claude) = (openai::start().await, anthropic::start().await);
    for name in ["shared", "gpt-x", "claude-x"] {
        openai.add_model(name);
        claude.add_model(name);
    }
    let mp = Setup::new()
        .openai(&openai, ["sk-o"])
        .claude(&claude, ["sk-c"])
        .set("MODEL_PROVIDER", "claude-custom")
        .start()
        .await;
    let talk = |model: &str| Talk::saying(Tongue::Chat, model, "Hi");
    let by_path = talk("claude-custom:shared")
        .to("openai-custom")
        .whole(&mp)
        .header("model-provider", "claude-custom");
    assert_eq!(served_by(&mp, by_path).await, "o", "the path wins");
    let by_header = talk("openai-custom:shared")
        .whole(&mp)
        .header("model-provider", "claude-custom");
    assert_eq!(served_by(&mp, by_header).await, "c", "then the header");
    assert_eq!(
        served_by(&mp, talk("openai-custom:shared").whole(&mp)).await,
        "o",
        "then the model's prefix"
    );
    assert_eq!(
        openai.last().json()["model"],
        "shared",
        "which the upstream does not see"
    );
    openai.add_model("never-heard-of");
    claude.add_model("never-heard-of");
    assert_eq!(
        served_by(&mp, talk("never-heard-of").whole(&mp)).await,
        "c",
        "last the setting"
    );
}

#[tokio::test]
async fn a_pool_that_is_known_to_serve_the_model_is_found() {
    let (pond, mp) = Pond::start().await;
    drop(mp);
    let mp = pond
        .setup()
        .set("MODEL_PROVIDER", "openai-custom")
        .start()
        .await;
    mp.checked().await;
    for up in Up::ALL {
        let talk = Talk::saying(Tongue::Anthropic, up.model(), "Hi");
        assert_eq!(
            served_by(&mp, talk.whole(&mp)).await,
            up.kind().trim_end_matches("-custom"),
            "{up:?}"
        );
    }
}

#[tokio::test]
async fn aliases_name_a_pool_and_a_model() {
    let (pond, mp) = Pond::start().await;
    drop(mp);
    let aliases = json!({"best": {"targetProviderType": "claude-custom", "targetModel": "claude-y"}, "cheap-*": {"targetProviderType": "openai-custom", "targetModel": "gpt-y"}});
    let mp = pond.setup().set("modelAliases", aliases).start().await;
    assert_eq!(
        served_by(&mp, Talk::saying(Tongue::Chat, "best", "Hi").whole(&mp)).await,
        "claude"
    );
    assert_eq!(pond.claude.last().json()["model"], "claude-y");
    assert_eq!(
        served_by(
            &mp,
            Talk::saying(Tongue::Anthropic, "cheap-and-fast", "Hi").whole(&mp)
        )
        .await,
        "openai"
    );
    assert_eq!(pond.openai.last().json()["model"], "gpt-y");
}

#[tokio::test]
async fn every_answer_says_who_served_it_and_after_how_many_attempts() {
    let (pond, mp) = Pond::start().await;
    for tongue in Tongue::ALL {
        for stream in [false, true] {
            let talk = Talk::saying(tongue, "gpt-x", "Hi").to("openai-custom");
            let request = if stream {
                talk.stream(&mp)
            } else {
                talk.whole(&mp)
            };
            let answer = request.send().await;
            assert!(answer.header("x-request-id").len() > 8);
            assert_eq!(answer.header("x-millpond-instance"), "openai");
            assert_eq!(answer.header("x-millpond-attempts"), "1");
            for name in [
                "set-cookie",
                "openai-organization",
                "x-ratelimit-remaining-requests",
                "server",
            ] {
                assert!(answer.header(name).is_empty(), "{name} came through");
            }
        }
    }
    pond.on(Up::Openai, Script::status(503));
    let answer = Talk::saying(Tongue::Chat, "gpt-x", "Hi")
        .to("openai-custom")
        .whole(&mp)
        .send()
        .await;
    assert!(
        answer.header("x-request-id").len() > 8 && !answer.header("x-millpond-attempts").is_empty()
    );
}

#[tokio::test]
async fn an_instance_without_a_name_shows_its_short_uuid() {
    let fake = openai::start().await;
    let plain = json!({"OPENAI_API_KEY": "sk-a", "OPENAI_BASE_URL": fake.url(), "uuid": "2f579c65-d3c5-41b1-9985-9f6e3d7bf39c"});
    let mp = Setup::new().instance("openai-custom", plain).start().await;
    let shown = served_by(&mp, Talk::saying(Tongue::Chat, "gpt-x", "Hi").whole(&mp)).await;
    assert!(
        "2f579c65-d3c5-41b1-9985-9f6e3d7bf39c".starts_with(&shown) && shown.len() >= 6,
        "{shown}"
    );
}

#[tokio::test]
async fn when_nobody_is_left_each_is_named_with_state_reason_and_next_try() {
    let (openai, claude) = (openai::start().await, anthropic::start().await);
    openai.on("sk-a", Script::status(429).header("retry-after", "40"));
    openai.on("sk-b", Script::status(429).header("retry-after", "90"));
    claude.on(ANY, Script::error(401, "invalid x-api-key"));
    let mp = Setup::new()
        .openai(&openai, ["sk-a", "sk-b", "sk-off"])
        .claude(&claude, ["sk-c"])
        .with("off", "isDisabled", true)
        .start()
        .await;
    for tongue in Tongue::ALL {
        let cooling = Talk::saying(tongue, "gpt-x", "Hi").to("openai-custom");
        cooling.whole(&mp).send().await;
        let answer = cooling.stream(&mp).send().await;
        assert_eq!(answer.status, 429, "{}", answer.text());
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((30..=40).contains(&wait), "{wait}");
        let error = answer.error();
        for word in [
            "a cooling",
            "b cooling",
            "off disabled",
            "next try in",
            "429",
        ] {
            assert!(error.contains(word), "{word:?} is not in {error}");
        }
        let dead = Talk::saying(tongue, "claude-x", "Hi").to("claude-custom");
        dead.whole(&mp).send().await;
        let answer = dead.whole(&mp).send().await;
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert!(
            answer.error().contains("c ") && answer.error().contains("key"),
            "{}",
            answer.error()
        );
    }
}

#[tokio::test]
async fn models_are_listed_in_the_callers_shape() {
    let (_pond, mp) = Pond::start().await;
    mp.run(&["check"]).await;
    let openai = mp.get("/v1/models").send().await.json();
    assert_eq!(openai["object"], "list", "{openai}");
    let has = |body: &Value, list: &str, field: &str, id: &str| {
        body[list]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one[field] == id)
    };
    for up in Up::ALL {
        assert!(has(&openai, "data", "id", up.model()), "{openai}");
    }
    assert!(
        openai["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["object"] == "model"
                && one["created"].is_u64()
                && one["owned_by"].is_string()),
        "{openai}"
    );
    let claude = mp
        .get("/v1/models?limit=1000")
        .header("anthropic-version", "2023-06-01")
        .send()
        .await
        .json();
    assert!(
        has(&claude, "data", "id", "claude-x") && claude["has_more"] == false,
        "{claude}"
    );
    assert!(
        claude["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["type"] == "model" && one["created_at"].is_string()),
        "{claude}"
    );
    let google = mp.get("/v1beta/models").send().await.json();
    assert!(
        has(&google, "models", "name", "models/gemini-2.5-pond"),
        "{google}"
    );
    let one = mp.get("/v1/models/gpt-x").send().await;
    assert_eq!((one.status, &one.json()["id"]), (200, &json!("gpt-x")));
    let none = mp.get("/v1/models/none").send().await;
    assert_eq!(none.status, 404, "{}", none.text());
    let pool = mp.get("/claude-custom/v1/models").send().await.json();
    assert!(
        has(&pool, "data", "id", "claude-x") && !has(&pool, "data", "id", "gpt-x"),
        "{pool}"
    );
}

#[tokio::test]
async fn h4_an_upstream_without_embeddings_serves_conversations_on() {
    let openai = openai::start().await;
    openai.add_model("gpt-x");
    openai.lack("/v1/embeddings");
    let mp = Setup::new().openai(&openai, ["sk-o"]).start().await;
    let body = json!({"model": "text-embedding-x", "input": "frog"});
    for _ in 0..5 {
        let answer = mp.post("/openai-custom/v1/embeddings", &body).send().await;
        assert!(answer.status >= 400, "{}", answer.text());
    }
    let talk = Talk::saying(Tongue::Chat, "gpt-x", "Hi").to("openai-custom");
    assert_eq!(served_by(&mp, talk.whole(&mp)).await, "o");
}

#[tokio::test]
async fn embeddings_pass_where_an_upstream_has_them() {
    let (pond, mp) = Pond::start().await;
    let body = json!({"model": "text-embedding-x", "input": ["frog", "toad"]});
    let answer = mp.post("/openai-custom/v1/embeddings", &body).send().await;
    assert_eq!(
        answer.json()["data"].as_array().unwrap().len(),
        2,
        "{}",
        answer.text()
    );
    let answer = mp
        .post(
            "/claude-custom/v1/embeddings",
            &json!({"model": "claude-x", "input": "frog"}),
        )
        .send()
        .await;
    assert!(
        (400..502).contains(&answer.status) && answer.error().to_lowercase().contains("embedding"),
        "{} {}",
        answer.status,
        answer.text()
    );
    let body = json!({"content": {"parts": [{"text": "frog"}]}});
    let answer = mp
        .post(
            "/gemini-custom/v1beta/models/gemini-embedding-x:embedContent",
            &body,
        )
        .send()
        .await;
    assert!(
        answer.json()["embedding"]["values"].is_array(),
        "{}",
        answer.text()
    );
    let body = json!({"model": "gemini-embedding-x", "input": "frog"});
    let answer = mp.post("/gemini-custom/v1/embeddings", &body).send().await;
    assert!(
        answer.json()["data"][0]["embedding"].is_array(),
        "{}",
        answer.text()
    );
    assert_eq!(pond.claude.count(ANY), 0);
}

#[tokio::test]
async fn gemini_without_alt_sse_is_an_array() {
    let (pond, mp) = Pond::start().await;
    pond.on_all(&Script::words(3));
    let body = json!({"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]});
    for up in Up::ALL {
        let target = format!(
            "/{}/v1beta/models/{}:streamGenerateContent",
            up.kind(),
            up.model()
        );
        let answer = mp.post(&target, &body).send().await;
        let list = answer.json();
        let text: String = list
            .as_array()
            .unwrap_or_else(|| panic!("{up:?}: {}", answer.text()))
            .iter()
            .filter_map(|one| one["candidates"][0]["content"]["parts"][0]["text"].as_str())
            .collect();
        assert_eq!(text, "w0 w1 w2 ", "{up:?}");
    }
}

#[tokio::test]
async fn health_and_metrics_are_served() {
    let fake = gemini::start().await;
    let mp = Setup::new().gemini(&fake, ["sk-g"]).start().await;
    let health = tests::client::Request::get(mp.address(), "/health")
        .send()
        .await;
    assert_eq!(health.status, 200);
    Talk::saying(Tongue::Gemini, "gemini-2.5-pond", "Hi")
        .whole(&mp)
        .send()
        .await;
    let metrics = mp.get("/metrics").send().await;
    assert!(
        metrics.header("content-type").starts_with("text/plain"),
        "{}",
        metrics.header("content-type")
    );
    let text = metrics.text();
    assert!(
        text.lines()
            .any(|line| line.starts_with("millpond_") && !line.ends_with(" 0")),
        "{text}"
    );
    assert!(text.contains("# TYPE millpond_"), "{text}");
}

#[tokio::test]
async fn h4_a_relay_without_the_responses_api_serves_its_clients_by_chat() {
    let fake = openai::start().await;
    fake.lack("/v1/responses");
    fake.on(ANY, Script::text("Here."));
    let mp = Setup::new().openai(&fake, ["sk-a"]).start().await;
    mp.checked().await;
    for stream in [false, true] {
        let said = Talk::saying(Tongue::Responses, "gpt-x", "Hi")
            .send(&mp, stream)
            .await;
        assert_eq!(said.text, "Here.");
    }
    let paths: Vec<String> = fake.billed().into_iter().map(|one| one.path).collect();
    let (responses, chat) = ("/v1/responses", "/v1/chat/completions");
    assert_eq!(paths, [responses, chat, chat], "it is found out once");
}

#[tokio::test]
async fn h4_a_relay_that_has_the_responses_api_alone_serves_clients_of_every_dialect() {
    let fake = openai::start().await;
    fake.lack("/v1/chat/completions");
    fake.on(ANY, Script::text("Here."));
    let mp = Setup::new().openai(&fake, ["sk-a"]).start().await;
    mp.checked().await;
    for tongue in [
        Tongue::Chat,
        Tongue::Anthropic,
        Tongue::Gemini,
        Tongue::Responses,
    ] {
        for stream in [false, true] {
            let talk = Talk::saying(tongue, "gpt-x", "Hi").to("openai-custom");
            assert_eq!(talk.send(&mp, stream).await.text, "Here.", "{tongue:?}");
        }
    }
    let paths = fake.billed().into_iter().map(|one| one.path);
    let chat = paths.filter(|path| path.ends_with("/chat/completions"));
    assert_eq!(chat.count(), 1, "it is found out once");
}

#[tokio::test]
async fn h4_a_model_that_the_responses_api_alone_serves_is_asked_by_that() {
    let fake = openai::start().await;
    let text = "This model is only supported in v1/responses and not in v1/chat/completions.";
    fake.on(
        ANY,
        Script::choose(move |ask| match (ask.kind, ask.model.as_str()) {
            (Kind::Chat, "gpt-y") => Script::error(404, text),
            _ => Script::text("Here."),
        }),
    );
    let mp = Setup::new().openai(&fake, ["sk-a"]).start().await;
    mp.checked().await;
    for model in ["gpt-y", "gpt-x", "gpt-y"] {
        for tongue in [Tongue::Anthropic, Tongue::Chat] {
            let talk = Talk::saying(tongue, model, "Hi").to("openai-custom");
            assert_eq!(talk.send(&mp, true).await.text, "Here.", "{tongue:?}");
        }
    }
    let calls: Vec<(String, String)> = fake
        .billed()
        .into_iter()
        .map(|one| {
            let model = one.json()["model"].as_str().unwrap_or_default().to_owned();
            (model, one.path)
        })
        .collect();
    let (responses, chat) = ("/v1/responses", "/v1/chat/completions");
    let asked = |model: &str, path: &str| {
        let same = calls
            .iter()
            .filter(|call| call.0 == model && call.1 == path);
        same.count()
    };
    assert_eq!((asked("gpt-y", chat), asked("gpt-y", responses)), (1, 4));
    assert_eq!((asked("gpt-x", chat), asked("gpt-x", responses)), (2, 0));
}

#[tokio::test]
async fn a_first_request_right_after_a_first_start_finds_the_pool_that_has_its_model() {
    let (openai, claude) = (openai::start().await, anthropic::start().await);
    let keys: Vec<String> = (0..12).map(|n| format!("sk-{n}")).collect();
    let mp = Setup::new()
        .claude(&claude, ["sk-c"])
        .openai(&openai, keys.iter().map(String::as_str))
        .set("MODEL_PROVIDER", "claude-custom")
        .start()
        .await;
    let talk = Talk::saying(Tongue::Anthropic, "gpt-x", "Hi");
    let answer = talk.whole(&mp).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!((openai.count(ANY), claude.count(ANY)), (1, 0));
}
