//! Frames of a stream without a copy: only a frame that is cut is kept until its rest comes.

use memchr::memchr2;

/// The largest frame that is kept, in bytes.
const FRAME_LIMIT: usize = 32 << 20;

/// What a kept piece may have grown to before its memory is given back.
pub(super) const KEPT_CAPACITY: usize = 16 << 10;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A frame is over the limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// The frames of one stream.
#[derive(Debug, Clone, Default)]
pub(super) struct Framing {
    /// The unfinished frame, where it was cut.
    rest: Vec<u8>,
    /// Some frame has passed; from there on a byte order mark is text.
    begun: bool,
}

impl Framing {
    /// Hands each frame that ends in this chunk to `take`, with the number of its lines.
    pub(super) fn split(
        &mut self,
        chunk: &[u8],
        take: impl FnMut(&[u8], usize),
    ) -> Result<(), TooLarge> {
        if self.rest.is_empty() {
            let read = self.frames(chunk, 0, take);
            self.rest
                .extend_from_slice(chunk.get(read..).unwrap_or_default());
        } else {
            let mut all = std::mem::take(&mut self.rest);
            // The blank line may begin in what was kept.
            let from = all.len().saturating_sub(2);
            all.extend_from_slice(chunk);
            let read = self.frames(&all, from, take);
            all.drain(..read);
            if all.capacity() > KEPT_CAPACITY && all.len() < KEPT_CAPACITY {
                all.shrink_to(all.len());
            }
            self.rest = all;
        }
        if self.rest.len() > FRAME_LIMIT {
            self.rest = Vec::new();
            return Err(TooLarge);
        }
        Ok(())
    }

    /// Whether nothing but white space has come.
    pub(super) fn is_blank(&self) -> bool {
        !self.begun && self.rest.trim_ascii().is_empty()
    }

    /// The unfinished frame, which is not kept any longer.
    pub(super) fn take_rest(&mut self) -> Vec<u8> {
        let rest = std::mem::take(&mut self.rest);
        match rest.strip_prefix(BYTE_ORDER_MARK) {
            Some(unmarked) if !self.begun => unmarked.to_vec(),
            _ => rest,
        }
    }

    /// Takes the frames of `bytes` and tells how much that was. No blank line ends before `from`.
    fn frames(&mut self, bytes: &[u8], from: usize, mut take: impl FnMut(&[u8], usize)) -> usize {
        let mut start = 0;
        let mut from = from;
        while let Some(end) = frame_end(bytes, start, from) {
            let mut frame = bytes.get(start..end).unwrap_or_default();
            if !self.begun
                && let Some(unmarked) = frame.strip_prefix(BYTE_ORDER_MARK)
            {
                frame = unmarked;
                self.begun = true;
            }
            if !frame.trim_ascii().is_empty() {
                self.begun = true;
                take(frame, lines(frame));
            }
            start = end;
            from = end;
        }
        start
    }
}

/// Where the frame that begins at `start` ends, behind its blank line.
fn frame_end(bytes: &[u8], start: usize, from: usize) -> Option<usize> {
    let mut from = from;
    loop {
        let at = from + memchr2(b'\n', b'\r', bytes.get(from..)?)?;
        let next = line_end(bytes, at);
        if at == start {
            return Some(next);
        }
        if matches!(bytes.get(next), Some(b'\n' | b'\r')) {
            return Some(line_end(bytes, next));
        }
        from = next;
    }
}

/// Behind the line end that begins here.
fn line_end(bytes: &[u8], at: usize) -> usize {
    let two = bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
    at + 1 + usize::from(two)
}

/// Non-empty lines.
fn lines(frame: &[u8]) -> usize {
    let mut count = 0;
    let mut start = 0;
    for at in memchr::memchr2_iter(b'\n', b'\r', frame) {
        count += usize::from(at > start);
        start = at + 1;
    }
    count + usize::from(frame.len() > start)
}
