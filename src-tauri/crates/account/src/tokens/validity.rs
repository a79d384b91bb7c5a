//! How long an access token may be used.
//!
//! Two clocks are looked at: the wall's, which goes on while the machine sleeps but may be set, and the one that only runs forward.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// A token is renewed so long before its end, and up to as much again earlier by its account's jitter.
const LEAD: Duration = Duration::from_secs(300);
/// With less left a token is not used: the request would outlive it.
const LEAST: Duration = Duration::from_secs(10);

/// What the time is.
#[derive(Clone)]
pub(super) struct Clock(pub(super) Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    pub(super) fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(Timestamp::now))
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// Whether a token can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Validity {
    /// For a good while.
    Good,
    /// Still, but it is time to renew it.
    Ending,
    /// No more.
    Over,
}

/// What is known of a token that this process has received itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Life(Option<(Instant, Duration)>);

impl Life {
    /// One that was received now, and lives so long.
    pub(super) fn begun(lifetime: Duration) -> Self {
        Self(Some((Instant::now(), lifetime)))
    }

    pub(super) fn validity(
        self,
        expires: Option<Timestamp>,
        now: Timestamp,
        jitter: f64,
    ) -> Validity {
        let Some(expires) = expires else {
            return Validity::Over;
        };
        let by_wall = Duration::try_from(expires.duration_since(now)).unwrap_or_default();
        let (left, whole) = match self.0 {
            Some((since, lifetime)) => {
                let by_own = lifetime.saturating_sub(since.elapsed());
                (by_wall.min(by_own), Some(lifetime))
            }
            None => (by_wall, None),
        };
        // A short life is not spent on renewals.
        let cut =
            |wanted: Duration, share: u32| whole.map_or(wanted, |life| wanted.min(life / share));
        let lead = cut(LEAD.mul_f64(1.0 + jitter), 3);
        if left <= cut(LEAST, 10) {
            Validity::Over
        } else if left <= lead {
            Validity::Ending
        } else {
            Validity::Good
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn o3_a_token_is_renewed_ahead_of_its_end_and_not_all_at_once() {
        let ends = Some(at("2026-09-01T13:00:00Z"));
        let of = |now: &str, jitter| Life::default().validity(ends, at(now), jitter);
        assert_eq!(of("2026-09-01T12:00:00Z", 0.0), Validity::Good);
        assert_eq!(of("2026-09-01T12:54:59Z", 0.0), Validity::Good);
        assert_eq!(of("2026-09-01T12:55:00Z", 0.0), Validity::Ending);
        assert_eq!(of("2026-09-01T12:52:00Z", 0.9), Validity::Ending);
        assert_eq!(of("2026-09-01T12:59:50Z", 0.0), Validity::Over);
        assert_eq!(of("2026-09-02T00:00:00Z", 0.0), Validity::Over);
        assert_eq!(
            Life::default().validity(None, at("2026-09-01T12:00:00Z"), 0.0),
            Validity::Over
        );
    }

    #[tokio::test(start_paused = true)]
    async fn o3_a_clock_that_was_set_back_keeps_no_dead_token_alive() {
        let life = Life::begun(Duration::from_secs(3600));
        tokio::time::advance(Duration::from_secs(3595)).await;
        let set_back = at("2026-09-01T03:00:00Z");
        let ends = Some(at("2026-09-01T13:00:00Z"));
        assert_eq!(life.validity(ends, set_back, 0.0), Validity::Over);
    }

    #[tokio::test(start_paused = true)]
    async fn o3_a_token_that_lives_a_minute_is_not_renewed_all_the_time() {
        let life = Life::begun(Duration::from_secs(60));
        let now = at("2026-09-01T12:00:00Z");
        let ends = Some(at("2026-09-01T12:01:00Z"));
        assert_eq!(life.validity(ends, now, 0.9), Validity::Good);
        tokio::time::advance(Duration::from_secs(45)).await;
        assert_eq!(
            life.validity(ends, at("2026-09-01T12:00:45Z"), 0.9),
            Validity::Ending
        );
    }
}
