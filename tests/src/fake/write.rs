//! An answer on its way out, in the portions and to the point that its script wants.

use std::io::{self, Write as _};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::StatusCode;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::WriteHalf;

use super::script::{Break, Part, Point, Script};

/// An answer, ready to be written.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Body,
    pub(super) pace: Duration,
}

/// The body, and how it ends.
#[derive(Debug)]
pub(super) enum Body {
    /// One write with its length announced; `true` where it is cut in the middle.
    Whole(Vec<u8>, Option<Break>),
    /// Chunks, one write each.
    Chunks(Vec<Vec<u8>>, Option<Break>),
    /// Nothing at all is said, not even a status.
    Silent(Break),
}

/// What becomes of the connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum After {
    /// It may bear the next request.
    Keep,
    /// It is closed.
    Close,
    /// It is left open and nothing more is said.
    Hang,
}

impl Answer {
    pub(super) async fn write(self, mut stream: WriteHalf<'_>) -> io::Result<After> {
        let (chunks, broken) = match self.body {
            Body::Silent(how) => return broken_off(stream.as_ref(), how),
            Body::Whole(ref body, broken) => {
                let head = self.head(&format!("content-length: {}", body.len()));
                stream.write_all(&head).await?;
                let Some(how) = broken else {
                    tokio::time::sleep(self.pace).await;
                    stream.write_all(body).await?;
                    return Ok(After::Keep);
                };
                stream.write_all(&body[..body.len() / 2]).await?;
                return broken_off(stream.as_ref(), how);
            }
            Body::Chunks(ref chunks, broken) => (chunks, broken),
        };
        stream
            .write_all(&self.head("transfer-encoding: chunked"))
            .await?;
        for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
            if !self.pace.is_zero() {
                tokio::time::sleep(self.pace).await;
            }
            let mut framed = format!("{:x}\r\n", chunk.len()).into_bytes();
            framed.extend_from_slice(chunk);
            framed.extend_from_slice(b"\r\n");
            stream.write_all(&framed).await?;
        }
        match broken {
            None | Some(Break::Eof | Break::Error) => {
                stream.write_all(b"0\r\n\r\n").await?;
                Ok(After::Keep)
            }
            Some(how) => broken_off(stream.as_ref(), how),
        }
    }

    fn head(&self, length: &str) -> Vec<u8> {
        let reason = self.status.canonical_reason().unwrap_or("Status");
        let mut head = format!("HTTP/1.1 {} {reason}\r\n{length}\r\n", self.status.as_str());
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

fn broken_off(stream: &TcpStream, how: Break) -> io::Result<After> {
    match how {
        Break::Hang => Ok(After::Hang),
        Break::Reset => {
            socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO))?;
            Ok(After::Close)
        }
        Break::Cut | Break::Eof | Break::Error => Ok(After::Close),
    }
}

/// Events as chunks: to the point of the break, with comments, line ends, cuts and compression as scripted.
pub(super) fn chunks(
    mut events: Vec<(Part, String)>,
    script: &Script,
    error: &str,
    gzip: bool,
) -> Body {
    let broken = script.broken.map(|(point, how)| {
        events.truncate(length_until(&events, point));
        if how == Break::Error {
            events.push((Part::End, error.to_owned()));
        }
        how
    });
    let mut chunks: Vec<Vec<u8>> = Vec::new();
    for (_, event) in events {
        let mut text = event;
        if script.comments {
            text.insert_str(0, ": keep-alive\n\n");
        }
        if script.crlf {
            text = text.replace('\n', "\r\n");
        }
        chunks.push(text.into_bytes());
    }
    if let Some(each) = script.cut {
        chunks = chunks.concat().chunks(each).map(<[u8]>::to_vec).collect();
    }
    if gzip {
        chunks = compressed(&chunks);
    }
    Body::Chunks(chunks, broken)
}

/// How many events come before the point.
fn length_until(events: &[(Part, String)], point: Point) -> usize {
    let first = |wanted: Part| events.iter().position(|(part, _)| *part == wanted);
    match point {
        Point::BeforeHeaders | Point::AfterHeaders => 0,
        Point::AfterLifecycle => first(Part::Content).unwrap_or(events.len()),
        Point::AfterContent(count) => {
            let ends = events
                .iter()
                .enumerate()
                .filter(|(_, (part, _))| *part == Part::Content);
            ends.map(|(at, _)| at + 1)
                .nth(count.saturating_sub(1))
                .unwrap_or(events.len())
        }
        Point::BeforeClosing => first(Part::Closing)
            .or(first(Part::End))
            .unwrap_or(events.len()),
        Point::BeforeEnd => first(Part::End).unwrap_or(events.len()),
    }
}

/// One stream of gzip, flushed after each chunk so that none waits for the next.
fn compressed(chunks: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let mut out = Vec::new();
    for chunk in chunks {
        encoder.write_all(chunk).expect("memory");
        encoder.flush().expect("memory");
        out.push(std::mem::take(encoder.get_mut()));
    }
    out.push(encoder.finish().expect("memory"));
    out
}

/// A document, compressed where that is scripted.
pub(super) fn zipped(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).expect("memory");
    encoder.finish().expect("memory")
}
