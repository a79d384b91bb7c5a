//! The services that are signed in to: a closed list whose text stands only at the edges.

use serde::{Deserialize, Serialize};

/// A service that knows its users by OAuth, and not by a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Gemini Code Assist, as Gemini CLI signs in to it.
    Gemini,
    /// Qwen's chat, as Qwen Code signs in to it.
    Qwen,
    /// Kiro, as its IDE signs in to it.
    Kiro,
}

impl Service {
    /// Every service, what works today first.
    pub const ALL: [Self; 3] = [Self::Kiro, Self::Gemini, Self::Qwen];

    /// The word in files and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gemini => "gemini",
            Self::Qwen => "qwen",
            Self::Kiro => "kiro",
        }
    }

    /// The name a person reads.
    pub const fn plain_name(self) -> &'static str {
        match self {
            Self::Gemini => "Gemini CLI",
            Self::Qwen => "Qwen",
            Self::Kiro => "Kiro",
        }
    }
}

impl std::fmt::Display for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
