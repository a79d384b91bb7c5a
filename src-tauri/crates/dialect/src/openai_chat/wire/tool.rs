//! Tools, the choice among them, and their calls.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Extra, Str};

/// A tool of any kind.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tool<'a> {
    #[serde(rename = "type", borrow)]
    pub(crate) kind: Str<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) function: Option<Definition<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) custom: Option<Custom<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cache_control: Option<Cow<'a, Value>>,
    #[serde(flatten)]
    pub(crate) extra: Extra<'a>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Definition<'a> {
    #[serde(borrow)]
    pub(crate) name: Str<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<Str<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parameters: Option<Cow<'a, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) strict: Option<bool>,
    #[serde(flatten)]
    pub(crate) extra: Extra<'a>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Custom<'a> {
    #[serde(borrow)]
    pub(crate) name: Str<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<Str<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<Cow<'a, Value>>,
    #[serde(flatten)]
    pub(crate) extra: Extra<'a>,
}

/// `tool_choice` where it is more than a word.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Choice<'a> {
    #[serde(rename = "type", borrow)]
    pub(crate) kind: Str<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) function: Option<Name<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) custom: Option<Name<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) allowed_tools: Option<Allowed<'a>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Name<'a> {
    #[serde(borrow)]
    pub(crate) name: Str<'a>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Allowed<'a> {
    #[serde(borrow)]
    pub(crate) mode: Str<'a>,
    #[serde(borrow)]
    pub(crate) tools: Vec<Choice<'a>>,
}

/// A call in a message.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Call<'a> {
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Str<'a>>,
    #[serde(rename = "type", borrow, default)]
    pub(crate) kind: Option<Str<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) function: Option<FunctionCall<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) custom: Option<CustomCall<'a>>,
    /// Google's own endpoint of this dialect puts signatures there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) extra_content: Option<Value>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct FunctionCall<'a> {
    #[serde(borrow)]
    pub(crate) name: Str<'a>,
    #[serde(borrow, default)]
    pub(crate) arguments: Option<Arguments<'a>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct CustomCall<'a> {
    #[serde(borrow)]
    pub(crate) name: Str<'a>,
    #[serde(borrow, default)]
    pub(crate) input: Str<'a>,
}

/// Arguments are a text of JSON; some relays and clients write the JSON itself.
pub(crate) type Arguments<'a> = super::TextOr<'a, Value>;
