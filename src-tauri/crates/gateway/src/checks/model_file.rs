//! Model lists on disk, so that routes know them before the first check of a run. It is a cache: losing it costs a
//! free call for each instance.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use provider::models::Model;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use uuid::Uuid;

/// The file is not written larger than this; lists that have no room are learned again.
const LARGEST: usize = 4 * 1024 * 1024;
/// Between two writes, while many instances are learned.
const GAP: Duration = Duration::from_secs(5);

/// The lists. Instances of one upstream share theirs.
#[derive(Debug)]
pub(super) struct ModelFile {
    path: Option<PathBuf>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    lists: HashMap<Uuid, Arc<Vec<Model>>>,
    changed: bool,
    saved: Option<Instant>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Shared {
    instances: Vec<Uuid>,
    models: Vec<Model>,
}

impl ModelFile {
    /// Reads it; none, or none that can be read, is an empty one.
    pub(super) async fn open(path: Option<PathBuf>) -> Self {
        let reading = path.clone();
        let lists = tokio::task::spawn_blocking(move || reading.map(|path| read(&path)));
        let lists = lists.await.ok().flatten().unwrap_or_default();
        Self {
            path,
            known: Mutex::new(Known {
                lists,
                ..Known::default()
            }),
        }
    }

    pub(super) fn list(&self, uuid: Uuid) -> Option<Arc<Vec<Model>>> {
        self.lock().lists.get(&uuid).cloned()
    }

    /// Takes a list over, and gives the one to use.
    pub(super) fn learn(&self, uuid: Uuid, models: Vec<Model>) -> Arc<Vec<Model>> {
        let mut known = self.lock();
        if let Some(same) = known.lists.get(&uuid).filter(|list| ***list == models) {
            return Arc::clone(same);
        }
        let shared = known.lists.values().find(|list| ***list == models).cloned();
        let list = shared.unwrap_or_else(|| Arc::new(models));
        known.lists.insert(uuid, Arc::clone(&list));
        known.changed = true;
        list
    }

    /// Forgets instances that are not among these.
    pub(super) fn retain(&self, present: &HashSet<Uuid>) {
        let mut known = self.lock();
        let before = known.lists.len();
        known.lists.retain(|uuid, _| present.contains(uuid));
        known.changed |= known.lists.len() != before;
    }

    /// Writes it, if something has changed; unless `now`, not soon again.
    pub(super) async fn save(&self, now: bool) {
        let Some(path) = self.path.clone() else {
            return;
        };
        let text = {
            let mut known = self.lock();
            let lately = known.saved.is_some_and(|at| at.elapsed() < GAP);
            if !known.changed || (lately && !now) {
                return;
            }
            known.changed = false;
            known.saved = Some(Instant::now());
            text(&known.lists)
        };
        let written =
            tokio::task::spawn_blocking(move || account::files::replace(&path, text.as_bytes()));
        if let Ok(Err(error)) = written.await {
            tracing::warn!(%error, "model lists are not kept; they are learned again after a restart");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One list a line, with those who share it; the most shared first.
fn text(lists: &HashMap<Uuid, Arc<Vec<Model>>>) -> String {
    let mut shared: Vec<(Vec<Uuid>, &Arc<Vec<Model>>)> = Vec::new();
    for (uuid, list) in lists {
        match shared.iter_mut().find(|(_, one)| Arc::ptr_eq(one, list)) {
            Some((instances, _)) => instances.push(*uuid),
            None => shared.push((vec![*uuid], list)),
        }
    }
    for (instances, _) in &mut shared {
        instances.sort_unstable();
    }
    shared.sort_by(|(a, _), (b, _)| (b.len(), a).cmp(&(a.len(), b)));
    let mut text = String::from("[");
    for (instances, models) in shared {
        let one = Shared {
            instances,
            models: models.to_vec(),
        };
        let Ok(line) = serde_json::to_string(&one) else {
            continue;
        };
        if text.len() + line.len() > LARGEST {
            continue;
        }
        text.push_str(if text.len() == 1 { "\n" } else { ",\n" });
        text.push_str(&line);
    }
    text.push_str("\n]\n");
    text
}

fn read(path: &Path) -> HashMap<Uuid, Arc<Vec<Model>>> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            if error.kind() != std::io::ErrorKind::NotFound {
                tracing::warn!(%error, path = %path.display(), "model lists cannot be read; they are learned again");
            }
            return HashMap::new();
        }
    };
    let shared: Vec<Shared> = match serde_json::from_slice(&bytes) {
        Ok(shared) => shared,
        Err(error) => {
            let aside = path.with_extension("json.damaged");
            let kept = std::fs::rename(path, &aside).is_ok();
            tracing::warn!(%error, kept, aside = %aside.display(), "model lists are damaged; they are learned again");
            return HashMap::new();
        }
    };
    let mut lists = HashMap::new();
    for one in shared {
        let models = Arc::new(one.models);
        for uuid in one.instances {
            lists.insert(uuid, Arc::clone(&models));
        }
    }
    lists
}
