//! Where a sign-in is played: what it is shown on, what it asks by, and what comes back to it.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio::time::{Duration, Instant};

use super::returned::Returned;
use super::{Failure, FailureCause, SignIn, Step};
use crate::credentials::OauthClient;
use crate::endpoints::Endpoints;
use crate::web::{Ask, Trouble, Unheard, Web};

/// What every sign-in needs.
#[derive(Debug, Clone)]
pub struct Means {
    /// Who makes its calls.
    pub web: Arc<dyn Web>,
    /// Where they go.
    pub endpoints: Endpoints,
    /// The OAuth client by which Google knows this program, where one was set.
    pub gemini_client: Option<OauthClient>,
}

pub(super) struct Stage {
    pub(super) shown: watch::Sender<SignIn>,
    pub(super) pasted: mpsc::Receiver<Returned>,
    pub(super) means: Means,
}

/// A moment, on the clock that is slept by and on the one that is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    pub(super) at: Instant,
    pub(super) shown: Timestamp,
}

impl Deadline {
    pub(super) fn after(wait: Duration) -> Self {
        let now = Timestamp::now();
        Self {
            at: Instant::now() + wait,
            shown: now.checked_add(wait).unwrap_or(now),
        }
    }

    /// Whether it has passed. A machine that slept has stopped only one of its clocks.
    pub(super) fn has_passed(&self) -> bool {
        Instant::now() >= self.at || Timestamp::now() >= self.shown
    }
}

impl Stage {
    pub(super) fn show(&self, step: Step) {
        self.shown.send_modify(|shown| shown.step = step);
    }

    pub(super) fn finishing(&self, doing: &str) {
        self.show(Step::Finishing {
            doing: doing.to_owned(),
        });
    }

    pub(super) fn endpoints(&self) -> &Endpoints {
        &self.means.endpoints
    }

    /// Asks, for JSON. A network that fails for a moment does not end a sign-in: it is asked three times.
    pub(super) async fn ask(&self, ask: impl Fn() -> Ask) -> Result<Value, Failure> {
        let mut tries = 0;
        loop {
            match self.once(ask()).await {
                Err(Refused::Unheard(Unheard::Unreachable { .. })) if tries < 2 => {}
                Err(refused) => return Err(refused.into()),
                Ok(value) => return Ok(value),
            }
            tries += 1;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    pub(super) async fn once(&self, ask: Ask) -> Result<Value, Refused> {
        let heard = self.means.web.ask(ask).await.map_err(Refused::Unheard)?;
        heard.json().map_err(Refused::Trouble)
    }
}

/// Why a question brought nothing.
#[derive(Debug)]
pub(super) enum Refused {
    Unheard(Unheard),
    Trouble(Trouble),
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unheard(unheard) => unheard.into(),
            Refused::Trouble(trouble) => trouble.into(),
        }
    }
}

impl From<Unheard> for Failure {
    fn from(unheard: Unheard) -> Self {
        let text = format!("{unheard}; look at the network (PROXY_URL) and try again");
        Self::new(FailureCause::Unreachable, text)
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        let said = trouble.to_string();
        match trouble {
            Trouble::Page { .. } => Self::new(
                FailureCause::Firewall,
                format!(
                    "{said}; a firewall or a sign-in page of this network stands between: try again later, or from another network"
                ),
            ),
            Trouble::Odd { .. } => Self::new(FailureCause::OddAnswer, said),
            Trouble::No {
                status,
                code,
                words,
                ..
            } => {
                let (cause, message) = told(status, &code, &words);
                Self::new(cause, message).saying(Some(words), Some(code))
            }
        }
    }
}

/// The cause of a refusal, by OAuth's codes (RFC 6749 §5.2, RFC 8628 §3.5) and AWS's names for them.
fn told(status: u16, code: &str, words: &str) -> (FailureCause, String) {
    match code {
        "access_denied" | "AccessDeniedException" | "authorization_declined" => (
            FailureCause::Denied,
            "the sign-in was refused in the browser".to_owned(),
        ),
        "expired_token" | "ExpiredTokenException" => (
            FailureCause::Expired,
            "the code has expired; start again".to_owned(),
        ),
        "invalid_client"
        | "unauthorized_client"
        | "InvalidClientException"
        | "UnauthorizedClientException" => (
            FailureCause::WrongClient,
            format!("the service does not know this OAuth client: {words}"),
        ),
        "invalid_request" | "invalid_scope" | "InvalidRequestException" => (
            FailureCause::BadRequest,
            format!("the service does not take what was asked for: {words}"),
        ),
        _ if status == 429 || status >= 500 => (
            FailureCause::Overloaded,
            format!("the service is busy or broken (status {status}): {words}; try again later"),
        ),
        _ => (
            FailureCause::NotAccepted,
            format!("the service does not accept this (status {status}): {words}; start again"),
        ),
    }
}
