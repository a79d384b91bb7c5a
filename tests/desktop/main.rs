//! The application as its user meets it: a real tray over D-Bus, and a real window by WebDriver.
//!
//! `cargo xtask desktop` runs these on a display and a session bus of their own, one after the other; elsewhere they are
//! passed over, for they would meet the user's own Millpond.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod app;
mod driver;
mod installed;
mod measured;
mod notices;
mod panel;
mod tray;
mod window;
