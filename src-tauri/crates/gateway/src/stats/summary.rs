//! Sums over a stretch of time, by whatever they are asked for.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use provider::ProviderType;
use rusqlite::{Connection, params};

use super::figures::{By, CauseCount, Minute, Minutes, Question, Row, Summary};
use super::histogram::Histogram;
use super::span::Span;
use super::sums::{Sums, from_counts};
use super::telling;
use super::told::InstanceName;

/// What a row is told apart by.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    start: Option<i64>,
    instance: Option<InstanceName>,
    provider: Option<ProviderType>,
    model: Option<String>,
    client: Option<String>,
}

/// Answers a question.
pub(super) fn summary(db: &Connection, question: &Question) -> rusqlite::Result<Summary> {
    let zone = TimeZone::system();
    let instances = instances(db)?;
    let mut total = Sums::default();
    let mut groups: BTreeMap<Group, Sums> = BTreeMap::new();
    let stretch = stretch(question, &zone);
    let mut rows = db.prepare_cached(
        "SELECT start, instance, model, client, requests, served, errors, rejected, \"left\", elsewhere, attempts,
         failed_attempts, absorbed, input, output, cache_read, cache_write, reasoning, estimated_input,
         estimated_output, first_content, total, added
         FROM figures WHERE span = ?1 AND start >= ?2 AND start < ?3",
    )?;
    for span in [Span::Hour, Span::Day] {
        let mut rows = rows.query(params![span.seconds(), stretch.0, stretch.1])?;
        while let Some(row) = rows.next()? {
            let instance = instances.get(&row.get(1)?);
            let (model, client): (String, String) = (row.get(2)?, row.get(3)?);
            if !is_wanted(question, instance, &model, &client) {
                continue;
            }
            let sums = sums(row, 4)?;
            total.merge(&sums);
            if !question.by.is_empty() {
                let start = row.get(0)?;
                let group = group(&question.by, start, instance, model, client, &zone);
                groups.entry(group).or_default().merge(&sums);
            }
        }
    }
    Ok(Summary {
        total: total.told(),
        rows: told(groups),
        causes: causes(db, question, stretch, &instances)?,
    })
}

/// The last minutes.
pub(super) fn minutes(db: &Connection, count: u32) -> rusqlite::Result<Minutes> {
    let zone = TimeZone::system();
    let last = Span::Minute.start(Timestamp::now(), &zone);
    let first = last - 60 * (i64::from(count.clamp(1, 1_440)) - 1);
    let mut total = Sums::default();
    let mut known: HashMap<i64, Sums> = HashMap::new();
    let mut rows = db.prepare_cached(
        "SELECT start, requests, served, errors, rejected, \"left\", elsewhere, attempts, failed_attempts, absorbed,
         input, output, cache_read, cache_write, reasoning, estimated_input, estimated_output, first_content, total,
         added FROM figures WHERE span = 60 AND start >= ?1 AND start <= ?2",
    )?;
    let mut rows = rows.query(params![first, last])?;
    while let Some(row) = rows.next()? {
        let sums = sums(row, 1)?;
        total.merge(&sums);
        known.entry(row.get(0)?).or_default().merge(&sums);
    }
    let minutes = (first..=last)
        .step_by(60)
        .map(|start| {
            let figures = known.remove(&start).unwrap_or_default().figures;
            Minute {
                at: at(start),
                requests: figures.requests,
                served: figures.served,
                absorbed: figures.absorbed,
                errors: figures.errors,
            }
        })
        .collect();
    Ok(Minutes {
        minutes,
        total: total.told(),
    })
}

/// From the beginning of the hour or day in which the question begins.
fn stretch(question: &Question, zone: &TimeZone) -> (i64, i64) {
    let finest = if question.by.contains(&By::Day) {
        Span::Day
    } else {
        Span::Hour
    };
    let until = question.until.map_or(i64::MAX, Timestamp::as_second);
    (finest.start(question.from, zone), until)
}

