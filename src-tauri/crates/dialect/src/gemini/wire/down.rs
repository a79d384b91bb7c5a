//! An answer as it is written: its JSON piece by piece, straight into the bytes that go out.

use chat::{StopReason, ToolKind, Usage};
use serde::Serialize;
use serde_json::json;

use crate::Malformed;
use crate::names::Names;

const MALFORMED_CALL: &str = "MALFORMED_FUNCTION_CALL";

/// Reasons of an end as the API names them (npm `@google/genai`, `FinishReason`); others would not be understood.
const REASONS: [&str; 18] = [
    "STOP",
    "MAX_TOKENS",
    "SAFETY",
    "RECITATION",
    "LANGUAGE",
    "OTHER",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    MALFORMED_CALL,
    "IMAGE_SAFETY",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
    "IMAGE_PROHIBITED_CONTENT",
    "NO_IMAGE",
    "IMAGE_RECITATION",
    "IMAGE_OTHER",
    "CONTINUATION",
];

/// Writes a value as JSON. A text, a number or a map of them always has one.
pub(crate) fn value(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // A vector takes everything.
    drop(serde_json::to_writer(out, value));
}

/// A part of words.
pub(crate) fn text(out: &mut Vec<u8>, words: &str, thought: bool, signature: Option<&str>) {
    out.extend_from_slice(br#"{"text":"#);
    value(out, words);
    if thought {
        out.extend_from_slice(br#","thought":true"#);
    }
    seal(out, signature);
    out.push(b'}');
}

/// A call. A function's `arguments` are JSON, or empty; a custom tool's are its free text.
pub(crate) fn call(
    out: &mut Vec<u8>,
    (id, name): (&str, &str),
    kind: ToolKind,
    arguments: &str,
    signature: Option<&str>,
) {
    out.extend_from_slice(br#"{"functionCall":{"#);
    if !id.is_empty() {
        out.extend_from_slice(br#""id":"#);
        value(out, id);
        out.push(b',');
    }
    out.extend_from_slice(br#""name":"#);
    value(out, name);
    out.extend_from_slice(br#","args":"#);
    match kind {
        ToolKind::Function => self::arguments(out, arguments.trim()),
        ToolKind::Custom => {
            out.push(b'{');
            value(out, Names::CUSTOM_INPUT);
            out.push(b':');
            value(out, arguments);
            out.push(b'}');
        }
    }
    out.push(b'}');
    seal(out, signature);
    out.push(b'}');
}

/// They have to be an object; what is none is put into one.
fn arguments(out: &mut Vec<u8>, text: &str) {
    match text.as_bytes().first() {
        None => out.extend_from_slice(b"{}"),
        Some(b'{') => one_line(out, text),
        Some(_) => {
            out.extend_from_slice(br#"{"arguments":"#);
            one_line(out, text);
            out.push(b'}');
        }
    }
}

/// JSON in one line: its own line ends stand between values only, and would break an event's frame.
fn one_line(out: &mut Vec<u8>, json: &str) {
    let spaced = |byte| {
        if matches!(byte, b'\n' | b'\r') {
            b' '
        } else {
            byte
        }
    };
    out.extend(json.bytes().map(spaced));
}

fn seal(out: &mut Vec<u8>, signature: Option<&str>) {
    if let Some(signature) = signature {
        out.extend_from_slice(br#","thoughtSignature":"#);
        value(out, signature);
    }
}

/// `usageMetadata`.
pub(crate) fn usage(out: &mut Vec<u8>, usage: &Usage) {
    let said = usage.output.saturating_sub(usage.reasoning);
    let mut counts = json!({
        "promptTokenCount": usage.sent(),
        "candidatesTokenCount": said,
        "totalTokenCount": usage.sent().saturating_add(said).saturating_add(usage.reasoning),
    });
    if usage.cache_read > 0 {
        counts["cachedContentTokenCount"] = usage.cache_read.into();
    }
    if usage.reasoning > 0 {
        counts["thoughtsTokenCount"] = usage.reasoning.into();
    }
    value(out, &counts);
}

/// The word for the reason of an end.
pub(crate) fn reason(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::EndTurn
        | StopReason::StopSequence
        | StopReason::ToolUse
        | StopReason::Pause => "STOP",
        StopReason::MaxTokens | StopReason::ContextFull => "MAX_TOKENS",
        StopReason::Refusal => "SAFETY",
        StopReason::Other(word) => {
            let known = REASONS.iter().find(|known| **known == word);
            known.copied().unwrap_or("OTHER")
        }
    }
}

/// What the word for the reason of an end means.
///
/// # Errors
/// The model's call was no JSON and is left out: told as an end, it would be a turn of nothing.
pub(crate) fn reason_of(word: &str, called: bool) -> Result<StopReason, Malformed> {
    Ok(match word {
        MALFORMED_CALL => {
            return Err(Malformed::new(format!(
                "the model's call of a tool is no JSON ({word})"
            )));
        }
        "STOP" if called => StopReason::ToolUse,
        "STOP" => StopReason::EndTurn,
        "MAX_TOKENS" => StopReason::MaxTokens,
        "SAFETY"
        | "RECITATION"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION" => StopReason::Refusal,
        other => StopReason::Other(other.to_owned()),
    })
}
