//! Wire formats to and from the neutral conversation: pure functions over bytes.
//!
//! Per dialect, all of one shape (`wire`, `request`, `reply`, `stream`, `error`; each reads and writes):
//! `openai_chat`, `openai_responses`, `anthropic`, `gemini`; [`kiro`] has the upstream half only.
//!
//! What stands around two of them at upstreams that are signed in to: [`code_assist`], Gemini in an envelope; [`qwen`],
//! OpenAI Chat with one system message.
//!
//! - [`translate`]: from one dialect to another, through the neutral model.
//! - [`error`]: what an upstream said went wrong, and what a client is told.
//! - [`envelope`]: what the router must know of a request; [`rename`]: another model in its place.
//! - [`sse`]: frames out of a stream; [`tap`]: what a stream or a reply says of itself as it passes by.
//! - [`grammar`]: what a well-formed stream is, checked in debug builds.
//! - `splice`: edits of a body's bytes; `at`: where in a body something is wrong.
//! - [`names`]: tools under other names; [`signature`]: proofs of origin among foreigners.
//! - [`history`]: conversations that a client of OpenAI Responses goes on with by a name only.
//! - [`count`]: tokens of a request, asked of an upstream or estimated; [`mod@embed`]: embeddings.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod anthropic;
mod at;
mod gemini;
mod openai_chat;
mod openai_responses;

pub mod code_assist;
pub mod count;
pub mod embed;
pub mod envelope;
pub mod error;
pub mod grammar;
pub mod kiro;
pub mod names;
pub mod qwen;
pub mod rename;
pub mod signature;
mod splice;
pub mod sse;
pub mod tap;
pub mod translate;

pub use chat::Dialect;
pub use count::{
    counts_tokens, estimate_text, estimate_tokens, read_count, rough_tokens, write_count,
    write_count_request,
};
pub use embed::{
    EmbedInput, EmbedReply, EmbedRequest, EmbedWritten, has_embeddings, read_embed_request,
    translate_embed_reply, write_embed_request,
};
pub use envelope::{Envelope, ModelField, envelope};
pub use error::{
    ARRAY_KEEP_ALIVE, Fault, FaultKind, Invalid, Malformed, UpstreamError, keep_alive, read_error,
    write_array_fault, write_fault, write_stream_fault,
};
pub use openai_responses::history;
pub use rename::{rename_model, rename_repeated};
pub use sse::{Frame, Frames};
pub use tap::{Ending, Progress, ReplyFacts, Tap, read_facts};
pub use translate::{
    Back, EventReader, EventWriter, StreamTranslation, Target, TranslatedReply, Written,
    can_translate, read_count_request, read_reply, read_request, translate_reply, write_reply,
    write_request,
};
