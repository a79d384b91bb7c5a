//! Anthropic: messages, their count of tokens, models.

mod fields;
mod messages;
mod refuse;
mod rules;
mod turn;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::received::Received;
use super::script::{Reply, Script};
use super::server::Fake as Server;
use super::vendor::{Ask, Framing, Kind, Known, Refusal, Rendered, Turn, Vendor};

pub use messages::sign;

/// A fake Anthropic.
pub type Fake = Server<Anthropic>;

/// Its rules.
#[derive(Debug, Default)]
pub struct Anthropic;

/// The versions of the API that exist.
const VERSIONS: [&str; 3] = ["2023-01-01", "2023-06-01", "2026-10-21"];

/// Starts one.
pub async fn start() -> Fake {
    Fake::start().await
}

impl Vendor for Anthropic {
    const MODELS: &'static [&'static str] = &["claude-x", "claude-y", "claude-thinker"];

    fn key(&self, request: &Received) -> Result<String, Refusal> {
        let key = request.header("x-api-key");
        let bearer = request.header("authorization").strip_prefix("Bearer ");
        match (key, bearer) {
            ("", None) => Err(refuse::refusal(
                401,
                "authentication_error",
                "x-api-key header is required",
            )),
            ("", Some(bearer)) => Ok(bearer.to_owned()),
            (key, None) => Ok(key.to_owned()),
            (_, Some(_)) => Err(refuse::refusal(
                401,
                "authentication_error",
                "both x-api-key and authorization were sent; send one",
            )),
        }
    }

    fn wrong_key(&self, request: &Received, _: &str) -> Refusal {
        let text = if request.headers.contains_key("x-api-key") {
            "invalid x-api-key"
        } else {
            "Invalid bearer token"
        };
        refuse::refusal(401, "authentication_error", text)
    }

    fn judge(&self, request: &Received, known: &Known) -> Result<Ask, Refusal> {
        let kind = match (&request.method, request.path.as_str()) {
            (&Method::GET, "/v1/models") => Kind::Models,
            (&Method::POST, "/v1/messages") => Kind::Chat,
            (&Method::POST, "/v1/messages/count_tokens") => Kind::CountTokens,
            _ => return Err(refuse::refusal(404, "not_found_error", "Not found")),
        };
        let version = request.header("anthropic-version");
        if version.is_empty() {
            return Err(refuse::invalid("anthropic-version: header is required"));
        }
        if !VERSIONS.contains(&version) {
            return Err(refuse::invalid(format!(
                "anthropic-version: \"{version}\" is not a valid version"
            )));
        }
        let mut ask = Ask {
            kind,
            model: String::new(),
            stream: Framing::Whole,
            usage: true,
            body: Value::Null,
            turn: Turn::default(),
        };
        if kind == Kind::Models {
            return Ok(ask);
        }
        if !request
            .header("content-type")
            .starts_with("application/json")
        {
            return Err(refuse::invalid("content-type: must be application/json"));
        }
        let body: Value = serde_json::from_slice(&request.body).map_err(|wrong| {
            refuse::invalid(format!("The request body is not valid JSON: {wrong}"))
        })?;
        let object = body
            .as_object()
            .ok_or_else(|| refuse::invalid("Input should be a valid dictionary"))?;
        ask.turn = rules::judge(object, known, kind == Kind::CountTokens, version)?;
        let model = body["model"].as_str().unwrap_or_default();
        if !known.models.contains(model) {
            return Err(refuse::refusal(
                404,
                "not_found_error",
                format!("model: {model}"),
            ));
        }
        ask.model = model.to_owned();
        if body["stream"] == Value::Bool(true) {
            ask.stream = Framing::Events;
        }
        ask.body = body;
        Ok(ask)
    }

    fn render(&self, ask: &Ask, reply: &Reply, _: &Script, serial: u64) -> Rendered {
        match ask.stream {
            Framing::Whole => Rendered::Whole(messages::whole(ask, reply, serial)),
            Framing::Events | Framing::Array => {
                Rendered::Events(messages::events(ask, reply, serial))
            }
        }
    }

    fn serve(&self, ask: &Ask, known: &Known) -> Value {
        if ask.kind == Kind::CountTokens {
            let length = ask.body["messages"].to_string().len() as u64;
            return json!({"input_tokens": 1_000 + length / 4});
        }
        let data: Vec<Value> = known
            .models
            .iter()
            .map(|id| {
                json!({
                    "type": "model", "id": id, "display_name": id.to_uppercase(),
                    "created_at": "2026-01-01T00:00:00Z", "max_input_tokens": 200_000, "max_tokens": 64_000,
                })
            })
            .collect();
        let (first, last) = (known.models.first(), known.models.last());
        json!({"data": data, "has_more": false, "first_id": first, "last_id": last})
    }

    fn error(&self, status: StatusCode, message: &str) -> Value {
        let kind = match status.as_u16() {
            401 => "authentication_error",
            402 => "billing_error",
            403 => "permission_error",
            404 => "not_found_error",
            409 => "conflict_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            400..=499 => "invalid_request_error",
            504 => "timeout_error",
            529 => "overloaded_error",
            _ => "api_error",
        };
        refuse::refusal(status.as_u16(), kind, message).body
    }

    fn error_event(&self, _: &Ask, message: &str) -> String {
        let data = json!({
            "type": "error",
            "error": {"type": "overloaded_error", "message": message, "details": null},
            "request_id": "req_pond",
        });
        format!("event: error\ndata: {data}\n\n")
    }

    fn headers(&self, serial: u64) -> Vec<(&'static str, String)> {
        vec![
            ("request-id", format!("req_anthropic_{serial}")),
            ("anthropic-organization-id", "org-pond".to_owned()),
            ("anthropic-ratelimit-requests-remaining", "99".to_owned()),
            ("set-cookie", "_cfuvid=pond; path=/".to_owned()),
        ]
    }
}
