//! An answer as it arrives.

use std::time::{Duration, Instant};

use bytes::{Buf, BytesMut};
use http::HeaderMap;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::{Answer, PATIENCE};

/// An answer whose body is still to be read. Dropped, it closes the connection.
#[derive(Debug)]
pub struct Open {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// When the head was there, from the moment of sending.
    pub head_at: Duration,
    pub(super) begun: Instant,
    pub(super) stream: TcpStream,
    pub(super) buffer: BytesMut,
    pub(super) left: Left,
}

#[derive(Debug)]
pub(super) enum Left {
    Bytes(usize),
    Chunked,
    UntilClosed,
    Nothing,
}

impl Open {
    /// The next piece of the body as it arrives; `None` at its end. `Err` where it breaks off.
    ///
    /// # Errors
    /// The connection ended before the body did.
    ///
    /// # Panics
    /// When nothing comes for a minute.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        match self.left {
            Left::Nothing | Left::Bytes(0) => Ok(None),
            Left::Bytes(left) => {
                if self.buffer.is_empty() && self.more().await == 0 {
                    return Err(Broken);
                }
                let piece = self.buffer.split_to(left.min(self.buffer.len())).to_vec();
                self.left = Left::Bytes(left - piece.len());
                Ok(Some(piece))
            }
            Left::UntilClosed => {
                if self.buffer.is_empty() && self.more().await == 0 {
                    return Ok(None);
                }
                Ok(Some(self.buffer.split().to_vec()))
            }
            Left::Chunked => self.chunk().await,
        }
    }

    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        let end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n") {
                break at;
            }
            if self.more().await == 0 {
                return Err(Broken);
            }
        };
        let line = std::str::from_utf8(&self.buffer[..end])
            .expect("a chunk's size")
            .to_owned();
        let size = usize::from_str_radix(line.trim(), 16).expect("a chunk's size");
        while self.buffer.len() < end + 2 + size + 2 {
            if self.more().await == 0 {
                return Err(Broken);
            }
        }
        self.buffer.advance(end + 2);
        let chunk = self.buffer.split_to(size).to_vec();
        self.buffer.advance(2);
        if size > 0 {
            return Ok(Some(chunk));
        }
        self.left = Left::Nothing;
        Ok(None)
    }

    async fn more(&mut self) -> usize {
        let read = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.buffer)).await;
        read.expect("something within a minute").unwrap_or(0)
    }

    /// Reads on until this text has come, and returns all until then.
    ///
    /// # Panics
    /// When the body ends before.
    pub async fn until(&mut self, text: &str) -> String {
        let mut seen = Vec::new();
        while find(&seen, text.as_bytes()).is_none() {
            match self.next().await {
                Ok(Some(chunk)) => seen.extend(chunk),
                end => panic!(
                    "{end:?} before {text:?}; so far: {}",
                    String::from_utf8_lossy(&seen)
                ),
            }
        }
        String::from_utf8_lossy(&seen).into_owned()
    }

    /// Reads to the end.
    pub async fn finish(mut self) -> Answer {
        let mut chunks = Vec::new();
        let clean = loop {
            match self.next().await {
                Ok(Some(chunk)) => chunks.push((self.begun.elapsed(), chunk)),
                Ok(None) => break true,
                Err(Broken) => break false,
            }
        };
        Answer {
            status: self.status,
            headers: self.headers,
            head_at: self.head_at,
            chunks,
            clean,
        }
    }
}

/// A body that broke off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

pub(super) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}
