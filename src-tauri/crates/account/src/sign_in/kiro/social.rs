//! Google's and GitHub's accounts, by Kiro's own service.

use jiff::Timestamp;
use serde_json::{Map, json};

use super::PATIENCE;
use crate::renew::kiro as renewal;
use crate::sign_in::loopback::{self, Door};
use crate::sign_in::proof::Proof;
use crate::sign_in::returned::text;
use crate::sign_in::stage::{Deadline, Stage};
use crate::sign_in::{Failure, FailureCause, Step};
use crate::web::Ask;
use crate::{Credentials, Service};

/// The address that Kiro's IDE has the system open; nobody but the IDE can listen on it.
const IDE_ADDRESS: &str = "kiro://kiro.kiroAgent/authenticate-success";

/// Without Kiro's page: the browser ends on an address that only Kiro's IDE opens, so it must be pasted.
pub(super) async fn direct(
    stage: &mut Stage,
    provider: &'static str,
) -> Result<Credentials, Failure> {
    let (proof, state) = (Proof::new()?, uuid::Uuid::new_v4().to_string());
    let page = stage.endpoints().kiro_social("login");
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("idp", provider)
        .append_pair("redirect_uri", IDE_ADDRESS)
        .append_pair("code_challenge", &proof.challenge)
        .append_pair("code_challenge_method", "S256")
        .append_pair("state", &state)
        .append_pair("prompt", "select_account")
        .finish();
    let until = Deadline::after(PATIENCE);
    stage.show(Step::Open {
        address: format!("{page}?{query}"),
        returns_to: IDE_ADDRESS.to_owned(),
        notice: Some("the browser ends on an address that begins with kiro://; copy that address and paste it here".to_owned()),
        until: until.shown,
    });
    let door = Door {
        paths: &[],
        state: state.clone(),
        onward: None,
    };
    let returned = loopback::wait(stage, None, door, until).await?;
    let code = returned.code(&state)?;
    exchange(stage, &code, IDE_ADDRESS, &proof, provider).await
}

/// A code for tokens, as Kiro's IDE writes them down.
pub(super) async fn exchange(
    stage: &Stage,
    code: &str,
    redirect: &str,
    proof: &Proof,
    provider: &'static str,
) -> Result<Credentials, Failure> {
    stage.finishing("exchanging Kiro's answer for tokens");
    let to = stage.endpoints().kiro_social("oauth/token");
    let answer = stage
        .ask(|| {
            let body = json!({
                "code": code,
                "code_verifier": proof.verifier.expose(),
                "redirect_uri": redirect,
            });
            renewal::as_ide(Ask::json(to.as_str(), body), None)
        })
        .await?;
    let odd = |text: String| Failure::new(FailureCause::OddAnswer, text);
    let renewal = renewal::read(&answer).map_err(|trouble| odd(trouble.to_string()))?;
    let inner = answer
        .get("data")
        .filter(|data| data.is_object())
        .unwrap_or(&answer);
    let mut root = Map::new();
    root.insert("accessToken".to_owned(), json!(""));
    root.insert(
        "refreshToken".to_owned(),
        json!(text(inner, "refreshToken")?),
    );
    root.insert("authMethod".to_owned(), json!("social"));
    root.insert("provider".to_owned(), json!(provider));
    let empty = Credentials::new(Service::Kiro, root).map_err(|bad| odd(bad.to_string()))?;
    Ok(empty.renewed(&renewal, Timestamp::now()))
}
