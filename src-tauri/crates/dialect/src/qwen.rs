//! What Qwen's server wants of OpenAI Chat that others do not, as the smallest edit of a body.
//!
//! It takes exactly one system message, the first, and its content as a list of text parts (router-for-me/CLIProxyAPI and
//! decolua/9router agree on that). What a stream of its own has beyond OpenAI Chat (`error_finish`) is read there.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Invalid;
use crate::splice::{Edit, cuts, edited, span_of};

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    messages: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(default)]
    role: Role,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Role {
    System,
    Developer,
    #[default]
    #[serde(other)]
    Other,
}

/// The body with one system message in front, an array of text parts: those that were there, joined, in their order; one
/// that says nothing where there was none. `None` where the body is so already.
///
/// # Errors
/// The body has no list of messages; says where it goes wrong.
pub fn with_system_parts(body: &[u8]) -> Result<Option<Vec<u8>>, Invalid> {
    let text = std::str::from_utf8(body).map_err(|_| Invalid::at("", "the body is not UTF-8"))?;
    let read: Body<'_> = serde_json::from_str(text)
        .map_err(|error| Invalid::at("messages", format!("no list of messages: {error}")))?;
    let mut systems = Vec::new();
    let mut spans = Vec::with_capacity(read.messages.len());
    for (at, raw) in read.messages.iter().enumerate() {
        let message: Message<'_> = serde_json::from_str(raw.get())
            .map_err(|error| Invalid::at(format!("messages[{at}]"), error.to_string()))?;
        if message.role != Role::Other {
            systems.push((at, message));
        }
        spans.push(span_of(raw, text));
    }
    if let [(0, only)] = systems.as_slice()
        && only.role == Role::System
        && is_array(only.content)
    {
        return Ok(None);
    }
    let Some(first) = spans.first() else {
        return Ok(None);
    };
    let is_system = |at: usize| systems.iter().any(|(system, _)| *system == at);
    let mut system = joined(&systems);
    // It takes the first message's place, or stands before it.
    let place = if is_system(0) {
        first.clone()
    } else {
        system.push(',');
        first.start..first.start
    };
    let mut edits: Vec<Edit<'_>> = vec![(place, &system)];
    let taken = cuts(&spans, |at| at > 0 && is_system(at));
    edits.extend(taken.into_iter().map(|span| (span, "")));
    Ok(Some(edited(text, edits)))
}

fn is_array(content: Option<&RawValue>) -> bool {
    content.is_some_and(|content| content.get().starts_with('['))
}

/// One system message of all parts of these.
fn joined(systems: &[(usize, Message<'_>)]) -> String {
    let mut parts = Vec::new();
    for content in systems.iter().filter_map(|(_, one)| one.content) {
        if !is_array(Some(content)) {
            parts.push(format!(r#"{{"type":"text","text":{}}}"#, content.get()));
        } else if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(content.get()) {
            parts.extend(list.into_iter().map(|part| part.get().to_owned()));
        }
    }
    if parts.is_empty() {
        parts.push(r#"{"type":"text","text":""}"#.to_owned());
    }
    format!(r#"{{"role":"system","content":[{}]}}"#, parts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = r#"{"role":"user", "content":"h\u0069"}"#;

    fn edited(messages: &str) -> Option<String> {
        let body = format!(r#"{{ "x":1.0e2, "messages": [ {messages} ] , "model":"m" }}"#);
        let told = with_system_parts(body.as_bytes()).unwrap()?;
        let told = String::from_utf8(told).unwrap();
        let inner = told
            .strip_prefix(r#"{ "x":1.0e2, "messages": [ "#)
            .and_then(|rest| rest.strip_suffix(r#" ] , "model":"m" }"#));
        Some(inner.unwrap().to_owned())
    }

    #[test]
    fn t4_a_body_that_is_so_already_is_left_alone() {
        let own = r#"{"role":"system","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}"#;
        assert_eq!(edited(&format!("{own} , {USER}")), None);
        assert_eq!(edited(""), None);
    }

    #[test]
    fn t4_only_the_system_message_is_written_anew() {
        let system = |parts: &str| format!(r#"{{"role":"system","content":[{parts}]}}"#);
        let part = |text: &str| format!(r#"{{"type":"text","text":"{text}"}}"#);
        let rows = [
            (
                format!(r#"{{"role":"system","content":"b\u0065"}} , {USER}"#),
                format!("{} , {USER}", system(&part("b\\u0065"))),
            ),
            (
                format!(r#"{{"role":"developer","content":[{}]}},{USER}"#, part("a")),
                format!("{},{USER}", system(&part("a"))),
            ),
            (USER.to_owned(), format!("{},{USER}", system(&part("")))),
            (
                format!(
                    r#"{USER} , {{"role":"system","content":"a"}} , {USER},{{"role":"developer","content":[{}]}}"#,
                    part("b")
                ),
                format!(
                    "{},{USER} , {USER}",
                    system(&format!("{},{}", part("a"), part("b")))
                ),
            ),
            (
                r#"{"role":"system","content":"a"} , {"role":"system","content":null}"#.to_owned(),
                system(&part("a")),
            ),
        ];
        for (messages, expected) in rows {
            assert_eq!(edited(&messages).as_deref(), Some(expected.as_str()));
        }
    }

    #[test]
    fn what_is_no_body_is_named() {
        for (body, path) in [
            (&b"{}"[..], "messages"),
            (br#"{"messages":{}}"#, "messages"),
            (br#"{"messages":[1]}"#, "messages[0]"),
            (b"\xff", ""),
        ] {
            assert_eq!(with_system_parts(body).unwrap_err().path, path);
        }
    }
}
