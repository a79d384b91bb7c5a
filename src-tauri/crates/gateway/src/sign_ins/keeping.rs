//! From a sign-in to an instance.

use std::sync::Weak;

use account::sign_in::{Keep, NewLogin};
use futures_util::future::BoxFuture;
use provider::ProviderType;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::engine::Engine;
use crate::roster::Entry;
use crate::roster::edit::{Edit, New};
use crate::roster::fields::credentials_field;

/// Where a sign-in goes.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// The instance that is signed in again; a new one is added where it is `None`.
    pub instance: Option<Uuid>,
    /// What to call a new instance; else it is called after the account.
    pub name: Option<String>,
}

impl Target {
    /// The change of the pools file that keeps a sign-in. Somebody who signs in again with an address that an instance is called
    /// after renews that one: a service may end the older of two sign-ins of one account.
    pub fn edit(&self, login: &NewLogin, entries: &[Entry]) -> Edit {
        let kind = ProviderType::of_service(login.credentials.service());
        let mut fields = Map::new();
        if let Some(project) = &login.project {
            fields.insert("PROJECT_ID".to_owned(), project.as_str().into());
        }
        let key = Some(login.credentials.text());
        let account = login.account.name.as_str();
        let known = || {
            let same = |entry: &&Entry| {
                entry.provider == kind && entry.custom_name.as_deref() == Some(account)
            };
            let found = entries.iter().find(same)?;
            account.contains('@').then_some(found.uuid)
        };
        let again = self.instance.or_else(|| match self.name {
            None => known(),
            Some(_) => None,
        });
        match again {
            Some(uuid) => {
                // From now on the tokens are in the vault.
                if let Some(name) = credentials_field(kind) {
                    fields.insert(name.to_owned(), Value::Null);
                }
                Edit::Change { uuid, fields, key }
            }
            None => {
                let name = self.name.as_deref().unwrap_or(account);
                fields.insert("customName".to_owned(), name.into());
                Edit::Add(New {
                    provider: kind,
                    fields,
                    key,
                })
            }
        }
    }
}

/// Keeps sign-ins in a running engine.
#[derive(Debug)]
pub struct InEngine {
    engine: Weak<Engine>,
    target: Target,
}

impl InEngine {
    /// Of this engine.
    pub fn new(engine: Weak<Engine>, target: Target) -> Self {
        Self { engine, target }
    }
}

impl Keep for InEngine {
    fn keep(&self, login: NewLogin) -> BoxFuture<'_, Result<Uuid, String>> {
        Box::pin(async move {
            let engine = self.engine.upgrade().ok_or("Millpond is ending")?;
            let edit = self.target.edit(&login, &engine.entries().await);
            let done = engine
                .apply(edit)
                .await
                .map_err(|error| error.to_string())?;
            Ok(done.uuid())
        })
    }
}
