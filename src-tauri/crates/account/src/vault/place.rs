//! Where secrets are to be kept, and where they are.

use std::path::PathBuf;
use std::str::FromStr;

/// Where the user wants secrets to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecretsMode {
    /// In the keychain if it works, else in the file, with a warning.
    #[default]
    Auto,
    /// In the keychain, or not at all.
    Keychain,
    /// In the file. The keychain is asked only for what the file should have and has not.
    File,
}

/// The text is no [`SecretsMode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `auto`, `keychain` or `file`")]
pub struct UnknownMode;

impl FromStr for SecretsMode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        match text {
            "auto" => Ok(Self::Auto),
            "keychain" => Ok(Self::Keychain),
            "file" => Ok(Self::File),
            _ => Err(UnknownMode),
        }
    }
}

/// Where a vault writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The OS keychain, service `millpond`.
    Keychain,
    /// The private file.
    File {
        /// `vault.json` in the home.
        path: PathBuf,
        /// What the user should see: why it is not the keychain (unless the file was asked for), and if others may read the file.
        warning: Option<String>,
    },
}
