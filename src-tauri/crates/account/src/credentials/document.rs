//! A document as it was written, and where in it the tokens are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value};

use super::fields;

/// See the module.
#[derive(Clone)]
pub(super) struct Document {
    pub(super) root: Value,
    pub(super) holder: Holder,
}

/// Where the object with the tokens is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Holder {
    Root,
    Below(&'static str),
    /// In a list of accounts.
    Element(usize),
}

/// Why a document is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCredentials {
    /// It is no JSON.
    #[error("it is no JSON; sign in again, or name the right file")]
    NotJson,
    /// It holds no token.
    #[error(
        "it holds neither an access token nor a refresh token; sign in again, or name the right file"
    )]
    NoToken,
    /// A part of a token was lost on the way.
    #[error("its refresh token was cut short when it was copied")]
    CutShort,
}

impl Document {
    pub(super) fn tokens(&self) -> Option<&Map<String, Value>> {
        match self.holder {
            Holder::Root => self.root.as_object(),
            Holder::Below(name) => self.root.get(name)?.as_object(),
            Holder::Element(at) => self.root.get(at)?.as_object(),
        }
    }

    pub(super) fn tokens_mut(&mut self) -> Option<&mut Map<String, Value>> {
        match self.holder {
            Holder::Root => self.root.as_object_mut(),
            Holder::Below(name) => self.root.get_mut(name)?.as_object_mut(),
            Holder::Element(at) => self.root.get_mut(at)?.as_object_mut(),
        }
    }
}

/// JSON, or JSON in base64.
pub(super) fn parse(text: &str) -> Result<Value, BadCredentials> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = BASE64.decode(packed).map_err(|_| BadCredentials::NotJson)?;
    serde_json::from_slice(&bytes).map_err(|_| BadCredentials::NotJson)
}

/// CLIProxyAPI puts Gemini's tokens below `token`; Kiro's exchange may answer below `data`.
pub(super) fn holder(root: &Value) -> Option<Holder> {
    const BELOW: [&str; 4] = ["token", "tokens", "credentials", "data"];
    if fields::has_token(root) {
        return Some(Holder::Root);
    }
    if let Value::Array(all) = root {
        let at = all.iter().position(fields::has_token)?;
        return Some(Holder::Element(at));
    }
    let below = BELOW
        .into_iter()
        .find(|name| root.get(name).is_some_and(fields::has_token))?;
    Some(Holder::Below(below))
}
