//! Signing in to Qwen: a device code with PKCE.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::device::{self, Code};
use super::flow::NewLogin;
use super::proof::Proof;
use super::returned::text;
use super::stage::Stage;
use super::{Failure, FailureCause, SignedIn};
use crate::renew::qwen as renewal;
use crate::web::Ask;
use crate::{Credentials, Secret, Service};

const SCOPE: &str = "openid profile email model.completion";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Qwen closed the free service; its endpoints give out tokens all the same.
const NOTE: &str = "Qwen closed its free service on 15 April 2026 and may refuse this account's requests; if it does, use an Alibaba Cloud Model Studio key (openai-custom)";

pub(super) async fn sign_in(stage: &mut Stage) -> Result<NewLogin, Failure> {
    let proof = Proof::new()?;
    let secret = |text: &str| Secret::new(text.to_owned());
    let device = stage.endpoints().qwen_device();
    let answer = stage
        .ask(|| {
            let fields = vec![
                ("client_id", secret(renewal::CLIENT_ID)),
                ("scope", secret(SCOPE)),
                ("code_challenge", secret(&proof.challenge)),
                ("code_challenge_method", secret("S256")),
            ];
            renewal::as_client(Ask::form(device.as_str(), fields))
        })
        .await?;
    let code = Code::read(&answer)?;
    let tokens = stage.endpoints().qwen_tokens();
    let poll = || {
        let fields = vec![
            ("grant_type", secret(GRANT)),
            ("client_id", secret(renewal::CLIENT_ID)),
            ("device_code", secret(&code.device)),
            ("code_verifier", proof.verifier.clone()),
        ];
        renewal::as_client(Ask::form(tokens.as_str(), fields))
    };
    let answer = device::wait(stage, &code, slower, poll).await?;
    let credentials = credentials(&answer)?;
    let account = SignedIn {
        name: credentials
            .account_name()
            .unwrap_or("Qwen account")
            .to_owned(),
        notes: vec![NOTE.to_owned()],
        ..SignedIn::default()
    };
    Ok(NewLogin {
        credentials,
        account,
        project: None,
    })
}

fn slower(every: Duration) -> Duration {
    every.mul_f64(1.5).min(Duration::from_secs(10)).max(every)
}

/// The answer as Qwen Code writes it down.
fn credentials(answer: &Value) -> Result<Credentials, Failure> {
    text(answer, "access_token")?;
    let renewal = renewal::read(answer)
        .map_err(|trouble| Failure::new(FailureCause::OddAnswer, trouble.to_string()))?;
    let mut root = Map::new();
    root.insert("access_token".to_owned(), json!(""));
    root.insert(
        "refresh_token".to_owned(),
        json!(text(answer, "refresh_token")?),
    );
    root.insert("token_type".to_owned(), json!("Bearer"));
    let empty = Credentials::new(Service::Qwen, root);
    let empty = empty.map_err(|bad| Failure::new(FailureCause::OddAnswer, bad.to_string()))?;
    Ok(empty.renewed(&renewal, jiff::Timestamp::now()))
}
