//! The file as a place: read whole, edited in place.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::json;
use uuid::Uuid;

use super::Roster;
use super::read::{read, spots};
use crate::document::{self, Document, FileError, Unreadable};
use crate::home::Home;
use crate::settings::Settings;

/// A pools file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolsFile {
    path: PathBuf,
    owner: Owner,
}

/// Whose a pools file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The home's own: secrets in it are moved into the vault.
    Home,
    /// The user's: it is used in place, and its secrets stay where they are.
    User,
}

impl PoolsFile {
    /// The file at `path`.
    pub fn new(path: PathBuf, owner: Owner) -> Self {
        Self { path, owner }
    }

    /// The file that a home works with: its own by whatever name, or one that the user keeps elsewhere.
    pub fn of(home: &Home, settings: &Settings) -> Self {
        let own = home.pools();
        let Some(path) = &settings.pools_file else {
            return Self::new(own, Owner::Home);
        };
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let owner = if real(&path) == real(&own) {
            Owner::Home
        } else {
            Owner::User
        };
        Self::new(path, owner)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whose it is.
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// Reads it. Entries without an identity of their own are given one, which is written down. Blocks.
    ///
    /// # Errors
    /// It cannot be read as a whole. What is wrong with single entries is in the complaints.
    pub fn load(&self) -> Result<Roster, Unreadable> {
        let file = Document::load(&self.path)?;
        if !has_unnamed(&file) {
            return Ok(read(&file, &self.path));
        }
        let named = document::edit(&self.path, |file| {
            let mended = name_all(file);
            Ok::<_, FileError>((read(file, &self.path), mended))
        });
        let (mut roster, mended) = match named {
            Ok(done) => done,
            Err(FileError::Unreadable(error)) => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "entries without a uuid have one until the end of this run only");
                let mended = name_all(&file);
                (read(&file, &self.path), mended)
            }
        };
        roster
            .complaints
            .extend(
                mended
                    .into_iter()
                    .map(|(place, problem)| crate::complaint::Complaint {
                        file: self.path.as_path().into(),
                        place,
                        problem,
                    }),
            );
        Ok(roster)
    }
}

/// A path without links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let whole = path.canonicalize().ok();
    whole
        .or_else(|| Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?)))
        .unwrap_or_else(|| path.to_owned())
}

/// Whether an entry has no identity, or that of another.
fn has_unnamed(file: &Document) -> bool {
    let mut met = HashSet::new();
    let spots = spots(file);
    !spots
        .iter()
        .all(|spot| spot.uuid().is_some_and(|uuid| met.insert(uuid)))
}

/// Gives every entry an identity of its own; says which had another's.
fn name_all(file: &Document) -> Vec<(String, String)> {
    let mut met = HashSet::new();
    let mut mended = Vec::new();
    for spot in spots(file) {
        let old = spot.uuid();
        if old.is_some_and(|uuid| met.insert(uuid)) {
            continue;
        }
        let new = Uuid::new_v4();
        met.insert(new);
        document::set(&spot.object, "uuid", &json!(new.to_string()));
        if let Some(old) = old {
            mended.push((
                format!("{}.uuid", spot.place()),
                format!("was {old}, which an entry before it has; it is {new} now"),
            ));
        }
    }
    mended
}
