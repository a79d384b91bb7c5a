//! A renewal: one at a time for all callers, on a task of its own. A caller who goes away must not take with it what the service has
//! given out once and for all.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::time::{Instant, sleep};

use super::{Failed, NoToken, Seen, Tokens};
use crate::credentials::Renewal;
use crate::renew::{NotRenewed, renew};
use crate::shelf::{Held, ShelfError};
use crate::tokens::validity::{Life, Validity};
use crate::{Credentials, Secret};

/// A renewal that is under way.
pub(super) type Flight = Shared<BoxFuture<'static, Result<Arc<Credentials>, NoToken>>>;

/// Waits between failed renewals; the last for all that follow.
const BACK_OFF: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_secs(120),
    Duration::from_secs(300),
];
/// How long another program that has just used up a refresh token may take to write down the next.
const NEIGHBOUR: Duration = Duration::from_millis(1_500);

impl Tokens {
    /// Joins the renewal that is under way, or begins one for `had`.
    pub(super) fn fly(self: &Arc<Self>, had: Secret<String>) -> Flight {
        let mut flight = self.flight();
        if let Some(flight) = flight.as_ref().filter(|flight| flight.peek().is_none()) {
            return flight.clone();
        }
        let tokens = Arc::clone(self);
        let task = tokio::spawn(async move { tokens.run(had).await });
        let ended = |_| {
            let reason = "the program is ending".to_owned();
            Err(NotRenewed::Transient { reason, wait: None }.into())
        };
        let new: Flight = task
            .map(move |done| done.unwrap_or_else(ended))
            .boxed()
            .shared();
        *flight = Some(new.clone());
        new
    }

    async fn run(&self, had: Secret<String>) -> Result<Arc<Credentials>, NoToken> {
        let outcome = self.attempt(&had).await;
        if let Err(why) = &outcome {
            self.note_failure(why, had);
        }
        outcome
    }

    async fn attempt(&self, had: &Secret<String>) -> Result<Arc<Credentials>, NoToken> {
        let held = self.shelf.hold().await?;
        let stored = self.shelf.read().await?;
        if let Some(usable) = self.renewed_by_another(&stored, had).await {
            return Ok(usable);
        }
        let renewing = self.renewing();
        let ask = async |credentials: &Credentials| {
            let client = renewing.gemini_client.as_ref();
            renew(credentials, &*renewing.web, &renewing.endpoints, client).await
        };
        match ask(&stored).await {
            Ok(renewal) => Ok(self.keep(&held, &stored, &renewal).await),
            Err(dead @ NotRenewed::Dead(_)) => {
                // Before it is final: another program may have used the refresh token up, and have the next.
                if self.shelf.is_shared() {
                    sleep(NEIGHBOUR).await;
                }
                let again = self.shelf.read().await?;
                if again.refresh() == stored.refresh() {
                    return Err(dead.into());
                }
                if let Some(usable) = self.renewed_by_another(&again, had).await {
                    return Ok(usable);
                }
                let renewal = ask(&again).await?;
                Ok(self.keep(&held, &again, &renewal).await)
            }
            Err(other) => Err(other.into()),
        }
    }

    /// What is kept, if it is another token than the one that had to be renewed, and can be used.
    async fn renewed_by_another(
        &self,
        stored: &Credentials,
        had: &Secret<String>,
    ) -> Option<Arc<Credentials>> {
        let unused = stored.access() != had && !stored.access().expose().is_empty();
        let life = Life::default();
        let validity = life.validity(stored.expires(), self.now(), self.jitter);
        if !unused || validity == Validity::Over {
            return None;
        }
        let stamp = self.shelf.stamp().await;
        Some(self.take(stored.clone(), stamp))
    }

    /// Keeps what a service gave. It is used even where it cannot be kept: the old one is gone.
    async fn keep(
        &self,
        _held: &Held,
        stored: &Credentials,
        renewal: &Renewal,
    ) -> Arc<Credentials> {
        // What other programs have changed beside the tokens meanwhile stays theirs, and a whole new sign-in, too.
        let latest = self.shelf.read().await.ok();
        if let Some(latest) = &latest
            && latest.refresh() != stored.refresh()
            && let Some(theirs) = self.renewed_by_another(latest, stored.access()).await
        {
            return theirs;
        }
        let base = latest
            .as_ref()
            .filter(|latest| latest.refresh() == stored.refresh());
        let new = base.unwrap_or(stored).renewed(renewal, self.now());
        let written = self.shelf.write(&new).await;
        let unkept = match written {
            Ok(()) | Err(ShelfError::NotOurs) => false,
            Err(error) => {
                tracing::error!(
                    "a renewed sign-in of {} cannot be kept and is lost when Millpond ends: {error}",
                    self.shelf.service()
                );
                true
            }
        };
        let stamp = self.shelf.stamp().await;
        let new = Arc::new(new);
        let mut state = self.state();
        state.current = Some(Arc::clone(&new));
        state.life = Life::begun(renewal.lifetime);
        state.failed = None;
        state.unkept = unkept;
        let at = Instant::now();
        state.seen = Some(Seen { stamp, at });
        new
    }

    fn note_failure(&self, why: &NoToken, had: Secret<String>) {
        let mut state = self.state();
        let tries = state.failed.as_ref().map_or(0, |failed| failed.tries);
        let step = BACK_OFF[usize::min(tries as usize, BACK_OFF.len() - 1)];
        let wait = why.wait().map_or(step, |asked| asked.max(step));
        tracing::warn!(
            "a sign-in of {} was not renewed: {why}",
            self.shelf.service()
        );
        state.failed = Some(Failed {
            why: why.clone(),
            access: state
                .current
                .as_ref()
                .map(|c| c.access().clone())
                .or(Some(had)),
            tries: tries.saturating_add(1),
            not_before: Instant::now() + wait,
        });
    }
}

/// Tries once more to keep what could not be kept.
pub(super) async fn keep_again(tokens: &Tokens) {
    let Some(current) = tokens.known() else {
        return;
    };
    let Ok(_held) = tokens.shelf.hold().await else {
        return;
    };
    let stored = tokens.shelf.read().await.ok();
    if stored.is_some_and(|stored| stored.expires() > current.expires()) {
        // Somebody has signed in again meanwhile.
        tokens.state().unkept = false;
        return;
    }
    if tokens.shelf.write(&current).await.is_ok() {
        tracing::info!("a sign-in of {} is kept now", tokens.shelf.service());
        tokens.state().unkept = false;
    }
}
