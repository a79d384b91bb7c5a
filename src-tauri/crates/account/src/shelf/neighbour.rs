//! The lock by which Qwen Code guards `oauth_creds.json`: a file `oauth_creds.lock` beside it, made by whoever holds it, and taken
//! for abandoned after ten seconds.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Qwen Code takes an older one for abandoned.
const ABANDONED: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(100);
/// Nobody holds it for longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The lock, until it falls.
#[derive(Debug)]
pub(super) struct NeighbourLock {
    path: PathBuf,
    id: String,
}

impl NeighbourLock {
    /// Waits for the lock of the file at `path`.
    pub(super) async fn take(path: &Path) -> io::Result<Self> {
        let path = path.with_extension("lock");
        let id = uuid::Uuid::new_v4().to_string();
        let begun = Instant::now();
        loop {
            match create(&path, &id) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made.map(|()| Self { path, id }),
            }
            if is_abandoned(&path) {
                // Another one may have been quicker, and then holds a new one: the next round shows it.
                let _ = std::fs::remove_file(&path);
                continue;
            }
            if begun.elapsed() > PATIENCE {
                let text = format!("{} is held by another program", path.display());
                return Err(io::Error::other(text));
            }
            sleep(AGAIN).await;
        }
    }
}

impl Drop for NeighbourLock {
    fn drop(&mut self) {
        let is_ours = std::fs::read_to_string(&self.path).is_ok_and(|id| id == self.id);
        if is_ours {
            // One that stays counts as abandoned soon.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn create(path: &Path, id: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(id.as_bytes())
}

fn is_abandoned(path: &Path) -> bool {
    let modified = std::fs::metadata(path).and_then(|about| about.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > ABANDONED))
}
