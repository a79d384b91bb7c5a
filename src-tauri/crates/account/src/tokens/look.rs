//! What is kept, as others may have changed it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::validity::Life;
use super::{NoToken, Seen, Tokens};
use crate::Credentials;
use crate::shelf::Stamp;

/// How often a file that another program shares is looked at.
const LOOK: Duration = Duration::from_secs(2);

impl Tokens {
    /// What is kept, read anew where it is unknown, or has changed under us.
    pub(super) async fn look(&self) -> Result<Arc<Credentials>, NoToken> {
        let (known, seen, failed) = {
            let state = self.state();
            (state.current.clone(), state.seen, state.failed.is_some())
        };
        let is_news = seen.is_none_or(|seen| seen.at.elapsed() >= LOOK);
        if let Some(known) = &known
            && !(is_news && (self.shelf.is_shared() || failed))
        {
            return Ok(Arc::clone(known));
        }
        let stamp = self.shelf.stamp().await;
        if let Some(known) = known
            && self.shelf.is_shared()
            && seen.is_some_and(|seen| seen.stamp == stamp)
        {
            self.note_seen(stamp);
            return Ok(known);
        }
        match self.shelf.read().await {
            Ok(read) => Ok(self.take(read, stamp)),
            Err(error) => {
                let mut state = self.state();
                // A program that replaces its file may have it gone for a moment.
                match &state.current {
                    Some(known) if state.failed.is_none() => Ok(Arc::clone(known)),
                    _ => {
                        state.current = None;
                        Err(error.into())
                    }
                }
            }
        }
    }

    /// Uses what was read, and forgets a failure that was about other tokens.
    pub(super) fn take(&self, read: Credentials, stamp: Stamp) -> Arc<Credentials> {
        let mut state = self.state();
        state.seen = Some(Seen {
            stamp,
            at: Instant::now(),
        });
        if let Some(known) = &state.current
            && (**known == read || state.unkept)
        {
            return Arc::clone(known);
        }
        let refresh = |one: &Credentials| one.refresh().cloned();
        let is_other = state.current.as_deref().is_none_or(|known| {
            known.access() != read.access() || refresh(known) != refresh(&read)
        });
        if is_other {
            state.failed = None;
            state.life = Life::default();
        }
        let read = Arc::new(read);
        state.current = Some(Arc::clone(&read));
        read
    }

    fn note_seen(&self, stamp: Stamp) {
        let at = Instant::now();
        self.state().seen = Some(Seen { stamp, at });
    }
}
