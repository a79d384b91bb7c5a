//! Accounts: who an instance is to its upstream, and where that is kept secret.
//!
//! Layout:
//! - [`secret`]: [`Secret`], a value that neither prints nor logs;
//! - [`vault`]: [`Vault`], the OS keychain or else a 0600 file, behind one interface;
//! - [`files`]: the one way to write a file that others rely on: atomic, private, under a lock.
//!
//! This crate knows no pool, no dialect and no HTTP.

#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

pub mod files;
pub mod secret;
pub mod vault;

pub use secret::Secret;
pub use vault::{Place, SecretsMode, UnknownMode, Vault, VaultError};
