//! The file: how it is opened, made, brought up to date, and set aside when it cannot be used.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::histogram::Histogram;

/// The steps from an empty file to the present schema; `user_version` counts those that were taken.
const STEPS: [&str; 1] = [include_str!("schema.sql")];

/// How long a statement waits for another process.
const BUSY: Duration = Duration::from_millis(1_000);

/// Why the file cannot be used now.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is damaged, or no statistics of Millpond's.
    #[error("the file is damaged or not Millpond's: {0}")]
    Damaged(String),
    /// A newer version of Millpond wrote it.
    #[error("the file was written by a newer version of Millpond (schema {0})")]
    Newer(i64),
    /// Another process holds it, the disk is full, it may not be written, ….
    #[error("{0}")]
    Unusable(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        let code = error.sqlite_error_code();
        match code {
            Some(
                ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                // "no such table": somebody else's SQLite file, or half of ours.
                | ErrorCode::Unknown
                | ErrorCode::TypeMismatch
                | ErrorCode::ConstraintViolation,
            ) => Self::Damaged(text),
            None if !matches!(error, rusqlite::Error::QueryReturnedNoRows) => Self::Damaged(text),
            _ => Self::Unusable(match code {
                Some(ErrorCode::DiskFull) => format!("the disk is full ({text})"),
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                    format!("another process holds the file ({text})")
                }
                Some(ErrorCode::ReadOnly) => format!("the file may not be written ({text})"),
                _ => text,
            }),
        }
    }
}

/// Opens the file for writing, and makes it where there is none.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    make_private(path)?;
    let mut db = Connection::open(path)?;
    db.busy_timeout(BUSY)?;
    // Only an empty file takes it, so it stands before anything that writes.
    db.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
    // A killed process loses nothing by this; a power cut loses what the last checkpoint had not.
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "cache_size", -1_024)?;
    db.pragma_update(None, "journal_size_limit", 8_000_000)?;
    db.set_prepared_statement_cache_capacity(32);
    add_functions(&db)?;
    bring_up_to_date(&mut db)?;
    Ok(db)
}

/// Opens the file for reading only.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "cache_size", -1_024)?;
    let version = version(&db)?;
    match usize::try_from(version) {
        Ok(v) if v == STEPS.len() => Ok(db),
        Ok(v) if v > STEPS.len() => Err(StoreError::Newer(version)),
        _ => Err(StoreError::Damaged(format!("schema {version}"))),
    }
}

fn version(db: &Connection) -> Result<i64, rusqlite::Error> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn bring_up_to_date(db: &mut Connection) -> Result<(), StoreError> {
    let version = version(db)?;
    let taken = usize::try_from(version).map_err(|_| StoreError::Newer(version))?;
    if taken > STEPS.len() {
        return Err(StoreError::Newer(version));
    }
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if taken == 0 && tables > 0 {
        return Err(StoreError::Damaged("it holds other tables".to_owned()));
    }
    for (done, step) in STEPS.iter().enumerate().skip(taken) {
        let all = db.transaction()?;
        all.execute_batch(step)?;
        all.pragma_update(None, "user_version", (done + 1) as i64)?;
        all.commit()?;
    }
    Ok(())
}

/// `merge_times(a, b)`: two histograms as one, so that sums are added up where they are kept.
fn add_functions(db: &Connection) -> Result<(), rusqlite::Error> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("merge_times", 2, flags, |context| {
        let mut sum = Histogram::from_bytes(context.get_raw(0).as_blob()?);
        sum.merge(&Histogram::from_bytes(context.get_raw(1).as_blob()?));
        Ok(sum.to_bytes())
    })
}

/// Looks through the whole file.
pub(super) fn examine(db: &Connection) -> Result<(), StoreError> {
    let found: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    match found.as_str() {
        "ok" => Ok(()),
        _ => Err(StoreError::Damaged(found)),
    }
}

/// SQLite makes files as the umask says; who used which model when is nobody else's business.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|error| StoreError::Unusable(error.to_string()))
}

/// Gives the file, with what belongs to it, a name that says what became of it. Nothing is deleted.
pub(super) fn set_aside(path: &Path, why: &StoreError) -> std::io::Result<PathBuf> {
    let word = match why {
        StoreError::Newer(_) => "newer",
        _ => "damaged",
    };
    let time = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let name = path.file_name().unwrap_or_default().to_owned();
    let named = |end: &str| {
        let mut name = name.clone();
        name.push(format!(".{word}-{time}{end}"));
        path.with_file_name(name)
    };
    let mut aside = named("");
    for again in 2.. {
        if !aside.exists() {
            break;
        }
        aside = named(&format!("-{again}"));
    }
    std::fs::rename(path, &aside)?;
    for end in ["-wal", "-shm"] {
        let moved = std::fs::rename(with_end(path, end), with_end(&aside, end));
        if let Err(error) = moved
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error);
        }
    }
    Ok(aside)
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

/// What tells a file from another that has taken its name.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    let about = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((about.dev(), about.ino()))
    }
    // Windows does not let an open database be removed.
    #[cfg(not(unix))]
    {
        let _ = about;
        Some((0, 0))
    }
}
