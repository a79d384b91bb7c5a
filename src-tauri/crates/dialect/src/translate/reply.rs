//! A whole answer on its way back.

use chat::{Loss, Part, Reply, Usage};

use super::Back;
use crate::{Dialect, Malformed, anthropic, gemini, kiro, openai_chat, openai_responses};

/// An answer in the client's dialect.
#[derive(Debug, Clone, PartialEq)]
pub struct TranslatedReply {
    /// The body.
    pub body: Vec<u8>,
    /// What could not be said.
    pub losses: Vec<Loss>,
    /// What it cost, where the upstream says so.
    pub usage: Option<Usage>,
    /// What was said, for whoever keeps it.
    pub reply: Reply,
}

/// Translates a whole answer.
///
/// # Errors
/// The upstream's body is cut or not of its dialect: a call whose arguments are no JSON, too.
pub fn translate_reply(
    upstream: Dialect,
    client: Dialect,
    body: &[u8],
    back: &Back,
) -> Result<TranslatedReply, Malformed> {
    let mut reply = read_reply(upstream, body)?;
    let mut made = 0;
    for part in &mut reply.parts {
        if let Part::ToolCall(call) = part {
            if call.id.is_empty() {
                call.id = super::stream::made_id(&back.id, made);
                made += 1;
            }
            super::stream::told_back(call, &back.names)?;
        }
    }
    if reply.usage.is_none() {
        reply.usage = super::estimate::of_reply(upstream, client, &reply, back);
    }
    let (body, losses) = write_reply(client, &reply, back);
    Ok(TranslatedReply {
        body,
        losses,
        usage: reply.usage,
        reply,
    })
}

/// Reads an upstream's whole answer, tools' names as the upstream knows them.
///
/// # Errors
/// The body is cut or not of the dialect.
pub fn read_reply(upstream: Dialect, body: &[u8]) -> Result<Reply, Malformed> {
    match upstream {
        Dialect::OpenaiChat => openai_chat::reply::read(body),
        Dialect::OpenaiResponses => openai_responses::reply::read(body),
        Dialect::Anthropic => anthropic::reply::read(body),
        Dialect::Gemini => gemini::reply::read(body),
        Dialect::Kiro => kiro::reply::read(body),
    }
}

/// Writes a whole answer for a client; says what could not be said.
pub fn write_reply(client: Dialect, reply: &Reply, back: &Back) -> (Vec<u8>, Vec<Loss>) {
    let (body, losses) = match client {
        Dialect::OpenaiChat => openai_chat::reply::write(reply, back),
        Dialect::OpenaiResponses => openai_responses::reply::write(reply, back),
        Dialect::Anthropic => anthropic::reply::write(reply, back),
        Dialect::Gemini | Dialect::Kiro => gemini::reply::write(reply, back),
    };
    (body, super::unsaid::of_reply(losses, reply, client))
}
