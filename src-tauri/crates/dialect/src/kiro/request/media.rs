//! Pictures as they are taken here: in the request itself, in four formats.

use chat::{Loss, Media, Source};

use super::super::wire::{Bytes, Image};
use super::Pen;

/// What the first letters of a picture's base64 say of it, where its client did not.
const BEGINNINGS: [(&str, &str); 4] = [
    ("/9j/", "image/jpeg"),
    ("iVBORw0KGgo", "image/png"),
    ("R0lGOD", "image/gif"),
    ("UklGR", "image/webp"),
];

/// A picture; `None` where it is not taken.
pub(super) fn image<'a>(media: &'a Media, pen: &mut Pen<'_>) -> Option<Image<'a>> {
    let mut lost = |why| {
        pen.lose(Loss::Media { kind: "image", why });
        None
    };
    let data = match &media.source {
        Source::Base64(data) => data,
        Source::Url(_) => return lost("addresses are not fetched there"),
        Source::Stored { .. } => return lost("it is stored at another vendor"),
        Source::Text(_) => return lost("its data is text"),
    };
    let found = BEGINNINGS
        .iter()
        .find(|(beginning, _)| data.starts_with(beginning));
    let mime = media.mime.as_deref().or(found.map(|(_, mime)| *mime));
    let format = match mime {
        Some("image/jpeg" | "image/jpg") => "jpeg",
        Some("image/png") => "png",
        Some("image/gif") => "gif",
        Some("image/webp") => "webp",
        _ => return lost("only JPEG, PNG, GIF and WebP are taken there"),
    };
    Some(Image {
        format,
        source: Bytes { bytes: data },
    })
}

/// A document's words, where it is made of words.
pub(super) fn words<'a>(media: &'a Media, pen: &mut Pen<'_>) -> Option<&'a str> {
    if let Source::Text(text) = &media.source {
        return Some(text);
    }
    pen.lose(Loss::Media {
        kind: "document",
        why: "only plain text is taken there",
    });
    None
}
