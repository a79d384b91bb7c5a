//! Frames of a stream without a copy: only a frame that is cut is kept until its rest comes.

use memchr::memchr2;

/// The largest frame that is kept, in bytes.
const FRAME_LIMIT: usize = 32 << 20;

/// What a kept piece may have grown to before its memory is given back.
pub(super) const KEPT_CAPACITY: usize = 16 << 10;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A whole frame, as it stands there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    /// Its bytes, the blank line behind it included.
    pub(super) bytes: &'a [u8],
    /// Its first line, without its end.
    pub(super) first: &'a [u8],
    /// How many of its lines are not empty.
    pub(super) lines: usize,
}

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
    /// Hands each frame that ends in this chunk to `take`.
    pub(super) fn split(
        &mut self,
        chunk: &[u8],
        take: impl FnMut(Seen<'_>),
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
    fn frames(&mut self, bytes: &[u8], from: usize, mut take: impl FnMut(Seen<'_>)) -> usize {
        let mut start = 0;
        let mut from = from;
        while let Some(end) = frame_end(bytes, start, from) {
            let mut frame = bytes.get(start..end.at).unwrap_or_default();
            let mut only_line = end.only_line.filter(|_| from == start);
            if !self.begun
                && let Some(unmarked) = frame.strip_prefix(BYTE_ORDER_MARK)
            {
                frame = unmarked;
                only_line = None;
                self.begun = true;
            }
            if !frame.trim_ascii_start().is_empty() {
                self.begun = true;
                take(match only_line {
                    // So nearly all frames are.
                    Some(length) => Seen {
                        bytes: frame,
                        first: frame.get(..length).unwrap_or_default(),
                        lines: 1,
                    },
                    None => Seen::of(frame),
                });
            }
            start = end.at;
            from = end.at;
        }
        start
    }
}

impl<'a> Seen<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let mut seen = Self {
            bytes,
            first: bytes,
            lines: 0,
        };
        let mut start = 0;
        for (turn, at) in memchr::memchr2_iter(b'\n', b'\r', bytes).enumerate() {
            if turn == 0 {
                seen.first = bytes.get(..at).unwrap_or_default();
            }
            seen.lines += usize::from(at > start);
            start = at + 1;
        }
        seen.lines += usize::from(bytes.len() > start);
        seen
    }
}

/// The end of a frame.
struct FrameEnd {
    /// Behind its blank line.
    at: usize,
    /// How long its line is, where the first line end that was met is its blank line's.
    only_line: Option<usize>,
}

/// Where the frame that begins at `start` ends, looked for behind `from`.
fn frame_end(bytes: &[u8], start: usize, from: usize) -> Option<FrameEnd> {
    let mut next_line = from;
    loop {
        let at = next_line + memchr2(b'\n', b'\r', bytes.get(next_line..)?)?;
        let next = line_end(bytes, at);
        if at == start {
            return Some(FrameEnd {
                at: next,
                only_line: None,
            });
        }
        if matches!(bytes.get(next), Some(b'\n' | b'\r')) {
            return Some(FrameEnd {
                at: line_end(bytes, next),
                only_line: (next_line == from).then_some(at - start),
            });
        }
        next_line = next;
    }
}

/// Behind the line end that begins here.
fn line_end(bytes: &[u8], at: usize) -> usize {
    let two = bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
    at + 1 + usize::from(two)
}
