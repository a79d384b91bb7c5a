//! Fields that a user gives, before they are written.

use std::collections::HashSet;
use std::path::Path;

use account::{Credentials, Secret, Service};
use provider::ProviderType;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::EditError;
use crate::roster::fields::{Field, is_secret_header, key_field};
use crate::roster::secrets::{HEADERS, Slot};
use crate::roster::{Entry, SecretField};

/// What the file is given, and what the vault is given before.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) fields: Map<String, Value>,
    pub(super) secrets: Vec<(String, Secret<String>)>,
}

/// Checks fields and key, and sorts out what is secret. `taken` are names in the vault that other entries rely on.
pub(super) fn check(
    (uuid, kind): (Uuid, ProviderType),
    taken: &HashSet<String>,
    fields: Map<String, Value>,
    key: Option<Secret<String>>,
    folder: &Path,
) -> Result<Checked, EditError> {
    let mut checked = Checked::default();
    if let Some(key) = key {
        let name = key_field(kind);
        let key = match kind.service() {
            Some(service) => sign_in(service, name, &key)?,
            None => Secret::new(key.expose().trim().to_owned()),
        };
        if key.expose().is_empty() || key.expose().chars().any(char::is_control) {
            return Err(EditError::Value {
                name: name.to_owned(),
                problem: "would be empty or hold characters that no key has".to_owned(),
            });
        }
        let field = checked.vaulted(Slot::Key(name).name(uuid, taken), key);
        checked.fields.insert(name.to_owned(), field);
    }
    let mut scratch = Entry::new(uuid, kind);
    for (name, mut value) in fields {
        let field = allowed(kind, &name)?;
        if !value.is_null() && (field.take)(&mut scratch, &value, folder).is_none() {
            let problem = field.mistake(&value).replacen("is ", "would be ", 1);
            return Err(EditError::Value { name, problem });
        }
        if name == HEADERS {
            checked.take_out_secrets(|slot| slot.name(uuid, taken), &mut value);
        }
        checked.fields.insert(name, value);
    }
    Ok(checked)
}

/// What a sign-in has left, on one line.
fn sign_in(
    service: Service,
    name: &str,
    text: &Secret<String>,
) -> Result<Secret<String>, EditError> {
    let read = Credentials::read(service, text.expose());
    let read = read.map_err(|bad| EditError::Value {
        name: name.to_owned(),
        problem: format!("would hold no sign-in: {bad}"),
    })?;
    Ok(read.text())
}

fn allowed(kind: ProviderType, name: &str) -> Result<&'static Field, EditError> {
    const STATE: [&str; 6] = [
        "uuid",
        "isHealthy",
        "lastUsed",
        "usageCount",
        "errorCount",
        "lastErrorTime",
    ];
    let not_yours = |reason| EditError::NotYours {
        name: name.to_owned(),
        reason,
    };
    if STATE.contains(&name) {
        return Err(not_yours("Millpond itself writes it"));
    }
    if key_field(kind) == name {
        return Err(not_yours("a key is read from a prompt or standard input"));
    }
    Field::named(kind, name).ok_or_else(|| EditError::NoSuchField {
        kind,
        name: name.to_owned(),
    })
}

impl Checked {
    /// The field for a secret that the vault will have.
    fn vaulted(&mut self, name: String, secret: Secret<String>) -> Value {
        let field = SecretField::Vaulted(name.clone()).written();
        self.secrets.push((name, secret));
        Value::String(field)
    }

    fn take_out_secrets(&mut self, name_of: impl Fn(Slot) -> String, headers: &mut Value) {
        let Value::Object(headers) = headers else {
            return;
        };
        for (name, value) in headers
            .iter_mut()
            .filter(|(name, _)| is_secret_header(name))
        {
            let field = value.as_str().and_then(SecretField::read);
            if let Some(SecretField::Plain(secret)) = field {
                *value = self.vaulted(name_of(Slot::Header(name.clone())), secret);
            }
        }
    }
}
