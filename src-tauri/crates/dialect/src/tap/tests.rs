//! What each dialect's stream says of itself, and that neither cuts nor words in the text change it.

mod cuts;
mod streams;
mod whole;

use super::*;
use chat::Usage;

/// Reads a stream in one piece, to its end.
fn read(dialect: Dialect, stream: &str) -> (Tap, Ending) {
    let mut tap = Tap::new(dialect);
    tap.scan(stream.as_bytes());
    let ending = tap.finish();
    (tap, ending)
}

/// How far a stream has come after each of its frames.
fn steps(dialect: Dialect, frames: &[&str]) -> Vec<Progress> {
    let mut tap = Tap::new(dialect);
    frames
        .iter()
        .map(|frame| tap.scan(format!("{frame}\n\n").as_bytes()))
        .collect()
}

const fn usage(
    input: u64,
    output: u64,
    cache_read: u64,
    cache_write: u64,
    reasoning: u64,
) -> Usage {
    Usage {
        input,
        output,
        cache_read,
        cache_write,
        reasoning,
        estimated: false,
    }
}
