//! Waiting for an effect: asked again and again until a deadline, never slept for.

use std::time::{Duration, Instant};

const BETWEEN: Duration = Duration::from_millis(10);

/// Asks until `probe` answers, and returns how long that took and the answer.
///
/// # Panics
/// When `within` has passed without an answer; `what` is then said.
pub async fn eventually<T>(
    what: &str,
    within: Duration,
    mut probe: impl FnMut() -> Option<T>,
) -> (Duration, T) {
    let begun = Instant::now();
    loop {
        if let Some(found) = probe() {
            return (begun.elapsed(), found);
        }
        assert!(begun.elapsed() < within, "not within {within:?}: {what}");
        tokio::time::sleep(BETWEEN).await;
    }
}

/// [`eventually`] for something that is simply to become true.
pub async fn until(what: &str, within: Duration, mut holds: impl FnMut() -> bool) -> Duration {
    eventually(what, within, || holds().then_some(())).await.0
}
