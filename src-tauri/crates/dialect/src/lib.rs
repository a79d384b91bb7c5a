//! Wire formats to and from the neutral conversation: pure functions over bytes.

pub use chat::Dialect;
