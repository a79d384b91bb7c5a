//! Each edit, step by step.

use std::collections::HashSet;
use std::path::Path;

use account::{Secret, Vault};
use jsonc_parser::cst::{CstArray, CstNode, CstObject};
use provider::ProviderType;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::check::{Checked, check};
use super::{Done, EditError, New, Removed};
use crate::blocking;
use crate::document::{self, Document, input, property, set, spelled};
use crate::roster::file::PoolsFile;
use crate::roster::read::{Spot, spots};
use crate::roster::secrets::vaulted_in;

pub(super) async fn add(file: &PoolsFile, new: New, vault: &Vault) -> Result<Done, EditError> {
    let uuid = Uuid::new_v4();
    let kind = new.provider;
    let checked = check(
        (uuid, kind),
        &HashSet::new(),
        new.fields,
        new.key,
        folder(file),
    )?;
    let entry = fresh(uuid, checked.fields);
    written(file, vault, checked.secrets, move |document| {
        let pool = pool_of(document, kind)?;
        pool.append(input(&Value::Object(entry)));
        Ok(Done::Added(uuid))
    })
    .await
}

/// An entry as the format has it: what it is, who it is, how it fares.
fn fresh(uuid: Uuid, mut fields: Map<String, Value>) -> Map<String, Value> {
    fields.retain(|_, value| !value.is_null());
    let rest = json!({
        "uuid": uuid.to_string(),
        "isHealthy": true,
        "lastUsed": null,
        "usageCount": 0,
        "errorCount": 0,
        "lastErrorTime": null,
    });
    if let Value::Object(rest) = rest {
        fields.extend(rest);
    }
    fields
}

pub(super) async fn change(
    file: &PoolsFile,
    uuid: Uuid,
    fields: Map<String, Value>,
    key: Option<Secret<String>>,
    vault: &Vault,
) -> Result<Done, EditError> {
    let found = file.clone();
    let (kind, taken) = blocking::run(move || {
        let document = Document::load(found.path()).map_err(document::FileError::from)?;
        let kind = spot_of(&document, uuid)?.provider;
        let spots = spots(&document).into_iter();
        let others = spots.filter(|spot| spot.uuid() != Some(uuid));
        let taken = others.flat_map(|spot| vaulted_in(&spot.object)).collect();
        Ok::<_, EditError>((kind, taken))
    })
    .await?;
    let Checked { fields, secrets } = check((uuid, kind), &taken, fields, key, folder(file))?;
    let (done, left) = written(file, vault, secrets, move |document| {
        let entry = spot_of(document, uuid)?.object;
        let before = vaulted_in(&entry);
        for (name, value) in fields {
            if value.is_null() {
                document::remove(&entry, &name);
            } else {
                set(&entry, &name, &value);
            }
        }
        Ok((Done::Changed(uuid), unused(document, before)))
    })
    .await?;
    forget(vault, &left).await;
    Ok(done)
}

pub(super) async fn disable(
    file: &PoolsFile,
    uuid: Uuid,
    disabled: bool,
) -> Result<Done, EditError> {
    edited(file, move |document| {
        let entry = spot_of(document, uuid)?.object;
        if disabled || property(&entry, "isDisabled").is_some() {
            set(&entry, "isDisabled", &json!(disabled));
        }
        Ok(Done::Changed(uuid))
    })
    .await
}

pub(super) async fn shift(file: &PoolsFile, uuid: Uuid, place: usize) -> Result<Done, EditError> {
    edited(file, move |document| {
        let spot = spot_of(document, uuid)?;
        let text = spot.object.to_string();
        CstNode::from(spot.object).remove();
        let pool = pool_of(document, spot.provider)?;
        pool.insert(place.min(pool.elements().len()), spelled(text));
        Ok(Done::Changed(uuid))
    })
    .await
}

