//! Signing in from a terminal, end to end, against services that are as strict as the real ones.

use serde_json::json;
use tests::client::Request;
use tests::fake::accounts::{self, Accounts, Reply};
use tests::proxy::{Live, Setup};
use tests::sse::Tongue;

use crate::talk::Talk;

const LOGIN: &str = "login";

/// What an endpoint says in place of its own words.
type Said = (&'static str, Reply);

fn setup(fake: &Accounts) -> Setup {
    Setup::new().accounts(fake)
}

/// What a browser does: it asks for the address that it was sent to.
async fn visit(address: &str) -> u16 {
    let rest = address.split_once("://").unwrap().1;
    let (host, path) = rest.split_once('/').unwrap();
    let host = host.replace("localhost", "127.0.0.1");
    Request::get(host.parse().unwrap(), &format!("/{path}"))
        .send()
        .await
        .status
}

async fn consent(live: &mut Live, fake: &Accounts) -> String {
    let address = live.line_with("/google/auth?").await;
    fake.world().google.agree(&address)
}

/// A request through the pool, streamed and not.
async fn talks(setup: Setup, kind: &str, model: &str) {
    let mp = setup.start().await;
    let all = [
        Tongue::Chat,
        Tongue::Anthropic,
        Tongue::Responses,
        Tongue::Gemini,
    ];
    for tongue in all {
        let talk = Talk::saying(tongue, model, "hello").to(kind);
        let whole = talk.whole(&mp).send().await;
        assert_eq!(whole.status, 200, "{}", whole.text());
        assert!(whole.text().contains("from the pond."), "{}", whole.text());
        let stream = talk.stream(&mp).send().await;
        assert_eq!(stream.status, 200, "{}", stream.text());
        assert!(stream.text().contains("pond"), "{}", stream.text());
    }
    assert!(
        !mp.log().to_lowercase().contains("canary-"),
        "k2: {}",
        mp.log()
    );
}

#[tokio::test]
async fn o4_gemini_is_signed_in_to_by_the_loopback_and_talks() {
    let fake = accounts::start().await;
    let setup = setup(&fake);
    let mut live = setup.begin(&[LOGIN, "gemini", "--no-browser"]);
    let back = consent(&mut live, &fake).await;
    assert_eq!(visit(&back).await, 200);
    let ran = live.end().await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.contains("signed in: canary@pond.example"),
        "{ran:?}"
    );
    assert!(
        !ran.all().contains("ya29.canary") && !ran.all().contains("1//canary"),
        "k2"
    );
    let pools = std::fs::read_to_string(setup.home().join("provider_pools.json")).unwrap();
    assert!(
        pools.contains("\"GEMINI_OAUTH_CREDS\": \"vault:"),
        "{pools}"
    );
    assert!(pools.contains("\"PROJECT_ID\": \"pond-1\""), "{pools}");
    talks(setup, "gemini-cli-oauth", "gemini-2.5-pro").await;
    assert_eq!(
        fake.last("/v1internal:streamGenerateContent").json()["project"],
        "pond-1"
    );
    let load = fake.last("/v1internal:loadCodeAssist").json();
    assert_eq!(load["metadata"]["pluginType"], "GEMINI");
}

#[tokio::test]
async fn o4_the_browser_may_be_on_another_machine() {
    let fake = accounts::start().await;
    let setup = setup(&fake);
    let mut live = setup.begin(&[LOGIN, "gemini", "--no-browser", "--name", "far"]);
    let back = consent(&mut live, &fake).await;
    live.type_line("what is this").await;
    live.type_line(&back).await;
    let ran = live.end().await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("not the address"), "{ran:?}");
}

