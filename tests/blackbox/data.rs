//! D1 to D3 and V1: what is kept, what is never overwritten, and what can be explained.

use std::time::Duration;

use serde_json::{Value, json};
use tests::fake::{ANY, Script, openai};
use tests::proxy::Setup;
use tests::sse::Tongue;
use tests::wait;

use crate::talk::Talk;

fn talk(n: usize) -> Talk {
    Talk::saying(Tongue::Chat, "gpt-x", &format!("Question {n}"))
}

fn counted(pools: &Value) -> u64 {
    pools["openai-custom"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| one["usageCount"].as_u64().unwrap_or(0))
        .sum()
}

#[tokio::test]
async fn d1_a_crash_loses_at_most_five_seconds_of_counters_even_under_load() {
    let fake = openai::start().await;
    let mp = Setup::new().openai(&fake, ["sk-a", "sk-b"]).start().await;
    talk(0).send(&mp, false).await;
    let begun = std::time::Instant::now();
    let mut n = 1;
    // The load does not pause, so that a writer that waits for a pause never writes.
    while begun.elapsed() < Duration::from_secs(6) {
        talk(n).send(&mp, false).await;
        n += 1;
    }
    let written = counted(&mp.pools());
    assert!(written >= 1, "after six seconds of load nothing is written");
    let total = fake.count(ANY) as u64;
    wait::until("all is written", Duration::from_secs(6), || {
        counted(&mp.pools()) == total
    })
    .await;
    let home = mp.keep_home();
    mp.crash().await;
    let again = Setup::on(home).start().await;
    talk(n).send(&again, false).await;
    let home = again.keep_home();
    assert!(again.stop().await.success());
    let text = std::fs::read_to_string(home.path().join("provider_pools.json")).unwrap();
    let pools: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(counted(&pools), total + 1, "both only grow");
    let last = pools["openai-custom"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["lastUsed"].as_str())
        .max()
        .unwrap()
        .to_owned();
    assert!(last.contains('T') && last.len() >= 20, "RFC 3339: {last}");
}

