//! What a client asks for.

use serde_json::Value;

use crate::{Foreign, Message, Tool, ToolChoice};

/// What a client asks for. What it did not say is `None` or empty: nothing is invented.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Request {
    /// The model.
    pub model: String,
    /// Whether the answer is to be a stream.
    pub stream: bool,
    /// Whether a stream is to report usage (OpenAI Chat's `stream_options.include_usage`); true in dialects that
    /// always do.
    pub wants_usage: bool,
    /// The conversation, the leading system turn included.
    pub messages: Vec<Message>,
    /// What the model may call.
    pub tools: Vec<Tool>,
    /// Whether it must.
    pub tool_choice: Option<ToolChoice>,
    /// Whether several tools may be called in one turn.
    pub parallel_tool_calls: Option<bool>,
    /// How to choose words.
    pub sampling: Sampling,
    /// The most tokens of the answer, thinking included.
    pub max_tokens: Option<u64>,
    /// Texts at which to stop.
    pub stop: Vec<String>,
    /// How much to think.
    pub reasoning: Option<Reasoning>,
    /// The form of the answer.
    pub format: Option<AnswerFormat>,
    /// The end user's id (`user`, `metadata.user_id`, `safety_identifier`).
    pub user: Option<String>,
    /// The answer before this one (Responses' `previous_response_id`); resolved before a request is translated.
    pub previous: Option<String>,
    /// Top-level fields that the neutral model has no word for; written only in their own dialect, a loss elsewhere.
    pub extra: Option<Foreign>,
}

/// How to choose words.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[expect(missing_docs, reason = "the names are the field's own")]
pub struct Sampling {
    pub temperature: Option<f64>,
    pub top_p: Option<f64>,
    pub top_k: Option<u64>,
    pub seed: Option<i64>,
    pub frequency_penalty: Option<f64>,
    pub presence_penalty: Option<f64>,
    /// How many answers (`n`, `candidateCount`); only 1 can be translated.
    pub candidates: Option<u64>,
}

/// How much to think.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reasoning {
    /// By word.
    pub effort: Option<Effort>,
    /// By tokens (`thinking.budget_tokens`, `thinkingBudget`).
    pub budget: Option<u64>,
    /// Not at all, or (Some(true)) explicitly on; `None` where the client did not say.
    pub enabled: Option<bool>,
    /// Whether thoughts are to be shown (`includeThoughts`, Responses' `reasoning.summary`).
    pub visible: Option<bool>,
    /// Fields beyond these; for their own dialect only.
    pub extra: Option<Foreign>,
}

/// How much to think, by word. The word on the wire where it is none of these: `Other`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum Effort {
    None,
    Minimal,
    Low,
    Medium,
    High,
    XHigh,
    Max,
    Other(String),
}

/// The form of the answer.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerFormat {
    /// Words.
    Text,
    /// Some JSON object.
    Json,
    /// JSON by a schema.
    Schema {
        /// The schema's name; OpenAI requires one, others have none.
        name: Option<String>,
        /// What it is for.
        description: Option<String>,
        /// JSON Schema.
        schema: Value,
        /// To the letter.
        strict: Option<bool>,
    },
}
