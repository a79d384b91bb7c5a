//! How many tokens a request has, where the upstream cannot be asked.

use crate::{Dialect, Invalid};

/// Tokens of a text of so many bytes, without reading it.
pub const fn rough_tokens(bytes: usize) -> u64 {
    bytes.div_ceil(4) as u64
}

/// Tokens of a text.
pub fn estimate_text(text: &str) -> u64 {
    rough_tokens(text.len())
}

/// Tokens of a whole request.
///
/// # Errors
/// The body is not a JSON object.
pub fn estimate_tokens(_: Dialect, body: &[u8]) -> Result<u64, Invalid> {
    Ok(rough_tokens(body.len()))
}
