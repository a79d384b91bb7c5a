use super::*;
use std::sync::Arc;
use std::time::Duration;

use account::{Secret, SecretsMode, Vault};
use jiff::Timestamp;
use provider::endpoint::Api;
use provider::{Hops, ProviderType};

use crate::logins::Logins;
use crate::record::RequestId;
use crate::roster::{Entry, SecretField};
use crate::settings::Settings;
use crate::table::Parts;

async fn table(entries: &[Entry]) -> Table {
    let home = tempfile::tempdir().unwrap();
    let vault = Vault::open(home.path(), SecretsMode::File).await.unwrap();
    let parts = Parts {
        vault: &vault,
        hops: &Hops::default(),
        logins: &Logins::new(home.path().to_owned(), vault.clone()),
        local_key: Secret::new("mp-x".to_owned()),
        before: None,
    };
    Table::build(Settings::default(), entries, parts).await
}

fn entry(number: u128, name: &str) -> Entry {
    Entry {
        custom_name: Some(name.to_owned()),
        secret: SecretField::Plain(Secret::new("sk-canary".to_owned())),
        ..Entry::new(Uuid::from_u128(number), ProviderType::OpenaiCustom)
    }
}

fn record(attempts: Vec<Attempt>) -> Record {
    Record {
        id: RequestId::random(),
        at: Timestamp::now(),
        dialect: Dialect::Anthropic,
        api: Api::Messages,
        model: Arc::from("m"),
        stream: false,
        client: None,
        route: "",
        attempts,
        outcome: Outcome::Served,
        status: 200,
        error: None,
        usage: Some(chat::Usage {
            output: 7,
            estimated: true,
            ..chat::Usage::default()
        }),
        first_content: Some(Duration::from_millis(50)),
        total: Duration::from_micros(50_001),
        losses: vec!["top_k".to_owned()],
    }
}

fn attempt(number: u128, refused: Option<Cause>) -> Attempt {
    Attempt {
        instance: Uuid::from_u128(number),
        name: Arc::from("old name"),
        provider: ProviderType::OpenaiCustom,
        model: Arc::from("m"),
        dialect: Dialect::OpenaiChat,
        calls: 1,
        started: Duration::ZERO,
        took: Duration::ZERO,
        status: None,
        refused: refused.map(|cause| (cause, "why".to_owned())),
        affine: false,
        trial: false,
    }
}

#[tokio::test]
async fn what_is_counted_stands_in_the_text() {
    let metrics = Metrics::default();
    metrics.record(&record(vec![
        attempt(1, Some(Cause::RateLimited)),
        attempt(2, None),
        attempt(3, None),
    ]));
    let table = table(&[entry(1, "one"), entry(2, "two")]).await;
    let health = Health {
        dropped: 5,
        ..Health::default()
    };
    let text = metrics.text(&table, &health);
    let one =
        "pool=\"openai-custom\",instance=\"one\",uuid=\"00000000-0000-0000-0000-000000000001\"";
    for line in [
        "millpond_requests_total{dialect=\"anthropic\",outcome=\"served\"} 1".to_owned(),
        format!("millpond_attempts_total{{{one},result=\"rate-limited\"}} 1"),
        format!("millpond_instance_state{{{one},state=\"ready\"}} 1"),
        format!("millpond_instance_state{{{one},state=\"cooling\"}} 0"),
        format!("millpond_in_flight{{{one}}} 0"),
        "millpond_tokens_total{kind=\"output\"} 7".to_owned(),
        "millpond_estimated_usage_total 1".to_owned(),
        "millpond_losses_total 1".to_owned(),
        "millpond_stats_dropped_total 5".to_owned(),
        "millpond_first_content_seconds_bucket{le=\"0.05\"} 1".to_owned(),
        "millpond_request_seconds_bucket{le=\"0.05\"} 0".to_owned(),
        "millpond_request_seconds_bucket{le=\"0.1\"} 1".to_owned(),
        "millpond_request_seconds_bucket{le=\"+Inf\"} 1".to_owned(),
        "millpond_request_seconds_sum 0.050001".to_owned(),
        "millpond_request_seconds_count 1".to_owned(),
    ] {
        assert!(text.lines().any(|has| has == line), "{line}\nin\n{text}");
    }
    assert!(!text.contains("0000-000000000003"), "it is in no pool");
    assert!(!text.contains("sk-canary"));
}

#[tokio::test]
async fn every_line_can_be_read_whatever_an_instance_is_called() {
    let metrics = Metrics::default();
    metrics.record(&record(vec![attempt(1, None)]));
    let table = table(&[entry(1, "a \"b\" \\ c\nmillpond_fake 1")]).await;
    let text = metrics.text(&table, &Health::default());
    assert!(text.contains(r#"instance="a \"b\" \\ c\nmillpond_fake 1""#));
    let mut family = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            family = rest.split(' ').next().unwrap().to_owned();
        } else if !line.starts_with("# HELP ") {
            assert!(line.starts_with(&family), "{line} stands in no family");
            let value = line.rsplit(' ').next().unwrap();
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    }
}
