//! One answer, checked while it comes, without I/O.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::count::Count;
use crate::bench::ask::{Ask, since_epoch};
use crate::bench::failed::WrongAnswer;
use crate::bench::fake::STAMP;
use crate::bench::wire::{EventLines, Reply};

/// An answer while it is read.
pub(super) struct Reading {
    ask: Ask,
    verbatim: bool,
    reply: Reply,
    lines: EventLines,
    seen: Seen,
}

#[derive(Default)]
struct Seen {
    bytes: u64,
    events: u64,
    stamps: u64,
    done: bool,
    /// The beginning of a body, for the message about a wrong one.
    beginning: Vec<u8>,
}

/// What the body of a whole answer has at least.
const WHOLE: u64 = 500;
/// How much of a wrong body is shown.
const SHOWN: usize = 300;

impl Reading {
    pub(super) fn new(ask: Ask, verbatim: bool) -> Self {
        Self {
            ask,
            verbatim,
            reply: Reply::new(),
            lines: EventLines::default(),
            seen: Seen::default(),
        }
    }

    /// How many content chunks have said when they were written.
    pub(super) fn stamps(&self) -> u64 {
        self.seen.stamps
    }

    /// Reads what has come and takes it off `input`; true when the answer is whole.
    pub(super) fn feed(&mut self, input: &mut Vec<u8>, count: &Count) -> Result<bool, WrongAnswer> {
        let (seen, lines, ask) = (&mut self.seen, &mut self.lines, self.ask);
        let before = seen.events;
        let used = self.reply.feed(input, |piece| {
            seen.bytes += piece.len() as u64;
            let room = SHOWN.saturating_sub(seen.beginning.len());
            seen.beginning
                .extend_from_slice(&piece[..piece.len().min(room)]);
            if ask.is_stream() {
                lines.feed(piece, |data| seen.event(ask, data, count));
            }
        })?;
        count.events.fetch_add(seen.events - before, Relaxed);
        input.drain(..used);
        Ok(self.reply.is_over())
    }

    /// Whether a whole answer is a right one.
    pub(super) fn judge(&self) -> Result<(), WrongAnswer> {
        let (status, seen) = (self.reply.status(), &self.seen);
        if status != 200 {
            return Err(WrongAnswer::Status {
                status,
                body: String::from_utf8_lossy(&seen.beginning).into_owned(),
            });
        }
        if !self.ask.is_stream() {
            return if seen.bytes < WHOLE {
                Err(WrongAnswer::Short(seen.bytes))
            } else {
                Ok(())
            };
        }
        let (got, want) = (seen.events, self.ask.chat_events());
        if !seen.done {
            Err(WrongAnswer::NoDone)
        } else if self.verbatim && got != want || got + 3 < want {
            Err(WrongAnswer::Events { got, want })
        } else {
            Ok(())
        }
    }
}

impl Seen {
    fn event(&mut self, ask: Ask, data: &[u8], count: &Count) {
        self.events += 1;
        self.done = data == b"[DONE]";
        if matches!(ask, Ask::Paced(..))
            && let Some(sent) = stamp(data)
        {
            self.stamps += 1;
            count.waited(since_epoch().saturating_sub(sent));
        }
    }
}

/// When a paced chunk was written.
fn stamp(data: &[u8]) -> Option<Duration> {
    let at = memchr::memmem::find(data, STAMP.as_bytes())? + STAMP.len();
    let digits = data[at..].split(|byte| !byte.is_ascii_digit()).next()?;
    let nanos = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

    fn read(ask: Ask, body: &str, count: &Count) -> Result<(), WrongAnswer> {
        let mut reading = Reading::new(ask, true);
        let mut input = format!("{HEAD}{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).into_bytes();
        assert!(reading.feed(&mut input, count)?);
        assert!(input.is_empty());
        reading.judge()
    }

    fn counted() -> Result<Count, WrongAnswer> {
        Count::new().map_err(|why| std::io::Error::other(why.to_string()).into())
    }

    #[test]
    fn a_stream_without_its_end_mark_is_wrong() -> Result<(), WrongAnswer> {
        let count = counted()?;
        let whole = "data: {}\n\n".repeat(4) + "data: [DONE]\n\n";
        read(Ask::Stream(1), &whole, &count)?;
        let unended = "data: {}\n\n".repeat(5);
        let why = read(Ask::Stream(1), &unended, &count).err();
        assert!(matches!(why, Some(WrongAnswer::NoDone)), "{why:?}");
        Ok(())
    }

    #[test]
    fn a_stream_that_lost_a_chunk_is_wrong() -> Result<(), WrongAnswer> {
        let short = "data: {}\n\n".repeat(3) + "data: [DONE]\n\n";
        let why = read(Ask::Stream(1), &short, &counted()?).err();
        assert!(
            matches!(why, Some(WrongAnswer::Events { got: 4, want: 5 })),
            "{why:?}"
        );
        Ok(())
    }

    #[test]
    fn an_error_status_is_wrong_and_shows_its_body() -> Result<(), WrongAnswer> {
        let mut reading = Reading::new(Ask::Whole, true);
        let mut input = b"HTTP/1.1 503 X\r\ncontent-length: 4\r\n\r\nbusy".to_vec();
        assert!(reading.feed(&mut input, &counted()?)?);
        let why = reading.judge().err();
        assert!(
            matches!(&why, Some(WrongAnswer::Status { status: 503, body }) if body == "busy"),
            "{why:?}"
        );
        Ok(())
    }

    #[test]
    fn a_stamp_is_read_back() {
        let data = format!(r#"{{"delta":{{"content":"{STAMP}1785000000123456789 "}}}}"#);
        assert_eq!(
            stamp(data.as_bytes()),
            Some(Duration::from_nanos(1_785_000_000_123_456_789))
        );
    }
}
