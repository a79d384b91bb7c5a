//! The user's own headers (`HEADERS` of an instance): they come last and win.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::classify::one_line;

/// A header or key that cannot be sent. Holds no value, for that may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadHeader {
    /// The name is none that HTTP knows.
    #[error("\"{0}\" is no header name")]
    Name(String),
    /// The value holds a character that no header can carry.
    #[error("the value of header {0} holds characters that no header can carry")]
    Value(String),
    /// The connection sets it itself.
    #[error("header {0} cannot be set: it belongs to the connection")]
    Reserved(String),
    /// The key holds a character that no header can carry.
    #[error("the key holds characters that no header can carry")]
    Key,
    /// `anthropic-version` holds a character that no header can carry.
    #[error("the Anthropic version holds characters that no header can carry")]
    Version,
}

/// Headers that frame or route the message (RFC 9110 §7.6.1), and `accept-encoding`, without which the answer could not
/// be read on its way.
const RESERVED: [&str; 12] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// One header of the user's.
#[derive(Debug, Clone)]
pub(super) struct Custom {
    name: HeaderName,
    /// `None` takes the header away: an empty value says so. It is how `anthropic-beta` is dropped, or the
    /// `authorization` of an Azure resource that takes `api-key`.
    value: Option<HeaderValue>,
}

impl Custom {
    pub(super) fn write(&self, up: &mut HeaderMap) {
        match &self.value {
            Some(value) => up.insert(self.name.clone(), value.clone()),
            None => up.remove(&self.name),
        };
    }
}

/// Checks the user's headers, once.
pub(super) fn read(headers: &[(String, String)]) -> Result<Vec<Custom>, BadHeader> {
    headers
        .iter()
        .map(|(name, value)| {
            let name: HeaderName = name
                .trim()
                .parse()
                .map_err(|_| BadHeader::Name(one_line(name)))?;
            if RESERVED.contains(&name.as_str()) {
                return Err(BadHeader::Reserved(name.as_str().to_owned()));
            }
            let value = match value.trim() {
                "" => None,
                text => {
                    let mut value = HeaderValue::from_str(text)
                        .map_err(|_| BadHeader::Value(name.as_str().to_owned()))?;
                    value.set_sensitive(true);
                    Some(value)
                }
            };
            Ok(Custom { name, value })
        })
        .collect()
}
