//! H1 to H7: who is asked, who rests, and for how long.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::fake::{ANY, Break, Point, Script, anthropic, closed_address, openai, silent_address};
use tests::proxy::{Millpond, Setup};
use tests::sse::Tongue;
use tests::wait;

use crate::talk::Talk;

fn talk() -> Talk {
    Talk::saying(Tongue::Chat, "gpt-x", "Hi")
}

/// `a` is sick in that way and asked first; the client sees `b`.
async fn is_invisible(what: String, sick: Script) {
    let fake = openai::start().await;
    fake.on("sk-a", sick);
    fake.on("sk-b", Script::text("Good day."));
    let mp = Setup::new()
        .openai(&fake, ["sk-a", "sk-b"])
        .with("b", "priority", 1)
        .start()
        .await;
    for stream in [false, true] {
        let said = talk().send(&mp, stream).await;
        assert_eq!(
            (said.text.as_str(), said.error),
            ("Good day.", None),
            "{what}"
        );
    }
    assert!(
        fake.count("sk-a") >= 1,
        "{what}: the sick one was never asked"
    );
}

#[tokio::test]
async fn h1_one_sick_instance_is_invisible() {
    let statuses = [
        401, 402, 403, 404, 407, 408, 409, 412, 423, 424, 425, 429, 451, 499, 500, 501, 502, 503,
        504, 505, 507, 520, 522, 524, 526, 529, 530, 599,
    ];
    let mut cases: Vec<(String, Script)> = statuses
        .iter()
        .map(|status| (status.to_string(), Script::status(*status)))
        .collect();
    cases.push((
        "404 of a model".into(),
        Script::error(
            404,
            "The model `gpt-x` does not exist or you do not have access to it.",
        ),
    ));
    cases.push(("HTML 403".into(), Script::html(403)));
    cases.push(("HTML 502".into(), Script::html(502)));
    cases.push(("HTML 200".into(), Script::html(200)));
    cases.push(("empty 200".into(), Script::empty(200)));
    cases.push(("empty 503".into(), Script::empty(503)));
    cases.push((
        "cut".into(),
        Script::text("x").breaks(Point::BeforeHeaders, Break::Cut),
    ));
    cases.push((
        "reset".into(),
        Script::text("x").breaks(Point::BeforeHeaders, Break::Reset),
    ));
    let money = json!({"error": {"message": "You exceeded your current quota, please check your plan and billing details.", "type": "insufficient_quota", "param": null, "code": "insufficient_quota"}});
    cases.push(("no money".into(), Script::json(429, &money)));
    cases.push((
        "no money at Anthropic's".into(),
        Script::error(
            400,
            "Your credit balance is too low to access the Anthropic API.",
        ),
    ));
    cases.push((
        "a body that is no error".into(),
        Script::json(500, &json!(["what"])),
    ));
    // A few at a time: each is a process of its own.
    let mut cases = cases.into_iter();
    loop {
        let few: Vec<_> = cases
            .by_ref()
            .take(6)
            .map(|(what, sick)| tokio::spawn(is_invisible(what, sick)))
            .collect();
        if few.is_empty() {
            break;
        }
        for one in few {
            one.await.unwrap();
        }
    }
}

