//! Thoughts in a dialect that knows their words only.
//!
//! The words stand in `reasoning_content`. What proves their origin stands in `reasoning_details`, the list by which
//! OpenRouter carries it and which its clients send back unchanged: `{"type":"reasoning.text","text","signature"}`, and
//! `{"type":"reasoning.encrypted","data"}` where the words are withheld. A signature of another dialect is wrapped
//! there with its provenance. The list is written only where something is signed, and then holds every thought of the message.
//!
//! The dialect's own signature is such an entry as it came, but for its words and place.

use std::borrow::Cow;

use chat::{Dialect, Signature, Thinking};
use serde_json::{Map, Value};

use crate::signature;

const SELF: Dialect = Dialect::OpenaiChat;
const TEXT: &str = "reasoning.text";
const SUMMARY: &str = "reasoning.summary";
const ENCRYPTED: &str = "reasoning.encrypted";

/// The thoughts of a message.
pub(super) fn read(words: Option<Cow<'_, str>>, details: Option<&Value>) -> Vec<Thinking> {
    let mut thoughts: Vec<Thinking> = details
        .and_then(Value::as_array)
        .map(|entries| entries.iter().filter_map(entry).collect())
        .unwrap_or_default();
    let Some(words) = words.filter(|words| !words.is_empty()) else {
        return thoughts;
    };
    if thoughts.iter().any(|thought| !thought.text.is_empty()) {
        return thoughts;
    }
    // The list has seals only: the words are those of the first thought whose words are not withheld.
    match thoughts.iter_mut().find(|thought| !thought.redacted) {
        Some(thought) => thought.text = words.into_owned(),
        None => thoughts.insert(
            0,
            Thinking {
                text: words.into_owned(),
                ..Thinking::default()
            },
        ),
    }
    thoughts
}

/// One entry of the list; `None` where it says nothing.
pub(super) fn entry(wire: &Value) -> Option<Thinking> {
    let fields = wire.as_object()?;
    let text = |key| fields.get(key).and_then(Value::as_str).unwrap_or_default();
    let kind = text("type");
    let redacted = kind == ENCRYPTED;
    let seal = text(if redacted { "data" } else { "signature" });
    let words = text(if kind == SUMMARY { "summary" } else { "text" });
    if seal.is_empty() {
        return (!words.is_empty()).then(|| Thinking {
            text: words.to_owned(),
            ..Thinking::default()
        });
    }
    let signature = signature::unwrap(seal, SELF);
    let foreign = signature.dialect != SELF;
    let id = text("id");
    Some(Thinking {
        text: words.to_owned(),
        id: (foreign && !id.is_empty()).then(|| id.to_owned()),
        redacted,
        signature: Some(if foreign { signature } else { own(fields) }),
    })
}

/// A signature of this dialect: its entry, but for the words and the place.
fn own(fields: &Map<String, Value>) -> Signature {
    let mut kept = fields.clone();
    kept.shift_remove("text");
    kept.shift_remove("index");
    Signature {
        dialect: SELF,
        value: Value::Object(kept).to_string(),
    }
}

/// The words of all thoughts.
pub(super) fn words<'a>(thoughts: &[&'a Thinking]) -> Option<Cow<'a, str>> {
    let mut worded = thoughts
        .iter()
        .map(|thought| thought.text.as_str())
        .filter(|text| !text.is_empty());
    let mut words = Cow::Borrowed(worded.next()?);
    for more in worded {
        words.to_mut().push_str(more);
    }
    Some(words)
}

/// The list, where a thought is signed.
pub(super) fn details(thoughts: &[&Thinking]) -> Option<Value> {
    let signed = thoughts.iter().any(|thought| thought.signature.is_some());
    signed.then(|| {
        let entries = thoughts.iter().enumerate();
        entries
            .map(|(index, thought)| {
                detail(
                    &thought.text,
                    thought.signature.as_ref(),
                    thought.redacted,
                    thought.id.as_deref(),
                    index,
                )
            })
            .collect()
    })
}

/// One entry of the list.
pub(super) fn detail(
    text: &str,
    signature: Option<&Signature>,
    redacted: bool,
    id: Option<&str>,
    index: usize,
) -> Value {
    let mut fields = match signature {
        Some(signature) => sealed(signature, redacted, id),
        None => typed(TEXT),
    };
    if !redacted {
        fields.insert("text".to_owned(), text.into());
    }
    fields.insert("index".to_owned(), index.into());
    Value::Object(fields)
}

fn sealed(signature: &Signature, redacted: bool, id: Option<&str>) -> Map<String, Value> {
    if let Some(value) = signature.of(SELF)
        && let Ok(Value::Object(fields)) = serde_json::from_str(value)
    {
        return fields;
    }
    let (kind, key) = if redacted {
        (ENCRYPTED, "data")
    } else {
        (TEXT, "signature")
    };
    let mut fields = typed(kind);
    let told = signature::wrap(signature, SELF);
    fields.insert(key.to_owned(), told.into());
    if let Some(id) = id {
        fields.insert("id".to_owned(), id.into());
    }
    fields
}

fn typed(kind: &str) -> Map<String, Value> {
    Map::from_iter([("type".to_owned(), kind.into())])
}

/// The signature at `extra_content.google.thought_signature`, where Google's own endpoint of this dialect puts the
/// signatures of calls.
pub(super) fn read_extra_content(extra: Option<&Value>) -> Option<Signature> {
    let value = extra?.pointer("/google/thought_signature")?.as_str()?;
    (!value.is_empty()).then(|| signature::unwrap(value, SELF))
}

/// The other way.
pub(super) fn extra_content(signature: &Signature) -> Value {
    serde_json::json!({ "google": { "thought_signature": signature::wrap(signature, SELF) } })
}
