//! T2: a recorded stream may be cut at any byte.

use chat::Dialect;
use dialect::{StreamTranslation, Tap};

use crate::case::{Case, SPOKEN, of};
use crate::told::stream_in;

fn streams() -> impl Iterator<Item = (Case, Vec<u8>)> {
    let all = SPOKEN.into_iter().chain([Dialect::Kiro]);
    all.flat_map(of).filter_map(|mut case| {
        let stream = case.stream.take()?;
        Some((case, stream))
    })
}

/// Every place to cut at; in long streams some, other ones in each part.
fn places(stream: &[u8]) -> impl Iterator<Item = usize> {
    (0..stream.len()).step_by(stream.len() / 80 + 1)
}

#[test]
fn t2_a_recorded_stream_cut_at_any_byte_is_told_the_same() {
    for (number, (case, stream)) in streams().filter(|(case, _)| !case.is_array).enumerate() {
        let others: Vec<Dialect> = SPOKEN
            .into_iter()
            .filter(|it| *it != case.dialect)
            .collect();
        for target in &others {
            let whole = stream_in(&case, *target, [stream.as_slice()]);
            assert_eq!(
                stream_in(&case, *target, stream.chunks(1)),
                whole,
                "{}",
                case.name
            );
        }
        // Every cut to one of the targets; which one, takes turns.
        let target = others[number % others.len()];
        let whole = stream_in(&case, target, [stream.as_slice()]);
        for at in places(&stream) {
            let (head, tail) = stream.split_at(at);
            let told = stream_in(&case, target, [head, tail]);
            assert_eq!(told, whole, "{} cut at {at}", case.name);
        }
    }
}

#[test]
fn t2_the_tap_says_the_same_at_any_cut() {
    for (case, stream) in streams() {
        let read = |chunks: [&[u8]; 2]| {
            let mut tap = Tap::new(case.dialect);
            for chunk in chunks {
                tap.scan(chunk);
            }
            (
                tap.finish(),
                tap.progress(),
                tap.usage(),
                tap.error().cloned(),
            )
        };
        let whole = read([&stream, b""]);
        for at in places(&stream) {
            let (head, tail) = stream.split_at(at);
            assert_eq!(read([head, tail]), whole, "{} cut at {at}", case.name);
        }
    }
}

/// Both readers of a stream agree on how it ended and what it cost, so that verbatim and translated relays judge alike.
#[test]
fn s2_tap_and_translation_agree() {
    for (case, stream) in streams().filter(|(case, _)| !case.is_array) {
        let mut tap = Tap::new(case.dialect);
        tap.scan(&stream);
        let ending = tap.finish();
        let target = SPOKEN.into_iter().find(|it| *it != case.dialect).unwrap();
        let mut translation = StreamTranslation::new(case.dialect, target, &case.back());
        let mut out = Vec::new();
        let told = translation
            .push(&stream, &mut out)
            .and_then(|_| translation.finish(&mut out));
        // A call that was cut off is an error of the translation's own.
        let Ok(told) = told else { continue };
        assert_eq!(told, ending, "{:?} {}", case.dialect, case.name);
        // What Kiro does not tell is estimated by the one, and unknown to the other.
        assert_eq!(
            translation.usage().filter(|usage| !usage.estimated),
            tap.usage(),
            "{:?} {}",
            case.dialect,
            case.name
        );
        let words = translation.error().map(|error| error.message.as_str());
        assert_eq!(
            words,
            tap.error().map(|error| error.message.as_str()),
            "{}",
            case.name
        );
    }
}
