//! How many tokens a request has, where the upstream cannot be asked.
//!
//! - `text`: of words; `media`: of pictures, documents and sound; `tools`: of what may be called.
//! - `asked`: where the upstream can be asked.

pub(crate) mod asked;
mod media;
mod text;
mod tools;

use chat::{AnswerFormat, Message, Part, Request, Role};
use serde_json::value::RawValue;

use crate::{Dialect, Invalid};

pub use asked::{counts_tokens, read_count, write_count, write_count_request};

/// What frames a turn, a call or a result. OpenAI's cookbook gives 3 for its models; the examples of Anthropic's page on
/// token counting leave as much.
const FRAME: u64 = 3;

/// What opens the answer (OpenAI's cookbook).
const OPENING: u64 = 3;

/// Tokens of a text of so many bytes, without reading it.
pub const fn rough_tokens(bytes: usize) -> u64 {
    bytes.div_ceil(4) as u64
}

/// Tokens of a text: mostly within a tenth of what `o200k_base` says for prose, code and JSON, within a quarter
/// for base64.
pub fn estimate_text(text: &str) -> u64 {
    text::estimate(text)
}

/// Tokens of a whole request, by the rules of its dialect's vendor.
///
/// # Errors
/// The body is not of the dialect; says which field.
pub fn estimate_tokens(dialect: Dialect, body: &[u8]) -> Result<u64, Invalid> {
    let inner = (dialect == Dialect::Gemini)
        .then(|| wrapped(body))
        .flatten();
    let request = crate::read_count_request(dialect, inner.map_or(body, str::as_bytes))?;
    Ok(estimate_request(dialect, &request))
}

/// Tokens of a request as a client of this dialect means it.
pub fn estimate_request(dialect: Dialect, request: &Request) -> u64 {
    let turn = last_turn(&request.messages);
    let messages = request.messages.iter().enumerate();
    let said: u64 = messages
        .map(|(at, message)| message_tokens(dialect, message, at >= turn))
        .sum();
    let format = match &request.format {
        Some(AnswerFormat::Schema { schema, .. }) => json(schema),
        _ => 0,
    };
    let opening = match dialect {
        Dialect::OpenaiChat | Dialect::OpenaiResponses => OPENING,
        _ => 0,
    };
    said + tools::tokens(dialect, &request.tools, request.tool_choice.as_ref()) + format + opening
}

/// `countTokens` of Gemini takes a whole request inside of a field, too.
fn wrapped(body: &[u8]) -> Option<&str> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wrapped<'a> {
        #[serde(borrow, alias = "generate_content_request")]
        generate_content_request: Option<&'a RawValue>,
    }
    let wrapped: Wrapped<'_> = serde_json::from_slice(body).ok()?;
    wrapped.generate_content_request.map(RawValue::get)
}

/// Where the turn begins that is being answered: behind it thoughts count, before it vendors leave them out.
fn last_turn(messages: &[Message]) -> usize {
    let asks = |message: &Message| {
        message.role == Role::User
            && message
                .parts
                .iter()
                .any(|part| !matches!(part, Part::ToolResult(_)))
    };
    messages.iter().rposition(asks).unwrap_or_default()
}

fn message_tokens(dialect: Dialect, message: &Message, current: bool) -> u64 {
    let name = message
        .name
        .as_deref()
        .map_or(0, |name| 1 + estimate_text(name));
    let parts: u64 = message
        .parts
        .iter()
        .map(|part| part_tokens(dialect, part, current))
        .sum();
    frame(dialect) + name + parts
}

/// Gemini's counts of plain messages leave nothing for a frame.
const fn frame(dialect: Dialect) -> u64 {
    match dialect {
        Dialect::Gemini | Dialect::Kiro => 0,
        Dialect::OpenaiChat | Dialect::OpenaiResponses | Dialect::Anthropic => FRAME,
    }
}

fn part_tokens(dialect: Dialect, part: &Part, current: bool) -> u64 {
    match part {
        Part::Text(text) => estimate_text(&text.text),
        Part::Refusal(text) => estimate_text(text),
        Part::Thinking(thinking) if current => estimate_text(&thinking.text),
        Part::Thinking(_) => 0,
        Part::Image(image) => media::image(dialect, image),
        Part::Document(document) => media::document(dialect, document),
        Part::Audio(audio) => media::audio(dialect, audio),
        Part::ToolCall(call) => FRAME + estimate_text(&call.name) + estimate_text(&call.arguments),
        Part::ToolResult(result) => {
            let content = result.content.iter();
            FRAME
                + content
                    .map(|part| part_tokens(dialect, part, current))
                    .sum::<u64>()
        }
        Part::Foreign(foreign) => json(&foreign.value),
    }
}

fn json(value: &serde_json::Value) -> u64 {
    estimate_text(&value.to_string())
}

#[cfg(test)]
mod tests;
