//! Frames that say nothing of usage, the end or an error, told by a glance at their bytes.
//!
//! A frame that only looks as if it did is read; one that does is never left out. (JSON escapes quotes inside of
//! strings, so a bare `"usage"` with a colon behind it is a key. Keys are taken as every upstream writes them, without
//! escapes.)

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::{Dialect, sse};

struct Finders {
    done: Finder<'static>,
    finish_reason: Finder<'static>,
    usage: Finder<'static>,
    error: Finder<'static>,
    message: Finder<'static>,
    completed: Finder<'static>,
    incomplete: Finder<'static>,
    failed: Finder<'static>,
}

static FINDERS: LazyLock<Finders> = LazyLock::new(|| Finders {
    done: Finder::new("[DONE]"),
    finish_reason: Finder::new("\"finish_reason\""),
    usage: Finder::new("\"usage\""),
    error: Finder::new("\"error\""),
    message: Finder::new("\"message_"),
    completed: Finder::new("\"response.completed\""),
    incomplete: Finder::new("\"response.incomplete\""),
    failed: Finder::new("\"response.failed\""),
});

/// Whether a frame of so many lines need not be read.
pub(super) fn is(dialect: Dialect, frame: &[u8], lines: usize) -> bool {
    let (name, text) = match (lines, first_line(frame)) {
        (1, line) => match sse::field(line) {
            (b"data", text) => (None, text),
            // A comment.
            (b"", _) => return true,
            _ => return false,
        },
        (2, line) => match sse::field(line) {
            (b"event", name) => (Some(name), frame),
            _ => return false,
        },
        _ => return false,
    };
    match (dialect, name) {
        (Dialect::OpenaiChat, None) => !tells_in_chat(text),
        (Dialect::Anthropic, Some(name)) => name.starts_with(b"content_block_") || name == b"ping",
        (Dialect::Anthropic, None) => !has(&FINDERS.message, text) && !has(&FINDERS.error, text),
        (Dialect::OpenaiResponses, Some(name)) => name.ends_with(b".delta"),
        (Dialect::OpenaiResponses, None) => {
            let found = &*FINDERS;
            let tells = [
                &found.completed,
                &found.incomplete,
                &found.failed,
                &found.error,
            ];
            !tells.into_iter().any(|finder| has(finder, text))
        }
        // Gemini tells its usage in every frame.
        _ => false,
    }
}

fn first_line(frame: &[u8]) -> &[u8] {
    let end = memchr::memchr2(b'\n', b'\r', frame).unwrap_or(frame.len());
    frame.get(..end).unwrap_or_default()
}

fn tells_in_chat(data: &[u8]) -> bool {
    let found = &*FINDERS;
    [&found.finish_reason, &found.usage, &found.error]
        .into_iter()
        .any(|finder| is_said(finder, data))
        || has(&found.done, data)
}

fn has(finder: &Finder<'_>, text: &[u8]) -> bool {
    finder.find(text).is_some()
}

/// Whether a key stands there with a value other than `null`.
fn is_said(finder: &Finder<'_>, data: &[u8]) -> bool {
    let length = finder.needle().len();
    finder.find_iter(data).any(|at| {
        let behind = data.get(at + length..).unwrap_or_default();
        match behind.trim_ascii_start() {
            [b':', value @ ..] => !value.trim_ascii_start().starts_with(b"null"),
            // It is a value.
            [b',' | b'}' | b']', ..] => false,
            _ => true,
        }
    })
}
