//! What a vendor brings to the common server: its keys, its rules, its way to answer.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::Value;

use super::Received;
use super::script::{Part, Script};

/// One upstream service, as far as it differs from the others.
pub trait Vendor: Default + Send + Sync + 'static {
    /// Models known from the start.
    const MODELS: &'static [&'static str];
    /// Top-level request fields that the service knows on its chat endpoint.
    const FIELDS: &'static [&'static str];

    /// The key that a request shows, or the refusal of a request without one.
    ///
    /// # Errors
    /// The service's 401.
    fn key(&self, request: &Received) -> Result<String, Refusal>;

    /// The refusal of a key that is not known.
    fn wrong_key(&self, key: &str) -> Refusal;

    /// Judges the request as the service would.
    ///
    /// # Errors
    /// The service's refusal.
    fn judge(&self, request: &Received, known: &Known) -> Result<Ask, Refusal>;

    /// Writes the scripted answer in the service's format.
    fn render(&self, ask: &Ask, script: &Script, serial: u64) -> Rendered;

    /// An error body in the service's shape.
    fn error(&self, status: StatusCode, message: &str) -> Value;

    /// The event by which the service ends a stream that has failed.
    fn error_event(&self, message: &str) -> String;

    /// Headers that every answer of the service has.
    fn headers(&self, serial: u64) -> Vec<(&'static str, String)>;
}

/// What this fake knows beyond its rules.
#[derive(Clone, Debug)]
pub struct Known {
    /// Models that exist for every key.
    pub models: BTreeSet<String>,
    /// Fields accepted beyond the vendor's own: "a field of tomorrow".
    pub extra_fields: BTreeSet<String>,
}

/// A request that was accepted, in the words that rendering needs.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Which endpoint.
    pub kind: Kind,
    /// The model asked for; empty for lists.
    pub model: String,
    /// Whether a stream was asked for.
    pub stream: bool,
    /// Whether a stream is to report usage.
    pub usage: bool,
    /// The body, `Null` for a GET.
    pub body: Value,
}

/// The endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chat completions, messages.
    Chat,
    /// `OpenAI`'s responses.
    Responses,
    /// `OpenAI`'s embeddings.
    Embeddings,
    /// Anthropic's count of input tokens.
    CountTokens,
    /// The list of models.
    Models,
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
    /// Server-sent events, each with its closing blank line.
    Events(Vec<(Part, String)>),
}
