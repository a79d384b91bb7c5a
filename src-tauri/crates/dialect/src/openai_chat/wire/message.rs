//! Messages and the parts of their content.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tool::{Call, FunctionCall};
use super::{Extra, Str, TextOr};

/// A message of any role: which fields it may have is for its reader to say.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Message<'a> {
    #[serde(borrow)]
    pub(crate) role: Str<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<Str<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) tool_call_id: Option<Str<'a>>,
    /// Written as `null` where there is none: an assistant's message with calls has the field.
    #[serde(borrow, default)]
    pub(crate) content: Option<TextOr<'a, Vec<Piece<'a>>>>,
    /// Thoughts, as DeepSeek, Qwen and most relays tell them.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) reasoning_content: Option<Str<'a>>,
    /// Thoughts, as OpenRouter and some vLLM tell them.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) reasoning: Option<Str<'a>>,
    /// Thoughts with what proves their origin, as OpenRouter tells them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reasoning_details: Option<Value>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) refusal: Option<Str<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) tool_calls: Option<Vec<Call<'a>>>,
    /// What `tool_calls` was called when there could be one only.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) function_call: Option<FunctionCall<'a>>,
    /// Google's own endpoint of this dialect puts signatures there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) extra_content: Option<Value>,
    #[serde(flatten)]
    pub(crate) extra: Extra<'a>,
}

/// A part of a content, of any kind.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Piece<'a> {
    #[serde(rename = "type", borrow)]
    pub(crate) kind: Str<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<Str<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) refusal: Option<Str<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) image_url: Option<TextOr<'a, ImageUrl<'a>>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) input_audio: Option<InputAudio<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<File<'a>>,
    /// Not the vendor's: OpenRouter, Qwen and others hand it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cache_control: Option<Cow<'a, Value>>,
    #[serde(flatten)]
    pub(crate) extra: Extra<'a>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ImageUrl<'a> {
    #[serde(borrow)]
    pub(crate) url: Str<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<Str<'a>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct InputAudio<'a> {
    #[serde(borrow)]
    pub(crate) data: Str<'a>,
    #[serde(borrow)]
    pub(crate) format: Str<'a>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct File<'a> {
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) file_data: Option<Str<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) file_id: Option<Str<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) filename: Option<Str<'a>>,
}
