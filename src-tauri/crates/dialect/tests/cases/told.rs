//! A case in another dialect, as text that a person can review.

use std::fmt::Write as _;

use chat::{Dialect, Loss};
use dialect::{StreamTranslation, translate_reply};
use serde_json::Value;

use crate::case::Case;
use crate::layout;

/// Request, reply and stream of a case in another dialect.
pub(crate) fn all(case: &Case, target: Dialect) -> String {
    let mut text = String::new();
    let mut answer = layout::Answer::default();
    text += &asked(case, target, &mut answer);
    if let Some(reply) = &case.reply {
        heading(&mut text, target, "reply");
        match translate_reply(case.dialect, target, reply, &case.back()) {
            Ok(told) => {
                text += &answer.reply(&value(&told.body));
                text.push('\n');
                losses(&mut text, &told.losses);
            }
            Err(malformed) => {
                let _ = writeln!(text, "malformed: {malformed}");
            }
        }
    }
    if let Some(stream) = case.stream.as_ref().filter(|_| !case.is_array) {
        heading(&mut text, target, "stream");
        let told = stream_in(case, target, [stream.as_slice()]);
        text += &answer.stream(&told.bytes);
        text += &told.ending;
    }
    text
}

/// The request of a case for an upstream that no client speaks like.
pub(crate) fn request(case: &Case, target: Dialect) -> String {
    asked(case, target, &mut layout::Answer::default())
}

fn asked(case: &Case, target: Dialect, answer: &mut layout::Answer) -> String {
    let mut text = String::new();
    let Some(written) = case.written(target) else {
        return text;
    };
    heading(&mut text, target, "request");
    match written {
        Ok(written) => {
            text += &answer.request(&value(&written.body));
            text.push('\n');
            losses(&mut text, &written.losses);
            if !written.names.is_empty() {
                let _ = writeln!(text, "names: {:?}", written.names);
            }
        }
        Err(invalid) => {
            let _ = writeln!(text, "invalid: {invalid}");
        }
    }
    text
}

/// A stream in another dialect, and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) bytes: Vec<u8>,
    ending: String,
}

/// A case's stream in another dialect, read in these chunks.
pub(crate) fn stream_in<'a>(
    case: &Case,
    target: Dialect,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Told {
    let mut translation = StreamTranslation::new(case.dialect, target, &case.back());
    let mut bytes = Vec::new();
    let read = || {
        for chunk in chunks {
            translation.push(chunk, &mut bytes)?;
        }
        translation.finish(&mut bytes)
    };
    let outcome = read();
    // How it ended and what it cost, the tap says too: that both agree is a test of its own.
    let mut ending = match outcome {
        Ok(_) => String::new(),
        Err(malformed) => format!("malformed: {malformed}\n"),
    };
    losses(&mut ending, translation.losses());
    Told { bytes, ending }
}

fn heading(text: &mut String, target: Dialect, what: &str) {
    let _ = writeln!(text, "\n=== {}: {what}", target.as_str());
}

fn value(body: &[u8]) -> Value {
    serde_json::from_slice(body)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(body)))
}

fn losses(text: &mut String, losses: &[Loss]) {
    for loss in losses {
        let _ = writeln!(text, "lost: {loss}");
    }
}
