//! What every measurement stands on: the built programs, two cores, the fake upstream and a folder for logs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::bench::failed::Failed;
use crate::bench::fake::Doors;
use crate::bench::load::plan::{Plan, Shape, Tally};
use crate::bench::peer::Who;
use crate::bench::proc;
use crate::bench::process::Process;
use crate::step::cargo_path;

/// How long a program may take until it is ready.
pub(crate) const READY: Duration = Duration::from_secs(10);
/// How long a load may take beyond its own length.
const GRACE: Duration = Duration::from_secs(40);

/// What every measurement stands on.
pub(crate) struct Rig {
    // Before the folder: a child is ended before the folder of its log is removed.
    fake: Process,
    /// Where the fake can be reached.
    pub(crate) doors: Doors,
    /// The core of the proxy that is measured.
    pub(crate) proxy_core: usize,
    load_core: usize,
    xtask: PathBuf,
    /// The nginx program, where it takes part.
    pub(crate) nginx: Option<PathBuf>,
    /// The Millpond program, where it takes part.
    pub(crate) millpond: Option<PathBuf>,
    folder: TempDir,
}

impl Rig {
    /// Looks for what is needed, builds what is measured, and starts the fake.
    pub(crate) fn set_up(peers: &[Who]) -> Result<Self, Failed> {
        for program in ["taskset", "prlimit", "setpriv"] {
            found(program, "util-linux")?;
        }
        let nginx = peers
            .contains(&Who::Nginx)
            .then(|| found("nginx", "nginx-light"))
            .transpose()?;
        let cores = proc::cores()?;
        let [proxy_core, load_core, ..] = cores[..] else {
            return Err(Failed::Cores(cores.len()));
        };
        // One cargo call each: built together, the two would unify the features of what they share.
        let xtask = built("xtask", "xtask", "")?;
        let millpond = peers
            .contains(&Who::Millpond)
            .then(|| {
                built(
                    "cli",
                    "millpond",
                    "; `--peers direct,nginx` measures without it",
                )
            })
            .transpose()?;
        let mut fake = Process::start(
            "the fake upstream",
            load_core,
            &xtask,
            &["bench-fake"],
            None,
        )?;
        let doors = serde_json::from_str(&fake.line(READY)?)?;
        Ok(Self {
            fake,
            doors,
            proxy_core,
            load_core,
            xtask,
            nginx,
            millpond,
            folder: tempfile::tempdir()?,
        })
    }

    /// The fake's process id.
    pub(crate) fn fake_id(&self) -> u32 {
        self.fake.id()
    }

    /// A new folder that lasts as long as the rig.
    pub(crate) fn folder(&self) -> Result<PathBuf, Failed> {
        Ok(tempfile::Builder::new()
            .prefix("peer-")
            .tempdir_in(self.folder.path())?
            .keep())
    }

    /// Runs a load beside the fake, and insists that every answer is right.
    pub(crate) fn load(&self, measured: &str, plan: &Plan) -> Result<Tally, Failed> {
        let mut load = Process::start(
            "the load generator",
            self.load_core,
            &self.xtask,
            &["bench-load"],
            None,
        )?;
        load.tell(&serde_json::to_string(plan)?)?;
        let tally: Tally = serde_json::from_str(&load.line(length(plan.shape) + GRACE)?)?;
        if tally.errors > 0 {
            return Err(Failed::Wrong {
                measured: measured.to_owned(),
                errors: tally.errors,
                asked: tally.answers + tally.errors,
                first: tally.first_error.unwrap_or_default(),
            });
        }
        if tally.answers == 0 {
            return Err(Failed::Silent(measured.to_owned()));
        }
        Ok(tally)
    }
}

fn length(shape: Shape) -> Duration {
    Duration::from_secs_f64(match shape {
        Shape::Closed { warm, seconds, .. } => warm + seconds,
        Shape::Open { seconds, .. } | Shape::Held { seconds, .. } => seconds,
        Shape::Paced { .. } | Shape::Burst { .. } | Shape::Series { .. } => 0.0,
    })
}

/// Where a program stands; nginx is often outside a user's search path.
fn found(program: &'static str, package: &'static str) -> Result<PathBuf, Failed> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .ok_or(Failed::Missing { program, package })
}

/// Builds a package for release; where its program stands.
fn built(package: &'static str, program: &str, hint: &'static str) -> Result<PathBuf, Failed> {
    eprintln!("xtask: cargo build --release --package {package}");
    let output = Command::new(cargo_path())
        .args(["build", "--release", "--locked", "--package", package])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Failed::Start {
            what: "cargo".to_owned(),
            source,
        })?;
    output
        .status
        .success()
        .then(|| executable(&output.stdout, program))
        .flatten()
        .ok_or(Failed::Build {
            package,
            ended: output.status.to_string(),
            hint,
        })
}

/// The program that cargo's messages name.
fn executable(messages: &[u8], program: &str) -> Option<PathBuf> {
    messages
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .find(|path| path.file_name() == Some(Path::new(program).as_os_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_the_messages_of_cargo() {
        let messages = br#"{"reason":"compiler-artifact","executable":null}
{"reason":"compiler-artifact","executable":"/target/release/millpond"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(
            executable(messages, "millpond"),
            Some(PathBuf::from("/target/release/millpond"))
        );
        assert_eq!(executable(messages, "other"), None);
    }
}
