//! The JSON: what is sent, and what events hold.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// A request, without what belongs to an account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body<'a> {
    pub(super) conversation_state: State<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct State<'a> {
    /// `MANUAL`: a person asks.
    pub(super) chat_trigger_type: &'static str,
    pub(super) conversation_id: String,
    pub(super) current_message: Turn<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) history: Vec<Turn<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Turn<'a> {
    UserInputMessage(User<'a>),
    AssistantResponseMessage(Assistant<'a>),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User<'a> {
    pub(super) content: String,
    pub(super) model_id: &'a str,
    pub(super) origin: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) images: Vec<Image<'a>>,
    #[serde(skip_serializing_if = "About::is_empty")]
    pub(super) user_input_message_context: About<'a>,
}

/// What goes with a message of the user's.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct About<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_results: Vec<Outcome<'a>>,
}

impl About<'_> {
    fn is_empty(&self) -> bool {
        self.tools.is_empty() && self.tool_results.is_empty()
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Image<'a> {
    pub(super) format: &'static str,
    pub(super) source: Bytes<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct Bytes<'a> {
    pub(super) bytes: &'a str,
}

/// The result of a tool.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome<'a> {
    pub(super) tool_use_id: Cow<'a, str>,
    pub(super) content: [Words; 1],
    pub(super) status: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Words {
    pub(super) text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Assistant<'a> {
    pub(super) content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning_content: Option<Reasoning<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_uses: Vec<Call<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Reasoning<'a> {
    ReasoningText { text: &'a str, signature: &'a str },
    RedactedContent(&'a str),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Call<'a> {
    pub(super) tool_use_id: Cow<'a, str>,
    pub(super) name: &'a str,
    pub(super) input: Box<RawValue>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tool<'a> {
    pub(super) tool_specification: Specification<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Specification<'a> {
    pub(super) name: &'a str,
    pub(super) description: Cow<'a, str>,
    pub(super) input_schema: Schema,
}

#[derive(Debug, Serialize)]
pub(super) struct Schema {
    pub(super) json: Value,
}

/// What an event may hold: each holds a few of these.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Event<'a> {
    #[serde(borrow)]
    pub(super) content: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) model_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) tool_use_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
    /// A piece of the arguments' text; all of them, in old forms.
    #[serde(borrow)]
    pub(super) input: Option<&'a RawValue>,
    pub(super) stop: Option<bool>,
    #[serde(borrow)]
    pub(super) text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) signature: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) redacted_content: Option<Cow<'a, str>>,
    pub(super) context_usage_percentage: Option<f64>,
    pub(super) token_usage: Option<TokenUsage>,
    #[serde(borrow)]
    pub(super) stop_reason: Option<Cow<'a, str>>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TokenUsage {
    pub(super) uncached_input_tokens: Option<u64>,
    pub(super) output_tokens: Option<u64>,
    pub(super) cache_read_input_tokens: Option<u64>,
    pub(super) cache_write_input_tokens: Option<u64>,
}
