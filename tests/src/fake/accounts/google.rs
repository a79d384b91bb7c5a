//! Google's OAuth endpoints, and Code Assist.

use serde_json::{Value, json};

use super::{Reply, bearer, encoded, field, form, pairs, proves};
use crate::fake::Received;

/// The OAuth client that it knows. Made up, as is its secret.
pub const CLIENT: &str = "12-made-up.apps.googleusercontent.com";
/// That client's secret.
pub const SECRET: &str = "made-up-client-secret";

/// See the module.
#[derive(Debug)]
pub struct Google {
    /// Code, challenge, redirect address.
    codes: Vec<(String, String, String)>,
    rounds: usize,
    /// The access token that is good now.
    pub access: String,
    /// The refresh token that is good.
    pub refresh: String,
    /// What `loadCodeAssist` says.
    pub tiers: Value,
    /// How many times an onboarding is asked for before it is done.
    pub onboarding: usize,
}

impl Default for Google {
    fn default() -> Self {
        Self {
            codes: Vec::new(),
            rounds: 0,
            access: "ya29.canary-0".to_owned(),
            refresh: "1//canary-refresh".to_owned(),
            tiers: json!({
                "currentTier": {"id": "standard-tier", "name": "Gemini Code Assist Standard"},
                "cloudaicompanionProject": "pond-1",
            }),
            onboarding: 1,
        }
    }
}

impl Google {
    /// What a browser does with the address of the consent page: the person agrees, and this is where it ends.
    ///
    /// # Panics
    /// When the address asks for something else than Google's own clients do.
    pub fn agree(&mut self, address: &str) -> String {
        let (_, query) = address
            .split_once("/google/auth?")
            .expect("the consent page");
        let query = pairs(query);
        assert_eq!(field(&query, "response_type"), "code");
        assert_eq!(field(&query, "client_id"), CLIENT);
        assert_eq!(field(&query, "access_type"), "offline");
        assert_eq!(field(&query, "prompt"), "consent");
        assert_eq!(field(&query, "code_challenge_method"), "S256");
        assert!(field(&query, "scope").contains("auth/cloud-platform"));
        let state = field(&query, "state");
        assert!(state.len() >= 32, "a state that nobody guesses: {state}");
        let redirect = field(&query, "redirect_uri");
        assert!(redirect.starts_with("http://127.0.0.1:"), "{redirect}");
        let code = format!("4/0-{}", self.codes.len());
        let challenge = field(&query, "code_challenge").to_owned();
        self.codes
            .push((code.clone(), challenge, redirect.to_owned()));
        format!("{redirect}?state={state}&code={}&scope=x", encoded(&code))
    }

    pub(super) fn answer(&mut self, request: &Received) -> Option<Reply> {
        match request.path.as_str() {
            "/google/token" => Some(self.token(&form(request))),
            "/oauth2/v2/userinfo" => {
                Some(self.let_in(request, |_| json!({"email": "canary@pond.example"})))
            }
            path => {
                let call = path.strip_prefix("/v1internal")?;
                Some(self.code_assist(call, request))
            }
        }
    }

    fn token(&mut self, form: &[(String, String)]) -> Reply {
        if field(form, "client_id") != CLIENT || field(form, "client_secret") != SECRET {
            return Reply::no(401, "invalid_client");
        }
        let mut refresh = None;
        match field(form, "grant_type") {
            "authorization_code" => {
                let code = field(form, "code");
                let at = self.codes.iter().position(|(one, ..)| one == code);
                let Some((_, challenge, redirect)) = at.map(|at| self.codes.remove(at)) else {
                    return Reply::no(400, "invalid_grant");
                };
                if !proves(field(form, "code_verifier"), &challenge)
                    || field(form, "redirect_uri") != redirect
                {
                    return Reply::no(400, "invalid_grant");
                }
                refresh = Some(self.refresh.clone());
            }
            "refresh_token" if field(form, "refresh_token") == self.refresh => {}
            "refresh_token" => return Reply::no(400, "invalid_grant"),
            _ => return Reply::no(400, "unsupported_grant_type"),
        }
        self.rounds += 1;
        self.access = format!("ya29.canary-{}", self.rounds);
        let mut body = json!({"access_token": self.access, "expires_in": 3599, "token_type": "Bearer", "scope": "x"});
        if let Some(refresh) = refresh {
            body["refresh_token"] = json!(refresh);
        }
        Reply::json(200, &body)
    }

