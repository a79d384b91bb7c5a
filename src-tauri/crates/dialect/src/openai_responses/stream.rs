//! Streams.
//!
//! - `reader`: an upstream's events; `parts`: what was told of them.
//! - `writer`: a client's; `item`: the item that is open; `frame`: the bytes of one event.

mod frame;
mod item;
mod parts;
mod reader;
#[cfg(test)]
pub(super) mod tests;
mod writer;

pub(crate) use reader::Reader;
pub(crate) use writer::Writer;
