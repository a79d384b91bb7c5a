//! Framing, and that no cut of the bytes changes it.

use super::*;
use proptest::prelude::*;

type Owned = Vec<(Option<String>, Vec<u8>)>;

fn frames<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Owned {
    let mut frames = Frames::new();
    let mut seen = Vec::new();
    for chunk in chunks {
        frames.push(chunk).unwrap();
        while let Some(frame) = frames.next() {
            seen.push((frame.event.map(str::to_owned), frame.data.into_owned()));
        }
    }
    seen
}

fn data(text: &str) -> Vec<String> {
    frames([text.as_bytes()])
        .into_iter()
        .map(|(_, data)| String::from_utf8(data).unwrap())
        .collect()
}

#[test]
fn every_line_ending_ends_a_line() {
    for ending in ["\n", "\r\n", "\r"] {
        let text = "data: a|data:b||: note|data: c||".replace('|', ending);
        assert_eq!(data(&text), ["a\nb", "c"], "{ending:?}");
    }
    assert_eq!(data("data: a\r\r\ndata: b\n\r\n"), ["a", "b"]);
}

#[test]
fn only_one_space_is_optional() {
    assert_eq!(data("data:a\n\ndata:  b\n\ndata\n\n"), ["a", " b", ""]);
}

#[test]
fn a_frame_without_data_is_none() {
    assert_eq!(
        data(": keep-alive\n\nevent: ping\n\nid: 1\n\n\n\ndata: a\n\n"),
        ["a"]
    );
}

#[test]
fn names_are_read_and_the_last_one_counts() {
    let seen =
        frames([b"event: a\nevent: b\ndata: 1\n\ndata: 2\n\nevent:\ndata: 3\n\n".as_slice()]);
    let names: Vec<_> = seen.iter().map(|(name, _)| name.as_deref()).collect();
    assert_eq!(names, [Some("b"), None, None]);
}

#[test]
fn a_byte_order_mark_is_left_out_once() {
    assert_eq!(data("\u{feff}data: a\n\n"), ["a"]);
    assert_eq!(data("\u{feff}\n\ndata: a\n\n"), ["a"]);
    assert!(data("data: a\n\n\u{feff}data: b\n\n").len() == 1);
}

#[test]
fn an_unfinished_frame_is_a_rest() {
    let mut frames = Frames::new();
    frames.push(b"data: a\n\n").unwrap();
    assert!(frames.next().is_some() && !frames.has_rest());
    frames.push(b"data: b").unwrap();
    assert!(frames.next().is_none() && frames.has_rest());
    frames.push(b"\n\n").unwrap();
    assert_eq!(frames.next().unwrap().data.as_ref(), b"b");
    assert!(!frames.has_rest());
}

#[test]
fn one_data_line_is_borrowed() {
    let mut frames = Frames::new();
    frames.push(b"event: x\ndata: a\n\n").unwrap();
    assert!(matches!(frames.next().unwrap().data, Cow::Borrowed(b"a")));
}

#[test]
fn a_frame_without_end_is_refused_and_many_small_ones_are_not() {
    let mut endless = Frames::new();
    let megabyte = vec![b'x'; 1 << 20];
    assert!((0..32).all(|_| endless.push(&megabyte).is_ok()));
    assert!(endless.push(b"x").is_err());
    let mut many = Frames::new();
    let frame = [b"data: ".as_slice(), &megabyte, b"\n\n"].concat();
    assert!(many.push(&frame.repeat(40)).is_ok());
}

proptest! {
    #[test]
    fn any_cut_gives_the_same_frames(
        pieces in prop::collection::vec(
            prop::sample::select(vec!["data:", " ", "a", ":", "event: e", "\n", "\r", "\r\n", "\n\n", "\u{feff}", "é"]), 0..40),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let text = pieces.concat().into_bytes();
        let whole = frames([text.as_slice()]);
        prop_assert_eq!(&frames(text.chunks(1)), &whole);
        let mut ends: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        ends.extend([0, text.len()]);
        ends.sort_unstable();
        prop_assert_eq!(&frames(ends.windows(2).map(|two| &text[two[0]..two[1]])), &whole);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        frames(bytes.chunks(7));
    }
}
