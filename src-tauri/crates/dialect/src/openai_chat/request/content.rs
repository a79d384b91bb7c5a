//! The parts of a client's message.

use std::borrow::Cow;

use chat::{Cache, Dialect, Foreign, Media, Part, Source, Text};

use super::super::wire::message::{File, ImageUrl, InputAudio, Piece};
use super::super::wire::{Extra, Str, TextOr};
use crate::Invalid;

const SELF: Dialect = Dialect::OpenaiChat;

/// Where a part stands, for those that are at fault.
#[derive(Clone, Copy)]
struct Place {
    message: usize,
    part: usize,
}

/// Reads a content of a message: a text, or parts.
pub(super) fn read(
    content: TextOr<'_, Vec<Piece<'_>>>,
    message: usize,
) -> Result<Vec<Part>, Invalid> {
    match content {
        TextOr::Text(text) => Ok(vec![Part::text(text)]),
        TextOr::More(pieces) => pieces
            .into_iter()
            .enumerate()
            .map(|(part, piece)| read_piece(piece, Place { message, part }))
            .collect(),
    }
}

fn read_piece(mut piece: Piece<'_>, place: Place) -> Result<Part, Invalid> {
    match &*piece.kind {
        "text" => {
            let text = place.need(piece.text.take(), ".text")?;
            Ok(Part::Text(Text {
                text: text.into_string(),
                cache: cache(&mut piece),
                signature: None,
                extra: extra(piece.extra),
            }))
        }
        "refusal" => {
            let text = place.need(piece.refusal.take(), ".refusal")?;
            Ok(Part::Refusal(text.into_string()))
        }
        "image_url" => {
            let image = place.need(piece.image_url.take(), ".image_url")?;
            let media = image_of(image, place)?;
            Ok(Part::Image(marked(media, piece)))
        }
        "input_audio" => {
            let audio = place.need(piece.input_audio.take(), ".input_audio")?;
            Ok(Part::Audio(marked(audio_of(audio), piece)))
        }
        "file" => {
            let file = place.need(piece.file.take(), ".file")?;
            let media = document_of(file, place)?;
            Ok(Part::Document(marked(media, piece)))
        }
        // Some upstreams know more kinds (video, a model's thoughts).
        _ => Ok(Part::Foreign(Foreign {
            dialect: SELF,
            value: serde_json::to_value(&piece)
                .map_err(|error| place.invalid("", &error.to_string()))?,
        })),
    }
}

fn image_of(image: TextOr<'_, ImageUrl<'_>>, place: Place) -> Result<Media, Invalid> {
    let (url, detail) = match image {
        TextOr::Text(url) => (url, None),
        TextOr::More(image) => (image.url.0, image.detail),
    };
    let mut media = match data_url(&url) {
        None => Media::new(Source::Url(url.into_owned()), None),
        Some(Some((mime, data))) => Media::new(Source::Base64(data.to_owned()), mime),
        Some(None) => {
            let message = "is a data URL without base64: write data:MIME;base64,DATA";
            return Err(place.invalid(".image_url.url", message));
        }
    };
    media.detail = detail.map(Str::into_string);
    Ok(media)
}

fn audio_of(audio: InputAudio<'_>) -> Media {
    let mime = match &*audio.format {
        "mp3" => "audio/mpeg".to_owned(),
        other => format!("audio/{other}"),
    };
    Media::new(Source::Base64(audio.data.into_string()), Some(mime))
}

fn document_of(file: File<'_>, place: Place) -> Result<Media, Invalid> {
    let name = file.filename.map(Str::into_string);
    let mut media = match (file.file_data, file.file_id) {
        (Some(data), _) => match data_url(&data) {
            Some(Some((mime, data))) => Media::new(Source::Base64(data.to_owned()), mime),
            Some(None) => {
                let message = "is a data URL without base64: write data:MIME;base64,DATA";
                return Err(place.invalid(".file.file_data", message));
            }
            // Bare base64: the name tells what it is.
            None => {
                let pdf = name.as_deref().is_some_and(|name| name.ends_with(".pdf"));
                let mime = pdf.then(|| "application/pdf".to_owned());
                Media::new(Source::Base64(data.into_string()), mime)
            }
        },
        (None, Some(id)) => Media::new(
            Source::Stored {
                dialect: SELF,
                id: id.into_string(),
            },
            None,
        ),
        (None, None) => {
            return Err(place.invalid(".file", "has neither `file_data` nor `file_id`"));
        }
    };
    media.name = name;
    Ok(media)
}

/// `None` where it is no data URL; `Some(None)` where it is one that is not base64.
fn data_url(url: &str) -> Option<Option<(Option<String>, &str)>> {
    let scheme = url.get(..5)?;
    if !scheme.eq_ignore_ascii_case("data:") {
        return None;
    }
    let rest = url.get(5..)?;
    let Some((kind, data)) = rest.split_once(',') else {
        return Some(None);
    };
    let Some(kind) = kind.strip_suffix(";base64") else {
        return Some(None);
    };
    let mime = kind.split(';').next().unwrap_or_default();
    Some(Some(((!mime.is_empty()).then(|| mime.to_owned()), data)))
}

fn cache(piece: &mut Piece<'_>) -> Option<Cache> {
    piece
        .cache_control
        .take()
        .map(|mark| Cache(mark.into_owned()))
}

fn extra(fields: Extra<'_>) -> Option<Foreign> {
    Foreign::fields(SELF, Cow::into_owned(fields))
}

fn marked(media: Media, mut piece: Piece<'_>) -> Media {
    Media {
        cache: cache(&mut piece),
        extra: extra(piece.extra),
        ..media
    }
}

impl Place {
    fn need<T>(self, field: Option<T>, name: &str) -> Result<T, Invalid> {
        field.ok_or_else(|| self.invalid(name, "is missing"))
    }

    fn invalid(self, field: &str, message: &str) -> Invalid {
        let Self { message: at, part } = self;
        Invalid::at(format!("messages[{at}].content[{part}]{field}"), message)
    }
}
