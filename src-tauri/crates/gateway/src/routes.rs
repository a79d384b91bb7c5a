//! Which pool, and by which name it is asked.
//!
//! First match wins: path prefix · `Model-Provider` · a model written `provider-type:model` · a pool that is known
//! to serve the model · `MODEL_PROVIDER` · the first pool that has anybody, one that speaks the client's dialect
//! before others. Then, for when nobody there is left, what `providerFallbackChain` and `modelFallbackMapping` name.

use dialect::Dialect;
use http::HeaderMap;
use provider::ProviderType;
use provider::endpoint::Api;
use provider::kind::UnknownProviderType;

use crate::table::Table;

/// A call as its path says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The client's dialect.
    pub dialect: Dialect,
    /// The call.
    pub api: Api,
    /// The pool that the path names.
    pub prefix: Option<ProviderType>,
}

impl Target {
    /// Whether the call has a streamed form.
    pub const fn may_stream(&self) -> bool {
        matches!(
            self.api,
            Api::ChatCompletions | Api::Responses | Api::Messages
        )
    }
}

/// Whom to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The pools, in order; never empty.
    pub steps: Vec<Step>,
    /// Why the first of them, in words for the user.
    pub why: &'static str,
}

/// A pool to ask, and the model's name there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The pool.
    pub kind: ProviderType,
    /// The model, before an instance's own `modelMap`.
    pub model: String,
}

/// Why no pool can be named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRoute {
    /// A name that is no provider type.
    #[error(transparent)]
    Unknown(#[from] UnknownProviderType),
    /// There is no pool at all.
    #[error("no provider instance is configured; add one with `millpond pool add`")]
    Empty,
}

/// Plans whom to ask.
pub fn plan(
    table: &Table,
    target: &Target,
    headers: &HeaderMap,
    model: &str,
) -> Result<Plan, NoRoute> {
    let (named, model, by) = named_pool(target, headers, model)?;
    let (aliased, model) = match table.alias(model) {
        Some(target) => (target.provider, target.model.as_str()),
        None => (None, model),
    };
    let first = named
        .map(|kind| (kind, by))
        .or_else(|| aliased.map(|kind| (kind, "modelAliases names it")));
    let (first, why) = match first {
        Some(known) => known,
        None => unnamed_pool(table, target.dialect, model)?,
    };
    let mut steps = vec![Step {
        kind: first,
        model: model.to_owned(),
    }];
    let chain = &table.settings.fallback_chain;
    if let Some((_, next)) = chain.iter().find(|(kind, _)| *kind == first) {
        steps.extend(next.iter().map(|kind| Step {
            kind: *kind,
            model: model.to_owned(),
        }));
    }
    let mapped = &table.settings.model_fallback;
    if let Some((_, target)) = mapped.iter().find(|(name, _)| name == model) {
        steps.push(Step {
            kind: target.provider.unwrap_or(first),
            model: target.model.clone(),
        });
    }
    Ok(Plan { steps, why })
}

/// The pool for a request that names none.
fn unnamed_pool(
    table: &Table,
    dialect: Dialect,
    model: &str,
) -> Result<(ProviderType, &'static str), NoRoute> {
    let known = known_pool(table, dialect, model);
    let set = table.settings.model_provider;
    known
        .map(|kind| (kind, "it is known to serve the model"))
        .or_else(|| set.map(|kind| (kind, "MODEL_PROVIDER names it")))
        .or_else(|| any_pool(table, dialect).map(|kind| (kind, "nothing names another")))
        .ok_or(NoRoute::Empty)
}

/// The pool that the request names, the model without that name, and where it stands.
fn named_pool<'a>(
    target: &Target,
    headers: &HeaderMap,
    model: &'a str,
) -> Result<(Option<ProviderType>, &'a str, &'static str), NoRoute> {
    let written = model
        .split_once(':')
        .and_then(|(kind, rest)| Some((kind.parse::<ProviderType>().ok()?, rest)));
    let bare = written.map_or(model, |(_, rest)| rest);
    if let Some(kind) = target.prefix {
        return Ok((Some(kind), bare, "the path names it"));
    }
    if let Some(value) = headers.get("model-provider") {
        let text = String::from_utf8_lossy(value.as_bytes());
        let kind = text.trim().parse()?;
        return Ok((Some(kind), bare, "the header Model-Provider names it"));
    }
    let kind = written.map(|(kind, _)| kind);
    Ok((kind, bare, "the model is written with it"))
}

