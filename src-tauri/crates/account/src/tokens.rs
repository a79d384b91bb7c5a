//! The access tokens of one account, kept alive: renewed ahead of their end, by one caller for all, under a lock that other processes
//! respect, and never asked for again where only the user can help.
//!
//! - `look`: what is kept; `validity`: how long a token may be used; `flight`: a renewal.

mod flight;
mod look;
mod validity;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::credentials::OauthClient;
use crate::endpoints::Endpoints;
use crate::renew::NotRenewed;
use crate::shelf::{Shelf, ShelfError, Stamp};
use crate::web::Web;
use crate::{Credentials, Secret};
use flight::Flight;
use validity::{Clock, Life, Validity};

/// What renewals need.
#[derive(Debug, Clone)]
pub struct Renewing {
    /// Who makes the calls.
    pub web: Arc<dyn Web>,
    /// Where they go.
    pub endpoints: Endpoints,
    /// The OAuth client by which Google knows this program, where the tokens do not name theirs.
    pub gemini_client: Option<OauthClient>,
}

/// See the module.
#[derive(Debug)]
pub struct Tokens {
    shelf: Shelf,
    renewing: Renewing,
    clock: Clock,
    /// How much earlier than others this account is renewed, so that not all are at once.
    jitter: f64,
    state: Mutex<State>,
    flight: Mutex<Option<Flight>>,
}

/// Why there is no access token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoToken {
    /// What is kept cannot be read.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// It cannot be renewed.
    #[error(transparent)]
    NotRenewed(#[from] NotRenewed),
}

impl NoToken {
    /// Whether only the user can help.
    pub fn needs_the_user(&self) -> bool {
        match self {
            Self::Shelf(error) => !matches!(error, ShelfError::Failed(_)),
            Self::NotRenewed(error) => error.needs_the_user(),
        }
    }

    /// How long to wait, where that is known.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::NotRenewed(NotRenewed::Transient { wait, .. }) => *wait,
            _ => None,
        }
    }
}

#[derive(Debug, Default)]
struct State {
    /// What is used; `None` before the first read.
    current: Option<Arc<Credentials>>,
    life: Life,
    /// The last renewal failed.
    failed: Option<Failed>,
    /// What is used could not be kept.
    unkept: bool,
    seen: Option<Seen>,
}

#[derive(Debug, Clone)]
struct Failed {
    why: NoToken,
    /// The token that could not be renewed: another one may.
    access: Option<Secret<String>>,
    tries: u32,
    /// It is not tried again before.
    not_before: Instant,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    stamp: Stamp,
    at: Instant,
}

impl Tokens {
    /// Those that are kept there.
    pub fn new(shelf: Shelf, renewing: Renewing) -> Arc<Self> {
        Self::with(shelf, renewing, Clock::default(), jitter())
    }

    fn with(shelf: Shelf, renewing: Renewing, clock: Clock, jitter: f64) -> Arc<Self> {
        Arc::new(Self {
            shelf,
            renewing,
            clock,
            jitter,
            state: Mutex::default(),
            flight: Mutex::default(),
        })
    }

    /// Where they are kept.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// What renews them; free calls go the same way.
    pub fn renewing(&self) -> &Renewing {
        &self.renewing
    }

    /// Tokens whose access token can be used now. It is renewed before where it has ended, and beside where it is about to.
    ///
    /// # Errors
    /// As [`NoToken`] says.
    pub async fn access(self: &Arc<Self>) -> Result<Arc<Credentials>, NoToken> {
        let current = self.look().await?;
        match self.validity() {
            Validity::Good => Ok(current),
            Validity::Ending => {
                if self.may_try() {
                    drop(self.fly(current.access().clone()));
                }
                Ok(current)
            }
            Validity::Over => self.renewed(&current).await,
        }
    }

    /// Tokens in place of some that the service does not accept, though they have not ended: renewed once, however many callers were
    /// refused.
    ///
    /// # Errors
    /// As [`NoToken`] says.
    pub async fn replace(
        self: &Arc<Self>,
        refused: &Credentials,
    ) -> Result<Arc<Credentials>, NoToken> {
        let current = self.look().await?;
        if current.access() != refused.access() && self.validity() != Validity::Over {
            return Ok(current);
        }
        self.renewed(&current).await
    }

    /// Renews them if it is time to, and keeps what could not be kept. Called again and again while nobody asks for a token.
    pub async fn tend(self: &Arc<Self>) {
        let Ok(current) = self.look().await else {
            return;
        };
        if self.state().unkept {
            flight::keep_again(self).await;
        }
        if self.validity() != Validity::Good && self.may_try() {
            // Whoever asks next is told how it went.
            let _ = self.fly(current.access().clone()).await;
        }
    }

    /// Waits for a renewal that is under way, so that what it brings is kept.
    pub async fn settle(&self) {
        let flight = self.flight().clone();
        if let Some(flight) = flight {
            let _ = flight.await;
        }
    }

    /// The user says that it may work now: what failed is tried again.
    pub fn forgive(&self) {
        let mut state = self.state();
        state.failed = None;
        state.seen = None;
    }

    /// What is used now, without looking anything up.
    pub fn known(&self) -> Option<Arc<Credentials>> {
        self.state().current.clone()
    }

    /// Why the last renewal failed, if it did.
    pub fn trouble(&self) -> Option<NoToken> {
        self.state()
            .failed
            .as_ref()
            .map(|failed| failed.why.clone())
    }

    async fn renewed(self: &Arc<Self>, current: &Credentials) -> Result<Arc<Credentials>, NoToken> {
        if let Some(failed) = self.standing_failure() {
            return Err(failed);
        }
        self.fly(current.access().clone()).await
    }

    fn validity(&self) -> Validity {
        let state = self.state();
        let Some(current) = &state.current else {
            return Validity::Over;
        };
        if current.access().expose().is_empty() {
            return Validity::Over;
        }
        state
            .life
            .validity(current.expires(), self.clock.now(), self.jitter)
    }

    fn may_try(&self) -> bool {
        self.standing_failure().is_none()
    }

    /// A failure that a new try would not change.
    fn standing_failure(&self) -> Option<NoToken> {
        let state = self.state();
        let failed = state.failed.as_ref()?;
        let is_about = state.current.as_ref().map(|c| c.access()) == failed.access.as_ref();
        let stands = failed.why.needs_the_user() || Instant::now() < failed.not_before;
        (is_about && stands).then(|| failed.why.clone())
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn flight(&self) -> MutexGuard<'_, Option<Flight>> {
        self.flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From 0 to 1, another for each account.
fn jitter() -> f64 {
    let mut byte = [0];
    match getrandom::fill(&mut byte) {
        Ok(()) => f64::from(byte[0]) / 256.0,
        Err(_) => 0.5,
    }
}

#[cfg(test)]
mod tests;
