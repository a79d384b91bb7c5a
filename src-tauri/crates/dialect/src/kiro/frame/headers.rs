//! Headers of a message, of which few are looked at.

/// Those that say what a message is.
#[derive(Debug, Default)]
pub(super) struct Headers<'a> {
    pub(super) kind: Option<&'a str>,
    pub(super) event: Option<&'a str>,
    pub(super) exception: Option<&'a str>,
    pub(super) code: Option<&'a str>,
    /// The words of an error.
    pub(super) words: Option<&'a str>,
}

/// Reads all headers; `None` where they are cut or of a type that is not known.
pub(super) fn read(mut bytes: &[u8]) -> Option<Headers<'_>> {
    let mut headers = Headers::default();
    while !bytes.is_empty() {
        let name = text(&mut bytes, 1)?;
        let value = value(&mut bytes)?;
        let place = match name {
            ":message-type" => &mut headers.kind,
            ":event-type" => &mut headers.event,
            ":exception-type" => &mut headers.exception,
            ":error-code" => &mut headers.code,
            ":error-message" => &mut headers.words,
            _ => continue,
        };
        *place = value;
    }
    Some(headers)
}

/// A value, if it is a text.
fn value<'a>(bytes: &mut &'a [u8]) -> Option<Option<&'a str>> {
    let kind = *take(bytes, 1)?.first()?;
    let fixed = match kind {
        // True and false have none.
        0 | 1 => 0,
        2 => 1,
        3 => 2,
        4 => 4,
        // A number, or a time in milliseconds.
        5 | 8 => 8,
        9 => 16,
        6 => {
            let length = length(bytes, 2)?;
            take(bytes, length)?;
            return Some(None);
        }
        7 => return text(bytes, 2).map(Some),
        _ => return None,
    };
    take(bytes, fixed)?;
    Some(None)
}

/// A text behind its length, which has so many bytes.
fn text<'a>(bytes: &mut &'a [u8], size: usize) -> Option<&'a str> {
    let length = length(bytes, size)?;
    std::str::from_utf8(take(bytes, length)?).ok()
}

fn length(bytes: &mut &[u8], size: usize) -> Option<usize> {
    let bytes = take(bytes, size)?.iter();
    Some(bytes.fold(0, |length, byte| (length << 8) | usize::from(*byte)))
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}
