//! One real request through the proxy's own socket, as a client of a dialect makes it: what proves that an assistant can be
//! pointed here.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use account::Secret;
use bytes::Bytes;
use chat::Dialect;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Refused, RefusedKind};

/// What is asked: an answer of a word, so that it costs next to nothing.
const WORDS: &str = "Answer with the one word: ready";
/// Longer than any attempt's own limit would be shown as hanging.
const PATIENCE: Duration = Duration::from_secs(150);
/// Room for models that think before they answer.
const MOST_TOKENS: u32 = 256;

/// What a request brought that was made to see whether it works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Verified {
    /// The status a client would have got.
    pub status: u16,
    /// Its id, for [`Control::Explain`](super::Control::Explain).
    pub request: Option<String>,
    /// Who answered.
    pub instance: Option<String>,
    /// How many were asked.
    pub attempts: Option<u32>,
    /// Milliseconds to the whole answer.
    pub millis: f64,
    /// What was answered, cut short.
    pub text: Option<String>,
    /// What a client would have been told in its place.
    pub error: Option<String>,
}

/// Makes the request.
pub(super) async fn verify(
    address: SocketAddr,
    key: &Secret<String>,
    dialect: Dialect,
    model: &str,
) -> Result<Verified, Refused> {
    let begun = Instant::now();
    let answered = timeout(PATIENCE, ask(address, key, dialect, model));
    let (status, headers, body) = match answered.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(reason)) => return Err(failed(&reason)),
        Err(_) => return Err(failed("no answer came in time")),
    };
    let value: Value = serde_json::from_slice(&body).unwrap_or_default();
    let shown = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let served = (200..300).contains(&status);
    Ok(Verified {
        status,
        request: shown("x-request-id"),
        instance: shown("x-millpond-instance"),
        attempts: shown("x-millpond-attempts").and_then(|n| n.parse().ok()),
        millis: begun.elapsed().as_secs_f64() * 1_000.0,
        text: served.then(|| said(dialect, &value)).flatten(),
        error: (!served).then(|| {
            let message = value.pointer("/error/message").and_then(Value::as_str);
            message.map_or_else(|| format!("status {status}"), str::to_owned)
        }),
    })
}

async fn ask(
    address: SocketAddr,
    key: &Secret<String>,
    dialect: Dialect,
    model: &str,
) -> Result<(u16, HeaderMap, Bytes), String> {
    let (path, body) = question(dialect, model).ok_or("no client speaks that dialect")?;
    let request = Request::post(path)
        .header(HOST, address.to_string())
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, format!("Bearer {}", key.expose()))
        .header("user-agent", "millpond-verify")
        .body(Full::new(Bytes::from(body.to_string())))
        .map_err(|error| error.to_string())?;
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| error.to_string())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| error.to_string())?;
    let exchange = async {
        let answer = sender.send_request(request).await?;
        let (parts, body) = answer.into_parts();
        Ok::<_, hyper::Error>((
            parts.status.as_u16(),
            parts.headers,
            body.collect().await?.to_bytes(),
        ))
    };
    tokio::select! {
        answered = exchange => answered.map_err(|error| error.to_string()),
        ended = connection => Err(ended.err().map_or_else(|| "the connection ended".to_owned(), |error| error.to_string())),
    }
}

/// Path and body.
fn question(dialect: Dialect, model: &str) -> Option<(String, Value)> {
    let message = json!([{ "role": "user", "content": WORDS }]);
    Some(match dialect {
        Dialect::OpenaiChat => (
            "/v1/chat/completions".to_owned(),
            json!({ "model": model, "messages": message }),
        ),
        Dialect::OpenaiResponses => (
            "/v1/responses".to_owned(),
            json!({ "model": model, "input": WORDS, "store": false }),
        ),
        Dialect::Anthropic => (
            "/v1/messages".to_owned(),
            json!({ "model": model, "max_tokens": MOST_TOKENS, "messages": message }),
        ),
        Dialect::Gemini => {
            let name =
                percent_encoding::utf8_percent_encode(model, percent_encoding::NON_ALPHANUMERIC);
            (
                format!("/v1beta/models/{name}:generateContent"),
                json!({ "contents": [{ "role": "user", "parts": [{ "text": WORDS }] }] }),
            )
        }
        Dialect::Kiro => return None,
    })
}

/// The text of an answer.
fn said(dialect: Dialect, answer: &Value) -> Option<String> {
    const MOST: usize = 200;
    let texts = |list: &str, text: &str| -> Option<String> {
        let parts = answer.pointer(list)?.as_array()?.iter();
        let text: String = parts
            .filter_map(|part| part.pointer(text)?.as_str())
            .collect();
        Some(text)
    };
    let text = match dialect {
        Dialect::OpenaiChat => texts("/choices", "/message/content"),
        Dialect::OpenaiResponses => texts("/output", "/content/0/text"),
        Dialect::Anthropic => texts("/content", "/text"),
        Dialect::Gemini => texts("/candidates/0/content/parts", "/text"),
        Dialect::Kiro => None,
    }?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.chars().take(MOST).collect())
}

fn failed(reason: &str) -> Refused {
    let text = format!("the proxy could not be asked at its own address: {reason}");
    Refused::new(RefusedKind::Failed, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answers_text_is_found_in_every_dialect() {
        let found = |dialect, answer: Value| said(dialect, &answer);
        let ready = Some("ready".to_owned());
        let chat = json!({ "choices": [{ "message": { "content": " ready\n" } }] });
        assert_eq!(found(Dialect::OpenaiChat, chat), ready);
        let responses =
            json!({ "output": [{ "type": "reasoning" }, { "content": [{ "text": "ready" }] }] });
        assert_eq!(found(Dialect::OpenaiResponses, responses), ready);
        let anthropic = json!({ "content": [{ "type": "thinking" }, { "text": "ready" }] });
        assert_eq!(found(Dialect::Anthropic, anthropic), ready);
        let gemini = json!({ "candidates": [{ "content": { "parts": [{ "text": "ready" }] } }] });
        assert_eq!(found(Dialect::Gemini, gemini), ready);
        assert_eq!(found(Dialect::OpenaiChat, json!({})), None);
    }
}