#[tokio::test]
async fn d1_errors_are_counted_where_they_are_the_instances_fault() {
    let fake = openai::start().await;
    fake.on("sk-a", Script::status(500));
    let mp = Setup::new()
        .openai(&fake, ["sk-a", "sk-b"])
        .with("b", "priority", 1)
        .start()
        .await;
    talk(0).send(&mp, false).await;
    let home = mp.keep_home();
    mp.stop().await;
    let text = std::fs::read_to_string(home.path().join("provider_pools.json")).unwrap();
    let pools: Value = serde_json::from_str(&text).unwrap();
    let of = |name: &str| {
        pools["openai-custom"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["customName"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(
        (&of("a")["usageCount"], &of("a")["errorCount"]),
        (&json!(1), &json!(1)),
        "{pools}"
    );
    assert!(of("a")["lastErrorTime"].is_string());
    assert_eq!(
        (&of("b")["usageCount"], &of("b")["errorCount"]),
        (&json!(1), &json!(0)),
        "{pools}"
    );
    assert!(of("b")["lastErrorTime"].is_null());
}

#[tokio::test]
async fn d2_a_file_that_cannot_be_read_is_never_overwritten() {
    let fake = openai::start().await;
    for (name, broken) in [
        ("provider_pools.json", "{ \"openai-custom\": [ oops"),
        ("config.json", "{ \"MAX_ERROR_COUNT\": 3, "),
    ] {
        let mut setup = Setup::new().file(name, broken);
        if name == "config.json" {
            setup = setup.openai(&fake, ["sk-a"]);
        }
        let home = setup.home().join(name);
        let said = match setup.try_start().await {
            Ok(mp) => {
                talk(0).whole(&mp).send().await;
                let kept = mp.keep_home();
                mp.signal("TERM");
                let mut mp = mp;
                mp.ended().await;
                assert_eq!(
                    std::fs::read_to_string(kept.path().join(name)).unwrap(),
                    broken,
                    "{name}"
                );
                mp.log()
            }
            Err(ran) => {
                assert_eq!(ran.code, 1, "{ran:?}");
                ran.stderr
            }
        };
        assert!(said.contains(name), "{name} is not named in {said}");
        let _ = home;
    }
}

#[tokio::test]
async fn d3_what_millpond_does_not_know_survives() {
    let fake = openai::start().await;
    let config = "{\n  // what a friend told me\n  \"MY_OWN_KEY\": [1, 2],\n  \"MAX_ERROR_COUNT\": 3, // three\n  \"zebra\": null\n}\n";
    let pools = format!(
        r#"{{
  "mystery-oauth": [{{"SECRET_PATH": "./x.json", "uuid": "7b6f5c1e-0000-4000-8000-000000000001"}}],
  "openai-custom": [
    {{"zebra": {{"b": 1, "a": 2}}, "OPENAI_API_KEY": "sk-a", "OPENAI_BASE_URL": "{}", "uuid": "{}", "customName": "a", "aardvark": "kept", "usageCount": 41}}
  ],
  "gemini-cli-oauth": [{{"GEMINI_OAUTH_CREDS_FILE_PATH": "./credentials1.json", "PROJECT_ID": "p", "uuid": "ac200154-26b8-4f5f-8650-e8cc738b06e3"}}]
}}"#,
        fake.url(),
        tests::proxy::id("a")
    );
    let mp = Setup::new()
        .file("config.json", config)
        .file("provider_pools.json", &pools)
        .start()
        .await;
    assert_eq!(
        talk(0).to("openai-custom").whole(&mp).send().await.status,
        200
    );
    let set = mp.run(&["config", "set", "MAX_ERROR_COUNT", "5"]).await;
    assert_eq!(set.code, 0, "{set:?}");
    let kept = std::fs::read_to_string(mp.file("config.json")).unwrap();
    assert_eq!(
        kept,
        config.replace("\"MAX_ERROR_COUNT\": 3", "\"MAX_ERROR_COUNT\": 5")
    );
    let home = mp.keep_home();
    mp.stop().await;
    let text = std::fs::read_to_string(home.path().join("provider_pools.json")).unwrap();
    let now: Value = serde_json::from_str(&text).unwrap();
    let before: Value = serde_json::from_str(&pools).unwrap();
    let kinds: Vec<&String> = now.as_object().unwrap().keys().collect();
    assert_eq!(
        kinds,
        ["mystery-oauth", "openai-custom", "gemini-cli-oauth"]
    );
    assert_eq!(now["mystery-oauth"], before["mystery-oauth"]);
    let one = &now["openai-custom"][0];
    assert_eq!(
        (&one["zebra"], &one["aardvark"]),
        (&json!({"b": 1, "a": 2}), &json!("kept"))
    );
    assert_eq!(one["usageCount"], 42);
    let names: Vec<&String> = one.as_object().unwrap().keys().take(7).collect();
    assert_eq!(
        names,
        [
            "zebra",
            "OPENAI_API_KEY",
            "OPENAI_BASE_URL",
            "uuid",
            "customName",
            "aardvark",
            "usageCount"
        ]
    );
    assert_eq!(now["gemini-cli-oauth"][0]["PROJECT_ID"], "p");
}

#[tokio::test]
async fn d4_statistics_may_break_and_serving_goes_on() {
    let fake = openai::start().await;
    let setup = Setup::new()
        .openai(&fake, ["sk-a"])
        .file("stats.db", "this is no database at all, not even a little");
    let mp = setup.start().await;
    assert_eq!(talk(0).whole(&mp).send().await.status, 200);
    let _ = std::fs::remove_file(mp.file("stats.db"));
    assert_eq!(talk(1).whole(&mp).send().await.status, 200);
}

#[tokio::test]
async fn v1_every_answer_can_be_explained() {
    let fake = openai::start().await;
    fake.on("sk-a", Script::error(503, "the mill is shut"));
    let mp = Setup::new()
        .openai(&fake, ["sk-a", "sk-b"])
        .with("b", "priority", 1)
        .start()
        .await;
    let answer = talk(0).whole(&mp).send().await;
    let id = answer.header("x-request-id").to_owned();
    let mut ran = mp.run(&["explain", &id]).await;
    // Statistics are written behind the answer.
    for _ in 0..50 {
        if ran.code == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        ran = mp.run(&["explain", &id]).await;
    }
    assert_eq!(ran.code, 0, "{ran:?}");
    for word in ["a", "503", "the mill is shut", "b", "200", "ms"] {
        assert!(
            ran.stdout.contains(word),
            "{word:?} is not in {}",
            ran.stdout
        );
    }
    let listed = mp.run(&["explain", &id, "--json"]).await.json();
    let attempts = listed["attempts"]
        .as_array()
        .unwrap_or_else(|| panic!("{listed}"));
    assert_eq!(attempts.len(), 2, "{listed}");
    let none = mp
        .run(&["explain", "req_00000000000000000000000000000000"])
        .await;
    assert_eq!(none.code, 1, "{none:?}");
    let stats = mp.run(&["stats", "--json"]).await;
    assert_eq!(stats.code, 0, "{stats:?}");
    assert!(stats.stdout.contains("gpt-x"), "{stats:?}");
}
