//! K2 and K3: no secret shows; who may come in. V2: what the control door shows.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::LOCAL_KEY;
use tests::client::Request;
use tests::fake::{ANY, Break, Point, Script, anthropic, openai};
use tests::proxy::{Millpond, Setup};
use tests::sse::Tongue;
use tests::wait;

use crate::talk::Talk;

const CANARIES: [&str; 4] = [
    "sk-canary-one-7f3a9c",
    "sk-canary-two-7f3a9c",
    "hunter2-canary-7f3a9c",
    "header-canary-7f3a9c",
];

fn seek(what: &str, text: &str) {
    for canary in CANARIES.iter().chain([&LOCAL_KEY]) {
        assert!(!text.contains(canary), "{canary} shows in {what}:\n{text}");
    }
}

#[tokio::test]
async fn k2_a_secret_never_shows() {
    let (openai, claude) = (openai::start().await, anthropic::start().await);
    openai.forbid("sk-canary-two-7f3a9c");
    let mp = Setup::new()
        .openai(&openai, ["sk-canary-one-7f3a9c"])
        .claude(&claude, ["sk-canary-two-7f3a9c"])
        .with("canary-one-7f3a9c", "customName", "one")
        .with("canary-two-7f3a9c", "customName", "two")
        .with("one", "HEADERS", json!({"x-relay": "header-canary-7f3a9c"}))
        .set("MAX_ERROR_COUNT", 1_000)
        .pools_file("mine.json")
        .start()
        .await;
    let echo = "Incorrect API key provided: sk-canary-one-7f3a9c and sk-canary-two-7f3a9c.";
    for script in [
        Script::error(401, echo),
        Script::error(400, echo),
        Script::error(500, echo),
        Script::error(429, echo),
        Script::html(502),
    ] {
        openai.on(ANY, script.clone());
        claude.on(ANY, script);
        for (tongue, kind, model) in [
            (Tongue::Chat, "openai-custom", "gpt-x"),
            (Tongue::Anthropic, "openai-custom", "gpt-x"),
            (Tongue::Anthropic, "claude-custom", "claude-x"),
        ] {
            let answer = Talk::saying(tongue, model, "Hi")
                .to(kind)
                .whole(&mp)
                .send()
                .await;
            seek("an answer", &answer.text());
            seek("the headers of an answer", &format!("{:?}", answer.headers));
            let id = answer.header("x-request-id").to_owned();
            seek("explain", &mp.run(&["explain", &id]).await.all());
        }
    }
    for words in [
        &["pool", "list"][..],
        &["pool", "list", "--json"],
        &["stats"],
        &["stats", "--json"],
        &["doctor"],
        &["doctor", "--json"],
        &["check"],
        &["check", "--json"],
        &["config", "get"],
    ] {
        seek(&words.join(" "), &mp.run(words).await.all());
    }
    seek("metrics", &mp.get("/metrics").send().await.text());
    seek("health", &mp.get("/health").send().await.text());
    let log = mp.log();
    seek("the log", &log);
    assert!(!log.is_empty());
    mp.stop().await;
}

