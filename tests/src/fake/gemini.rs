//! Gemini: generated content, counts of tokens, embeddings, models.

mod content;
mod fields;
mod functions;
mod refuse;
mod rules;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::received::Received;
use super::script::{Reply, Script};
use super::server::Fake as Server;
use super::vendor::{Ask, Framing, Kind, Known, Refusal, Rendered, Turn, Vendor};

pub use content::sign;

/// A fake Gemini.
pub type Fake = Server<Gemini>;

/// Its rules. Models of the third generation are stricter about signatures than those before.
#[derive(Debug, Default)]
pub struct Gemini;

/// Starts one.
pub async fn start() -> Fake {
    Fake::start().await
}

impl Vendor for Gemini {
    const MODELS: &'static [&'static str] =
        &["gemini-2.5-pond", "gemini-3-pond", "gemini-embedding-x"];

    fn key(&self, request: &Received) -> Result<String, Refusal> {
        if request.headers.contains_key("authorization")
            || request.headers.contains_key("x-api-key")
        {
            return Err(refuse::refusal(
                401,
                "UNAUTHENTICATED",
                "Request had invalid authentication credentials. Expected an API key alone.",
            ));
        }
        let header = Some(request.header("x-goog-api-key")).filter(|key| !key.is_empty());
        let text = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.";
        header
            .or_else(|| request.parameter("key"))
            .map(str::to_owned)
            .ok_or_else(|| refuse::refusal(403, "PERMISSION_DENIED", text))
    }

    fn wrong_key(&self, _: &Received, _: &str) -> Refusal {
        let mut refusal = refuse::invalid("API key not valid. Please pass a valid API key.");
        refusal.body["error"]["details"] = json!([{
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "API_KEY_INVALID",
            "domain": "googleapis.com",
        }]);
        refusal
    }

    fn judge(&self, request: &Received, known: &Known) -> Result<Ask, Refusal> {
        let mut ask = Ask {
            kind: Kind::Models,
            model: String::new(),
            stream: Framing::Whole,
            usage: true,
            body: Value::Null,
            turn: Turn::default(),
        };
        if request.method == Method::GET && request.path == "/v1beta/models" {
            return Ok(ask);
        }
        let lost = || refuse::refusal(404, "NOT_FOUND", "Requested entity was not found.");
        let named = request
            .path
            .strip_prefix("/v1beta/models/")
            .ok_or_else(lost)?;
        let (model, call) = named.split_once(':').ok_or_else(lost)?;
        ask.kind = match call {
            "generateContent" | "streamGenerateContent" => Kind::Chat,
            "countTokens" => Kind::CountTokens,
            "embedContent" | "batchEmbedContents" => Kind::Embeddings,
            _ => return Err(lost()),
        };
        if call == "streamGenerateContent" {
            ask.stream = match request.parameter("alt") {
                Some("sse") => Framing::Events,
                _ => Framing::Array,
            };
        }
        if !known.models.contains(model) {
            return Err(refuse::no_such_model(model, call));
        }
        let body: Value = serde_json::from_slice(&request.body).map_err(|_| refuse::not_json())?;
        let object = body.as_object().ok_or_else(refuse::not_json)?;
        ask.turn = match ask.kind {
            Kind::Chat => rules::judge(object, known, model)?,
            Kind::CountTokens => rules::judge_count(object, known, model)?,
            _ => rules::judge_embedding(object, call)?,
        };
        ask.model = model.to_owned();
        ask.body = body;
        Ok(ask)
    }

    fn render(&self, ask: &Ask, reply: &Reply, _: &Script, serial: u64) -> Rendered {
        match ask.stream {
            Framing::Whole => Rendered::Whole(content::whole(ask, reply, serial)),
            Framing::Events => Rendered::Events(content::events(ask, reply, serial)),
            Framing::Array => Rendered::Events(content::array(ask, reply, serial)),
        }
    }

    fn serve(&self, ask: &Ask, known: &Known) -> Value {
        match ask.kind {
            Kind::CountTokens => {
                let length = ask.body.to_string().len() as u64;
                return json!({"totalTokens": 2_000 + length / 4});
            }
            Kind::Embeddings => return content::embeddings(ask),
            _ => {}
        }
        let models: Vec<Value> = known
            .models
            .iter()
            .map(|id| {
                json!({
                    "name": format!("models/{id}"), "version": "001", "displayName": id,
                    "inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536,
                    "supportedGenerationMethods": ["generateContent", "countTokens"],
                })
            })
            .collect();
        json!({ "models": models })
    }

    fn error(&self, status: StatusCode, message: &str) -> Value {
        let name = match status.as_u16() {
            400 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 => "NOT_FOUND",
            409 => "ABORTED",
            429 => "RESOURCE_EXHAUSTED",
            499 => "CANCELLED",
            503 => "UNAVAILABLE",
            504 => "DEADLINE_EXCEEDED",
            _ => "INTERNAL",
        };
        refuse::refusal(status.as_u16(), name, message).body
    }

    fn error_event(&self, ask: &Ask, message: &str) -> String {
        let error = self.error(StatusCode::SERVICE_UNAVAILABLE, message);
        match ask.stream {
            Framing::Array => format!(",\n{error}\n]"),
            Framing::Whole | Framing::Events => format!("data: {error}\n\n"),
        }
    }

    fn headers(&self, serial: u64) -> Vec<(&'static str, String)> {
        vec![
            ("server-timing", format!("gfet4t7; dur={serial}")),
            ("vary", "Origin".to_owned()),
            ("alt-svc", "h3=\":443\"; ma=2592000".to_owned()),
        ]
    }
}
