//! Signing in to Gemini Code Assist: Google's consent in a browser, then tiers and project.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::time::sleep;
use url::Url;

use super::flow::NewLogin;
use super::loopback::{self, Door, Loopback};
use super::proof::{Proof, random_hex};
use super::returned::text;
use super::stage::{Deadline, Stage};
use super::{Failure, FailureCause, SignedIn, Step};
use crate::credentials::OauthClient;
use crate::free::Unanswered;
use crate::free::gemini::{self as free, Onboarding, Tiers};
use crate::renew::{NotRenewed, gemini as renewal};
use crate::web::Ask;
use crate::{Credentials, Secret, Service};

const SCOPES: &str = "https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/userinfo.profile";
const PATH: &str = "/oauth2callback";
/// How long a person has.
const PATIENCE: Duration = Duration::from_secs(600);
/// Between two questions about an onboarding, or an account that is being verified.
const AGAIN: Duration = Duration::from_secs(5);
const ONBOARDING: Duration = Duration::from_secs(180);

pub(super) async fn sign_in(
    stage: &mut Stage,
    project: Option<String>,
) -> Result<NewLogin, Failure> {
    let project = project.map(|id| checked(&id)).transpose()?;
    let client =
        stage.means.gemini_client.clone().ok_or_else(|| {
            Failure::new(FailureCause::NoClient, NotRenewed::NoClient.to_string())
        })?;
    let credentials = consent(stage, &client).await?;
    let mut account = SignedIn {
        name: name(stage, &credentials).await,
        ..SignedIn::default()
    };
    stage.finishing("asking Google for tier and project");
    let (tiers, project) = discover(stage, credentials.access(), project).await?;
    account.plan = tiers.plan();
    Ok(NewLogin {
        credentials,
        account,
        project,
    })
}

/// Numbers are refused by Code Assist, though Google's console shows them beside the ids.
fn checked(id: &str) -> Result<String, Failure> {
    let id = id.trim();
    if id.is_empty() || id.bytes().all(|b| b.is_ascii_digit()) {
        let text = format!(
            "\"{id}\" is no project id; Google's console shows it beside the project's number, like my-project-123"
        );
        return Err(Failure::new(FailureCause::BadRequest, text));
    }
    Ok(id.to_owned())
}

async fn consent(stage: &mut Stage, client: &OauthClient) -> Result<Credentials, Failure> {
    let (proof, state) = (Proof::new()?, random_hex()?);
    let loopback = Loopback::open(&[0]).await;
    let (loopback, notice) = match loopback {
        Ok(loopback) => (Some(loopback), None),
        Err(error) => (
            None,
            Some(format!(
                "no port of this machine can be listened on ({error}), so the answer must be pasted"
            )),
        ),
    };
    let port = loopback.as_ref().map_or(8085, Loopback::port);
    let redirect = format!("http://127.0.0.1:{port}{PATH}");
    let until = Deadline::after(PATIENCE);
    stage.show(Step::Open {
        address: address(stage, client, &redirect, &state, &proof)?,
        returns_to: redirect.clone(),
        notice,
        until: until.shown,
    });
    let door = Door {
        paths: &[PATH],
        state: state.clone(),
        onward: None,
    };
    let returned = loopback::wait(stage, loopback.as_ref(), door, until).await?;
    let code = returned.code(&state)?;
    stage.finishing("exchanging Google's answer for tokens");
    let to = stage.endpoints().gemini_tokens().to_owned();
    let secret = |text: &str| Secret::new(text.to_owned());
    let answer = stage
        .ask(|| {
            let fields = vec![
                ("grant_type", secret("authorization_code")),
                ("code", secret(&code)),
                ("redirect_uri", secret(&redirect)),
                ("client_id", secret(&client.id)),
                ("client_secret", client.secret.clone()),
                ("code_verifier", proof.verifier.clone()),
            ];
            Ask::form(to.as_str(), fields)
        })
        .await?;
    credentials(&answer, client)
}

fn address(
    stage: &Stage,
    client: &OauthClient,
    redirect: &str,
    state: &str,
    proof: &Proof,
) -> Result<String, Failure> {
    let page = stage.endpoints().gemini_consent();
    let mut url = Url::parse(page).map_err(|_| {
        let text = format!("GEMINI_OAUTH_AUTH_URL \"{page}\" is no address");
        Failure::new(FailureCause::BadRequest, text)
    })?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &client.id)
        .append_pair("redirect_uri", redirect)
        .append_pair("scope", SCOPES)
        // Without both Google gives a refresh token to the first sign-in of an account only.
        .append_pair("access_type", "offline")
        .append_pair("prompt", "consent")
        .append_pair("state", state)
        .append_pair("code_challenge", &proof.challenge)
        .append_pair("code_challenge_method", "S256");
    Ok(url.into())
}

