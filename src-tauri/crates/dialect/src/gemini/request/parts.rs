//! A client's parts.

use std::borrow::Cow;

use chat::{Dialect, Foreign, Media, Part, Source, Text, Thinking, ToolCall, ToolResult};
use serde_json::{Map, Value};

use super::super::fields::{At, Fields};
use crate::{Invalid, signature};

/// What a part may hold, one of them each (`Part.data` of the API).
const DATA: [&str; 9] = [
    "text",
    "inlineData",
    "fileData",
    "functionCall",
    "functionResponse",
    "executableCode",
    "codeExecutionResult",
    "toolCall",
    "toolResponse",
];

/// Reads the parts of a turn.
pub(super) fn read_all(list: Vec<Value>, at: At<'_>) -> Result<Vec<Part>, Invalid> {
    list.into_iter()
        .enumerate()
        .map(|(index, value)| read(value, at.index(index)))
        .collect()
}

fn read(value: Value, at: At<'_>) -> Result<Part, Invalid> {
    let mut part = Fields::of(value, at)?;
    let mut data = DATA
        .into_iter()
        .filter_map(|name| part.take(name).map(|value| (name, value)));
    let first = data.next();
    if let Some((second, _)) = data.next() {
        return Err(at.invalid(format!(
            "must hold one kind of data, and holds {second} too"
        )));
    }
    let thought = part.boolean("thought")? == Some(true);
    let signature = part
        .text("thoughtSignature")?
        .filter(|value| !value.is_empty())
        .map(|value| signature::unwrap(&value, Dialect::Gemini));
    let Some((name, value)) = first else {
        if signature.is_none() {
            return Err(at.invalid(format!("must hold one of {}", DATA.join(", "))));
        }
        return Ok(Part::Text(Text {
            signature,
            ..Text::default()
        }));
    };
    let at_data = at.field(name);
    Ok(match (name, value) {
        ("text", Value::String(text)) if thought => Part::Thinking(Thinking {
            text,
            signature,
            ..Thinking::default()
        }),
        ("text", Value::String(text)) => Part::Text(Text {
            text,
            signature,
            extra: Foreign::fields(Dialect::Gemini, part.rest()),
            ..Text::default()
        }),
        ("text", _) => return Err(at_data.invalid("must be a string")),
        ("functionCall", value) => Part::ToolCall(ToolCall {
            signature,
            ..call(value, at_data)?
        }),
        ("functionResponse", value) => Part::ToolResult(result(value, at_data)?),
        ("inlineData" | "fileData", value) => {
            let mut extra = part.rest();
            // The seal of a picture that the model drew; only its own dialect looks at it.
            if let Some(value) = signature.as_ref().and_then(|one| one.of(Dialect::Gemini)) {
                extra.insert("thoughtSignature".to_owned(), value.into());
            }
            media(name, value, extra, at_data)?
        }
        (name, value) => {
            let mut whole = part.rest();
            whole.insert(name.to_owned(), value);
            if thought {
                whole.insert("thought".to_owned(), true.into());
            }
            if let Some(value) = signature.as_ref().and_then(|one| one.of(Dialect::Gemini)) {
                whole.insert("thoughtSignature".to_owned(), value.into());
            }
            foreign(Value::Object(whole))
        }
    })
}

const fn foreign(value: Value) -> Part {
    Part::Foreign(Foreign {
        dialect: Dialect::Gemini,
        value,
    })
}

fn call(value: Value, at: At<'_>) -> Result<ToolCall, Invalid> {
    let mut fields = Fields::of(value, at)?;
    let name = fields.filled("name")?;
    let arguments = match fields.take("args") {
        None => String::new(),
        Some(args @ Value::Object(_)) => args.to_string(),
        Some(_) => return Err(at.field("args").invalid("must be an object")),
    };
    Ok(ToolCall {
        id: fields.text("id")?.unwrap_or_default(),
        name,
        arguments,
        ..ToolCall::default()
    })
}

