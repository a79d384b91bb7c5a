//! Reads a copy of an upstream's answer as it passes by.
//!
//! - [`Tap`]: beside a stream; [`read_facts`]: of a whole reply.
//! - `framing`, `elements`: a stream's frames, and the elements of Gemini's array form.
//! - `boring`: which frames need not be read once content has begun.
//! - `messages`: Kiro's stream, which is read as a translation reads it.
//! - `read`: what a frame or a reply says, per dialect, read from borrowed bytes.

mod boring;
mod elements;
mod framing;
mod lenient;
mod messages;
mod read;

use chat::Usage;

pub(crate) use self::elements::Elements;
use self::framing::Framing;
use self::messages::{Messages, Said};
use self::read::Facts;
use crate::{Dialect, Malformed, UpstreamError, sse};

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
    pub usage: Option<Usage>,
    /// Its error, where it is one.
    pub error: Option<UpstreamError>,
}

/// A reader beside a stream.
///
/// Until the first content every frame is read; from then on only those that may tell of usage, the end or an error.
/// What is decided is decided by whole frames, so that any cut into chunks gives the same.
#[derive(Debug, Clone)]
pub struct Tap {
    dialect: Dialect,
    splitting: Splitting,
    state: State,
}

/// How the stream is made of pieces.
#[derive(Debug, Clone)]
enum Splitting {
    Events(Framing),
    /// Gemini without `alt=sse`: one JSON array.
    Array(Elements),
    /// Kiro: messages of an AWS event stream.
    Messages(Box<Messages>),
}

#[derive(Debug, Clone)]
struct State {
    progress: Progress,
    /// The reason of the end was given. In OpenAI Chat, `[DONE]` should follow and may be left out.
    stopped: bool,
    usage: Option<Usage>,
    error: Option<Box<UpstreamError>>,
}

impl Tap {
    /// A tap of a stream in this dialect.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            splitting: match dialect {
                Dialect::Kiro => Splitting::Messages(Box::default()),
                _ => Splitting::Events(Framing::default()),
            },
            state: State {
                progress: Progress::Lifecycle,
                stopped: false,
                usage: None,
                error: None,
            },
        }
    }

    /// Reads the next chunk, cut anywhere.
    pub fn scan(&mut self, chunk: &[u8]) -> Progress {
        if self.state.is_over(self.dialect) {
            return self.state.progress;
        }
        self.detect(chunk);
        let (dialect, state) = (self.dialect, &mut self.state);
        let kept = match &mut self.splitting {
            Splitting::Events(framing) => framing.split(chunk, |frame| {
                if state.progress == Progress::Lifecycle || !boring::is(dialect, frame) {
                    state.take_frame(dialect, frame.bytes);
                }
            }),
            Splitting::Array(elements) => elements.split(chunk, |element| {
                state.take(dialect, read::event(dialect, None, element));
            }),
            Splitting::Messages(messages) => {
                state.take_said(messages.scan(chunk));
                Ok(())
            }
        };
        if kept.is_err() {
            state.fail(UpstreamError {
                message: "an event of the stream is over 32 MiB".to_owned(),
                ..UpstreamError::default()
            });
        }
        state.progress
    }

    /// How far the stream has come.
    pub fn progress(&self) -> Progress {
        self.state.progress
    }

    /// The error event, if one was seen.
    pub fn error(&self) -> Option<&UpstreamError> {
        self.state.error.as_deref()
    }

    /// What the answer cost, as far as it has said.
    pub fn usage(&self) -> Option<Usage> {
        self.state.usage
    }

    /// How the stream ended, now that the upstream has closed it. A last frame may lack its blank line.
    pub fn finish(&mut self) -> Ending {
        match &mut self.splitting {
            Splitting::Events(framing) if !self.state.is_over(self.dialect) => {
                let rest = framing.take_rest();
                self.state.take_frame(self.dialect, &rest);
            }
            Splitting::Messages(messages) => self.state.take_said(messages.finish()),
            _ => {}
        }
        let state = &self.state;
        let closed = match &self.splitting {
            Splitting::Events(_) | Splitting::Messages(_) => true,
            Splitting::Array(elements) => elements.closed(),
        };
        if state.error.is_some() {
            Ending::Failed
        } else if closed && (state.progress == Progress::End || state.stopped) {
            Ending::Complete
        } else {
            Ending::Cut
        }
    }

    /// A Gemini stream whose first byte opens an array is one.
    fn detect(&mut self, chunk: &[u8]) {
        if let Splitting::Events(framing) = &self.splitting
            && self.dialect == Dialect::Gemini
            && framing.is_blank()
            && chunk.trim_ascii_start().starts_with(b"[")
        {
            self.splitting = Splitting::Array(Elements::default());
        }
    }
}

impl State {
    /// Whether nothing that follows can matter. Gemini tells of usage behind the reason of the end, too.
    fn is_over(&self, dialect: Dialect) -> bool {
        let ended = self.progress == Progress::End && dialect != Dialect::Gemini;
        ended || self.error.is_some()
    }

    fn take_frame(&mut self, dialect: Dialect, frame: &[u8]) {
        if self.is_over(dialect) {
            return;
        }
        if let Some(frame) = sse::parse(frame) {
            self.take(dialect, read::event(dialect, frame.event, &frame.data));
        } else if self.progress == Progress::Lifecycle
            && frame.trim_ascii_start().starts_with(b"{")
            && let Some(error) = crate::read_error(frame)
        {
            // Some relays answer a stream's request with a bare error body under the type of a stream.
            self.fail(error);
        }
    }

    fn take(&mut self, dialect: Dialect, facts: Facts) {
        if self.is_over(dialect) {
            return;
        }
        if let Some(usage) = facts.usage {
            self.usage = Some(usage.over(self.usage));
        }
        if let Some(error) = facts.error {
            self.fail(error);
            return;
        }
        self.stopped |= facts.stopped;
        let reached = if facts.end {
            Progress::End
        } else if facts.content {
            Progress::Content
        } else {
            Progress::Lifecycle
        };
        self.progress = self.progress.max(reached);
    }

    fn take_said(&mut self, said: Said) {
        self.usage = said.usage.or(self.usage);
        if let Some(error) = said.error {
            self.fail(error);
        }
        self.progress = said.progress.unwrap_or(self.progress).max(self.progress);
    }

    fn fail(&mut self, error: UpstreamError) {
        self.error.get_or_insert_with(|| Box::new(error));
    }
}

/// Reads a whole JSON reply.
///
/// # Errors
/// The body is cut or not a reply of the dialect.
pub fn read_facts(dialect: Dialect, body: &[u8]) -> Result<ReplyFacts, Malformed> {
    if dialect == Dialect::Kiro {
        return messages::whole(body);
    }
    let facts = read::reply(dialect, body)?;
    Ok(ReplyFacts {
        usage: facts.usage.map(|usage| usage.over(None)),
        error: facts.error,
    })
}

#[cfg(test)]
mod tests;
