//! Why a measurement could not be made.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::bench::measure::Measure;
use crate::bench::wire::Malformed;

/// Why a measurement could not be made. None of these leaves a figure behind.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// A program the measurement calls is not there.
    #[error("missing: {program}; install it with `sudo apt-get install {package}`")]
    Missing {
        /// The program's name.
        program: &'static str,
        /// The Debian package that brings it.
        package: &'static str,
    },
    /// There are not two cores to tell the proxy's work from the load's.
    #[error(
        "the bench needs two cores, one for the proxy and one for upstream and load; this process may use {0}"
    )]
    Cores(usize),
    /// Cargo could not build what is measured.
    #[error("`cargo build --release --package {package}` failed ({ended}){hint}")]
    Build {
        /// The package.
        package: &'static str,
        /// How cargo ended.
        ended: String,
        /// What to do instead.
        hint: &'static str,
    },
    /// A program could not be started.
    #[error("cannot start {what}: {source}")]
    Start {
        /// Which one.
        what: String,
        /// The system's word.
        source: io::Error,
    },
    /// A program ended although it was still needed.
    #[error("{what} ended too early ({ended}){log}")]
    Died {
        /// Which one.
        what: String,
        /// How it ended.
        ended: String,
        /// The end of its log, on lines of its own.
        log: String,
    },
    /// A program did not say in time what was waited for.
    #[error("{what} did not answer within {limit:?}{log}")]
    Late {
        /// Which one.
        what: String,
        /// How long it was waited for.
        limit: Duration,
        /// The end of its log, on lines of its own.
        log: String,
    },
    /// A program said something else than was agreed.
    #[error("{what} said {said:?}")]
    Said {
        /// Which one.
        what: String,
        /// The line.
        said: String,
    },
    /// Answers were wrong: figures over them would be worth nothing.
    #[error("{measured}: {errors} of {asked} answers were wrong; the first: {first}")]
    Wrong {
        /// What was being measured, and through whom.
        measured: String,
        /// How many were wrong.
        errors: u64,
        /// How many were asked for.
        asked: u64,
        /// What was wrong with the first.
        first: String,
    },
    /// No answer was counted within the window.
    #[error("{0}: no answer came within the window")]
    Silent(String),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// What two processes of the bench tell each other could not be read.
    #[error("between the bench's own processes: {0}")]
    Json(#[from] serde_json::Error),
    /// A socket or a folder of this process failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Figures are there, but they miss what the project aims at.
    #[error("not met: {}", .0.iter().map(|measure| measure.title()).collect::<Vec<_>>().join("; "))]
    Aims(Vec<Measure>),
}

/// Why one answer does not count.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WrongAnswer {
    /// The connection could not be made.
    #[error("cannot connect to {0}: {1}")]
    Connect(SocketAddr, io::Error),
    /// The socket failed.
    #[error("socket: {0}")]
    Socket(#[from] io::Error),
    /// The connection ended before the answer did.
    #[error("the connection ended within the answer")]
    Cut,
    /// The bytes are no HTTP/1.1.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Another status than 200.
    #[error("status {status}: {body}")]
    Status {
        /// The status.
        status: u16,
        /// The beginning of the body.
        body: String,
    },
    /// A stream that did not close with `[DONE]`.
    #[error("the stream ended without [DONE]")]
    NoDone,
    /// A stream of another length.
    #[error("{got} events in a stream of {want}")]
    Events {
        /// How many came.
        got: u64,
        /// How many were sent.
        want: u64,
    },
    /// An answer of another size than a whole one.
    #[error("a body of {0} bytes")]
    Short(u64),
    /// The answer took longer than the load waits.
    #[error("no whole answer within {0:?}")]
    Late(std::time::Duration),
}
