//! The data of events, as far as it must be looked into. Texts are borrowed.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::anthropic::reply::Counts;
use crate::anthropic::wire::Text;

/// An event.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Data<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Text<'a>>,
    pub(super) index: Option<u64>,
    #[serde(borrow)]
    pub(super) message: Option<Message<'a>>,
    pub(super) content_block: Option<Map<String, Value>>,
    #[serde(borrow)]
    pub(super) delta: Option<Piece<'a>>,
    pub(super) usage: Option<Counts>,
    pub(super) error: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) model: Option<Text<'a>>,
    pub(super) usage: Option<Counts>,
}

/// A delta of a block or of the message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Piece<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) partial_json: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) thinking: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) signature: Option<Text<'a>>,
    pub(super) stop_reason: Option<String>,
    pub(super) stop_sequence: Option<String>,
}

/// A text that may be missing.
pub(super) fn text<'a>(text: &'a Option<Text<'_>>) -> &'a str {
    text.as_ref().map_or("", |text| &text.0)
}

/// A text, if it says something.
pub(super) fn said(text: Option<Text<'_>>) -> Option<Cow<'_, str>> {
    text.map(|text| text.0).filter(|text| !text.is_empty())
}
