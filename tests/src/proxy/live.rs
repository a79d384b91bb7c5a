//! A command of `millpond` that is talked to while it runs.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};

use super::run::command;
use super::{PATIENCE, Ran};

/// A running command. It is killed when this is dropped.
#[derive(Debug)]
pub struct Live {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
    stderr: ChildStderr,
    said: String,
}

impl Live {
    pub(super) fn start(home: &Path, words: &[&str]) -> Self {
        let at = home.to_string_lossy();
        let mut command = command(home, words);
        command.args(["--home", &at, "--secrets", "file"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("millpond starts");
        let stdout = child.stdout.take().expect("piped");
        Self {
            stdin: child.stdin.take(),
            lines: BufReader::new(stdout).lines(),
            stderr: child.stderr.take().expect("piped"),
            child,
            said: String::new(),
        }
    }

    /// The next line of standard output that holds this.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn line_with(&mut self, part: &str) -> String {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
            let next = next.unwrap_or_else(|_| panic!("no line with {part}: {}", self.said));
            let Some(line) = next.expect("standard output") else {
                let mut why = String::new();
                let _ = self.stderr.read_to_string(&mut why).await;
                panic!("it ended before a line with {part}: {}\n{why}", self.said);
            };
            self.said.push_str(&line);
            self.said.push('\n');
            if line.contains(part) {
                return line;
            }
        }
    }

    /// Types a line.
    ///
    /// # Panics
    /// When nobody reads.
    pub async fn type_line(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().expect("it was not closed");
        let line = format!("{text}\n");
        stdin.write_all(line.as_bytes()).await.expect("a reader");
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn end(mut self) -> Ran {
        while let Ok(Ok(Some(line))) = tokio::time::timeout(PATIENCE, self.lines.next_line()).await
        {
            self.said.push_str(&line);
            self.said.push('\n');
        }
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = status.expect("an end").expect("a status");
        let mut stderr = String::new();
        let read = self.stderr.read_to_string(&mut stderr);
        let _ = tokio::time::timeout(Duration::from_secs(5), read).await;
        Ran {
            code: status.code().unwrap_or(-1),
            stdout: self.said,
            stderr,
        }
    }
}
