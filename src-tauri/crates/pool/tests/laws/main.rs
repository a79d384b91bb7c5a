//! The pool from outside: what it promises to whoever asks it for a member.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod affinity;
mod exhausted;
mod fixture;
mod gates;
mod random;
mod replace;
mod rests;
mod selection;
mod simulation;
mod spread;
mod threads;
mod trials;
