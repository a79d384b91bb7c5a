//! The calls of a check.

use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use dialect::Dialect;
use futures_util::future::BoxFuture;
use provider::models::Model;
use provider::refusal::Cause;
use provider::{Refusal, Upstream};
use serde_json::json;

use super::Asker;
use super::finding::Finding;
use crate::seat::Seat;

/// How long the answer to a check may take.
const LIMIT: Duration = Duration::from_secs(30);

/// How an instance is asked.
pub trait Probe: Send + Sync + Debug {
    /// For its model list, which costs nothing; `None` where it has none.
    fn models<'a>(
        &'a self,
        upstream: &'a Upstream,
    ) -> BoxFuture<'a, Result<Option<Vec<Model>>, Refusal>>;

    /// For one token of this model, which is billed.
    fn one_token<'a>(
        &'a self,
        upstream: &'a Upstream,
        model: &'a str,
    ) -> BoxFuture<'a, Result<(), Refusal>>;
}

/// By asking its upstream.
#[derive(Debug, Clone, Copy, Default)]
pub struct Real;

impl Probe for Real {
    fn models<'a>(
        &'a self,
        upstream: &'a Upstream,
    ) -> BoxFuture<'a, Result<Option<Vec<Model>>, Refusal>> {
        Box::pin(upstream.models())
    }

    fn one_token<'a>(
        &'a self,
        upstream: &'a Upstream,
        model: &'a str,
    ) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(upstream.billed_check(one_token(upstream, model)))
    }
}

/// Asks one instance, for a token only where that was allowed.
pub(super) async fn probe(probe: &dyn Probe, seat: &Seat, asker: Asker) -> Finding {
    let Some(upstream) = &seat.upstream else {
        return Finding::unasked();
    };
    let list = within(probe.models(upstream), "the model list").await;
    let found = Finding::of_list(list);
    let may_cost = match asker {
        Asker::Schedule => seat.checked_billed,
        Asker::User { billed } => billed,
    };
    let dead = found.is_clear && found.refusal.is_some();
    match &upstream.instance().check_model {
        Some(model) if may_cost && !dead => {
            let name = seat.upstream_name(model);
            let token = within(probe.one_token(upstream, name), "the request for one token").await;
            found.and_token(model.clone(), token)
        }
        _ => found,
    }
}

async fn within<T>(call: BoxFuture<'_, Result<T, Refusal>>, what: &str) -> Result<T, Refusal> {
    match tokio::time::timeout(LIMIT, call).await {
        Ok(answer) => answer,
        Err(_) => Err(Refusal::new(
            Cause::FirstContentTimeout,
            format!("no answer to {what} within {} s", LIMIT.as_secs()),
        )),
    }
}

/// The smallest request there is.
fn one_token(upstream: &Upstream, model: &str) -> Bytes {
    let limit = match upstream.instance().kind.dialect() {
        Dialect::Gemini => {
            let body = json!({
                "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
                "generationConfig": {"maxOutputTokens": 1},
            });
            return Bytes::from(body.to_string());
        }
        // OpenAI's own newer models take no other name for it; relays may not know that one.
        Dialect::OpenaiChat if upstream.is_official() => "max_completion_tokens",
        _ => "max_tokens",
    };
    let body = json!({
        "model": model,
        limit: 1,
        "messages": [{"role": "user", "content": "Hi"}],
    });
    Bytes::from(body.to_string())
}
