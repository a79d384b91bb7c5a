//! Streams: translated, and beside them the tap; any cut gives the same, and what is written is well-formed.

use chat::Dialect;
use dialect::grammar::Wire;
use dialect::{Ending, Fault, FaultKind, Frames, Malformed, StreamTranslation, Tap, code_assist};
use fastrand::Rng;

use crate::corpus;
use crate::{SPOKEN, back, feed};

/// Two pieces, and each byte of the second by itself.
fn cut<'a>(bytes: &'a [u8], rng: &mut Rng) -> Vec<&'a [u8]> {
    let (head, tail) = bytes.split_at(rng.usize(..=bytes.len()));
    let size = 1 + rng.usize(..7);
    std::iter::once(head).chain(tail.chunks(size)).collect()
}

fn translated(
    dialect: Dialect,
    client: Dialect,
    chunks: &[&[u8]],
) -> (Vec<u8>, Result<Ending, Malformed>) {
    let mut translation = StreamTranslation::new(dialect, client, &back(None));
    let mut out = Vec::new();
    let mut read = || {
        for chunk in chunks {
            translation.push(chunk, &mut out)?;
        }
        translation.finish(&mut out)
    };
    let ending = read();
    if let Err(malformed) = &ending {
        let ours =
            malformed.message.contains("the grammar") && !is_half_a_letter(&malformed.message);
        assert!(!ours, "{malformed}");
    }
    if ending != Ok(Ending::Complete) {
        let fault = Fault {
            status: 502,
            kind: FaultKind::Upstream,
            message: "it broke".to_owned(),
            code: None,
            param: None,
            request_id: "r".to_owned(),
        };
        translation.fail(&fault, &mut out);
    }
    (out, ending)
}

/// Halves of letters in the arguments of a call travel as they came; whoever checks cannot read them.
fn is_half_a_letter(message: &str) -> bool {
    message.contains("hex escape") || message.contains("surrogate")
}

fn tapped(dialect: Dialect, chunks: &[&[u8]]) -> (Ending, Option<chat::Usage>, bool) {
    let mut tap = Tap::new(dialect);
    for chunk in chunks {
        tap.scan(chunk);
    }
    (tap.finish(), tap.usage(), tap.error().is_some())
}

fn read(dialect: Dialect, bytes: &[u8], rng: &mut Rng) {
    // What is its own dialect's is never translated.
    let clients: Vec<Dialect> = SPOKEN
        .into_iter()
        .filter(|client| *client != dialect)
        .collect();
    let client = clients[rng.usize(..clients.len())];
    let pieces = cut(bytes, rng);
    let (whole, ending) = translated(dialect, client, &[bytes]);
    let (parted, again) = translated(dialect, client, &pieces);
    assert_eq!(ending, again);
    assert_eq!(
        String::from_utf8_lossy(&whole),
        String::from_utf8_lossy(&parted)
    );
    let mut wire = Wire::new(client);
    match wire.take(&whole) {
        Ok(()) => {}
        Err(violation) if is_half_a_letter(&violation.to_string()) => return,
        Err(violation) => panic!("{violation}: {}", String::from_utf8_lossy(&whole)),
    }
    assert!(wire.is_over(), "{}", String::from_utf8_lossy(&whole));
    assert_eq!(tapped(dialect, &[bytes]), tapped(dialect, &pieces));
    if dialect == Dialect::Gemini {
        assert_eq!(unwrapped(&[bytes]), unwrapped(&pieces));
    }
}

fn unwrapped(chunks: &[&[u8]]) -> Vec<u8> {
    let mut stream = code_assist::Unwrap::new();
    let mut out = Vec::new();
    for chunk in chunks {
        stream.push(chunk, &mut out).unwrap();
    }
    stream.finish(&mut out).unwrap();
    out
}

fn run(dialect: Dialect) {
    let corpus = corpus::of(dialect, &["stream.sse", "stream.json", "stream.events"]);
    feed(&corpus, |bytes, rng| read(dialect, bytes, rng));
}

#[test]
fn no_bytes_break_streams_of_openai_chat() {
    run(Dialect::OpenaiChat);
}

#[test]
fn no_bytes_break_streams_of_openai_responses() {
    run(Dialect::OpenaiResponses);
}

#[test]
fn no_bytes_break_streams_of_anthropic() {
    run(Dialect::Anthropic);
}

#[test]
fn no_bytes_break_streams_of_gemini() {
    run(Dialect::Gemini);
}

#[test]
fn no_bytes_break_streams_of_kiro() {
    run(Dialect::Kiro);
}

#[test]
fn no_bytes_break_frames() {
    let corpus = corpus::of(Dialect::OpenaiChat, &["stream.sse"]);
    feed(&corpus, |bytes, rng| {
        let frames = |chunks: &[&[u8]]| {
            let mut frames = Frames::new();
            let mut all: Vec<(Option<String>, Vec<u8>)> = Vec::new();
            for chunk in chunks {
                frames.push(chunk).unwrap();
                while let Some(frame) = frames.next() {
                    all.push((frame.event.map(str::to_owned), frame.data.into_owned()));
                }
            }
            (all, frames.has_rest())
        };
        assert_eq!(frames(&[bytes]), frames(&cut(bytes, rng)));
    });
}
