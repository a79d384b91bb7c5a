//! The file in the writer's hands: a batch of records in one transaction, and the sums they change.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use provider::ProviderType;
use rusqlite::{CachedStatement, Connection, Transaction, params};
use uuid::Uuid;

use super::store::{self, StoreError};
use super::sums::{Fresh, Key, Sums, counts};
use super::telling;
use super::told::Change;
use crate::record::Record;

/// More sums than this are not written with each batch, but every few seconds: hundreds of instances change
/// hundreds of rows.
const FEW_SUMS: usize = 64;
const SUMS_AT_LEAST_EVERY: Duration = Duration::from_secs(3);

/// An open file, and what is known about its contents.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) db: Connection,
    /// What it was when it was opened, to notice that another has taken its place.
    pub(super) identity: Option<(u64, u64)>,
    instances: HashMap<Uuid, Known>,
    /// Sums of written records that are themselves not written yet.
    held: Fresh,
    sums_written: Instant,
}

#[derive(Debug, Clone)]
struct Known {
    row: i64,
    name: Arc<str>,
}

/// What is written at once.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) records: Vec<Arc<Record>>,
    pub(super) changes: Vec<Change>,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.changes.is_empty()
    }
}

impl Book {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            db: store::open(path)?,
            identity: store::identity(path),
            instances: HashMap::new(),
            held: Fresh::default(),
            sums_written: Instant::now(),
        })
    }

    /// Writes a batch: all of it or nothing. `whole` also writes all sums.
    pub(super) fn write(&mut self, batch: &Batch, whole: bool) -> Result<(), StoreError> {
        let zone = TimeZone::system();
        let all = self.db.transaction()?;
        let mut seen = self.instances.clone();
        let mut fresh = Fresh::default();
        let mut requests = Requests::into(&all)?;
        for record in &batch.records {
            let rows = instances_of(&all, &mut seen, record)?;
            requests.insert(record, &rows)?;
            fresh.add(record, &rows, &zone);
        }
        drop(requests);
        for change in &batch.changes {
            let of = &change.instance;
            let row = instance(&all, &mut seen, of.uuid, &Arc::from(&*of.name), of.provider)?;
            insert_change(&all, change, row)?;
        }
        let due = whole
            || self.held.len() + fresh.len() <= FEW_SUMS
            || self.sums_written.elapsed() >= SUMS_AT_LEAST_EVERY;
        if due {
            write_sums(&all, &self.held)?;
            write_sums(&all, &fresh)?;
        }
        all.commit()?;
        // Only now: the caller brings a batch again that could not be written.
        self.instances = seen;
        if due {
            self.held = Fresh::default();
            self.sums_written = Instant::now();
        } else {
            self.held.merge(fresh);
        }
        Ok(())
    }

    /// Whether there are sums that only a whole write takes along.
    pub(super) fn holds_back(&self) -> bool {
        self.held.len() > 0
    }
}

fn instances_of(
    all: &Transaction<'_>,
    seen: &mut HashMap<Uuid, Known>,
    record: &Record,
) -> Result<Vec<i64>, rusqlite::Error> {
    let attempts = record.attempts.iter();
    attempts
        .map(|a| instance(all, seen, a.instance, &a.name, a.provider))
        .collect()
}

/// The row of an instance, under its present name.
fn instance(
    all: &Transaction<'_>,
    seen: &mut HashMap<Uuid, Known>,
    uuid: Uuid,
    name: &Arc<str>,
    provider: ProviderType,
) -> Result<i64, rusqlite::Error> {
    if let Some(known) = seen.get(&uuid)
        && known.name == *name
    {
        return Ok(known.row);
    }
    let row = all
        .prepare_cached(
            "INSERT INTO instances (uuid, name, provider) VALUES (?1, ?2, ?3)
             ON CONFLICT (uuid) DO UPDATE SET name = excluded.name, provider = excluded.provider
             RETURNING id",
        )?
        .query_row(params![uuid.to_string(), name, provider.as_str()], |row| {
            row.get(0)
        })?;
    let name = Arc::clone(name);
    seen.insert(uuid, Known { row, name });
    Ok(row)
}

