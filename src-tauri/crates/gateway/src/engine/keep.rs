//! What goes on beside requests: counters are saved, and files that somebody else has changed are read again.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::{Engine, Files, load};
use crate::blocking;
use crate::document::Stamp;
use crate::keeper::EVERY;

/// How often a vault that did not answer is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(30);

/// Runs until the engine is gone.
pub(super) async fn run(engine: Weak<Engine>) {
    let mut turns = interval_at(Instant::now() + EVERY, EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut asked = Instant::now();
    loop {
        turns.tick().await;
        let Some(engine) = engine.upgrade() else {
            return;
        };
        engine.save().await;
        let vault_is_silent = engine.table.load().vault_fault.is_some();
        let ask_again = vault_is_silent && asked.elapsed() >= ASK_AGAIN;
        if ask_again || engine.has_changed_files().await {
            asked = Instant::now();
            // It has told the user.
            let _ = engine.reload().await;
        }
    }
}

impl Engine {
    /// Writes counters and health into the pools file, if they have changed.
    pub async fn save(&self) {
        let mut files = self.files.lock().await;
        self.save_now(&mut files).await;
    }

    pub(super) async fn save_now(&self, files: &mut Files) {
        if !files.demo.is_empty() {
            return;
        }
        let table = self.table.load_full();
        let saved = files.keeper.save(&files.pools, &table).await;
        if let Ok(false) = saved {
            return;
        }
        let path = files.pools.path().to_owned();
        let unwritten = match saved {
            Ok(_) => {
                files.seen[1] = blocking::run(move || Stamp::of(&path)).await;
                None
            }
            Err(error) => Some(error.to_string()),
        };
        self.problems.send_if_modified(|problems| {
            if problems.unwritten == unwritten {
                return false;
            }
            if let Some(error) = &unwritten {
                tracing::error!("counters cannot be saved: {error}");
            }
            Arc::make_mut(problems).unwritten = unwritten;
            true
        });
    }

    /// Whether somebody else has changed a file since it was last read or written here.
    async fn has_changed_files(&self) -> bool {
        let files = self.files.lock().await;
        let (seen, pools) = (files.seen, files.pools.path().to_owned());
        let config = load::config_path(&self.home, &self.overrides);
        let now = blocking::run(move || [Stamp::of(&config), Stamp::of(&pools)]).await;
        now != seen
    }
}
