//! New access tokens for refresh tokens: one call, and what its answer means.
//!
//! - `gemini`, `qwen`, `kiro`: how each service is asked.

pub(crate) mod gemini;
pub(crate) mod kiro;
pub(crate) mod qwen;

use std::time::Duration;

use serde_json::Value;

use crate::credentials::{Facts, OauthClient, Renewal};
use crate::endpoints::Endpoints;
use crate::web::{Trouble, Unheard, Web};
use crate::{Credentials, Secret, words};

/// Lifetimes beyond this are a mistake; one that is not named is short.
const LONGEST: Duration = Duration::from_secs(30 * 86_400);
const UNNAMED: Duration = Duration::from_secs(3_600);

/// Why there is no new access token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRenewed {
    /// The refresh token is no longer accepted, in the service's words: only a new sign-in helps.
    #[error("the sign-in has ended: {0}; sign in again")]
    Dead(String),
    /// There is no refresh token.
    #[error("the sign-in holds no refresh token; sign in again")]
    NoRefreshToken,
    /// Google's client is not known.
    #[error(
        "no OAuth client for Gemini is known; set GEMINI_OAUTH_CLIENT_ID and GEMINI_OAUTH_CLIENT_SECRET, or GEMINI_CLI_PATH to an installed Gemini CLI"
    )]
    NoClient,
    /// The OAuth client is not the one that the tokens belong to, or has expired.
    #[error("the service does not know the OAuth client of this sign-in: {0}")]
    WrongClient(String),
    /// It may pass.
    #[error("the access token cannot be renewed now: {reason}")]
    Transient {
        /// Why.
        reason: String,
        /// How long the service asks to wait.
        wait: Option<Duration>,
    },
}

impl NotRenewed {
    /// Whether only the user can help.
    pub const fn needs_the_user(&self) -> bool {
        !matches!(self, Self::Transient { .. })
    }
}

impl From<Unheard> for NotRenewed {
    fn from(unheard: Unheard) -> Self {
        Self::Transient {
            reason: unheard.to_string(),
            wait: None,
        }
    }
}

/// Asks for a new access token, once.
///
/// # Errors
/// As [`NotRenewed`] says; nothing of a token is in it.
pub async fn renew(
    credentials: &Credentials,
    web: &dyn Web,
    endpoints: &Endpoints,
    gemini_client: Option<&OauthClient>,
) -> Result<Renewal, NotRenewed> {
    let refresh = credentials.refresh().ok_or(NotRenewed::NoRefreshToken)?;
    let ask = match credentials.facts() {
        Facts::Gemini(facts) => {
            let client = facts.client.as_ref().or(gemini_client);
            gemini::ask(refresh, client.ok_or(NotRenewed::NoClient)?, endpoints)
        }
        Facts::Qwen(_) => qwen::ask(refresh, endpoints),
        Facts::Kiro(facts) => kiro::ask(refresh, facts, endpoints)?,
    };
    let answer = web.ask(ask).await?.json();
    let read = answer.and_then(|answer| match credentials.facts() {
        Facts::Gemini(_) => gemini::read(&answer),
        Facts::Qwen(_) => qwen::read(&answer),
        Facts::Kiro(_) => kiro::read(&answer),
    });
    read.map_err(|trouble| without_secrets(judged(trouble), credentials))
}

/// What a refusal means, by OAuth's codes and AWS's names for them. Qwen and Kiro say 401 of a dead token, whatever the code.
fn judged(trouble: Trouble) -> NotRenewed {
    let transient = |reason: String, wait| NotRenewed::Transient { reason, wait };
    match trouble {
        Trouble::No {
            status,
            code,
            words,
            retry_after,
        } => match code.as_str() {
            "invalid_grant" | "InvalidGrantException" | "ExpiredTokenException" => {
                NotRenewed::Dead(words)
            }
            "invalid_client"
            | "unauthorized_client"
            | "InvalidClientException"
            | "UnauthorizedClientException" => NotRenewed::WrongClient(words),
            _ if matches!(status, 400 | 401) => NotRenewed::Dead(words),
            _ => transient(format!("status {status}: {words}"), retry_after),
        },
        other => transient(other.to_string(), None),
    }
}

/// Services repeat what they refuse.
fn without_secrets(not: NotRenewed, credentials: &Credentials) -> NotRenewed {
    let clean = |text: String| {
        let secrets = [Some(credentials.access()), credentials.refresh()];
        let known = secrets.into_iter().flatten();
        known.fold(text, |text, secret| {
            words::without(&text, secret.expose()).unwrap_or(text)
        })
    };
    match not {
        NotRenewed::Dead(words) => NotRenewed::Dead(clean(words)),
        NotRenewed::WrongClient(words) => NotRenewed::WrongClient(clean(words)),
        NotRenewed::Transient { reason, wait } => NotRenewed::Transient {
            reason: clean(reason),
            wait,
        },
        other => other,
    }
}

/// The fields that every token answer has, by either spelling; what is no token answer is told.
fn tokens(answer: &Value, more: &[&'static str]) -> Result<Renewal, Trouble> {
    // Kiro's service may wrap its answer.
    let answer = answer
        .get("data")
        .filter(|data| data.is_object())
        .unwrap_or(answer);
    let text = |names: [&str; 2]| {
        let found = names.iter().find_map(|name| answer.get(*name)?.as_str());
        found.filter(|text| !text.trim().is_empty())
    };
    let odd = |what| Trouble::Odd { status: 200, what };
    let access = text(["access_token", "accessToken"]).ok_or(odd("holds no access token"))?;
    if !access.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(odd("holds an access token that no header can carry"));
    }
    let seconds = ["expires_in", "expiresIn"].iter().find_map(|name| {
        let value = answer.get(*name)?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    });
    let lifetime = seconds
        .filter(|n| *n > 0)
        .map_or(UNNAMED, Duration::from_secs);
    Ok(Renewal {
        access: Secret::new(access.to_owned()),
        refresh: text(["refresh_token", "refreshToken"]).map(|t| Secret::new(t.to_owned())),
        lifetime: lifetime.min(LONGEST),
        more: more
            .iter()
            .filter_map(|name| {
                let value = answer.get(*name).filter(|value| !value.is_null())?;
                Some((*name, value.clone()))
            })
            .collect(),
    })
}

/// A form's field.
fn field(name: &'static str, value: &str) -> (&'static str, Secret<String>) {
    (name, Secret::new(value.to_owned()))
}

/// The id of one call.
pub(crate) fn request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
