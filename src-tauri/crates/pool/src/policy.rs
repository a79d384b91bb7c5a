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
