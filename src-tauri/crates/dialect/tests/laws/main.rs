//! The laws of translation, for anything that can be said.
//!
//! - `identity`: what a dialect can say, it says and reads back.
//! - `tools`: T1, calls and results arrive equal in every dialect.
//! - `chunks`: T2, cuts never matter; `grammar`: T3, every written stream is well-formed.
//! - `switching`: T5, signatures return to where they came from, and nowhere else.
//! - `kiro`: all of these for the one that only upstreams speak.
//! - `anything`: no bytes make a reader panic.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

mod any;
mod anything;
mod chunks;
#[path = "../written/event_stream.rs"]
mod event_stream;
mod grammar;
mod identity;
mod kiro;
mod streams;
mod switching;
mod tools;

use std::sync::Arc;

use chat::{Dialect, Request};
use dialect::{Back, Target};

/// Dialects that clients speak.
pub(crate) const SPOKEN: [Dialect; 4] = [
    Dialect::OpenaiChat,
    Dialect::OpenaiResponses,
    Dialect::Anthropic,
    Dialect::Gemini,
];

/// The vendor's own address.
pub(crate) fn target(model: &str) -> Target {
    Target {
        model: model.to_owned(),
        official_host: true,
        default_max_tokens: 8_192,
    }
}

/// The way back to whoever asked this.
pub(crate) fn back(request: Request) -> Back {
    Back {
        request: Arc::new(request),
        names: dialect::names::Names::default(),
        id: "T0ken42".to_owned(),
        created: 1_790_000_000,
        asked: None,
    }
}

/// The way back to a client that wants a stream with usage.
pub(crate) fn plain_back() -> Back {
    back(Request {
        model: "client-model".to_owned(),
        stream: true,
        wants_usage: true,
        ..Request::default()
    })
}
