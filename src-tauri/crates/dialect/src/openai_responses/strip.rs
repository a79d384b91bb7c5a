//! A body on the verbatim path, without what other dialects sealed: the smallest edit of its bytes.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::seal;
use super::wire::Words;
use crate::splice;

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    input: Vec<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Item<'a> {
    #[serde(borrow)]
    r#type: Option<Words<'a>>,
    #[serde(borrow)]
    encrypted_content: Option<Words<'a>>,
}

/// The body without the reasoning items that another dialect sealed; `None` where there are none, or where it is no body
/// of the dialect (its upstream will say so).
pub(crate) fn strip(body: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    // An input that is a text has no items.
    let request: Request<'_> = serde_json::from_str(text).ok()?;
    let goes: Vec<_> = request.input.iter().map(|raw| is_foreign(raw)).collect();
    if !goes.contains(&true) {
        return None;
    }
    let spans = request.input.iter().map(|raw| splice::span_of(raw, text));
    let cuts = splice::cuts(&spans.collect::<Vec<_>>(), |at| goes.get(at) == Some(&true));
    let edits = cuts.into_iter().map(|cut| (cut, "")).collect();
    Some(splice::edited(text, edits))
}

fn is_foreign(raw: &RawValue) -> bool {
    let item: Item<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
    item.r#type.is_some_and(|kind| kind.as_str() == "reasoning")
        && item
            .encrypted_content
            .is_some_and(|sealed| seal::is_foreign(sealed.as_str()))
}

#[cfg(test)]
mod tests {
    use crate::Dialect;
    use crate::signature::strip;

    fn stripped(body: &str) -> Option<String> {
        let body = strip(Dialect::OpenaiResponses, body.as_bytes())?;
        Some(String::from_utf8(body).unwrap())
    }

    #[test]
    fn t5_only_foreign_seals_go_and_no_other_byte() {
        let own = r#"{"type":"reasoning","encrypted_content":"gAAA","summary":[]}"#;
        let foreign =
            r#"{ "type":"reasoning","summary":[],"encrypted_content":"mp1.anthropic.x" }"#;
        let message = r#"{"role":"user","content":"mp1.anthropic.x"}"#;
        let seal =
            |inner: &str| format!(r#"{{"model": "m",  "input" : [{inner}] ,"store":false}}"#);
        for (given, kept) in [
            (format!("{foreign}, {message}"), message.to_owned()),
            (format!("{message}, {foreign}"), message.to_owned()),
            (
                format!("{own} , {foreign}, {foreign}, {message}"),
                format!("{own} , {message}"),
            ),
            (format!(" {foreign} "), "  ".to_owned()),
        ] {
            assert_eq!(stripped(&seal(&given)), Some(seal(&kept)), "{given}");
        }
        assert_eq!(stripped(&seal(&format!("{own},{message}"))), None);
        assert_eq!(stripped(r#"{"input":"mp1.anthropic.x"}"#), None);
        assert_eq!(stripped("mp1."), None);
    }
}
