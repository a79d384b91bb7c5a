//! A command of `millpond` that ends by itself.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::{PATIENCE, binary};

/// What a command said, and how it ended.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The exit code; -1 after a signal.
    pub code: i32,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Ran {
    /// Standard output as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|wrong| panic!("no JSON ({wrong}): {self:?}"))
    }

    /// Both outputs together.
    pub fn all(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }
}

/// A `millpond` that sees nothing of the tester's own set-up.
pub(super) fn command(home: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(binary::path());
    command
        .args(words)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .current_dir(home)
        .kill_on_drop(true);
    command
}

/// Runs a command on a home.
pub(super) async fn run(home: &Path, words: &[&str], input: &str) -> Ran {
    let mut command = command(home, words);
    let at = home.to_string_lossy();
    let asks_nothing = words
        .iter()
        .any(|word| ["--help", "--version", "--home"].contains(word));
    if !asks_nothing {
        command.args(["--home", &at]);
        if !words.contains(&"--secrets") {
            command.args(["--secrets", "file"]);
        }
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("millpond starts");
    let mut stdin = child.stdin.take().expect("piped");
    // A command that reads nothing closes its end, which is no fault.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let ended = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
    let output = ended
        .unwrap_or_else(|_| panic!("{words:?} does not end"))
        .expect("output");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