pub(super) async fn remove(file: &PoolsFile, uuid: Uuid, vault: &Vault) -> Result<Done, EditError> {
    let found = file.clone();
    let names = blocking::run(move || {
        let document = Document::load(found.path()).map_err(document::FileError::from)?;
        Ok::<_, EditError>(vaulted_in(&spot_of(&document, uuid)?.object))
    })
    .await?;
    // What cannot be read now could not be put back either, and does not keep the entry.
    let kept = vault.get_many(&names).await.unwrap_or_default();
    let (removed, left) = edited(file, move |document| {
        let spot = spot_of(document, uuid)?;
        let names = vaulted_in(&spot.object);
        let removed = Removed {
            uuid,
            provider: spot.provider,
            index: spot.index,
            text: Secret::new(spot.object.to_string()),
            secrets: kept.into_iter().collect(),
        };
        CstNode::from(spot.object).remove();
        Ok((removed, unused(document, names)))
    })
    .await?;
    forget(vault, &left).await;
    Ok(Done::Removed(removed))
}

pub(super) async fn restore(
    file: &PoolsFile,
    removed: Removed,
    vault: &Vault,
) -> Result<Done, EditError> {
    let secrets = removed.secrets.clone();
    written(file, vault, secrets, move |document| {
        let taken = spots(document)
            .iter()
            .any(|spot| spot.uuid() == Some(removed.uuid));
        if !taken {
            let pool = pool_of(document, removed.provider)?;
            let index = removed.index.min(pool.elements().len());
            pool.insert(index, spelled(removed.text.expose().clone()));
        }
        Ok(Done::Added(removed.uuid))
    })
    .await
}

/// Secrets into the vault, then the edit. If that fails they are taken out again, unless they were there before.
async fn written<T: Send + 'static>(
    file: &PoolsFile,
    vault: &Vault,
    secrets: Vec<(String, Secret<String>)>,
    edit: impl FnOnce(&Document) -> Result<T, EditError> + Send + 'static,
) -> Result<T, EditError> {
    let names: Vec<String> = secrets.iter().map(|(name, _)| name.clone()).collect();
    let before = if names.is_empty() {
        Default::default()
    } else {
        let before = vault.get_many(&names).await?;
        vault.put_many(&secrets).await?;
        before
    };
    let result = edited(file, edit).await;
    if result.is_err() {
        let (old, new): (Vec<String>, Vec<String>) = names
            .into_iter()
            .partition(|name| before.contains_key(name));
        forget(vault, &new).await;
        let old: Vec<_> = old
            .into_iter()
            .filter_map(|name| Some((name.clone(), before.get(&name)?.clone())))
            .collect();
        if !old.is_empty()
            && let Err(error) = vault.put_many(&old).await
        {
            tracing::error!(%error, "a key was not put back");
        }
    }
    result
}

async fn edited<T: Send + 'static>(
    file: &PoolsFile,
    edit: impl FnOnce(&Document) -> Result<T, EditError> + Send + 'static,
) -> Result<T, EditError> {
    let path = file.path().to_owned();
    blocking::run(move || document::edit(&path, edit)).await
}

/// Deletes what no entry names any more. One that stays is unseen, and harms nobody.
async fn forget(vault: &Vault, names: &[String]) {
    for name in names {
        if let Err(error) = vault.delete(name).await {
            tracing::warn!(%error, "a secret that nothing uses any more stays in the vault");
        }
    }
}

/// Which of these names no entry has any more.
fn unused(document: &Document, names: Vec<String>) -> Vec<String> {
    let used: HashSet<String> = spots(document)
        .iter()
        .flat_map(|spot| vaulted_in(&spot.object))
        .collect();
    let mut names = names;
    names.retain(|name| !used.contains(name));
    names
}

fn spot_of(document: &Document, uuid: Uuid) -> Result<Spot, EditError> {
    spots(document)
        .into_iter()
        .find(|spot| spot.uuid() == Some(uuid))
        .ok_or_else(|| EditError::NoSuchEntry(uuid.to_string()))
}

/// The list of a type, made if there is none.
pub(in crate::roster) fn pool_of(
    document: &Document,
    kind: ProviderType,
) -> Result<CstArray, EditError> {
    let root: &CstObject = document.object();
    let pool = match property(root, kind.as_str()) {
        Some(pool) => pool,
        None => root.append(kind.as_str(), input(&json!([]))),
    };
    pool.array_value().ok_or(EditError::NoList(kind))
}

fn folder(file: &PoolsFile) -> &Path {
    file.path().parent().unwrap_or(Path::new(""))
}
