//! placeholder
mod wording;
pub use wording::one_line;