/// The statements that write requests.
struct Requests<'a> {
    request: CachedStatement<'a>,
    asked: CachedStatement<'a>,
}

impl<'a> Requests<'a> {
    fn into(all: &'a Transaction<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            request: all.prepare_cached(
                "INSERT OR IGNORE INTO requests VALUES
                 (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
            )?,
            asked: all.prepare_cached("INSERT OR IGNORE INTO asked VALUES (?1, ?2)")?,
        })
    }

    /// Writes a request whose attempts went to these instances.
    fn insert(&mut self, record: &Record, instances: &[i64]) -> Result<(), rusqlite::Error> {
        let losses = match record.losses.as_slice() {
            [] => None,
            losses => Some(json(serde_json::to_string(losses))?),
        };
        let usage = record.usage.as_ref();
        let tokens =
            |of: fn(&chat::Usage) -> u64| usage.map(|u| i64::try_from(of(u)).unwrap_or(i64::MAX));
        let id = record.id.0.as_bytes().as_slice();
        self.request.execute(params![
            id,
            record.at.as_millisecond(),
            record.dialect.as_str(),
            record.api.path(),
            &*record.model,
            record.stream,
            record.client.as_deref(),
            record.route,
            record.outcome.as_str(),
            record.status,
            record.error.as_deref(),
            instances.last(),
            record.attempts.len() as i64,
            json(telling::attempts_json(record))?,
            losses,
            tokens(|u| u.input),
            tokens(|u| u.output),
            tokens(|u| u.cache_read),
            tokens(|u| u.cache_write),
            tokens(|u| u.reasoning),
            usage.map(|u| u.estimated),
            record.first_content.map(micros),
            micros(record.total),
        ])?;
        for row in instances {
            self.asked.execute(params![row, id])?;
        }
        Ok(())
    }
}

fn insert_change(all: &Transaction<'_>, change: &Change, row: i64) -> Result<(), rusqlite::Error> {
    all.prepare_cached(
        "INSERT INTO changes (at, instance, state, reason, until) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        change.at.as_millisecond(),
        row,
        change.state,
        change.reason,
        change.until.map(jiff::Timestamp::as_millisecond),
    ])?;
    Ok(())
}

fn write_sums(all: &Transaction<'_>, fresh: &Fresh) -> Result<(), rusqlite::Error> {
    for (key, sums) in &fresh.sums {
        write_sum(all, key, sums)?;
    }
    let mut insert = all.prepare_cached(
        "INSERT INTO causes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET count = count + excluded.count",
    )?;
    for ((key, cause), count) in &fresh.causes {
        insert.execute(params![
            key.span.seconds(),
            key.start,
            key.instance,
            key.model,
            key.client,
            cause,
            i64::try_from(*count).unwrap_or(i64::MAX),
        ])?;
    }
    Ok(())
}

fn write_sum(all: &Transaction<'_>, key: &Key, sums: &Sums) -> Result<(), rusqlite::Error> {
    let mut insert = all.prepare_cached(concat!(
        "INSERT INTO figures VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
             ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24) ",
        include_str!("add_up.sql")
    ))?;
    let c = counts(&sums.figures);
    insert.execute(params![
        key.span.seconds(),
        key.start,
        key.instance,
        key.model,
        key.client,
        c[0],
        c[1],
        c[2],
        c[3],
        c[4],
        c[5],
        c[6],
        c[7],
        c[8],
        c[9],
        c[10],
        c[11],
        c[12],
        c[13],
        c[14],
        c[15],
        sums.first_content.to_bytes(),
        sums.total.to_bytes(),
        sums.added.to_bytes(),
    ])?;
    Ok(())
}

fn json(text: serde_json::Result<String>) -> Result<String, rusqlite::Error> {
    text.map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
