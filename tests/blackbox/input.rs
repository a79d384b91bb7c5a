//! Bad input: a clear message in the right place and dialect, and nothing lost.

use serde_json::{Value, json};
use tests::fake::{ANY, anthropic, openai};
use tests::proxy::{Millpond, Setup};
use tests::sse::Tongue;

use crate::talk::Talk;

/// The error has its dialect's shape; returns its text.
fn shaped(tongue: Tongue, body: &Value) -> String {
    let error = &body["error"];
    match tongue {
        Tongue::Chat | Tongue::Responses => assert!(
            error["type"].is_string()
                && error.get("param").is_some()
                && error.get("code").is_some(),
            "{body}"
        ),
        Tongue::Anthropic => assert!(
            body["type"] == "error" && error["type"].is_string(),
            "{body}"
        ),
        Tongue::Gemini => assert!(
            error["code"].is_number() && error["status"].is_string(),
            "{body}"
        ),
    }
    error["message"]
        .as_str()
        .unwrap_or_else(|| panic!("{body}"))
        .to_owned()
}

async fn pond() -> (openai::Fake, anthropic::Fake, Millpond) {
    let (openai, claude) = (openai::start().await, anthropic::start().await);
    let mp = Setup::new()
        .openai(&openai, ["sk-a"])
        .claude(&claude, ["sk-b"])
        .start()
        .await;
    (openai, claude, mp)
}

#[tokio::test]
async fn a_body_that_is_no_json_is_told_in_the_clients_dialect() {
    let (openai, claude, mp) = pond().await;
    for tongue in Tongue::ALL {
        for body in ["", "{", "[]", "\"x\"", "{\"model\":}", "\u{0}"] {
            let answer = Talk::saying(tongue, "gpt-x", "Hi")
                .whole(&mp)
                .body(body)
                .send()
                .await;
            assert_eq!(answer.status, 400, "{tongue:?} {body:?}: {}", answer.text());
            assert!(!shaped(tongue, &answer.json()).is_empty());
        }
    }
    assert_eq!(openai.count(ANY) + claude.count(ANY), 0);
}

#[tokio::test]
async fn a_body_that_cannot_be_translated_is_told_with_the_path_of_the_field() {
    let (openai, claude, mp) = pond().await;
    let chat = json!({"model": "claude-x", "messages": [{"role": "user", "content": "Hi"}, {"role": "user", "content": 7}]});
    let answer = mp
        .post("/claude-custom/v1/chat/completions", &chat)
        .send()
        .await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert!(
        shaped(Tongue::Chat, &answer.json()).contains("messages[1].content")
            || answer.text().contains("messages.1.content"),
        "{}",
        answer.text()
    );
    let message = json!({"model": "gpt-x", "max_tokens": 5, "messages": [{"role": "user", "content": [{"type": "text"}]}]});
    let answer = mp.post("/openai-custom/v1/messages", &message).send().await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert!(
        shaped(Tongue::Anthropic, &answer.json()).contains("text"),
        "{}",
        answer.text()
    );
    assert_eq!(openai.count(ANY) + claude.count(ANY), 0);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_in_the_clients_dialect() {
    let (_openai, _claude, mp) = pond().await;
    let mp = {
        drop(mp);
        Setup::new()
            .openai(&_openai, ["sk-a"])
            .set("BODY_LIMIT_MB", 1)
            .start()
            .await
    };
    let large = "x".repeat(1_100_000);
    for tongue in Tongue::ALL {
        let talk = Talk::saying(tongue, "gpt-x", &large);
        let answer = talk.whole(&mp).send().await;
        assert_eq!(answer.status, 413, "{tongue:?}: {}", answer.text());
        assert!(
            shaped(tongue, &answer.json()).contains("1 MB"),
            "{}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn the_limit_is_32_megabytes_by_default() {
    let (openai, _claude, mp) = pond().await;
    let fits = Talk::saying(Tongue::Chat, "gpt-x", &"x".repeat(31 << 20));
    assert_eq!(fits.whole(&mp).send().await.status, 200);
    let large = Talk::saying(Tongue::Chat, "gpt-x", &"x".repeat(33 << 20));
    assert_eq!(large.whole(&mp).send().await.status, 413);
    assert_eq!(openai.count(ANY), 1);
}

#[tokio::test]
async fn an_unknown_provider_type_is_named() {
    let (openai, claude, mp) = pond().await;
    let talk = Talk::saying(Tongue::Chat, "gpt-x", "Hi");
    let answer = talk
        .whole(&mp)
        .header("model-provider", "opneai-custom")
        .send()
        .await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert!(
        shaped(Tongue::Chat, &answer.json()).contains("opneai-custom"),
        "{}",
        answer.text()
    );
    let answer = mp
        .post("/opneai-custom/v1/messages", &json!({}))
        .send()
        .await;
    assert_eq!(answer.status, 404, "{}", answer.text());
    assert_eq!(openai.count(ANY) + claude.count(ANY), 0);
}

#[tokio::test]
async fn an_unknown_model_is_told_as_its_upstream_tells_it() {
    let (_openai, _claude, mp) = pond().await;
    for (tongue, kind) in [
        (Tongue::Chat, "openai-custom"),
        (Tongue::Anthropic, "claude-custom"),
        (Tongue::Anthropic, "openai-custom"),
        (Tongue::Gemini, "openai-custom"),
    ] {
        let answer = Talk::saying(tongue, "no-such-model", "Hi")
            .to(kind)
            .whole(&mp)
            .send()
            .await;
        assert_eq!(answer.status, 404, "{tongue:?} {kind}: {}", answer.text());
        assert!(
            shaped(tongue, &answer.json()).contains("no-such-model"),
            "{}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_lost_path_and_a_wrong_method_are_told() {
    let (_openai, _claude, mp) = pond().await;
    for (path, status) in [("/v1/none", 404), ("/", 404), ("/v2/chat/completions", 404)] {
        let answer = mp.post(path, &json!({})).send().await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
    let answer = mp.get("/v1/chat/completions").send().await;
    assert!([404, 405].contains(&answer.status), "{}", answer.status);
}

#[tokio::test]
async fn an_empty_home_says_what_to_do() {
    let mp = Setup::new().start().await;
    for tongue in Tongue::ALL {
        let answer = Talk::saying(tongue, "gpt-x", "Hi").whole(&mp).send().await;
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert!(
            shaped(tongue, &answer.json()).contains("millpond pool add"),
            "{}",
            answer.text()
        );
    }
}
