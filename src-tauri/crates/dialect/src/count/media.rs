//! Tokens of pictures, documents and sound, by what each vendor's pages say.

mod size;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chat::{Media, Source};

use self::size::Size;
use super::estimate_text;
use crate::Dialect;

/// Anthropic: a pixel is 1/750 token; larger pictures are scaled to this edge, and none costs more than this.
const ANTHROPIC_PIXELS: u64 = 750;
const ANTHROPIC_EDGE: u64 = 1_568;
const ANTHROPIC_MOST: u64 = 1_600;

/// OpenAI (`gpt-4o`): a base, and each tile of 512 pixels, in a picture scaled to 2048 and then to 768 on its short side.
const OPENAI_BASE: u64 = 85;
const OPENAI_TILE: u64 = 170;
const OPENAI_TILE_EDGE: u64 = 512;
const OPENAI_EDGE: u64 = 2_048;
const OPENAI_SHORT: u64 = 768;

/// Gemini: a small picture, and each tile of a larger one.
const GEMINI_TILE: u64 = 258;
const GEMINI_SMALL: u64 = 384;
const GEMINI_TILE_EDGE: u64 = 768;

/// A picture whose size cannot be read.
const UNKNOWN: Size = Size {
    width: 1_024,
    height: 1_024,
};

/// A page of a document: Gemini takes it as a picture; Anthropic names 1,500 to 3,000.
const GEMINI_PAGE: u64 = 258;
const PAGE: u64 = 2_250;

/// A second of sound, and how many bytes that is where the file does not say (128 kbit/s).
const GEMINI_SECOND: u64 = 32;
const SECOND: u64 = 10;
const BYTES_A_SECOND: u64 = 16_000;

pub(super) fn image(dialect: Dialect, image: &Media) -> u64 {
    let size = base64_of(&image.source)
        .and_then(size::of_base64)
        .unwrap_or(UNKNOWN);
    match dialect {
        Dialect::Anthropic | Dialect::Kiro => anthropic(size),
        Dialect::OpenaiChat | Dialect::OpenaiResponses => match image.detail.as_deref() {
            Some("low") => OPENAI_BASE,
            _ => openai(size),
        },
        Dialect::Gemini => gemini(size),
    }
}

pub(super) fn document(dialect: Dialect, document: &Media) -> u64 {
    let page = match dialect {
        Dialect::Gemini => GEMINI_PAGE,
        _ => PAGE,
    };
    match &document.source {
        Source::Text(text) => estimate_text(text),
        Source::Base64(data) if is_text(document) => {
            let bytes = decoded(data, data.len());
            estimate_text(&String::from_utf8_lossy(&bytes))
        }
        Source::Base64(data) => page * pages(&decoded(data, data.len())),
        Source::Url(_) | Source::Stored { .. } => page,
    }
}

pub(super) fn audio(dialect: Dialect, audio: &Media) -> u64 {
    let second = match dialect {
        Dialect::Gemini => GEMINI_SECOND,
        _ => SECOND,
    };
    let Some(data) = base64_of(&audio.source) else {
        return second;
    };
    let bytes = data.len() as u64 / 4 * 3;
    let head = decoded(data, 44);
    let rate = match (head.get(..4), head.get(28..32)) {
        (Some(b"RIFF"), Some(&[a, b, c, d])) => u64::from(u32::from_le_bytes([a, b, c, d])),
        _ => BYTES_A_SECOND,
    };
    second * bytes.div_ceil(rate.max(1)).max(1)
}

fn anthropic(Size { width, height }: Size) -> u64 {
    let long = width.max(height).max(1);
    let (width, height) = if long > ANTHROPIC_EDGE {
        (
            width * ANTHROPIC_EDGE / long,
            height * ANTHROPIC_EDGE / long,
        )
    } else {
        (width, height)
    };
    (width * height)
        .div_ceil(ANTHROPIC_PIXELS)
        .min(ANTHROPIC_MOST)
}

fn openai(Size { width, height }: Size) -> u64 {
    let shrink = |(width, height): (u64, u64), edge: u64, limit: u64| {
        if edge > limit {
            (width * limit / edge, height * limit / edge)
        } else {
            (width, height)
        }
    };
    let fitted = shrink((width, height), width.max(height), OPENAI_EDGE);
    let (width, height) = shrink(fitted, fitted.0.min(fitted.1), OPENAI_SHORT);
    let tiles = width.div_ceil(OPENAI_TILE_EDGE) * height.div_ceil(OPENAI_TILE_EDGE);
    OPENAI_BASE + OPENAI_TILE * tiles.max(1)
}

fn gemini(Size { width, height }: Size) -> u64 {
    if width <= GEMINI_SMALL && height <= GEMINI_SMALL {
        return GEMINI_TILE;
    }
    GEMINI_TILE * width.div_ceil(GEMINI_TILE_EDGE) * height.div_ceil(GEMINI_TILE_EDGE)
}

/// The data, if it is here.
fn base64_of(source: &Source) -> Option<&str> {
    match source {
        Source::Base64(data) => Some(data),
        Source::Url(url) => url
            .strip_prefix("data:")?
            .split_once(";base64,")
            .map(|it| it.1),
        Source::Text(_) | Source::Stored { .. } => None,
    }
}

fn is_text(document: &Media) -> bool {
    let mime = document.mime.as_deref().unwrap_or_default();
    mime.starts_with("text/") || mime == "application/json"
}

/// The first bytes of what is encoded; whatever is broken is left out.
fn decoded(data: &str, bytes: usize) -> Vec<u8> {
    let wanted = bytes.div_ceil(3).saturating_mul(4).min(data.len());
    let data = data.as_bytes().get(..wanted).unwrap_or_default();
    let end = memchr::memchr(b'=', data).unwrap_or(data.len());
    let data = data.get(..end).unwrap_or_default();
    // The bits behind the last whole byte are of no interest.
    let whole = if data.len() % 4 == 1 {
        data.len() - 1
    } else {
        data.len()
    };
    STANDARD_NO_PAD
        .decode(data.get(..whole).unwrap_or_default())
        .unwrap_or_default()
}

/// Pages of a PDF, as far as its objects are not packed; at least one.
fn pages(pdf: &[u8]) -> u64 {
    let finder = memchr::memmem::Finder::new("/Type");
    let mut pages = 0;
    for at in finder.find_iter(pdf) {
        let behind = pdf.get(at + "/Type".len()..).unwrap_or_default();
        let rest = behind.trim_ascii_start().strip_prefix(b"/Page");
        pages += u64::from(rest.is_some_and(|rest| !rest.starts_with(b"s")));
    }
    pages.max(1)
}

#[cfg(test)]
mod tests;
