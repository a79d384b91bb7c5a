//! What a dialect cannot say.

use crate::Dialect;

/// Something of a request or an answer that its target dialect cannot say. Logged and counted, never silent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Loss {
    /// A field of the request.
    #[error("{0} is not known there")]
    Field(String),
    /// A sampling or limit parameter, or a part of it.
    #[error("{field} = {value} was left out: {why}")]
    Value {
        /// The field, by its neutral name.
        field: &'static str,
        /// What the client asked for.
        value: String,
        /// Why it cannot be said.
        why: &'static str,
    },
    /// A part or a tool that only another dialect knows.
    #[error("{kind} of {} was left out", .dialect.as_str())]
    Foreign {
        /// Whose.
        dialect: Dialect,
        /// Its `type` on the wire, or the names of its fields.
        kind: String,
    },
    /// A signature of another dialect; what it stood on was said.
    #[error("a signature of {} was left out", .0.as_str())]
    Signature(Dialect),
    /// A thought that another dialect signed, or its sealed form.
    #[error("a thought signed by {} was left out", .0.as_str())]
    Thought(Dialect),
    /// A thought without a signature, where one is required.
    #[error("a thought without a signature was left out")]
    Unsigned,
    /// Media that the target does not take.
    #[error("{kind} ({why}) was left out")]
    Media {
        /// `image`, `document`, `audio`.
        kind: &'static str,
        /// Why.
        why: &'static str,
    },
    /// Cache marks.
    #[error("cache marks were left out")]
    Cache,
    /// A keyword of a tool's or answer's schema.
    #[error("schema of {at}: {keyword} was left out")]
    Schema {
        /// The tool, or `response`.
        at: String,
        /// The JSON Schema keyword.
        keyword: String,
    },
    /// Arguments of an earlier call that are no JSON object were wrapped in one.
    #[error(
        "arguments of the call {0} are no JSON object and were wrapped as {{\"arguments\": …}}"
    )]
    Arguments(String),
    /// A tool of a kind that the target does not have.
    #[error("the tool {0} was left out: its kind is not known there")]
    Tool(String),
    /// A tool of free text was offered as a function with one argument.
    #[error("the custom tool {0} was offered as a function with one text")]
    CustomTool(String),
}
