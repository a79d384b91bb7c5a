//! Millpond as a user starts it, with its log in a file and its statistics on.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};

use super::{Peer, Watched, Who};
use crate::bench::failed::Failed;
use crate::bench::process::Process;
use crate::bench::rig::{READY, Rig};

/// The local key of every Millpond that is measured.
const KEY: &str = "bench-local-key";

/// The pool that Millpond serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pool {
    /// That many instances of the client's own dialect, all good.
    Good(usize),
    /// Three, of which one refuses connections and one answers 503.
    Failing,
    /// Three good instances of the other dialect.
    Anthropic,
}

impl Pool {
    fn provider(self) -> &'static str {
        match self {
            Self::Good(_) | Self::Failing => "openai-custom",
            Self::Anthropic => "claude-custom",
        }
    }

    /// The pools file.
    fn file(self, rig: &Rig) -> Value {
        let good = rig.doors.good;
        let doors: Vec<SocketAddr> = match self {
            Self::Good(size) => good.iter().copied().cycle().take(size).collect(),
            Self::Failing => vec![rig.doors.dead, rig.doors.failing, good[0]],
            Self::Anthropic => good.to_vec(),
        };
        let instances: Vec<Value> = doors
            .iter()
            .enumerate()
            .map(|(turn, door)| self.instance(turn, *door))
            .collect();
        json!({ self.provider(): instances })
    }

    fn instance(self, turn: usize, door: SocketAddr) -> Value {
        let prefix = match self {
            Self::Good(_) | Self::Failing => "OPENAI",
            Self::Anthropic => "CLAUDE",
        };
        json!({
            format!("{prefix}_API_KEY"): format!("bench-key-{turn}"),
            format!("{prefix}_BASE_URL"): format!("http://{door}"),
            "checkModelName": null,
            "uuid": format!("00000000-0000-4000-8000-{turn:012}"),
            "isHealthy": true,
            "lastUsed": null,
            "usageCount": 0,
            "errorCount": 0,
            "lastErrorTime": null,
        })
    }
}

pub(super) fn start(rig: &Rig, folder: &Path, pool: Pool) -> Result<Peer, Failed> {
    let program = rig.millpond.as_deref().ok_or(Failed::Missing {
        program: "millpond",
        package: "millpond",
    })?;
    let pools = folder.join("provider_pools.json");
    std::fs::write(&pools, pool.file(rig).to_string()).map_err(|source| Failed::File {
        path: pools.clone(),
        source,
    })?;
    let home = folder.join("home");
    let words = [
        "serve",
        "--home",
        &home.to_string_lossy(),
        "--port",
        "0",
        "--secrets",
        "file",
        "--api-key",
        KEY,
        "--model-provider",
        pool.provider(),
        "--provider-pools-file",
        &pools.to_string_lossy(),
    ];
    let log = folder.join("millpond.log");
    let mut process = Process::start("millpond", rig.proxy_core, program, &words, Some(&log))?;
    let said = process.line(READY)?;
    let at = said
        .strip_prefix("listening on http://")
        .and_then(|at| at.trim().parse().ok())
        .ok_or_else(|| Failed::Said {
            what: "millpond".to_owned(),
            said: said.clone(),
        })?;
    Ok(Peer {
        who: Who::Millpond,
        at,
        key: Some(KEY.to_owned()),
        verbatim: pool != Pool::Anthropic,
        watched: Watched::Own(process),
    })
}
