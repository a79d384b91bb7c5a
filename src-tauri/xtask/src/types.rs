//! `cargo xtask types`: the user interface's TypeScript types, written anew from the Rust types.

use std::process::Command;

use crate::step::{Failed, cargo_path, run};

/// The test that compares them, told to write.
const TEST: &str = "typescript::v2_the_types_that_the_window_is_built_with_are_those_of_the_engine";

/// Writes `ui/src/generated/`.
pub(crate) fn write() -> Result<(), Failed> {
    run(Command::new(cargo_path())
        .args([
            "test",
            "--quiet",
            "--locked",
            "--package",
            "gateway",
            "--lib",
            "--",
        ])
        .args(["--exact", TEST])
        .env("MILLPOND_WRITE_TYPES", "1"))
}