#[tokio::test]
async fn o4_every_end_of_a_gemini_sign_in_has_its_name() {
    let fake = accounts::start().await;
    let refused = |body: &str| Reply::text(400, "application/json", body);
    let rows: [(&str, &str, Option<Said>, &str); 6] = [
        ("state=", "state=x", None, "wrong-state"),
        ("code=", "error=access_denied&x=", None, "denied"),
        ("code=4", "code=5", None, "not-accepted"),
        ("", "", Some(("/google/token", Reply::page())), "firewall"),
        (
            "",
            "",
            Some(("/google/token", refused(r#"{"error":"invalid_client"}"#))),
            "wrong-client",
        ),
        (
            "",
            "",
            Some((
                "/google/token",
                Reply::json(200, &json!({"access_token": "a"})),
            )),
            "odd-answer",
        ),
    ];
    for (from, to, said, cause) in rows {
        if let Some((path, reply)) = said {
            fake.say(path, reply);
        }
        let setup = setup(&fake);
        let mut live = setup.begin(&[LOGIN, "gemini", "--no-browser"]);
        let back = consent(&mut live, &fake).await;
        let back = match from {
            "" => back,
            from => back.replacen(from, to, 1),
        };
        visit(&back).await;
        let ran = live.end().await;
        assert_eq!(ran.code, 1, "{cause}: {ran:?}");
        assert!(ran.stderr.contains(cause), "{cause}: {ran:?}");
        assert!(
            !setup.home().join("provider_pools.json").exists(),
            "nothing was added"
        );
    }
}

#[tokio::test]
async fn o4_google_says_itself_why_an_account_is_not_taken_and_millpond_what_to_use() {
    let fake = accounts::start().await;
    fake.world().google.tiers = json!({"ineligibleTiers": [{"reasonCode": "UNSUPPORTED_CLIENT",
        "reasonMessage": "This client is no longer supported for individuals.", "tierId": "free-tier"}]});
    let setup = setup(&fake);
    let mut live = setup.begin(&[LOGIN, "gemini", "--no-browser"]);
    let back = consent(&mut live, &fake).await;
    visit(&back).await;
    let ran = live.end().await;
    assert_eq!(ran.code, 1, "{ran:?}");
    for part in [
        "not-eligible",
        "no longer supported for individuals",
        "UNSUPPORTED_CLIENT",
        "gemini-custom",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {ran:?}");
    }
}

#[tokio::test]
async fn an_account_without_a_tier_is_set_up_and_one_without_a_project_asks_for_it() {
    let fake = accounts::start().await;
    let free = json!({"allowedTiers": [{"id": "free-tier", "isDefault": true}]});
    fake.world().google.tiers = free;
    let setup = setup(&fake);
    let mut live = setup.begin(&[LOGIN, "gemini", "--no-browser"]);
    let back = consent(&mut live, &fake).await;
    visit(&back).await;
    assert_eq!(live.end().await.code, 0);
    assert_eq!(
        fake.last("/v1internal:onboardUser").json()["tierId"],
        "free-tier"
    );
    fake.world().google.tiers = json!({"currentTier": {"id": "standard-tier"}});
    for (words, code) in [
        (&[][..], 1),
        (&["--project", "mine-1"], 0),
        (&["--project", "123"], 1),
    ] {
        let mut all = vec![LOGIN, "gemini", "--no-browser"];
        all.extend_from_slice(words);
        let mut live = setup.begin(&all);
        if words.last() != Some(&"123") {
            let back = consent(&mut live, &fake).await;
            visit(&back).await;
        }
        let ran = live.end().await;
        assert_eq!(ran.code, code, "{words:?}: {ran:?}");
        assert!(code == 0 || ran.stderr.contains("project"), "{ran:?}");
    }
}

#[tokio::test]
async fn o4_qwen_is_signed_in_to_by_a_code_with_all_that_polling_may_meet() {
    let fake = accounts::start().await;
    let tokens = "/api/v1/oauth2/token";
    fake.say(tokens, Reply::no(400, "authorization_pending"));
    fake.say(tokens, Reply::json(200, &json!({"status": "pending"})));
    fake.say(tokens, Reply::no(429, "slow_down"));
    fake.say(tokens, Reply::no(400, "slow_down"));
    let setup = setup(&fake);
    let mut live = setup.begin(&[LOGIN, "qwen", "--no-browser"]);
    live.line_with("POND-1234").await;
    let ran = live.end().await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(fake.count(tokens), 5);
    assert!(
        ran.stderr.contains("15 April 2026"),
        "it is told that the service ended: {ran:?}"
    );
    talks(setup, "openai-qwen-oauth", "coder-model").await;
}

#[tokio::test]
async fn o4_every_end_of_a_code_has_its_name() {
    let fake = accounts::start().await;
    let tokens = "/api/v1/oauth2/token";
    for (path, reply, cause) in [
        (tokens, Reply::no(400, "expired_token"), "expired"),
        (tokens, Reply::no(400, "access_denied"), "denied"),
        (tokens, Reply::no(401, ""), "expired"),
        (tokens, Reply::no(400, "invalid_grant"), "not-accepted"),
        (tokens, Reply::page(), "firewall"),
        ("/api/v1/oauth2/device/code", Reply::page(), "firewall"),
        (
            "/api/v1/oauth2/device/code",
            Reply::json(200, &json!({})),
            "odd-answer",
        ),
    ] {
        fake.say(path, reply);
        let ran = setup(&fake)
            .begin(&[LOGIN, "qwen", "--no-browser"])
            .end()
            .await;
        assert_eq!(ran.code, 1, "{cause}: {ran:?}");
        assert!(
            ran.stderr.contains(&format!("({cause})")),
            "{cause}: {ran:?}"
        );
    }
}

#[tokio::test]
async fn o4_kiro_is_signed_in_to_by_code_and_talks() {
    let fake = accounts::start().await;
    let setup = setup(&fake);
    let mut live = setup.begin(&[LOGIN, "kiro", "--no-browser"]);
    live.line_with("KIRO-5678").await;
    let ran = live.end().await;
    assert_eq!(ran.code, 0, "{ran:?}");
    for part in ["canary@kiro.example", "KIRO PRO", "340 of 1000 credits"] {
        assert!(ran.stdout.contains(part), "{part}: {ran:?}");
    }
    talks(setup, "claude-kiro-oauth", "claude-sonnet-4-5").await;
    let sent = fake.last("/generateAssistantResponse");
    assert!(sent.header("user-agent").contains("KiroIDE-"), "{sent:?}");
}

#[tokio::test]
async fn o4_a_companys_kiro_has_its_own_page_region_and_profile() {
    let fake = accounts::start().await;
    let setup = setup(&fake);
    let words = [LOGIN, "kiro", "--no-browser", "--method", "idc"];
    assert_eq!(setup.run(&words).await.code, 2, "its start page is missing");
    let mut all = words.to_vec();
    all.extend([
        "--start-url",
        "https://d-1.awsapps.com/start",
        "--region",
        "eu-central-1",
    ]);
    let ran = setup.begin(&all).end().await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(
        fake.last("/oidc/device_authorization").json()["startUrl"],
        "https://d-1.awsapps.com/start"
    );
    talks(setup, "claude-kiro-oauth", "claude-sonnet-4-5").await;
    assert!(
        fake.last("/generateAssistantResponse").json()["profileArn"]
            .as_str()
            .unwrap()
            .contains("eu-central-1")
    );
}

#[tokio::test]
async fn o4_kiros_page_hands_back_a_code_or_the_door_to_use() {
    let fake = accounts::start().await;
    for option in ["google", "github", "builderid"] {
        let setup = setup(&fake);
        let mut live = setup.begin(&[LOGIN, "kiro", "--no-browser", "--method", "portal"]);
        let address = live.line_with("/signin?").await;
        let back = fake.world().kiro.agree(&address, option);
        assert_eq!(
            visit(&back).await,
            302,
            "the browser is sent back to Kiro's page"
        );
        let ran = live.end().await;
        assert_eq!(ran.code, 0, "{option}: {ran:?}");
    }
}

#[tokio::test]
async fn o4_busy_ports_do_not_end_a_kiro_sign_in() {
    let fake = accounts::start().await;
    // Whoever holds them already helps.
    let ports = [
        3128, 4649, 6588, 8008, 9091, 49153, 50153, 51153, 52153, 53153,
    ];
    let _held: Vec<_> = ports
        .iter()
        .map(|port| std::net::TcpListener::bind(("127.0.0.1", *port)))
        .collect();
    let setup = setup(&fake);
    let mut live = setup.begin(&[LOGIN, "kiro", "--no-browser", "--method", "portal"]);
    let address = live.line_with("/signin?").await;
    let back = fake.world().kiro.agree(&address, "google");
    live.type_line(&back).await;
    let ran = live.end().await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("taken by another program"), "{ran:?}");
}

#[tokio::test]
async fn a_sign_in_while_an_engine_runs_is_there_at_once() {
    let fake = accounts::start().await;
    let mp = setup(&fake).start().await;
    let ran = mp
        .begin(&[LOGIN, "qwen", "--no-browser", "--name", "live"])
        .end()
        .await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let talk = Talk::saying(Tongue::Chat, "coder-model", "hello").to("openai-qwen-oauth");
    let answer = talk.whole(&mp).send().await;
    assert_eq!(
        answer.header("x-millpond-instance"),
        "live",
        "{}",
        answer.text()
    );
    // Signed in to again it stays one instance with the newer tokens.
    let listed = mp.run(&["pool", "list", "--json"]).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}
