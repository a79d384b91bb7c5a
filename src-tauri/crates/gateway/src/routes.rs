//! Which pool, and by which name it is asked.
//!
//! First match wins: path prefix · `Model-Provider` · a model written `provider-type:model` · a pool that is known
//! to serve the model · `MODEL_PROVIDER` · the first pool that has anybody, one that speaks the client's dialect
//! before others. Then, for when nobody there is left, what `providerFallbackChain` and `modelFallbackMapping` name.

use dialect::Dialect;
use http::{HeaderMap, Uri};
use percent_encoding::percent_decode_str;
use provider::ProviderType;
use provider::endpoint::Api;
use provider::kind::UnknownProviderType;

use crate::form::Form;
use crate::table::{Bench, Table};
use crate::way;

/// The versions of Gemini's API that clients name.
pub(crate) const GEMINI_VERSIONS: [&str; 3] = ["v1beta", "v1", "v1alpha"];

/// Why a pool was chosen that nobody has named for this request.
const BY_SETTING: &str = "MODEL_PROVIDER names it";
const BY_CHANCE: &str = "nothing names another";

/// A call as its address says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The client's dialect.
    pub dialect: Dialect,
    /// The call.
    pub api: Api,
    /// The pool that the path names.
    pub prefix: Option<ProviderType>,
    /// What the address says in place of the body: Gemini's.
    pub named: Option<Named>,
}

/// A call below the model that it is made on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The model.
    pub model: String,
    /// Whether the answer is to be a stream.
    pub stream: bool,
    /// Whether a stream is to be one JSON array.
    pub array: bool,
}

impl Target {
    /// Whether the call has a streamed form.
    pub const fn may_stream(&self) -> bool {
        matches!(
            self.api,
            Api::ChatCompletions | Api::Responses | Api::Messages | Api::GenerateContent
        )
    }

    /// How the client takes what it gets.
    pub fn form(&self) -> Form {
        Form {
            dialect: self.dialect,
            array: self.named.as_ref().is_some_and(|named| named.array),
        }
    }

    /// Puts into a request what its address says.
    pub fn complete(&self, request: &mut chat::Request) {
        if let Some(named) = &self.named {
            request.model.clone_from(&named.model);
            request.stream = named.stream;
        }
    }
}

/// Whom to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The pools, in order; never empty.
    pub steps: Vec<Step>,
    /// Why the first of them, in words for the user.
    pub why: &'static str,
    /// Nothing names the first of them, and no pool is known to serve the model.
    pub guessed: bool,
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
        None => unnamed_pool(table, target, model)?,
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
    Ok(Plan {
        steps,
        why,
        guessed: matches!(why, BY_SETTING | BY_CHANCE),
    })
}

/// The pool for a request that names none.
fn unnamed_pool(
    table: &Table,
    target: &Target,
    model: &str,
) -> Result<(ProviderType, &'static str), NoRoute> {
    let known = known_pool(table, target, model);
    let set = table.settings.model_provider;
    known
        .map(|kind| (kind, "it is known to serve the model"))
        .or_else(|| set.map(|kind| (kind, BY_SETTING)))
        .or_else(|| any_pool(table, target).map(|kind| (kind, BY_CHANCE)))
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
        .and_then(|(kind, rest)| Some((ProviderType::named(kind)?, rest)));
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
fn known_pool(table: &Table, target: &Target, model: &str) -> Option<ProviderType> {
    let knowing = table.benches().iter().filter(|bench| {
        bench
            .seats
            .iter()
            .any(|s| s.knows(model) && s.serves(model))
    });
    prefer(knowing, target)
}

fn any_pool(table: &Table, target: &Target) -> Option<ProviderType> {
    let manned = table.benches().iter().filter(|b| !b.seats.is_empty());
    prefer(manned, target)
}

/// One that speaks the client's dialect before one that has the call, and that before others: where none has it, they
/// are named in the refusal.
fn prefer<'a>(benches: impl Iterator<Item = &'a Bench>, target: &Target) -> Option<ProviderType> {
    let rank = |kind: ProviderType| match way::of_kind(target, kind) {
        Some(_) if kind.dialect() == target.dialect => 0,
        // A count can be estimated for a pool that has no call for it.
        Some(_) => 1,
        None if target.api.counts() => 1,
        None => 2,
    };
    benches
        .map(|bench| bench.kind)
        .min_by_key(|kind| rank(*kind))
}

