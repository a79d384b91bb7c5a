//! Pools of accounts that were signed in to: tokens kept alive, and the truth about those that have ended.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use tests::fake::accounts::{self, Accounts, Reply};
use tests::proxy::{Millpond, Setup, id};
use tests::sse::Tongue;
use tests::wait;

use crate::talk::Talk;

const KIND: &str = "openai-qwen-oauth";
const TOKENS: &str = "/api/v1/oauth2/token";
const CHAT: &str = "/v1/chat/completions";

/// A file as Qwen Code writes it, whose token has ended.
fn creds(folder: &tempfile::TempDir) -> PathBuf {
    let path = folder.path().join("oauth_creds.json");
    let text = json!({"access_token": "qwen-canary-old", "refresh_token": "qwen-canary-refresh-0", "token_type": "Bearer",
        "resource_url": "portal.qwen.ai", "expiry_date": 1_000, "theirs": {"a": [1, 2]}});
    std::fs::write(&path, text.to_string()).unwrap();
    path
}

fn linked(fake: &Accounts, path: &std::path::Path) -> Setup {
    let entry = json!({"QWEN_OAUTH_CREDS_FILE_PATH": path, "uuid": id("q"), "customName": "q", "checkHealth": false});
    Setup::new().accounts(fake).instance(KIND, entry)
}

fn talk() -> Talk {
    Talk::saying(Tongue::Chat, "coder-model", "hello").to(KIND)
}

async fn state(mp: &Millpond) -> Value {
    mp.run(&["pool", "list", "--json"]).await.json()[0].clone()
}

#[tokio::test]
async fn o1_many_callers_of_two_processes_make_one_token_call() {
    let fake = accounts::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = creds(&folder);
    let (one, two) = (
        linked(&fake, &path).start().await,
        linked(&fake, &path).start().await,
    );
    fake.delay(Duration::from_millis(300));
    let asked = (0..100).map(|n| {
        let request = talk().whole(if n % 2 == 0 { &one } else { &two });
        tokio::spawn(async move { request.send().await })
    });
    for answer in asked.collect::<Vec<_>>() {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert_eq!(fake.count(TOKENS), 1);
    let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(
        file["refresh_token"], "qwen-canary-refresh-1",
        "o5: it is renewed in place"
    );
    assert_eq!(
        file["theirs"],
        json!({"a": [1, 2]}),
        "o5: what is theirs stays"
    );
}

#[tokio::test]
async fn o1_rotating_tokens_are_followed_and_a_refused_one_is_replaced_once() {
    let fake = accounts::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mp = linked(&fake, &creds(&folder)).start().await;
    for round in 1..=3 {
        let answer = talk().whole(&mp).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(fake.count(TOKENS), round);
        // Somebody else has renewed it at the service: the one that Millpond has is refused from now on.
        fake.world().qwen.access = format!("elsewhere-{round}");
    }
    let explained = talk().whole(&mp).send().await;
    assert_eq!(
        explained.header("x-millpond-attempts"),
        "2",
        "the refused call and its repetition"
    );
}

#[tokio::test]
async fn o1_a_service_that_refuses_its_own_tokens_is_not_hammered_and_its_words_are_shown() {
    let fake = accounts::start().await;
    fake.world().qwen.serves = false;
    let folder = tempfile::tempdir().unwrap();
    let mp = linked(&fake, &creds(&folder)).start().await;
    for _ in 0..10 {
        assert!(talk().whole(&mp).send().await.status >= 500);
    }
    assert_eq!(
        fake.count(CHAT),
        2,
        "once, and once more with a fresh token"
    );
    assert_eq!(
        fake.count(TOKENS),
        2,
        "the ended one, and one in place of the refused"
    );
    let state = state(&mp).await;
    assert_eq!(state["state"], "refused");
    let reason = state["reason"].as_str().unwrap();
    assert!(
        reason.contains("invalid access token or token expired"),
        "{reason}"
    );
    assert!(
        reason.contains("Model Studio"),
        "what to use instead: {reason}"
    );
    assert!(!mp.log().contains("canary"), "k2: {}", mp.log());
}

#[tokio::test]
async fn an_ended_sign_in_waits_for_the_user_and_goes_on_when_its_file_is_new() {
    let fake = accounts::start().await;
    fake.world().qwen.refresh = "another".to_owned();
    let folder = tempfile::tempdir().unwrap();
    let path = creds(&folder);
    let before = std::fs::read_to_string(&path).unwrap();
    let mp = linked(&fake, &path).start().await;
    for _ in 0..5 {
        assert_eq!(talk().whole(&mp).send().await.status, 503);
    }
    assert_eq!(fake.count(TOKENS), 1);
    assert_eq!(state(&mp).await["state"], "needs-login");
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        before,
        "o2: it is not made worse"
    );
    // The official client signs in anew.
    std::fs::write(&path, before.replace("qwen-canary-refresh-0", "another")).unwrap();
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(mp.run(&["check", KIND]).await.code, 0);
    assert_eq!(talk().whole(&mp).send().await.status, 200);
}

