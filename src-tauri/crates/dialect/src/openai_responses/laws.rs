//! What holds for everything: written and read again it is the same, cut anywhere it is the same, whatever is told
//! keeps to the grammar, and nothing that comes makes a reader panic.

mod given;
mod requests;
mod streams;
