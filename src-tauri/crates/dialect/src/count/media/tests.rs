//! Pictures of each format, and what each vendor takes for them.

use super::*;

fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0]);
    bytes
}

fn size(bytes: &[u8]) -> Option<(u64, u64)> {
    size::of_base64(&base64(bytes)).map(|size| (size.width, size.height))
}

fn picture(bytes: &[u8]) -> Media {
    Media::new(Source::Base64(base64(bytes)), None)
}

#[test]
fn sizes_of_all_four_formats_are_read() {
    assert_eq!(size(&png(640, 480)), Some((640, 480)));
    assert_eq!(size(b"GIF89a\x40\x01\xf0\x00rest"), Some((320, 240)));
    let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x20\x03\x58\x02";
    assert_eq!(size(lossy), Some((800, 600)));
    let lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x1f\xc3\x95\x00rest";
    assert_eq!(size(lossless), Some((800, 600)));
    let extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\x03\0\x57\x02\0";
    assert_eq!(size(extended), Some((800, 600)));
    let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xE1, 0xF0, 0x00];
    jpeg.resize(4 + 0xF000, 7);
    jpeg.extend([
        0xFF, 0xFF, 0xC4, 0, 4, 1, 2, 0xFF, 0xC2, 0, 17, 8, 2, 88, 3, 32, 3,
    ]);
    assert_eq!(size(&jpeg), Some((800, 600)));
    for broken in [
        &b""[..],
        b"BM",
        &png(0, 5),
        &jpeg[..500],
        b"GIF89a\x40",
        b"RIFF\0\0\0\0WEBPVP8?",
    ] {
        assert_eq!(size(broken), None);
    }
    assert_eq!(size::of_base64("not base64!"), None);
}

#[test]
fn each_vendor_counts_pictures_its_own_way() {
    let rows = [
        // Examples of the vendors' pages.
        (Dialect::Anthropic, 200, 200, 54),
        (Dialect::Anthropic, 1000, 1000, 1334),
        (Dialect::Anthropic, 8000, 8000, 1600),
        (Dialect::OpenaiChat, 1024, 1024, 765),
        (Dialect::OpenaiChat, 2048, 4096, 1105),
        (Dialect::OpenaiChat, 512, 512, 255),
        (Dialect::Gemini, 384, 384, 258),
        (Dialect::Gemini, 1000, 700, 516),
    ];
    for (dialect, width, height, tokens) in rows {
        assert_eq!(
            image(dialect, &picture(&png(width, height))),
            tokens,
            "{dialect:?} {width}x{height}"
        );
    }
    let mut low = picture(&png(4096, 4096));
    low.detail = Some("low".to_owned());
    assert_eq!(image(Dialect::OpenaiResponses, &low), 85);
    let linked = Media::new(Source::Url("https://example.com/a.png".to_owned()), None);
    assert_eq!(image(Dialect::OpenaiChat, &linked), 765);
    let inline = format!("data:image/png;base64,{}", base64(&png(200, 200)));
    assert_eq!(
        image(Dialect::Anthropic, &Media::new(Source::Url(inline), None)),
        54
    );
}

#[test]
fn documents_count_by_page_and_texts_by_word() {
    let pdf = picture(b"%PDF-1.4 <</Type/Pages>> <</Type /Page>> <</Type/Page /x>>");
    assert_eq!(document(Dialect::Anthropic, &pdf), 2 * PAGE);
    assert_eq!(document(Dialect::Gemini, &pdf), 2 * GEMINI_PAGE);
    assert_eq!(document(Dialect::Anthropic, &picture(b"packed")), PAGE);
    let text = Media::new(
        Source::Base64(base64(b"one two three four")),
        Some("text/plain".to_owned()),
    );
    assert_eq!(document(Dialect::Anthropic, &text), 4);
}

#[test]
fn sound_counts_by_second() {
    let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    wav.extend(8_000_u32.to_le_bytes());
    wav.extend(16_000_u32.to_le_bytes());
    wav.resize(44 + 47_000, 0);
    assert_eq!(audio(Dialect::Gemini, &picture(&wav)), 3 * GEMINI_SECOND);
    assert_eq!(
        audio(Dialect::OpenaiChat, &picture(&[1; 40_000])),
        3 * SECOND
    );
}
