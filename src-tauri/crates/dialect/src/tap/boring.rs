//! Frames that say nothing of usage, the end or an error, told by a glance at their bytes.
//!
//! A frame that only looks as if it did is read; one that does is never left out. (JSON escapes quotes inside of
//! strings, so a bare `"usage"` with a colon behind it is a key. Keys are taken as every upstream writes them, without
//! escapes.)

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use memchr::memmem;

use super::framing::Seen;
use crate::{Dialect, sse};

/// One pass finds whichever of a dialect's words comes first.
struct Words {
    words: &'static [&'static str],
    /// `None` on processors without the instructions it is made of.
    searcher: Option<Searcher>,
}

/// What stands for the end in OpenAI Chat, and no key.
const DONE: &str = "[DONE]";

static CHAT: LazyLock<Words> =
    LazyLock::new(|| Words::new(&["\"finish_reason\"", "\"usage\"", "\"error\"", DONE]));
static ANTHROPIC: LazyLock<Words> = LazyLock::new(|| Words::new(&["\"message_", "\"error\""]));
static RESPONSES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "\"response.completed\"",
        "\"response.incomplete\"",
        "\"response.failed\"",
        "\"error\"",
    ])
});

impl Words {
    fn new(words: &'static [&'static str]) -> Self {
        Self {
            words,
            searcher: Searcher::new(words),
        }
    }

    /// Whether one of them stands there so that it counts, which what follows it may say.
    fn any(&self, text: &[u8], counts: impl Fn(&str, &[u8]) -> bool) -> bool {
        let behind = |end: usize| text.get(end..).unwrap_or_default();
        let Some(searcher) = &self.searcher else {
            return self.words.iter().any(|word| {
                let mut found = memmem::find_iter(text, word);
                found.any(|at| counts(word, behind(at + word.len())))
            });
        };
        searcher.find_iter(text).any(|found| {
            let word = self.words.get(found.pattern().as_usize());
            word.is_none_or(|word| counts(word, behind(found.end())))
        })
    }
}

/// Whether a frame need not be read.
pub(super) fn is(dialect: Dialect, frame: Seen<'_>) -> bool {
    let (name, text) = match (frame.lines, sse::field(frame.first)) {
        (1, (b"data", text)) => (None, text),
        // A comment.
        (1, (b"", _)) => return true,
        (2, (b"event", name)) => (Some(name), frame.bytes),
        _ => return false,
    };
    let stands = |_: &str, _: &[u8]| true;
    match (dialect, name) {
        (Dialect::OpenaiChat, None) => !CHAT.any(text, is_said),
        (Dialect::Anthropic, Some(name)) => name.starts_with(b"content_block_") || name == b"ping",
        (Dialect::Anthropic, None) => !ANTHROPIC.any(text, stands),
        (Dialect::OpenaiResponses, Some(name)) => name.ends_with(b".delta"),
        (Dialect::OpenaiResponses, None) => !RESPONSES.any(text, stands),
        // Gemini tells its usage in every frame.
        _ => false,
    }
}

/// Whether a key stands there with a value other than `null`.
fn is_said(word: &str, behind: &[u8]) -> bool {
    if word == DONE {
        return true;
    }
    match behind.trim_ascii_start() {
        [b':', value @ ..] => !value.trim_ascii_start().starts_with(b"null"),
        // It is a value.
        [b',' | b'}' | b']', ..] => false,
        _ => true,
    }
}
