//! Server-Sent Events out of chunks that are cut anywhere.
//!
//! Framing is that of the HTML standard (chapter 9.2.6): lines end with LF, CRLF or CR, comments are left out, several
//! `data` lines are joined by LF, and a frame without `data` is none.

use crate::Malformed;
use memchr::memchr2;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

/// The largest frame, in bytes.
const FRAME_LIMIT: usize = 32 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Frames of one stream. Any cut of its bytes into chunks gives the same ones.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// Whole frames in `bytes` that were not asked for yet.
    whole: VecDeque<Range<usize>>,
    /// Where the unfinished frame begins, and its unfinished line.
    frame: usize,
    line: usize,
    /// Where the last line ended with CR, an LF at the next one's start belongs to it.
    after_cr: bool,
    /// The stream's first bytes have passed; from there on a byte order mark is text.
    begun: bool,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its name, where it has one.
    pub event: Option<&'a str>,
    /// Its data: borrowed, but for several lines joined.
    pub data: Cow<'a, [u8]>,
}

impl Frames {
    /// A stream's begin.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a chunk. A body whose last blank line may be missing is ended by pushing `"\n\n"`.
    ///
    /// # Errors
    /// A frame is over 32 MiB.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), Malformed> {
        self.forget_what_was_read();
        let mut from = self.bytes.len();
        self.bytes.extend_from_slice(chunk);
        while let Some(at) = memchr2(b'\n', b'\r', self.bytes.get(from..).unwrap_or_default()) {
            let at = from + at;
            from = at + 1;
            self.end_line(at);
        }
        let unfinished = self.bytes.len() - self.frame;
        if unfinished > FRAME_LIMIT || self.whole.iter().any(|frame| frame.len() > FRAME_LIMIT) {
            return Err(Malformed::new("an event of the stream is over 32 MiB"));
        }
        Ok(())
    }

    /// The next whole frame.
    #[expect(
        clippy::should_implement_trait,
        reason = "the frame borrows from the buffer"
    )]
    pub fn next(&mut self) -> Option<Frame<'_>> {
        loop {
            let range = self.whole.pop_front()?;
            let first = !std::mem::replace(&mut self.begun, true);
            if has_data(unmarked(self.bytes.get(range.clone())?, first)) {
                return parse(unmarked(self.bytes.get(range)?, first));
            }
        }
    }

    /// Whether bytes of an unfinished frame are left.
    pub fn has_rest(&self) -> bool {
        self.frame < self.bytes.len()
    }

    fn end_line(&mut self, at: usize) {
        let byte = self.bytes.get(at).copied();
        if at == self.line && self.after_cr && byte == Some(b'\n') {
            if self.frame == at {
                self.frame = at + 1;
            }
            self.line = at + 1;
            self.after_cr = false;
            return;
        }
        if at == self.line {
            if at > self.frame {
                self.whole.push_back(self.frame..at);
            }
            self.frame = at + 1;
        }
        self.line = at + 1;
        self.after_cr = byte == Some(b'\r');
    }

    fn forget_what_was_read(&mut self) {
        if !self.whole.is_empty() || self.frame == 0 {
            return;
        }
        self.bytes.drain(..self.frame.min(self.bytes.len()));
        self.line -= self.frame;
        self.frame = 0;
    }
}

fn unmarked(frame: &[u8], first: bool) -> &[u8] {
    match frame.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) if first => rest,
        _ => frame,
    }
}

fn has_data(frame: &[u8]) -> bool {
    lines(frame).any(|line| field(line).0 == b"data")
}

/// The frame of these lines; `None` where none is data.
pub(crate) fn parse(frame: &[u8]) -> Option<Frame<'_>> {
    let mut event = None;
    let mut data: Option<Cow<'_, [u8]>> = None;
    for line in lines(frame) {
        match field(line) {
            (b"data", value) => match &mut data {
                None => data = Some(Cow::Borrowed(value)),
                Some(joined) => {
                    let joined = joined.to_mut();
                    joined.push(b'\n');
                    joined.extend_from_slice(value);
                }
            },
            (b"event", value) => event = std::str::from_utf8(value).ok(),
            _ => {}
        }
    }
    Some(Frame {
        event: event.filter(|name| !name.is_empty()),
        data: data?,
    })
}

/// The lines of a frame. An empty one between CR and LF says nothing, as all empty ones inside a frame.
fn lines(frame: &[u8]) -> impl Iterator<Item = &[u8]> {
    frame.split(|byte| matches!(byte, b'\n' | b'\r'))
}

/// A line's name and value; a comment has no name.
pub(crate) fn field(line: &[u8]) -> (&[u8], &[u8]) {
    let Some(colon) = memchr::memchr(b':', line) else {
        return (line, &[]);
    };
    let (name, value) = line.split_at(colon);
    let value = value.get(1..).unwrap_or_default();
    (name, value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests;
