//! A child process on a core of its own, ended with this one whatever happens.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::bench::failed::Failed;

/// Open files a child may have: two sockets for each of a thousand streams, and room.
const FILES: &str = "--nofile=8192:";
/// How long a child may take to end by itself.
const FAREWELL: Duration = Duration::from_secs(5);
/// How often a child that should end is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// A running child. Dropping it ends it.
pub(crate) struct Process {
    what: String,
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    log: Option<PathBuf>,
}

impl Process {
    /// Starts `program` on `core`; its standard error goes to `log`, or to this process's own.
    pub(crate) fn start(
        what: &str,
        core: usize,
        program: &Path,
        words: &[&str],
        log: Option<&Path>,
    ) -> Result<Self, Failed> {
        let errors = match log {
            Some(path) => Stdio::from(File::create(path).map_err(|source| Failed::File {
                path: path.to_owned(),
                source,
            })?),
            None => Stdio::inherit(),
        };
        // Each of these three becomes the next, so that the child's id is the program's.
        let mut child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "prlimit", FILES, "taskset", "-c"])
            .arg(core.to_string())
            .arg(program)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(|source| Failed::Start {
                what: what.to_owned(),
                source,
            })?;
        let (said, lines) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if said.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        Ok(Self {
            what: what.to_owned(),
            input: child.stdin.take(),
            child,
            lines,
            log: log.map(Path::to_owned),
        })
    }

    /// The program's process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes to the child's standard input, and ends it.
    pub(crate) fn tell(&mut self, text: &str) -> Result<(), Failed> {
        if let Some(mut input) = self.input.take() {
            input.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    /// The next line on the child's standard output.
    pub(crate) fn line(&mut self, limit: Duration) -> Result<String, Failed> {
        match self.lines.recv_timeout(limit) {
            Ok(line) => Ok(line),
            Err(RecvTimeoutError::Timeout) => Err(self.late(limit)),
            // A closed output comes a moment before the end itself.
            Err(RecvTimeoutError::Disconnected) => {
                let ended = self.ended_within(FAREWELL)?;
                Err(ended.map_or_else(|| self.late(limit), |ended| self.died(ended)))
            }
        }
    }

    /// That it still runs.
    pub(crate) fn alive(&mut self) -> Result<(), Failed> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(ended) => Err(self.died(ended)),
        }
    }

    /// That it has not answered in time.
    pub(crate) fn late(&self, limit: Duration) -> Failed {
        Failed::Late {
            what: self.what.clone(),
            limit,
            log: self.end_of_log(),
        }
    }

    fn died(&self, ended: ExitStatus) -> Failed {
        Failed::Died {
            what: self.what.clone(),
            ended: ended.to_string(),
            log: self.end_of_log(),
        }
    }

    fn ended_within(&mut self, limit: Duration) -> io::Result<Option<ExitStatus>> {
        let begun = Instant::now();
        loop {
            let ended = self.child.try_wait()?;
            if ended.is_some() || begun.elapsed() > limit {
                return Ok(ended);
            }
            thread::sleep(LOOK);
        }
    }

    /// The last kilobyte of the log, on lines of its own.
    fn end_of_log(&self) -> String {
        let text = self
            .log
            .as_ref()
            .and_then(|path| std::fs::read(path).ok())
            .unwrap_or_default();
        let end = &text[text.len().saturating_sub(1024)..];
        if end.is_empty() {
            String::new()
        } else {
            format!("\n{}", String::from_utf8_lossy(end).trim_end())
        }
    }
}

impl Drop for Process {
    /// Asks it to end, so that a master ends its workers too, and kills it when it does not.
    fn drop(&mut self) {
        drop(self.input.take());
        if let Ok(Some(_)) = self.child.try_wait() {
            return;
        }
        let asked = Command::new("kill")
            .args(["-TERM", &self.id().to_string()])
            .stderr(Stdio::null())
            .status();
        if asked.is_err() || !matches!(self.ended_within(FAREWELL), Ok(Some(_))) {
            // Nothing is left to try when this fails: it has ended meanwhile.
            let _ended = self.child.kill();
        }
        let _reaped = self.child.wait();
    }
}
