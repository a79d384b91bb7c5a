//! As much of HTTP/1.1 and of event streams as a load generator reads: a pushed decoder without I/O.

use memchr::{memchr, memmem};

/// Bytes that are no HTTP/1.1 answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    /// The status line.
    #[error("no HTTP/1.1 status line")]
    Status,
    /// Neither `content-length` nor `transfer-encoding: chunked`.
    #[error("an answer without a length")]
    Length,
    /// The size line of a chunk, or what ends a chunk.
    #[error("a broken chunk")]
    Chunk,
}

/// An answer while it is read.
#[derive(Debug)]
pub(crate) struct Reply {
    at: At,
    status: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Head,
    Sized(u64),
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailer,
    End,
}

impl Reply {
    /// An answer of which nothing has come.
    pub(crate) fn new() -> Self {
        Self {
            at: At::Head,
            status: 0,
        }
    }

    /// The status, 0 before the head has come.
    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    /// Whether the whole answer has been read.
    pub(crate) fn is_over(&self) -> bool {
        self.at == At::End
    }

    /// Reads what it can of `input`, hands body bytes to `body`, and returns how many bytes it is done with.
    /// The rest belongs in front of the next call's input.
    pub(crate) fn feed(
        &mut self,
        input: &[u8],
        mut body: impl FnMut(&[u8]),
    ) -> Result<usize, Malformed> {
        let mut done = 0;
        loop {
            let rest = &input[done..];
            let (used, next) = match self.at {
                At::Head => match memmem::find(rest, b"\r\n\r\n") {
                    Some(end) => (end + 4, self.head(&rest[..end + 2])?),
                    None => return Ok(done),
                },
                At::Sized(0) | At::End => {
                    self.at = At::End;
                    return Ok(done);
                }
                At::Chunk(0) => (0, At::ChunkEnd),
                At::Sized(_) | At::Chunk(_) if rest.is_empty() => return Ok(done),
                At::Sized(left) => {
                    let take = within(rest, left);
                    body(take);
                    (take.len(), At::Sized(left - take.len() as u64))
                }
                At::Chunk(left) => {
                    let take = within(rest, left);
                    body(take);
                    (take.len(), At::Chunk(left - take.len() as u64))
                }
                At::ChunkSize => match line(rest) {
                    Some(size) => (size.len() + 2, chunk(size)?),
                    None => return Ok(done),
                },
                At::ChunkEnd => match line(rest) {
                    Some(b"") => (2, At::ChunkSize),
                    Some(_) => return Err(Malformed::Chunk),
                    None => return Ok(done),
                },
                At::Trailer => match line(rest) {
                    Some(b"") => (2, At::End),
                    Some(field) => (field.len() + 2, At::Trailer),
                    None => return Ok(done),
                },
            };
            done += used;
            self.at = next;
        }
    }

    /// Reads the head, whose every line still has its end.
    fn head(&mut self, head: &[u8]) -> Result<At, Malformed> {
        self.status = head
            .strip_prefix(b"HTTP/1.1 ")
            .and_then(|rest| rest.get(..3))
            .and_then(number)
            .and_then(|status| u16::try_from(status).ok())
            .ok_or(Malformed::Status)?;
        if let Some(length) = field(head, "content-length") {
            return Ok(At::Sized(number(length).ok_or(Malformed::Length)?));
        }
        match field(head, "transfer-encoding") {
            Some(coding) if coding.eq_ignore_ascii_case(b"chunked") => Ok(At::ChunkSize),
            _ => Err(Malformed::Length),
        }
    }
}

/// The trimmed value of a header field, of a head whose every line still has its end.
pub(crate) fn field<'head>(head: &'head [u8], name: &str) -> Option<&'head [u8]> {
    let mut rest = head;
    while let Some(end) = memchr(b'\n', rest) {
        let line = &rest[..end];
        rest = &rest[end + 1..];
        if line.len() > name.len()
            && line[name.len()] == b':'
            && line[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        {
            return Some(line[name.len() + 1..].trim_ascii());
        }
    }
    None
}

/// A decimal number.
pub(crate) fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn within(rest: &[u8], left: u64) -> &[u8] {
    let take = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
    &rest[..take]
}

fn line(rest: &[u8]) -> Option<&[u8]> {
    memmem::find(rest, b"\r\n").map(|end| &rest[..end])
}

fn chunk(size: &[u8]) -> Result<At, Malformed> {
    let digits = memchr(b';', size).map_or(size, |end| &size[..end]);
    let size = std::str::from_utf8(digits.trim_ascii())
        .ok()
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
        .ok_or(Malformed::Chunk)?;
    Ok(if size == 0 {
        At::Trailer
    } else {
        At::Chunk(size)
    })
}

/// The `data:` lines of an event stream, found wherever the pieces are cut.
#[derive(Debug, Default)]
pub(crate) struct EventLines {
    begun: Vec<u8>,
}

impl EventLines {
    /// Reads a piece and hands the value of each `data:` line that is whole to `data`.
    pub(crate) fn feed(&mut self, piece: &[u8], mut data: impl FnMut(&[u8])) {
        let mut rest = piece;
        while let Some(end) = memchr(b'\n', rest) {
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            if self.begun.is_empty() {
                value(line, &mut data);
            } else {
                self.begun.extend_from_slice(line);
                value(&self.begun, &mut data);
                self.begun.clear();
            }
            rest = after;
        }
        self.begun.extend_from_slice(rest);
    }
}

fn value(line: &[u8], data: &mut impl FnMut(&[u8])) {
    if let Some(value) = line.strip_prefix(b"data:") {
        data(value.trim_ascii());
    }
}

#[cfg(test)]
mod tests;
