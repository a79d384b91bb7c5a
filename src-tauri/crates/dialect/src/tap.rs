//! Reads a copy of an upstream's answer as it passes by.

use crate::{Dialect, Malformed, UpstreamError};

/// How far a stream has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// Nothing yet that a client could show.
    Lifecycle,
    /// The first content was seen: from here on there is no other account.
    Content,
    /// The terminal event was seen.
    End,
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// With its terminal event.
    Complete,
    /// Without one.
    Cut,
    /// With an error event.
    Failed,
}

/// What a whole reply says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplyFacts {
    /// What it cost, where it says so.
    pub usage: Option<chat::Usage>,
    /// Its error, where it is one.
    pub error: Option<UpstreamError>,
}

/// A reader beside a stream.
#[derive(Debug, Clone)]
pub struct Tap {
    progress: Progress,
}

impl Tap {
    /// A tap of a stream in this dialect.
    pub fn new(_: Dialect) -> Self {
        Self {
            progress: Progress::Lifecycle,
        }
    }
    /// Reads the next chunk, cut anywhere.
    pub fn scan(&mut self, _: &[u8]) -> Progress {
        self.progress
    }
    /// How far the stream has come.
    pub fn progress(&self) -> Progress {
        self.progress
    }
    /// The error event, if one was seen.
    pub fn error(&self) -> Option<&UpstreamError> {
        None
    }
    /// What the answer cost, as far as it has said.
    pub fn usage(&self) -> Option<chat::Usage> {
        None
    }
    /// How the stream ended, if it ends here.
    pub fn finish(&self) -> Ending {
        Ending::Cut
    }
}

/// Reads a whole JSON reply.
///
/// # Errors
/// The body is cut or not a reply of the dialect.
pub fn read_facts(_: Dialect, _: &[u8]) -> Result<ReplyFacts, Malformed> {
    Err(Malformed::new("not read"))
}
