//! `config get` and `config set`.

use std::path::Path;

use account::{Secret, Vault, VaultError};
use serde_json::Value;
use uuid::Uuid;

use super::Settings;
use super::keys::{KEYS, Key, Taken};
use crate::document::{self, FileError};
use crate::roster::SecretField;

/// Why a key was not set, or cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// No such key.
    #[error("there is no key {name}; known are {}", known())]
    NoSuchKey {
        /// The name that was given.
        name: String,
    },
    /// The value cannot be meant.
    #[error("{name} {problem}")]
    Value {
        /// The key.
        name: &'static str,
        /// What it would be and what is expected.
        problem: String,
    },
    /// A secret, which is set in another way.
    #[error("{0} is a secret: it is read from a prompt or standard input")]
    Secret(&'static str),
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

fn known() -> String {
    KEYS.iter()
        .map(|key| key.name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The key of that name.
///
/// # Errors
/// [`EditError::NoSuchKey`].
pub fn key(name: &str) -> Result<&'static Key, EditError> {
    Key::named(name).ok_or_else(|| EditError::NoSuchKey {
        name: name.to_owned(),
    })
}

/// Sets a key in the file at `path`; `null` takes it out, so that its default counts. The value is checked before, and comments,
/// order and all other keys stay. Blocks.
///
/// `text` is JSON, or a text without its quotes.
///
/// # Errors
/// The file is then as it was.
pub fn set(path: &Path, name: &str, text: &str) -> Result<(), EditError> {
    let key = key(name)?;
    if key.secret {
        return Err(EditError::Secret(key.name));
    }
    let value = meant(key, text);
    if !value.is_null() {
        check(key, &value, path)?;
    }
    write(path, key, &value)
}

/// Makes `secret` the key that clients must show. It goes into the vault, and the file at `path` says where; `None` goes back to the
/// random one.
///
/// # Errors
/// The file is then as it was.
pub async fn set_local_key(
    path: &Path,
    vault: &Vault,
    secret: Option<Secret<String>>,
) -> Result<(), EditError> {
    let key = key("REQUIRED_API_KEY")?;
    let value = match secret {
        None => Value::Null,
        Some(secret) if secret.expose().trim().is_empty() => {
            return Err(EditError::Value {
                name: key.name,
                problem: format!("would be empty; expected {}", key.expected),
            });
        }
        Some(secret) => {
            let name = Uuid::new_v4().to_string();
            let trimmed = Secret::new(secret.expose().trim().to_owned());
            vault.put(&name, &trimmed).await?;
            Value::String(SecretField::Vaulted(name).written())
        }
    };
    let path = path.to_owned();
    // The old entry of the vault stays: until the file is written it is the one that counts, and a later crash must not lose both.
    crate::blocking::run(move || write(&path, key, &value)).await
}

fn write(path: &Path, key: &Key, value: &Value) -> Result<(), EditError> {
    document::edit(path, |file| {
        if value.is_null() {
            document::remove(file.object(), key.name);
        } else {
            document::set(file.object(), key.name, value);
        }
        Ok(())
    })
}

fn meant(key: &Key, text: &str) -> Value {
    let text = text.trim();
    let as_json = serde_json::from_str(text);
    match as_json {
        Ok(value @ (Value::String(_) | Value::Null)) => value,
        Ok(value) if !key.is_text => value,
        _ => Value::String(text.to_owned()),
    }
}

fn check(key: &'static Key, value: &Value, path: &Path) -> Result<(), EditError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let problem = match (key.take)(&mut Settings::default(), value, folder) {
        Taken::Whole => return Ok(()),
        Taken::Nothing => key.mistake(value).replacen("is ", "would be ", 1),
        Taken::Partly(parts) => {
            let told = parts
                .into_iter()
                .map(|(place, problem)| format!("{place} {problem}"));
            told.collect::<Vec<_>>().join("; ")
        }
    };
    Err(EditError::Value {
        name: key.name,
        problem,
    })
}
