//! Conversations that a client goes on with by a name only: `previous_response_id`, and items by reference.
//!
//! An upstream that speaks another dialect keeps none of them, so whoever relays does, and puts them into the next body.
//! Here are the pure parts of that: what a body asks for, a body with what it asked for in its place, and the items of a
//! request and of its answer as they are kept: their JSON, separated by commas. Ids that are given here hold the
//! exchange's token, so that an item's id leads to its response ([`response_of`]).

use std::borrow::Cow;

use memchr::memmem;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::wire::Words;
use crate::{Fault, FaultKind, splice};

const PREVIOUS: &str = "previous_response_id";
const REFERENCE: &str = "item_reference";

/// What a request asks of what is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// The response that it goes on from.
    pub previous: Option<String>,
    /// Items that it only names.
    pub items: Vec<String>,
    /// Its own answer is to be kept: `store` is not `false`.
    pub keeps: bool,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default, deserialize_with = "there")]
    previous_response_id: Option<&'a RawValue>,
    #[serde(default)]
    store: Option<bool>,
    #[serde(borrow, default, deserialize_with = "there")]
    input: Option<&'a RawValue>,
}

/// A field that is there, were it `null`.
fn there<'de, D: serde::Deserializer<'de>>(json: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(json).map(Some)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Named<'a> {
    #[serde(borrow)]
    r#type: Option<Words<'a>>,
    #[serde(borrow)]
    id: Option<Words<'a>>,
}

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(borrow)]
    output: &'a RawValue,
}

/// Whether a body may ask for something that is kept: a scan, for bodies that mostly do not.
pub fn may_ask(body: &[u8]) -> bool {
    [PREVIOUS, REFERENCE]
        .iter()
        .any(|name| memmem::find(body, name.as_bytes()).is_some())
}

/// What a body asks of what is kept. One that cannot be read asks for nothing: its reader says what is wrong with it.
pub fn asked(body: &[u8]) -> Asked {
    let Ok(read) = serde_json::from_slice::<Body<'_>>(body) else {
        return Asked::default();
    };
    Asked {
        previous: read.previous_response_id.and_then(text),
        items: references(body, read.input),
        keeps: read.store != Some(false),
    }
}

/// The id of the response of an exchange with this token.
pub fn response_id(token: &str) -> String {
    format!("resp_{token}")
}

/// The id of the response that an item stands in, by an id that was given here.
pub fn response_of(item_id: &str) -> Option<String> {
    let (_, rest) = item_id.split_once('_')?;
    let (token, place) = rest.rsplit_once('_')?;
    let numbered = !place.is_empty() && place.bytes().all(|byte| byte.is_ascii_digit());
    (numbered && !token.is_empty()).then(|| response_id(token))
}

/// The items of a request's input; `None` where it has none, or cannot be read.
pub fn input_items(body: &[u8]) -> Option<Vec<u8>> {
    let read: Body<'_> = serde_json::from_slice(body).ok()?;
    let items = items_of(read.input?)?;
    (!items.is_empty()).then(|| items.into_owned().into_bytes())
}

/// The items of a whole answer.
pub fn output_items(reply: &[u8]) -> Option<&[u8]> {
    let read: Output<'_> = serde_json::from_slice(reply).ok()?;
    Some(inside(read.output.get())?.as_bytes())
}

/// The item of this id among items that are kept.
pub fn find(items: &[u8], id: &str) -> Option<String> {
    let list = [b"[", items, b"]"].concat();
    let list: Vec<&RawValue> = serde_json::from_slice(&list).ok()?;
    let found = list.into_iter().find(|raw| {
        let named: Named<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
        named.id.is_some_and(|found| found.as_str() == id)
    });
    found.map(|raw| raw.get().to_owned())
}

/// The body with items in the place of references to them, as far as they are found; `None` where there are none.
pub fn with_items(body: &[u8], found: &dyn Fn(&str) -> Option<String>) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let read: Body<'_> = serde_json::from_str(text).ok()?;
    let list: Vec<&RawValue> = serde_json::from_str(read.input?.get()).ok()?;
    let items: Vec<_> = list
        .into_iter()
        .filter_map(|raw| Some((splice::span_of(raw, text), found(&reference(raw)?)?)))
        .collect();
    if items.is_empty() {
        return None;
    }
    let edits = items
        .iter()
        .map(|(span, item)| (span.clone(), item.as_str()));
    Some(splice::edited(text, edits.collect()))
}

/// The body with a conversation before its own input, in the place of the name of its last response.
pub fn with_conversation(body: &[u8], conversation: &[&[u8]]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let read: Body<'_> = serde_json::from_str(text).ok()?;
    let own = match read.input {
        Some(input) => items_of(input)?,
        None => Cow::Borrowed(""),
    };
    let mut items = String::from("[");
    let before = conversation
        .iter()
        .map(|items| std::str::from_utf8(items).ok());
    for items_of_one in before.chain([Some(own.as_ref())]) {
        let one = items_of_one?;
        if items.len() > 1 && !one.is_empty() {
            items.push(',');
        }
        items.push_str(one);
    }
    items.push(']');
    let mut edits = Vec::with_capacity(2);
    match read.input {
        Some(input) => edits.push((splice::span_of(input, text), items.as_str())),
        None => items.insert_str(0, "null,\"input\":"),
    }
    if let Some(previous) = read.previous_response_id {
        let put = if edits.is_empty() {
            items.as_str()
        } else {
            "null"
        };
        edits.push((splice::span_of(previous, text), put));
    }
    Some(splice::edited(text, edits))
}

/// What a client is told whose conversation is not kept any more.
pub fn not_kept(id: &str, request_id: String) -> Fault {
    let (what, param) = if id.starts_with("resp_") {
        ("response", "previous_response_id")
    } else {
        ("item", "input")
    };
    Fault {
        status: 400,
        kind: FaultKind::InvalidRequest,
        message: format!(
            "the {what} '{id}' is not kept here any more: send the whole conversation in `input`"
        ),
        code: Some("previous_response_not_found".to_owned()),
        param: Some(param.to_owned()),
        request_id,
    }
}

fn text(raw: &RawValue) -> Option<String> {
    let words: Words<'_> = serde_json::from_str(raw.get()).ok()?;
    Some(words.0.into_owned())
}

fn references(body: &[u8], input: Option<&RawValue>) -> Vec<String> {
    let list = || serde_json::from_str::<Vec<&RawValue>>(input?.get()).ok();
    // Most bodies have none, and need no look at each item.
    match memmem::find(body, REFERENCE.as_bytes()).and_then(|_| list()) {
        Some(list) => list.into_iter().filter_map(reference).collect(),
        None => Vec::new(),
    }
}

/// The id of the item that this one refers to, if it is a reference.
fn reference(raw: &RawValue) -> Option<String> {
    let named: Named<'_> = serde_json::from_str(raw.get()).ok()?;
    (named.r#type?.as_str() == REFERENCE).then_some(())?;
    Some(named.id?.0.into_owned())
}

/// The items of an input: a text is the user's message.
fn items_of(input: &RawValue) -> Option<Cow<'_, str>> {
    let json = input.get();
    match json.as_bytes().first()? {
        b'"' => Some(Cow::Owned(format!(
            r#"{{"type":"message","role":"user","content":{json}}}"#
        ))),
        b'n' => Some(Cow::Borrowed("")),
        _ => inside(json).map(Cow::Borrowed),
    }
}

/// What stands inside of a list.
fn inside(json: &str) -> Option<&str> {
    let inner = json.strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.trim_ascii())
}

#[cfg(test)]
mod tests;
