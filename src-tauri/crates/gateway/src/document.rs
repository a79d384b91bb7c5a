//! A JSON file with comments that is edited in place: what an edit does not name stays as it is, byte for byte.
//!
//! Everything here blocks: it is for threads that may wait for a disk.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use account::files::{self, FileLock};
use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstObjectProp, CstRootNode};
use serde_json::Value;

/// How long another process may hold a file's lock; an edit takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

const BOM: char = '\u{feff}';

/// A file that cannot be read as what it should be. It is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} cannot be read: {reason}; it is left as it is", path.display())]
pub struct Unreadable {
    /// The file.
    pub path: PathBuf,
    /// Where and how it is broken, in no word of its content.
    pub reason: String,
}

/// Why a file could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read, so it is not written either.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The file system said no; the error names the path.
    #[error("cannot write {0}")]
    Write(io::Error),
    /// Another process has held its lock for too long.
    #[error("{} is locked by another process for more than {} s; end it or try again", .0.display(), PATIENCE.as_secs())]
    Locked(PathBuf),
}

/// The parsed file.
pub(crate) struct Document {
    root: CstRootNode,
    object: CstObject,
    bom: bool,
}

impl Document {
    /// Reads a file. One that does not exist, or holds nothing but space and comments, is an empty object.
    pub(crate) fn load(path: &Path) -> Result<Self, Unreadable> {
        Self::parse(path, &text_of(path)?)
    }

    /// Reads a text that came from `path`.
    pub(crate) fn parse(path: &Path, text: &str) -> Result<Self, Unreadable> {
        let unreadable = |reason: String| Unreadable {
            path: path.to_owned(),
            reason,
        };
        let (bom, body) = match text.strip_prefix(BOM) {
            Some(body) => (true, body),
            None => (false, text),
        };
        let root = CstRootNode::parse(body, &strictness()).map_err(|error| {
            unreadable(format!(
                "line {}, column {}: {}",
                error.line_display(),
                error.column_display(),
                error.kind().to_string().to_lowercase()
            ))
        })?;
        let object = root
            .object_value_or_create()
            .ok_or_else(|| unreadable("it should hold one object, { … }".to_owned()))?;
        Ok(Self { root, object, bom })
    }

    /// The outermost object.
    pub(crate) fn object(&self) -> &CstObject {
        &self.object
    }

    /// The text as it is now.
    pub(crate) fn text(&self) -> String {
        let body = self.root.to_string();
        if self.bom {
            format!("{BOM}{body}")
        } else {
            body
        }
    }
}

/// Edits a file under the lock that other processes respect too. It is written only if its text changes, in one step, for its owner alone.
pub(crate) fn edit<T, E: From<FileError>>(
    path: &Path,
    edit: impl FnOnce(&Document) -> Result<T, E>,
) -> Result<T, E> {
    let _turn = lock(path)?;
    let before = text_of(path).map_err(FileError::from)?;
    let document = Document::parse(path, &before).map_err(FileError::from)?;
    // An empty file becomes an object by being parsed, which is no edit.
    let parsed = document.text();
    let result = edit(&document)?;
    let after = document.text();
    if after != parsed {
        files::replace(path, after.as_bytes()).map_err(FileError::Write)?;
    }
    Ok(result)
}

/// What a file looks like from outside: it differs after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    changed: Option<SystemTime>,
    length: u64,
}

impl Stamp {
    /// That of a file that does not exist.
    pub(crate) const NONE: Self = Self {
        changed: None,
        length: 0,
    };

    /// The stamp of a file as it is now.
    pub(crate) fn of(path: &Path) -> Self {
        let Ok(about) = std::fs::metadata(path) else {
            return Self::NONE;
        };
        Self {
            changed: about.modified().ok(),
            length: about.len(),
        }
    }
}

/// Waits for the lock on a file, but not for ever.
fn lock(path: &Path) -> Result<FileLock, FileError> {
    let begin = Instant::now();
    loop {
        if let Some(lock) = FileLock::try_exclusive(path).map_err(FileError::Write)? {
            return Ok(lock);
        }
        if begin.elapsed() > PATIENCE {
            return Err(FileError::Locked(path.to_owned()));
        }
        std::thread::sleep(PAUSE);
    }
}

fn text_of(path: &Path) -> Result<String, Unreadable> {
    let reason = match std::fs::read(path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => return Ok(text),
            Err(_) => "it is not UTF-8 text".to_owned(),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => error.to_string(),
    };
    Err(Unreadable {
        path: path.to_owned(),
        reason,
    })
}

/// JSON, with comments and trailing commas, as editors' JSONC has them.
fn strictness() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// The property of that name; of several the last, as JSON readers usually have it.
pub(crate) fn property(object: &CstObject, name: &str) -> Option<CstObjectProp> {
    object
        .properties()
        .into_iter()
        .rfind(|property| property.decoded_name().as_deref() == Some(name))
}

/// Its value.
pub(crate) fn value(object: &CstObject, name: &str) -> Option<Value> {
    property(object, name)?.to_serde_value()
}

/// Sets a property where it stands, or appends it. The same value as before changes nothing, not even its spelling.
pub(crate) fn set(object: &CstObject, name: &str, new: &Value) {
    match property(object, name) {
        Some(old) if old.to_serde_value().as_ref() == Some(new) => {}
        Some(old) => old.set_value(input(new)),
        None => {
            object.append(name, input(new));
        }
    }
}

/// Removes every property of that name.
pub(crate) fn remove(object: &CstObject, name: &str) {
    while let Some(property) = property(object, name) {
        property.remove();
    }
}

/// A part of a file as it is spelled, comments and all, to be put elsewhere.
pub(crate) fn spelled(text: String) -> CstInputValue {
    // The editor writes a number just as it is given.
    CstInputValue::Number(text)
}

/// A value as the editor takes it.
pub(crate) fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(yes) => CstInputValue::Bool(*yes),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(items) => CstInputValue::Array(items.iter().map(input).collect()),
        Value::Object(fields) => CstInputValue::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), input(value)))
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests;
