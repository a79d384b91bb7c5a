//! Changes of a pools file on the user's word, by whichever door they come.
//!
//! Secrets go into the vault before the file names them, and leave it after the file has let go of them.

mod apply;
mod check;

pub(super) use apply::pool_of;

use account::{Secret, Vault, VaultError};
use provider::ProviderType;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::file::PoolsFile;
use super::{Entry, Roster};
use crate::document::FileError;

/// A change.
#[derive(Debug, Clone)]
pub enum Edit {
    /// A new entry at the end of its pool.
    Add(New),
    /// Fields of an entry; `null` takes one out. The account is then taken for another: its gate is cleared.
    Change {
        /// Which entry.
        uuid: Uuid,
        /// Its fields, by their names in the file.
        fields: Map<String, Value>,
        /// Its key.
        key: Option<Secret<String>>,
    },
    /// Switched off or on.
    Disable {
        /// Which entry.
        uuid: Uuid,
        /// Off?
        disabled: bool,
    },
    /// Taken out.
    Remove {
        /// Which entry.
        uuid: Uuid,
    },
    /// Moved within its pool.
    Move {
        /// Which entry.
        uuid: Uuid,
        /// Its new place, counted from 0; past the end is the end.
        place: usize,
    },
    /// Put back where it was.
    Restore(Removed),
}

/// A new entry.
#[derive(Debug, Clone)]
pub struct New {
    /// Its pool.
    pub provider: ProviderType,
    /// Its fields, by their names in the file.
    pub fields: Map<String, Value>,
    /// Its key.
    pub key: Option<Secret<String>>,
}

/// What was taken out, with all that it takes to put it back.
#[derive(Debug, Clone)]
pub struct Removed {
    /// Which entry.
    pub uuid: Uuid,
    /// Its pool.
    pub provider: ProviderType,
    index: usize,
    /// As it stood in the file; it may have held secrets.
    text: Secret<String>,
    /// What the vault had of it.
    secrets: Vec<(String, Secret<String>)>,
}

/// What an edit has done.
#[derive(Debug, Clone)]
pub enum Done {
    /// This entry is new, or back.
    Added(Uuid),
    /// This one has changed.
    Changed(Uuid),
    /// This one is gone.
    Removed(Removed),
}

impl Done {
    /// Which entry.
    pub fn uuid(&self) -> Uuid {
        match self {
            Self::Added(uuid) | Self::Changed(uuid) => *uuid,
            Self::Removed(removed) => removed.uuid,
        }
    }
}

/// Why an edit was not made. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// No such entry.
    #[error("no instance is {0}; see millpond pool list")]
    NoSuchEntry(String),
    /// More than one could be meant.
    #[error("more than one instance is {0}; write its whole uuid")]
    Ambiguous(String),
    /// A field that this type does not have.
    #[error("{kind} has no field {name}; known are {}", known(*kind))]
    NoSuchField {
        /// The type.
        kind: ProviderType,
        /// The name that was given.
        name: String,
    },
    /// A field that Millpond writes, or a secret.
    #[error("{name} cannot be set like this: {reason}")]
    NotYours {
        /// The field.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// A value that cannot be meant.
    #[error("{name} {problem}")]
    Value {
        /// The field.
        name: String,
        /// What it would be and what is expected.
        problem: String,
    },
    /// The pool is not a list.
    #[error("{0} is no list of entries in the pools file; repair it first")]
    NoList(ProviderType),
    /// The instances are those of the demo.
    #[error("the demo's instances cannot be changed; start without --demo")]
    Demo,
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

fn known(kind: ProviderType) -> String {
    let names = super::fields::Field::all(kind).map(|field| field.name);
    names.collect::<Vec<_>>().join(", ")
}

impl PoolsFile {
    /// Makes an edit.
    ///
    /// # Errors
    /// As [`EditError`] says.
    pub async fn apply(&self, edit: Edit, vault: &Vault) -> Result<Done, EditError> {
        match edit {
            Edit::Add(new) => apply::add(self, new, vault).await,
            Edit::Change { uuid, fields, key } => {
                apply::change(self, uuid, fields, key, vault).await
            }
            Edit::Disable { uuid, disabled } => apply::disable(self, uuid, disabled).await,
            Edit::Move { uuid, place } => apply::shift(self, uuid, place).await,
            Edit::Remove { uuid } => apply::remove(self, uuid, vault).await,
            Edit::Restore(removed) => apply::restore(self, removed, vault).await,
        }
    }
}

impl Roster {
    /// The entry that a person means: by its uuid, by how that begins (four characters at least), or by its name.
    ///
    /// # Errors
    /// None is meant, or more than one.
    pub fn meant(&self, text: &str) -> Result<&Entry, EditError> {
        let named = self.entries.iter().map(|entry| {
            let name = entry.custom_name.as_deref();
            (entry.uuid, name.unwrap_or_default())
        });
        let uuid = meant(named, text)?;
        let found = self.entries.iter().find(|entry| entry.uuid == uuid);
        found.ok_or_else(|| EditError::NoSuchEntry(text.trim().to_owned()))
    }
}

/// The one of these instances, each with its name, that a person means: by its uuid, by how that begins (four characters at
/// least), or by its name.
///
/// # Errors
/// None is meant, or more than one.
pub fn meant<'a>(
    instances: impl Iterator<Item = (Uuid, &'a str)> + Clone,
    text: &str,
) -> Result<Uuid, EditError> {
    const LEAST: usize = 4;
    let text = text.trim();
    let low = text.to_ascii_lowercase();
    let is_named = |name: &str| !name.is_empty() && name == text;
    let begins = |uuid: Uuid| {
        let (dashed, plain) = (uuid.to_string(), uuid.simple().to_string());
        low.len() >= LEAST && (dashed.starts_with(&low) || plain.starts_with(&low))
    };
    let uuids = |keep: &dyn Fn(Uuid, &str) -> bool| -> Vec<Uuid> {
        let kept = instances.clone().filter(|(uuid, name)| keep(*uuid, name));
        kept.map(|(uuid, _)| uuid).collect()
    };
    let named = uuids(&|_, name| is_named(name));
    let meant = match named.is_empty() {
        true => uuids(&|uuid, _| begins(uuid)),
        false => named,
    };
    match meant.as_slice() {
        [] => Err(EditError::NoSuchEntry(text.to_owned())),
        [one] => Ok(*one),
        _ => Err(EditError::Ambiguous(text.to_owned())),
    }
}

#[cfg(test)]
mod tests;
