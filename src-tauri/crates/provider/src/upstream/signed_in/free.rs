//! Whether an account works, which models it has and what is left of its quotas: by calls that cost nothing.

use account::Credentials;
use account::endpoints::Endpoints;
use account::free::{Unanswered, gemini, kiro};
use account::sign_in::way::instead;
use account::web::{Trouble, Unheard};
use account::{Service, tokens::Renewing};
use dialect::UpstreamError;
use jiff::Timestamp;

use super::{clean, no_token};
use crate::classify::{one_line, refusal_from_error};
use crate::kind::ProviderType;
use crate::login::Login;
use crate::models::Model;
use crate::refusal::{Cause, Refusal};
use crate::upstream::Upstream;

/// Models of Code Assist, which has no list (google-gemini/gemini-cli: `packages/core/src/config/models.ts`).
const GEMINI: [&str; 9] = [
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "gemini-2.5-flash-lite",
    "gemini-3-pro-preview",
    "gemini-3-flash-preview",
    "gemini-3.1-pro-preview",
    "gemini-3.1-flash-lite",
    "gemini-3.1-flash-lite-preview",
    "gemini-3.5-flash",
];
/// Models of Qwen's sign-in.
const QWEN: [&str; 4] = [
    "coder-model",
    "vision-model",
    "qwen3-coder-plus",
    "qwen3-coder-flash",
];

/// What a check has seen.
type Seen = Result<Vec<Model>, Unanswered>;

impl Upstream {
    /// Checks the account. A token that is refused is renewed once.
    pub(in crate::upstream) async fn free_check(
        &self,
        login: &Login,
    ) -> Result<Vec<Model>, Refusal> {
        let credentials = login.tokens.access().await.map_err(no_token)?;
        let refused = match self.look(login, &credentials).await {
            Ok(models) => return Ok(models),
            Err(refusal) => refusal,
        };
        if refused.status != Some(401) {
            return Err(clean(refused, &credentials));
        }
        let fresh = login.tokens.replace(&credentials).await.map_err(no_token)?;
        let again = self.look(login, &fresh).await;
        again.map_err(|refusal| clean(refusal, &fresh))
    }

    async fn look(&self, login: &Login, credentials: &Credentials) -> Result<Vec<Model>, Refusal> {
        match self.instance.kind {
            ProviderType::GeminiCliOauth => self.look_at_gemini(login, credentials).await,
            ProviderType::KiroOauth => {
                let seen = self.look_at_kiro(login, credentials).await;
                seen.map_err(|why| self.unanswered(why))
            }
            _ => Ok(named(&QWEN)),
        }
    }

    async fn look_at_gemini(
        &self,
        login: &Login,
        credentials: &Credentials,
    ) -> Result<Vec<Model>, Refusal> {
        self.tiers(login, credentials).await?;
        let (renewing, to) = self.way(login);
        let project = login.project(credentials);
        let quota = gemini::quota(&*renewing.web, &to, credentials.access(), project).await;
        let mut models = named(&GEMINI);
        // Without it the account works all the same, and the last figure stays.
        if let Ok(quota) = quota {
            let more = quota
                .iter()
                .filter(|one| !GEMINI.contains(&one.name.as_str()));
            models.extend(more.map(|one| model(&one.name)));
            self.note_quotas(quota);
        }
        Ok(models)
    }

    /// Whether Google lets the account in, and for which project.
    async fn tiers(&self, login: &Login, credentials: &Credentials) -> Result<(), Refusal> {
        let (renewing, to) = self.way(login);
        let project = login.project(credentials);
        let tiers = gemini::load(&*renewing.web, &to, credentials.access(), project).await;
        let tiers = tiers.map_err(|why| self.unanswered(why))?;
        if let Some(wanted) = tiers.wants_verifying() {
            let address = wanted.validation_url.as_deref().unwrap_or_default();
            let text = format!("{}: {address}", wanted.reason_message);
            return Err(Refusal::new(Cause::KeyDead, one_line(&text)));
        }
        if let Some(why) = tiers.refused() {
            let other = instead(Service::Gemini).join(", or ");
            let text = format!("{} ({}); use {other}", why.reason_message, why.reason_code);
            return Err(Refusal::new(Cause::Ended, one_line(&text)));
        }
        if let Some(project) = tiers.project() {
            login.note_project(&project);
        }
        Ok(())
    }

    /// Before a request to Code Assist: the project, if it is not known yet.
    pub(super) async fn find_project(
        &self,
        login: &Login,
        credentials: &Credentials,
    ) -> Result<(), Refusal> {
        let is_gemini = self.instance.kind == ProviderType::GeminiCliOauth;
        if is_gemini && login.project(credentials).is_none() {
            match self.tiers(login, credentials).await {
                // The request itself will show the same, and is repeated with another token.
                Err(refusal) if refusal.status == Some(401) => {}
                found => found?,
            }
        }
        Ok(())
    }

    async fn look_at_kiro(&self, login: &Login, credentials: &Credentials) -> Seen {
        let (renewing, to) = self.way(login);
        let Some(facts) = credentials.kiro() else {
            return Ok(Vec::new());
        };
        let token = credentials.access();
        let usage = kiro::usage(&*renewing.web, &to, token, facts).await?;
        self.note_quotas(usage.quota);
        let models = kiro::models(&*renewing.web, &to, token, facts).await?;
        Ok(models
            .into_iter()
            .map(|one| Model {
                id: one.id,
                display_name: one.name,
                max_input_tokens: one.max_input_tokens,
                max_output_tokens: one.max_output_tokens,
                ..Model::default()
            })
            .collect())
    }

    /// What free calls go by, with the instance's own address where it has one.
    fn way<'a>(&self, login: &'a Login) -> (&'a Renewing, Endpoints) {
        let renewing = login.tokens.renewing();
        let mut to = renewing.endpoints.clone();
        if login.fixed {
            let base = Some(self.instance.base_url.clone());
            match self.instance.kind {
                ProviderType::GeminiCliOauth => to.gemini_api = base,
                ProviderType::KiroOauth => to.kiro_api = base,
                _ => {}
            }
        }
        (renewing, to)
    }

    fn unanswered(&self, why: Unanswered) -> Refusal {
        match why {
            Unanswered::Unheard(Unheard::Silent { .. }) => {
                Refusal::new(Cause::FirstContentTimeout, one_line(&why.to_string()))
            }
            Unanswered::Unheard(_) => Refusal::new(Cause::Unreachable, one_line(&why.to_string())),
            Unanswered::Trouble(Trouble::No {
                status,
                code,
                words,
                retry_after,
            }) => {
                let error = UpstreamError {
                    message: words,
                    kind: Some(code).filter(|code| !code.is_empty()),
                    ..UpstreamError::default()
                };
                let kind = self.instance.kind;
                let mut refusal = refusal_from_error(kind, &error, Some(status), Timestamp::now());
                refusal.wait = refusal.wait.or(retry_after);
                refusal
            }
            Unanswered::Trouble(trouble @ Trouble::Page { .. }) => {
                Refusal::new(Cause::Forbidden, one_line(&trouble.to_string()))
            }
            Unanswered::Trouble(trouble) => {
                Refusal::new(Cause::BrokenAnswer, one_line(&trouble.to_string()))
            }
        }
    }
}

fn named(ids: &[&str]) -> Vec<Model> {
    ids.iter().map(|id| model(id)).collect()
}

fn model(id: &str) -> Model {
    Model {
        id: id.to_owned(),
        ..Model::default()
    }
}
