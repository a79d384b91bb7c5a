//! Whole answers, and what both forms of an answer share: why it ended, and what it cost.

use std::borrow::Cow;

use chat::{
    Dialect, Foreign, Loss, Part, Reply, Role, Signature, Stop, StopReason, Thinking, ToolCall,
    ToolKind, Usage,
};
use serde::Deserialize;

use super::block;
use super::json::Object;
use super::piece::{Input, Piece, write_list};
use super::seal::{self, Owner};
use super::wire::{Content, Fields, plain};
use crate::Malformed;
use crate::names::Names;
use crate::translate::Back;

const OWN: Dialect = Dialect::Anthropic;

/// Token counts, of an answer or so far.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct Counts {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    output_tokens_details: Option<Details>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct Details {
    thinking_tokens: Option<u64>,
}

impl Counts {
    /// Later counts hold for the whole answer; what they do not say stays.
    pub(super) fn onto(self, usage: &mut Usage) {
        let thinking = self
            .output_tokens_details
            .and_then(|one| one.thinking_tokens);
        for (count, field) in [
            (self.input_tokens, &mut usage.input),
            (self.output_tokens, &mut usage.output),
            (self.cache_read_input_tokens, &mut usage.cache_read),
            (self.cache_creation_input_tokens, &mut usage.cache_write),
            (thinking, &mut usage.reasoning),
        ] {
            if let Some(count) = count {
                *field = count;
            }
        }
    }
}

/// Reads an upstream's answer.
///
/// # Errors
/// It is not of the dialect.
pub(crate) fn read(body: &[u8]) -> Result<Reply, Malformed> {
    let mut fields: Fields<'_> = serde_json::from_slice(body)
        .map_err(|error| Malformed::new(format!("the answer is cut or no JSON object: {error}")))?;
    if fields.kind().as_deref() == Some("error") {
        let error = crate::read_error(body).unwrap_or_default();
        return Err(Malformed::new(format!(
            "the answer is an error: {}",
            error.message
        )));
    }
    let content = fields
        .take_raw("content")
        .ok_or_else(|| Malformed::new("the answer has no content"))?;
    let content: Content<'_> = serde_json::from_str(content.get())
        .map_err(|error| Malformed::new(format!("the answer's content: {}", plain(&error))))?;
    let mut field = |name: &str| fields.take::<String>(name, "").map_err(broken);
    let (id, model, word, sequence) = (
        field("id")?,
        field("model")?,
        field("stop_reason")?,
        field("stop_sequence")?,
    );
    let usage = fields.take::<Counts>("usage", "").map_err(broken)?;
    for known in ["type", "role"] {
        fields.take_raw(known);
    }
    Ok(Reply {
        id,
        model,
        created: None,
        parts: block::read_all(content, Role::Assistant, "content").map_err(broken)?,
        stop: word.map(|word| stop(&word, sequence)),
        usage: usage.map(|counts| {
            let mut usage = Usage::default();
            counts.onto(&mut usage);
            usage
        }),
        extra: Foreign::fields(OWN, fields.into_map()),
    })
}

fn broken(invalid: crate::Invalid) -> Malformed {
    Malformed::new(format!("the answer is not of its dialect: {invalid}"))
}

/// Why an answer ended.
pub(super) fn stop(word: &str, sequence: Option<String>) -> Stop {
    let reason = match word {
        "end_turn" => StopReason::EndTurn,
        "max_tokens" => StopReason::MaxTokens,
        "stop_sequence" => StopReason::StopSequence,
        "tool_use" => StopReason::ToolUse,
        "refusal" => StopReason::Refusal,
        "pause_turn" => StopReason::Pause,
        "model_context_window_exceeded" => StopReason::ContextFull,
        other => StopReason::Other(other.to_owned()),
    };
    Stop { reason, sequence }
}

/// The word for why an answer ended. Clients act on calls by it, so an answer that calls and just ends says so; a
/// word of another dialect is an end.
pub(super) fn stop_word(stop: Option<&Stop>, calls: bool) -> &'static str {
    match stop.map(|stop| &stop.reason) {
        Some(StopReason::MaxTokens) => "max_tokens",
        Some(StopReason::StopSequence) => "stop_sequence",
        Some(StopReason::ToolUse) => "tool_use",
        Some(StopReason::Refusal) => "refusal",
        Some(StopReason::Pause) => "pause_turn",
        Some(StopReason::ContextFull) => "model_context_window_exceeded",
        Some(StopReason::EndTurn | StopReason::Other(_)) | None if calls => "tool_use",
        Some(StopReason::EndTurn | StopReason::Other(_)) | None => "end_turn",
    }
}

/// Writes token counts.
pub(super) fn write_usage(usage: Usage, out: &mut Vec<u8>) {
    let mut object = Object::open(out);
    object.put("input_tokens", &usage.input);
    object.put("cache_creation_input_tokens", &usage.cache_write);
    object.put("cache_read_input_tokens", &usage.cache_read);
    object.put("output_tokens", &usage.output);
    if usage.reasoning > 0 {
        let mut details = Object::open(object.at("output_tokens_details"));
        details.put("thinking_tokens", &usage.reasoning);
        details.close();
    }
    object.close();
}