#[tokio::test]
async fn h1_one_sick_instance_is_invisible_in_the_anthropic_dialect() {
    let fake = anthropic::start().await;
    fake.accept(["sk-good"]);
    let mp = Setup::new()
        .claude(&fake, ["sk-bad", "sk-good"])
        .with("good", "priority", 1)
        .start()
        .await;
    let talk = Talk::saying(Tongue::Anthropic, "claude-x", "Hi");
    let answer = talk.whole(&mp).send().await;
    assert_eq!(
        (answer.status, answer.header("x-millpond-instance")),
        (200, "good"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn h2_a_request_makes_at_most_three_upstream_calls() {
    let fake = openai::start().await;
    fake.on(ANY, Script::status(503));
    let mp = Setup::new()
        .openai(&fake, ["sk-a", "sk-b", "sk-c", "sk-d", "sk-e"])
        .start()
        .await;
    let answer = talk().whole(&mp).send().await;
    assert!(answer.status >= 500, "{}", answer.text());
    assert_eq!(
        (fake.count(ANY), answer.header("x-millpond-attempts")),
        (3, "3")
    );
    let mp = Setup::new()
        .openai(&fake, ["sk-a", "sk-b", "sk-c"])
        .set("REQUEST_MAX_RETRIES", 2)
        .start()
        .await;
    talk().whole(&mp).send().await;
    assert_eq!(fake.count(ANY), 5, "the setting is the budget");
}

#[tokio::test]
async fn h2_a_fault_of_the_client_is_asked_once_and_comes_back_in_the_upstreams_words() {
    let (openai, claude) = (openai::start().await, anthropic::start().await);
    let mp = Setup::new()
        .openai(&openai, ["sk-a", "sk-b"])
        .claude(&claude, ["sk-c", "sk-d"])
        .start()
        .await;
    for status in [400, 413, 422] {
        openai.on(ANY, Script::error(status, "the pond is frozen today"));
        claude.on(ANY, Script::error(status, "the pond is frozen today"));
        for tongue in Tongue::ALL {
            for (kind, model) in [("openai-custom", "gpt-x"), ("claude-custom", "claude-x")] {
                let before = openai.count(ANY) + claude.count(ANY);
                for stream in [false, true] {
                    let talk = Talk::saying(tongue, model, "Hi").to(kind);
                    let request = if stream {
                        talk.stream(&mp)
                    } else {
                        talk.whole(&mp)
                    };
                    let answer = request.send().await;
                    assert_eq!(
                        answer.status,
                        status,
                        "{tongue:?} {kind}: {}",
                        answer.text()
                    );
                    assert!(
                        answer.error().contains("the pond is frozen today"),
                        "{}",
                        answer.error()
                    );
                    assert_eq!(answer.header("x-millpond-attempts"), "1");
                }
                assert_eq!(
                    openai.count(ANY) + claude.count(ANY) - before,
                    2,
                    "{tongue:?} {kind}"
                );
            }
        }
    }
    openai.on(ANY, Script::text("Good day."));
    for _ in 0..2 {
        assert_eq!(
            talk().whole(&mp).send().await.status,
            200,
            "none of them rests"
        );
    }
}

#[tokio::test]
async fn h3_a_state_has_a_reason_a_next_try_and_an_exit() {
    let fake = openai::start().await;
    fake.on(ANY, Script::status(500));
    let mp = Setup::new()
        .openai(&fake, ["sk-a"])
        .set("MAX_ERROR_COUNT", 1)
        .start()
        .await;
    mp.checked().await;
    talk().whole(&mp).send().await;
    let asked = fake.count(ANY);
    let answer = talk().whole(&mp).send().await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(fake.count(ANY), asked, "who rests is not asked");
    let error = answer.error();
    assert!(
        error.contains("a unhealthy") && error.contains("500") && error.contains("next try in"),
        "{error}"
    );
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=5).contains(&wait), "{wait}");
    fake.on(ANY, Script::text("Good day."));
    tokio::time::sleep(Duration::from_secs(wait)).await;
    assert_eq!(talk().send(&mp, false).await.text, "Good day.");
    assert_eq!(
        talk().send(&mp, false).await.text,
        "Good day.",
        "a success clears everything"
    );
}

#[tokio::test]
async fn h3_no_rest_is_longer_than_half_an_hour_whatever_was_said() {
    let fake = openai::start().await;
    fake.on(ANY, Script::status(429).header("retry-after", "864000"));
    let mp = Setup::new().openai(&fake, ["sk-a", "sk-b"]).start().await;
    talk().whole(&mp).send().await;
    let answer = talk().whole(&mp).send().await;
    assert_eq!(answer.status, 429, "{}", answer.text());
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1_700..=1_800).contains(&wait), "{wait}");
    let error = answer.error();
    assert!(
        error.contains("a cooling") && error.contains("b cooling"),
        "each is named: {error}"
    );
}

