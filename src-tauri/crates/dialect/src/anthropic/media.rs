//! Images and documents, read and lowered.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chat::{Dialect, Foreign, Loss, Media, Part, Source};
use serde_json::{Map, Value};

use super::block;
use super::json::Object;
use super::wire::{Content, Fields, under, value_of};
use crate::Invalid;

const OWN: Dialect = Dialect::Anthropic;
const IMAGES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const PDF: &str = "application/pdf";
const PLAIN: &str = "text/plain";

/// Reads an `image` or `document` block. One whose source is of a kind that nobody else knows is foreign as a whole.
///
/// # Errors
/// The source is not of the dialect.
pub(super) fn read(mut block: Fields<'_>, kind: &str, path: &str) -> Result<Part, Invalid> {
    let is_image = kind == "image";
    let at = under(path, "source");
    let mut source = block
        .peek_fields("source", path)?
        .ok_or_else(|| Invalid::at(&at, "this field is required"))?;
    let Some(word) = source.kind() else {
        return Err(Invalid::at(
            under(&at, "type"),
            "every source has a type, which is a string",
        ));
    };
    let Some((source, mime)) = data(&mut source, &word, is_image, &at)? else {
        return Ok(Part::Foreign(Foreign {
            dialect: OWN,
            value: block.into_value(),
        }));
    };
    let mut kept = Map::new();
    if word == "content"
        && let Some(raw) = block.raw("source")
    {
        // The blocks are how citations count: they return as they came.
        kept.insert("source".to_owned(), value_of(raw));
    }
    block.take_raw("source");
    block.take_raw("type");
    let mut media = Media::new(source, mime);
    media.cache = block::cache(&mut block);
    if !is_image {
        media.name = block.take("title", path)?;
    }
    kept.extend(block.into_map());
    media.extra = Foreign::fields(OWN, kept);
    Ok(if is_image {
        Part::Image(media)
    } else {
        Part::Document(media)
    })
}

