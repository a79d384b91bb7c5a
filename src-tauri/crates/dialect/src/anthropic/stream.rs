//! Streams.
//!
//! An upstream's is read leniently where relays are known to be careless (a block that was not closed, arguments that stand
//! in the block's begin), and strictly where something would get lost. A client's is written to the letter.

mod data;
mod open;
mod outgoing;
mod reader;
mod writer;

pub(crate) use reader::Reader;
pub(crate) use writer::Writer;

#[cfg(test)]
mod tests;
