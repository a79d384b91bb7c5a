//! Kiro's page, its service for social accounts, AWS SSO OIDC, and its API.

use serde_json::{Value, json};

use super::events::event;
use super::{Reply, bearer, encoded, field, pairs, proves};
use crate::fake::Received;

const SOCIAL: &str = "arn:aws:codewhisperer:us-east-1:699475941385:profile/EHGA3GRVQMUK";
const BUILDER_ID: &str = "arn:aws:codewhisperer:us-east-1:638616132270:profile/AAAACCCCXXXX";
const COMPANY: &str = "arn:aws:codewhisperer:eu-central-1:1:profile/POND";

/// See the module.
#[derive(Debug)]
pub struct Kiro {
    /// Code, challenge, redirect address.
    codes: Vec<(String, String, String)>,
    start_url: String,
    rounds: usize,
    /// The access token that is good now.
    pub access: String,
    /// The refresh token that is good once.
    pub refresh: String,
    /// Whether somebody has entered the code.
    pub entered: bool,
    /// Bytes of each piece of a stream.
    pub cut: usize,
}

impl Default for Kiro {
    fn default() -> Self {
        Self {
            codes: Vec::new(),
            start_url: String::new(),
            rounds: 0,
            access: "aoaCANARY-0".to_owned(),
            refresh: "aorCANARY-refresh-0".to_owned(),
            entered: true,
            cut: 7,
        }
    }
}

impl Kiro {
    /// What a browser does with the address of Kiro's page: the person signs in there by `option`, and this is where it ends.
    ///
    /// # Panics
    /// When the address is not that of the page.
    pub fn agree(&mut self, address: &str, option: &str) -> String {
        let (_, query) = address.split_once("/signin?").expect("Kiro's page");
        let query = pairs(query);
        assert_eq!(field(&query, "code_challenge_method"), "S256");
        assert_eq!(field(&query, "redirect_from"), "KiroIDE");
        let state = field(&query, "state");
        let base = field(&query, "redirect_uri");
        if option == "builderid" {
            return format!(
                "{base}/signin/callback?login_option={option}&state={state}&issuer_url=https%3A%2F%2Fview.awsapps.com%2Fstart&idc_region=us-east-1"
            );
        }
        let redirect = format!("{base}/oauth/callback?login_option={option}");
        let code = format!("kiro-{}", self.codes.len());
        let challenge = field(&query, "code_challenge").to_owned();
        self.codes.push((code.clone(), challenge, redirect.clone()));
        format!(
            "{redirect}&code={}&state={}",
            encoded(&code),
            encoded(state)
        )
    }

    pub(super) fn answer(&mut self, request: &Received) -> Option<Reply> {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        Some(match request.path.as_str() {
            "/oauth/token" => self.exchange(&body),
            "/refreshToken" => self.renew(&body, "KiroIDE"),
            "/oidc/client/register" => json_reply(json!({"clientId": "oidc-client", "clientSecret": "oidc-canary", "clientSecretExpiresAt": 4_000_000_000_u64})),
            "/oidc/device_authorization" => self.device(&body),
            "/oidc/token" => self.oidc(&body),
            "/ListAvailableProfiles" => self.let_in(request, |_| json!({"profiles": [{"arn": COMPANY, "status": "ACTIVE"}]})),
            "/getUsageLimits" => self.let_in(request, |_| usage()),
            "/ListAvailableModels" => self.let_in(request, |_| json!({"models": [
                {"modelId": "claude-sonnet-4.5", "modelName": "Claude Sonnet 4.5", "tokenLimits": {"maxInputTokens": 200_000, "maxOutputTokens": 64_000}}]})),
            "/generateAssistantResponse" => self.generate(request, &body),
            _ => return None,
        })
    }

    fn give(&mut self, more: Value) -> Reply {
        self.rounds += 1;
        self.access = format!("aoaCANARY-{}", self.rounds);
        self.refresh = format!("aorCANARY-refresh-{}", self.rounds);
        let mut body =
            json!({"accessToken": self.access, "refreshToken": self.refresh, "expiresIn": 3600});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        json_reply(body)
    }

