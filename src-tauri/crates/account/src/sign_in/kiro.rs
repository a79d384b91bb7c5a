//! Signing in to Kiro: by its page, by Google's or GitHub's account, by AWS Builder ID or IAM Identity Center.
//!
//! - `social`: the exchange of what a browser brought; `oidc`: AWS's device codes.

mod oidc;
mod social;

use std::time::Duration;

use serde_json::Value;

use super::flow::NewLogin;
use super::loopback::{self, Door, Loopback};
use super::proof::{Proof, random_hex};
use super::stage::{Deadline, Stage};
use super::{Failure, FailureCause, KiroMethod, SignedIn, Step};
use crate::endpoints::HOME_REGION;
use crate::free::kiro as free;
use crate::web::Trouble;
use crate::{Credentials, Service};

/// How long a person has.
const PATIENCE: Duration = Duration::from_secs(600);
/// The ports that Kiro's page hands an answer to.
const PORTS: [u16; 10] = [
    3128, 4649, 6588, 8008, 9091, 49153, 50153, 51153, 52153, 53153,
];
const PATHS: &[&str] = &["/oauth/callback", "/signin/callback"];
/// The start page of every Builder ID.
const BUILDER_ID: &str = "https://view.awsapps.com/start";
/// Where a company's profile may be, beside the region of its sign-in.
const PROFILE_REGIONS: [&str; 2] = [HOME_REGION, "eu-central-1"];

pub(super) async fn sign_in(
    stage: &mut Stage,
    method: KiroMethod,
    start_url: Option<String>,
    region: Option<String>,
) -> Result<NewLogin, Failure> {
    let credentials = match method {
        KiroMethod::Portal => portal(stage).await?,
        KiroMethod::Google => social::direct(stage, "Google").await?,
        KiroMethod::Github => social::direct(stage, "Github").await?,
        KiroMethod::BuilderId => oidc::builder_id(stage).await?,
        KiroMethod::Idc => {
            let missing = "IAM Identity Center needs the company's start page (--start-url https://d-….awsapps.com/start) and its region (--region)";
            let start = start_url.ok_or_else(|| Failure::new(FailureCause::BadRequest, missing))?;
            oidc::company(stage, &start, region.as_deref().unwrap_or(HOME_REGION)).await?
        }
    };
    finish(stage, credentials).await
}

/// Kiro's page. It hands back a code, or which of AWS's doors to use.
async fn portal(stage: &mut Stage) -> Result<Credentials, Failure> {
    let (proof, state) = (Proof::new()?, uuid::Uuid::new_v4().to_string());
    let loopback = Loopback::open(&PORTS).await.ok();
    let notice = loopback.is_none().then(|| {
        "every port that Kiro's page can answer to is taken by another program, so the answer must be pasted".to_owned()
    });
    let port = loopback.as_ref().map_or(PORTS[0], Loopback::port);
    let redirect = format!("http://localhost:{port}");
    let page = stage.endpoints().kiro_portal();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("state", &state)
        .append_pair("code_challenge", &proof.challenge)
        .append_pair("code_challenge_method", "S256")
        .append_pair("redirect_uri", &redirect)
        .append_pair("redirect_from", "KiroIDE")
        .finish();
    let until = Deadline::after(PATIENCE);
    stage.show(Step::Open {
        address: format!("{page}?{query}"),
        returns_to: redirect.clone(),
        notice,
        until: until.shown,
    });
    let onward = |status: &str| format!("{page}?auth_status={status}&redirect_from=KiroIDE");
    let door = Door {
        paths: PATHS,
        state: state.clone(),
        onward: Some((onward("success"), onward("error"))),
    };
    let returned = loopback::wait(stage, loopback.as_ref(), door, until).await?;
    returned.check(&state)?;
    let option = returned.get("login_option").unwrap_or_default().to_owned();
    match option.as_str() {
        "builderid" => oidc::builder_id(stage).await,
        "awsidc" | "internal" => {
            let start = returned.get("issuer_url").unwrap_or_default().to_owned();
            let region = returned.get("idc_region").unwrap_or(HOME_REGION).to_owned();
            oidc::company(stage, &start, &region).await
        }
        "external_idp" => Err(Failure::new(
            FailureCause::NotEligible,
            "a company's own identity provider is signed in to by Kiro's IDE only; sign in there, then link its file (KIRO_OAUTH_CREDS_FILE_PATH)",
        )),
        _ => {
            let code = returned.code(&state)?;
            let path = PATHS.iter().find(|path| **path == returned.path);
            // Kiro's service compares it with what its page has sent the browser to.
            let redirect = match (path, option.is_empty()) {
                (Some(path), false) => format!("{redirect}{path}?login_option={option}"),
                (Some(path), true) => format!("{redirect}{path}"),
                (None, _) => redirect,
            };
            social::exchange(stage, &code, &redirect, &proof, provider(&option)).await
        }
    }
}

