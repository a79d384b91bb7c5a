//! How a client takes a stream: as events, or as Gemini's other form, one JSON array that grows.

use dialect::{
    ARRAY_KEEP_ALIVE, Dialect, Fault, keep_alive, write_array_fault, write_fault,
    write_stream_fault,
};
use http::HeaderValue;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");

/// The form of what a client gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Its dialect.
    pub dialect: Dialect,
    /// Whether it is one JSON array (Gemini's `streamGenerateContent` without `alt=sse`).
    pub array: bool,
}

impl From<Dialect> for Form {
    fn from(dialect: Dialect) -> Self {
        Self {
            dialect,
            array: false,
        }
    }
}

impl Form {
    /// What keeps a silent stream open.
    pub const fn keep_alive(self) -> &'static [u8] {
        if self.array {
            ARRAY_KEEP_ALIVE
        } else {
            keep_alive(self.dialect)
        }
    }

    /// The end of a stream that has failed; `begun` is whether the client has got any of it.
    pub fn broken(self, fault: &Fault, begun: bool) -> Vec<u8> {
        if self.array {
            write_array_fault(fault, begun)
        } else {
            write_stream_fault(self.dialect, fault)
        }
    }

    /// An error in place of an answer.
    pub fn error(self, fault: &Fault) -> Vec<u8> {
        if self.array {
            write_array_fault(fault, false)
        } else {
            write_fault(self.dialect, fault)
        }
    }

    /// The type of a stream.
    pub const fn content_type(self) -> HeaderValue {
        if self.array { JSON } else { EVENT_STREAM }
    }
}
