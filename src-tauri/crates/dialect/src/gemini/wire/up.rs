//! A request as it is written: borrowed from the neutral one, so that nothing large is copied.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A turn.
#[derive(Debug, Serialize)]
pub(crate) struct Content<'a> {
    pub(crate) role: &'static str,
    pub(crate) parts: Vec<Part<'a>>,
    #[serde(flatten)]
    pub(crate) extra: Option<Cow<'a, Map<String, Value>>>,
}

/// A part: of our own making, or as its client wrote it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Part<'a> {
    Own(Box<Own<'a>>),
    Whole(&'a Value),
}

/// A part of our own making: one kind of data, and what goes with it.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Own<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) thought: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) inline_data: Option<Blob<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file_data: Option<File<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) function_call: Option<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) function_response: Option<Response<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thought_signature: Option<&'a str>,
    #[serde(flatten)]
    pub(crate) extra: Option<&'a Map<String, Value>>,
}

/// Data in the request.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Blob<'a> {
    pub(crate) mime_type: &'a str,
    pub(crate) data: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) display_name: Option<&'a str>,
}

/// Data at an address.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct File<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mime_type: Option<&'a str>,
    pub(crate) file_uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) display_name: Option<&'a str>,
}

/// A call.
#[derive(Debug, Serialize)]
pub(crate) struct Call<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<&'a str>,
    pub(crate) name: Cow<'a, str>,
    pub(crate) args: Json<'a>,
}

/// What a tool answered.
#[derive(Debug, Serialize)]
pub(crate) struct Response<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<&'a str>,
    pub(crate) name: Cow<'a, str>,
    pub(crate) response: Json<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) parts: Vec<Part<'a>>,
}

/// An object: as its text stands, or made here.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Json<'a> {
    Raw(&'a RawValue),
    Made(Value),
}

impl<'a> Own<'a> {
    /// Words.
    pub(crate) fn text(text: &'a str) -> Self {
        Self {
            text: Some(text),
            ..Self::default()
        }
    }
}

impl<'a> From<Own<'a>> for Part<'a> {
    fn from(own: Own<'a>) -> Self {
        Self::Own(Box::new(own))
    }
}

impl<'a> Json<'a> {
    /// The object that a text holds; `None` where it holds none.
    pub(crate) fn object(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let raw: &RawValue = serde_json::from_str(text).ok()?;
        text.starts_with('{').then_some(Self::Raw(raw))
    }
}