/// Where the data is, and its type; `None` where only this dialect knows such a source.
fn data(
    source: &mut Fields<'_>,
    word: &str,
    is_image: bool,
    at: &str,
) -> Result<Option<(Source, Option<String>)>, Invalid> {
    Ok(Some(match (word, is_image) {
        ("base64", _) => {
            let mime: String = source.need("media_type", at)?;
            checked(&mime, is_image, at)?;
            (Source::Base64(source.need("data", at)?), Some(mime))
        }
        ("url", _) => (Source::Url(source.need("url", at)?), None),
        ("file", _) => {
            let id = source.need("file_id", at)?;
            (Source::Stored { dialect: OWN, id }, None)
        }
        ("text", false) => {
            let mime: String = source.need("media_type", at)?;
            if mime != PLAIN {
                let message = "a text document has to be text/plain";
                return Err(Invalid::at(under(at, "media_type"), message));
            }
            (Source::Text(source.need("data", at)?), Some(mime))
        }
        ("content", false) => match words(source, at)? {
            Some(text) => (Source::Text(text), Some(PLAIN.to_owned())),
            None => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

fn checked(mime: &str, is_image: bool, at: &str) -> Result<(), Invalid> {
    let message = match is_image {
        true if !IMAGES.contains(&mime) => {
            "an image has to be image/jpeg, image/png, image/gif or image/webp"
        }
        false if mime != PDF => "a document in base64 has to be application/pdf",
        _ => return Ok(()),
    };
    Err(Invalid::at(under(at, "media_type"), message))
}

/// The words of a document made of blocks; `None` where not all are texts.
fn words(source: &mut Fields<'_>, at: &str) -> Result<Option<String>, Invalid> {
    let path = under(at, "content");
    let raw = source
        .take_raw("content")
        .ok_or_else(|| Invalid::at(&path, "this field is required"))?;
    let content = serde_json::from_str(raw.get())
        .map_err(|_| Invalid::at(&path, "this has to be a string or a list of blocks"))?;
    let blocks = match content {
        Content::Text(text) => return Ok(Some(text)),
        Content::Blocks(blocks) => blocks,
    };
    let mut words = String::new();
    for (at, mut block) in blocks.into_iter().enumerate() {
        if block.kind().as_deref() != Some("text") {
            return Ok(None);
        }
        if at > 0 {
            words.push('\n');
        }
        words.push_str(&block.need::<String>("text", &format!("{path}[{at}]"))?);
    }
    Ok(Some(words))
}

/// A source as the API takes it.
#[derive(Debug)]
pub(super) enum Lowered<'a> {
    Base64 { mime: &'a str, data: &'a str },
    Url(&'a str),
    File(&'a str),
    Text(Cow<'a, str>),
    AsItCame(&'a Value),
}

/// An image's source.
///
/// # Errors
/// The API does not take it.
pub(super) fn image(media: &Media) -> Result<Lowered<'_>, Loss> {
    let lost = |why| Loss::Media { kind: "image", why };
    match &media.source {
        Source::Base64(data) => match media.mime.as_deref().or_else(|| sniffed(data)) {
            // What many clients call it.
            Some("image/jpg") => Ok(Lowered::Base64 {
                mime: "image/jpeg",
                data,
            }),
            Some(mime) if IMAGES.contains(&mime) => Ok(Lowered::Base64 { mime, data }),
            _ => Err(lost("only JPEG, PNG, GIF and WebP are taken there")),
        },
        Source::Url(url) => Ok(Lowered::Url(url)),
        Source::Stored { dialect: OWN, id } => Ok(Lowered::File(id)),
        Source::Stored { .. } => Err(lost("it is stored at another vendor")),
        Source::Text(_) => Err(lost("its data is text")),
    }
}

/// A document's source.
///
/// # Errors
/// The API does not take it.
pub(super) fn document(media: &Media) -> Result<Lowered<'_>, Loss> {
    let lost = |why| Loss::Media {
        kind: "document",
        why,
    };
    let extra = media.extra.as_ref().and_then(|extra| extra.fields_of(OWN));
    if let Some(source) = extra.and_then(|extra| extra.get("source")) {
        return Ok(Lowered::AsItCame(source));
    }
    match &media.source {
        Source::Base64(data) => {
            let mime = media.mime.as_deref().or_else(|| sniffed(data));
            match mime {
                Some(PDF) => Ok(Lowered::Base64 { mime: PDF, data }),
                Some(mime) if is_text(mime) => STANDARD
                    .decode(data)
                    .ok()
                    .and_then(|bytes| String::from_utf8(bytes).ok())
                    .map(|text| Lowered::Text(Cow::Owned(text)))
                    .ok_or_else(|| lost("its text is no UTF-8")),
                _ => Err(lost("only PDF and plain text are taken there")),
            }
        }
        Source::Url(url) => match media.mime.as_deref() {
            None | Some(PDF) => Ok(Lowered::Url(url)),
            Some(_) => Err(lost("only a PDF is taken by its address")),
        },
        Source::Stored { dialect: OWN, id } => Ok(Lowered::File(id)),
        Source::Stored { .. } => Err(lost("it is stored at another vendor")),
        Source::Text(text) => Ok(Lowered::Text(Cow::Borrowed(text))),
    }
}

impl Lowered<'_> {
    /// Writes the source.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        if let Self::AsItCame(value) = self {
            return super::json::write(out, value);
        }
        let mut object = Object::open(out);
        match self {
            Self::Base64 { mime, data } => {
                object.put("type", "base64");
                object.put("media_type", mime);
                object.put("data", data);
            }
            Self::Url(url) => {
                object.put("type", "url");
                object.put("url", url);
            }
            Self::File(id) => {
                object.put("type", "file");
                object.put("file_id", id);
            }
            Self::Text(text) => {
                object.put("type", "text");
                object.put("media_type", PLAIN);
                object.put("data", text);
            }
            Self::AsItCame(_) => {}
        }
        object.close();
    }
}

fn is_text(mime: &str) -> bool {
    mime.starts_with("text/")
        || matches!(
            mime,
            "application/json" | "application/xml" | "application/yaml"
        )
}

/// What base64 data is by its first bytes.
fn sniffed(data: &str) -> Option<&'static str> {
    let kinds = [
        ("/9j/", "image/jpeg"),
        ("iVBORw0KGgo", "image/png"),
        ("R0lGOD", "image/gif"),
        ("UklGR", "image/webp"),
        ("JVBERi0", PDF),
    ];
    kinds
        .into_iter()
        .find(|(begin, _)| data.starts_with(begin))
        .map(|(_, mime)| mime)
}
