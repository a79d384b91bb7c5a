//! What can go wrong with the vault. No text here ever holds a secret: values of entries do not get this far.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why the vault could not do what it was asked: what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The keychain was asked for by name, and there is none that works.
    #[error(
        "the OS keychain cannot be used: {0}; or keep secrets in a private file: --secrets file"
    )]
    NoKeychain(KeychainFailure),
    /// One entry could not be read, written or deleted.
    #[error("cannot {act} `{name}` in the OS keychain: {failure}")]
    Keychain {
        /// What was tried.
        act: Act,
        /// The entry.
        name: String,
        /// Why not.
        failure: KeychainFailure,
    },
    /// The vault's file is not what it should be. It is left as it is.
    #[error("{} cannot be read as a vault ({reason}); it was left as it is: repair it, or move it away and enter the keys again", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Where and how it is broken, in no word of its content.
        reason: String,
    },
    /// The file system said no.
    #[error("cannot {act} the vault's file: {source}")]
    File {
        /// What was tried.
        act: Act,
        /// Names the path.
        source: io::Error,
    },
    /// What was read back after a write is not what was written.
    #[error(
        "`{name}` was written to the vault but did not read back the same; the old place of this secret should be kept"
    )]
    NotKept {
        /// The entry.
        name: String,
    },
    /// The file system was slower than any that works.
    #[error("the vault's file in {} did not answer within {} s: is its disk or another process stuck?", home.display(), limit.as_secs())]
    Stuck {
        /// The home.
        home: PathBuf,
        /// How long it was given.
        limit: Duration,
    },
    /// The home's identity is not what it should be. It is left as it is.
    #[error("{} should hold this home's id, a UUID; it was left as it is: repair it, or remove it to get a new local key", path.display())]
    HomeId {
        /// The file.
        path: PathBuf,
    },
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes: {0}")]
    Random(getrandom::Error),
    /// The program is ending.
    #[error("the program is ending: the vault is closed")]
    Closing,
}

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Deleting.
    Delete,
    /// Making sure that only one process writes.
    Lock,
}

impl std::fmt::Display for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Act::Read => "read",
            Act::Write => "write",
            Act::Delete => "delete",
            Act::Lock => "lock",
        })
    }
}

/// Why the keychain did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeychainFailure {
    /// This session has no keychain at all.
    #[error("this session has none ({0}); start one and then Millpond again")]
    Absent(String),
    /// It is there, but locked, or the user or a rule forbids access.
    #[error("it is locked or refuses access ({0}); unlock it")]
    Locked(String),
    /// It has not answered in time. A locked keyring waits for its password dialog for ever.
    #[error("it has not answered within {} s; it may be waiting for its password: answer its dialog and try again", .0.as_secs())]
    Silent(Duration),
    /// Parts of a long value are missing or from another write.
    #[error("its value is damaged ({0}); enter this secret again")]
    Damaged(&'static str),
    /// Anything else that the platform says.
    #[error("{0}")]
    Failed(String),
}
