//! What a frame or a whole reply says of usage, content, the end and errors; read from borrowed bytes, per dialect.

mod anthropic;
mod gemini;
mod openai_chat;
mod openai_responses;

use chat::Usage;
use serde::Deserialize;

use super::lenient::Count;
use crate::{Dialect, Malformed, UpstreamError};

/// The most of an unreadable error event that is quoted, in bytes.
const MOST_QUOTED: usize = 500;

/// What a frame says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Something that a client could show.
    pub(super) content: bool,
    /// It is the terminal event.
    pub(super) end: bool,
    /// It gives the reason of the end.
    pub(super) stopped: bool,
    pub(super) usage: Option<Counts>,
    pub(super) error: Option<UpstreamError>,
}

/// Counts as far as one frame gives them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    input: Option<u64>,
    output: Option<u64>,
    cache_read: Option<u64>,
    cache_write: Option<u64>,
    reasoning: Option<u64>,
}

/// What a whole reply says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) usage: Option<Counts>,
    pub(super) error: Option<UpstreamError>,
}

impl Counts {
    /// These counts, and those before where these say nothing. (Anthropic gives a part at the begin and a part at the
    /// end; some relays write zeros in place of what they do not know.)
    pub(super) fn over(self, before: Option<Usage>) -> Usage {
        let before = before.unwrap_or_default();
        let newer = |count: Option<u64>, old| count.filter(|count| *count > 0).unwrap_or(old);
        Usage {
            input: newer(self.input, before.input),
            output: newer(self.output, before.output),
            cache_read: newer(self.cache_read, before.cache_read),
            cache_write: newer(self.cache_write, before.cache_write),
            reasoning: newer(self.reasoning, before.reasoning),
            estimated: false,
        }
    }

    /// Counts whose `sent` includes what was read from a cache or written to it.
    fn with_caches_in(sent: Count, read: Count, written: Count, output: Count) -> Self {
        let cached = read
            .0
            .unwrap_or_default()
            .saturating_add(written.0.unwrap_or_default());
        Self {
            input: sent.0.map(|sent| sent.saturating_sub(cached)),
            output: output.0,
            cache_read: read.0,
            cache_write: written.0,
            reasoning: None,
        }
    }
}

/// Reads one event: its name, where it has one, and its data.
pub(super) fn event(dialect: Dialect, name: Option<&str>, data: &[u8]) -> Facts {
    if name == Some("error") {
        return Facts {
            error: Some(error_of(data)),
            ..Facts::default()
        };
    }
    match dialect {
        Dialect::OpenaiChat => openai_chat::event(data),
        Dialect::OpenaiResponses => openai_responses::event(name, data),
        Dialect::Anthropic => anthropic::event(name, data),
        Dialect::Gemini | Dialect::Kiro => gemini::event(data),
    }
}

/// Reads a whole reply.
pub(super) fn reply(dialect: Dialect, body: &[u8]) -> Result<Whole, Malformed> {
    match dialect {
        Dialect::OpenaiChat => openai_chat::reply(body),
        Dialect::OpenaiResponses => openai_responses::reply(body),
        Dialect::Anthropic => anthropic::reply(body),
        Dialect::Gemini | Dialect::Kiro => gemini::reply(body),
    }
}

/// An error event, or an error where a reply was expected: in whatever shape it came.
fn error_of(data: &[u8]) -> UpstreamError {
    crate::read_error(data).unwrap_or_else(|| UpstreamError {
        message: String::from_utf8_lossy(data.get(..MOST_QUOTED).unwrap_or(data)).into_owned(),
        ..UpstreamError::default()
    })
}

/// Reads an event's JSON. One that is none says nothing here: clients see it as it is.
fn json<'a, T: Deserialize<'a> + Default>(data: &'a [u8]) -> T {
    serde_json::from_slice(data).unwrap_or_default()
}

/// Reads a whole reply's JSON.
fn whole<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Malformed> {
    serde_json::from_slice(body)
        .map_err(|error| Malformed::new(format!("the answer is cut or no JSON object: {error}")))
}

/// An object, but not one of the dialect.
fn not_a_reply(lacks: &str) -> Malformed {
    Malformed::new(format!("the answer has no `{lacks}`"))
}
