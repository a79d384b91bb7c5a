//! From one dialect to another: wire, neutral model, wire.
//!
//! - [`read_request`], [`write_request`]: the way up; [`read_count_request`]: where only tokens are to be counted.
//! - [`translate_reply`]: a whole answer on its way back; [`StreamTranslation`]: one piece by piece.
//! - [`EventReader`], [`EventWriter`]: its two halves, without what is between them.
//!
//! Dialects never meet each other: each reads into and writes from the neutral model only.

mod estimate;
mod facts;
mod reading;
mod reply;
mod stream;
mod unsaid;
mod writing;

use chat::{Loss, Request, Role};

pub use reading::EventReader;
pub use reply::{TranslatedReply, read_reply, translate_reply, write_reply};
pub use stream::StreamTranslation;
pub use writing::EventWriter;

use crate::names::Names;
use crate::{Dialect, Invalid, anthropic, gemini, kiro, openai_chat, openai_responses};

/// To whom a request is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What the upstream calls the model.
    pub model: String,
    /// Whether it is the vendor's own address, which takes what relays may not.
    pub official_host: bool,
    /// The limit of the answer where the dialect requires one and the client named none.
    pub default_max_tokens: u32,
}

/// A request as its upstream gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The body.
    pub body: Vec<u8>,
    /// What could not be said.
    pub losses: Vec<Loss>,
    /// How to read tools' names on the way back.
    pub names: Names,
}

/// What the way back needs of the way up.
#[derive(Debug, Clone)]
pub struct Back {
    /// The request, as it was read: some dialects repeat parts of it in their answers.
    pub request: std::sync::Arc<Request>,
    /// How to read tools' names.
    pub names: Names,
    /// A token that is unique to this exchange, of letters and digits: ids that the upstream did not give are made of it.
    pub id: String,
    /// Seconds since 1970, for answers whose upstream did not say when.
    pub created: i64,
    /// Tokens of the request, estimated, where the upstream will not tell them.
    pub asked: Option<u64>,
}

impl Back {
    /// Takes over a request that was written. Of its conversation only the beginning is kept, which answers may repeat: the
    /// rest would stand beside a stream for as long as that takes.
    pub fn new(
        (client, upstream): (Dialect, Dialect),
        mut request: Request,
        names: Names,
        id: String,
        created: i64,
    ) -> Self {
        let asked =
            estimate::is_due(upstream).then(|| crate::count::estimate_request(client, &request));
        let first = request.messages.first();
        let repeated = first.is_some_and(|message| message.role == Role::System);
        request.messages.truncate(usize::from(repeated));
        request.messages.shrink_to_fit();
        Self {
            request: std::sync::Arc::new(request),
            names,
            id,
            created,
            asked,
        }
    }
}

/// Whether a request of this client dialect can be written for an upstream of that one.
pub const fn can_translate(client: Dialect, upstream: Dialect) -> bool {
    // Every upstream can be written to, and only clients of Kiro cannot be read.
    !matches!((client, upstream), (Dialect::Kiro, _))
}

/// Reads a client's request.
///
/// # Errors
/// The body is not of the dialect; says which field. Gemini's body names no model: the caller fills it in.
pub fn read_request(client: Dialect, body: &[u8]) -> Result<Request, Invalid> {
    match client {
        Dialect::OpenaiChat => openai_chat::request::read(body),
        Dialect::OpenaiResponses => openai_responses::request::read(body),
        Dialect::Anthropic => anthropic::request::read(body),
        Dialect::Gemini => gemini::request::read(body),
        Dialect::Kiro => Err(Invalid::at("", "this dialect is spoken to upstreams only")),
    }
}

/// Reads a client's request for a count of tokens, which may lack what only an answer needs (Anthropic's `max_tokens`).
///
/// # Errors
/// As [`read_request`].
pub fn read_count_request(client: Dialect, body: &[u8]) -> Result<Request, Invalid> {
    match client {
        Dialect::Anthropic => anthropic::request::read_count(body),
        Dialect::Gemini => gemini::request::read_count(body),
        _ => read_request(client, body),
    }
}

/// Writes a request for an upstream. Always possible: what cannot be said is a [`Loss`].
pub fn write_request(upstream: Dialect, request: &Request, target: &Target) -> Written {
    let written = match upstream {
        Dialect::OpenaiChat => openai_chat::request::write(request, target),
        Dialect::OpenaiResponses => openai_responses::request::write(request, target),
        Dialect::Anthropic => anthropic::request::write(request, target),
        Dialect::Gemini => gemini::request::write(request, target),
        Dialect::Kiro => kiro::request::write(request, target),
    };
    Written {
        losses: unsaid::of_request(written.losses, request, upstream),
        ..written
    }
}

/// When an answer was made, in seconds since 1970; some relays write a fraction, and what is no time is none.
pub(crate) fn seconds(number: f64) -> Option<i64> {
    /// The last second of the year 9999.
    const LAST: f64 = 253_402_300_799.0;
    (0.0..=LAST).contains(&number).then_some(number as i64)
}
