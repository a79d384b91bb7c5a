//! What is asked with GET: health, and the models of all pools in the caller's shape.

use std::collections::BTreeMap;

use axum::response::Response;
use bytes::Bytes;
use dialect::FaultKind;
use http::HeaderMap;
use jiff::Timestamp;
use provider::ProviderType;
use provider::models::Model;
use serde_json::{Value, json};

use crate::answers::{self, Stamp};
use crate::control::ModelName;
use crate::faults::{Failure, coded, failure};
use crate::routes::GEMINI_VERSIONS;
use crate::table::Table;

/// A question about models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    shape: Shape,
    pool: Option<ProviderType>,
    /// One model, or all.
    id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Openai,
    Anthropic,
    Gemini,
}

/// Reads a path; `None` where it asks for no models. Below `v1`, which all vendors have, the shape is that of the vendor by
/// whose header the caller shows itself.
pub(crate) fn asked(path: &str, headers: &HeaderMap) -> Option<Asked> {
    let path = path.strip_prefix('/')?;
    let (pool, call) = match path.split_once('/')? {
        (first, rest) if first.parse::<ProviderType>().is_ok() => (first.parse().ok(), rest),
        _ => (None, path),
    };
    let (version, rest) = call.split_once("/models")?;
    if !GEMINI_VERSIONS.contains(&version) {
        return None;
    }
    let id = match rest.strip_prefix('/') {
        Some(id) => {
            let id = percent_encoding::percent_decode_str(id)
                .decode_utf8()
                .ok()?;
            Some(id.into_owned()).filter(|id| !id.is_empty())
        }
        None if rest.is_empty() => None,
        None => return None,
    };
    let shape = if version != "v1" || headers.contains_key("x-goog-api-key") {
        Shape::Gemini
    } else if headers.contains_key("anthropic-version") {
        Shape::Anthropic
    } else {
        Shape::Openai
    };
    Some(Asked { shape, pool, id })
}

/// The answer's body.
pub(crate) fn answer(table: &Table, asked: &Asked) -> Result<Bytes, Failure> {
    let models = models(table, asked.pool);
    let value = match &asked.id {
        None => list(asked.shape, &models),
        Some(id) => models
            .get(id)
            .map(|(kind, model)| one(asked.shape, *kind, model))
            .ok_or_else(|| {
                let all = match asked.shape {
                    Shape::Gemini => "/v1beta/models",
                    Shape::Openai | Shape::Anthropic => "/v1/models",
                };
                let text = format!(
                    "no pool is known to have the model {id}; GET {all} lists what is known"
                );
                coded(failure(404, FaultKind::NotFound, text), "model_not_found")
            })?,
    };
    Ok(Bytes::from(value.to_string()))
}

/// Whether it runs, and who could serve. Asked without a key, so it names nobody.
pub(crate) fn health(stamp: Stamp, table: &Table) -> Response {
    let (mut all, mut ready) = (0, 0);
    for bench in table.benches() {
        for seen in bench.pool.snapshot() {
            all += 1;
            ready += usize::from(seen.gate == pool::Gate::Ready);
        }
    }
    let body = json!({ "status": "ok", "instances": all, "ready": ready });
    answers::whole(stamp, HeaderMap::new(), Bytes::from(body.to_string()))
}

/// Each id once, with the first pool that has it, for the window.
pub(crate) fn names(table: &Table) -> Vec<ModelName> {
    let named = models(table, None).into_iter();
    named
        .map(|(id, (provider, _))| ModelName { id, provider })
        .collect()
}

/// Each id once, with the first pool that has it.
fn models(table: &Table, pool: Option<ProviderType>) -> BTreeMap<String, (ProviderType, Model)> {
    let mut all = BTreeMap::new();
    for bench in table.benches() {
        if pool.is_some_and(|kind| kind != bench.kind) {
            continue;
        }
        for model in bench.seats.iter().flat_map(|seat| seat.models()) {
            all.entry(model.id.clone()).or_insert((bench.kind, model));
        }
    }
    if pool.is_none() {
        for name in table.alias_names() {
            all.entry(name.to_owned()).or_insert_with(|| {
                let model = Model {
                    id: name.to_owned(),
                    ..Model::default()
                };
                (ProviderType::OpenaiCustom, model)
            });
        }
    }
    all
}

fn list(shape: Shape, models: &BTreeMap<String, (ProviderType, Model)>) -> Value {
    let all: Vec<Value> = models
        .values()
        .map(|(kind, model)| one(shape, *kind, model))
        .collect();
    match shape {
        Shape::Openai => json!({ "object": "list", "data": all }),
        Shape::Anthropic => json!({
            "data": all,
            "has_more": false,
            "first_id": models.keys().next(),
            "last_id": models.keys().next_back(),
        }),
        Shape::Gemini => json!({ "models": all }),
    }
}

fn one(shape: Shape, kind: ProviderType, model: &Model) -> Value {
    let owner = model.owned_by.as_deref().unwrap_or(kind.as_str());
    let shown = model.display_name.as_deref().unwrap_or(&model.id);
    let mut value = match shape {
        Shape::Openai => json!({
            "id": model.id,
            "object": "model",
            "created": model.created.map_or(0, Timestamp::as_second),
            "owned_by": owner,
        }),
        Shape::Anthropic => json!({
            "type": "model",
            "id": model.id,
            "display_name": shown,
            "created_at": model.created.unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
        }),
        Shape::Gemini => json!({
            "name": format!("models/{}", model.id),
            "baseModelId": model.id,
            "version": "",
            "displayName": shown,
            "supportedGenerationMethods": methods(&model.id),
        }),
    };
    let names = match shape {
        Shape::Gemini => ("inputTokenLimit", "outputTokenLimit"),
        _ => ("max_input_tokens", "max_tokens"),
    };
    if let Some(limit) = model.max_input_tokens {
        value[names.0] = limit.into();
    }
    if let Some(limit) = model.max_output_tokens {
        value[names.1] = limit.into();
    }
    value
}

/// What can be called on a model, as its name says it: lists of other dialects say nothing of that.
fn methods(id: &str) -> [&'static str; 2] {
    let embeds = id.contains("embed");
    [
        if embeds {
            "embedContent"
        } else {
            "generateContent"
        },
        "countTokens",
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_lists_stand_at_three_paths_below_any_pool() {
        let plain = HeaderMap::new();
        let all = asked("/v1/models", &plain).unwrap();
        assert_eq!((all.shape, all.id), (Shape::Openai, None));
        let one = asked("/v1/models/org%2Fmodel", &plain).unwrap();
        assert_eq!(one.id.as_deref(), Some("org/model"));
        let gemini = asked("/gemini-custom/v1beta/models", &plain).unwrap();
        assert_eq!(gemini.pool, Some(ProviderType::GeminiCustom));
        assert_eq!(gemini.shape, Shape::Gemini);
        let mut headers = HeaderMap::new();
        headers.insert("anthropic-version", "2023-06-01".parse().unwrap());
        assert_eq!(
            asked("/v1/models", &headers).unwrap().shape,
            Shape::Anthropic
        );
        headers.clear();
        headers.insert("x-goog-api-key", "k".parse().unwrap());
        assert_eq!(asked("/v1/models", &headers).unwrap().shape, Shape::Gemini);
        for other in ["/v1/modelsx", "/v2/models", "/v1/messages", "/models", "/"] {
            assert_eq!(asked(other, &plain), None, "{other}");
        }
    }
}
