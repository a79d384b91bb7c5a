//! A stream out of its envelopes, piece by piece.

use crate::sse::Frames;
use crate::{Malformed, sse};

/// Takes the envelopes off a stream: Code Assist's server-sent events go in, Gemini's come out, or the elements of one
/// JSON array for a client that did not ask for `alt=sse`.
#[derive(Debug, Default)]
pub struct Unwrap {
    frames: Frames,
    array: bool,
    begun: bool,
}

impl Unwrap {
    /// A stream's begin.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same as one JSON array.
    #[must_use]
    pub fn as_array(mut self) -> Self {
        self.array = true;
        self
    }

    /// Takes the next chunk, cut anywhere; what it brings is appended to `out`.
    ///
    /// # Errors
    /// A frame is over the limit.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        self.frames.push(chunk)?;
        while let Some(frame) = self.frames.next() {
            write(&frame, (self.array, self.begun), out);
            self.begun = true;
        }
        Ok(())
    }

    /// The upstream has closed. A last frame may lack its blank line; an array is closed.
    ///
    /// # Errors
    /// As [`Unwrap::push`].
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Malformed> {
        self.push(b"\n\n", out)?;
        if self.array {
            out.extend_from_slice(if self.begun { b"]" } else { b"[]" });
        }
        Ok(())
    }

    /// Whether an element of the array was written: an error that ends it has to stand behind a comma.
    pub const fn has_begun(&self) -> bool {
        self.begun
    }
}

fn write(frame: &sse::Frame<'_>, (array, begun): (bool, bool), out: &mut Vec<u8>) {
    let answer = super::inner(&frame.data);
    if array {
        out.extend_from_slice(if begun { b",\r\n" } else { b"[" });
        out.extend_from_slice(answer);
        return;
    }
    if let Some(name) = frame.event {
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    for line in answer.split(|byte| *byte == b'\n') {
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}