#[tokio::test]
async fn k2_the_homes_own_file_gives_its_keys_to_the_vault() {
    let fake = openai::start().await;
    fake.accept(["sk-canary-one-7f3a9c"]);
    let mp = Setup::new()
        .openai(&fake, ["sk-canary-one-7f3a9c"])
        .start()
        .await;
    let answer = Talk::saying(Tongue::Chat, "gpt-x", "Hi")
        .whole(&mp)
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let pools = mp.pools();
    let field = pools["openai-custom"][0]["OPENAI_API_KEY"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(field.starts_with("vault:"), "{field}");
    seek("the pools file", &pools.to_string());
    let home = mp.keep_home();
    mp.stop().await;
    let again = Setup::on(home).start().await;
    assert_eq!(
        Talk::saying(Tongue::Chat, "gpt-x", "Hi")
            .whole(&again)
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn k2_a_file_that_was_given_keeps_its_keys_and_import_is_named() {
    let fake = openai::start().await;
    let mp = Setup::new()
        .openai(&fake, ["sk-a"])
        .pools_file("mine.json")
        .start()
        .await;
    assert_eq!(
        Talk::saying(Tongue::Chat, "gpt-x", "Hi")
            .whole(&mp)
            .send()
            .await
            .status,
        200
    );
    assert_eq!(mp.pools()["openai-custom"][0]["OPENAI_API_KEY"], "sk-a");
    assert!(mp.log().contains("millpond pool import"), "{}", mp.log());
}

#[tokio::test]
async fn k3_the_local_key_is_asked_for_in_each_of_its_four_forms() {
    let fake = openai::start().await;
    let mp = Setup::new().openai(&fake, ["sk-a"]).start().await;
    let bare = || Request::get(mp.address(), "/v1/models");
    for (request, status) in [
        (bare(), 401),
        (bare().bearer("wrong"), 401),
        (bare().header("x-api-key", "wrong"), 401),
        (bare().bearer(LOCAL_KEY), 200),
        (bare().header("x-api-key", LOCAL_KEY), 200),
        (bare().header("x-goog-api-key", LOCAL_KEY), 200),
        (
            Request::get(mp.address(), &format!("/v1/models?key={LOCAL_KEY}")),
            200,
        ),
        (Request::get(mp.address(), "/v1/models?key=wrong"), 401),
        (Request::get(mp.address(), "/health"), 200),
        (Request::get(mp.address(), "/metrics"), 401),
    ] {
        let answer = request.clone().send().await;
        assert_eq!(answer.status, status, "{request:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn k3_a_missing_key_is_told_in_the_clients_dialect() {
    let fake = openai::start().await;
    let mp = Setup::new().openai(&fake, ["sk-a"]).start().await;
    for tongue in Tongue::ALL {
        let answer = Talk::saying(tongue, "gpt-x", "Hi")
            .whole(&mp)
            .without("authorization")
            .send()
            .await;
        assert_eq!(answer.status, 401, "{tongue:?}");
        let body = answer.json();
        match tongue {
            Tongue::Chat | Tongue::Responses => {
                assert_eq!(body["error"]["code"], "invalid_api_key")
            }
            Tongue::Anthropic => assert_eq!(
                (&body["type"], &body["error"]["type"]),
                (&json!("error"), &json!("authentication_error"))
            ),
            Tongue::Gemini => assert_eq!(body["error"]["status"], "UNAUTHENTICATED"),
        }
        assert!(!answer.error().is_empty());
    }
    assert_eq!(fake.count(ANY), 0);
}

#[tokio::test]
async fn k3_no_web_page_can_reach_it() {
    let fake = openai::start().await;
    let mp = Setup::new().openai(&fake, ["sk-a"]).start().await;
    let port = mp.address().port();
    let ask = || Talk::saying(Tongue::Chat, "gpt-x", "Hi").whole(&mp);
    for host in [
        "evil.example",
        &format!("evil.example:{port}"),
        "192.168.1.7",
        "127.0.0.1.evil.example",
    ] {
        assert_eq!(
            ask().header("host", host).send().await.status,
            403,
            "{host}"
        );
    }
    for host in [
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        "localhost".to_owned(),
    ] {
        assert_eq!(
            ask().header("host", &host).send().await.status,
            200,
            "{host}"
        );
    }
    for origin in [
        "https://evil.example",
        "http://evil.example",
        "null",
        "https://localhost.evil.example",
    ] {
        let answer = ask().header("origin", origin).send().await;
        assert_eq!(answer.status, 403, "{origin}");
        assert!(answer.header("access-control-allow-origin").is_empty());
    }
    let preflight = Request::new(mp.address(), "OPTIONS", "/v1/chat/completions")
        .header("origin", "https://evil.example");
    assert_eq!(preflight.send().await.status, 403);
    assert_eq!(fake.count(ANY), 4);
}

#[tokio::test]
async fn k3_a_random_key_is_made_and_kept() {
    let fake = openai::start().await;
    let mp = Setup::new().openai(&fake, ["sk-a"]).key("").start().await;
    let answer = Talk::saying(Tongue::Chat, "gpt-x", "Hi")
        .whole(&mp)
        .without("authorization")
        .send()
        .await;
    assert_eq!(answer.status, 401);
    let shown = mp.run(&["config", "get", "REQUIRED_API_KEY"]).await;
    let key = shown.stdout.trim().trim_matches('"').to_owned();
    assert!(key.len() >= 20, "{shown:?}");
    let open = |mp: &tests::proxy::Millpond| Request::get(mp.address(), "/v1/models").bearer(&key);
    assert_eq!(open(&mp).send().await.status, 200);
    let home = mp.keep_home();
    mp.stop().await;
    let again = Setup::on(home).key("").start().await;
    assert_eq!(
        open(&again).send().await.status,
        200,
        "it is the same after a restart"
    );
}

/// The requests in flight that the control door shows: model, phase, instance.
async fn in_flight(mp: &Millpond) -> Vec<(String, String, String)> {
    let token = std::fs::read_to_string(mp.file("control-token")).unwrap();
    let request = Request::get(mp.address(), "/control/status").bearer(&token);
    let status = request.send().await.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = status["in_flight"].as_array().unwrap().iter();
    all.map(|one| {
        let instance = text(&one["instance"]["name"]);
        (text(&one["model"]), text(&one["phase"]), instance)
    })
    .collect()
}

#[tokio::test]
async fn v2_requests_in_flight_are_shown_with_how_far_they_have_come() {
    let fake = openai::start().await;
    fake.on(
        "sk-a",
        Script::words(2).breaks(Point::AfterContent(1), Break::Hang),
    );
    let mp = Setup::new().openai(&fake, ["sk-a"]).start().await;
    let talk = Talk::saying(Tongue::Chat, "gpt-x", "Hi");
    let mut streaming = talk.stream(&mp).open().await;
    streaming.until("w0").await;
    fake.on("sk-a", Script::hang());
    let waiting = tokio::spawn(talk.whole(&mp).try_open());
    wait::until("asked", Duration::from_secs(20), || fake.count(ANY) == 2).await;
    let of = |phase: &str| ("gpt-x".to_owned(), phase.to_owned(), "a".to_owned());
    assert_eq!(in_flight(&mp).await, [of("waiting"), of("streaming")]);
    waiting.abort();
    drop(streaming);
    let begun = Instant::now();
    while !in_flight(&mp).await.is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20), "they stay");
    }
}
