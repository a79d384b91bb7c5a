//! Requests.

use chat::Request;

use crate::Invalid;
use crate::translate::{Target, Written};

/// Reads a client's request.
pub(crate) fn read(_: &[u8]) -> Result<Request, Invalid> {
    Err(Invalid::at("", "this dialect is not translated yet"))
}

/// Writes a request for an upstream.
pub(crate) fn write(_: &Request, _: &Target) -> Written {
    Written {
        body: Vec::new(),
        losses: Vec::new(),
        names: crate::names::Names::default(),
    }
}
