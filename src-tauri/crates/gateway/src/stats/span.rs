//! How long the stretches are that sums are kept for, and when they begin.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How long a stretch of sums is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Span {
    Minute,
    Hour,
    Day,
}

impl Span {
    pub(super) const fn seconds(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    /// The second in which its stretch around a time began, by the local clock.
    pub(super) fn start(self, time: Timestamp, zone: &TimeZone) -> i64 {
        match self {
            Self::Minute => time.as_second().div_euclid(60) * 60,
            Self::Hour => {
                // Not every zone is whole hours away from another.
                let offset = i64::from(zone.to_offset(time).seconds());
                (time.as_second() + offset).div_euclid(3_600) * 3_600 - offset
            }
            Self::Day => time
                .to_zoned_datetime(zone.clone())
                .start_of_day()
                .map_or(time.as_second().div_euclid(86_400) * 86_400, |day| {
                    day.timestamp().as_second()
                }),
        }
    }
}
