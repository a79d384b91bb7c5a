//! What a client sees, to the chunk: an HTTP/1.1 client that hides nothing.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use http::HeaderMap;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::sse::{self, Event};

mod open;

pub use open::{Broken, Open};

use open::{Left, find};

/// No answer of a test takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct Request {
    to: SocketAddr,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer whose body has been read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// When the head was there, from the moment of sending.
    pub head_at: Duration,
    /// The body's chunks as they arrived, and when.
    pub chunks: Vec<(Duration, Vec<u8>)>,
    /// Whether the body ended as HTTP says it must.
    pub clean: bool,
}

impl Request {
    /// A request with a method.
    pub fn new(to: SocketAddr, method: &str, target: &str) -> Self {
        Self {
            to,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("host".to_owned(), to.to_string())],
            body: Vec::new(),
        }
    }

    /// A GET.
    pub fn get(to: SocketAddr, target: &str) -> Self {
        Self::new(to, "GET", target)
    }

    /// A POST of this JSON.
    pub fn post(to: SocketAddr, target: &str, body: &Value) -> Self {
        Self::new(to, "POST", target)
            .header("content-type", "application/json")
            .body(body.to_string().into_bytes())
    }

    /// With exactly this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// With this header in place of one of that name.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        self.without(name).and_header(name, value)
    }

    /// With this header beside others of that name.
    #[must_use]
    pub fn and_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without that header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self
    }

    /// With the key as `Authorization: Bearer`.
    #[must_use]
    pub fn bearer(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    /// Sends it and reads the answer to its end.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(self) -> Answer {
        self.open().await.finish().await
    }

    /// Sends it and waits for the head of the answer.
    ///
    /// # Panics
    /// When there is none.
    pub async fn open(self) -> Open {
        self.try_open().await.expect("an answer")
    }

    /// Sends it and waits for the head of the answer.
    ///
    /// # Errors
    /// When the connection cannot be made, or ends before the head.
    ///
    /// # Panics
    /// When the answer is not HTTP.
    pub async fn try_open(self) -> std::io::Result<Open> {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(self.to).await?;
        stream.set_nodelay(true)?;
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let has_length = self
            .headers
            .iter()
            .any(|(name, _)| name == "content-length" || name == "transfer-encoding");
        if !has_length && (self.method != "GET" || !self.body.is_empty()) {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        // A server may refuse before all is written; what it said is then read all the same.
        let written = stream.write_all(&bytes).await;
        let mut buffer = BytesMut::new();
        let end = loop {
            if let Some(at) = find(&buffer, b"\r\n\r\n") {
                break at;
            }
            let read = tokio::time::timeout(PATIENCE, stream.read_buf(&mut buffer)).await;
            if read.map_err(|_| std::io::ErrorKind::TimedOut)?? == 0 {
                written?;
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        };
        let head = buffer.split_to(end + 4);
        let (status, headers) = parse(std::str::from_utf8(&head[..end]).expect("a head in ASCII"));
        let left = left(&self.method, status, &headers);
        Ok(Open {
            status,
            headers,
            head_at: begun.elapsed(),
            begun,
            stream,
            buffer,
            left,
        })
    }
}

impl Answer {
    /// The whole body.
    pub fn body(&self) -> Vec<u8> {
        self.chunks
            .iter()
            .flat_map(|(_, chunk)| chunk.clone())
            .collect()
    }

    /// The whole body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body()).into_owned()
    }

    /// The whole body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body()).unwrap_or_else(|wrong| {
            panic!(
                "{} with a body that is not JSON ({wrong}): {}",
                self.status,
                self.text()
            )
        })
    }

    /// The events of the body.
    ///
    /// # Panics
    /// When it is no stream of events.
    pub fn events(&self) -> Vec<Event> {
        assert_eq!(self.status, 200, "{}", self.text());
        let kind = self.header("content-type");
        assert!(
            kind.starts_with("text/event-stream"),
            "{kind}: {}",
            self.text()
        );
        sse::read(&self.body())
    }

    /// A header's text, or empty.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// How long the head and everything took.
    pub fn took(&self) -> Duration {
        self.chunks.last().map_or(self.head_at, |(at, _)| *at)
    }

    /// The error's text, wherever the dialect has it.
    pub fn error(&self) -> String {
        let body = self.json();
        let found = body["error"]["message"]
            .as_str()
            .or_else(|| body[0]["error"]["message"].as_str());
        found
            .unwrap_or_else(|| panic!("no error.message in {body}"))
            .to_owned()
    }
}

fn parse(head: &str) -> (u16, HeaderMap) {
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|word| word.parse().ok());
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').expect("a header");
        headers.append(
            name.parse::<http::HeaderName>().expect("a header's name"),
            value.trim().parse().expect("a header's value"),
        );
    }
    (status.expect("a status line"), headers)
}

fn left(method: &str, status: u16, headers: &HeaderMap) -> Left {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if method == "HEAD" || status == 204 || status == 304 {
        return Left::Nothing;
    }
    if text("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
        return Left::Chunked;
    }
    match text("content-length").and_then(|value| value.parse().ok()) {
        Some(length) => Left::Bytes(length),
        None => Left::UntilClosed,
    }
}
