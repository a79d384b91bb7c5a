//! The outside of a request.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::message::Message;
use super::tool::{Choice, Definition, Name, Tool};
use super::{Extra, Str, TextOr};

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Body<'a> {
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<Str<'a>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) messages: Option<Vec<Message<'a>>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) tools: Option<Vec<Tool<'a>>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) tool_choice: Option<TextOr<'a, Choice<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parallel_tool_calls: Option<bool>,
    /// What `tools` was called before there were other kinds.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) functions: Option<Vec<Definition<'a>>>,
    /// What `tool_choice` was called then.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) function_call: Option<TextOr<'a, Name<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_completion_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) top_p: Option<f64>,
    /// Not the vendor's: vLLM, OpenRouter and others take it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) top_k: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) n: Option<u64>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) stop: Option<TextOr<'a, Vec<Str<'a>>>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) reasoning_effort: Option<Str<'a>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) response_format: Option<ResponseFormat<'a>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<Str<'a>>,
    /// What `user` is called now.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) safety_identifier: Option<Str<'a>>,
    #[serde(flatten)]
    pub(crate) extra: Extra<'a>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct StreamOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) include_usage: Option<bool>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ResponseFormat<'a> {
    #[serde(rename = "type", borrow)]
    pub(crate) kind: Str<'a>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) json_schema: Option<JsonSchema<'a>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct JsonSchema<'a> {
    #[serde(borrow)]
    pub(crate) name: Str<'a>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<Str<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) schema: Option<Cow<'a, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) strict: Option<bool>,
}
