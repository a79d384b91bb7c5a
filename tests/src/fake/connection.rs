//! One TCP connection of a client: requests read from it, to the byte.

use std::io;
use std::time::Instant;

use bytes::{Buf, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};

use super::received::Received;

const LARGEST_HEAD: usize = 256 * 1024;

pub(super) struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).expect("a socket option");
        Self {
            stream,
            buffer: BytesMut::new(),
        }
    }

    /// The next request, or `None` at the end of the connection.
    pub(super) async fn request(&mut self) -> io::Result<Option<Received>> {
        let end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at;
            }
            if self.buffer.len() > LARGEST_HEAD || self.more().await? == 0 {
                return Ok(None);
            }
        };
        let head = self.buffer.split_to(end + 4);
        let mut request = parse(&head[..end])?;
        request.body = self.body(&request.headers).await?;
        Ok(Some(request))
    }

    /// To write, and meanwhile to see whether the client leaves.
    pub(super) fn halves(&mut self) -> (WriteHalf<'_>, Reading<'_>) {
        let (reading, writing) = self.stream.split();
        (
            writing,
            Reading {
                half: reading,
                buffer: &mut self.buffer,
            },
        )
    }

    async fn more(&mut self) -> io::Result<usize> {
        self.stream.read_buf(&mut self.buffer).await
    }

    async fn body(&mut self, headers: &HeaderMap) -> io::Result<Vec<u8>> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if text("transfer-encoding").is_some() {
            return self.chunked().await;
        }
        let length = text("content-length")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        self.take(length).await
    }

    async fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < length {
            if self.more().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.buffer.split_to(length).to_vec())
    }

    async fn chunked(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                if let Some(at) = find(&self.buffer, b"\r\n") {
                    break at;
                }
                if self.more().await? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            };
            let line = self.buffer.split_to(end);
            self.buffer.advance(2);
            let size = std::str::from_utf8(&line)
                .ok()
                .and_then(|line| usize::from_str_radix(line.trim(), 16).ok())
                .ok_or(io::ErrorKind::InvalidData)?;
            body.extend(self.take(size).await?);
            self.take(2).await?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
}

/// The client's side of a connection.
pub(super) struct Reading<'a> {
    half: ReadHalf<'a>,
    buffer: &'a mut BytesMut,
}

impl Reading<'_> {
    /// Waits until the client has closed, or reset, its side.
    pub(super) async fn gone(mut self) {
        while self
            .half
            .read_buf(self.buffer)
            .await
            .is_ok_and(|read| read > 0)
        {}
    }
}

fn parse(head: &[u8]) -> io::Result<Received> {
    let bad = || io::Error::from(io::ErrorKind::InvalidData);
    let text = std::str::from_utf8(head).map_err(|_| bad())?;
    let mut lines = text.split("\r\n");
    let mut words = lines.next().ok_or_else(bad)?.split(' ');
    let method = words
        .next()
        .and_then(|word| word.parse::<Method>().ok())
        .ok_or_else(bad)?;
    let target = words.next().ok_or_else(bad)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').ok_or_else(bad)?;
        let name: HeaderName = name.parse().map_err(|_| bad())?;
        let value: HeaderValue = value.trim().parse().map_err(|_| bad())?;
        headers.append(name, value);
    }
    Ok(Received {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Vec::new(),
        key: String::new(),
        at: Instant::now(),
    })
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}
