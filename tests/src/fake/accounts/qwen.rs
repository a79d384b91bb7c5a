//! Qwen's device flow, token endpoint and chat.

use serde_json::{Value, json};

use super::{Reply, bearer, field, form, proves};
use crate::fake::Received;

const CLIENT: &str = "f0304373b74a44d2b584a3fb70ca9e56";
/// The device code that it gives out.
const DEVICE: &str = "dc-canary";

/// See the module.
#[derive(Debug)]
pub struct Qwen {
    challenge: String,
    rounds: usize,
    /// The access token that is good now.
    pub access: String,
    /// The refresh token that is good once.
    pub refresh: String,
    /// Whether somebody has entered the code.
    pub entered: bool,
    /// Whether chat takes the tokens that are given out.
    pub serves: bool,
    /// How long tokens live.
    pub lifetime: u64,
}

impl Default for Qwen {
    fn default() -> Self {
        Self {
            challenge: String::new(),
            rounds: 0,
            access: "qwen-canary-0".to_owned(),
            refresh: "qwen-canary-refresh-0".to_owned(),
            entered: true,
            serves: true,
            lifetime: 21_600,
        }
    }
}

impl Qwen {
    pub(super) fn answer(&mut self, request: &Received) -> Option<Reply> {
        match request.path.as_str() {
            "/api/v1/oauth2/device/code" => Some(self.device(&form(request))),
            "/api/v1/oauth2/token" => Some(self.token(&form(request))),
            "/v1/chat/completions" => Some(self.chat(request)),
            _ => None,
        }
    }

    fn device(&mut self, form: &[(String, String)]) -> Reply {
        if field(form, "client_id") != CLIENT || field(form, "code_challenge_method") != "S256" {
            return Reply::no(400, "invalid_request");
        }
        field(form, "code_challenge").clone_into(&mut self.challenge);
        Reply::json(
            200,
            &json!({"device_code": DEVICE, "user_code": "POND-1234",
            "verification_uri": "https://chat.qwen.example/authorize",
            "verification_uri_complete": "https://chat.qwen.example/authorize?user_code=POND-1234",
            "expires_in": 900, "interval": 1}),
        )
    }

    fn token(&mut self, form: &[(String, String)]) -> Reply {
        if field(form, "client_id") != CLIENT {
            return Reply::no(401, "invalid_client");
        }
        match field(form, "grant_type") {
            "urn:ietf:params:oauth:grant-type:device_code" => {
                let proven = proves(field(form, "code_verifier"), &self.challenge);
                if field(form, "device_code") != DEVICE || !proven {
                    return Reply::no(400, "invalid_grant");
                }
                if !self.entered {
                    return Reply::no(400, "authorization_pending");
                }
            }
            "refresh_token" if field(form, "refresh_token") == self.refresh => {}
            _ => return Reply::no(400, "invalid_grant"),
        }
        self.rounds += 1;
        self.access = format!("qwen-canary-{}", self.rounds);
        self.refresh = format!("qwen-canary-refresh-{}", self.rounds);
        Reply::json(
            200,
            &json!({"access_token": self.access, "refresh_token": self.refresh,
            "token_type": "Bearer", "resource_url": "portal.qwen.ai", "expires_in": self.lifetime}),
        )
    }

    fn chat(&self, request: &Received) -> Reply {
        let error = |status: u16, message: &str, code: &str| {
            Reply::json(
                status,
                &json!({"error": {"message": message, "type": "invalid_request_error", "code": code, "param": null}, "request_id": "r"}),
            )
        };
        if !self.serves || bearer(request) != self.access {
            return error(
                401,
                "invalid access token or token expired",
                "invalid_api_key",
            );
        }
        if request.header("x-dashscope-authtype") != "qwen-oauth" {
            return error(400, "x-dashscope-authtype", "invalid_parameter_error");
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let messages = body["messages"].as_array().cloned().unwrap_or_default();
        let systems = messages
            .iter()
            .filter(|one| one["role"] == "system")
            .count();
        if systems != 1 || messages[0]["role"] != "system" || !messages[0]["content"].is_array() {
            return error(
                400,
                "exactly one system message, an array of parts, is expected",
                "invalid_parameter_error",
            );
        }
        let usage = json!({"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18});
        if body["stream"] != true {
            return Reply::json(
                200,
                &json!({"id": "c", "object": "chat.completion", "created": 1, "model": "coder-model",
                "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello from the pond."}, "finish_reason": "stop"}], "usage": usage}),
            );
        }
        let chunk = |delta: Value, finish: Value| {
            json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "coder-model",
                "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
        };
        let mut events = vec![
            chunk(json!({"role": "assistant", "content": ""}), Value::Null),
            chunk(json!({"content": "Hello "}), Value::Null),
            chunk(json!({"content": "from the pond."}), Value::Null),
            chunk(json!({}), json!("stop")),
        ];
        if body["stream_options"]["include_usage"] == true {
            events.push(json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "coder-model",
                "choices": [], "usage": usage}));
        }
        let mut text: String = events
            .iter()
            .map(|one| format!("data: {one}\n\n"))
            .collect();
        text.push_str("data: [DONE]\n\n");
        Reply::stream("text/event-stream", text.as_bytes(), 23)
    }
}
