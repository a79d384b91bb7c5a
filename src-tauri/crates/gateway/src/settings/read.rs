//! From the file to [`Settings`].

use std::path::Path;

use serde_json::Value;

use super::keys::{KEYS, Key, Taken};
use super::values::without_password;
use super::{Loaded, Settings, SettingsError};
use crate::complaint::{Complaint, Complaints, kind_of, shown};
use crate::document::{Document, value};

impl Settings {
    /// Reads a file; one that does not exist has nothing but defaults. Blocks.
    ///
    /// # Errors
    /// It cannot be read, or a value is wrong whose default could do what its user did not want. Other wrong values are
    /// complaints, and have their defaults.
    pub fn load(path: &Path) -> Result<Loaded, SettingsError> {
        let document = Document::load(path)?;
        let mut complaints = Complaints::about(path);
        let folder = complaints.folder();
        let mut settings = Settings::default();
        let mut vital = false;
        for key in KEYS {
            let Some(value) = value(document.object(), key.name).filter(is_set) else {
                continue;
            };
            match (key.take)(&mut settings, &value, &folder) {
                Taken::Whole => {}
                Taken::Partly(parts) => {
                    for (part, problem) in parts {
                        complaints.add(format!("{}{part}", key.name), problem);
                    }
                }
                Taken::Nothing => {
                    complaints.add(key.name, key.mistake(&value));
                    vital |= key.vital;
                }
            }
        }
        let mut unknown = Vec::new();
        for name in document
            .object()
            .properties()
            .iter()
            .filter_map(jsonc_parser::cst::CstObjectProp::decoded_name)
        {
            if Key::named(&name).is_some() {
                continue;
            }
            match KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(&name)) {
                Some(key) => complaints.add(name, format!("is not known; {} is", key.name)),
                None => unknown.push(name),
            }
        }
        let complaints = complaints.into_vec();
        if vital {
            return Err(SettingsError::Wrong(Mistakes(complaints)));
        }
        Ok(Loaded {
            settings,
            complaints,
            unknown,
        })
    }
}

impl Key {
    /// What is wrong with a value of this key.
    pub(super) fn mistake(&self, value: &Value) -> String {
        let found = match value {
            _ if self.secret => kind_of(value).to_owned(),
            // An address may hold a password even where it is none that can be used.
            Value::String(text) if text.contains('@') => shown(&without_password(text).into()),
            other => shown(other),
        };
        format!("is {found}; expected {}", self.expected)
    }
}

/// `null` and the empty text stand for the default.
fn is_set(value: &Value) -> bool {
    !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty())
}

/// Complaints, as one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Complaint>);

impl std::fmt::Display for Mistakes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, complaint) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("; ")?;
            }
            complaint.fmt(f)?;
        }
        Ok(())
    }
}
