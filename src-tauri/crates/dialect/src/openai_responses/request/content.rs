//! Pieces of a message's content, and of a tool's output.

use chat::{Media, Part, Source, Text};
use serde_json::Value;

use super::super::fields::{At, Fields};
use super::read::foreign;
use crate::{Dialect, Invalid};

/// A content: a text, or a list of pieces.
pub(super) fn read(value: Value, at: At<'_>) -> Result<Vec<Part>, Invalid> {
    match value {
        Value::String(text) => Ok(vec![Part::text(text)]),
        Value::Array(list) => list
            .into_iter()
            .enumerate()
            .map(|(index, value)| piece(value, At::Index(&at, index)))
            .collect(),
        _ => Err(at.invalid("a string or a list of content parts is needed here")),
    }
}

fn piece(value: Value, at: At<'_>) -> Result<Part, Invalid> {
    let mut fields = Fields::of(value, at)?;
    let Some(kind) = fields.peek("type") else {
        return Err(fields.invalid("type", "the part's type is needed here, as a string"));
    };
    match kind {
        "input_text" | "output_text" | "text" => {
            fields.take("type");
            text(fields)
        }
        "refusal" => Ok(Part::Refusal(fields.needed("refusal")?)),
        "input_image" => {
            fields.take("type");
            image(fields)
        }
        "input_file" => {
            fields.take("type");
            file(fields)
        }
        "input_audio" => audio(fields),
        _ => Ok(Part::Foreign(foreign(fields.into_value()))),
    }
}

fn text(mut fields: Fields<'_>) -> Result<Part, Invalid> {
    let text = fields.needed("text")?;
    for list in ["annotations", "logprobs"] {
        // An empty one says nothing, and stands in every answer that a client hands back.
        if let Some(value) = fields.take(list)
            && value.as_array().is_none_or(|list| !list.is_empty())
        {
            fields.put(list, value);
        }
    }
    Ok(Part::Text(Text {
        text,
        extra: fields.rest(),
        ..Text::default()
    }))
}

fn image(mut fields: Fields<'_>) -> Result<Part, Invalid> {
    let detail = fields.text("detail")?;
    let (source, mime) = match (fields.text("image_url")?, fields.text("file_id")?) {
        (Some(url), _) => at_url(url),
        (None, Some(id)) => (stored(id), None),
        (None, None) => {
            return Err(fields.invalid("image_url", "image_url or file_id is required"));
        }
    };
    Ok(Part::Image(Media {
        detail,
        extra: fields.rest(),
        ..Media::new(source, mime)
    }))
}

fn file(mut fields: Fields<'_>) -> Result<Part, Invalid> {
    let (name, detail) = (fields.text("filename")?, fields.text("detail")?);
    let data = fields.text("file_data")?;
    let (source, mime) = match (data, fields.text("file_url")?, fields.text("file_id")?) {
        (Some(data), _, _) => match at_url(data) {
            (Source::Url(data), _) => (Source::Base64(data), None),
            inline => inline,
        },
        (None, Some(url), _) => at_url(url),
        (None, None, Some(id)) => (stored(id), None),
        (None, None, None) => {
            let why = "file_data, file_url or file_id is required";
            return Err(fields.invalid("file_data", why));
        }
    };
    Ok(Part::Document(Media {
        name,
        detail,
        extra: fields.rest(),
        ..Media::new(source, mime)
    }))
}

fn audio(mut fields: Fields<'_>) -> Result<Part, Invalid> {
    let at = fields.at();
    let Some(value) = fields.take("input_audio") else {
        return Err(fields.invalid("input_audio", "this field is required"));
    };
    let mut given = Fields::of(value, At::Field(&at, "input_audio"))?;
    let data = given.filled("data")?;
    let mime = match given.filled("format")?.as_str() {
        "mp3" => "audio/mpeg".to_owned(),
        other => format!("audio/{other}"),
    };
    Ok(Part::Audio(Media::new(Source::Base64(data), Some(mime))))
}

/// What a URL says: base64 data where it is a data URL, an address else.
fn at_url(url: String) -> (Source, Option<String>) {
    let inline = url.strip_prefix("data:").and_then(|rest| {
        let (head, data) = rest.split_once(',')?;
        Some((head.strip_suffix(";base64")?, data))
    });
    match inline {
        Some((mime, data)) => (
            Source::Base64(data.to_owned()),
            (!mime.is_empty()).then(|| mime.to_owned()),
        ),
        None => (Source::Url(url), None),
    }
}

const fn stored(id: String) -> Source {
    Source::Stored {
        dialect: Dialect::OpenaiResponses,
        id,
    }
}
