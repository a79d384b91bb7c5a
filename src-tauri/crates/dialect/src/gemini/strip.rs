//! A body on the verbatim path, without what other dialects signed: the smallest edit of its bytes.
//!
//! A foreign thought goes whole, and a turn goes with its last part; words lose their seal. A call gets the value that
//! stands for a signature which is not there, as some models refuse a call without one.

use std::ops::Range;

use chat::Dialect;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::wire::Str;
use crate::signature;
use crate::splice::{Edit, cuts, edited, span_of};

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    contents: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow, default)]
    parts: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(
        borrow,
        default,
        rename = "thoughtSignature",
        alias = "thought_signature"
    )]
    signature: Option<&'a RawValue>,
    #[serde(default)]
    thought: Option<bool>,
    #[serde(borrow, default)]
    text: Option<Str<'a>>,
    #[serde(default, rename = "functionCall", alias = "function_call")]
    call: Option<IgnoredAny>,
}

/// What becomes of a part.
enum Fate {
    Stays,
    Goes,
    /// Its seal is replaced.
    Edited(Range<usize>, &'static str),
}

/// A JSON text.
const UNSIGNED: &str = "\"skip_thought_signature_validator\"";

/// The body without foreign seals; `None` where there are none, or where it is no body of the dialect (its upstream
/// will say so).
pub(crate) fn strip(body: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let request: Body<'_> = serde_json::from_str(text).ok()?;
    let mut edits: Vec<Edit<'_>> = Vec::new();
    let mut turns = Vec::new();
    let mut gone = Vec::new();
    for raw in &request.contents {
        let content: Content<'_> = serde_json::from_str(raw.get()).ok()?;
        let mut spans = Vec::new();
        let mut goes = Vec::new();
        for part in &content.parts {
            let fate = fate(part, text)?;
            goes.push(matches!(fate, Fate::Goes));
            if let Fate::Edited(span, with) = fate {
                edits.push((span, with));
            }
            spans.push(span_of(part, text));
        }
        let all = !goes.is_empty() && goes.iter().all(|goes| *goes);
        if !all {
            let taken = cuts(&spans, |at| goes.get(at) == Some(&true));
            edits.extend(taken.into_iter().map(|span| (span, "")));
        }
        gone.push(all);
        turns.push(span_of(raw, text));
    }
    let taken = cuts(&turns, |at| gone.get(at) == Some(&true));
    edits.extend(taken.into_iter().map(|span| (span, "")));
    (!edits.is_empty()).then(|| edited(text, edits))
}

fn fate(raw: &RawValue, text: &str) -> Option<Fate> {
    let part: Part<'_> = serde_json::from_str(raw.get()).ok()?;
    let Some(seal) = part.signature else {
        return Some(Fate::Stays);
    };
    let Ok(Str(value)) = serde_json::from_str::<Str<'_>>(seal.get()) else {
        return Some(Fate::Stays);
    };
    if signature::unwrap(&value, Dialect::Gemini).dialect == Dialect::Gemini {
        return Some(Fate::Stays);
    }
    let empty = part.text.as_ref().is_some_and(|text| text.0.is_empty());
    Some(if part.call.is_some() {
        Fate::Edited(span_of(seal, text), UNSIGNED)
    } else if part.thought == Some(true) || empty {
        Fate::Goes
    } else {
        // As good as none.
        Fate::Edited(span_of(seal, text), "null")
    })
}

#[cfg(test)]
mod tests {
    use chat::Signature;
    use serde_json::{Value, json};

    use super::*;

    fn foreign() -> String {
        let one = Signature {
            dialect: Dialect::Anthropic,
            value: "EqQB==".to_owned(),
        };
        signature::wrap(&one, Dialect::Gemini)
    }

    #[test]
    fn t5_foreign_seals_go_and_nothing_else_changes() {
        let seal = foreign();
        let body = format!(
            r#"{{ "x": 1.0e2, "contents": [ {{"role":"user","parts":[{{"text":"hi"}}]}},
              {{"role":"model","parts":[{{"text":"hm","thought":true,"thoughtSignature":"{seal}"}} , {{"text":"a","thoughtSignature":"{seal}"}},
                {{"functionCall":{{"name":"f","args":{{"n":1.50}}}},"thought_signature":"{seal}"}}, {{"text":"own","thoughtSignature":"CiQB"}},
                {{"text":"","thoughtSignature":"{seal}"}}]}},
              {{"role":"model","parts":[{{"text":"gone","thought":true,"thoughtSignature":"{seal}"}}]}} ] }}"#
        );
        let stripped = signature::strip(Dialect::Gemini, body.as_bytes()).unwrap();
        let expected = format!(
            r#"{{ "x": 1.0e2, "contents": [ {{"role":"user","parts":[{{"text":"hi"}}]}},
              {{"role":"model","parts":[{{"text":"a","thoughtSignature":null}},
                {{"functionCall":{{"name":"f","args":{{"n":1.50}}}},"thought_signature":{UNSIGNED}}}, {{"text":"own","thoughtSignature":"CiQB"}}]}} ] }}"#
        );
        assert_eq!(String::from_utf8(stripped).unwrap(), expected);
    }

    #[test]
    fn t4_a_body_without_foreign_seals_is_left_alone() {
        let own =
            json!({"contents": [{"parts": [{"text": "bXAxL", "thoughtSignature": "bXAxLnoooo"}]}]});
        assert_eq!(
            signature::strip(Dialect::Gemini, own.to_string().as_bytes()),
            None
        );
        assert_eq!(strip(b"bXAxL"), None);
    }

    #[test]
    fn t5_whichever_parts_go_what_is_left_is_json() {
        let thought = json!({"text": "t", "thought": true, "thoughtSignature": foreign()});
        for mask in 1..16_u8 {
            let parts: Vec<Value> = (0..4)
                .map(|bit| {
                    if mask & (1 << bit) == 0 {
                        json!({ "text": bit.to_string() })
                    } else {
                        thought.clone()
                    }
                })
                .collect();
            let left: Vec<&Value> = parts.iter().filter(|part| **part != thought).collect();
            let turn = json!({ "role": "user", "parts": [{"text": "x"}] });
            let body = json!({ "contents": [turn, {"role": "model", "parts": parts}] });
            let stripped = strip(&serde_json::to_vec_pretty(&body).unwrap()).unwrap();
            let stripped: Value = serde_json::from_slice(&stripped).unwrap();
            let expected = if left.is_empty() {
                json!([turn])
            } else {
                json!([turn, {"role": "model", "parts": left}])
            };
            assert_eq!(stripped["contents"], expected, "{mask:04b}");
        }
    }
}