/// A pool that is known to serve the model; one that speaks the client's dialect before others.
fn known_pool(table: &Table, dialect: Dialect, model: &str) -> Option<ProviderType> {
    let knowing = table.benches().iter().filter(|bench| {
        bench
            .seats
            .iter()
            .any(|s| s.knows(model) && s.serves(model))
    });
    prefer(knowing.map(|bench| bench.kind), dialect)
}

fn any_pool(table: &Table, dialect: Dialect) -> Option<ProviderType> {
    let manned = table.benches().iter().filter(|b| !b.seats.is_empty());
    prefer(manned.map(|bench| bench.kind), dialect)
}

fn prefer(kinds: impl Iterator<Item = ProviderType>, dialect: Dialect) -> Option<ProviderType> {
    let kinds: Vec<ProviderType> = kinds.collect();
    kinds
        .iter()
        .find(|kind| kind.dialect() == dialect)
        .or(kinds.first())
        .copied()
}

/// Reads a path. `None` where no call stands there.
pub fn target(path: &str) -> Option<Target> {
    let path = path.strip_prefix('/')?;
    let (first, rest) = path.split_once('/')?;
    let (prefix, call) = match first.parse::<ProviderType>() {
        Ok(kind) => (Some(kind), rest),
        Err(_) => (None, path),
    };
    let (dialect, api) = match call {
        "v1/chat/completions" => (Dialect::OpenaiChat, Api::ChatCompletions),
        "v1/responses" => (Dialect::OpenaiResponses, Api::Responses),
        "v1/embeddings" => (Dialect::OpenaiChat, Api::Embeddings),
        "v1/messages" => (Dialect::Anthropic, Api::Messages),
        "v1/messages/count_tokens" => (Dialect::Anthropic, Api::CountTokens),
        _ => return None,
    };
    Some(Target {
        dialect,
        api,
        prefix,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_dialect_call_and_maybe_the_pool() {
        let chat = target("/v1/chat/completions").unwrap();
        assert_eq!((chat.dialect, chat.prefix), (Dialect::OpenaiChat, None));
        let count = target("/claude-custom/v1/messages/count_tokens").unwrap();
        assert_eq!(count.api, Api::CountTokens);
        assert_eq!(count.prefix, Some(ProviderType::ClaudeCustom));
        for odd in [
            "/",
            "/v1",
            "/v1/messages/",
            "/nobody/v1/messages",
            "/v1/../etc",
            "//v1/messages",
        ] {
            assert_eq!(target(odd), None, "{odd}");
        }
    }

    fn named<'a>(
        target: &Target,
        headers: &HeaderMap,
        model: &'a str,
    ) -> Result<(Option<ProviderType>, &'a str), NoRoute> {
        named_pool(target, headers, model).map(|(kind, model, _)| (kind, model))
    }

    #[test]
    fn the_path_wins_over_the_header_and_the_header_over_the_model() {
        let mut headers = HeaderMap::new();
        headers.insert("model-provider", "claude-custom".parse().unwrap());
        let mut here = target("/gemini-custom/v1/messages").unwrap();
        let model = "openai-custom:gpt-x";
        assert_eq!(
            named(&here, &headers, model),
            Ok((Some(ProviderType::GeminiCustom), "gpt-x"))
        );
        here.prefix = None;
        assert_eq!(
            named(&here, &headers, model),
            Ok((Some(ProviderType::ClaudeCustom), "gpt-x"))
        );
        assert_eq!(
            named(&here, &HeaderMap::new(), model),
            Ok((Some(ProviderType::OpenaiCustom), "gpt-x"))
        );
        // A colon may be part of a model's own name.
        assert_eq!(
            named(&here, &HeaderMap::new(), "qwen3:8b"),
            Ok((None, "qwen3:8b"))
        );
        headers.insert("model-provider", "nobody".parse().unwrap());
        assert!(matches!(
            named(&here, &headers, model),
            Err(NoRoute::Unknown(_))
        ));
    }
}
