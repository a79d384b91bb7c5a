//! The proxy through its socket, in front of a small upstream of this file's own.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::sync::{Arc, Mutex};

use account::{Secret, SecretsMode, Vault};
use arc_swap::ArcSwap;
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use gateway::logins::Logins;
use gateway::roster::{Entry, SecretField};
use gateway::settings::Settings;
use gateway::table::{Parts, Table};
use gateway::{Meter, Outcome, Proxy, Record, server};
use provider::{Hops, ProviderType};
use uuid::Uuid;

const KEY: &str = "local-key";
const EVENTS: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n\
data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n\
data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

#[derive(Debug, Default)]
struct Records(Mutex<Vec<Record>>);

impl Meter for Records {
    fn record(&self, record: Record) {
        self.0.lock().unwrap().push(record);
    }
}

impl Records {
    async fn next(&self) -> Record {
        loop {
            if let Some(record) = self.0.lock().unwrap().pop() {
                return record;
            }
            tokio::task::yield_now().await;
        }
    }
}

/// Answers by its key: `good`, `sick` (503), `cut` (a stream without end), `odd` (a word that no other dialect has).
async fn upstream(headers: HeaderMap, body: String) -> Response {
    let key = headers["authorization"].to_str().unwrap().to_owned();
    let stream = body.contains("\"stream\":true");
    match (key.as_str(), stream) {
        ("Bearer sick", _) => (StatusCode::SERVICE_UNAVAILABLE, "{}").into_response(),
        ("Bearer cut", true) => ([("content-type", "text/event-stream")], EVENTS.split_inclusive("\n\n").take(2).collect::<String>()).into_response(),
        ("Bearer odd", true) => ([("content-type", "text/event-stream")], format!("{}data: [DONE]\n\n", EVENTS.replace("\"stop\"", "\"odd_word\""))).into_response(),
        (_, true) => ([("content-type", "text/event-stream")], format!("{EVENTS}data: [DONE]\n\n")).into_response(),
        _ => (
            [("content-type", "application/json")],
            r#"{"id":"c","choices":[{"message":{"role":"assistant","content":"Hi"}}],"usage":{"prompt_tokens":5,"completion_tokens":1}, "odd" : 1 }"#,
        )
            .into_response(),
    }
}

struct Running {
    at: String,
    records: Arc<Records>,
    table: Arc<Table>,
    _home: tempfile::TempDir,
}

async fn running(keys: &[&str]) -> Running {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/v1/chat/completions", post(upstream));
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });

    let home = tempfile::tempdir().unwrap();
    let vault = Vault::open(home.path(), SecretsMode::File).await.unwrap();
    let entries: Vec<Entry> = (1u128..)
        .zip(keys)
        .map(|(n, key)| {
            let mut entry = Entry::new(Uuid::from_u128(n), ProviderType::OpenaiCustom);
            entry.secret = SecretField::Plain(Secret::new((*key).to_owned()));
            entry.base_url = Some(base.clone());
            entry.custom_name = Some((*key).to_owned());
            entry
        })
        .collect();
    let parts = Parts {
        vault: &vault,
        hops: &Hops::default(),
        logins: &Logins::new(home.path().to_owned(), vault.clone()),
        local_key: Secret::new(KEY.to_owned()),
        before: None,
    };
    let table = Arc::new(Table::build(Settings::default(), &entries, parts).await);
    let records = Arc::new(Records::default());
    let shared = Arc::new(ArcSwap::new(Arc::clone(&table)));
    let meter: Arc<dyn Meter> = Arc::clone(&records) as _;
    let proxy = Proxy::new(shared, meter, Router::new());
    let listener = server::listen("127.0.0.1", 0).unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(server::serve(listener, proxy, std::future::pending()));
    Running {
        at,
        records,
        table,
        _home: home,
    }
}

impl Running {
    async fn ask(&self, key: &str, body: &str) -> reqwest::Response {
        self.ask_at("/v1/chat/completions", key, body).await
    }

