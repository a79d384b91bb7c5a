//! Code Assist's calls that are no requests to a model.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Quota, Unanswered};
use crate::Secret;
use crate::endpoints::Endpoints;
use crate::web::{Ask, Web};
use crate::words::one_line;

/// What `loadCodeAssist` tells of an account. Google leaves out what does not apply.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tiers {
    /// The tier that it is on.
    pub current_tier: Option<Tier>,
    /// What it pays for.
    pub paid_tier: Option<Tier>,
    /// Tiers that it may go on.
    pub allowed_tiers: Vec<Tier>,
    /// Tiers that it may not go on, and why.
    pub ineligible_tiers: Vec<Ineligible>,
    /// Its project: a text, or an object with an id.
    cloudaicompanion_project: Value,
}

/// A tier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tier {
    /// `free-tier`, `standard-tier`, ….
    pub id: String,
    /// Its name for people.
    pub name: Option<String>,
    /// Whether it is the one to go on where none is named.
    pub is_default: bool,
}

/// Why an account may not go on a tier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ineligible {
    /// `UNSUPPORTED_CLIENT`, `VALIDATION_REQUIRED`, …: Google adds to them.
    pub reason_code: String,
    /// In Google's words.
    pub reason_message: String,
    /// Where the account can be verified.
    pub validation_url: Option<String>,
}

impl Tiers {
    /// Its project.
    pub fn project(&self) -> Option<String> {
        let project = &self.cloudaicompanion_project;
        let text = project.as_str().or_else(|| project.get("id")?.as_str())?;
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The tier by its name for people.
    pub fn plan(&self) -> Option<String> {
        let tier = self.paid_tier.as_ref().or(self.current_tier.as_ref())?;
        let named = tier.name.clone().filter(|name| !name.is_empty());
        Some(named.unwrap_or_else(|| tier.id.clone()))
    }

    /// What the account must do before it is let in.
    pub fn wants_verifying(&self) -> Option<&Ineligible> {
        let wanted = self
            .ineligible_tiers
            .iter()
            .find(|one| one.reason_code == "VALIDATION_REQUIRED" && one.validation_url.is_some());
        wanted.filter(|_| self.current_tier.is_none())
    }

    /// Why it is let in nowhere.
    pub fn refused(&self) -> Option<&Ineligible> {
        let nowhere = self.current_tier.is_none();
        self.ineligible_tiers.first().filter(|_| nowhere)
    }

    /// The tier to go on.
    pub fn default_tier(&self) -> Option<&Tier> {
        self.allowed_tiers.iter().find(|tier| tier.is_default)
    }
}

/// Asks for tiers and project.
///
/// # Errors
/// As [`Unanswered`] says.
pub async fn load(
    web: &dyn Web,
    to: &Endpoints,
    token: &Secret<String>,
    project: Option<&str>,
) -> Result<Tiers, Unanswered> {
    let mut body = json!({ "metadata": metadata(project) });
    if let (Some(project), Some(body)) = (project, body.as_object_mut()) {
        body.insert("cloudaicompanionProject".to_owned(), project.into());
    }
    let answer = web
        .ask(as_cli(
            Ask::json(to.code_assist("loadCodeAssist"), body),
            token,
        ))
        .await?
        .json();
    match answer {
        Ok(answer) => Ok(serde_json::from_value(answer).unwrap_or_default()),
        // Companies' perimeters hide the tier; Google's own client takes it for the standard one.
        Err(crate::web::Trouble::No { code, .. }) if code == "SECURITY_POLICY_VIOLATED" => {
            Ok(Tiers {
                current_tier: Some(Tier {
                    id: "standard-tier".to_owned(),
                    ..Tier::default()
                }),
                ..Tiers::default()
            })
        }
        Err(trouble) => Err(trouble.into()),
    }
}

/// A running `onboardUser`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onboarding {
    /// Its name, to ask again by.
    pub name: Option<String>,
    /// Whether it is over.
    pub done: bool,
    /// The project that it brought.
    pub project: Option<String>,
}

