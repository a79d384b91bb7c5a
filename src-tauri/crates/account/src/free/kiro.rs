//! Kiro's calls that are no requests to a model.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Quota, Unanswered};
use crate::Secret;
use crate::credentials::{KiroAuth, KiroFacts};
use crate::endpoints::{Endpoints, HOME_REGION};
use crate::renew::request_id;
use crate::web::{Ask, Trouble, Web};
use crate::words::one_line;

pub use crate::renew::kiro::{IDE_VERSION, ide};

/// The profile of every social account, and of every Builder ID.
const SOCIAL_PROFILE: &str = "arn:aws:codewhisperer:us-east-1:699475941385:profile/EHGA3GRVQMUK";
const BUILDER_ID_PROFILE: &str =
    "arn:aws:codewhisperer:us-east-1:638616132270:profile/AAAACCCCXXXX";

/// The profile that an account's requests are made for; `None` where it has to be asked for ([`profiles`]).
pub fn known_profile(facts: &KiroFacts) -> Option<&str> {
    let fixed = match (facts.auth, facts.provider.as_deref()) {
        (KiroAuth::Social, _) => Some(SOCIAL_PROFILE),
        (KiroAuth::Idc, Some("BuilderId")) => Some(BUILDER_ID_PROFILE),
        (KiroAuth::Idc | KiroAuth::External, _) => None,
    };
    facts.profile_arn.as_deref().or(fixed)
}

/// The region of the API: that of the profile, which may be another than that of the sign-in.
pub fn region<'a>(facts: &'a KiroFacts, profile: Option<&'a str>) -> &'a str {
    let of_profile = profile.and_then(|arn| arn.split(':').nth(3));
    facts
        .api_region
        .as_deref()
        .or(of_profile.filter(|region| !region.is_empty()))
        .or(facts.region.as_deref())
        .unwrap_or(HOME_REGION)
}

/// The profiles that a company's account has in a region.
///
/// # Errors
/// As [`Unanswered`] says.
pub async fn profiles(
    web: &dyn Web,
    to: &Endpoints,
    token: &Secret<String>,
    region: &str,
) -> Result<Vec<String>, Unanswered> {
    let address = format!("{}/ListAvailableProfiles", to.kiro_api(region));
    let ask = as_ide(Ask::json(address, json!({})), token, None);
    let answer = web.ask(ask).await?.json()?;
    let all = answer.get("profiles").and_then(Value::as_array);
    let active = all.into_iter().flatten().filter(|one| {
        let status = one.get("status").and_then(Value::as_str);
        status.is_none_or(|status| status == "ACTIVE")
    });
    Ok(active
        .filter_map(|one| Some(one.get("arn")?.as_str()?.to_owned()))
        .collect())
}

/// A model of Kiro's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KiroModel {
    /// The name to ask for it by.
    pub id: String,
    /// Its name for people.
    pub name: Option<String>,
    /// The most tokens it takes.
    pub max_input_tokens: Option<u64>,
    /// The most tokens it gives.
    pub max_output_tokens: Option<u64>,
}

/// Pages of a list that are read.
const MOST_PAGES: usize = 5;

/// The models of an account.
///
/// # Errors
/// As [`Unanswered`] says.
pub async fn models(
    web: &dyn Web,
    to: &Endpoints,
    token: &Secret<String>,
    facts: &KiroFacts,
) -> Result<Vec<KiroModel>, Unanswered> {
    let profile = known_profile(facts);
    let base = to.kiro_api(region(facts, profile));
    let mut all = Vec::new();
    let mut next: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let address = models_page(&base, profile, next.as_deref());
        let ask = as_ide(Ask::get(address), token, facts.machine_id.as_deref());
        let answer = web.ask(ask).await?.json()?;
        let models = answer.get("models").and_then(Value::as_array);
        all.extend(models.into_iter().flatten().filter_map(read_model));
        let token = answer.get("nextToken").and_then(Value::as_str);
        next = token.filter(|token| !token.is_empty()).map(str::to_owned);
        if next.is_none() {
            break;
        }
    }
    Ok(all)
}

fn models_page(base: &str, profile: Option<&str>, next: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("origin", "AI_EDITOR");
    query.append_pair("maxResults", "50");
    query.extend_pairs(profile.map(|profile| ("profileArn", profile)));
    query.extend_pairs(next.map(|next| ("nextToken", next)));
    format!("{base}/ListAvailableModels?{}", query.finish())
}

fn read_model(one: &Value) -> Option<KiroModel> {
    let limit = |name: &str| one.get("tokenLimits")?.get(name)?.as_u64();
    Some(KiroModel {
        id: one_line(one.get("modelId")?.as_str()?),
        name: one.get("modelName").and_then(Value::as_str).map(one_line),
        max_input_tokens: limit("maxInputTokens"),
        max_output_tokens: limit("maxOutputTokens"),
    })
}

