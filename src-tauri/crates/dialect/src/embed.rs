//! Embeddings: from one dialect to another.
//!
//! - [`read_embed_request`], [`write_embed_request`]: the way up; [`translate_embed_reply`]: the way back.
//! - `openai`, `gemini`: the two wire formats; Anthropic has none.

mod gemini;
mod openai;

#[cfg(test)]
mod tests;

use chat::{Loss, Usage};

use crate::{Dialect, Invalid, Malformed};

/// What a client wants to have embedded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EmbedRequest {
    /// The model; Gemini's stands in the path, and the caller fills it in.
    pub model: String,
    /// The texts, each of which gets a vector.
    pub inputs: Vec<EmbedInput>,
    /// Whether the client asked for a list, even of one.
    pub listed: bool,
    /// How many numbers a vector is to have.
    pub dimensions: Option<u64>,
    /// Whether vectors are to come as base64 of their 32-bit floats (OpenAI's `encoding_format`).
    pub base64: bool,
    /// What they are for (Gemini's `taskType`).
    pub task: Option<String>,
    /// What else the client said, which only its own dialect knows.
    pub others: Vec<String>,
}

/// One text.
#[derive(Debug, Clone, PartialEq)]
pub enum EmbedInput {
    /// Its words.
    Text(String),
    /// Its tokens, as one vendor's models count them.
    Tokens(Vec<u64>),
}

/// A request as its upstream gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbedWritten {
    /// The body.
    pub body: Vec<u8>,
    /// Whether it asks for several vectors, which is another call in Gemini's API (`batchEmbedContents`).
    pub listed: bool,
    /// What could not be said.
    pub losses: Vec<Loss>,
}

/// The vectors.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EmbedReply {
    /// The model that made them, as it calls itself.
    pub model: Option<String>,
    /// One for each text, in order.
    pub vectors: Vec<Vec<f64>>,
    /// What it cost, where the upstream says so.
    pub usage: Option<Usage>,
}

/// Whether embeddings are spoken of in this dialect.
pub const fn has_embeddings(dialect: Dialect) -> bool {
    matches!(
        dialect,
        Dialect::OpenaiChat | Dialect::OpenaiResponses | Dialect::Gemini
    )
}

/// Reads a client's request: `/v1/embeddings`, or the body of `embedContent` or `batchEmbedContents`.
///
/// # Errors
/// The body is not of the dialect; says which field.
pub fn read_embed_request(client: Dialect, body: &[u8]) -> Result<EmbedRequest, Invalid> {
    match client {
        Dialect::OpenaiChat | Dialect::OpenaiResponses => openai::read(body),
        Dialect::Gemini => gemini::read(body),
        Dialect::Anthropic | Dialect::Kiro => Err(Invalid::at("", NONE)),
    }
}

/// Writes a request for an upstream that calls the model so.
///
/// # Errors
/// The upstream has no words for it: it takes no tokens, or has no embeddings at all.
pub fn write_embed_request(
    upstream: Dialect,
    request: &EmbedRequest,
    model: &str,
) -> Result<EmbedWritten, Invalid> {
    match upstream {
        Dialect::OpenaiChat | Dialect::OpenaiResponses => Ok(openai::write(request, model)),
        Dialect::Gemini => gemini::write(request, model),
        Dialect::Anthropic | Dialect::Kiro => Err(Invalid::at("", NONE)),
    }
}

/// Translates an upstream's answer for the client of this request. Where it does not say what it cost, that is
/// estimated.
///
/// # Errors
/// The body is cut or not of its dialect, or there is not one vector for each text.
pub fn translate_embed_reply(
    upstream: Dialect,
    client: Dialect,
    body: &[u8],
    request: &EmbedRequest,
) -> Result<(Vec<u8>, EmbedReply), Malformed> {
    let mut reply = match upstream {
        Dialect::OpenaiChat | Dialect::OpenaiResponses => openai::read_reply(body)?,
        Dialect::Gemini => gemini::read_reply(body)?,
        Dialect::Anthropic | Dialect::Kiro => return Err(Malformed::new(NONE)),
    };
    let (got, wanted) = (reply.vectors.len(), request.inputs.len());
    if got != wanted {
        let text = format!("the answer holds {got} embeddings for {wanted} texts");
        return Err(Malformed::new(text));
    }
    reply.usage.get_or_insert_with(|| estimate(request));
    let body = match client {
        Dialect::Gemini => gemini::write_reply(&reply, request),
        _ => openai::write_reply(&reply, request),
    };
    Ok((body, reply))
}

const NONE: &str = "this dialect has no embeddings";

fn estimate(request: &EmbedRequest) -> Usage {
    let tokens = request.inputs.iter().map(|input| match input {
        EmbedInput::Text(text) => crate::estimate_text(text),
        EmbedInput::Tokens(tokens) => tokens.len() as u64,
    });
    Usage {
        input: tokens.sum(),
        estimated: true,
        ..Usage::default()
    }
}
