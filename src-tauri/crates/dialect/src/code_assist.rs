//! Gemini inside of Code Assist's envelope: what its own dialect says goes up and comes back as it is, one level deeper.
//!
//! The envelope is `{"model", "project", "request": {…}}`, an answer `{"response": {…}, "traceId", …}`; a stream is made
//! of such answers as server-sent events, without an end mark (google-gemini/gemini-cli:
//! `packages/core/src/code_assist/converter.ts`). Bytes inside of the envelope are never written anew.

mod stream;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

pub use stream::Unwrap;

use crate::Invalid;

/// What stands beside the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Envelope<'a> {
    /// The model, by its bare id.
    pub model: &'a str,
    /// The Google Cloud project that pays; an account without one sends none.
    pub project: Option<&'a str>,
    /// An id of the prompt, which the official client sends and others leave out.
    pub prompt_id: Option<&'a str>,
    /// The conversation: put into the request where that names none.
    pub session: Option<&'a str>,
}

/// A `generateContent` body in its envelope.
///
/// # Errors
/// The body is no JSON object.
pub fn wrap(body: &[u8], envelope: &Envelope<'_>) -> Result<Vec<u8>, Invalid> {
    let text = object(body)?;
    let mut out = Vec::with_capacity(body.len() + 160);
    out.extend_from_slice(br#"{"model":"#);
    json(&mut out, bare(envelope.model));
    for (name, value) in [
        (&br#","project":"#[..], envelope.project),
        (br#","user_prompt_id":"#, envelope.prompt_id),
    ] {
        if let Some(value) = value {
            out.extend_from_slice(name);
            json(&mut out, value);
        }
    }
    out.extend_from_slice(br#","request":"#);
    match envelope.session.filter(|_| !names_a_session(text)) {
        Some(session) => {
            let mut first = br#""session_id":"#.to_vec();
            json(&mut first, session);
            with_first(&mut out, text, &first);
        }
        None => out.extend_from_slice(text.as_bytes()),
    }
    out.push(b'}');
    Ok(out)
}

/// A `countTokens` body as Code Assist takes it: the model inside of the request, with its prefix, and the contents
/// alone. What else the body has to count (instructions, tools) cannot be said there.
///
/// # Errors
/// The body is no JSON object, or has no contents.
pub fn wrap_count(body: &[u8], model: &str) -> Result<Vec<u8>, Invalid> {
    #[derive(Deserialize)]
    struct Count<'a> {
        #[serde(borrow)]
        contents: Option<&'a RawValue>,
        #[serde(
            borrow,
            rename = "generateContentRequest",
            alias = "generate_content_request"
        )]
        whole: Option<Generate<'a>>,
    }
    #[derive(Deserialize)]
    struct Generate<'a> {
        #[serde(borrow)]
        contents: Option<&'a RawValue>,
    }
    let count: Count<'_> = serde_json::from_str(object(body)?)
        .map_err(|error| Invalid::at("", format!("the body is no request: {error}")))?;
    let contents = count
        .whole
        .and_then(|whole| whole.contents)
        .or(count.contents)
        .ok_or_else(|| Invalid::at("contents", "missing"))?;
    let mut out = Vec::with_capacity(body.len() + 80);
    out.extend_from_slice(br#"{"request":{"model":"#);
    json(&mut out, &format!("models/{}", bare(model)));
    out.extend_from_slice(br#","contents":"#);
    out.extend_from_slice(contents.get().as_bytes());
    out.extend_from_slice(b"}}");
    Ok(out)
}

/// An answer out of its envelope, without a copy. What is in none (an error, a count of tokens) comes back as it is.
pub fn unwrap_reply(body: &Bytes) -> Bytes {
    body.slice_ref(inner(body))
}

fn inner(body: &[u8]) -> &[u8] {
    #[derive(Deserialize)]
    struct Reply<'a> {
        #[serde(borrow)]
        response: &'a RawValue,
    }
    match serde_json::from_slice::<Reply<'_>>(body) {
        Ok(reply) if reply.response.get().starts_with('{') => reply.response.get().as_bytes(),
        _ => body,
    }
}

/// A model's bare id.
fn bare(model: &str) -> &str {
    model.strip_prefix("models/").unwrap_or(model)
}

/// The body as the text of one JSON object.
fn object(body: &[u8]) -> Result<&str, Invalid> {
    let raw: &RawValue = serde_json::from_slice(body)
        .map_err(|error| Invalid::at("", format!("the body is not JSON: {error}")))?;
    if raw.get().starts_with('{') {
        Ok(raw.get())
    } else {
        Err(Invalid::at("", "the body is no JSON object"))
    }
}

/// Whether a request names its session.
fn names_a_session(request: &str) -> bool {
    #[derive(Deserialize)]
    struct Session {
        #[serde(alias = "sessionId")]
        session_id: Option<IgnoredAny>,
    }
    serde_json::from_str::<Session>(request).is_ok_and(|one| one.session_id.is_some())
}

/// An object's text with one more member, the first.
fn with_first(out: &mut Vec<u8>, object: &str, member: &[u8]) {
    let rest = object.get(1..).unwrap_or_default();
    out.push(b'{');
    out.extend_from_slice(member);
    if !rest.trim_ascii_start().starts_with('}') {
        out.push(b',');
    }
    out.extend_from_slice(rest.as_bytes());
}

fn json(out: &mut Vec<u8>, text: &str) {
    // A text is always JSON, and a vector takes all bytes.
    let _ = serde_json::to_writer(out, text);
}

#[cfg(test)]
mod tests;
