//! The fakes themselves: that they refuse what the services refuse, and answer as they answer.

#![expect(clippy::unwrap_used, reason = "tests")]

mod anthropic;
mod breaks;
mod gemini;
mod openai;
mod watch;

use serde_json::{Value, json};
use tests::client::{Answer, Request};
use tests::fake::{Fake, Vendor, anthropic as claude};

/// A question to a fake `OpenAI`, as its own SDK asks.
fn chat(fake: &Fake<tests::fake::openai::Openai>, body: &Value) -> Request {
    Request::post(fake.address(), "/v1/chat/completions", body).bearer("sk-a")
}

/// A question to a fake Anthropic, as its own SDK asks.
fn message(fake: &claude::Fake, body: &Value) -> Request {
    Request::post(fake.address(), "/v1/messages", body)
        .header("x-api-key", "sk-a")
        .header("anthropic-version", "2023-06-01")
}

/// The body with that field set, or taken out where it is null.
fn with(mut body: Value, field: &str, value: Value) -> Value {
    let object = body.as_object_mut().unwrap();
    if value.is_null() {
        object.remove(field);
    } else {
        object.insert(field.to_owned(), value);
    }
    body
}

fn hello() -> Value {
    json!({"model": "gpt-x", "messages": [{"role": "user", "content": "Hi"}]})
}

fn hello_claude() -> Value {
    json!({"model": "claude-x", "max_tokens": 64, "messages": [{"role": "user", "content": "Hi"}]})
}

fn refused(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(
        answer.error().contains(words),
        "{words:?} is not in {}",
        answer.error()
    );
}

async fn stop<V: Vendor>(fake: Fake<V>) {
    drop(fake);
    tokio::task::yield_now().await;
}