    async fn ask_at(&self, path: &str, key: &str, body: &str) -> reqwest::Response {
        reqwest::Client::builder()
            .no_proxy()
            .tls_backend_preconfigured(tls())
            .build()
            .unwrap()
            .post(format!("{}{path}", self.at))
            .bearer_auth(key)
            .body(body.to_owned())
            .send()
            .await
            .unwrap()
    }
}

/// Nothing here is encrypted, but the client must be given a way.
fn tls() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

const WHOLE: &str = r#"{"model":"m","messages":[{"role":"user","content":"Hello"}]}"#;
const STREAM: &str =
    r#"{"model":"m","messages":[{"role":"user","content":"Hello"}],"stream":true}"#;

#[tokio::test]
async fn t4_an_answer_of_the_same_dialect_passes_byte_for_byte() {
    let running = running(&["good"]).await;
    let answer = running.ask(KEY, WHOLE).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["x-millpond-instance"], "good");
    assert_eq!(answer.headers()["x-millpond-attempts"], "1");
    let id = answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(answer.text().await.unwrap().ends_with(r#", "odd" : 1 }"#));
    let record = running.records.next().await;
    assert_eq!(record.id.to_string(), id);
    assert_eq!(record.outcome, Outcome::Served);
    assert_eq!(record.usage.unwrap().input, 5);

    let answer = running.ask(KEY, STREAM).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(
        answer.text().await.unwrap(),
        format!("{EVENTS}data: [DONE]\n\n")
    );
    let record = running.records.next().await;
    assert_eq!(record.outcome, Outcome::Served);
    assert!(record.usage.unwrap().estimated);
}

#[tokio::test]
async fn h1_one_sick_instance_is_invisible() {
    let running = running(&["sick", "good", "sick"]).await;
    for _ in 0..6 {
        let answer = running.ask(KEY, WHOLE).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["x-millpond-instance"], "good");
    }
    let counted: u64 = running
        .table
        .seats()
        .map(|seat| seat.tally.state(true).usage_count)
        .sum();
    assert!(counted > 6, "the sick ones were asked too: {counted}");
}

#[tokio::test]
async fn s2_a_cut_stream_becomes_an_error_event_and_never_an_end() {
    let running = running(&["cut"]).await;
    let text = running.ask(KEY, STREAM).await.text().await.unwrap();
    assert!(text.contains("\"error\""), "{text}");
    assert!(!text.contains("[DONE]"), "{text}");
    assert_eq!(running.records.next().await.outcome, Outcome::Broken);
}

#[tokio::test]
async fn v1_what_a_translated_stream_lost_is_in_its_record() {
    let running = running(&["odd"]).await;
    let body = r#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hello"}],"stream":true}"#;
    let text = running.ask_at("/v1/messages", KEY, body).await.text().await;
    assert!(text.unwrap().contains("message_stop"));
    let record = running.records.next().await;
    assert_eq!(record.outcome, Outcome::Served);
    assert_eq!(record.losses.len(), 1, "{:?}", record.losses);
    assert!(record.losses[0].contains("odd_word"), "{:?}", record.losses);
}

#[tokio::test]
async fn nobody_left_names_each_instance_and_its_next_try() {
    let running = running(&["sick"]).await;
    let first = running.ask(KEY, WHOLE).await;
    assert_eq!(first.status(), 503);
    let text = first.text().await.unwrap();
    assert!(text.contains("sick"), "{text}");
}

#[tokio::test]
async fn k3_without_the_key_nobody_comes_in() {
    let running = running(&["good"]).await;
    let answer = running.ask("wrong", WHOLE).await;
    assert_eq!(answer.status(), 401);
    assert!(answer.text().await.unwrap().contains("invalid_api_key"));
    let answer = running.ask(KEY, "{").await;
    assert_eq!(answer.status(), 400);
}
