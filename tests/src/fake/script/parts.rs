//! What scripts are made of.

/// What the model says.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// In this order.
    pub pieces: Vec<Piece>,
    /// Why it stopped, in Anthropic's words; by default `tool_use` after tool calls, else `end_turn`.
    pub stop: Option<&'static str>,
    /// What it cost.
    pub usage: Usage,
}

/// One part of what the model says.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Text, in the portions in which it is streamed.
    Text(Vec<String>),
    /// Thinking, signed by the fake (Anthropic) or plain (`reasoning_content`).
    Thinking(String),
    /// A tool call: id, name, arguments as text (which may be broken on purpose).
    ToolCall(String, String, String),
    /// A refusal of the model to answer.
    Refusal(String),
}

/// Token counts, each apart from the others: `input` does not include what the cache gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it; the unit is tokens")]
pub struct Usage {
    pub input: u64,
    pub output: u64,
    pub cache_read: u64,
    pub cache_write: u64,
    pub reasoning: u64,
}

impl Default for Usage {
    fn default() -> Self {
        Self {
            input: 11,
            output: 7,
            cache_read: 0,
            cache_write: 0,
            reasoning: 0,
        }
    }
}

/// Where an answer breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// The request has been read, nothing is answered.
    BeforeHeaders,
    /// Status and headers are out, the body has not begun.
    AfterHeaders,
    /// Role, `message_start` and the like are out, but no content.
    AfterLifecycle,
    /// So many content events are out.
    AfterContent(usize),
    /// All content is out, but neither why it stopped nor what it cost.
    BeforeClosing,
    /// Everything but the end mark is out.
    BeforeEnd,
}

/// How an answer breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Nothing more comes, the connection stays.
    Hang,
    /// TCP reset.
    Reset,
    /// The connection is closed in the middle of the HTTP body.
    Cut,
    /// The HTTP body ends cleanly, as if all had been said.
    Eof,
    /// The service's own error event, then a clean end.
    Error,
}

/// What an event is, for [`Point`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Opens the stream and says nothing.
    Lifecycle,
    /// A piece of the answer.
    Content,
    /// After the answer: stop reason, usage.
    Closing,
    /// The terminal event.
    End,
}
