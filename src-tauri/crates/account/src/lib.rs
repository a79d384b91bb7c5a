//! Accounts: who an instance is to its upstream, and where that is kept secret.
//!
//! Layout:
//! - [`secret`]: [`Secret`], a value that neither prints nor logs;
//! - [`vault`]: [`Vault`], the OS keychain or else a 0600 file, behind one interface;
//! - [`files`]: the one way to write a file that others rely on: atomic, private, under a lock;
//! - [`web`]: calls to a sign-in's endpoints; [`words`]: others' words made fit for people;
//! - [`credentials`]: what a sign-in left, read in every form;
//! - [`service`]: what is signed in to; [`sign_in`]: how that is done; [`endpoints`]: where;
//! - [`gemini_cli`]: the OAuth client of an installed Gemini CLI;
//! - [`shelf`]: where tokens are kept; [`tokens`]: how they are kept alive; [`renew`]: one renewal; [`free`]: calls that cost nothing.
//!
//! This crate knows no pool, no dialect and no request of a client.

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

pub mod credentials;
pub mod endpoints;
pub mod files;
pub mod free;
pub mod gemini_cli;
pub mod renew;
pub mod secret;
pub mod service;
pub mod shelf;
pub mod sign_in;
pub mod tokens;
pub mod vault;
pub mod web;
pub mod words;

pub use credentials::Credentials;
pub use secret::Secret;
pub use service::Service;
pub use shelf::Shelf;
pub use tokens::Tokens;
pub use vault::{Place, SecretsMode, UnknownMode, Vault, VaultError};