    fn exchange(&mut self, body: &Value) -> Reply {
        let code = body["code"].as_str().unwrap_or_default();
        let at = self.codes.iter().position(|(one, ..)| one == code);
        let Some((_, challenge, redirect)) = at.map(|at| self.codes.remove(at)) else {
            return Reply::no(400, "invalid_grant");
        };
        let proven = proves(
            body["code_verifier"].as_str().unwrap_or_default(),
            &challenge,
        );
        if !proven || body["redirect_uri"] != json!(redirect) {
            return Reply::no(400, "invalid_grant");
        }
        self.give(json!({"profileArn": SOCIAL}))
    }

    fn renew(&mut self, body: &Value, _client: &str) -> Reply {
        if body["refreshToken"] != json!(self.refresh) {
            return Reply::json(401, &json!({"message": "Bad credentials"}));
        }
        self.give(json!({"profileArn": SOCIAL}))
    }

    fn device(&mut self, body: &Value) -> Reply {
        if body["clientId"] != "oidc-client" || body["clientSecret"] != "oidc-canary" {
            return Reply::no(400, "invalid_client");
        }
        body["startUrl"]
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut self.start_url);
        json_reply(
            json!({"deviceCode": "kiro-device", "userCode": "KIRO-5678", "verificationUri": "https://device.sso.example/",
            "verificationUriComplete": "https://device.sso.example/?user_code=KIRO-5678", "expiresIn": 600, "interval": 1}),
        )
    }

    fn oidc(&mut self, body: &Value) -> Reply {
        if body["clientId"] != "oidc-client" || body["clientSecret"] != "oidc-canary" {
            return Reply::no(400, "invalid_client");
        }
        if body["grantType"] == "refresh_token" {
            return self.renew(body, "aws");
        }
        if body["deviceCode"] != "kiro-device" {
            return Reply::no(400, "invalid_grant");
        }
        if !self.entered {
            return Reply::no(400, "authorization_pending");
        }
        self.give(json!({"tokenType": "Bearer"}))
    }

    fn let_in(&mut self, request: &Received, answer: impl FnOnce(&mut Self) -> Value) -> Reply {
        if bearer(request) == self.access {
            return json_reply(answer(self));
        }
        Reply::json(
            403,
            &json!({"message": "The bearer token included in the request is invalid.", "reason": null}),
        )
    }

    fn generate(&mut self, request: &Received, body: &Value) -> Reply {
        let wrong = |message: &str| Reply::json(400, &json!({"message": message, "reason": null}));
        let profile = body["profileArn"].as_str().unwrap_or_default();
        if ![SOCIAL, BUILDER_ID, COMPANY].contains(&profile) {
            return wrong("profileArn is required for this request.");
        }
        let current = &body["conversationState"]["currentMessage"]["userInputMessage"];
        let content = current["content"].as_str().unwrap_or_default();
        if content.is_empty() || current["modelId"] != "claude-sonnet-4.5" {
            return wrong("Improperly formed request.");
        }
        let entered = self.let_in(request, |_| Value::Null);
        if entered.status != 200 {
            return entered;
        }
        let bytes = [
            event("assistantResponseEvent", r#"{"content":"Hello "}"#),
            event("assistantResponseEvent", r#"{"content":"from the pond."}"#),
            event("contextUsageEvent", r#"{"contextUsagePercentage":0.1}"#),
            event(
                "meteringEvent",
                r#"{"unit":"credit","unitPlural":"credits","usage":0.1}"#,
            ),
        ];
        Reply::stream(
            "application/vnd.amazon.eventstream",
            &bytes.concat(),
            self.cut,
        )
    }
}

fn usage() -> Value {
    json!({"nextDateReset": 1_900_000_000.0, "userInfo": {"userId": "d", "email": "canary@kiro.example"},
        "subscriptionInfo": {"subscriptionTitle": "KIRO PRO"},
        "usageBreakdownList": [{"resourceType": "CREDIT", "displayNamePlural": "Credits", "currentUsageWithPrecision": 660.0, "usageLimitWithPrecision": 1000.0}]})
}

fn json_reply(body: Value) -> Reply {
    Reply::json(200, &body)
}
