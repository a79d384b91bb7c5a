//! `OpenAI`: chat completions, responses, embeddings, models.
//!
//! As api.openai.com refuses, but for one field that relays know and it does not: an assistant's
//! `reasoning_content`, without which several of them refuse a tool loop.

mod chat;
mod fields;
mod items;
mod refuse;
mod responses;
mod responses_events;
mod rules;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::received::Received;
use super::script::{Reply, Script};
use super::server::Fake as Server;
use super::vendor::{Ask, Framing, Kind, Known, Refusal, Rendered, Turn, Vendor};

/// A fake `OpenAI`.
pub type Fake = Server<Openai>;

/// Its rules.
#[derive(Debug, Default)]
pub struct Openai;

/// Starts one.
pub async fn start() -> Fake {
    Fake::start().await
}

impl Vendor for Openai {
    const MODELS: &'static [&'static str] = &["gpt-x", "gpt-y", "o-reasoner", "text-embedding-x"];

    fn key(&self, request: &Received) -> Result<String, Refusal> {
        if request.headers.contains_key("x-api-key")
            || request.headers.contains_key("x-goog-api-key")
        {
            return Err(refuse::invalid(
                401,
                "Two keys came along.",
                Value::Null,
                "invalid_api_key",
            ));
        }
        request
            .header("authorization")
            .strip_prefix("Bearer ")
            .map(str::to_owned)
            .ok_or_else(refuse::no_key)
    }

    fn wrong_key(&self, _: &Received, key: &str) -> Refusal {
        refuse::wrong_key(key)
    }

    fn judge(&self, request: &Received, known: &Known) -> Result<Ask, Refusal> {
        let kind = match (&request.method, request.path.as_str()) {
            (&Method::GET, "/v1/models") => return Ok(ask_nothing(Kind::Models)),
            (&Method::POST, "/v1/chat/completions") => Kind::Chat,
            (&Method::POST, "/v1/responses") => Kind::Responses,
            (&Method::POST, "/v1/embeddings") => Kind::Embeddings,
            (method, path) => return Err(refuse::no_such_path(method, path)),
        };
        if known.lacking.contains(&request.path) {
            return Err(refuse::no_such_path(&request.method, &request.path));
        }
        if !request
            .header("content-type")
            .starts_with("application/json")
        {
            return Err(refuse::no_content_type());
        }
        let body: Value = serde_json::from_slice(&request.body).map_err(|_| refuse::not_json())?;
        let object = body.as_object().ok_or_else(refuse::not_json)?;
        let model = object.get("model").and_then(Value::as_str).ok_or_else(|| {
            refuse::invalid(
                400,
                "you must provide a model parameter",
                Value::Null,
                Value::Null,
            )
        })?;
        if !known.models.contains(model) {
            return Err(refuse::no_such_model(model));
        }
        let mut ask = ask_nothing(kind);
        ask.model = model.to_owned();
        ask.turn = match kind {
            Kind::Chat => rules::judge(object, known)?,
            Kind::Responses => responses::judge(object, known)?,
            Kind::Embeddings | Kind::CountTokens | Kind::Models => {
                rules::judge_embeddings(object)?;
                Turn::default()
            }
        };
        if object.get("stream") == Some(&Value::Bool(true)) {
            ask.stream = Framing::Events;
        }
        ask.usage = body["stream_options"]["include_usage"] == Value::Bool(true);
        ask.body = body;
        Ok(ask)
    }

    fn render(&self, ask: &Ask, reply: &Reply, script: &Script, serial: u64) -> Rendered {
        match (ask.kind, ask.stream) {
            (Kind::Responses, Framing::Whole) => {
                Rendered::Whole(responses_events::whole(ask, reply, serial))
            }
            (Kind::Responses, _) => Rendered::Events(responses_events::events(ask, reply, serial)),
            (_, Framing::Whole) => Rendered::Whole(chat::whole(ask, reply, serial)),
            (..) => Rendered::Events(chat::events(ask, reply, script.end_mark, serial)),
        }
    }

    fn serve(&self, ask: &Ask, known: &Known) -> Value {
        if ask.kind == Kind::Embeddings {
            return rules::embeddings(ask);
        }
        let data: Vec<Value> = known
            .models
            .iter()
            .map(|id| json!({"id": id, "object": "model", "created": 1_785_000_000, "owned_by": "pond"}))
            .collect();
        json!({"object": "list", "data": data})
    }

    fn error(&self, status: StatusCode, message: &str) -> Value {
        let (kind, code) = match status.as_u16() {
            401 => ("invalid_request_error", json!("invalid_api_key")),
            403 => ("invalid_request_error", json!("permission_denied")),
            404 => ("invalid_request_error", json!("model_not_found")),
            429 => ("requests", json!("rate_limit_exceeded")),
            400..=499 => ("invalid_request_error", Value::Null),
            _ => ("server_error", Value::Null),
        };
        json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
    }

    fn error_event(&self, ask: &Ask, message: &str) -> String {
        if ask.kind == Kind::Responses {
            return responses_events::error(message);
        }
        let error = json!({"error": {"message": message, "type": "server_error", "param": null, "code": null}});
        format!("data: {error}\n\n")
    }

    fn headers(&self, serial: u64) -> Vec<(&'static str, String)> {
        vec![
            ("x-request-id", format!("req_openai_{serial}")),
            ("openai-processing-ms", "7".to_owned()),
            ("openai-organization", "org-pond".to_owned()),
            ("x-ratelimit-remaining-requests", "99".to_owned()),
            ("set-cookie", "__cf_bm=pond; path=/".to_owned()),
        ]
    }
}

fn ask_nothing(kind: Kind) -> Ask {
    Ask {
        kind,
        model: String::new(),
        stream: Framing::Whole,
        usage: false,
        body: Value::Null,
        turn: Turn::default(),
    }
}
