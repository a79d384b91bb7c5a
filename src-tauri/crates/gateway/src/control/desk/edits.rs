//! Commands that change the pools file, and what can be taken back of them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::PoisonError;

use uuid::Uuid;

use super::{Desk, MOST_REMOVED};
use crate::control::{Imported, Instance, Refused, RefusedKind, Reply};
use crate::roster::Entry;
use crate::roster::edit::{Done, Edit, Removed};
use crate::settings;
use crate::status::InstanceStatus;

impl Desk {
    pub(super) async fn instances(&self) -> Vec<Instance> {
        let entries = self.engine.entries().await;
        let status = self.board.now();
        let known: HashMap<_, _> = status.instances().map(|one| (one.uuid, one)).collect();
        let with_status = |entry: &Entry| {
            let status = (*known.get(&entry.uuid)?).clone();
            Some(instance(entry, status))
        };
        entries.iter().filter_map(with_status).collect()
    }

    /// Changes the pools file.
    pub(super) async fn change(&self, edit: Edit) -> Result<Reply, Refused> {
        Ok(match self.engine.apply(edit).await? {
            Done::Added(uuid) => Reply::Added(uuid),
            Done::Changed(_) => Reply::Done,
            Done::Removed(removed) => {
                self.keep_removed(removed);
                Reply::Done
            }
        })
    }

    /// Puts back what was taken out.
    pub(super) async fn restore(&self, uuid: Uuid) -> Result<Reply, Refused> {
        let removed = self.take_removed(uuid)?;
        let restored = self.engine.apply(Edit::Restore(removed.clone())).await;
        if restored.is_err() {
            self.keep_removed(removed);
        }
        restored?;
        Ok(Reply::Done)
    }

    pub(super) async fn import(&self, file: &Path) -> Result<Reply, Refused> {
        let done = self.engine.import(absolute(file)?).await?;
        Ok(Reply::Imported(Imported::from(done)))
    }

    fn keep_removed(&self, removed: Removed) {
        let mut all = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_back(removed);
        if all.len() > MOST_REMOVED {
            all.pop_front();
        }
    }

    fn take_removed(&self, uuid: Uuid) -> Result<Removed, Refused> {
        let mut all = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|one| one.uuid == uuid);
        at.and_then(|at| all.remove(at)).ok_or_else(|| {
            let text = format!("{uuid} was not removed lately; add it again");
            Refused::new(RefusedKind::Missing, text)
        })
    }
}

/// Whoever asks may stand in another folder than this program.
pub(super) fn absolute(file: &Path) -> Result<&Path, Refused> {
    if file.is_absolute() {
        return Ok(file);
    }
    let text = format!("{} is no absolute path", file.display());
    Err(Refused::new(RefusedKind::Invalid, text))
}

fn instance(entry: &Entry, status: InstanceStatus) -> Instance {
    Instance {
        status,
        priority: entry.priority,
        weight: entry.weight,
        concurrency_limit: entry.concurrency_limit,
        check_health: entry.check_health,
        check_model: entry.check_model.clone(),
        not_supported_models: entry.not_supported_models.clone(),
        model_map: entry.model_map.clone(),
        proxy: entry
            .proxy_url
            .as_deref()
            .map(settings::values::without_password),
        fault: entry.fault.clone(),
    }
}
