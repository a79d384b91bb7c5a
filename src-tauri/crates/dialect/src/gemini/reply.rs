//! Whole answers.

use chat::{
    Dialect, Foreign, Loss, Part, Reply, Signature, Source, Stop, StopReason, Text, Thinking,
    ToolCall,
};
use serde_json::Value;

use super::wire::{Data, Part as Wire, Response, down};
use crate::translate::Back;
use crate::{Malformed, signature};

/// Reads an upstream's answer.
pub(crate) fn read(body: &[u8]) -> Result<Reply, Malformed> {
    let response: Response<'_> = serde_json::from_slice(body)
        .map_err(|error| Malformed::new(format!("the answer is cut or not of its API: {error}")))?;
    let response = response.bare();
    if let Some(error) = &response.error {
        let words = crate::error::error_from_value(&serde_json::json!({ "error": error }));
        let words = words.map(|error| error.message).unwrap_or_default();
        return Err(Malformed::new(format!("the answer is an error: {words}")));
    }
    if !response.says_something() {
        return Err(Malformed::new("the answer holds no candidates"));
    }
    let mut reply = Reply {
        id: response.response_id.map(|id| id.0.into_owned()),
        model: response.model_version.map(|model| model.0.into_owned()),
        usage: response.usage_metadata.map(super::wire::Usage::counts),
        ..Reply::default()
    };
    let mut word = None;
    if let Some(candidate) = response.candidates.0 {
        word = candidate.finish_reason;
        let parts = candidate.content.and_then(|content| content.parts);
        for part in parts.into_iter().flatten().filter_map(part) {
            push(&mut reply.parts, part);
        }
    }
    let called = reply
        .parts
        .iter()
        .any(|part| matches!(part, Part::ToolCall(_)));
    if let Some(word) = word {
        reply.stop = Some(Stop::new(down::reason_of(&word.0, called)?));
    }
    if let Some(feedback) = response.prompt_feedback
        && feedback.block_reason.is_some()
        && reply.parts.is_empty()
    {
        let words = feedback
            .block_reason_message
            .map(|words| words.0.into_owned());
        reply.parts.extend(words.map(Part::Refusal));
        reply.stop = Some(Stop::new(StopReason::Refusal));
    }
    Ok(reply)
}

/// Words that follow on words are one part, up to a signature, as they are when they are streamed: Gemini may send one text
/// in several parts, and clients of other dialects look at the first block alone.
fn push(parts: &mut Vec<Part>, part: Part) {
    match (parts.last_mut(), part) {
        (Some(Part::Text(last)), Part::Text(next)) if last.signature.is_none() => {
            last.text.push_str(&next.text);
            last.signature = next.signature;
        }
        (Some(Part::Thinking(last)), Part::Thinking(next)) if last.signature.is_none() => {
            last.text.push_str(&next.text);
            last.signature = next.signature;
        }
        (_, part) => parts.push(part),
    }
}

fn part(part: Wire<'_>) -> Option<Part> {
    let signature = part.signature.map(|value| Signature {
        dialect: Dialect::Gemini,
        value: value.into_owned(),
    });
    Some(match part.data {
        Data::None => Part::Text(Text {
            signature: Some(signature?),
            ..Text::default()
        }),
        Data::Text(text) if text.is_empty() && signature.is_none() => return None,
        Data::Text(text) if part.thought => Part::Thinking(Thinking {
            text: text.into_owned(),
            signature,
            ..Thinking::default()
        }),
        Data::Text(text) => Part::Text(Text {
            text: text.into_owned(),
            signature,
            ..Text::default()
        }),
        Data::Call(call) => Part::ToolCall(ToolCall {
            id: call.id.map(|id| id.0.into_owned()).unwrap_or_default(),
            name: call
                .name
                .map(|name| name.0.into_owned())
                .unwrap_or_default(),
            arguments: call
                .args
                .map(|args| args.get().to_owned())
                .unwrap_or_default(),
            signature,
            ..ToolCall::default()
        }),
        Data::Other(mut fields) => {
            if let Some(signature) = signature {
                fields.insert("thoughtSignature".to_owned(), signature.value.into());
            }
            Part::Foreign(Foreign {
                dialect: Dialect::Gemini,
                value: Value::Object(fields),
            })
        }
    })
}

/// Writes an answer for a client.
pub(crate) fn write(reply: &Reply, back: &Back) -> (Vec<u8>, Vec<Loss>) {
    let mut losses = Vec::new();
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(br#"{"candidates":[{"content":{"parts":["#);
    let mut first = true;
    for part in &reply.parts {
        let before = out.len();
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        let start = out.len();
        write_part(part, &mut out, &mut losses);
        if out.len() == start {
            first = before == start;
            out.truncate(before);
        }
    }
    out.extend_from_slice(br#"],"role":"model"}"#);
    if let Some(stop) = &reply.stop {
        out.extend_from_slice(br#","finishReason":"#);
        down::value(&mut out, down::reason(&stop.reason));
    }
    out.extend_from_slice(br#","index":0}]"#);
    if let Some(usage) = &reply.usage {
        out.extend_from_slice(br#","usageMetadata":"#);
        down::usage(&mut out, usage);
    }
    out.extend_from_slice(br#","modelVersion":"#);
    down::value(
        &mut out,
        reply.model.as_ref().unwrap_or(&back.request.model),
    );
    out.extend_from_slice(br#","responseId":"#);
    down::value(&mut out, reply.id.as_ref().unwrap_or(&back.id));
    out.push(b'}');
    (out, losses)
}

/// Writes nothing where the part cannot be said.
fn write_part(part: &Part, out: &mut Vec<u8>, losses: &mut Vec<Loss>) {
    let told = |signature: &Option<Signature>| {
        let signature = signature.as_ref();
        signature.map(|one| signature::wrap(one, Dialect::Gemini))
    };
    match part {
        Part::Text(text) => down::text(out, &text.text, false, told(&text.signature).as_deref()),
        Part::Refusal(words) => down::text(out, words, false, None),
        Part::Thinking(one) => down::text(out, &one.text, true, told(&one.signature).as_deref()),
        Part::ToolCall(call) => {
            let signature = told(&call.signature);
            let names = (call.id.as_str(), call.name.as_str());
            down::call(out, names, call.kind, &call.arguments, signature.as_deref());
        }
        Part::Foreign(part) if part.dialect == Dialect::Gemini => down::value(out, &part.value),
        Part::Foreign(part) => losses.push(Loss::Foreign {
            dialect: part.dialect,
            kind: part.kind(),
        }),
        Part::Image(media) | Part::Audio(media) | Part::Document(media) => match &media.source {
            Source::Base64(data) => {
                let mime = media.mime.as_deref().unwrap_or("application/octet-stream");
                let part = serde_json::json!({ "inlineData": { "mimeType": mime, "data": data } });
                down::value(out, &part);
            }
            _ => losses.push(Loss::Media {
                kind: "media",
                why: "an answer holds its data itself there",
            }),
        },
        Part::ToolResult(_) => losses.push(Loss::Foreign {
            dialect: Dialect::Gemini,
            kind: "tool result in an answer".to_owned(),
        }),
    }
}
