//! What a sign-in of another program has left: a file of its own, or one that an entry names. Both go into the vault.

use std::path::Path;

use account::shelf::ShelfError;
use account::{Credentials, Secret, Service, Shelf, Vault, credentials};
use provider::ProviderType;
use serde_json::Map;

use super::{Entry, ImportError, Imported, Their};
use crate::blocking;
use crate::complaint::Complaint;
use crate::roster::SecretField;
use crate::roster::edit::{Done, Edit, New};
use crate::roster::fields::{credentials_field, key_field};
use crate::roster::file::PoolsFile;
use crate::roster::secrets::Slot;

/// The accounts of a file that another program's sign-in has left; `None` where it is something else.
pub(super) async fn of_file(path: &Path) -> Option<Vec<Credentials>> {
    let source = path.to_owned();
    let text = blocking::run(move || std::fs::read_to_string(source)).await;
    let text = Secret::new(text.ok()?);
    let service = credentials::recognise(text.expose(), path)?;
    // With what its program keeps in a file beside it.
    let shelf = Shelf::file(service, path.to_owned());
    match Credentials::read_all(service, text.expose()) {
        Ok(all) if all.len() > 1 => Some(all),
        _ => Some(vec![shelf.read().await.ok()?.standalone()]),
    }
}

impl PoolsFile {
    /// Takes accounts in, each as an instance. One whose refresh token is here already is known.
    pub(super) async fn import_accounts(
        &self,
        path: &Path,
        accounts: Vec<Credentials>,
        vault: &Vault,
    ) -> Result<Imported, ImportError> {
        let file = self.clone();
        let ours = blocking::run(move || file.load()).await?.entries;
        let mut imported = Imported::default();
        let mut here = Vec::new();
        for entry in &ours {
            if let (Some(service), SecretField::Vaulted(name)) =
                (entry.provider.service(), &entry.secret)
                && let Some(text) = vault.get(name).await?
            {
                here.extend(Credentials::read(service, text.expose()).ok());
            }
        }
        for account in accounts {
            if here.iter().any(|one| one.refresh() == account.refresh()) {
                imported.known += 1;
                continue;
            }
            let new = new(&account);
            if let Done::Added(uuid) = self.apply(Edit::Add(new), vault).await? {
                imported.added.push(uuid);
            }
            imported
                .complaints
                .extend(rotation(account.service(), path, ""));
        }
        Ok(imported)
    }
}

fn new(account: &Credentials) -> New {
    let mut fields = Map::new();
    let name = account.account_name();
    let name = name.map_or_else(
        || format!("{} account", account.service().plain_name()),
        str::to_owned,
    );
    fields.insert("customName".to_owned(), name.into());
    if let Some(project) = account.gemini().and_then(|facts| facts.project.as_deref()) {
        fields.insert("PROJECT_ID".to_owned(), project.into());
    }
    New {
        provider: ProviderType::of_service(account.service()),
        fields,
        key: Some(account.text()),
    }
}

/// Takes in the file that an entry names. One that cannot be read stays named, and is told.
pub(super) async fn take_in(
    their: &mut Their,
    source: &Path,
) -> (Option<(Slot, Secret<String>)>, Option<Complaint>) {
    let kind = their.entry.provider;
    let has_key = their
        .secrets
        .iter()
        .any(|(slot, _)| matches!(slot, Slot::Key(_)));
    let (Some(service), Some(path), false) =
        (kind.service(), their.entry.credentials.clone(), has_key)
    else {
        return (None, None);
    };
    let place = credentials_field(kind).unwrap_or_default();
    match Shelf::file(service, path.clone()).read().await {
        Ok(account) => {
            their.entry.credentials = None;
            let secret = account.standalone().text();
            let slot = Slot::Key(key_field(kind));
            (Some((slot, secret)), rotation(service, source, place))
        }
        // It shows as not signed in until its program has signed in.
        Err(ShelfError::Missing(_)) => (None, None),
        Err(error) => {
            let told = Complaint {
                file: source.into(),
                place: place.to_owned(),
                problem: format!(
                    "stays named, since what it names cannot be taken into the vault: {error}"
                ),
            };
            (None, Some(told))
        }
    }
}

/// Where a service gives out each refresh token once, two programs end each other's sign-in.
fn rotation(service: Service, file: &Path, place: &str) -> Option<Complaint> {
    let rotates = matches!(service, Service::Qwen | Service::Kiro);
    rotates.then(|| Complaint {
        file: file.into(),
        place: place.to_owned(),
        problem: format!(
            "is in the vault now; {} gives out each refresh token once, so its own program may have to sign in again",
            service.plain_name()
        ),
    })
}

/// Whether an entry is here already: an account's tokens change, its identity does not.
pub(super) fn is_same_account(kind: ProviderType, ours: &Entry, theirs: &Entry) -> bool {
    kind.service().is_some()
        && ours.provider == theirs.provider
        && ours.base_url == theirs.base_url
        && matches!(ours.secret, SecretField::Vaulted(_))
        && theirs.credentials.is_none()
}