fn instances(db: &Connection) -> rusqlite::Result<HashMap<i64, InstanceName>> {
    db.prepare_cached("SELECT id, uuid, name, provider FROM instances")?
        .query_map([], |row| {
            let name = InstanceName {
                uuid: telling::uuid(row, 1)?,
                name: row.get(2)?,
                provider: telling::provider(row, 3)?,
            };
            Ok((row.get(0)?, name))
        })?
        .collect()
}

fn is_wanted(
    question: &Question,
    instance: Option<&InstanceName>,
    model: &str,
    client: &str,
) -> bool {
    question
        .instance
        .is_none_or(|uuid| instance.is_some_and(|i| i.uuid == uuid))
        && question
            .provider
            .is_none_or(|kind| instance.is_some_and(|i| i.provider == kind))
        && question
            .model
            .as_deref()
            .is_none_or(|wanted| wanted == model)
        && question
            .client
            .as_deref()
            .is_none_or(|wanted| wanted == client)
}

fn group(
    by: &[By],
    start: i64,
    instance: Option<&InstanceName>,
    model: String,
    client: String,
    zone: &TimeZone,
) -> Group {
    let has = |what: By| by.contains(&what);
    Group {
        start: if has(By::Hour) {
            Some(start)
        } else {
            has(By::Day).then(|| Span::Day.start(at(start), zone))
        },
        instance: instance.filter(|_| has(By::Instance)).cloned(),
        provider: instance.filter(|_| has(By::Provider)).map(|i| i.provider),
        model: has(By::Model).then_some(model),
        client: has(By::Client).then_some(client).filter(|c| !c.is_empty()),
    }
}

fn sums(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Sums> {
    let mut counts = [0_i64; 16];
    for (place, count) in counts.iter_mut().enumerate() {
        *count = row.get(first + place)?;
    }
    let times = |place: usize| -> rusqlite::Result<Histogram> {
        let bytes = row
            .get_ref(first + 16 + place)?
            .as_blob()
            .map_err(rusqlite::Error::from)?;
        Ok(Histogram::from_bytes(bytes))
    };
    let mut counts = counts.into_iter();
    Ok(Sums {
        figures: from_counts(|| counts.next().unwrap_or_default()),
        first_content: times(0)?,
        total: times(1)?,
        added: times(2)?,
    })
}

fn told(groups: BTreeMap<Group, Sums>) -> Vec<Row> {
    let mut rows: Vec<Row> = groups
        .into_iter()
        .map(|(group, sums)| Row {
            start: group.start.map(at),
            instance: group.instance,
            provider: group.provider,
            model: group.model,
            client: group.client,
            figures: sums.told(),
        })
        .collect();
    rows.sort_by_key(|row| (row.start, Reverse(row.figures.requests)));
    rows
}

fn causes(
    db: &Connection,
    question: &Question,
    stretch: (i64, i64),
    instances: &HashMap<i64, InstanceName>,
) -> rusqlite::Result<Vec<CauseCount>> {
    let mut all: HashMap<String, u64> = HashMap::new();
    let mut rows = db.prepare_cached(
        "SELECT instance, model, client, cause, count FROM causes
         WHERE span IN (3600, 86400) AND start >= ?1 AND start < ?2",
    )?;
    let mut rows = rows.query(params![stretch.0, stretch.1])?;
    while let Some(row) = rows.next()? {
        let (model, client): (String, String) = (row.get(1)?, row.get(2)?);
        if is_wanted(question, instances.get(&row.get(0)?), &model, &client) {
            *all.entry(row.get(3)?).or_default() += row.get::<_, u64>(4)?;
        }
    }
    let mut all: Vec<CauseCount> = all
        .into_iter()
        .map(|(cause, count)| CauseCount { cause, count })
        .collect();
    all.sort_by(|a, b| (Reverse(a.count), &a.cause).cmp(&(Reverse(b.count), &b.cause)));
    Ok(all)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}
