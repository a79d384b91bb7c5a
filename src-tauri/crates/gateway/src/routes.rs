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

/// The pools to ask, in order; never empty.
pub fn plan(
    table: &Table,
    target: &Target,
    headers: &HeaderMap,
    model: &str,
) -> Result<Vec<Step>, NoRoute> {
    let (named, model) = named_pool(target, headers, model)?;
    let (aliased, model) = match table.alias(model) {
        Some(target) => (target.provider, target.model.as_str()),
        None => (None, model),
    };
    let first = match named.or(aliased) {
        Some(kind) => kind,
        None => known_pool(table, target.dialect, model)
            .or(table.settings.model_provider)
            .or_else(|| any_pool(table, target.dialect))
            .ok_or(NoRoute::Empty)?,
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
    Ok(steps)
}

/// The pool that the request names, and the model without that name.
fn named_pool<'a>(
    target: &Target,
    headers: &HeaderMap,
    model: &'a str,
) -> Result<(Option<ProviderType>, &'a str), NoRoute> {
    let written = model
        .split_once(':')
        .and_then(|(kind, rest)| Some((kind.parse::<ProviderType>().ok()?, rest)));
    let bare = written.map_or(model, |(_, rest)| rest);
    if let Some(kind) = target.prefix {
        return Ok((Some(kind), bare));
    }
    if let Some(value) = headers.get("model-provider") {
        let text = String::from_utf8_lossy(value.as_bytes());
        return Ok((Some(text.trim().parse()?), bare));
    }
    Ok((written.map(|(kind, _)| kind), bare))
}

/// A pool that is known to serve the model; one that speaks the client's dialect before others.
fn known_pool(table: &Table, dialect: Dialect, model: &str) -> Option<ProviderType> {
    let knowing = table
        .benches()
        .iter()
        .filter(|bench| bench.seats.iter().any(|s| s.knows(model) && s.serves(model)));
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
        for odd in ["/", "/v1", "/v1/messages/", "/nobody/v1/messages", "/v1/../etc", "//v1/messages"] {
            assert_eq!(target(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_path_wins_over_the_header_and_the_header_over_the_model() {
        let mut headers = HeaderMap::new();
        headers.insert("model-provider", "claude-custom".parse().unwrap());
        let mut here = target("/gemini-custom/v1/messages").unwrap();
        let model = "openai-custom:gpt-x";
        assert_eq!(
            named_pool(&here, &headers, model),
            Ok((Some(ProviderType::GeminiCustom), "gpt-x"))
        );
        here.prefix = None;
        assert_eq!(
            named_pool(&here, &headers, model),
            Ok((Some(ProviderType::ClaudeCustom), "gpt-x"))
        );
        assert_eq!(
            named_pool(&here, &HeaderMap::new(), model),
            Ok((Some(ProviderType::OpenaiCustom), "gpt-x"))
        );
        // A colon may be part of a model's own name.
        assert_eq!(
            named_pool(&here, &HeaderMap::new(), "qwen3:8b"),
            Ok((None, "qwen3:8b"))
        );
        headers.insert("model-provider", "nobody".parse().unwrap());
        assert!(matches!(
            named_pool(&here, &headers, model),
            Err(NoRoute::Unknown(_))
        ));
    }
}
