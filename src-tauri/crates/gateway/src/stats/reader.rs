//! Reading, on a connection of its own: single requests and changes of state.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use uuid::Uuid;

use super::store::{self, StoreError};
use super::telling::{self, COLUMNS};
use super::told::{Change, Find, InstanceName, Only, Told};
use crate::record::RequestId;

/// Rows of a listing, unless it asks for less, and at most.
const USUAL: u32 = 100;
const MOST: u32 = 1_000;
/// Rows that are looked through for a text, the newest: a second at worst.
const LOOKED_THROUGH: u32 = 200_000;

/// A connection that only reads, opened when it is needed and again when the file is another.
#[derive(Debug)]
pub(super) struct Reader {
    path: PathBuf,
    /// Counts the files that the writer has opened.
    file: Arc<AtomicU64>,
    open: Mutex<Option<(u64, Connection)>>,
}

impl Reader {
    pub(super) fn new(path: PathBuf, file: Arc<AtomicU64>) -> Self {
        Self {
            path,
            file,
            open: Mutex::new(None),
        }
    }

    /// Reads, blocking the thread.
    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let file = self.file.load(Ordering::Acquire);
        let (of, db) = match open.take() {
            Some(same) if same.0 == file => same,
            _ => (file, store::open_to_read(&self.path)?),
        };
        // One state of the file for all statements of an answer.
        let answer = db
            .unchecked_transaction()
            .and_then(|_all| read(&db))
            .map_err(StoreError::from);
        if answer.is_ok() {
            *open = Some((of, db));
        }
        answer
    }
}

/// One request.
pub(super) fn one(db: &Connection, id: RequestId) -> rusqlite::Result<Option<Told>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM requests r WHERE r.id = ?1"))?
        .query_row(params![id.0.as_bytes().as_slice()], Told::read)
        .optional()
}

/// Requests, newest first.
pub(super) fn find(db: &Connection, find: &Find) -> rusqlite::Result<Vec<Told>> {
    let limit = limit(find.limit);
    let (sql, values) = statement(find);
    let mut rows = db.prepare_cached(&sql)?;
    let rows = rows.query_map(params_from_iter(values), Told::read)?;
    let fits = |told: &Told| find.text.as_deref().is_none_or(|text| told.holds(text));
    let mut found = Vec::new();
    for told in rows {
        let told = told?;
        if fits(&told) {
            found.push(told);
        }
        if found.len() >= limit {
            break;
        }
    }
    Ok(found)
}

/// Of how many rows a listing is.
pub(super) fn limit(asked: u32) -> usize {
    match asked {
        0 => USUAL as usize,
        asked => asked.min(MOST) as usize,
    }
}

/// The statement for all but the text, which is looked for row by row.
fn statement(find: &Find) -> (String, Vec<Value>) {
    let mut sql = format!("SELECT {COLUMNS} FROM requests r");
    let mut values: Vec<Value> = Vec::new();
    let mut wheres: Vec<&str> = Vec::new();
    if let Some(instance) = find.instance {
        sql.push_str(" JOIN asked a ON a.request = r.id");
        wheres.push("a.instance = (SELECT id FROM instances WHERE uuid = ?)");
        values.push(Value::Text(instance.to_string()));
    }
    if let Some(before) = find.before {
        wheres.push(if find.instance.is_some() {
            "a.request < ?"
        } else {
            "r.id < ?"
        });
        values.push(Value::Blob(before.0.as_bytes().to_vec()));
    }
    if let Some(provider) = find.provider {
        wheres.push("r.instance IN (SELECT id FROM instances WHERE provider = ?)");
        values.push(Value::Text(provider.as_str().to_owned()));
    }
    for (column, value) in [("r.model = ?", &find.model), ("r.client = ?", &find.client)] {
        if let Some(value) = value {
            wheres.push(column);
            values.push(Value::Text(value.clone()));
        }
    }
    // The first part is what the index of troubled requests is made with.
    wheres.extend(find.only.map(|only| match only {
        Only::Elsewhere => {
            "(r.outcome <> 'served' OR r.asked > 1) AND r.asked > 1 AND r.outcome IN ('served', 'broken', 'left')"
        }
        Only::Errors => "(r.outcome <> 'served' OR r.asked > 1) AND r.outcome IN ('failed', 'broken')",
        Only::Rejected => "(r.outcome <> 'served' OR r.asked > 1) AND r.outcome = 'rejected'",
        Only::Left => "(r.outcome <> 'served' OR r.asked > 1) AND r.outcome = 'left'",
    }));
    if !wheres.is_empty() {
        sql.push_str(" WHERE ");
        sql.push_str(&wheres.join(" AND "));
    }
    let order = if find.instance.is_some() {
        "a.request"
    } else {
        "r.id"
    };
    let rows = match find.text {
        Some(_) => LOOKED_THROUGH,
        None => limit(find.limit) as u32,
    };
    sql.push_str(&format!(" ORDER BY {order} DESC LIMIT {rows}"));
    (sql, values)
}

/// Changes of state, newest first.
pub(super) fn changes(
    db: &Connection,
    instance: Option<Uuid>,
    most: u32,
) -> rusqlite::Result<Vec<Change>> {
    db.prepare_cached(
        "SELECT c.at, i.uuid, i.name, i.provider, c.state, c.reason, c.until
         FROM changes c JOIN instances i ON i.id = c.instance
         WHERE ?1 IS NULL OR i.uuid = ?1 ORDER BY c.seq DESC LIMIT ?2",
    )?
    .query_map(
        params![instance.map(|uuid| uuid.to_string()), limit(most) as i64],
        |row| {
            Ok(Change {
                at: telling::time(row, 0)?,
                instance: InstanceName {
                    uuid: telling::uuid(row, 1)?,
                    name: row.get(2)?,
                    provider: telling::provider(row, 3)?,
                },
                state: row.get(4)?,
                reason: row.get(5)?,
                until: match row.get::<_, Option<i64>>(6)? {
                    Some(_) => Some(telling::time(row, 6)?),
                    None => None,
                },
            })
        },
    )?
    .collect()
}
