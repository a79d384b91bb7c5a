//! Records as they are told: from memory, and from a row of the file.

use std::time::Duration;

use chat::{Dialect, Usage};
use jiff::Timestamp;
use provider::ProviderType;
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::sums::millis;
use super::told::{Find, Only, Told, Tried};
use crate::record::{Attempt, Outcome, Record, RequestId};

/// The columns that [`Told::read`] wants, in its order.
pub(super) const COLUMNS: &str = "r.id, r.at, r.dialect, r.api, r.model, r.stream, r.client, r.route, r.outcome, \
     r.status, r.error, r.attempts, r.losses, r.input, r.output, r.cache_read, r.cache_write, r.reasoning, \
     r.estimated, r.first_content, r.total";

impl From<&Record> for Told {
    fn from(record: &Record) -> Self {
        Self {
            id: record.id,
            // As fine as the file keeps it.
            at: Timestamp::from_millisecond(record.at.as_millisecond()).unwrap_or(record.at),
            dialect: record.dialect,
            api: record.api.path().to_owned(),
            model: record.model.to_string(),
            stream: record.stream,
            client: record.client.as_deref().map(str::to_owned),
            route: record.route.to_owned(),
            outcome: record.outcome,
            status: record.status,
            error: record.error.clone(),
            usage: record.usage,
            first_content_ms: record.first_content.map(as_millis),
            total_ms: as_millis(record.total),
            losses: record.losses.clone(),
            attempts: record.attempts.iter().map(Tried::from).collect(),
        }
    }
}

/// An attempt as the file keeps it, to be read as a [`Tried`]: nothing is copied, and what is absent is left out.
#[derive(Serialize)]
struct Kept<'a> {
    instance: Uuid,
    name: &'a str,
    provider: ProviderType,
    model: &'a str,
    dialect: Dialect,
    calls: u32,
    started_ms: f64,
    took_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    affine: bool,
    #[serde(skip_serializing_if = "is_false")]
    trial: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields over by reference"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The attempts of a record, as the column of that name keeps them.
pub(super) fn attempts_json(record: &Record) -> serde_json::Result<String> {
    let kept: Vec<Kept<'_>> = record.attempts.iter().map(Kept::from).collect();
    serde_json::to_string(&kept)
}

impl<'a> From<&'a Attempt> for Kept<'a> {
    fn from(attempt: &'a Attempt) -> Self {
        let refused = attempt.refused.as_ref();
        Self {
            instance: attempt.instance,
            name: &attempt.name,
            provider: attempt.provider,
            model: &attempt.model,
            dialect: attempt.dialect,
            calls: attempt.calls,
            started_ms: as_millis(attempt.started),
            took_ms: as_millis(attempt.took),
            status: attempt.status,
            cause: refused.map(|(cause, _)| cause.as_str()),
            reason: refused.map(|(_, reason)| reason.as_str()),
            affine: attempt.affine,
            trial: attempt.trial,
        }
    }
}

impl Told {
    /// Reads a row of [`COLUMNS`].
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let id: Vec<u8> = row.get(0)?;
        let id = Uuid::from_slice(&id).map_err(|e| unfit(0, Type::Blob, e))?;
        let millis_at = |at: usize| row.get::<_, Option<u64>>(at).map(|time| time.map(millis));
        Ok(Self {
            id: RequestId(id),
            at: time(row, 1)?,
            dialect: word(row, 2, &Dialect::ALL, |d| d.as_str())?,
            api: row.get(3)?,
            model: row.get(4)?,
            stream: row.get(5)?,
            client: row.get(6)?,
            route: row.get(7)?,
            outcome: word(row, 8, &Outcome::ALL, |o| o.as_str())?,
            status: row.get(9)?,
            error: row.get(10)?,
            usage: usage(row)?,
            first_content_ms: millis_at(19)?,
            total_ms: millis_at(20)?.unwrap_or_default(),
            losses: json(row, 12)?.unwrap_or_default(),
            attempts: json(row, 11)?.unwrap_or_default(),
        })
    }

    /// Whether a text stands anywhere in it, whatever its case.
    pub(super) fn holds(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let has = |field: &str| field.to_lowercase().contains(&text);
        self.id.to_string().contains(&text)
            || has(&self.model)
            || self.client.as_deref().is_some_and(has)
            || self.error.as_deref().is_some_and(has)
            || self
                .attempts
                .iter()
                .any(|attempt| has(&attempt.name) || attempt.reason.as_deref().is_some_and(has))
    }
}

