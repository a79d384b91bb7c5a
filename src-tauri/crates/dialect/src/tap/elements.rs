//! The elements of a JSON array that comes in pieces, as Gemini streams without `alt=sse`.

use memchr::memchr2;

use super::framing::{KEPT_CAPACITY, TooLarge};

/// The largest element that is kept, in bytes.
const ELEMENT_LIMIT: usize = 32 << 20;

/// The elements of one array: objects, as no other are sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Elements {
    /// The unfinished element.
    rest: Vec<u8>,
    /// Brackets and braces that are open, the array's own included.
    depth: usize,
    in_string: bool,
    /// The next byte stands behind a backslash.
    escaped: bool,
    closed: bool,
}

impl Elements {
    /// Hands each element that ends in this chunk to `take`.
    pub(crate) fn split(
        &mut self,
        chunk: &[u8],
        mut take: impl FnMut(&[u8]),
    ) -> Result<(), TooLarge> {
        // Where the open element begins in this chunk; 0 where it began before.
        let mut start = 0;
        let mut at = 0;
        while let Some(&byte) = chunk.get(at) {
            if self.closed {
                return Ok(());
            }
            if self.in_string {
                at = self.through_string(chunk, at);
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    if self.depth == 1 {
                        start = at;
                        self.rest.clear();
                    }
                    self.depth += 1;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 1 {
                        self.end(chunk.get(start..=at).unwrap_or_default(), &mut take);
                    }
                    self.closed = self.depth == 0;
                }
                _ => {}
            }
            at += 1;
        }
        if self.depth > 1 {
            self.rest
                .extend_from_slice(chunk.get(start..).unwrap_or_default());
        }
        if self.rest.len() > ELEMENT_LIMIT {
            self.rest = Vec::new();
            return Err(TooLarge);
        }
        Ok(())
    }

    /// Whether the array has ended.
    pub(crate) fn closed(&self) -> bool {
        self.closed
    }

    fn end(&mut self, piece: &[u8], take: &mut impl FnMut(&[u8])) {
        if self.rest.is_empty() {
            take(piece);
        } else {
            let mut whole = std::mem::take(&mut self.rest);
            whole.extend_from_slice(piece);
            take(&whole);
            whole.clear();
            if whole.capacity() <= KEPT_CAPACITY {
                self.rest = whole;
            }
        }
    }

    /// From inside of a string to behind it, or to the chunk's end.
    fn through_string(&mut self, chunk: &[u8], from: usize) -> usize {
        let mut from = from;
        if std::mem::take(&mut self.escaped) {
            from += 1;
        }
        loop {
            let Some(found) = memchr2(b'"', b'\\', chunk.get(from..).unwrap_or_default()) else {
                return chunk.len();
            };
            let at = from + found;
            if chunk.get(at) == Some(&b'"') {
                self.in_string = false;
                return at + 1;
            }
            if at + 1 == chunk.len() {
                self.escaped = true;
                return chunk.len();
            }
            from = at + 2;
        }
    }
}
