//! The decoder, over messages written by hand.

use proptest::prelude::*;

use super::*;

/// A message with nothing in it.
const EMPTY: &str = "000000100000000005c248eb7d98c8ff";
/// The event `assistantResponseEvent` that says "Hi".
const HI: &str = "0000007c0000005c3bddcf780b3a6576656e742d74797065070016617373697374616e74526573706f6e73654576656e740d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74656e74223a224869227db02babdc";
/// The exception `ThrottlingException`.
const SLOW: &str = "0000006200000040f00cbad40d3a6d6573736167652d74797065070009657863657074696f6e0f3a657863657074696f6e2d747970650700135468726f74746c696e67457863657074696f6e7b226d657373616765223a22736c6f77227d90dfcaa9";

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(digit).collect()
}

/// A message with these headers, each its name and the bytes of its value, type first.
fn written(headers: &[(&str, Vec<u8>)], payload: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(u8::try_from(name.len()).unwrap());
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(value);
    }
    let length = u32::try_from(FRAME + head.len() + payload.len()).unwrap();
    let mut out = length.to_be_bytes().to_vec();
    out.extend(u32::try_from(head.len()).unwrap().to_be_bytes());
    out.extend(crc32fast::hash(&out).to_be_bytes());
    out.extend(head);
    out.extend_from_slice(payload);
    out.extend(crc32fast::hash(&out).to_be_bytes());
    out
}

fn text(value: &str) -> Vec<u8> {
    let mut out = vec![7];
    out.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
    out.extend_from_slice(value.as_bytes());
    out
}

type Told = (Kind, String, Vec<u8>);

fn told(chunks: &[&[u8]]) -> (Vec<Told>, bool) {
    let mut frames = Frames::default();
    let mut all = Vec::new();
    for chunk in chunks {
        frames.push(chunk);
        while let Some(message) = frames.next().unwrap() {
            all.push((
                message.kind,
                message.name.to_owned(),
                message.payload.to_vec(),
            ));
        }
    }
    (all, frames.has_rest())
}

#[test]
fn messages_of_every_kind_are_read() {
    let code = [
        (":message-type", text("error")),
        (":error-code", text("500")),
        (":error-message", text("broken")),
    ];
    let stream = [bytes(EMPTY), bytes(HI), bytes(SLOW), written(&code, b"")].concat();
    let expected = [
        (Kind::Event, "", &b""[..]),
        (
            Kind::Event,
            "assistantResponseEvent",
            br#"{"content":"Hi"}"#,
        ),
        (
            Kind::Exception,
            "ThrottlingException",
            br#"{"message":"slow"}"#,
        ),
        (Kind::Error, "500", b"broken"),
    ];
    let expected: Vec<Told> = expected
        .into_iter()
        .map(|(kind, name, payload)| (kind, name.to_owned(), payload.to_vec()))
        .collect();
    assert_eq!(told(&[&stream]), (expected, false));
}

#[test]
fn t2_a_stream_cut_at_any_byte_has_the_same_messages() {
    let stream = [bytes(HI), bytes(EMPTY), bytes(SLOW), bytes(HI)].concat();
    let whole = told(&[&stream]);
    assert_eq!(whole.0.len(), 4);
    for at in 0..=stream.len() {
        let (head, tail) = stream.split_at(at);
        assert_eq!(told(&[head, tail]), whole, "cut at {at}");
        assert_eq!(
            told(&[head]).1,
            ![0, 124, 140, 238, 362].contains(&at),
            "{at}"
        );
    }
    let each: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(told(&each), whole);
}

#[test]
fn headers_of_every_type_are_passed_over() {
    let headers = [
        ("a", vec![0]),
        ("b", vec![1]),
        ("c", vec![2, 1]),
        ("d", vec![3, 1, 2]),
        ("e", vec![4, 1, 2, 3, 4]),
        ("f", [&[5][..], &[0; 8]].concat()),
        ("g", vec![6, 0, 3, 1, 2, 3]),
        ("h", [&[8][..], &[0; 8]].concat()),
        ("i", [&[9][..], &[0; 16]].concat()),
        (":event-type", text("é")),
    ];
    let (all, rest) = told(&[&written(&headers, b"{}")]);
    assert_eq!(all, [(Kind::Event, "é".to_owned(), b"{}".to_vec())]);
    assert!(!rest);
}

#[test]
fn a_broken_message_is_skipped_and_the_next_is_found() {
    let mut payload = bytes(HI);
    payload[110] ^= 1;
    let mut prelude = bytes(HI);
    prelude[9] ^= 1;
    let header = written(&[("x", vec![77])], b"");
    for broken in [payload, prelude, header, b"\x01\x02".to_vec()] {
        let (all, rest) = told(&[&broken, &bytes(SLOW)]);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].1, "ThrottlingException");
        assert!(!rest);
    }
}

#[test]
fn what_is_no_event_stream_ends_it() {
    let mut broken = bytes(HI);
    broken[110] ^= 1;
    let mut frames = Frames::default();
    frames.push(&broken.repeat(5));
    assert!(frames.next().is_err());
    let mut longest = (u32::MAX).to_be_bytes().to_vec();
    longest.extend(0_u32.to_be_bytes());
    longest.extend(crc32fast::hash(&longest).to_be_bytes());
    let mut frames = Frames::default();
    frames.push(&longest);
    assert_eq!(frames.next(), Ok(None));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(noise in prop::collection::vec(any::<u8>(), 0..200), at in 0..124_usize, size in 1..40_usize) {
        let mut stream = bytes(HI);
        stream.splice(at..at, noise.iter().copied());
        stream.extend(bytes(SLOW));
        let mut frames = Frames::default();
        for chunk in stream.chunks(size) {
            frames.push(chunk);
            while let Ok(Some(_)) = frames.next() {}
        }
    }
}
