//! Millpond through its socket: each promise, named after its letter and number.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod accounts;
mod cli;
mod data;
mod doors;
mod gemini;
mod health;
mod input;
mod kept;
mod memory;
mod pond;
mod routes;
mod sign_ins;
mod streaming;
mod talk;
mod thinking;
mod tools;
mod translation;
