//! What Google says of the limits that were hit: `google.rpc.QuotaFailure` names them by ids such as
//! `GenerateRequestsPerDayPerProjectPerModel-FreeTier` (ai.google.dev, `/gemini-api/docs/rate-limits`).

use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::limits;

/// The limits of one refusal.
#[derive(Debug, Default)]
pub(super) struct Quotas(Vec<String>);

impl Quotas {
    pub(super) fn of(ids: &[String]) -> Self {
        Self(ids.iter().map(|id| id.to_lowercase()).collect())
    }

    /// Whether they are the account's own, and no model's.
    pub(super) fn of_account(&self) -> bool {
        !self.0.is_empty() && !self.0.iter().any(|id| id.contains("permodel"))
    }

    /// How long they last, where their ids say so. The waits that come with a limit of a day are those of a minute's.
    pub(super) fn wait(&self, now: Timestamp) -> Option<Duration> {
        let any = |word: &str| self.0.iter().any(|id| id.contains(word));
        if any("perday") || any("daily") {
            until_midnight(now)
        } else {
            None
        }
    }
}

/// Days of quotas end at midnight, Pacific time.
fn until_midnight(now: Timestamp) -> Option<Duration> {
    // Without a database of time zones an hour is lost in summer.
    let zone = TimeZone::get("America/Los_Angeles")
        .unwrap_or_else(|_| TimeZone::fixed(Offset::constant(-8)));
    let today = zone.to_datetime(now).date();
    let tomorrow = today.checked_add(1.day()).ok()?;
    let midnight = zone
        .to_timestamp(tomorrow.to_datetime(Time::midnight()))
        .ok()?;
    limits::until(midnight, now)
}