#[tokio::test]
async fn h3_a_short_retry_after_is_kept_to() {
    let fake = openai::start().await;
    fake.on(ANY, Script::status(429).header("retry-after", "2"));
    let mp = Setup::new().openai(&fake, ["sk-a"]).start().await;
    talk().whole(&mp).send().await;
    fake.on(ANY, Script::text("Good day."));
    let begun = Instant::now();
    let answer = talk().whole(&mp).send().await;
    assert_eq!(answer.status, 429, "{}", answer.text());
    let asked = fake.count(ANY);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(talk().send(&mp, false).await.text, "Good day.");
    assert_eq!(fake.count(ANY), asked + 1);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn h4_a_models_absence_rests_the_model_and_an_accounts_quota_the_instance() {
    let fake = openai::start().await;
    let absent = Script::choose(|ask| match ask.model.as_str() {
        "gpt-x" => Script::json(
            404,
            &json!({"error": {"message": "The model `gpt-x` does not exist or you do not have access to it.", "type": "invalid_request_error", "param": null, "code": "model_not_found"}}),
        ),
        _ => Script::text("from a"),
    });
    fake.on("sk-a", absent);
    fake.on("sk-b", Script::text("from b"));
    let mp = Setup::new()
        .openai(&fake, ["sk-a", "sk-b"])
        .with("b", "priority", 1)
        .start()
        .await;
    assert_eq!(talk().send(&mp, false).await.text, "from b");
    assert_eq!(talk().send(&mp, false).await.text, "from b");
    assert_eq!(fake.count("sk-a"), 1, "the model rests there");
    let other = Talk::saying(Tongue::Chat, "gpt-y", "Hi");
    assert_eq!(
        other.send(&mp, false).await.text,
        "from a",
        "the instance does not"
    );
    let money = json!({"error": {"message": "You exceeded your current quota.", "type": "insufficient_quota", "param": null, "code": "insufficient_quota"}});
    fake.on("sk-a", Script::json(429, &money));
    assert_eq!(other.send(&mp, false).await.text, "from b");
    fake.on("sk-a", Script::text("from a"));
    assert_eq!(
        other.send(&mp, false).await.text,
        "from b",
        "the whole instance rests"
    );
}

#[tokio::test]
async fn h5_a_conversation_stays_and_its_instances_death_costs_one_move() {
    let fake = openai::start().await;
    let keys = ["sk-a", "sk-b", "sk-c", "sk-d", "sk-e"];
    let mp = Setup::new().openai(&fake, keys).start().await;
    let mut talk = Talk::new(Tongue::Chat, "gpt-x");
    let mut homes = Vec::new();
    for turn in 0..20 {
        talk.user(&format!("Turn {turn}"));
        if turn == 10 {
            let home: &String = homes.last().unwrap();
            fake.on(&format!("sk-{home}"), Script::status(500));
        }
        let answer = talk.whole(&mp).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        homes.push(answer.header("x-millpond-instance").to_owned());
        talk.keep(&answer.json());
        // Others come between.
        Talk::saying(Tongue::Chat, "gpt-x", &format!("Another {turn}"))
            .whole(&mp)
            .send()
            .await;
    }
    homes.dedup();
    assert_eq!(homes.len(), 2, "{homes:?}");
}

#[tokio::test]
async fn h5_idle_equals_take_exact_turns() {
    let fake = openai::start().await;
    let mp = Setup::new()
        .openai(&fake, ["sk-a", "sk-b", "sk-c"])
        .start()
        .await;
    for n in 0..9 {
        Talk::saying(Tongue::Chat, "gpt-x", &format!("Question {n}"))
            .send(&mp, false)
            .await;
    }
    assert_eq!(
        ["sk-a", "sk-b", "sk-c"].map(|key| fake.count(key)),
        [3, 3, 3]
    );
}

#[tokio::test]
async fn h5_weight_priority_and_limits_are_kept_to() {
    let fake = openai::start().await;
    fake.on(
        ANY,
        Script::text("Good day.").pace(Duration::from_millis(150)),
    );
    let mp = Setup::new()
        .openai(&fake, ["sk-a", "sk-b", "sk-c", "sk-d"])
        .with("a", "weight", 3)
        .with("b", "concurrencyLimit", 1)
        .with("c", "isDisabled", true)
        .with("d", "priority", 5)
        .start()
        .await;
    let asking: Vec<_> = (0..8)
        .map(|n| {
            tokio::spawn(
                Talk::saying(Tongue::Chat, "gpt-x", &format!("Question {n}"))
                    .whole(&mp)
                    .send(),
            )
        })
        .collect();
    for one in asking {
        assert_eq!(one.await.unwrap().status, 200);
    }
    let [a, b, c, d] = ["sk-a", "sk-b", "sk-c", "sk-d"].map(|key| fake.count(key));
    assert!(
        a >= 5 && b >= 1 && c == 0 && a + b + d == 8,
        "a {a}, b {b}, c {c}, d {d}"
    );
}

#[tokio::test]
async fn h6_checks_are_free() {
    let (openai, claude) = (openai::start().await, anthropic::start().await);
    let keys: Vec<String> = (0..10).map(|n| format!("sk-{n}")).collect();
    let mp = Setup::new()
        .openai(&openai, keys.iter().map(String::as_str))
        .claude(&claude, keys.iter().map(String::as_str))
        .start()
        .await;
    let ran = mp.run(&["check"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(
        (openai.count(ANY), claude.count(ANY)),
        (0, 0),
        "nothing was billed"
    );
    assert!(
        openai.received().len() + claude.received().len() >= 20,
        "and each was looked at"
    );
}

#[tokio::test]
async fn h6_check_tells_state_milliseconds_and_reason() {
    let fake = openai::start().await;
    fake.accept(["sk-a"]);
    let mp = Setup::new()
        .openai(&fake, ["sk-a", "sk-dead"])
        .start()
        .await;
    let ran = mp.run(&["check", "openai-custom", "--json"]).await;
    let text = ran.stdout.to_lowercase();
    assert!(text.contains("401") || text.contains("key"), "{ran:?}");
    let one = mp.run(&["check", &tests::proxy::id("a")]).await;
    assert_eq!(one.code, 0, "{one:?}");
    assert!(one.stdout.contains("ms"), "{one:?}");
}

#[tokio::test]
async fn h7_the_loss_of_the_local_network_blames_nobody() {
    // There is no way there for TCP, as for every address when the network is gone.
    let there = json!({"OPENAI_API_KEY": "sk-a", "OPENAI_BASE_URL": "http://255.255.255.255:9/v1", "uuid": tests::proxy::id("a"), "customName": "a"});
    let mp = Setup::new()
        .instance("openai-custom", there)
        .set("MAX_ERROR_COUNT", 1)
        .limit("CONNECT_TIMEOUT_MS", Duration::from_millis(500))
        .start()
        .await;
    for _ in 0..5 {
        let answer = talk().to("openai-custom").whole(&mp).send().await;
        if answer.status == 504 {
            // Here the address swallows packets: that is a limit that passed, not a network that is gone.
            return;
        }
        assert!(answer.status >= 500, "{}", answer.text());
        assert!(!answer.error().contains("unhealthy"), "{}", answer.error());
    }
    assert_eq!(ready(&mp).await, ["a"]);
}

/// The names of those that are ready, by `pool list`.
async fn ready(mp: &Millpond) -> Vec<String> {
    let listed = mp.run(&["pool", "list", "--json"]).await.json().to_string();
    let found: Value = serde_json::from_str(&listed).unwrap();
    let mut names = Vec::new();
    walk(&found, &mut |object| {
        let text = object.to_string();
        if let Some(name) = object["customName"].as_str().or(object["name"].as_str())
            && text.contains("\"ready\"")
        {
            names.push(name.to_owned());
        }
    });
    names
}

fn walk(value: &Value, see: &mut impl FnMut(&Value)) {
    match value {
        Value::Array(list) => list.iter().for_each(|one| walk(one, see)),
        Value::Object(object) => {
            see(value);
            object.values().for_each(|one| walk(one, see));
        }
        _ => {}
    }
}

#[tokio::test]
async fn h3_an_upstream_that_comes_back_is_found_without_a_restart() {
    let address = closed_address().await;
    let key = json!({"OPENAI_API_KEY": "sk-a", "OPENAI_BASE_URL": format!("http://{address}/v1"), "uuid": tests::proxy::id("a"), "customName": "a"});
    let mp = Setup::new()
        .instance("openai-custom", key)
        .set("MAX_ERROR_COUNT", 1)
        .start()
        .await;
    assert!(talk().to("openai-custom").whole(&mp).send().await.status >= 500);
    let fake = openai::Fake::start_at(address).await;
    let begun = Instant::now();
    while talk().to("openai-custom").whole(&mp).send().await.status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(15), "{}", mp.log());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(fake.count("sk-a") >= 1);
}

#[tokio::test]
async fn h2_the_fallback_chain_shares_the_budget_and_translates() {
    let (openai, claude) = (openai::start().await, anthropic::start().await);
    openai.on(ANY, Script::status(503));
    claude.add_model("gpt-x");
    let setup = || {
        Setup::new()
            .openai(&openai, ["sk-a", "sk-b"])
            .claude(&claude, ["sk-c", "sk-d"])
            .set(
                "providerFallbackChain",
                json!({"openai-custom": ["claude-custom"]}),
            )
    };
    let mp = setup().start().await;
    for tongue in Tongue::ALL {
        let talk = Talk::saying(tongue, "gpt-x", "Hi").to("openai-custom");
        let answer = talk.stream(&mp).send().await;
        assert!(!talk.judged(&answer).text.is_empty());
        assert!(
            ["c", "d"].contains(&answer.header("x-millpond-instance")),
            "{tongue:?}"
        );
    }
    claude.on(ANY, Script::status(503));
    let mp = setup().start().await;
    let before = openai.count(ANY) + claude.count(ANY);
    let answer = talk().to("openai-custom").whole(&mp).send().await;
    assert!(answer.status >= 500);
    assert_eq!(openai.count(ANY) + claude.count(ANY) - before, 3);
    // Another model may stand in for one that nobody serves.
    openai.on(ANY, Script::status(503));
    claude.on(ANY, Script::text("Good day."));
    let mp = Setup::new()
        .openai(&openai, ["sk-a", "sk-b"])
        .claude(&claude, ["sk-c"])
        .set(
            "modelFallbackMapping",
            json!({"gpt-x": {"targetProviderType": "claude-custom", "targetModel": "claude-y"}}),
        )
        .start()
        .await;
    mp.checked().await;
    let answer = talk().whole(&mp).send().await;
    assert_eq!(
        (answer.status, answer.header("x-millpond-instance")),
        (200, "c"),
        "{}",
        answer.text()
    );
    assert_eq!(claude.last().json()["model"], "claude-y");
    wait::until("all answers are out", Duration::from_secs(2), || {
        claude.open() == 0
    })
    .await;
}

#[tokio::test]
async fn a_request_that_fails_has_the_same_status_each_time() {
    // It takes the connection and never answers the TLS handshake.
    let (silent, _guard) = silent_address().await;
    let fake = openai::start().await;
    let mp = Setup::new()
        .openai(&fake, ["sk-a"])
        .with("a", "OPENAI_BASE_URL", format!("https://{silent}/v1"))
        // Its check at the start would count, too.
        .with("a", "checkHealth", false)
        .limit("CONNECT_TIMEOUT_MS", Duration::from_millis(200))
        .set("MAX_ERROR_COUNT", 2)
        .start()
        .await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let answer = talk().whole(&mp).send().await;
        let error = answer.error();
        assert!(error.contains("200 ms"), "{error}");
        seen.push((
            answer.status,
            answer.header("x-millpond-attempts").to_owned(),
        ));
    }
    assert_eq!(seen, [(504, "1".to_owned()), (504, "1".to_owned())]);
    // Nobody was asked for this one.
    let answer = talk().whole(&mp).send().await;
    assert_eq!(
        (answer.status, answer.header("x-millpond-attempts")),
        (503, "0")
    );
    assert!(!answer.header("retry-after").is_empty());
    assert!(answer.error().contains("next try in"), "{}", answer.error());
}
