//! A picture's size, from the first bytes of its file: PNG, JPEG, GIF, WebP.

use super::decoded;

/// Pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: u64,
    pub(super) height: u64,
}

/// What is decoded at first, and at most: a JPEG's size stands behind its embedded preview.
const HEAD: usize = 48;
const MOST: usize = 192 << 10;

/// The size of a picture that is written in base64.
pub(super) fn of_base64(data: &str) -> Option<Size> {
    let head = decoded(data, HEAD);
    if head.starts_with(&[0xFF, 0xD8]) {
        return jpeg(&decoded(data, MOST));
    }
    png(&head).or_else(|| gif(&head)).or_else(|| webp(&head))
}

fn size(width: u32, height: u32) -> Option<Size> {
    (width > 0 && height > 0).then_some(Size {
        width: u64::from(width),
        height: u64::from(height),
    })
}

fn png(bytes: &[u8]) -> Option<Size> {
    bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    size(big(bytes.get(16..20)?), big(bytes.get(20..24)?))
}

fn gif(bytes: &[u8]) -> Option<Size> {
    bytes.strip_prefix(b"GIF8")?;
    size(little(bytes.get(6..8)?), little(bytes.get(8..10)?))
}

fn webp(bytes: &[u8]) -> Option<Size> {
    let kind = (bytes.starts_with(b"RIFF") && bytes.get(8..12)? == b"WEBP")
        .then(|| bytes.get(12..16))??;
    match kind {
        b"VP8 " => size(
            little(bytes.get(26..28)?) & 0x3FFF,
            little(bytes.get(28..30)?) & 0x3FFF,
        ),
        b"VP8L" => {
            let bits = little(bytes.get(21..25)?);
            size((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
        }
        b"VP8X" => size(
            little(bytes.get(24..27)?) + 1,
            little(bytes.get(27..30)?) + 1,
        ),
        _ => None,
    }
}

/// Segment by segment to the one that begins the frame.
fn jpeg(bytes: &[u8]) -> Option<Size> {
    let mut at = 2;
    loop {
        let &[0xFF, marker] = bytes.get(at..at + 2)? else {
            return None;
        };
        match marker {
            // Padding, and segments of no length.
            0xFF => at += 1,
            0x01 | 0xD0..=0xD8 => at += 2,
            // SOF0 to SOF15, but for tables (C4, CC) and an extension (C8).
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                return size(
                    big(bytes.get(at + 7..at + 9)?),
                    big(bytes.get(at + 5..at + 7)?),
                );
            }
            _ => at += 2 + big(bytes.get(at + 2..at + 4)?) as usize,
        }
    }
}

fn big(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |all, byte| all << 8 | u32::from(*byte))
}

fn little(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .rev()
        .fold(0, |all, byte| all << 8 | u32::from(*byte))
}