/// What an account is and has left.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Usage {
    /// Whose it is.
    pub email: Option<String>,
    /// `KIRO FREE`, ….
    pub plan: Option<String>,
    /// What is left.
    pub quota: Vec<Quota>,
}

/// Asks for plan and usage.
///
/// # Errors
/// As [`Unanswered`] says.
pub async fn usage(
    web: &dyn Web,
    to: &Endpoints,
    token: &Secret<String>,
    facts: &KiroFacts,
) -> Result<Usage, Unanswered> {
    let profile = known_profile(facts);
    let base = to.kiro_api(region(facts, profile));
    let ask = |resource: Option<&str>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("isEmailRequired", "true");
        query.append_pair("origin", "AI_EDITOR");
        query.extend_pairs(resource.map(|resource| ("resourceType", resource)));
        query.extend_pairs(profile.map(|profile| ("profileArn", profile)));
        let address = format!("{base}/getUsageLimits?{}", query.finish());
        as_ide(Ask::get(address), token, facts.machine_id.as_deref())
    };
    let answer = web.ask(ask(Some("AGENTIC_REQUEST"))).await?.json();
    let answer = match answer {
        Err(Trouble::No { code, .. }) if code == "FEATURE_NOT_SUPPORTED" => {
            web.ask(ask(None)).await?.json()?
        }
        answer => answer?,
    };
    Ok(read_usage(&answer))
}

fn read_usage(answer: &Value) -> Usage {
    let text = |pointer: &str| {
        answer
            .pointer(pointer)
            .and_then(Value::as_str)
            .map(one_line)
    };
    let resets = answer.get("nextDateReset").and_then(seconds);
    let breakdown = answer.get("usageBreakdownList").and_then(Value::as_array);
    Usage {
        email: text("/userInfo/email"),
        plan: text("/subscriptionInfo/subscriptionTitle"),
        quota: breakdown
            .into_iter()
            .flatten()
            .filter_map(|one| read_breakdown(one, resets))
            .collect(),
    }
}

/// The limit of the plan, of a trial that runs and of bonuses that are active, together.
fn read_breakdown(one: &Value, resets: Option<Timestamp>) -> Option<Quota> {
    let number = |value: &Value, name: &str| {
        let precise = value.get(format!("{name}WithPrecision"));
        precise.or_else(|| value.get(name))?.as_f64()
    };
    let mut limit = number(one, "usageLimit")?;
    let mut used = number(one, "currentUsage")?;
    let trial = one.get("freeTrialInfo");
    let trial = trial
        .filter(|trial| trial.get("freeTrialStatus").and_then(Value::as_str) == Some("ACTIVE"));
    let bonuses = one
        .get("bonuses")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let bonuses =
        bonuses.filter(|bonus| bonus.get("status").and_then(Value::as_str) == Some("ACTIVE"));
    for more in trial.into_iter().chain(bonuses) {
        limit += number(more, "usageLimit").unwrap_or(0.0);
        used += number(more, "currentUsage").unwrap_or(0.0);
    }
    let left = (limit - used).max(0.0);
    let name = ["displayNamePlural", "displayName", "resourceType"]
        .iter()
        .find_map(|name| one.get(*name)?.as_str())
        .unwrap_or("credits");
    let name = one_line(name).to_lowercase();
    Some(Quota {
        percent_left: (limit > 0.0).then(|| (left / limit * 100.0).clamp(0.0, 100.0)),
        left: Some(format!("{} of {} {name}", short(left), short(limit))),
        resets: one.get("nextDateReset").and_then(seconds).or(resets),
        name,
    })
}

/// At most two digits behind the point, and none that say nothing.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Seconds since 1970, as AWS writes them: with a fraction.
fn seconds(value: &Value) -> Option<Timestamp> {
    let seconds = value.as_f64().filter(|seconds| *seconds > 0.0)?;
    // Beyond the range it saturates, and is no time then.
    Timestamp::from_millisecond((seconds * 1_000.0) as i64).ok()
}

fn as_ide(ask: Ask, token: &Secret<String>, machine: Option<&str>) -> Ask {
    let ide = ide(machine);
    ask.bearer(token)
        .header("x-amz-user-agent", format!("aws-sdk-js/1.0.0 {ide}"))
        .header(
            "user-agent",
            format!("aws-sdk-js/1.0.0 ua/2.1 os/linux lang/js md/nodejs#22.22.0 api/codewhispererruntime#1.0.0 m/N,E {ide}"),
        )
        .header("amz-sdk-invocation-id", request_id())
        .header("amz-sdk-request", "attempt=1; max=1")
}