#[tokio::test]
async fn o2_a_firewalls_page_changes_nothing_that_is_kept() {
    let fake = accounts::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = creds(&folder);
    let before = std::fs::read_to_string(&path).unwrap();
    fake.say(TOKENS, Reply::page());
    let mp = linked(&fake, &path).start().await;
    assert_ne!(talk().whole(&mp).send().await.status, 200);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    assert_ne!(state(&mp).await["state"], "needs-login", "it may pass");
}

#[tokio::test]
async fn o2_kill_9_between_renewal_and_keeping_leaves_a_whole_file_and_no_lock() {
    let fake = accounts::start().await;
    fake.delay(Duration::from_millis(400));
    let folder = tempfile::tempdir().unwrap();
    let path = creds(&folder);
    let mp = linked(&fake, &path).start().await;
    let request = talk().whole(&mp);
    let asked = tokio::spawn(async move { request.send().await });
    wait::until("the service was asked", Duration::from_secs(10), || {
        fake.count(TOKENS) == 1
    })
    .await;
    mp.crash().await;
    asked.abort();
    let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(
        file["refresh_token"], "qwen-canary-refresh-0",
        "whole, and the old one"
    );
    // The service rotates, so that the old one is dead now: that is told, and nothing hangs.
    let mp = linked(&fake, &path).start().await;
    assert_eq!(talk().whole(&mp).send().await.status, 503);
    assert_eq!(state(&mp).await["state"], "needs-login");
}

#[tokio::test]
async fn h6_what_an_account_has_left_is_shown_with_its_age_and_costs_nothing() {
    let fake = accounts::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("creds.json");
    let text = json!({"access_token": "ya29.canary-0", "refresh_token": "1//canary-refresh", "expiry_date": 4_000_000_000_000_u64});
    std::fs::write(&path, text.to_string()).unwrap();
    let entry = json!({"GEMINI_OAUTH_CREDS_FILE_PATH": path, "PROJECT_ID": "mine", "uuid": id("g"), "customName": "g"});
    let mp = Setup::new()
        .accounts(&fake)
        .instance("gemini-cli-oauth", entry)
        .start()
        .await;
    let checked = mp.run(&["check", "--json"]).await;
    assert_eq!(checked.code, 0, "{checked:?}");
    assert_eq!(
        fake.last("/v1internal:retrieveUserQuota").json()["project"],
        "mine"
    );
    assert_eq!(fake.count("/v1internal:generateContent"), 0);
    let token = std::fs::read_to_string(mp.file("control-token")).unwrap();
    let status = mp.get("/control/status").bearer(token.trim()).send().await;
    let status: Value = serde_json::from_str(&status.text()).unwrap();
    let quota = &status["pools"][0]["instances"][0]["quota"][0];
    assert_eq!(quota["name"], "gemini-2.5-pro", "{status}");
    assert_eq!(quota["percent_left"], 50.0, "the least of both");
    assert!(quota["at"].is_string(), "{quota}");
}

#[tokio::test]
async fn an_account_that_google_has_ended_is_told_once_and_not_asked_again() {
    let fake = accounts::start().await;
    fake.world().google.tiers = json!({"ineligibleTiers": [{"reasonCode": "UNSUPPORTED_CLIENT",
        "reasonMessage": "This client is no longer supported for individuals."}]});
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("creds.json");
    let text = json!({"access_token": "ya29.canary-0", "refresh_token": "1//canary-refresh", "expiry_date": 4_000_000_000_000_u64});
    std::fs::write(&path, text.to_string()).unwrap();
    let entry = json!({"GEMINI_OAUTH_CREDS_FILE_PATH": path, "uuid": id("g"), "customName": "g", "checkHealth": false});
    let mp = Setup::new()
        .accounts(&fake)
        .instance("gemini-cli-oauth", entry)
        .start()
        .await;
    let talk = Talk::saying(Tongue::Gemini, "gemini-2.5-pro", "hello").to("gemini-cli-oauth");
    for _ in 0..5 {
        assert!(talk.whole(&mp).send().await.status >= 500);
    }
    assert_eq!(fake.count("/v1internal:loadCodeAssist"), 1);
    let state = state(&mp).await;
    assert_eq!(state["state"], "refused");
    assert!(
        state["reason"]
            .as_str()
            .unwrap()
            .contains("no longer supported for individuals"),
        "{state}"
    );
}

#[tokio::test]
async fn an_official_clients_sign_in_is_taken_over_on_request_and_serves() {
    let fake = accounts::start().await;
    let setup = Setup::new().accounts(&fake);
    let folder = setup.home().join(".qwen");
    std::fs::create_dir(&folder).unwrap();
    let text = json!({"access_token": "old", "refresh_token": "qwen-canary-refresh-0", "resource_url": "portal.qwen.ai", "expiry_date": 1_000});
    std::fs::write(folder.join("oauth_creds.json"), text.to_string()).unwrap();
    let missing = setup.run(&["pool", "import", "gemini"]).await;
    assert_eq!(missing.code, 1, "{missing:?}");
    let ran = setup.run(&["pool", "import", "qwen"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.starts_with("1 instances added") && !ran.all().contains("canary"),
        "{ran:?}"
    );
    let mp = setup.start().await;
    assert_eq!(talk().whole(&mp).send().await.status, 200);
    let kept = std::fs::read_to_string(folder.join("oauth_creds.json")).unwrap();
    assert_eq!(kept, text.to_string(), "its own file stays as it is");
}
