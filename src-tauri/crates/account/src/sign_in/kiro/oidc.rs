//! AWS Builder ID and IAM Identity Center, by AWS SSO OIDC's device codes.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use url::Url;

use super::BUILDER_ID;
use crate::credentials::client_id_hash;
use crate::endpoints::HOME_REGION;
use crate::renew::kiro as renewal;
use crate::sign_in::device::{self, Code};
use crate::sign_in::returned::text;
use crate::sign_in::stage::Stage;
use crate::sign_in::{Failure, FailureCause};
use crate::web::Ask;
use crate::{Credentials, Service};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const SCOPES: [&str; 5] = [
    "codewhisperer:completions",
    "codewhisperer:analysis",
    "codewhisperer:conversations",
    "codewhisperer:transformations",
    "codewhisperer:taskassist",
];

pub(super) async fn builder_id(stage: &Stage) -> Result<Credentials, Failure> {
    by_code(stage, BUILDER_ID, HOME_REGION, "BuilderId").await
}

pub(super) async fn company(
    stage: &Stage,
    start_url: &str,
    region: &str,
) -> Result<Credentials, Failure> {
    let start_url = start_url.trim();
    let plain = |region: &str| {
        let part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !region.is_empty() && region.chars().all(part)
    };
    let spoken = Url::parse(start_url).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
    if !spoken {
        let text = format!(
            "\"{start_url}\" is no start page; it looks like https://d-….awsapps.com/start"
        );
        return Err(Failure::new(FailureCause::BadRequest, text));
    }
    // It becomes a part of a host's name.
    if !plain(region) {
        let text = format!("\"{region}\" is no AWS region; it looks like eu-central-1");
        return Err(Failure::new(FailureCause::BadRequest, text));
    }
    by_code(stage, start_url, region, "Enterprise").await
}

async fn by_code(
    stage: &Stage,
    start_url: &str,
    region: &str,
    provider: &str,
) -> Result<Credentials, Failure> {
    let to = |path: &str| stage.endpoints().kiro_oidc(region, path);
    let call = |path: &str, body: Value| renewal::as_oidc_client(Ask::json(to(path), body));
    let client = stage
        .ask(|| {
            call(
                "client/register",
                json!({
                    "clientName": "Kiro IDE",
                    "clientType": "public",
                    "scopes": SCOPES,
                    "grantTypes": [GRANT, "refresh_token"],
                    "issuerUrl": start_url,
                }),
            )
        })
        .await?;
    let (id, secret) = (text(&client, "clientId")?, text(&client, "clientSecret")?);
    let answer = stage
        .ask(|| {
            let body = json!({"clientId": id, "clientSecret": secret, "startUrl": start_url});
            call("device_authorization", body)
        })
        .await?;
    let code = Code::read(&answer)?;
    let poll = || {
        let body = json!({
            "clientId": id,
            "clientSecret": secret,
            "deviceCode": code.device,
            "grantType": GRANT,
        });
        call("token", body)
    };
    let slower = |every: Duration| every + Duration::from_secs(5);
    let answer = device::wait(stage, &code, slower, poll).await?;
    let odd = |text: String| Failure::new(FailureCause::OddAnswer, text);
    let renewal = renewal::read(&answer).map_err(|trouble| odd(trouble.to_string()))?;
    let mut root = Map::new();
    let mut put = |name: &str, value: Value| root.insert(name.to_owned(), value);
    put("accessToken", json!(""));
    put("refreshToken", json!(text(&answer, "refreshToken")?));
    put("clientIdHash", json!(client_id_hash(start_url)));
    put("authMethod", json!("IdC"));
    put("provider", json!(provider));
    put("region", json!(region));
    put("startUrl", json!(start_url));
    put("clientId", json!(id));
    put("clientSecret", json!(secret));
    if let Some(expires) = client.get("clientSecretExpiresAt") {
        put("clientSecretExpiresAt", expires.clone());
    }
    let empty = Credentials::new(Service::Kiro, root).map_err(|bad| odd(bad.to_string()))?;
    Ok(empty.renewed(&renewal, Timestamp::now()))
}