/// Reads an address. `None` where no call stands there.
pub fn target(uri: &Uri) -> Option<Target> {
    let path = uri.path();
    let path = path.strip_prefix('/')?;
    let (first, rest) = path.split_once('/')?;
    let (prefix, call) = match ProviderType::named(first) {
        Some(kind) => (Some(kind), rest),
        None => (None, path),
    };
    let (dialect, api) = match call {
        "v1/chat/completions" => (Dialect::OpenaiChat, Api::ChatCompletions),
        "v1/responses" => (Dialect::OpenaiResponses, Api::Responses),
        "v1/embeddings" => (Dialect::OpenaiChat, Api::Embeddings),
        "v1/messages" => (Dialect::Anthropic, Api::Messages),
        "v1/messages/count_tokens" => (Dialect::Anthropic, Api::CountTokens),
        _ => return on_model(call, uri.query(), prefix),
    };
    Some(Target {
        dialect,
        api,
        prefix,
        named: None,
    })
}

/// Gemini's calls: `v1beta/models/{model}:generateContent`. A model's own name may hold colons, and all versions of the API
/// are one here: Google's newest clients ask for `v1`.
fn on_model(call: &str, query: Option<&str>, prefix: Option<ProviderType>) -> Option<Target> {
    let call = GEMINI_VERSIONS
        .iter()
        .find_map(|version| call.strip_prefix(version)?.strip_prefix('/'))?;
    let (path, method) = call.rsplit_once(':')?;
    let (api, stream) = match method {
        "generateContent" => (Api::GenerateContent, false),
        "streamGenerateContent" => (Api::GenerateContent, true),
        "countTokens" => (Api::CountContent, false),
        "embedContent" => (Api::EmbedContent, false),
        "batchEmbedContents" => (Api::EmbedContents, false),
        _ => return None,
    };
    // A tuned model's collection is a part of its name.
    let name = path.strip_prefix("models/").unwrap_or(path);
    if name == path && !path.starts_with("tunedModels/") {
        return None;
    }
    let model = percent_decode_str(name).decode_utf8().ok()?.into_owned();
    if model.is_empty() || model.ends_with('/') {
        return None;
    }
    let events = query.is_some_and(|query| query.split('&').any(|pair| pair == "alt=sse"));
    Some(Target {
        dialect: Dialect::Gemini,
        api,
        prefix,
        named: Some(Named {
            model,
            stream,
            array: stream && !events,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(address: &str) -> Option<Target> {
        super::target(&address.parse().unwrap())
    }

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
            "/v1beta/models",
            "/v1beta/models/x",
            "/v1beta/models/:generateContent",
            "/v1beta/models/x:think",
            "/v1beta/files/x:generateContent",
            "/v2/models/x:generateContent",
        ] {
            assert_eq!(target(odd), None, "{odd}");
        }
    }

    #[test]
    fn geminis_paths_name_the_model_and_whether_to_stream() {
        let plain = target("/v1beta/models/gemini-x:generateContent?key=k").unwrap();
        assert_eq!(
            (plain.dialect, plain.api),
            (Dialect::Gemini, Api::GenerateContent)
        );
        assert!(!plain.form().array);
        let named = |address: &str| target(address).unwrap().named.unwrap();
        let events = named("/gemini-custom/v1beta/models/a:streamGenerateContent?x=1&alt=sse");
        assert_eq!((events.stream, events.array), (true, false));
        let array = named("/v1beta/models/a:streamGenerateContent?alt=json");
        assert_eq!((array.stream, array.array), (true, true));
        for version in GEMINI_VERSIONS {
            let path = format!("/{version}/models/a:generateContent");
            assert_eq!(named(&path), named("/v1beta/models/a:generateContent"));
        }
        for (path, model, api) in [
            (
                "/v1beta/models/org%2Fm:countTokens",
                "org/m",
                Api::CountContent,
            ),
            (
                "/v1beta/models/org/m:embedContent",
                "org/m",
                Api::EmbedContent,
            ),
            (
                "/v1beta/tunedModels/m:generateContent",
                "tunedModels/m",
                Api::GenerateContent,
            ),
            (
                "/v1beta/models/qwen3:8b:batchEmbedContents",
                "qwen3:8b",
                Api::EmbedContents,
            ),
            (
                "/v1beta/models/claude-custom:m:generateContent",
                "claude-custom:m",
                Api::GenerateContent,
            ),
        ] {
            let target = target(path).unwrap();
            assert_eq!(
                (target.named.unwrap().model.as_str(), target.api),
                (model, api)
            );
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
