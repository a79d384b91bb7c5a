//! One connection of the fake: request after request until the client leaves.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::answers::{Answers, STREAM_END, STREAM_HEAD, Spoken, framed};
use crate::bench::ask::Ask;
use crate::bench::wire::{field, number};

/// Serves until the client leaves; a socket that fails is a client that left.
pub(super) async fn serve(stream: TcpStream, answers: Arc<Answers>, good: bool) {
    let _left = converse(stream, &answers, good).await;
}

async fn converse(mut stream: TcpStream, answers: &Answers, good: bool) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut input = Vec::with_capacity(16 * 1024);
    loop {
        let Some((head, end)) = request(&mut stream, &mut input).await? else {
            return Ok(());
        };
        let path = path(&input[..head]);
        let ask = Ask::of_model(model(&input[head..end]));
        let spoken = Spoken::of_path(path);
        let listed = path.ends_with(b"/models");
        input.drain(..end);
        match (spoken, ask) {
            _ if !good => stream.write_all(&answers.unavailable).await?,
            (Some(spoken), Ask::Whole) => stream.write_all(answers.whole(spoken)).await?,
            (Some(spoken), Ask::Stream(chunks)) => {
                stream.write_all(&answers.stream(spoken, chunks)).await?;
            }
            (Some(spoken), Ask::Paced(chunks, pace)) => {
                paced(&mut stream, spoken, chunks, pace).await?;
            }
            (None, _) if listed => stream.write_all(&answers.models).await?,
            (None, _) => stream.write_all(&answers.unknown).await?,
        }
    }
}

/// Waits for a whole request: where its head and where its body ends. `None` when the client has left.
async fn request(
    stream: &mut TcpStream,
    input: &mut Vec<u8>,
) -> io::Result<Option<(usize, usize)>> {
    loop {
        if let Some(end) = memmem::find(input, b"\r\n\r\n") {
            let head = end + 4;
            let length = field(&input[..head], "content-length").and_then(number);
            let whole = head + usize::try_from(length.unwrap_or(0)).unwrap_or(0);
            if input.len() >= whole {
                return Ok(Some((head, whole)));
            }
        }
        if stream.read_buf(input).await? == 0 {
            return Ok(None);
        }
    }
}

fn path(head: &[u8]) -> &[u8] {
    head.split(|byte| *byte == b' ').nth(1).unwrap_or(b"")
}

/// The value of the body's first `"model"`. A parser would cost as much as all else that the fake does.
fn model(body: &[u8]) -> &str {
    const KEY: &[u8] = b"\"model\"";
    memmem::find(body, KEY)
        .and_then(|at| {
            body[at + KEY.len()..]
                .split(|byte| *byte == b'"')
                .nth(1)
                .and_then(|value| std::str::from_utf8(value).ok())
        })
        .unwrap_or("")
}

/// Writes each chunk by itself, at its time.
async fn paced(
    stream: &mut TcpStream,
    spoken: Spoken,
    chunks: u32,
    pace: Duration,
) -> io::Result<()> {
    let begun = Instant::now();
    let mut opening = STREAM_HEAD.to_vec();
    for event in spoken.opening() {
        opening.extend(framed(&event));
    }
    stream.write_all(&opening).await?;
    for chunk in 0..chunks {
        tokio::time::sleep_until(begun + pace * chunk).await;
        stream.write_all(&framed(&spoken.stamped())).await?;
    }
    let mut closing = Vec::new();
    for event in spoken.closing(chunks) {
        closing.extend(framed(&event));
    }
    closing.extend(STREAM_END);
    stream.write_all(&closing).await
}
