//! What a fake does with a request that it found no fault with.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use super::vendor::Ask;

mod parts;

pub(super) use parts::Part;
pub use parts::{Break, Piece, Point, Reply, Usage};

/// The course of one answer. Built by [`Script::text`] and its like, then refined.
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) act: Act,
    pub(super) pace: Duration,
    pub(super) cut: Option<usize>,
    pub(super) crlf: bool,
    pub(super) comments: bool,
    pub(super) gzip: bool,
    pub(super) end_mark: bool,
    pub(super) broken: Option<(Point, Break)>,
    pub(super) headers: Vec<(String, String)>,
}

/// The substance of an answer.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Reply(Reply),
    Status(StatusCode, Body),
    Choose(Choose),
}

/// A script that looks at the request first.
#[derive(Clone)]
pub(super) struct Choose(pub(super) Arc<dyn Fn(&Ask) -> Script + Send + Sync>);

impl fmt::Debug for Choose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Choose")
    }
}

/// The body of a scripted status.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// The service's own error shape with this text.
    Official(String),
    Bytes(Vec<u8>, &'static str),
}

impl Script {
    fn new(act: Act) -> Self {
        Self {
            act,
            pace: Duration::ZERO,
            cut: None,
            crlf: false,
            comments: false,
            gzip: false,
            end_mark: true,
            broken: None,
            headers: Vec::new(),
        }
    }

    /// Says `text`, streamed word by word.
    pub fn text(text: &str) -> Self {
        Self::new(Act::Reply(Reply::default())).then_text(text)
    }

    /// Says the same word so many times, a content event each.
    pub fn words(count: usize) -> Self {
        let words = (0..count).map(|n| format!("w{n} ")).collect();
        Self::new(Act::Reply(Reply {
            pieces: vec![Piece::Text(words)],
            ..Reply::default()
        }))
    }

    /// Calls a tool.
    pub fn tool(id: &str, name: &str, arguments: &str) -> Self {
        Self::new(Act::Reply(Reply::default())).then_tool(id, name, arguments)
    }

    /// Thinks first.
    pub fn thinking(thought: &str) -> Self {
        Self::new(Act::Reply(Reply::default())).then(Piece::Thinking(thought.to_owned()))
    }

    /// Declines to answer.
    pub fn refusal(text: &str) -> Self {
        let mut script =
            Self::new(Act::Reply(Reply::default())).then(Piece::Refusal(text.to_owned()));
        script.reply_mut().stop = Some("refusal");
        script
    }

    /// Answers with a status and the service's own error body.
    pub fn status(status: u16) -> Self {
        Self::error(status, &format!("scripted {status}"))
    }

    /// Answers with a status and the service's own error body, saying `message`.
    pub fn error(status: u16, message: &str) -> Self {
        Self::new(Act::Status(
            code(status),
            Body::Official(message.to_owned()),
        ))
    }

    /// Answers with a status and exactly this JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        let bytes = body.to_string().into_bytes();
        Self::new(Act::Status(
            code(status),
            Body::Bytes(bytes, "application/json"),
        ))
    }

    /// Answers with a status and a page of HTML, as a CDN does.
    pub fn html(status: u16) -> Self {
        let page = format!("<html><head><title>{status}</title></head><body>edge</body></html>");
        Self::new(Act::Status(
            code(status),
            Body::Bytes(page.into_bytes(), "text/html"),
        ))
    }

    /// Answers with a status and nothing else.
    pub fn empty(status: u16) -> Self {
        Self::new(Act::Status(code(status), Body::Bytes(Vec::new(), "")))
    }

    /// Looks at the request, then does what it returns.
    pub fn choose(by: impl Fn(&Ask) -> Self + Send + Sync + 'static) -> Self {
        Self::new(Act::Choose(Choose(Arc::new(by))))
    }

    /// Reads the request and never answers.
    pub fn hang() -> Self {
        Self::text("never").breaks(Point::BeforeHeaders, Break::Hang)
    }

    /// Adds text.
    #[must_use]
    pub fn then_text(self, text: &str) -> Self {
        let words = text.split_inclusive(' ').map(str::to_owned).collect();
        self.then(Piece::Text(words))
    }

    /// Adds a tool call.
    #[must_use]
    pub fn then_tool(self, id: &str, name: &str, arguments: &str) -> Self {
        self.then(Piece::ToolCall(
            id.to_owned(),
            name.to_owned(),
            arguments.to_owned(),
        ))
    }

    fn then(mut self, piece: Piece) -> Self {
        self.reply_mut().pieces.push(piece);
        self
    }

    fn reply_mut(&mut self) -> &mut Reply {
        match &mut self.act {
            Act::Reply(reply) => reply,
            other => panic!("a script that replies was expected, not {other:?}"),
        }
    }

    /// Stops for this reason (Anthropic's word).
    #[must_use]
    pub fn stop(mut self, reason: &'static str) -> Self {
        self.reply_mut().stop = Some(reason);
        self
    }

    /// Costs this much.
    #[must_use]
    pub fn usage(mut self, usage: Usage) -> Self {
        self.reply_mut().usage = usage;
        self
    }

    /// Waits before each chunk.
    #[must_use]
    pub fn pace(mut self, each: Duration) -> Self {
        self.pace = each;
        self
    }

    /// Cuts the body every so many bytes, wherever that falls.
    #[must_use]
    pub fn bytes(mut self, each: usize) -> Self {
        self.cut = Some(each);
        self
    }

    /// Ends lines with CR LF.
    #[must_use]
    pub fn crlf(mut self) -> Self {
        self.crlf = true;
        self
    }

    /// Puts a comment before each event.
    #[must_use]
    pub fn comments(mut self) -> Self {
        self.comments = true;
        self
    }

    /// Compresses, if the request accepts it.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.gzip = true;
        self
    }

    /// Leaves out `[DONE]`, which some relays do (`OpenAI`'s format only).
    #[must_use]
    pub fn without_end_mark(mut self) -> Self {
        self.end_mark = false;
        self
    }

    /// Breaks there, in that way.
    #[must_use]
    pub fn breaks(mut self, point: Point, how: Break) -> Self {
        self.broken = Some((point, how));
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).expect("a status")
}
