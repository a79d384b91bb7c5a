//! Bytes of every kind for every reader of the dialects, a minute for each.

use std::env;
use std::process::Command;

use crate::step::{Failed, cargo_path, run};

/// How many seconds a reader gets, unless the environment says otherwise.
const SECONDS: (&str, &str) = ("MILLPOND_FUZZ_SECONDS", "60");

/// Runs them, as many at a time as there are cores.
pub(crate) fn test() -> Result<(), Failed> {
    let (name, seconds) = SECONDS;
    let mut command = Command::new(cargo_path());
    command.args(["test", "--locked", "--package", "dialect", "--test", "fuzz"]);
    if env::var_os(name).is_none() {
        command.env(name, seconds);
    }
    run(&mut command)
}
