//! What the bench and its load process tell each other.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use crate::bench::ask::{Ask, Request};
use crate::bench::proc::Memory;

/// What is asked for, of whom, and in which shape.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// Where the requests go.
    pub(crate) target: SocketAddr,
    /// The path of the requests.
    pub(crate) path: String,
    /// The local key, where the target wants one.
    pub(crate) key: Option<String>,
    /// How each answer is made.
    pub(crate) ask: Ask,
    /// Whether a stream must have exactly the upstream's events. A translator may begin or end it otherwise.
    pub(crate) verbatim: bool,
    /// The processes whose CPU time and memory are read at the right moments.
    pub(crate) watch: Vec<u32>,
    /// How the requests follow each other.
    pub(crate) shape: Shape,
}

/// How requests follow each other. Times are in seconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Shape {
    /// Each connection asks again as soon as it has its answer. Counted after `warm`, for `seconds`.
    Closed {
        connections: usize,
        warm: f64,
        seconds: f64,
    },
    /// Requests start at fixed times, whether or not earlier ones are answered; waits count from those times.
    Open { per_second: u32, seconds: f64 },
    /// That many streams side by side, each once.
    Paced { streams: usize },
    /// That many streams are opened; memory is read when all have content and `seconds` have gone.
    Held { streams: usize, seconds: f64 },
    /// That many connections are opened at once, with one request each.
    Burst { connections: usize },
    /// One request after another.
    Series { requests: usize },
}

/// What came back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Right answers; of `Closed`, those within the window.
    pub(crate) answers: u64,
    /// `data:` events of streams, counted likewise.
    pub(crate) events: u64,
    /// Wrong answers, over the whole run.
    pub(crate) errors: u64,
    /// What was wrong with the first.
    pub(crate) first_error: Option<String>,
    /// How long was counted, in seconds.
    pub(crate) seconds: f64,
    /// How long answers took; of `Paced`, how long chunks were under way.
    pub(crate) waits: Spread,
    /// CPU time of each watched process within the window, in seconds.
    pub(crate) cpu: Vec<f64>,
    /// CPU time of the load process itself within the window, in seconds.
    pub(crate) own_cpu: f64,
    /// What the watched processes held together, read by `Held` only.
    pub(crate) memory: Option<Memory>,
}

/// A distribution, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Spread {
    /// The median.
    pub(crate) p50: f64,
    /// The 99th percentile.
    pub(crate) p99: f64,
    /// The largest.
    pub(crate) max: f64,
}

impl Plan {
    /// The request that each connection repeats.
    pub(crate) fn request(&self) -> Request {
        Request::new(self.ask, &self.path, self.key.as_deref())
    }
}
