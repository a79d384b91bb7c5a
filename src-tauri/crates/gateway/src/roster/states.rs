//! State fields on their way back into the file.

use std::collections::HashMap;

use jiff::Timestamp;
use jsonc_parser::cst::{CstNode, CstObject};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::EntryState;
use super::file::PoolsFile;
use super::read::{spots, state};
use crate::document::{self, FileError};

/// What has become of an instance since its state was last in agreement with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The state then.
    pub(crate) from: EntryState,
    /// The state now.
    pub(crate) to: EntryState,
}

impl Progress {
    /// The file's state with this progress on top: what another process has counted meanwhile stays counted.
    fn onto(self, file: EntryState) -> EntryState {
        let Self { from, to } = self;
        let count = |file: u64, from: u64, to: u64| file.saturating_add(to.saturating_sub(from));
        EntryState {
            is_healthy: if to.is_healthy == from.is_healthy {
                file.is_healthy
            } else {
                to.is_healthy
            },
            last_used: file.last_used.max(to.last_used),
            usage_count: count(file.usage_count, from.usage_count, to.usage_count),
            error_count: count(file.error_count, from.error_count, to.error_count),
            last_error_time: file.last_error_time.max(to.last_error_time),
        }
    }
}

impl PoolsFile {
    /// Brings the state fields up to date and touches nothing else. Says what they are now, for those that are still in the
    /// file. Blocks.
    pub(crate) fn write_states(
        &self,
        progress: &HashMap<Uuid, Progress>,
    ) -> Result<HashMap<Uuid, EntryState>, FileError> {
        document::edit(self.path(), |file| {
            let mut written = HashMap::with_capacity(progress.len());
            for spot in spots(file) {
                let Some(uuid) = spot.uuid() else {
                    continue;
                };
                if let Some(progress) = progress.get(&uuid) {
                    let state = progress.onto(state_of(&spot.object));
                    write(&spot.object, state);
                    written.insert(uuid, state);
                }
            }
            Ok(written)
        })
    }
}

fn state_of(object: &CstObject) -> EntryState {
    match CstNode::from(object.clone()).to_serde_value() {
        Some(Value::Object(fields)) => state(&fields),
        _ => state(&Map::new()),
    }
}

fn write(object: &CstObject, state: EntryState) {
    let time = |time: Option<Timestamp>| json!(time.map(|time| time.to_string()));
    document::set(object, "isHealthy", &json!(state.is_healthy));
    document::set(object, "lastUsed", &time(state.last_used));
    document::set(object, "usageCount", &json!(state.usage_count));
    document::set(object, "errorCount", &json!(state.error_count));
    document::set(object, "lastErrorTime", &time(state.last_error_time));
}
