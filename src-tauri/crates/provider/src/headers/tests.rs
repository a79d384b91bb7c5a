//! What an upstream hears of a client, and a client of an upstream.

mod account;

use std::collections::BTreeMap;

use http::HeaderMap;
use uuid::Uuid;

use super::*;

fn instance(kind: ProviderType, base: &str, key: &str) -> Instance {
    Instance {
        uuid: Uuid::nil(),
        name: "one".to_owned(),
        kind,
        base_url: base.to_owned(),
        key: Some(Secret::new(key.to_owned())),
        login: None,
        auth: AuthScheme::Auto,
        anthropic_version: None,
        headers: Vec::new(),
        proxy: None,
        check_model: None,
    }
}

fn claude() -> Instance {
    instance(
        ProviderType::ClaudeCustom,
        "https://relay.example",
        "relay-key",
    )
}

fn openai() -> Instance {
    instance(
        ProviderType::OpenaiCustom,
        "https://api.openai.com/v1",
        "sk-made-up",
    )
}

fn map(pairs: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in pairs {
        map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    map
}

fn shown(headers: &HeaderMap) -> BTreeMap<&str, &str> {
    assert_eq!(headers.len(), headers.keys_len(), "no header twice");
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect()
}

fn up(instance: &Instance, api: Api, client: Option<(Dialect, &HeaderMap)>) -> HeaderMap {
    HeaderPlan::new(instance)
        .unwrap()
        .for_request(api, client, false, false)
}

fn claude_code() -> HeaderMap {
    map(&[
        ("host", "127.0.0.1:6455"),
        ("content-length", "9"),
        ("connection", "keep-alive"),
        ("transfer-encoding", "chunked"),
        ("accept-encoding", "gzip"),
        ("cookie", "c=1"),
        ("authorization", "Bearer local"),
        ("x-api-key", "local"),
        ("x-goog-api-key", "local"),
        ("openai-organization", "org-of-the-client"),
        ("openai-project", "project-of-the-client"),
        ("model-provider", "claude-custom"),
        ("x-forwarded-for", "10.0.0.1"),
        ("user-agent", "claude-cli/3"),
        ("x-app", "cli"),
        ("x-stainless-lang", "js"),
        ("anthropic-dangerous-direct-browser-access", "true"),
        ("anthropic-version", "2026-10-21"),
        ("anthropic-beta", "context-1m-2025-08-07"),
        ("anthropic-beta", "interleaved-thinking-2025-05-14"),
        ("idempotency-key", "idem-1"),
    ])
}

#[test]
fn an_openai_upstream_hears_its_key_as_bearer() {
    let plan = HeaderPlan::new(&openai()).unwrap();
    let streamed = plan.for_request(Api::ChatCompletions, None, true, false);
    assert_eq!(
        shown(&streamed),
        BTreeMap::from([
            ("accept", "text/event-stream"),
            ("accept-encoding", "identity"),
            ("authorization", "Bearer sk-made-up"),
            ("content-type", "application/json"),
            ("user-agent", OWN_USER_AGENT),
        ])
    );
    let list = plan.for_request(Api::Models, None, false, false);
    assert_eq!(list["accept"], "application/json");
    assert!(!list.contains_key("content-type"));
}

#[test]
fn a_verbatim_request_to_claude_keeps_what_it_means_and_who_sent_it() {
    let client = claude_code();
    let up = up(
        &claude(),
        Api::Messages,
        Some((Dialect::Anthropic, &client)),
    );
    assert_eq!(
        shown(&up),
        BTreeMap::from([
            ("accept", "application/json"),
            ("accept-encoding", "identity"),
            (
                "anthropic-beta",
                "context-1m-2025-08-07,interleaved-thinking-2025-05-14"
            ),
            ("anthropic-dangerous-direct-browser-access", "true"),
            ("anthropic-version", "2026-10-21"),
            ("content-type", "application/json"),
            ("idempotency-key", "idem-1"),
            ("user-agent", "claude-cli/3"),
            ("x-api-key", "relay-key"),
            ("x-app", "cli"),
            ("x-stainless-lang", "js"),
        ])
    );
}

#[test]
fn a_translated_request_speaks_for_itself() {
    let client = claude_code();
    let to_claude = up(
        &claude(),
        Api::Messages,
        Some((Dialect::OpenaiChat, &client)),
    );
    assert_eq!(to_claude["anthropic-version"], ANTHROPIC_VERSION);
    assert_eq!(to_claude["user-agent"], OWN_USER_AGENT);
    assert_eq!(to_claude["idempotency-key"], "idem-1");
    assert!(!to_claude.contains_key("anthropic-beta"));
    let to_openai = up(
        &openai(),
        Api::ChatCompletions,
        Some((Dialect::Anthropic, &client)),
    );
    assert!(!to_openai.contains_key("anthropic-version"));
    assert!(!to_openai.contains_key("x-stainless-lang"));
    let verbatim = up(
        &openai(),
        Api::ChatCompletions,
        Some((Dialect::OpenaiChat, &client)),
    );
    assert!(verbatim.contains_key("x-stainless-lang"));
    assert!(!verbatim.contains_key("anthropic-version"));
}

#[test]
fn nothing_of_a_clients_key_or_connection_goes_up() {
    let client = claude_code();
    for instance in [claude(), openai()] {
        for api in Api::ALL {
            for dialect in [
                Dialect::Anthropic,
                Dialect::OpenaiChat,
                Dialect::OpenaiResponses,
                Dialect::Gemini,
            ] {
                let up = up(&instance, api, Some((dialect, &client)));
                let said = format!("{:?}", shown(&up));
                assert!(
                    !said.contains("local") && !said.contains("of-the-client"),
                    "{said}"
                );
                for name in [
                    "host",
                    "content-length",
                    "connection",
                    "transfer-encoding",
                    "cookie",
                ] {
                    assert!(!up.contains_key(name), "{name}");
                }
            }
        }
    }
}

#[test]
fn a_client_without_a_version_and_an_override_get_theirs() {
    let bare = HeaderMap::new();
    let mut account = claude();
    let said = up(&account, Api::Messages, Some((Dialect::Anthropic, &bare)));
    assert_eq!(said["anthropic-version"], ANTHROPIC_VERSION);
    account.anthropic_version = Some("2023-01-01".to_owned());
    let said = up(
        &account,
        Api::Messages,
        Some((Dialect::Anthropic, &claude_code())),
    );
    assert_eq!(said["anthropic-version"], "2023-01-01");
}

#[test]
fn the_client_hears_the_answer_and_nothing_of_the_account() {
    let down = down_headers(&map(&[
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache"),
        ("x-request-id", "req_up"),
        ("set-cookie", "a=1"),
        ("content-length", "7"),
        ("content-encoding", "gzip"),
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
        ("x-ratelimit-remaining-tokens", "0"),
        ("anthropic-organization-id", "made-up"),
    ]));
    assert_eq!(
        shown(&down),
        BTreeMap::from([
            ("cache-control", "no-cache"),
            ("content-type", "text/event-stream"),
            ("x-upstream-request-id", "req_up"),
        ])
    );
    let claude = down_headers(&map(&[("request-id", "req_a"), ("x-request-id", "edge")]));
    assert_eq!(claude["request-id"], "req_a");
    assert_eq!(claude["x-upstream-request-id"], "req_a");
}
