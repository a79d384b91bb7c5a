//! What a model may call.

use serde_json::Value;

use crate::{Cache, Foreign};

/// A tool.
#[derive(Debug, Clone, PartialEq)]
pub enum Tool {
    /// A function of the client's, called with a JSON object.
    Function(FunctionTool),
    /// A tool of the client's, called with free text (OpenAI's custom tools).
    Custom(CustomTool),
    /// A tool that the upstream itself runs, or a kind that only one dialect knows.
    Foreign(Foreign),
}

/// A function of the client's.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FunctionTool {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// JSON Schema of its arguments; `None` where it has none.
    pub parameters: Option<Value>,
    /// Whether arguments must follow the schema to the letter.
    pub strict: Option<bool>,
    /// A cache mark behind it.
    pub cache: Option<Cache>,
    /// Fields beyond these; for their own dialect only.
    pub extra: Option<Foreign>,
}

/// A tool of the client's that takes free text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomTool {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// The grammar of its input, as OpenAI writes `format` in a Responses request (`{"type":"text"}`,
    /// `{"type":"grammar","syntax","definition"}`).
    pub format: Option<Value>,
    /// Fields beyond these; for their own dialect only.
    pub extra: Option<Foreign>,
}

/// Whether a tool must be called.
#[derive(Debug, Clone, PartialEq)]
pub enum ToolChoice {
    /// The model decides.
    Auto,
    /// None may be.
    None,
    /// Some tool must be.
    Required,
    /// This one must be.
    Named(String),
    /// One of these may be (`required`: must be).
    Allowed {
        /// The tools' names.
        names: Vec<String>,
        /// Whether one must be called.
        required: bool,
    },
}
