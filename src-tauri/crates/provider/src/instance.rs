//! One account and where to reach it, prepared so that a request needs no further parsing.

use std::time::Duration;

use account::Secret;
use uuid::Uuid;

use crate::kind::ProviderType;
use crate::login::Login;

/// How a `claude-custom` upstream takes its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuthScheme {
    /// `x-api-key` first; `Authorization: Bearer` once on 401, and what worked is remembered.
    #[default]
    Auto,
    /// Always `x-api-key`.
    XApiKey,
    /// Always `Authorization: Bearer`.
    Bearer,
}

/// The three time limits of an attempt. There is no total limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until the connection (with TLS) stands.
    pub connect: Duration,
    /// From there until the first content event.
    pub first_content: Duration,
    /// Between two chunks.
    pub idle: Duration,
}

/// One entry of a pool as its upstream is spoken to.
#[derive(Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its identity in the pools file.
    pub uuid: Uuid,
    /// What people call it: `customName`, else the short uuid.
    pub name: String,
    /// The provider type of its pool.
    pub kind: ProviderType,
    /// The base address as the user wrote it, or the type's default.
    pub base_url: String,
    /// The API key; `None` where it could not be had (the vault is locked, or it is not signed in).
    pub key: Option<Secret<String>>,
    /// The account that was signed in to, where that takes the place of a key.
    pub login: Option<Login>,
    /// How the key is sent.
    pub auth: AuthScheme,
    /// `anthropic-version` to send in place of the client's or the default.
    pub anthropic_version: Option<String>,
    /// Further headers of the user's, name and value.
    pub headers: Vec<(String, String)>,
    /// `http://…` or `socks5h://…`; `None` connects directly.
    pub proxy: Option<String>,
    /// The model a billed check asks for, where the user set one.
    pub check_model: Option<String>,
}

impl Instance {
    /// Whether both are the same account, reached in the same way, whatever they are called.
    pub fn is_same_account(&self, other: &Self) -> bool {
        let way = |one: &Self| (one.kind, one.auth);
        way(self) == way(other)
            && self.base_url == other.base_url
            && self.key == other.key
            && self.login == other.login
            && self.anthropic_version == other.anthropic_version
            && self.headers == other.headers
            && self.proxy == other.proxy
    }
}
