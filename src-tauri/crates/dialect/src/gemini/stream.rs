//! Streams: `data:` frames without an end mark. A stream is whole when the reason of its end was given.
//!
//! - `read`, `write`: each half.

mod read;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use read::Reader;
pub(crate) use write::Writer;
