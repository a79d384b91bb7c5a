//! An upstream's stream as events.
//!
//! - `reader`: messages as events; `parts`: one part at a time; `tags`: thoughts that stand in tags amid the text.

mod parts;
mod reader;
mod tags;
#[cfg(test)]
mod tests;

pub(crate) use reader::Reader;

/// Where events go.
type Sink<'s> = dyn FnMut(chat::Event<'_>) + 's;