/// The answer as Gemini CLI writes it down, with the client that it belongs to.
fn credentials(answer: &Value, client: &OauthClient) -> Result<Credentials, Failure> {
    let odd = |text: String| Failure::new(FailureCause::OddAnswer, text);
    let renewal = renewal::read(answer).map_err(|trouble| odd(trouble.to_string()))?;
    let refresh = text(answer, "refresh_token")?;
    let mut root = Map::new();
    root.insert("access_token".to_owned(), json!(""));
    root.insert("refresh_token".to_owned(), json!(refresh));
    root.insert("client_id".to_owned(), json!(client.id));
    root.insert("client_secret".to_owned(), json!(client.secret.expose()));
    let empty = Credentials::new(Service::Gemini, root).map_err(|bad| odd(bad.to_string()))?;
    Ok(empty.renewed(&renewal, Timestamp::now()))
}

async fn name(stage: &Stage, credentials: &Credentials) -> String {
    if let Some(name) = credentials.account_name() {
        return name.to_owned();
    }
    let web = &*stage.means.web;
    let email = free::email(web, stage.endpoints(), credentials.access()).await;
    email.unwrap_or_else(|| "Google account".to_owned())
}

/// Finds the project that requests are made for, and puts the account on a tier if it is on none.
async fn discover(
    stage: &Stage,
    token: &Secret<String>,
    project: Option<String>,
) -> Result<(Tiers, Option<String>), Failure> {
    let tiers = let_in(stage, token, project.as_deref()).await?;
    if tiers.current_tier.is_some() {
        let found = tiers.project().or(project);
        let found = found.ok_or_else(|| no_project(&tiers))?;
        return Ok((tiers, Some(found)));
    }
    let Some(tier) = tiers.default_tier().cloned() else {
        if let Some(why) = tiers.refused() {
            return Err(not_eligible(why));
        }
        return onboarded(stage, token, "legacy-tier", project, tiers).await;
    };
    onboarded(stage, token, &tier.id, project, tiers).await
}

/// Waits for an account that Google wants verified first.
async fn let_in(
    stage: &Stage,
    token: &Secret<String>,
    project: Option<&str>,
) -> Result<Tiers, Failure> {
    let until = Deadline::after(PATIENCE);
    loop {
        let web = &*stage.means.web;
        let tiers = free::load(web, stage.endpoints(), token, project).await?;
        let Some(wanted) = tiers.wants_verifying() else {
            return Ok(tiers);
        };
        if until.has_passed() {
            let text = "the account was not verified in time; start again when it is";
            let code = Some(wanted.reason_code.clone());
            return Err(Failure::new(FailureCause::NotVerified, text)
                .saying(Some(wanted.reason_message.clone()), code));
        }
        stage.show(Step::Verify {
            address: wanted.validation_url.clone().unwrap_or_default(),
            reason: wanted.reason_message.clone(),
            until: until.shown,
        });
        sleep(AGAIN).await;
    }
}

async fn onboarded(
    stage: &Stage,
    token: &Secret<String>,
    tier: &str,
    project: Option<String>,
    tiers: Tiers,
) -> Result<(Tiers, Option<String>), Failure> {
    if tier != "free-tier" && project.is_none() {
        return Err(no_project(&tiers));
    }
    stage.finishing("setting the account up with Google");
    let until = Deadline::after(ONBOARDING);
    let to = stage.endpoints().clone();
    let first = stage
        .ask(|| free::onboard(&to, token, tier, project.as_deref()))
        .await?;
    let mut state = Onboarding::read(&first);
    while !state.done {
        if until.has_passed() {
            let text =
                "Google did not finish setting the account up within 3 minutes; try again later";
            return Err(Failure::new(FailureCause::TimedOut, text));
        }
        sleep(AGAIN).await;
        let answer = match &state.name {
            Some(name) => stage.ask(|| free::onboarding(&to, token, name)).await?,
            None => {
                stage
                    .ask(|| free::onboard(&to, token, tier, project.as_deref()))
                    .await?
            }
        };
        let name = state.name.take();
        state = Onboarding::read(&answer);
        state.name = state.name.or(name);
    }
    let found = state.project.or(project);
    let found = found.ok_or_else(|| no_project(&tiers))?;
    Ok((tiers, Some(found)))
}

fn no_project(tiers: &Tiers) -> Failure {
    match tiers.ineligible_tiers.first() {
        Some(why) if tiers.current_tier.is_none() => not_eligible(why),
        _ => Failure::new(
            FailureCause::ProjectNeeded,
            "this account needs the id of a Google Cloud project with Gemini Code Assist; give it (millpond login gemini --project ID)",
        ),
    }
}

fn not_eligible(why: &free::Ineligible) -> Failure {
    let text = format!(
        "the sign-in worked, but Google does not take this account here: {}",
        why.reason_message
    );
    Failure::new(FailureCause::NotEligible, text)
        .saying(
            Some(why.reason_message.clone()),
            Some(why.reason_code.clone()),
        )
        .with_instead(Service::Gemini)
}

impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Unheard(unheard) => unheard.into(),
            Unanswered::Trouble(trouble) => trouble.into(),
        }
    }
}
