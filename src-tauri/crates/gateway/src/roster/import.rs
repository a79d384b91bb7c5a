//! Another pools file taken into this one: its entries whole, its secrets into the vault.
//!
//! - `accounts`: what sign-ins of other programs have left;
//! - `adapt`: what changes of an entry so that it is one of this home's, and what comes along of types that are not known here.

mod accounts;
mod adapt;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use account::{Secret, Vault, VaultError};
use adapt::{adapt, foreign};
use uuid::Uuid;

use super::edit::EditError;
use super::file::PoolsFile;
use super::read::{Spot, entry, spots};
use super::secrets::{Slot, slots};
use super::{Entry, SecretField};
use crate::blocking;
use crate::complaint::{Complaint, Complaints};
use crate::document::{self, Document, FileError, Unreadable, spelled};

/// What an import has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The entries that are new here.
    pub added: Vec<Uuid>,
    /// How many were here before: same uuid, same key, same address.
    pub known: usize,
    /// How many came along of types that this version does not know.
    pub foreign: usize,
    /// What could not be meant in the file.
    pub complaints: Vec<Complaint>,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is no such file.
    #[error("{} does not exist", .0.display())]
    Missing(PathBuf),
    /// It is the file that it would be imported into.
    #[error("{} is the pools file itself", .0.display())]
    Itself(PathBuf),
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The file that it is imported into.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// What becomes of one entry.
#[derive(Debug, Clone)]
struct Plan {
    /// Its place among the entries of the file it comes from.
    from: usize,
    /// Whom it is called here.
    uuid: Uuid,
    /// Where the vault's names go.
    vaulted: Vec<(Slot, String)>,
}

/// A file that is read for what it holds.
struct Source {
    path: PathBuf,
    text: String,
}

impl PoolsFile {
    /// Takes in every entry of the file at `source`, which stays as it is. One whose uuid another entry has here gets a new one;
    /// relative paths go on from where they were.
    ///
    /// # Errors
    /// As [`ImportError`] says; nothing has changed then.
    pub async fn import(&self, source: &Path, vault: &Vault) -> Result<Imported, ImportError> {
        if let Some(accounts) = accounts::of_file(source).await {
            return self.import_accounts(source, accounts, vault).await;
        }
        let (file, path) = (self.clone(), source.to_owned());
        let (source, mut theirs, ours) = blocking::run(move || open(&file, &path)).await?;
        let ours = with_keys(ours, vault).await?;
        let mut imported = Imported {
            complaints: theirs.complaints,
            ..Imported::default()
        };
        for their in &mut theirs.entries {
            let (taken, told) = accounts::take_in(their, &source.path).await;
            their.account = taken;
            imported.complaints.extend(told);
        }
        let (plans, secrets) = plan(theirs.entries, &ours, vault, &mut imported).await?;
        if !secrets.is_empty() {
            vault.put_many(&secrets).await?;
        }
        let file = self.clone();
        let result = blocking::run(move || write(&file, &source, &plans)).await;
        match result {
            Ok((added, foreign)) => {
                imported.added = added;
                imported.foreign = foreign;
                Ok(imported)
            }
            Err(error) => {
                for (name, _) in &secrets {
                    // Its name is new, so nobody else has it.
                    let _ = vault.delete(name).await;
                }
                Err(error.into())
            }
        }
    }
}

/// What a file that is imported says.
struct Theirs {
    /// Entries with all that a plan needs of them.
    entries: Vec<Their>,
    complaints: Vec<Complaint>,
}

struct Their {
    from: usize,
    uuid: Option<Uuid>,
    /// As it would be read there.
    entry: Entry,
    secrets: Vec<(Slot, SecretField)>,
    /// What the file holds that it names.
    account: Option<(Slot, Secret<String>)>,
}

