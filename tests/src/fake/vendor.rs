//! What a vendor brings to the common server: its keys, its rules, its way to answer.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::Value;

use super::received::Received;
use super::script::{Part, Reply, Script};

/// One upstream service, as far as it differs from the others.
pub trait Vendor: Default + Send + Sync + 'static {
    /// Models known from the start.
    const MODELS: &'static [&'static str];

    /// The key that a request shows, or the refusal of a request without one.
    ///
    /// # Errors
    /// The service's 401.
    fn key(&self, request: &Received) -> Result<String, Refusal>;

    /// The refusal of a key that is not known.
    fn wrong_key(&self, request: &Received, key: &str) -> Refusal;

    /// Judges the request as the service would.
    ///
    /// # Errors
    /// The service's refusal.
    fn judge(&self, request: &Received, known: &Known) -> Result<Ask, Refusal>;

    /// Writes what the model says in the service's format.
    fn render(&self, ask: &Ask, reply: &Reply, script: &Script, serial: u64) -> Rendered;

    /// Answers what asks no model: lists, counts, embeddings.
    fn serve(&self, ask: &Ask, known: &Known) -> Value;

    /// An error body in the service's shape.
    fn error(&self, status: StatusCode, message: &str) -> Value;

    /// The event by which the service ends a stream that has failed.
    fn error_event(&self, ask: &Ask, message: &str) -> String;

    /// Headers that every answer of the service has.
    fn headers(&self, serial: u64) -> Vec<(&'static str, String)>;
}

/// What this fake knows beyond its rules.
#[derive(Clone, Debug)]
pub struct Known {
    /// Models that exist for every key.
    pub models: BTreeSet<String>,
    /// Top-level fields accepted beyond the vendor's own: "a field of tomorrow".
    pub extra_fields: BTreeSet<String>,
    /// Calls that a relay of the service's API does not have, by their path.
    pub lacking: BTreeSet<String>,
}

/// A request that was accepted, in the words that rendering needs.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Which endpoint.
    pub kind: Kind,
    /// The model asked for; empty for lists.
    pub model: String,
    /// Whether a stream was asked for, and how it is framed.
    pub stream: Framing,
    /// Whether a stream is to report usage.
    pub usage: bool,
    /// The body, `Null` for a GET.
    pub body: Value,
    /// What the conversation has come to.
    pub turn: Turn,
}

/// The end of a conversation, in no vendor's words, for scripts that choose by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// The text of the last message that a user wrote.
    pub text: String,
    /// Results of tools that came with the last message: the call's id or name, and the text.
    pub results: Vec<(String, String)>,
    /// Names of the tools that may be called.
    pub tools: Vec<String>,
    /// Images anywhere in the conversation.
    pub images: usize,
    /// Whether JSON of some schema was asked for.
    pub structured: bool,
}

/// How an answer is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// One document.
    Whole,
    /// Server-sent events.
    Events,
    /// A JSON array that grows (Gemini without `alt=sse`).
    Array,
}

/// The endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chat completions, messages, contents.
    Chat,
    /// `OpenAI`'s responses.
    Responses,
    /// Embeddings.
    Embeddings,
    /// The count of input tokens.
    CountTokens,
    /// The list of models.
    Models,
}

impl Kind {
    /// Whether a model answers it.
    pub(super) fn is_answered_by_a_model(self) -> bool {
        matches!(self, Self::Chat | Self::Responses)
    }
}

/// A refusal as the service words it.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Its status.
    pub status: StatusCode,
    /// Its body.
    pub body: Value,
}

impl Refusal {
    /// A refusal with this status and body.
    pub fn new(status: u16, body: Value) -> Self {
        Self {
            status: StatusCode::from_u16(status).expect("a status"),
            body,
        }
    }

    /// The text in `error.message`.
    pub fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }
}

/// An answer in the service's format.
#[derive(Debug)]
pub enum Rendered {
    /// One JSON document.
    Whole(Value),
    /// Server-sent events, each with its closing blank line; or pieces of a JSON array.
    Events(Vec<(Part, String)>),
}