impl Find {
    /// Whether a request is one of those that are looked for.
    pub(super) fn takes(&self, told: &Told) -> bool {
        let last = told.attempts.last();
        let same = |wanted: &Option<String>, has: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| Some(wanted) == has)
        };
        self.before.is_none_or(|before| told.id < before)
            && self
                .instance
                .is_none_or(|uuid| told.attempts.iter().any(|a| a.instance == uuid))
            && self
                .provider
                .is_none_or(|kind| last.is_some_and(|a| a.provider == kind))
            && same(&self.model, Some(&told.model))
            && same(&self.client, told.client.as_deref())
            && self.only.is_none_or(|only| only.takes(told))
            && self.text.as_deref().is_none_or(|text| told.holds(text))
    }
}

impl Only {
    fn takes(self, told: &Told) -> bool {
        match self {
            Self::Elsewhere => {
                told.attempts.len() > 1
                    && matches!(
                        told.outcome,
                        Outcome::Served | Outcome::Broken | Outcome::Left
                    )
            }
            Self::Errors => matches!(told.outcome, Outcome::Failed | Outcome::Broken),
            Self::Rejected => told.outcome == Outcome::Rejected,
            Self::Left => told.outcome == Outcome::Left,
        }
    }
}

impl From<&Attempt> for Tried {
    fn from(attempt: &Attempt) -> Self {
        let refused = attempt.refused.as_ref();
        Self {
            instance: attempt.instance,
            name: attempt.name.to_string(),
            provider: attempt.provider,
            model: attempt.model.to_string(),
            dialect: attempt.dialect,
            calls: attempt.calls,
            started_ms: as_millis(attempt.started),
            took_ms: as_millis(attempt.took),
            status: attempt.status,
            cause: refused.map(|(cause, _)| cause.as_str().to_owned()),
            reason: refused.map(|(_, reason)| reason.clone()),
            affine: attempt.affine,
            trial: attempt.trial,
        }
    }
}

/// A provider type of the file.
pub(super) fn provider(row: &Row<'_>, at: usize) -> rusqlite::Result<ProviderType> {
    word(row, at, &ProviderType::ALL, |kind| kind.as_str())
}

/// A time of the file.
pub(super) fn time(row: &Row<'_>, at: usize) -> rusqlite::Result<Timestamp> {
    let millis: i64 = row.get(at)?;
    Timestamp::from_millisecond(millis).map_err(|error| unfit(at, Type::Integer, error))
}

/// A uuid of the file.
pub(super) fn uuid(row: &Row<'_>, at: usize) -> rusqlite::Result<Uuid> {
    let text: String = row.get(at)?;
    Uuid::parse_str(&text).map_err(|error| unfit(at, Type::Text, error))
}

fn usage(row: &Row<'_>) -> rusqlite::Result<Option<Usage>> {
    let Some(input) = row.get(13)? else {
        return Ok(None);
    };
    Ok(Some(Usage {
        input,
        output: row.get(14)?,
        cache_read: row.get(15)?,
        cache_write: row.get(16)?,
        reasoning: row.get(17)?,
        estimated: row.get(18)?,
    }))
}

fn word<T: Copy>(
    row: &Row<'_>,
    at: usize,
    all: &[T],
    as_str: fn(&T) -> &'static str,
) -> rusqlite::Result<T> {
    let text: String = row.get(at)?;
    all.iter()
        .copied()
        .find(|one| as_str(one) == text)
        .ok_or_else(|| {
            let error = std::io::Error::other(format!("unknown word \"{text}\""));
            unfit(at, Type::Text, error)
        })
}

fn json<T: DeserializeOwned>(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(at)?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| unfit(at, Type::Text, error)))
        .transpose()
}

fn unfit(
    at: usize,
    kind: Type,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(at, kind, Box::new(error))
}

fn as_millis(time: Duration) -> f64 {
    millis(u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
}
