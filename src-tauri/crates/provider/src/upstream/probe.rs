//! Calls that cost nothing: the model list, which also tells whether the key is taken.

use bytes::Bytes;
use dialect::Dialect;
use http_body_util::BodyExt;

use super::{Call, Course, Upstream};
use crate::classify::one_line;
use crate::endpoint::Api;
use crate::models::{self, Model};
use crate::refusal::{Cause, Refusal};

/// Pages of a model list that are read; each holds up to 1,000.
const MOST_PAGES: usize = 5;

impl Upstream {
    /// The models of this account. `None` where the upstream has no list, which many relays have not:
    /// it says nothing about the account.
    pub async fn models(&self) -> Result<Option<Vec<Model>>, Refusal> {
        if let Some(login) = &self.instance.login {
            return self.free_check(login).await.map(Some);
        }
        let mut all = Vec::new();
        let mut after = None;
        for _ in 0..MOST_PAGES {
            let page = match self.page(after.as_deref()).await {
                Ok(page) => page,
                Err(refusal) if refusal.status == Some(404) || refusal.status == Some(405) => {
                    return Ok(None);
                }
                Err(refusal) => return Err(self.clean(refusal)),
            };
            all.extend(page.models);
            after = page.next;
            if after.is_none() || all.len() >= models::MOST_MODELS {
                break;
            }
        }
        Ok(Some(all))
    }

    async fn page(&self, after: Option<&str>) -> Result<models::Page, Refusal> {
        let call = Call {
            api: Api::Models,
            model: "",
            dialect: self.instance.kind.dialect(),
            client: None,
            query: None,
            body: Bytes::new(),
            stream: false,
        };
        let mut request = self.request(&call)?;
        if let Some(path) = self.page_path(after) {
            *request.uri_mut() = super::target(&self.line.hop, &path).map_err(|_| {
                Refusal::new(
                    Cause::BrokenAnswer,
                    "the list names a page that cannot be asked for",
                )
            })?;
        }
        let (response, deadline) = self
            .head_of(&self.line, request, &Course::default())
            .await?;
        if !response.status().is_success() {
            return Err(self.refused(response, deadline).await);
        }
        let body = tokio::time::timeout_at(deadline, response.into_body().collect())
            .await
            .map_err(|_| super::silent(self.limits.first_content))?
            .map_err(|error| Refusal::new(Cause::BrokenAnswer, one_line(&error.to_string())))?;
        models::read(&body.to_bytes())
            .map_err(|error| Refusal::new(Cause::WrongUrl, one_line(&error.to_string())))
    }

    /// The path of a page of the list, where it is another than the list's own. Gemini's pages hold 50 unless more are
    /// asked for (ai.google.dev, `/api/models`).
    fn page_path(&self, after: Option<&str>) -> Option<String> {
        let encoded =
            |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
        let query = match (self.instance.kind.dialect(), after) {
            (Dialect::Gemini, None) => "pageSize=1000".to_owned(),
            (Dialect::Gemini, Some(token)) => {
                format!("pageSize=1000&pageToken={}", encoded(token))
            }
            (_, None) => return None,
            (_, Some(id)) => format!("limit=1000&after_id={}", encoded(id)),
        };
        let path = self.line.addresses.path_and_query(Api::Models);
        let joint = if path.contains('?') { '&' } else { '?' };
        Some(format!("{path}{joint}{query}"))
    }

    /// One request for one token: the only check that costs money, made where the user asked for it.
    pub async fn billed_check(&self, body: Bytes) -> Result<(), Refusal> {
        let dialect = self.instance.kind.dialect();
        let call = Call {
            api: match dialect {
                Dialect::Anthropic => Api::Messages,
                Dialect::Gemini => Api::GenerateContent,
                _ => Api::ChatCompletions,
            },
            model: self.instance.check_model.as_deref().unwrap_or_default(),
            dialect,
            client: None,
            query: None,
            body,
            stream: false,
        };
        self.send(&call, &Course::default()).await.map(drop)
    }
}
