//! Pictures, documents and sound, for an upstream.

use chat::{Dialect, Loss, Media, Source};

use super::super::wire::up::{Blob, File, Own, Part};
use super::contents::Pen;
use super::thinking::Generation;

/// What base64 begins with, by type.
const MAGIC: [(&str, &str); 7] = [
    ("iVBORw", "image/png"),
    ("/9j/", "image/jpeg"),
    ("R0lGOD", "image/gif"),
    ("UklGR", "image/webp"),
    ("JVBERi", "application/pdf"),
    ("SUQz", "audio/mpeg"),
    ("T2dnUw", "audio/ogg"),
];

/// What addresses end in, by type.
const ENDINGS: [(&str, &str); 8] = [
    (".png", "image/png"),
    (".jpg", "image/jpeg"),
    (".jpeg", "image/jpeg"),
    (".gif", "image/gif"),
    (".webp", "image/webp"),
    (".pdf", "application/pdf"),
    (".mp3", "audio/mpeg"),
    (".wav", "audio/wav"),
];

/// A part with the data, or a loss.
pub(super) fn write<'a>(
    kind: &'static str,
    media: &'a Media,
    pen: &mut Pen<'a, '_>,
) -> Option<Part<'a>> {
    pen.cached(media.cache.is_some());
    match own(media, pen) {
        Ok(mut own) => {
            let extra = media.extra.as_ref();
            own.extra = extra.and_then(|extra| extra.fields_of(Dialect::Gemini));
            Some(own.into())
        }
        Err(why) => {
            pen.losses.push(Loss::Media { kind, why });
            None
        }
    }
}

fn own<'a>(media: &'a Media, pen: &Pen<'a, '_>) -> Result<Own<'a>, &'static str> {
    let mime = media.mime.as_deref();
    let display_name = media.name.as_deref();
    match &media.source {
        Source::Text(text) => Ok(Own::text(text)),
        Source::Base64(data) => {
            let blob = Blob {
                mime_type: mime
                    .or_else(|| by_magic(data))
                    .ok_or("its type is not known")?,
                data,
                display_name,
            };
            Ok(Own {
                inline_data: Some(blob),
                ..Own::default()
            })
        }
        Source::Url(url) => {
            // Since January 2026, and not by models before 2.5 (ai.google.dev, `/gemini-api/docs/file-input-methods`).
            if !pen.target.official_host || pen.generation == Generation::Unthinking {
                return Err("addresses are not fetched there");
            }
            Ok(file(mime.or_else(|| by_ending(url)), url, display_name))
        }
        Source::Stored {
            dialect: Dialect::Gemini,
            id,
        } => Ok(file(mime, id, display_name)),
        Source::Stored { .. } => Err("the file lies in another vendor's store"),
    }
}

fn file<'a>(
    mime_type: Option<&'a str>,
    file_uri: &'a str,
    display_name: Option<&'a str>,
) -> Own<'a> {
    Own {
        file_data: Some(File {
            mime_type,
            file_uri,
            display_name,
        }),
        ..Own::default()
    }
}

fn by_magic(data: &str) -> Option<&'static str> {
    let found = MAGIC.iter().find(|(begin, _)| data.starts_with(begin));
    found.map(|(_, mime)| *mime)
}

fn by_ending(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next()?.to_ascii_lowercase();
    let found = ENDINGS.iter().find(|(ending, _)| path.ends_with(ending));
    found.map(|(_, mime)| *mime)
}
