//! Errors on the wire: what an upstream said, what a client is told, and what is wrong with a body.
//!
//! Clients are answered in their own dialect; the shapes are those of the vendors' error references
//! (OpenAI `{"error":{…}}`, Anthropic `{"type":"error","error":{…}}`, Gemini `google.rpc.Status`).

mod read;
mod write;

pub(crate) use read::from_value as error_from_value;
pub use read::{UpstreamError, read_error};
pub use write::{ARRAY_KEEP_ALIVE, keep_alive, write_array_fault, write_fault, write_stream_fault};

/// The client's body is not of its dialect: a 400 with the path of the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", At(path))]
pub struct Invalid {
    /// The field at fault, as `messages[2].content`; empty for the whole body.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

/// The upstream's answer is not of its dialect, or was cut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Malformed {
    /// What is wrong with it.
    pub message: String,
}

/// What kind of answer a client gets instead of the one it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The request is at fault.
    InvalidRequest,
    /// The local key is missing or wrong.
    Authentication,
    /// The request may not be made from where it comes.
    Permission,
    /// There is no such path or model.
    NotFound,
    /// The body is over the limit.
    TooLarge,
    /// Everybody rests; it says when to come again.
    RateLimited,
    /// Nobody is left.
    Overloaded,
    /// The upstream failed.
    Upstream,
    /// The upstream was silent for too long.
    Timeout,
    /// The way from this dialect to that upstream is not spoken.
    Unsupported,
}

/// An error for a client, in no dialect's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The HTTP status.
    pub status: u16,
    /// Its kind, from which each dialect takes its own type.
    pub kind: FaultKind,
    /// What happened and what to do, for people.
    pub message: String,
    /// A more exact code, where there is one (`invalid_api_key`, `model_not_found`).
    pub code: Option<String>,
    /// The field at fault.
    pub param: Option<String>,
    /// The request's id, the same as in `x-request-id`.
    pub request_id: String,
}

impl Invalid {
    /// A fault of one field.
    pub fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
        }
    }
}

impl Malformed {
    /// An answer that is at fault in this way.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

/// A path before its message, where there is one.
struct At<'a>(&'a str);

impl std::fmt::Display for At<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            "" => Ok(()),
            path => write!(f, "{path}: "),
        }
    }
}

#[cfg(test)]
mod tests;
