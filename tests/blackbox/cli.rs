//! The command line: what it prints, where, and how it ends.

use std::time::Duration;

use serde_json::json;
use tests::fake::{ANY, Script, openai};
use tests::proxy::Setup;
use tests::sse::Tongue;
use tests::wait;

use crate::talk::Talk;

fn talk() -> Talk {
    Talk::saying(Tongue::Chat, "gpt-x", "Hi")
}

#[tokio::test]
async fn wrong_usage_ends_with_2_and_says_what_is_wrong() {
    for words in [
        &["serve", "--prot", "1"][..],
        &["srve"],
        &["pool", "add"],
        &["pool", "edit"],
        &["config", "set", "X"],
        &["serve", "--port", "many"],
        &["check", "--whatever"],
    ] {
        let ran = Setup::new().run(words).await;
        assert_eq!(ran.code, 2, "{words:?}: {ran:?}");
        assert!(
            !ran.stderr.is_empty() && ran.stdout.is_empty(),
            "{words:?}: {ran:?}"
        );
    }
    for words in [&["--help"][..], &["serve", "--help"], &["--version"]] {
        let ran = Setup::new().run(words).await;
        assert_eq!(ran.code, 0, "{words:?}: {ran:?}");
        assert!(!ran.stdout.is_empty());
    }
}

#[tokio::test]
async fn a_busy_port_names_its_holder_and_a_second_engine_the_first() {
    let fake = openai::start().await;
    let mp = Setup::new().openai(&fake, ["sk-a"]).start().await;
    let port = mp.address().port().to_string();
    let busy = Setup::new()
        .word("--port")
        .word(&port)
        .try_start()
        .await
        .expect_err("the port is taken");
    assert_eq!(busy.code, 1, "{busy:?}");
    assert!(busy.stderr.contains(&port), "{busy:?}");
    let pid = mp.pid().to_string();
    assert!(
        busy.stderr.contains(&pid) || busy.stderr.contains("millpond"),
        "the holder is named: {busy:?}"
    );
    let second = Setup::on(mp.keep_home())
        .try_start()
        .await
        .expect_err("one engine a home");
    assert_eq!(second.code, 1, "{second:?}");
    assert!(
        second.stderr.contains(&pid) || second.stderr.contains(&port),
        "the first is named: {second:?}"
    );
    assert_eq!(
        talk().whole(&mp).send().await.status,
        200,
        "and it serves on"
    );
}

#[tokio::test]
async fn an_end_finishes_what_is_in_flight() {
    let fake = openai::start().await;
    fake.on(ANY, Script::words(20).pace(Duration::from_millis(60)));
    for signal in ["TERM", "INT"] {
        let mut mp = Setup::new().openai(&fake, ["sk-a"]).start().await;
        let mut open = talk().stream(&mp).open().await;
        open.until("w1 ").await;
        mp.signal(signal);
        let answer = open.finish().await;
        assert!(
            answer.clean && answer.text().contains("[DONE]"),
            "{signal}: {}",
            answer.text()
        );
        assert!(mp.ended().await.success(), "{signal}");
        assert_eq!(
            mp.pools()["openai-custom"][0]["usageCount"],
            1,
            "and is saved"
        );
    }
}

#[tokio::test]
async fn a_home_that_cannot_be_written_is_told() {
    let setup = Setup::new().file("not-a-folder", "x");
    let path = setup.home().join("not-a-folder").join("home");
    let ran = setup
        .run(&[
            "serve",
            "--port",
            "0",
            "--secrets",
            "file",
            "--home",
            &path.to_string_lossy(),
        ])
        .await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("not-a-folder"), "{ran:?}");
}