/// The answer's id: the upstream's, or one of this exchange.
pub(super) fn id<'a>(given: Option<&'a str>, back: &str) -> Cow<'a, str> {
    given.map_or_else(|| Cow::Owned(format!("msg_{back}")), Cow::Borrowed)
}

/// Writes an answer for a client.
pub(crate) fn write(reply: &Reply, back: &Back) -> (Vec<u8>, Vec<Loss>) {
    let mut losses = Vec::new();
    let mut pieces = Vec::with_capacity(reply.parts.len());
    for part in &reply.parts {
        lower(part, &mut pieces, &mut losses);
    }
    let calls = pieces
        .iter()
        .any(|piece| matches!(piece, Piece::Call { .. }));
    let mut out = Vec::with_capacity(1024);
    let mut body = Object::open(&mut out);
    body.put("id", &id(reply.id.as_deref(), &back.id));
    body.put("type", "message");
    body.put("role", "assistant");
    body.put(
        "model",
        reply.model.as_deref().unwrap_or(&back.request.model),
    );
    write_list(body.at("content"), &pieces);
    body.put("stop_reason", stop_word(reply.stop.as_ref(), calls));
    let sequence = reply
        .stop
        .as_ref()
        .and_then(|stop| stop.sequence.as_deref());
    body.put("stop_sequence", &sequence);
    write_usage(reply.usage.unwrap_or_default(), body.at("usage"));
    if let Some(extra) = reply.extra.as_ref().and_then(|extra| extra.fields_of(OWN)) {
        body.put_all(
            extra,
            &[
                "id",
                "type",
                "role",
                "model",
                "content",
                "stop_reason",
                "stop_sequence",
                "usage",
            ],
        );
    }
    body.close();
    (out, losses)
}

/// A part of an answer as blocks; its foreign seal stands before it.
fn lower<'a>(part: &'a Part, pieces: &mut Vec<Piece<'a>>, losses: &mut Vec<Loss>) {
    match part {
        Part::Text(text) if text.text.is_empty() => {
            // Clients send texts without words back, and the API refuses them.
            keep(text.signature.as_ref(), Owner::EmptyText, pieces);
        }
        Part::Text(text) => {
            keep(text.signature.as_ref(), Owner::Next, pieces);
            let extra = text.extra.as_ref();
            pieces.push(Piece::Text {
                text: Cow::Borrowed(&text.text),
                cache: None,
                extra: extra.and_then(|extra| extra.fields_of(OWN)),
            });
        }
        Part::Refusal(text) => pieces.push(Piece::Text {
            text: Cow::Borrowed(text),
            cache: None,
            extra: None,
        }),
        Part::Thinking(thought) => pieces.extend(thinking(thought)),
        Part::ToolCall(one) => {
            keep(one.signature.as_ref(), Owner::Next, pieces);
            pieces.push(call(one, losses));
        }
        Part::Foreign(own) if own.dialect == OWN => pieces.push(Piece::Foreign(&own.value)),
        Part::Foreign(foreign) => losses.push(super::request::foreign_loss(foreign)),
        Part::Image(_) => losses.push(lost_media("image")),
        Part::Document(_) => losses.push(lost_media("document")),
        Part::Audio(_) => losses.push(lost_media("audio")),
        Part::ToolResult(_) => losses.push(Loss::Field("tool_result".to_owned())),
    }
}

const fn lost_media(kind: &'static str) -> Loss {
    Loss::Media {
        kind,
        why: "the model's turns take none there",
    }
}

fn keep(signature: Option<&Signature>, owner: Owner, pieces: &mut Vec<Piece<'_>>) {
    if let Some(signature) = signature.filter(|one| one.dialect != OWN) {
        pieces.push(Piece::Redacted(seal::kept(signature, owner).into()));
    }
}

fn thinking(thought: &Thinking) -> Option<Piece<'_>> {
    let signature = thought.signature.as_ref();
    if thought.redacted {
        return Some(Piece::Redacted(seal::thought(Some(signature?))));
    }
    if thought.text.is_empty() && signature.is_none() {
        return None;
    }
    Some(Piece::Thinking {
        text: &thought.text,
        signature: seal::thought(signature),
    })
}

fn call<'a>(call: &'a ToolCall, losses: &mut Vec<Loss>) -> Piece<'a> {
    let input = if call.kind == ToolKind::Custom {
        Input::Text(Names::CUSTOM_INPUT, &call.arguments)
    } else {
        let (input, wrapped) = Input::of(&call.arguments);
        if wrapped {
            losses.push(Loss::Arguments(call.id.clone()));
        }
        input
    };
    Piece::Call {
        id: Cow::Borrowed(&call.id),
        name: &call.name,
        input,
        cache: None,
        extra: call.extra.as_ref().and_then(|extra| extra.fields_of(OWN)),
    }
}

#[cfg(test)]
mod tests;
