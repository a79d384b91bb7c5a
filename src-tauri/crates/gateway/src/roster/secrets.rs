//! Secrets on their way from the file into the vault.
//!
//! Each is written to the vault and read back before the file lets go of it. A crash between the two leaves it in both places,
//! and the next start goes on from there.

use std::collections::HashSet;

use account::{Secret, Vault, VaultError};
use jsonc_parser::cst::CstObject;
use serde_json::Value;
use uuid::Uuid;

use super::SecretField;
use super::fields::{is_secret_header, key_field};
use super::file::PoolsFile;
use super::read::{Spot, spots};
use crate::blocking;
use crate::document::{self, Document, FileError, property, value};

/// Why secrets are still in the file.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The vault does not take them.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The file cannot be changed.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A secret that stands in the file.
#[derive(Debug)]
struct Found {
    uuid: Uuid,
    slot: Slot,
    /// What it will be called in the vault.
    name: String,
    secret: Secret<String>,
}

/// Where in an entry a secret may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slot {
    Key(&'static str),
    Header(String),
}

impl Slot {
    /// Its name in the vault: another than those of `taken`, which other entries rely on.
    pub(super) fn name(&self, uuid: Uuid, taken: &HashSet<String>) -> String {
        let name = match self {
            Self::Key(_) => uuid.to_string(),
            Self::Header(name) => format!("{uuid}.{name}"),
        };
        if taken.contains(&name) {
            Uuid::new_v4().to_string()
        } else {
            name
        }
    }

    /// What stands there now, with the object it stands in.
    pub(super) fn look(&self, entry: &CstObject) -> Option<(CstObject, String, SecretField)> {
        let (object, name) = match self {
            Self::Key(name) => (entry.clone(), (*name).to_owned()),
            Self::Header(name) => (property(entry, HEADERS)?.object_value()?, name.clone()),
        };
        let field = match value(&object, &name)? {
            Value::String(text) => SecretField::read(&text)?,
            _ => return None,
        };
        Some((object, name, field))
    }
}

pub(super) const HEADERS: &str = "HEADERS";

impl PoolsFile {
    /// Moves every plain secret into the vault; says how many.
    ///
    /// # Errors
    /// Some or all are still in the file, and none is lost.
    pub async fn move_secrets(&self, vault: &Vault) -> Result<usize, MoveError> {
        let file = self.clone();
        let found = blocking::run(move || {
            let document = Document::load(file.path())?;
            Ok::<_, FileError>(plain(&document))
        })
        .await?;
        if found.is_empty() {
            return Ok(0);
        }
        let secrets: Vec<(String, Secret<String>)> = found
            .iter()
            .map(|one| (one.name.clone(), one.secret.clone()))
            .collect();
        vault.put_many(&secrets).await?;
        let file = self.clone();
        let moved = blocking::run(move || {
            document::edit(file.path(), |document| {
                Ok::<_, FileError>(replace(document, &found))
            })
        });
        Ok(moved.await?)
    }
}

/// Every plain secret of entries that have an identity.
fn plain(file: &Document) -> Vec<Found> {
    let mut found = Vec::new();
    let spots = spots(file);
    let taken = spots
        .iter()
        .flat_map(|spot| vaulted_in(&spot.object))
        .collect();
    for spot in spots {
        let Some(uuid) = spot.uuid() else {
            continue;
        };
        for slot in slots(&spot) {
            if let Some((_, _, SecretField::Plain(secret))) = slot.look(&spot.object) {
                found.push(Found {
                    uuid,
                    name: slot.name(uuid, &taken),
                    slot,
                    secret,
                });
            }
        }
    }
    found
}

/// Where an entry may hold secrets.
pub(super) fn slots(spot: &Spot) -> Vec<Slot> {
    let headers = property(&spot.object, HEADERS).and_then(|headers| headers.object_value());
    let names = headers
        .map(|headers| headers.properties())
        .unwrap_or_default();
    let secret = names
        .iter()
        .filter_map(|header| header.decoded_name())
        .filter(|name| is_secret_header(name))
        .map(Slot::Header);
    std::iter::once(Slot::Key(key_field(spot.provider)))
        .chain(secret)
        .collect()
}

/// The names that an entry has in the vault.
pub(super) fn vaulted_in(entry: &CstObject) -> Vec<String> {
    let headers = property(entry, HEADERS).and_then(|headers| headers.object_value());
    let all = entry.properties().into_iter();
    let fields = all.chain(
        headers
            .map(|headers| headers.properties())
            .unwrap_or_default(),
    );
    let names = fields.filter_map(|field| match field.to_serde_value()? {
        Value::String(text) => match SecretField::read(&text)? {
            SecretField::Vaulted(name) => Some(name),
            SecretField::Plain(_) | SecretField::Missing => None,
        },
        _ => None,
    });
    names.collect()
}

/// Puts the vault's name in the place of each secret that still stands where it was found.
fn replace(file: &Document, found: &[Found]) -> usize {
    let mut moved = 0;
    for spot in spots(file) {
        let uuid = spot.uuid();
        for one in found.iter().filter(|one| Some(one.uuid) == uuid) {
            let Some((object, name, field)) = one.slot.look(&spot.object) else {
                continue;
            };
            // Somebody may have put another secret there meanwhile: the next start moves that one.
            if field == SecretField::Plain(one.secret.clone()) {
                let vaulted = SecretField::Vaulted(one.name.clone());
                document::set(&object, &name, &Value::String(vaulted.written()));
                moved += 1;
            }
        }
    }
    moved
}
