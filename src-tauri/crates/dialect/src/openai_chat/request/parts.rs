//! The parts of a message for an upstream.

use std::borrow::Cow;

use chat::{Dialect, Foreign, Loss, Media, Part, Source, Text};
use serde_json::Value;

use super::super::wire::message::{File, ImageUrl, InputAudio, Piece};
use super::super::wire::{Extra, Str, TextOr};
use super::write::Writing;

const SELF: Dialect = Dialect::OpenaiChat;

/// What stands between texts that a relay gets as one.
const BETWEEN: &str = "\n\n";

/// A part of what a user, the system or a tool says. `None` where it cannot be said.
pub(super) fn write<'a>(writing: &mut Writing<'a>, part: &'a Part) -> Option<Piece<'a>> {
    match part {
        Part::Text(text) => Some(write_text(writing, text)),
        Part::Image(media) => image(writing, media),
        Part::Document(media) => document(writing, media),
        Part::Audio(media) => audio(writing, media),
        Part::Refusal(text) => Some(plain(text)),
        Part::Foreign(foreign) => write_foreign(writing, foreign),
        Part::Thinking(_) | Part::ToolCall(_) | Part::ToolResult(_) => None,
    }
}

pub(super) fn write_text<'a>(writing: &mut Writing<'a>, text: &'a Text) -> Piece<'a> {
    if text.cache.is_some() {
        writing.lose(Loss::Cache);
    }
    if let Some(signature) = &text.signature
        && signature.dialect != SELF
    {
        writing.lose(Loss::Signature(signature.dialect));
    }
    Piece {
        extra: own(text.extra.as_ref()),
        ..plain(&text.text)
    }
}

pub(super) fn write_foreign<'a>(
    writing: &mut Writing<'a>,
    foreign: &'a Foreign,
) -> Option<Piece<'a>> {
    let Some(fields) = foreign.fields_of(SELF) else {
        writing.lose(Loss::Foreign {
            dialect: foreign.dialect,
            kind: foreign.kind(),
        });
        return None;
    };
    let kind = fields.get("type").and_then(Value::as_str)?;
    let mut rest = fields.clone();
    rest.shift_remove("type");
    Some(Piece {
        kind: Str::new(kind),
        extra: Cow::Owned(rest),
        ..Piece::default()
    })
}

fn plain(text: &str) -> Piece<'_> {
    Piece {
        kind: Str::new("text"),
        text: Some(Str::new(text)),
        ..Piece::default()
    }
}

fn own(extra: Option<&Foreign>) -> Extra<'_> {
    extra
        .and_then(|extra| extra.fields_of(SELF))
        .map_or_else(Extra::default, Cow::Borrowed)
}

/// Notes the loss of media.
pub(super) fn lost<'a>(
    writing: &mut Writing<'a>,
    kind: &'static str,
    why: &'static str,
) -> Option<Piece<'a>> {
    writing.lose(Loss::Media { kind, why });
    None
}

fn image<'a>(writing: &mut Writing<'a>, media: &'a Media) -> Option<Piece<'a>> {
    note_cache(writing, media);
    let url = match &media.source {
        Source::Url(url) => Str::from(url),
        Source::Base64(data) => data_url(media.mime.as_deref().unwrap_or("image/png"), data),
        Source::Stored { .. } => {
            return lost(writing, "image", "it is stored at another upstream");
        }
        Source::Text(_) => return lost(writing, "image", "it is a text"),
    };
    Some(Piece {
        kind: Str::new("image_url"),
        image_url: Some(TextOr::More(ImageUrl {
            url,
            detail: media.detail.as_ref().map(Str::from),
        })),
        extra: own(media.extra.as_ref()),
        ..Piece::default()
    })
}

fn document<'a>(writing: &mut Writing<'a>, media: &'a Media) -> Option<Piece<'a>> {
    note_cache(writing, media);
    let mut file = File {
        filename: media.name.as_ref().map(Str::from),
        ..File::default()
    };
    match &media.source {
        // A document of plain words is told as words.
        Source::Text(text) => return Some(plain(text)),
        Source::Base64(data) => {
            let mime = media.mime.as_deref().unwrap_or("application/pdf");
            file.file_data = Some(data_url(mime, data));
        }
        // Both of the vendor's dialects have one file store.
        Source::Stored {
            dialect: SELF | Dialect::OpenaiResponses,
            id,
        } => file.file_id = Some(Str::from(id)),
        Source::Stored { .. } => {
            return lost(writing, "document", "it is stored at another upstream");
        }
        Source::Url(_) => {
            return lost(writing, "document", "the dialect takes none by its address");
        }
    }
    Some(Piece {
        kind: Str::new("file"),
        file: Some(file),
        extra: own(media.extra.as_ref()),
        ..Piece::default()
    })
}

fn audio<'a>(writing: &mut Writing<'a>, media: &'a Media) -> Option<Piece<'a>> {
    note_cache(writing, media);
    let Source::Base64(data) = &media.source else {
        return lost(
            writing,
            "audio",
            "the dialect takes it inside the request only",
        );
    };
    let format = match media.mime.as_deref() {
        Some("audio/mpeg" | "audio/mp3") => "mp3",
        Some("audio/x-wav" | "audio/wave") | None => "wav",
        Some(mime) => mime.strip_prefix("audio/").unwrap_or(mime),
    };
    Some(Piece {
        kind: Str::new("input_audio"),
        input_audio: Some(InputAudio {
            data: Str::from(data),
            format: Str::new(format),
        }),
        extra: own(media.extra.as_ref()),
        ..Piece::default()
    })
}

fn note_cache(writing: &mut Writing<'_>, media: &Media) {
    if media.cache.is_some() {
        writing.lose(Loss::Cache);
    }
}

fn data_url<'a>(mime: &str, data: &str) -> Str<'a> {
    Str(Cow::Owned(format!("data:{mime};base64,{data}")))
}

/// The content of these pieces. Texts alone become one at relays: some of them refuse lists.
pub(super) fn content<'a>(
    writing: &Writing<'_>,
    mut pieces: Vec<Piece<'a>>,
) -> TextOr<'a, Vec<Piece<'a>>> {
    let only_words = pieces
        .iter()
        .all(|piece| piece.text.is_some() && piece.extra.is_empty());
    if !only_words || (writing.official() && pieces.len() > 1) {
        return TextOr::More(pieces);
    }
    if pieces.len() == 1
        && let Some(text) = pieces.pop().and_then(|piece| piece.text)
    {
        return TextOr::Text(text.0);
    }
    TextOr::Text(Cow::Owned(joined(&pieces, BETWEEN)))
}

/// The words of these pieces in one.
pub(super) fn joined(pieces: &[Piece<'_>], between: &str) -> String {
    let texts: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| piece.text.as_deref())
        .collect();
    texts.join(between)
}
