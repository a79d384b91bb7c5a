//! What an upstream hears of an account: its key and the user's own headers.

use super::*;

#[test]
fn the_form_of_a_claude_key_follows_setting_host_and_key() {
    use AuthScheme::{Auto, Bearer, XApiKey};
    #[rustfmt::skip]
    let rows = [
        (Auto, "https://relay.example", "k", false, "x-api-key", true),
        (Auto, "https://relay.example", "k", true, "authorization", true),
        (Auto, "https://api.anthropic.com", "k", true, "x-api-key", false),
        (Auto, "https://relay.example", "sk-ant-api-x", true, "x-api-key", false),
        (Auto, "https://relay.example", "sk-ant-oat-x", false, "authorization", false),
        (XApiKey, "https://relay.example", "k", true, "x-api-key", false),
        (Bearer, "https://relay.example", "k", false, "authorization", false),
    ];
    for (auth, base, key, bearer, name, other) in rows {
        let mut account = instance(ProviderType::ClaudeCustom, base, key);
        account.auth = auth;
        let plan = HeaderPlan::new(&account).unwrap();
        let up = plan.for_request(Api::Messages, None, false, bearer);
        assert!(up.contains_key(name), "{auth:?} {base} {key}");
        assert_eq!(
            up.contains_key("x-api-key"),
            name == "x-api-key",
            "never both"
        );
        assert_eq!(plan.has_other_auth(), other, "{auth:?} {base} {key}");
    }
}

#[test]
fn an_oauth_token_brings_its_beta_once() {
    let account = instance(
        ProviderType::ClaudeCustom,
        "https://api.anthropic.com",
        "sk-ant-oat-x",
    );
    let own = up(&account, Api::Messages, None);
    assert_eq!(own["anthropic-beta"], OAUTH_BETA);
    let client = map(&[("anthropic-beta", "a,oauth-2025-04-20")]);
    let passed = up(&account, Api::Messages, Some((Dialect::Anthropic, &client)));
    assert_eq!(passed["anthropic-beta"], "a,oauth-2025-04-20");
    let client = map(&[("anthropic-beta", "a")]);
    let joined = up(&account, Api::Messages, Some((Dialect::Anthropic, &client)));
    assert_eq!(joined["anthropic-beta"], "a,oauth-2025-04-20");
}

#[test]
fn the_users_headers_come_last() {
    let mut account = openai();
    account.headers = [
        ("User-Agent", "mine/1"),
        ("OpenAI-Organization", "org-mine"),
        ("api-key", "azure-key"),
        ("authorization", ""),
    ]
    .map(|(n, v)| (n.to_owned(), v.to_owned()))
    .to_vec();
    let client = claude_code();
    let up = up(
        &account,
        Api::ChatCompletions,
        Some((Dialect::OpenaiChat, &client)),
    );
    assert_eq!(up["user-agent"], "mine/1");
    assert_eq!(up["openai-organization"], "org-mine");
    assert_eq!(up["api-key"], "azure-key");
    assert!(!up.contains_key("authorization"));
}

#[test]
fn a_header_that_cannot_be_sent_is_named_at_load_without_its_value() {
    #[rustfmt::skip]
    let rows = [
        ("Host", "x.example", BadHeader::Reserved("host".to_owned())),
        ("content-length", "1", BadHeader::Reserved("content-length".to_owned())),
        ("x y", "1", BadHeader::Name("x y".to_owned())),
        ("x-a", "canary\nx-b: 1", BadHeader::Value("x-a".to_owned())),
    ];
    for (name, value, expected) in rows {
        let mut account = openai();
        account.headers = vec![(name.to_owned(), value.to_owned())];
        let error = HeaderPlan::new(&account).unwrap_err();
        assert!(!error.to_string().contains("canary"));
        assert_eq!(error, expected);
    }
    let broken = instance(
        ProviderType::OpenaiCustom,
        "https://x.example",
        "canary\nkey",
    );
    assert_eq!(HeaderPlan::new(&broken).unwrap_err(), BadHeader::Key);
}

#[test]
fn a_pasted_key_loses_its_line_end_and_never_prints() {
    let account = instance(
        ProviderType::OpenaiCustom,
        "https://x.example",
        " sk-canary\n",
    );
    let plan = HeaderPlan::new(&account).unwrap();
    let up = plan.for_request(Api::Models, None, false, false);
    assert_eq!(up["authorization"], "Bearer sk-canary");
    assert!(!format!("{plan:?} {up:?}").contains("canary"));
}

#[test]
fn without_a_key_no_key_is_sent() {
    let mut account = claude();
    account.key = None;
    let up = up(&account, Api::Messages, None);
    assert!(!up.contains_key("authorization") && !up.contains_key("x-api-key"));
}