/// Puts an account on a tier. The free tier takes no project, the others need one.
pub fn onboard(to: &Endpoints, token: &Secret<String>, tier: &str, project: Option<&str>) -> Ask {
    let project = project.filter(|_| tier != "free-tier");
    let mut body = json!({ "tierId": tier, "metadata": metadata(project) });
    if let (Some(project), Some(body)) = (project, body.as_object_mut()) {
        body.insert("cloudaicompanionProject".to_owned(), project.into());
    }
    as_cli(Ask::json(to.code_assist("onboardUser"), body), token)
}

/// Asks how an onboarding stands.
pub fn onboarding(to: &Endpoints, token: &Secret<String>, name: &str) -> Ask {
    as_cli(Ask::get(to.code_assist_operation(name)), token)
}

impl Onboarding {
    /// Reads an operation.
    pub fn read(answer: &Value) -> Self {
        let project = answer.pointer("/response/cloudaicompanionProject");
        let id = project.and_then(|project| project.get("id").unwrap_or(project).as_str());
        let text = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        Self {
            name: answer.get("name").and_then(Value::as_str).and_then(text),
            done: answer.get("done").and_then(Value::as_bool).unwrap_or(false),
            project: id.and_then(text),
        }
    }
}

/// What is left of each model's quota, the least where a model has several.
///
/// # Errors
/// As [`Unanswered`] says.
pub async fn quota(
    web: &dyn Web,
    to: &Endpoints,
    token: &Secret<String>,
    project: Option<&str>,
) -> Result<Vec<Quota>, Unanswered> {
    let body = match project {
        Some(project) => json!({ "project": project }),
        None => json!({}),
    };
    let ask = as_cli(Ask::json(to.code_assist("retrieveUserQuota"), body), token);
    let answer = web.ask(ask).await?.json()?;
    let buckets = answer.get("buckets").and_then(Value::as_array);
    let mut all: Vec<Quota> = Vec::new();
    for bucket in buckets.into_iter().flatten() {
        let Some(quota) = read_bucket(bucket) else {
            continue;
        };
        match all.iter_mut().find(|one| one.name == quota.name) {
            Some(known) if quota.percent_left < known.percent_left => *known = quota,
            Some(_) => {}
            None => all.push(quota),
        }
    }
    Ok(all)
}

fn read_bucket(bucket: &Value) -> Option<Quota> {
    let text = |name: &str| bucket.get(name)?.as_str();
    let fraction = bucket.get("remainingFraction").and_then(Value::as_f64);
    Some(Quota {
        name: one_line(text("modelId")?),
        percent_left: fraction.map(|left| (left * 100.0).clamp(0.0, 100.0)),
        left: text("remainingAmount").map(one_line),
        resets: text("resetTime").and_then(|time| time.parse::<Timestamp>().ok()),
    })
}

/// Whose a token is, where Google tells it. Not knowing it keeps nobody from anything.
pub async fn email(web: &dyn Web, to: &Endpoints, token: &Secret<String>) -> Option<String> {
    let ask = Ask::get(to.gemini_user_info()?).bearer(token);
    let answer = web.ask(ask).await.ok()?.json().ok()?;
    answer.get("email")?.as_str().map(one_line)
}

fn metadata(project: Option<&str>) -> Value {
    let mut metadata = json!({
        "ideType": "IDE_UNSPECIFIED",
        "platform": "PLATFORM_UNSPECIFIED",
        "pluginType": "GEMINI",
    });
    if let (Some(project), Some(metadata)) = (project, metadata.as_object_mut()) {
        metadata.insert("duetProject".to_owned(), project.into());
    }
    metadata
}

fn as_cli(ask: Ask, token: &Secret<String>) -> Ask {
    ask.bearer(token).header("user-agent", USER_AGENT)
}

/// How Gemini CLI names itself.
pub const USER_AGENT: &str = "GeminiCLI/0.61.0/gemini-2.5-pro (linux; x64; terminal)";