    fn let_in(&mut self, request: &Received, answer: impl FnOnce(&mut Self) -> Value) -> Reply {
        if bearer(request) == self.access {
            return Reply::json(200, &answer(self));
        }
        let body = json!({"error": {"code": 401, "message": "Request had invalid authentication credentials.", "status": "UNAUTHENTICATED"}});
        Reply::json(401, &body)
    }

    fn code_assist(&mut self, call: &str, request: &Received) -> Reply {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        match call {
            ":loadCodeAssist" => self.let_in(request, |google| google.tiers.clone()),
            ":onboardUser" | "/operations/pond" => self.let_in(request, |google| {
                google.onboarding = google.onboarding.saturating_sub(1);
                let done = google.onboarding == 0;
                json!({"name": "operations/pond", "done": done,
                    "response": {"cloudaicompanionProject": {"id": "pond-made"}}})
            }),
            ":retrieveUserQuota" => self.let_in(request, |_| {
                json!({"buckets": [
                    {"modelId": "gemini-2.5-pro", "tokenType": "REQUESTS", "remainingFraction": 0.83, "resetTime": "2030-01-01T07:00:00Z"},
                    {"modelId": "gemini-2.5-pro", "tokenType": "TOKENS", "remainingFraction": 0.5, "resetTime": "2030-01-01T07:00:00Z"}]})
            }),
            ":countTokens" => {
                let model = body["request"]["model"].as_str().unwrap_or_default();
                if !model.starts_with("models/") || body.get("model").is_some() {
                    return invalid("request.model");
                }
                self.let_in(request, |_| json!({"totalTokens": 7}))
            }
            ":generateContent" | ":streamGenerateContent" => self.generate(call, request, &body),
            _ => Reply::json(404, &json!({"error": {"code": 404, "message": "no such method", "status": "NOT_FOUND"}})),
        }
    }

    fn generate(&mut self, call: &str, request: &Received, body: &Value) -> Reply {
        let known = [
            "model",
            "project",
            "user_prompt_id",
            "request",
            "enabled_credit_types",
        ];
        let fields = body.as_object().into_iter().flatten();
        if let Some((odd, _)) = fields
            .into_iter()
            .find(|(name, _)| !known.contains(&name.as_str()))
        {
            return invalid(odd);
        }
        if !body["request"]["contents"].is_array() || body["project"].as_str().is_none() {
            return invalid("request.contents, project");
        }
        let chunk = |text: &str, last: bool| {
            let mut candidate =
                json!({"index": 0, "content": {"role": "model", "parts": [{"text": text}]}});
            if last {
                candidate["finishReason"] = json!("STOP");
            }
            json!({"response": {"candidates": [candidate], "modelVersion": "gemini-2.5-pro", "responseId": "r",
                "usageMetadata": {"promptTokenCount": 11, "candidatesTokenCount": 7, "totalTokenCount": 18}}, "traceId": "t"})
        };
        let entered = self.let_in(request, |_| chunk("Hello from the pond.", true));
        if call == ":generateContent" || entered.status != 200 {
            return entered;
        }
        assert_eq!(request.query, "alt=sse");
        let events = [chunk("Hello ", false), chunk("from the pond.", true)]
            .map(|one| format!("data: {one}\r\n\r\n"));
        Reply::stream("text/event-stream", events.concat().as_bytes(), 17)
    }
}

fn invalid(what: &str) -> Reply {
    let message = format!("Invalid JSON payload received: {what}");
    Reply::json(
        400,
        &json!({"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}),
    )
}