#[tokio::test]
async fn pools_are_managed_while_the_engine_runs_and_while_it_does_not() {
    let fake = openai::start().await;
    fake.accept(["sk-added"]);
    let base = fake.url();
    let setup = Setup::new();
    let ran = setup
        .run_with_input(
            &[
                "pool",
                "add",
                "openai-custom",
                "--base-url",
                &base,
                "--name",
                "added",
            ],
            "sk-added\n",
        )
        .await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let mp = setup.start().await;
    assert_eq!(
        talk().whole(&mp).send().await.header("x-millpond-instance"),
        "added"
    );
    let listed = mp.run(&["pool", "list", "--json"]).await;
    assert_eq!(listed.code, 0, "{listed:?}");
    assert!(
        listed.stdout.contains("added") && !listed.all().contains("sk-added"),
        "{listed:?}"
    );
    let pools = mp.pools();
    let uuid = pools["openai-custom"][0]["uuid"].as_str().unwrap();
    assert_eq!(mp.run(&["pool", "disable", uuid]).await.code, 0);
    assert_eq!(talk().whole(&mp).send().await.status, 503);
    assert_eq!(mp.run(&["pool", "enable", uuid]).await.code, 0);
    assert_eq!(talk().whole(&mp).send().await.status, 200);
    let lost = mp
        .run(&["pool", "remove", "00000000-0000-4000-8000-000000000000"])
        .await;
    assert_eq!(lost.code, 1, "{lost:?}");
    assert_eq!(mp.run(&["pool", "remove", uuid]).await.code, 0);
    assert_eq!(talk().whole(&mp).send().await.status, 503);
}

#[tokio::test]
async fn pools_are_imported_and_exported() {
    let fake = openai::start().await;
    let entry = json!({"openai-custom": [{"OPENAI_API_KEY": "sk-in", "OPENAI_BASE_URL": fake.url(), "customName": "in", "uuid": tests::proxy::id("in")}]});
    let setup = Setup::new().file("friend.json", &entry.to_string());
    let ran = setup.run(&["pool", "import", "friend.json"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let mp = setup.start().await;
    assert_eq!(
        talk().whole(&mp).send().await.header("x-millpond-instance"),
        "in"
    );
    assert!(
        mp.pools()["openai-custom"][0]["OPENAI_API_KEY"]
            .as_str()
            .unwrap()
            .starts_with("vault:")
    );
    let out = mp.run(&["pool", "export", "out.json"]).await;
    assert_eq!(out.code, 0, "{out:?}");
    let text = std::fs::read_to_string(mp.file("out.json")).unwrap();
    assert!(text.contains("openai-custom"), "{text}");
    let broken = mp.run(&["pool", "import", "missing.json"]).await;
    assert_eq!(broken.code, 1, "{broken:?}");
    assert!(broken.stderr.contains("missing.json"), "{broken:?}");
}

#[tokio::test]
async fn settings_are_read_and_written() {
    let fake = openai::start().await;
    let setup = Setup::new().openai(&fake, ["sk-a"]);
    assert_eq!(
        setup
            .run(&["config", "set", "MAX_ERROR_COUNT", "7"])
            .await
            .code,
        0
    );
    let got = setup.run(&["config", "get", "MAX_ERROR_COUNT"]).await;
    assert_eq!(got.stdout.trim(), "7", "{got:?}");
    let wrong = setup
        .run(&["config", "set", "MAX_ERROR_COUNT", "many"])
        .await;
    assert!(
        wrong.code != 0 && wrong.stderr.contains("MAX_ERROR_COUNT"),
        "{wrong:?}"
    );
    let after = setup.run(&["config", "get", "MAX_ERROR_COUNT"]).await;
    assert_eq!(after.stdout.trim(), "7", "nothing is lost: {after:?}");
}

#[tokio::test]
async fn the_demo_balances_and_fails_over_without_a_key() {
    let mp = Setup::new().word("--demo").start().await;
    let mut seen = std::collections::BTreeSet::new();
    for n in 0..12 {
        let talk = Talk::saying(Tongue::Chat, "demo", &format!("Question {n}"));
        let answer = talk.whole(&mp).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        seen.insert(answer.header("x-millpond-instance").to_owned());
    }
    assert!(seen.len() >= 2, "{seen:?}");
}

#[tokio::test]
async fn an_edit_of_the_pools_file_is_seen() {
    let fake = openai::start().await;
    let mp = Setup::new().openai(&fake, ["sk-a"]).start().await;
    let ran = mp.run(&["doctor"]).await;
    assert!(
        [0, 1].contains(&ran.code) && !ran.stdout.is_empty(),
        "{ran:?}"
    );
    wait::until("it is idle", Duration::from_secs(2), || fake.open() == 0).await;
}
