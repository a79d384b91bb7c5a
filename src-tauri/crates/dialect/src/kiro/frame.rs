//! Messages out of an AWS event stream (`application/vnd.amazon.eventstream`), whose chunks are cut anywhere.
//!
//! A message is big-endian: its length, the length of its headers, a CRC of these eight bytes, headers, payload, and a
//! CRC of all before it (the AWS SDK's `aws-smithy-eventstream` has the format). A broken message is skipped; several in
//! a row end the stream.

mod headers;

use crate::Malformed;

/// Length, length of the headers, CRC.
const PRELUDE: usize = 12;
/// The prelude and the last CRC.
const FRAME: usize = PRELUDE + 4;
/// The largest message, in bytes.
const MOST: usize = 16 << 20;
/// Broken messages in a row that end the stream.
const MOST_BROKEN: usize = 5;

/// What kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Event,
    /// A modelled error: its name is the exception's.
    Exception,
    /// Another error: its name is its code, and its payload empty.
    Error,
}

/// A message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Message<'a> {
    pub(crate) kind: Kind,
    /// The event, exception or code.
    pub(crate) name: &'a str,
    /// JSON; of an error without a payload, its words.
    pub(crate) payload: &'a [u8],
}

/// The messages of one stream. Any cut of its bytes into chunks gives the same ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frames {
    bytes: Vec<u8>,
    /// What was read of `bytes`.
    read: usize,
    /// Broken messages since the last whole one.
    broken: usize,
    /// The next prelude is being looked for.
    lost: bool,
}

impl Frames {
    /// Takes a chunk.
    pub(crate) fn push(&mut self, chunk: &[u8]) {
        self.bytes.drain(..self.read);
        self.read = 0;
        self.bytes.extend_from_slice(chunk);
    }

    /// The next whole message.
    ///
    /// # Errors
    /// The bytes are no event stream.
    pub(crate) fn next(&mut self) -> Result<Option<Message<'_>>, Malformed> {
        loop {
            let Some(found) = self.find()? else {
                return Ok(None);
            };
            // Looked at anew: what was found may not be held while more is looked for.
            let (start, end) = found;
            let is_whole = self
                .bytes
                .get(start..end)
                .is_some_and(|bytes| message(bytes).is_some());
            if is_whole {
                self.broken = 0;
                return Ok(self.bytes.get(start..end).and_then(message));
            }
            self.count_broken()?;
        }
    }

    /// Whether bytes of an unfinished message are left.
    pub(crate) fn has_rest(&self) -> bool {
        self.read < self.bytes.len()
    }

    /// Where the next message stands that has come as a whole. Behind a broken prelude it is looked for byte by byte.
    fn find(&mut self) -> Result<Option<(usize, usize)>, Malformed> {
        loop {
            let rest = self.bytes.get(self.read..).unwrap_or_default();
            let Some(prelude) = rest.get(..PRELUDE) else {
                return Ok(None);
            };
            match length(prelude) {
                Some(length) if rest.len() < length => return Ok(None),
                Some(length) => {
                    self.lost = false;
                    let start = self.read;
                    self.read += length;
                    return Ok(Some((start, start + length)));
                }
                None => {
                    if !std::mem::replace(&mut self.lost, true) {
                        self.count_broken()?;
                    }
                    self.read += 1;
                }
            }
        }
    }

    fn count_broken(&mut self) -> Result<(), Malformed> {
        self.broken += 1;
        if self.broken < MOST_BROKEN {
            return Ok(());
        }
        Err(Malformed::new(
            "the stream is no AWS event stream, or is broken",
        ))
    }
}

/// The length of a message, if its prelude is whole.
fn length(prelude: &[u8]) -> Option<usize> {
    let (numbers, crc) = prelude.split_at_checked(8)?;
    if crc32fast::hash(numbers) != number(crc)? {
        return None;
    }
    let length = number(numbers.get(..4)?)? as usize;
    let headers = number(numbers.get(4..)?)? as usize;
    let fits = (FRAME..=MOST).contains(&length) && headers <= length - FRAME;
    fits.then_some(length)
}

/// A message, if its bytes are whole.
fn message(bytes: &[u8]) -> Option<Message<'_>> {
    let (checked, crc) = bytes.split_at_checked(bytes.len().checked_sub(4)?)?;
    if crc32fast::hash(checked) != number(crc)? {
        return None;
    }
    let headers = number(checked.get(4..8)?)? as usize;
    let (headers, payload) = checked.get(PRELUDE..)?.split_at_checked(headers)?;
    let headers = headers::read(headers)?;
    let (kind, name) = match headers.kind {
        Some("exception") => (Kind::Exception, headers.exception),
        Some("error") => (Kind::Error, headers.code),
        _ => (Kind::Event, headers.event),
    };
    let words = headers.words.filter(|_| payload.is_empty());
    Some(Message {
        kind,
        name: name.unwrap_or_default(),
        payload: words.map_or(payload, str::as_bytes),
    })
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests;
