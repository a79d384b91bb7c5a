//! Model lists as upstreams answer them.
//!
//! OpenAI: `{"object":"list","data":[{"id","created","owned_by"}]}`. Anthropic (`/v1/models`):
//! `{"data":[{"id","display_name","created_at","max_input_tokens","max_tokens"}],"has_more","last_id"}`. Relays answer
//! in either shape on either path, with a bare array, or with `models` in place of `data`. Gemini (`/v1beta/models`):
//! `{"models":[{"name":"models/…","displayName","inputTokenLimit","outputTokenLimit"}],"nextPageToken"}`.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Models kept of one answer; the largest public lists have some hundreds.
pub const MOST_MODELS: usize = 5_000;
/// Characters of the longest id that is taken for one.
const LONGEST_ID: usize = 256;

/// A model as its upstream lists it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// The name to ask for it by.
    pub id: String,
    /// Whose it is, where the upstream says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owned_by: Option<String>,
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The most tokens of input it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_input_tokens: Option<u64>,
    /// The most tokens of output it gives (`max_tokens` in Anthropic's list).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u64>,
}

/// One page of a model list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its models, each id once, at most [`MOST_MODELS`].
    pub models: Vec<Model>,
    /// The `after_id` of the next page, Gemini's `pageToken`; `None` where this is the last.
    pub next: Option<String>,
}

/// An answer that is no model list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadList {
    /// It is no JSON.
    #[error("the model list is no JSON")]
    NotJson,
    /// It holds no array of models.
    #[error("the answer holds no list of models")]
    NoList,
    /// It holds an array, and nothing in it has an id.
    #[error("the model list has entries, but none with an id")]
    NoIds,
}

/// Reads one page of a model list.
pub fn read(body: &[u8]) -> Result<Page, BadList> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| BadList::NotJson)?;
    let entries = entries(&answer).ok_or(BadList::NoList)?;
    let mut seen = HashSet::new();
    let models: Vec<Model> = entries
        .iter()
        .filter_map(model)
        .filter(|model| seen.insert(model.id.clone()))
        .take(MOST_MODELS)
        .collect();
    if models.is_empty() && !entries.is_empty() {
        return Err(BadList::NoIds);
    }
    let more = answer.get("has_more").and_then(Value::as_bool) == Some(true);
    let next = more
        .then(|| text(&answer, &["last_id"]).or_else(|| Some(models.last()?.id.clone())))
        .flatten();
    let next = next.or_else(|| text(&answer, &["nextPageToken"]));
    Ok(Page { models, next })
}

fn entries(answer: &Value) -> Option<&[Value]> {
    if let Value::Array(bare) = answer {
        return Some(bare);
    }
    match answer.get("data").or_else(|| answer.get("models"))? {
        Value::Array(list) => Some(list),
        // How Go writes an empty list that was never made.
        Value::Null => Some(&[]),
        _ => None,
    }
}

fn model(entry: &Value) -> Option<Model> {
    let id = match entry {
        Value::String(id) => id.clone(),
        _ => text(entry, &["id", "name", "model"])?,
    };
    let id = match id.strip_prefix("models/") {
        Some(bare) => bare.to_owned(),
        None => id,
    };
    if id.is_empty() || id.chars().count() > LONGEST_ID || id.chars().any(char::is_control) {
        return None;
    }
    Some(Model {
        id,
        owned_by: text(entry, &["owned_by"]),
        display_name: text(entry, &["display_name", "displayName"]),
        created: created(entry),
        max_input_tokens: count(entry, &["max_input_tokens", "inputTokenLimit"]),
        max_output_tokens: count(
            entry,
            &["max_output_tokens", "max_tokens", "outputTokenLimit"],
        ),
    })
}

/// `created` in epoch seconds, `created_at` in either form.
fn created(entry: &Value) -> Option<Timestamp> {
    ["created", "created_at"]
        .iter()
        .find_map(|name| match entry.get(name)? {
            Value::String(text) => text.parse().ok(),
            number => Timestamp::from_second(number.as_i64().filter(|second| *second > 0)?).ok(),
        })
}

fn count(value: &Value, names: &[&str]) -> Option<u64> {
    names.iter().find_map(|name| value.get(name)?.as_u64())
}

