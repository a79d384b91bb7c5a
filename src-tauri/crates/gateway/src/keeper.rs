//! Brings what instances have counted back into the pools file, soon after it changes and only then.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use pool::Gate;
use uuid::Uuid;

use crate::blocking;
use crate::document::FileError;
use crate::roster::file::PoolsFile;
use crate::roster::states::Progress;
use crate::roster::{Entry, EntryState};
use crate::table::Table;

/// How often it looks: a change is in the file within five seconds, with time for a slow disk.
pub(crate) const EVERY: Duration = Duration::from_secs(3);

/// What of the counters is in the file.
#[derive(Debug, Default)]
pub(crate) struct Keeper {
    /// State in memory that the file agrees with.
    kept: HashMap<Uuid, EntryState>,
}

impl Keeper {
    /// Takes over entries as they were just read. The state of those that it knows goes on from memory.
    pub(crate) fn learn(&mut self, entries: &[Entry]) {
        let present: HashSet<Uuid> = entries.iter().map(|entry| entry.uuid).collect();
        self.kept.retain(|uuid, _| present.contains(uuid));
        for entry in entries {
            self.kept.entry(entry.uuid).or_insert(entry.state);
        }
    }

    /// Writes what has changed. Says whether anything had.
    pub(crate) async fn save(
        &mut self,
        file: &PoolsFile,
        table: &Table,
    ) -> Result<bool, FileError> {
        let progress = self.progress(table);
        if progress.is_empty() {
            return Ok(false);
        }
        let (file, asked) = (file.clone(), progress.clone());
        let written = blocking::run(move || file.write_states(&asked)).await?;
        for (uuid, Progress { to, .. }) in progress {
            // What is no longer in the file is nobody's any more, until the next reload takes it away.
            let mut agreed = to;
            if let (Some(state), Some((_, seat))) = (written.get(&uuid), table.seat(uuid)) {
                seat.tally.catch_up(&to, state);
                agreed = EntryState {
                    is_healthy: to.is_healthy,
                    ..*state
                };
            }
            self.kept.insert(uuid, agreed);
        }
        Ok(true)
    }

    fn progress(&self, table: &Table) -> HashMap<Uuid, Progress> {
        let mut progress = HashMap::new();
        for bench in table.benches() {
            let gates = bench.pool.snapshot();
            let healthy: HashMap<Uuid, Option<bool>> = gates
                .into_iter()
                .map(|seen| (seen.id, is_healthy(&seen.gate)))
                .collect();
            for seat in &bench.seats {
                let Some(from) = self.kept.get(&seat.uuid).copied() else {
                    continue;
                };
                let healthy = healthy.get(&seat.uuid).copied().flatten();
                let to = seat.tally.state(healthy.unwrap_or(from.is_healthy));
                if from != to {
                    progress.insert(seat.uuid, Progress { from, to });
                }
            }
        }
        progress
    }
}

/// What a gate says of an instance's health. One that is switched off shows none.
fn is_healthy(gate: &Gate) -> Option<bool> {
    match gate {
        Gate::Ready | Gate::Cooling { .. } => Some(true),
        Gate::Unhealthy { .. } | Gate::NeedsLogin { .. } | Gate::Refused { .. } => Some(false),
        Gate::Disabled => None,
    }
}