fn provider(option: &str) -> &'static str {
    match option {
        "github" => "Github",
        _ => "Google",
    }
}

/// Finds the profile, and who it is. What is only to be shown keeps nobody from signing in.
async fn finish(stage: &Stage, credentials: Credentials) -> Result<NewLogin, Failure> {
    stage.finishing("asking Kiro for profile and plan");
    let mut credentials = credentials.with("machineId", Value::String(random_hex()?));
    let web = &*stage.means.web;
    if credentials.kiro().and_then(free::known_profile).is_none() {
        let arn = profile(stage, &credentials).await?;
        credentials = credentials.with("profileArn", Value::String(arn));
    }
    let mut account = SignedIn {
        name: "Kiro account".to_owned(),
        ..SignedIn::default()
    };
    let Some(facts) = credentials.kiro() else {
        return Err(Failure::new(
            FailureCause::OddAnswer,
            "the tokens are not Kiro's",
        ));
    };
    match free::usage(web, stage.endpoints(), credentials.access(), facts).await {
        Ok(usage) => {
            account.plan = usage.plan;
            account.left = usage.quota.into_iter().find_map(|quota| quota.left);
            if let Some(email) = usage.email {
                credentials = credentials.with("email", Value::String(email.clone()));
                account.name = email;
            }
        }
        Err(crate::free::Unanswered::Trouble(Trouble::No {
            status: 403,
            code,
            words,
            ..
        })) if is_suspended(&code, &words) => {
            let text = format!("the sign-in worked, but Kiro has suspended this account: {words}");
            return Err(Failure::new(FailureCause::NotEligible, text)
                .saying(Some(words), Some(code))
                .with_instead(Service::Kiro));
        }
        Err(error) => {
            account
                .notes
                .push(format!("plan and quota are not known yet: {error}"));
        }
    }
    Ok(NewLogin {
        credentials,
        account,
        project: None,
    })
}

/// Whether Kiro has shut an account out, by its code or its words.
fn is_suspended(code: &str, words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    code == "TEMPORARILY_SUSPENDED"
        || ["suspended", "disabled", "violation"]
            .iter()
            .any(|word| words.contains(word))
}

async fn profile(stage: &Stage, credentials: &Credentials) -> Result<String, Failure> {
    let own = credentials.kiro().and_then(|facts| facts.region.clone());
    let regions = own.as_deref().into_iter().chain(PROFILE_REGIONS);
    let mut failed = None;
    for region in regions {
        let web = &*stage.means.web;
        match free::profiles(web, stage.endpoints(), credentials.access(), region).await {
            Ok(profiles) => {
                if let Some(arn) = profiles.into_iter().next() {
                    return Ok(arn);
                }
            }
            Err(error) => failed = Some(error),
        }
    }
    let text =
        "the sign-in worked, but this account has no profile in Kiro; its administrator gives one";
    Err(match failed {
        Some(error) => Failure::new(FailureCause::NotEligible, format!("{text} ({error})")),
        None => Failure::new(FailureCause::NotEligible, text),
    })
}
