//! Whole answers.

use chat::{Loss, Reply};

use crate::Malformed;
use crate::translate::Back;

/// Reads an upstream's answer.
pub(crate) fn read(_: &[u8]) -> Result<Reply, Malformed> {
    Err(Malformed::new("this dialect is not translated yet"))
}

/// Writes an answer for a client.
pub(crate) fn write(_: &Reply, _: &Back) -> (Vec<u8>, Vec<Loss>) {
    (Vec::new(), Vec::new())
}