fn result(value: Value, at: At<'_>) -> Result<ToolResult, Invalid> {
    let mut fields = Fields::of(value, at)?;
    let name = fields.filled("name")?;
    let response = match fields.take("response") {
        Some(Value::Object(response)) => response,
        Some(_) => return Err(at.field("response").invalid("must be an object")),
        None => return Err(at.field("response").invalid("must be set")),
    };
    let (text, is_error) = said(response);
    let mut content = vec![Part::text(text)];
    let at_parts = at.field("parts");
    for (index, part) in fields
        .list("parts")
        .unwrap_or_default()
        .into_iter()
        .enumerate()
    {
        content.push(read(part, at_parts.index(index))?);
    }
    Ok(ToolResult {
        call_id: fields.text("id")?.unwrap_or_default(),
        name: Some(name),
        content,
        is_error,
        ..ToolResult::default()
    })
}

/// What a response says, and whether it is a failure. `output` and `error` are the API's own words for that, `result`
/// is what its SDKs write (npm `@google/genai`, `FunctionResponse`); any other object is the output itself.
fn said(response: Map<String, Value>) -> (String, bool) {
    if response.len() == 1
        && let Some((key, value)) = response.iter().next()
        && matches!(key.as_str(), "output" | "result" | "error")
    {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        return (text, key == "error");
    }
    (Value::Object(response).to_string(), false)
}

fn media(
    name: &str,
    value: Value,
    mut extra: Map<String, Value>,
    at: At<'_>,
) -> Result<Part, Invalid> {
    let mut fields = Fields::of(value, at)?;
    let inline = name == "inlineData";
    let mime = if inline {
        Some(fields.filled("mimeType")?)
    } else {
        fields.text("mimeType")?.filter(|mime| !mime.is_empty())
    };
    let source = if inline {
        match fields.text("data")? {
            Some(data) => Source::Base64(standard(data, at.field("data"))?),
            None => return Err(at.field("data").invalid("must be set")),
        }
    } else {
        place(fields.filled("fileUri")?)
    };
    let named = fields.text("displayName")?;
    let kind = mime.as_deref().unwrap_or_default();
    if kind.starts_with("video/") || is_video_page(&source) {
        // Nobody else takes moving pictures.
        extra.insert(name.to_owned(), written(&source, kind, named, inline));
        return Ok(foreign(Value::Object(extra)));
    }
    let wrap = if kind.starts_with("image/") {
        Part::Image
    } else if kind.starts_with("audio/") {
        Part::Audio
    } else {
        Part::Document
    };
    let mut media = Media::new(source, mime);
    media.name = named;
    media.extra = Foreign::fields(Dialect::Gemini, extra);
    Ok(wrap(media))
}

fn written(source: &Source, mime: &str, name: Option<String>, inline: bool) -> Value {
    let mut fields = Map::new();
    if !mime.is_empty() {
        fields.insert("mimeType".to_owned(), mime.into());
    }
    let key = if inline { "data" } else { "fileUri" };
    let (Source::Base64(value)
    | Source::Url(value)
    | Source::Text(value)
    | Source::Stored { id: value, .. }) = source;
    fields.insert(key.to_owned(), value.as_str().into());
    if let Some(name) = name {
        fields.insert("displayName".to_owned(), name.into());
    }
    Value::Object(fields)
}

/// Files of Google's own stores are known there only; any other address may be asked by anybody.
fn place(uri: String) -> Source {
    let elsewhere = uri.starts_with("http://") || uri.starts_with("https://");
    if elsewhere && !uri.contains("://generativelanguage.googleapis.com/") {
        Source::Url(uri)
    } else {
        Source::Stored {
            dialect: Dialect::Gemini,
            id: uri,
        }
    }
}

fn is_video_page(source: &Source) -> bool {
    let Source::Url(url) = source else {
        return false;
    };
    ["://www.youtube.com/", "://youtube.com/", "://youtu.be/"]
        .iter()
        .any(|host| url.contains(host))
}

/// Base64 in the standard alphabet, with its padding; the API takes either alphabet, others do not.
fn standard(data: String, at: At<'_>) -> Result<String, Invalid> {
    let body = data.trim_end_matches('=');
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
    if !body.bytes().all(known) || body.len() % 4 == 1 {
        return Err(at.invalid("must be base64"));
    }
    let padded = body.len().next_multiple_of(4);
    if memchr::memchr2(b'-', b'_', body.as_bytes()).is_none() && data.len() == padded {
        return Ok(data);
    }
    let mut fixed: Cow<'_, str> = body.into();
    if body.contains(['-', '_']) {
        fixed = body.replace('-', "+").replace('_', "/").into();
    }
    let mut fixed = fixed.into_owned();
    while fixed.len() < padded {
        fixed.push('=');
    }
    Ok(fixed)
}
