//! Pieces of a message's content, and of a tool's output, for an upstream.

use chat::{Foreign, Loss, Media, Part, Source, Text};
use serde_json::{Map, Value, json};

use super::super::DIALECT;
use super::write::Body;

/// A piece of a message's content, or of a tool's output.
pub(super) fn piece(part: &Part, assistant: bool, body: &mut Body) -> Option<Value> {
    match part {
        Part::Text(text) => Some(self::text(text, assistant, body)),
        Part::Refusal(refusal) if assistant => Some(json!({"type": "refusal", "refusal": refusal})),
        Part::Refusal(refusal) => Some(json!({"type": "input_text", "text": refusal})),
        Part::Image(_) | Part::Document(_) | Part::Audio(_) if assistant => {
            body.lose(Loss::Media {
                kind: media_kind(part),
                why: "the model's turns are words here",
            });
            None
        }
        Part::Image(media) => image(media, body),
        Part::Document(media) => document(media, body),
        Part::Audio(media) => audio(media, body),
        Part::Foreign(foreign) => {
            lose_foreign(foreign, body);
            None
        }
        Part::Thinking(_) | Part::ToolCall(_) | Part::ToolResult(_) => {
            body.lose(Loss::Field("tool_result.content".to_owned()));
            None
        }
    }
}

fn lose_foreign(foreign: &Foreign, body: &mut Body) {
    body.lose(Loss::Foreign {
        dialect: foreign.dialect,
        kind: foreign.kind(),
    });
}

const fn media_kind(part: &Part) -> &'static str {
    match part {
        Part::Image(_) => "image",
        Part::Audio(_) => "audio",
        _ => "document",
    }
}

fn text(text: &Text, assistant: bool, body: &mut Body) -> Value {
    if text.cache.is_some() {
        body.lose(Loss::Cache);
    }
    if let Some(signature) = &text.signature {
        body.lose(Loss::Signature(signature.dialect));
    }
    let kind = if assistant {
        "output_text"
    } else {
        "input_text"
    };
    let mut fields = Map::new();
    fields.insert("type".to_owned(), kind.into());
    fields.insert("text".to_owned(), text.text.as_str().into());
    extras(text.extra.as_ref(), fields)
}

fn extras(extra: Option<&Foreign>, mut fields: Map<String, Value>) -> Value {
    if let Some(own) = extra.and_then(|extra| extra.fields_of(DIALECT)) {
        fields.extend(
            own.iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
    }
    Value::Object(fields)
}

fn image(media: &Media, body: &mut Body) -> Option<Value> {
    let mut fields = Map::new();
    fields.insert("type".to_owned(), "input_image".into());
    match &media.source {
        Source::Base64(data) => {
            let mime = media.mime.as_deref().unwrap_or("image/png");
            let url = format!("data:{mime};base64,{data}");
            fields.insert("image_url".to_owned(), url.into());
        }
        Source::Url(url) => {
            fields.insert("image_url".to_owned(), url.as_str().into());
        }
        other => stored(other, "image", &mut fields, body)?,
    }
    let detail = media.detail.as_deref().unwrap_or("auto");
    fields.insert("detail".to_owned(), detail.into());
    finish(media, fields, body)
}

fn document(media: &Media, body: &mut Body) -> Option<Value> {
    if let Source::Text(words) = &media.source {
        return Some(json!({"type": "input_text", "text": words}));
    }
    let mut fields = Map::new();
    fields.insert("type".to_owned(), "input_file".into());
    match &media.source {
        Source::Base64(data) => {
            let data = match &media.mime {
                Some(mime) => format!("data:{mime};base64,{data}"),
                None => data.clone(),
            };
            fields.insert("file_data".to_owned(), data.into());
        }
        Source::Url(url) => {
            fields.insert("file_url".to_owned(), url.as_str().into());
        }
        other => stored(other, "document", &mut fields, body)?,
    }
    if let Some(name) = &media.name {
        fields.insert("filename".to_owned(), name.as_str().into());
    } else if matches!(media.source, Source::Base64(_)) && media.mime.as_deref() == Some(PDF) {
        // Data without a name is refused there.
        fields.insert("filename".to_owned(), "document.pdf".into());
    }
    if let Some(detail) = &media.detail {
        fields.insert("detail".to_owned(), detail.as_str().into());
    }
    finish(media, fields, body)
}

const PDF: &str = "application/pdf";

fn audio(media: &Media, body: &mut Body) -> Option<Value> {
    let Source::Base64(data) = &media.source else {
        body.lose(Loss::Media {
            kind: "audio",
            why: "only data in the request is taken",
        });
        return None;
    };
    let format = match media.mime.as_deref() {
        Some("audio/mpeg" | "audio/mp3") => "mp3",
        Some(mime) => mime.strip_prefix("audio/").unwrap_or(mime),
        None => "wav",
    };
    let format = json!({"data": data, "format": format});
    Some(json!({"type": "input_audio", "input_audio": format}))
}

fn stored(
    source: &Source,
    kind: &'static str,
    fields: &mut Map<String, Value>,
    body: &mut Body,
) -> Option<()> {
    match source {
        Source::Stored { dialect, id } if *dialect == DIALECT => {
            fields.insert("file_id".to_owned(), id.as_str().into());
            Some(())
        }
        _ => {
            body.lose(Loss::Media {
                kind,
                why: "it is stored at another vendor",
            });
            None
        }
    }
}

fn finish(media: &Media, fields: Map<String, Value>, body: &mut Body) -> Option<Value> {
    if media.cache.is_some() {
        body.lose(Loss::Cache);
    }
    Some(extras(media.extra.as_ref(), fields))
}