fn text(value: &Value, names: &[&str]) -> Option<String> {
    names
        .iter()
        .find_map(|name| value.get(name)?.as_str())
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(body: &str) -> Result<Vec<String>, BadList> {
        read(body.as_bytes()).map(|page| page.models.into_iter().map(|m| m.id).collect())
    }

    #[test]
    fn an_openai_list_is_read() {
        let page = read(
            br#"{"object":"list","data":[{"id":"gpt-x","object":"model","created":1785000000,"owned_by":"me"}]}"#,
        )
        .unwrap();
        let expected = Model {
            id: "gpt-x".to_owned(),
            owned_by: Some("me".to_owned()),
            display_name: None,
            created: Timestamp::from_second(1_785_000_000).ok(),
            max_input_tokens: None,
            max_output_tokens: None,
        };
        assert_eq!(page.models, [expected]);
        assert_eq!(page.next, None);
    }

    #[test]
    fn an_anthropic_list_is_read_with_its_next_page() {
        let page = read(
            br#"{"data":[{"type":"model","id":"claude-x","display_name":"Claude X","created_at":"2026-01-01T00:00:00Z",
                "max_input_tokens":1000000,"max_tokens":64000,"lifecycle":{}}],
                "has_more":true,"first_id":"claude-x","last_id":"claude-z"}"#,
        )
        .unwrap();
        let expected = Model {
            id: "claude-x".to_owned(),
            owned_by: None,
            display_name: Some("Claude X".to_owned()),
            created: Some("2026-01-01T00:00:00Z".parse().unwrap()),
            max_input_tokens: Some(1_000_000),
            max_output_tokens: Some(64_000),
        };
        assert_eq!(page.models, [expected]);
        assert_eq!(page.next.as_deref(), Some("claude-z"));
    }

    #[test]
    fn a_gemini_list_is_read_with_its_next_page() {
        let page = read(
            br#"{"models":[{"name":"models/gemini-x","version":"1","displayName":"Gemini X","inputTokenLimit":1048576,
                "outputTokenLimit":65536,"supportedGenerationMethods":["generateContent"]},{"name":"tunedModels/y"}],
                "nextPageToken":"CiQB/+=="}"#,
        )
        .unwrap();
        let expected = Model {
            id: "gemini-x".to_owned(),
            display_name: Some("Gemini X".to_owned()),
            max_input_tokens: Some(1_048_576),
            max_output_tokens: Some(65_536),
            ..Model::default()
        };
        assert_eq!(page.models[0], expected);
        assert_eq!(page.models[1].id, "tunedModels/y");
        assert_eq!(page.next.as_deref(), Some("CiQB/+=="));
    }

    #[test]
    fn lists_of_relays_are_read_in_every_shape() {
        let rows: [(&str, Result<Vec<&str>, BadList>); 12] = [
            (r#"[{"id":"a"},{"id":"b"}]"#, Ok(vec!["a", "b"])),
            (r#"["a","b"]"#, Ok(vec!["a", "b"])),
            (
                r#"{"models":[{"name":"a"},{"model":"b"}]}"#,
                Ok(vec!["a", "b"]),
            ),
            (
                r#"{"data":[{"id":"a"},{"id":"a"},{"id":7},null,"\u0000"]}"#,
                Ok(vec!["a"]),
            ),
            (r#"{"data":[]}"#, Ok(vec![])),
            (r#"{"data":null}"#, Ok(vec![])),
            (r#"{"data":[{}]}"#, Err(BadList::NoIds)),
            (r#"{"data":{}}"#, Err(BadList::NoList)),
            (r#"{"error":{"message":"no"}}"#, Err(BadList::NoList)),
            ("null", Err(BadList::NoList)),
            ("<html>", Err(BadList::NotJson)),
            ("", Err(BadList::NotJson)),
        ];
        for (body, expected) in rows {
            let expected = expected.map(|ids| ids.into_iter().map(str::to_owned).collect());
            assert_eq!(ids(body), expected, "{body}");
        }
    }

    #[test]
    fn a_page_without_last_id_goes_on_after_its_last_model() {
        let page = read(br#"{"data":[{"id":"a"},{"id":"b"}],"has_more":true}"#).unwrap();
        assert_eq!(page.next.as_deref(), Some("b"));
        let empty = read(br#"{"data":[],"has_more":true}"#).unwrap();
        assert_eq!(empty.next, None);
    }

    #[test]
    fn an_endless_list_is_cut() {
        let all: Vec<String> = (0..MOST_MODELS + 10).map(|n| format!("m{n}")).collect();
        let body = serde_json::to_vec(&all).unwrap();
        assert_eq!(read(&body).unwrap().models.len(), MOST_MODELS);
    }

    proptest! {
        #[test]
        fn no_body_panics(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body);
        }

        #[test]
        fn odd_values_are_passed_over(created in any::<i64>(), tokens in any::<f64>()) {
            let body = format!(r#"[{{"id":"a","created":{created},"max_tokens":{tokens}}}]"#);
            prop_assert_eq!(ids(&body), Ok(vec!["a".to_owned()]));
        }
    }
}
