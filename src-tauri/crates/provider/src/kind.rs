//! The provider types: a closed list whose text stands only at the edges.

use std::fmt;
use std::str::FromStr;

use account::Service;
use dialect::Dialect;
use serde::{Deserialize, Serialize};

/// A kind of upstream account; its text is the key of a pool in `provider_pools.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProviderType {
    /// An OpenAI-compatible API by key.
    #[serde(rename = "openai-custom")]
    OpenaiCustom,
    /// An Anthropic-compatible API by key.
    #[serde(rename = "claude-custom")]
    ClaudeCustom,
    /// The Gemini API by key.
    #[serde(rename = "gemini-custom")]
    GeminiCustom,
    /// Gemini CLI's sign-in.
    #[serde(rename = "gemini-cli-oauth")]
    GeminiCliOauth,
    /// Qwen's sign-in.
    #[serde(rename = "openai-qwen-oauth")]
    QwenOauth,
    /// Kiro's sign-in.
    #[serde(rename = "claude-kiro-oauth")]
    KiroOauth,
}

impl ProviderType {
    /// Every type, in the order in which listings show them.
    pub const ALL: [Self; 6] = [
        Self::ClaudeCustom,
        Self::OpenaiCustom,
        Self::GeminiCustom,
        Self::GeminiCliOauth,
        Self::KiroOauth,
        Self::QwenOauth,
    ];

    /// The text used in files, headers, paths and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenaiCustom => "openai-custom",
            Self::ClaudeCustom => "claude-custom",
            Self::GeminiCustom => "gemini-custom",
            Self::GeminiCliOauth => "gemini-cli-oauth",
            Self::QwenOauth => "openai-qwen-oauth",
            Self::KiroOauth => "claude-kiro-oauth",
        }
    }

    /// The name a person reads.
    pub const fn plain_name(self) -> &'static str {
        match self {
            Self::OpenaiCustom => "OpenAI-compatible keys",
            Self::ClaudeCustom => "Claude keys",
            Self::GeminiCustom => "Gemini keys",
            Self::GeminiCliOauth => "Gemini sign-ins",
            Self::QwenOauth => "Qwen sign-ins",
            Self::KiroOauth => "Kiro sign-ins",
        }
    }

    /// The service that is signed in to; `None` where a key is used.
    pub const fn service(self) -> Option<Service> {
        match self {
            Self::GeminiCliOauth => Some(Service::Gemini),
            Self::QwenOauth => Some(Service::Qwen),
            Self::KiroOauth => Some(Service::Kiro),
            Self::OpenaiCustom | Self::ClaudeCustom | Self::GeminiCustom => None,
        }
    }

    /// The type whose instances are signed in to this service.
    pub const fn of_service(service: Service) -> Self {
        match service {
            Service::Gemini => Self::GeminiCliOauth,
            Service::Qwen => Self::QwenOauth,
            Service::Kiro => Self::KiroOauth,
        }
    }

    /// The type of this name, where there is one.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The wire format its upstream is spoken to in, when the client's own does not reach it.
    pub const fn dialect(self) -> Dialect {
        match self {
            Self::OpenaiCustom | Self::QwenOauth => Dialect::OpenaiChat,
            Self::ClaudeCustom => Dialect::Anthropic,
            Self::GeminiCustom | Self::GeminiCliOauth => Dialect::Gemini,
            Self::KiroOauth => Dialect::Kiro,
        }
    }
}

impl fmt::Display for ProviderType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no provider type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown provider type \"{0}\"; known are claude-custom, openai-custom, gemini-custom, gemini-cli-oauth, claude-kiro-oauth, openai-qwen-oauth"
)]
pub struct UnknownProviderType(pub String);

impl FromStr for ProviderType {
    type Err = UnknownProviderType;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::named(text).ok_or_else(|| UnknownProviderType(text.to_owned()))
    }
}
