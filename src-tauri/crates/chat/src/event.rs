//! An answer piece by piece.
//!
//! The grammar, which every reader keeps and every writer may rely on: `Start`, then for each part `Open`, any `Delta`s
//! and `Close` (parts may not overlap; their indexes count up from 0 without gaps), `Usage` anywhere after `Start`,
//! then `Stop`, then `End`. `Error` may stand anywhere and is the last. A stream that was cut has no `End`.
//!
//! Texts are borrowed from the bytes they were read from, so that a chunk passes without a copy of its own.

use std::borrow::Cow;

use crate::{Signature, Stop, ToolKind, Usage};

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<'a> {
    /// The answer begins. Says nothing that a client could show.
    Start {
        /// The upstream's id of the answer.
        id: Option<Cow<'a, str>>,
        /// The model that answers, as it calls itself.
        model: Option<Cow<'a, str>>,
        /// When, in seconds since 1970.
        created: Option<i64>,
    },
    /// A part begins.
    Open {
        /// Its place in the answer.
        index: u32,
        /// What it is.
        part: Opened<'a>,
    },
    /// More of the part that is open.
    Delta(Delta<'a>),
    /// The open part is whole.
    Close {
        /// Its place in the answer.
        index: u32,
    },
    /// What it cost so far; the last one counts.
    Usage(Usage),
    /// Why it ended.
    Stop(Stop),
    /// The terminal event.
    End,
    /// The upstream's error event.
    Error(StreamError),
}

/// What a part is.
#[derive(Debug, Clone, PartialEq)]
pub enum Opened<'a> {
    /// Words.
    Text,
    /// A thought.
    Thinking {
        /// Its words are withheld: only a signature will come.
        redacted: bool,
        /// The item's id, for its own dialect only.
        id: Option<Cow<'a, str>>,
    },
    /// The model declines, in words.
    Refusal,
    /// A call of a tool.
    ToolCall {
        /// The call's id.
        id: Cow<'a, str>,
        /// The tool.
        name: Cow<'a, str>,
        /// What kind of tool.
        kind: ToolKind,
        /// The item's own id, for its own dialect only.
        item_id: Option<Cow<'a, str>>,
    },
    /// A piece that only one dialect knows, whole; no deltas follow.
    Foreign(crate::Foreign),
}

/// More of the open part.
#[derive(Debug, Clone, PartialEq)]
pub enum Delta<'a> {
    /// Words, of a text, a thought or a refusal.
    Text(Cow<'a, str>),
    /// A piece of the JSON text of a call's arguments (of the free text of a custom tool's input).
    Arguments(Cow<'a, str>),
    /// The seal of the part; comes at most once.
    Signature(Signature),
    /// Something that only one dialect knows (a citation).
    Foreign(crate::Foreign),
}

/// An error that came in the stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamError {
    /// The upstream's words.
    pub message: String,
    /// `type` or `status` on the wire.
    pub kind: Option<String>,
    /// `code` on the wire, a word or a number.
    pub code: Option<String>,
}

impl Event<'_> {
    /// Whether a client could show it, or must act on it: from here on there is no other account.
    ///
    /// An opened call or foreign part is content; an opened text or thought is not before it has words.
    pub fn is_content(&self) -> bool {
        match self {
            Self::Open { part, .. } => matches!(part, Opened::ToolCall { .. } | Opened::Foreign(_)),
            Self::Delta(Delta::Text(text) | Delta::Arguments(text)) => !text.is_empty(),
            Self::Delta(Delta::Signature(_) | Delta::Foreign(_)) => true,
            _ => false,
        }
    }
}
