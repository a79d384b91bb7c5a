//! Streams.
//!
//! - `reader`: an upstream's chunks into events; `parts`: one part at a time; `calls`: which call a piece belongs to;
//!   `whole`: when a call's arguments are.
//! - `writer`: events into a client's chunks; `chunk`: their bytes.

mod calls;
mod chunk;
mod parts;
mod reader;
mod whole;
mod writer;

pub(crate) use reader::Reader;
pub(crate) use writer::Writer;

#[cfg(test)]
mod tests;
