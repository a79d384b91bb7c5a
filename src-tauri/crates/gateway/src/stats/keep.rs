//! What is kept for how long: requests for some weeks, hours for a week, days for a year, all of it within a size.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction, params};

use super::span::Span;
use super::store::StoreError;
use crate::record::RequestId;

/// Minutes are for the picture of the last hour.
const MINUTES_KEPT: i64 = 2 * 86_400;
/// Hours become days when they are older.
const HOURS_KEPT: i64 = 8 * 86_400;
const DAYS_KEPT: i64 = 400 * 86_400;
/// Clients choose models' names, so rows of sums have no natural end.
const MOST_SUMS: i64 = 200_000;
/// Requests thrown away at a time: what comes meanwhile waits.
const AT_A_TIME: i64 = 5_000;
/// Between two cleanings, when nothing is left over.
const REST: Duration = Duration::from_secs(600);

/// How much may be kept, as plain data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Days for which single requests are kept.
    pub days: u32,
    /// Bytes of the file; the oldest requests go first.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            days: 30,
            bytes: 256 * 1024 * 1024,
        }
    }
}

/// The limits, changeable while the writer runs.
#[derive(Debug)]
pub(super) struct Keep {
    days: AtomicU32,
    bytes: AtomicU64,
}

impl Keep {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            days: AtomicU32::new(limits.days),
            bytes: AtomicU64::new(limits.bytes),
        }
    }

    pub(super) fn set(&self, limits: Limits) {
        self.days.store(limits.days, Ordering::Relaxed);
        self.bytes.store(limits.bytes, Ordering::Relaxed);
    }

    pub(super) fn limits(&self) -> Limits {
        Limits {
            days: self.days.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }
}

/// Throws away what is too old or too much, a portion at a time; says how long it may rest then.
pub(super) fn clean(db: &mut Connection, limits: Limits) -> Result<Duration, StoreError> {
    let now = Timestamp::now();
    let all = db.transaction()?;
    fold_hours(&all, now)?;
    drop_old_sums(&all, now)?;
    let kept = SignedDuration::from_hours(24 * i64::from(limits.days));
    let first_kept = RequestId::earliest(now.saturating_sub(kept).unwrap_or(Timestamp::UNIX_EPOCH));
    let mut gone = drop_requests(&all, Some(first_kept))?;
    if gone < AT_A_TIME && size(&all)? > limits.bytes {
        gone += drop_requests(&all, None)?;
    }
    all.commit()?;
    if gone == 0 {
        return Ok(REST);
    }
    // It gives back a page with each step.
    let mut vacuum = db.prepare("PRAGMA incremental_vacuum(4096)")?;
    let mut pages = vacuum.query([])?;
    while pages.next()?.is_some() {}
    Ok(if gone < AT_A_TIME {
        REST
    } else {
        Duration::ZERO
    })
}

/// Bytes in use.
fn size(all: &Transaction<'_>) -> Result<u64, rusqlite::Error> {
    let pragma = |name: &str| all.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
    Ok((pragma("page_count")? - pragma("freelist_count")?) * pragma("page_size")?)
}

/// Throws away the oldest requests before an id, or the oldest of all.
fn drop_requests(all: &Transaction<'_>, before: Option<RequestId>) -> Result<i64, rusqlite::Error> {
    let before = before.map_or([0xff; 16], |id| *id.0.as_bytes());
    // The first that stays; there may be none.
    let end: Option<Vec<u8>> = all.query_row(
        "SELECT max(id) FROM (SELECT id FROM requests WHERE id < ?1 ORDER BY id LIMIT ?2)",
        params![before.as_slice(), AT_A_TIME],
        |row| row.get(0),
    )?;
    let Some(end) = end else { return Ok(0) };
    all.execute(
        "DELETE FROM asked WHERE instance IN (SELECT id FROM instances) AND request <= ?1",
        params![end],
    )?;
    let gone = all.execute("DELETE FROM requests WHERE id <= ?1", params![end])?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

fn drop_old_sums(all: &Transaction<'_>, now: Timestamp) -> Result<(), rusqlite::Error> {
    for (span, kept) in [(Span::Minute, MINUTES_KEPT), (Span::Day, DAYS_KEPT)] {
        let before = now.as_second() - kept;
        for table in ["figures", "causes"] {
            all.execute(
                &format!("DELETE FROM {table} WHERE span = ?1 AND start < ?2"),
                params![span.seconds(), before],
            )?;
        }
    }
    all.execute(
        "DELETE FROM changes WHERE at < ?1",
        params![(now.as_second() - 30 * 86_400) * 1_000],
    )?;
    let rows: i64 = all.query_row("SELECT count(*) FROM figures", [], |row| row.get(0))?;
    if rows > MOST_SUMS {
        all.execute(
            "DELETE FROM figures WHERE (span, start, instance, model, client) IN
             (SELECT span, start, instance, model, client FROM figures WHERE span <> 60
              ORDER BY requests, start LIMIT ?1)",
            params![rows - MOST_SUMS],
        )?;
    }
    Ok(())
}

/// Adds hours that are old up to days of the local calendar.
fn fold_hours(all: &Transaction<'_>, now: Timestamp) -> Result<(), rusqlite::Error> {
    let zone = TimeZone::system();
    let (hour, day) = (Span::Hour.seconds(), Span::Day.seconds());
    let before = now.as_second() - HOURS_KEPT;
    let starts: Vec<i64> = all
        .prepare("SELECT DISTINCT start FROM figures WHERE span = ?1 AND start < ?2")?
        .query_map(params![hour, before], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for start in starts {
        let time = Timestamp::from_second(start).unwrap_or(Timestamp::UNIX_EPOCH);
        let of_day = Span::Day.start(time, &zone);
        all.execute(
            concat!(
                r#"INSERT INTO figures SELECT ?1, ?2, instance, model, client, requests, served, errors,
                rejected, "left", elsewhere, attempts, failed_attempts, absorbed, input, output, cache_read,
                cache_write, reasoning, estimated_input, estimated_output, first_content, total, added
                FROM figures WHERE span = ?3 AND start = ?4 "#,
                include_str!("add_up.sql")
            ),
            params![day, of_day, hour, start],
        )?;
        all.execute(
            "INSERT INTO causes SELECT ?1, ?2, instance, model, client, cause, count FROM causes
             WHERE span = ?3 AND start = ?4
             ON CONFLICT DO UPDATE SET count = count + excluded.count",
            params![day, of_day, hour, start],
        )?;
        for table in ["figures", "causes"] {
            all.execute(
                &format!("DELETE FROM {table} WHERE span = ?1 AND start = ?2"),
                params![hour, start],
            )?;
        }
    }
    Ok(())
}
