//! The demo: three upstreams inside this process, one good, one slow, one that fails now and then.
//!
//! They speak OpenAI Chat over real sockets, so that what a user sees (turns, failover, counters) is what the proxy does
//! with any upstream. Nothing they say comes from a model, and they say so.

mod answer;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::roster::{Entry, SecretField};
use account::Secret;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use provider::ProviderType;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use uuid::Uuid;

/// The model that they list.
pub const MODEL: &str = "demo-model";
/// Of so many requests the third upstream refuses one.
const FAILS_ONE_IN: u32 = 3;

/// How an upstream behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Temper {
    Good,
    Slow,
    Failing,
}

#[derive(Debug)]
struct Upstream {
    temper: Temper,
    asked: AtomicU32,
}

impl Temper {
    const ALL: [Self; 3] = [Self::Good, Self::Slow, Self::Failing];

    const fn name(self) -> &'static str {
        match self {
            Self::Good => "demo: good",
            Self::Slow => "demo: slow",
            Self::Failing => "demo: fails now and then",
        }
    }

    /// The pause before each word.
    const fn pace(self) -> Duration {
        match self {
            Self::Slow => Duration::from_millis(150),
            _ => Duration::from_millis(20),
        }
    }
}

/// Running upstreams; they end with this.
#[derive(Debug)]
pub struct Demo {
    entries: Vec<Entry>,
    _upstreams: JoinSet<()>,
}

impl Demo {
    /// Starts the three.
    ///
    /// # Errors
    /// The system gives no port.
    pub async fn start() -> io::Result<Self> {
        let mut upstreams = JoinSet::new();
        let entries = start(&mut upstreams).await?;
        Ok(Self {
            entries,
            _upstreams: upstreams,
        })
    }

    /// The pool that reaches them.
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.clone()
    }
}

async fn start(upstreams: &mut JoinSet<()>) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for (number, temper) in (1_u128..).zip(Temper::ALL) {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        entries.push(entry(number, temper, listener.local_addr()?));
        let upstream = Arc::new(Upstream {
            temper,
            asked: AtomicU32::new(0),
        });
        let router = Router::new()
            .route("/v1/chat/completions", post(chat))
            .route("/v1/models", get(models))
            .with_state(upstream);
        upstreams.spawn(async {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "a demo upstream has ended");
            }
        });
    }
    Ok(entries)
}

/// How to see it work.
pub fn hint(at: SocketAddr, key: &Secret<String>) -> String {
    format!(
        "demo: three built-in upstreams, none of them a model. Ask a few times and watch who answers:\n  \
         curl -sD- http://{at}/v1/chat/completions -H 'authorization: Bearer {}' \\\n    \
         -d '{{\"model\":\"{MODEL}\",\"messages\":[{{\"role\":\"user\",\"content\":\"hello\"}}]}}'\n\
         x-millpond-instance names who served, x-millpond-attempts how many were asked.",
        key.expose()
    )
}

fn entry(number: u128, temper: Temper, at: SocketAddr) -> Entry {
    let mut entry = Entry::new(Uuid::from_u128(number), ProviderType::OpenaiCustom);
    entry.custom_name = Some(temper.name().to_owned());
    entry.secret = SecretField::Plain(Secret::new("demo".to_owned()));
    entry.base_url = Some(format!("http://{at}"));
    entry
}

async fn models() -> Json<Value> {
    Json(
        json!({ "object": "list", "data": [{ "id": MODEL, "object": "model", "owned_by": "millpond-demo" }] }),
    )
}

async fn chat(State(upstream): State<Arc<Upstream>>, Json(request): Json<Value>) -> Response {
    let turn = upstream.asked.fetch_add(1, Ordering::Relaxed);
    if upstream.temper == Temper::Failing && turn % FAILS_ONE_IN == 0 {
        let error = json!({ "error": {
            "message": "this demo upstream fails now and then, on purpose",
            "type": "server_error", "param": null, "code": null,
        }});
        return (StatusCode::INTERNAL_SERVER_ERROR, Json(error)).into_response();
    }
    answer::to(&request, upstream.temper.name(), upstream.temper.pace()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_demo_has_three_labelled_instances() {
        let entries = Demo::start().await.unwrap().entries();
        let names: Vec<_> = entries
            .iter()
            .map(|entry| entry.custom_name.clone().unwrap())
            .collect();
        assert_eq!(names.len(), 3);
        assert!(names.iter().all(|name| name.starts_with("demo: ")));
    }
}