fn open(file: &PoolsFile, path: &Path) -> Result<(Source, Theirs, Vec<Entry>), ImportError> {
    if !path.exists() {
        return Err(ImportError::Missing(path.to_owned()));
    }
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if is_same(&path, file.path()) {
        return Err(ImportError::Itself(path));
    }
    let document = Document::load(&path)?;
    let mut complaints = Complaints::about(&path);
    let spots = spots(&document);
    let theirs = Theirs {
        entries: (spots.iter().enumerate())
            .map(|spot| their(spot, &mut complaints))
            .collect(),
        complaints: complaints.into_vec(),
    };
    let source = Source {
        text: document.text(),
        path,
    };
    let ours = file.load()?.entries;
    Ok((source, theirs, ours))
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

fn their((from, spot): (usize, &Spot), complaints: &mut Complaints) -> Their {
    let uuid = spot.uuid();
    let fields = slots(spot).into_iter().filter_map(|slot| {
        let (_, _, field) = slot.look(&spot.object)?;
        Some((slot, field))
    });
    Their {
        from,
        uuid,
        entry: entry(spot, uuid.unwrap_or_default(), complaints),
        secrets: fields.collect(),
        account: None,
    }
}

/// An entry that is here, with its key.
type Ours = HashMap<Uuid, (Entry, Option<Secret<String>>)>;

async fn with_keys(entries: Vec<Entry>, vault: &Vault) -> Result<Ours, VaultError> {
    let names: Vec<String> = entries.iter().flat_map(Entry::vaulted).cloned().collect();
    let keys = vault.get_many(&names).await?;
    let with_key = entries.into_iter().map(|entry| {
        let key = match &entry.secret {
            SecretField::Plain(key) => Some(key.clone()),
            SecretField::Vaulted(name) => keys.get(name).cloned(),
            SecretField::Missing => None,
        };
        (entry.uuid, (entry, key))
    });
    Ok(with_key.collect())
}

/// Who is new, whom each is called, and what the vault is given.
async fn plan(
    theirs: Vec<Their>,
    ours: &Ours,
    vault: &Vault,
    imported: &mut Imported,
) -> Result<(Vec<Plan>, Vec<(String, Secret<String>)>), VaultError> {
    let mut taken: HashSet<Uuid> = ours.keys().copied().collect();
    let used: HashSet<String> = ours
        .values()
        .flat_map(|(entry, _)| entry.vaulted())
        .cloned()
        .collect();
    let mut plans = Vec::new();
    let mut secrets = Vec::new();
    for their in theirs {
        let mut known = Vec::new();
        for (slot, field) in their.secrets {
            let secret = match field {
                SecretField::Plain(secret) => Some(secret),
                // It may have been written on this machine.
                SecretField::Vaulted(name) => vault.get(&name).await?,
                SecretField::Missing => None,
            };
            known.extend(secret.map(|secret| (slot, secret)));
        }
        known.extend(their.account);
        let key = known.iter().find(|(slot, _)| matches!(slot, Slot::Key(_)));
        let key = key.map(|(_, key)| key);
        let same = their.uuid.and_then(|uuid| ours.get(&uuid));
        let is_ours = same.is_some_and(|(entry, own)| {
            let account =
                |one: &Entry| (one.provider, one.base_url.clone(), one.credentials.clone());
            // One without its key, as an export has it, is still the one that is here.
            let same_key = key.is_none() || own.as_ref() == key;
            let known = account(entry) == account(&their.entry) && same_key;
            known || accounts::is_same_account(entry.provider, entry, &their.entry)
        });
        if is_ours {
            imported.known += 1;
            continue;
        }
        let uuid = their
            .uuid
            .filter(|uuid| taken.insert(*uuid))
            .unwrap_or_else(Uuid::new_v4);
        let mut vaulted = Vec::new();
        for (slot, secret) in known {
            let name = slot.name(uuid, &used);
            secrets.push((name.clone(), secret));
            vaulted.push((slot, name));
        }
        plans.push(Plan {
            from: their.from,
            uuid,
            vaulted,
        });
    }
    Ok((plans, secrets))
}

/// Puts the entries into the file.
fn write(
    file: &PoolsFile,
    source: &Source,
    plans: &[Plan],
) -> Result<(Vec<Uuid>, usize), EditError> {
    document::edit(file.path(), |here| {
        let there = Document::parse(&source.path, &source.text).map_err(FileError::from)?;
        let entries = spots(&there);
        let mut added = Vec::new();
        for plan in plans {
            let Some(spot) = entries.get(plan.from) else {
                continue;
            };
            adapt(spot, plan, &source.path);
            let pool = super::edit::pool_of(here, spot.provider)?;
            pool.append(spelled(spot.object.to_string()));
            added.push(plan.uuid);
        }
        Ok((added, foreign(&there, here)))
    })
}

#[cfg(test)]
mod tests;
