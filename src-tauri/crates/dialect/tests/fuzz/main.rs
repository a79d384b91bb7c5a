//! Bytes of every kind for every reader: none panics, and what is read is written well-formed.
//!
//! Each test feeds one reader with the recorded cases, changed again and again, for `MILLPOND_FUZZ_SECONDS` (a fraction of
//! one where nothing is said; `cargo xtask test` says 60). What it did is decided by `MILLPOND_FUZZ_SEED`, which a
//! failure tells with the bytes.
//!
//! - `corpus`: what is changed; `mutate`: how.
//! - `requests`, `answers`, `streams`: what is done with it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

mod answers;
mod corpus;
#[path = "../written/event_stream.rs"]
mod event_stream;
mod mutate;
mod requests;
mod streams;

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chat::{Dialect, Message, Part, Request, Role};
use dialect::Back;
use fastrand::Rng;

use corpus::Seed;

/// Dialects that clients speak.
pub(crate) const SPOKEN: [Dialect; 4] = [
    Dialect::OpenaiChat,
    Dialect::OpenaiResponses,
    Dialect::Anthropic,
    Dialect::Gemini,
];

/// How long, where nobody says.
const SHORT: Duration = Duration::from_millis(400);

/// Feeds a reader. `read` gets bytes, and chance to decide by.
pub(crate) fn feed(corpus: &[Seed], read: impl Fn(&[u8], &mut Rng)) {
    let number = |name| env::var(name).ok().map(|text| text.parse::<f64>().unwrap());
    let time = number("MILLPOND_FUZZ_SECONDS").map_or(SHORT, Duration::from_secs_f64);
    let start = number("MILLPOND_FUZZ_SEED").map_or(1, |seed| seed as u64);
    let begun = Instant::now();
    let mut seed = start;
    // Time is looked at now and then only; each seed of the corpus is read as it is at least once.
    for one in corpus {
        try_one(&one.bytes(), seed, &read);
    }
    while !seed.is_multiple_of(16) || begun.elapsed() < time {
        let mut rng = Rng::with_seed(seed);
        let bytes = mutate::any(corpus, &mut rng);
        try_one(&bytes, seed, &read);
        seed += 1;
    }
    eprintln!(
        "{} inputs in {:?}",
        seed - start + corpus.len() as u64,
        begun.elapsed()
    );
}

fn try_one(bytes: &[u8], seed: u64, read: &impl Fn(&[u8], &mut Rng)) {
    let mut rng = Rng::with_seed(!seed);
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| read(bytes, &mut rng))) {
        eprintln!("MILLPOND_FUZZ_SEED={seed}: {}", bytes.escape_ascii());
        resume_unwind(panic);
    }
}

/// That this is JSON as far as its brackets go: halves of letters in the arguments of a call travel as they came.
pub(crate) fn assert_json(body: &[u8]) {
    serde_json::from_slice::<&serde_json::value::RawValue>(body).unwrap();
}

/// The way back to a client that wants a stream with usage.
pub(crate) fn back(request: Option<Request>) -> Back {
    Back {
        request: Arc::new(request.unwrap_or_else(|| Request {
            model: "client-model".to_owned(),
            messages: vec![Message::new(Role::User, vec![Part::text("Say it.")])],
            stream: true,
            wants_usage: true,
            ..Request::default()
        })),
        names: dialect::names::Names::default(),
        id: "T0ken42".to_owned(),
        created: 1_790_000_000,
        asked: None,
    }
}
