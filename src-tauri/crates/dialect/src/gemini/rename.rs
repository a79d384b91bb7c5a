//! Another model's name where a body repeats what its path names: in embeddings, in counts, and from SDKs of old.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::splice::{Edit, edited, span_of};

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    model: Option<&'a RawValue>,
    #[serde(borrow, default)]
    requests: Vec<Named<'a>>,
    #[serde(
        borrow,
        default,
        rename = "generateContentRequest",
        alias = "generate_content_request"
    )]
    request: Option<Named<'a>>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow, default)]
    model: Option<&'a RawValue>,
}

/// The body with this model wherever it names one; `None` where it names none, or is no body of the dialect (its upstream
/// will say so).
pub(crate) fn rename(body: &[u8], model: &str) -> Option<Vec<u8>> {
    memchr::memmem::find(body, b"\"model\"")?;
    let text = std::str::from_utf8(body).ok()?;
    let read: Body<'_> = serde_json::from_str(text).ok()?;
    let name = serde_json::to_string(&crate::count::asked::resource(model)).ok()?;
    let inner = read.requests.iter().chain(&read.request);
    let edits: Vec<Edit<'_>> = inner
        .filter_map(|named| named.model)
        .chain(read.model)
        .map(|raw| (span_of(raw, text), name.as_str()))
        .collect();
    (!edits.is_empty()).then(|| edited(text, edits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(body: &str) -> Option<String> {
        rename(body.as_bytes(), "b\"c").map(|body| String::from_utf8(body).unwrap())
    }

    #[test]
    fn t4_only_the_models_bytes_change() {
        assert_eq!(
            renamed(r#"{ "x": {"model":"in"},"requests":[ {"model": "models/a", "n":1.0}, {} ], "model":"a"}"#),
            Some(r#"{ "x": {"model":"in"},"requests":[ {"model": "models/b\"c", "n":1.0}, {} ], "model":"models/b\"c"}"#.to_owned())
        );
        assert_eq!(
            renamed(r#"{"generateContentRequest":{"model":"models/a","contents":[]}}"#),
            Some(r#"{"generateContentRequest":{"model":"models/b\"c","contents":[]}}"#.to_owned())
        );
        for same in [r#"{"contents":[{"model":"x"}]}"#, "{", "{\"model\"", "[]"] {
            assert_eq!(renamed(same), None, "{same}");
        }
    }
}
