//! Qwen's documents: `~/.qwen/oauth_creds.json` of Qwen Code, and those of other programs, which differ in how they write times.

use serde_json::{Map, Value};

use super::fields::text;

/// What a document of Qwen's says beside its tokens.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QwenFacts {
    /// Where the tokens are good: a host, with or without a scheme.
    pub resource_url: Option<String>,
    /// Whose account it is, where somebody has written that down.
    pub email: Option<String>,
}

impl QwenFacts {
    pub(super) fn read(tokens: &Map<String, Value>) -> Self {
        Self {
            resource_url: text(tokens, &["resource_url", "resourceUrl"]),
            email: text(tokens, &["email"]),
        }
    }
}
