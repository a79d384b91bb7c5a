//! A body on the verbatim path, without what other dialects signed: the smallest edit of its bytes.
//!
//! The words of a foreign thought stay: they are text, and some upstreams want the `reasoning_content` of every turn.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::thoughts;
use crate::Dialect;
use crate::splice::{cuts, edited, span_of};

/// The body without foreign seals; `None` where there are none, or where it is no body of the dialect (its upstream will
/// say so).
pub(crate) fn strip(body: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let request: Members<'_> = serde_json::from_str(text).ok()?;
    let mut gone = Vec::new();
    for message in request.list("messages") {
        let message: Members<'_> = serde_json::from_str(message.get()).unwrap_or_default();
        strip_message(&message, text, &mut gone);
    }
    if gone.is_empty() {
        return None;
    }
    let edits = gone.into_iter().map(|span| (span, "")).collect();
    Some(edited(text, edits))
}

fn strip_message(message: &Members<'_>, text: &str, gone: &mut Vec<Range<usize>>) {
    let details = message.list("reasoning_details");
    let foreign: Vec<bool> = details.iter().map(|raw| is_foreign_detail(raw)).collect();
    let empty = !foreign.is_empty() && foreign.iter().all(|foreign| *foreign);
    if !empty {
        let spans: Vec<_> = details.iter().map(|raw| span_of(raw, text)).collect();
        gone.extend(cuts(&spans, |at| foreign.get(at) == Some(&true)));
    }
    gone.extend(message.without(text, |key, raw| match key {
        "reasoning_details" => empty,
        "extra_content" => is_foreign_content(raw),
        _ => false,
    }));
    for call in message.list("tool_calls") {
        let call: Members<'_> = serde_json::from_str(call.get()).unwrap_or_default();
        gone.extend(call.without(text, |key, raw| {
            key == "extra_content" && is_foreign_content(raw)
        }));
    }
}

fn is_foreign_detail(raw: &RawValue) -> bool {
    let entry: Value = serde_json::from_str(raw.get()).unwrap_or_default();
    let signature = thoughts::entry(&entry).and_then(|thought| thought.signature);
    signature.is_some_and(|signature| signature.dialect != Dialect::OpenaiChat)
}

fn is_foreign_content(raw: &RawValue) -> bool {
    let content: Value = serde_json::from_str(raw.get()).unwrap_or_default();
    thoughts::read_extra_content(Some(&content))
        .is_some_and(|signature| signature.dialect != Dialect::OpenaiChat)
}

/// An object's members as they stand in the text.
#[derive(Default)]
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The elements of a member that is a list.
    fn list(&self, key: &str) -> Vec<&'a RawValue> {
        let member = self.0.iter().find(|(name, _)| is(name, key));
        member
            .and_then(|(_, raw)| serde_json::from_str(raw.get()).ok())
            .unwrap_or_default()
    }

    /// What has to be taken out so that these members are gone.
    fn without(&self, text: &str, goes: impl Fn(&str, &RawValue) -> bool) -> Vec<Range<usize>> {
        let spans: Vec<_> = self
            .0
            .iter()
            .map(|(name, raw)| span_of(name, text).start..span_of(raw, text).end)
            .collect();
        cuts(&spans, |at| {
            self.0.get(at).is_some_and(|(name, raw)| {
                let key: String = serde_json::from_str(name.get()).unwrap_or_default();
                goes(&key, raw)
            })
        })
    }
}

fn is(name: &RawValue, key: &str) -> bool {
    serde_json::from_str::<String>(name.get()).is_ok_and(|name| name == key)
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(MembersVisitor)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Dialect, signature};

    fn stripped(body: &str) -> Option<String> {
        let body = signature::strip(Dialect::OpenaiChat, body.as_bytes())?;
        Some(String::from_utf8(body).unwrap())
    }

    #[test]
    fn t5_foreign_seals_go_and_nothing_else_changes() {
        let body = r#"{ "model" : "m", "x": 1.0e2,
  "messages": [ {"role":"user","content":"mp1.anthropic.X"},
    {"role":"assistant", "reasoning_content": "hm", "reasoning_details": [ {"type":"reasoning.text","text":"hm","signature":"mp1.anthropic.X"} ], "content":"a"},
    {"role":"assistant","reasoning_details":[{"type":"reasoning.text","signature":"own"}, {"type":"reasoning.encrypted","data":"mp1.gemini.X"}],
     "tool_calls":[ {"id":"1","extra_content":{"google":{"thought_signature":"mp1.gemini.X"}},"function":{"name":"f"}},
       {"id":"2","extra_content":{"google":{"thought_signature":"own"}}} ], "extra_content":{"google":{"thought_signature":"mp1.gemini.X"}}} ] }"#;
        let expected = r#"{ "model" : "m", "x": 1.0e2,
  "messages": [ {"role":"user","content":"mp1.anthropic.X"},
    {"role":"assistant", "reasoning_content": "hm", "content":"a"},
    {"role":"assistant","reasoning_details":[{"type":"reasoning.text","signature":"own"}],
     "tool_calls":[ {"id":"1","function":{"name":"f"}},
       {"id":"2","extra_content":{"google":{"thought_signature":"own"}}} ]} ] }"#;
        assert_eq!(stripped(body).as_deref(), Some(expected));
        assert_eq!(stripped(expected), None);
    }

    #[test]
    fn t4_what_has_no_foreign_seal_is_left_as_it_is() {
        for body in [
            r#"{"messages":[{"role":"user","content":"mp1.gemini.x"}]}"#,
            r#"{"messages":"mp1.gemini.x"}"#,
            r#"["mp1.gemini.x"]"#,
            r#"{"messages":[1,"mp1.gemini.x",{"reasoning_details":{"a":1},"tool_calls":[2]}]}"#,
            r#"{"messages":["#,
        ] {
            assert_eq!(stripped(body), None, "{body}");
        }
    }
}
