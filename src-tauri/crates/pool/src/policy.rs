//! The numbers a pool works by, as plain data.

use std::time::Duration;

/// The longest that anything rests without a real request being let through.
pub const LONGEST_REST: Duration = Duration::from_secs(30 * 60);

/// The shortest rest: an upstream that says "again in 0 seconds" has still just refused.
pub const SHORTEST_REST: Duration = Duration::from_secs(1);

/// When members rest, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Failures in a row after which a member is unhealthy; 0 counts as 1.
    pub max_error_count: u32,
    /// The longest rest, whatever an upstream asked for; at most [`LONGEST_REST`].
    pub max_rest: Duration,
    /// The first rest after a rate limit that named no time; doubles while it recurs.
    pub default_rest: Duration,
    /// How long an unhealthy member waits for its first, second, … trial; the last one repeats.
    pub steps: [Duration; 5],
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            max_error_count: 3,
            max_rest: LONGEST_REST,
            default_rest: Duration::from_secs(30),
            steps: [5, 15, 60, 300, 1800].map(Duration::from_secs),
        }
    }
}

impl Policy {
    /// Whether this many failures in a row, at least one, are too many.
    pub(crate) fn trips(&self, failures: u32) -> bool {
        failures >= self.max_error_count
    }

    /// How long a member stays unhealthy before the trial after `failed` trials.
    pub(crate) fn back_off(&self, failed: usize) -> Duration {
        let last = self.steps.len() - 1;
        self.steps[failed.min(last)].min(self.longest_rest())
    }

    /// How long a member rests that asked for a pause, and has done so `before` times since its
    /// last success without naming a time.
    pub(crate) fn rest(&self, wait: Option<Duration>, before: u32) -> Duration {
        let wait = wait.unwrap_or_else(|| {
            let doubled = 1_u32.checked_shl(before).unwrap_or(u32::MAX);
            self.default_rest.saturating_mul(doubled)
        });
        wait.max(SHORTEST_REST).min(self.longest_rest())
    }

    /// The longest rest there is.
    pub(crate) fn longest_rest(&self) -> Duration {
        self.max_rest.min(LONGEST_REST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_waits_become_rests_between_a_second_and_half_an_hour() {
        let policy = Policy::default();
        let absurd = [0, 1, 18 * 24 * 3600, u64::MAX].map(Duration::from_secs);
        let rests = absurd.map(|wait| policy.rest(Some(wait), 0).as_secs());
        assert_eq!(rests, [1, 1, 1800, 1800]);
        assert_eq!(policy.rest(Some(Duration::MAX), u32::MAX), LONGEST_REST);
    }

    #[test]
    fn a_rest_without_a_time_doubles_up_to_the_longest() {
        let policy = Policy::default();
        let rests: Vec<u64> = (0..8).map(|n| policy.rest(None, n).as_secs()).collect();
        assert_eq!(rests, [30, 60, 120, 240, 480, 960, 1800, 1800]);
        assert_eq!(policy.rest(None, u32::MAX), LONGEST_REST);
    }

    #[test]
    fn no_policy_lets_a_rest_exceed_half_an_hour() {
        let policy = Policy {
            max_rest: Duration::MAX,
            steps: [Duration::MAX; 5],
            default_rest: Duration::MAX,
            ..Policy::default()
        };
        assert_eq!(policy.back_off(0), LONGEST_REST);
        assert_eq!(policy.back_off(usize::MAX), LONGEST_REST);
        assert_eq!(policy.rest(None, 3), LONGEST_REST);
    }
}
