//! What a conversation is, in no vendor's words.
//!
//! - [`request`]: [`Request`], what a client asks for: messages, tools, how to sample, how to answer.
//! - [`message`]: [`Message`], one turn; its role and its parts.
//! - [`part`]: [`Part`], a piece of a turn: text, media, thinking, calls and results of tools, and what only one dialect knows.
//! - [`tool`]: [`Tool`], what a model may call; [`ToolChoice`].
//! - [`reply`]: [`Reply`], a whole answer; [`Stop`], why it ended.
//! - [`event`]: [`Event`], an answer piece by piece.
//! - [`usage`]: [`Usage`], what an answer cost.
//! - [`loss`]: [`Loss`], what a dialect cannot say.
//!
//! Two valves against loss: a piece that the model has no word for travels as [`Part::Foreign`] and returns only to its
//! own dialect; what a target dialect cannot say is a typed [`Loss`], never silent.

#![forbid(unsafe_code)]

pub mod event;
pub mod loss;
pub mod message;
pub mod part;
pub mod reply;
pub mod request;
pub mod tool;
pub mod usage;

pub use event::{Delta, Event, Opened, StreamError};
pub use loss::Loss;
pub use message::{Message, Role};
pub use part::{
    Cache, Foreign, Media, Part, Signature, Source, Text, Thinking, ToolCall, ToolKind, ToolResult,
};
pub use reply::{Reply, Stop, StopReason};
pub use request::{AnswerFormat, Effort, Reasoning, Request, Sampling};
pub use tool::{CustomTool, FunctionTool, Tool, ToolChoice};
pub use usage::Usage;

/// A wire format, as the origin of what the neutral model only carries.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// OpenAI Chat Completions.
    OpenaiChat,
    /// OpenAI Responses.
    OpenaiResponses,
    /// Anthropic Messages.
    Anthropic,
    /// Gemini `generateContent`.
    Gemini,
    /// Kiro's conversation API; upstream only.
    Kiro,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 5] = [
        Self::OpenaiChat,
        Self::OpenaiResponses,
        Self::Anthropic,
        Self::Gemini,
        Self::Kiro,
    ];

    /// The word in files, logs and signatures.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenaiChat => "openai-chat",
            Self::OpenaiResponses => "openai-responses",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Kiro => "kiro",
        }
    }
}
