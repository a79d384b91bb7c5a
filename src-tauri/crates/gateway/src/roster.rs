//! `provider_pools.json`: the instances of every pool, as their owner wrote them down.
//!
//! - [`fields`]: what an entry may say, and how it is read;
//! - `read`: from the file to [`Entry`];
//! - [`file`]: the file as a place;
//! - `states`: state fields on their way back;
//! - [`secrets`]: from the file into the vault;
//! - [`edit`]: changes on the user's word;
//! - [`import`], [`export`]: from another pools file, and to one that can be given away.

pub mod edit;
pub mod export;
pub mod fields;
pub mod file;
pub mod import;
mod read;
pub mod secrets;
pub(crate) mod states;

use std::path::PathBuf;

use account::Secret;
use jiff::Timestamp;
use provider::ProviderType;
use provider::instance::AuthScheme;
use uuid::Uuid;

use crate::complaint::Complaint;

/// One instance of a pool, as the file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its identity.
    pub uuid: Uuid,
    /// The type of its pool.
    pub provider: ProviderType,
    /// `customName`.
    pub custom_name: Option<String>,
    /// Where its key is.
    pub secret: SecretField,
    /// `OPENAI_BASE_URL` and its siblings.
    pub base_url: Option<String>,
    /// `CLAUDE_AUTH_SCHEME`.
    pub auth: AuthScheme,
    /// `ANTHROPIC_VERSION`.
    pub anthropic_version: Option<String>,
    /// `HEADERS`, and the headers that `OPENAI_ORGANIZATION` and `OPENAI_PROJECT` stand for.
    pub headers: Vec<(String, SecretField)>,
    /// `GEMINI_OAUTH_CREDS_FILE_PATH` and its siblings, absolute.
    pub credentials: Option<PathBuf>,
    /// `PROJECT_ID`.
    pub project_id: Option<String>,
    /// `PROXY_URL`: `none` connects directly whatever the settings say. May carry a password.
    pub proxy_url: Option<String>,
    /// `isDisabled`.
    pub disabled: bool,
    /// `checkHealth`.
    pub check_health: Option<bool>,
    /// `checkModelName`.
    pub check_model: Option<String>,
    /// `notSupportedModels`: names or globs.
    pub not_supported_models: Vec<String>,
    /// `modelMap`: name or glob, and the upstream's name; the first match counts.
    pub model_map: Vec<(String, String)>,
    /// `concurrencyLimit`.
    pub concurrency_limit: Option<u32>,
    /// `weight`.
    pub weight: u32,
    /// `priority`.
    pub priority: u32,
    /// What keeps it from being used as it is written, in words for the user.
    pub fault: Option<String>,
    /// The state fields.
    pub state: EntryState,
}

/// Where an instance's key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretField {
    /// There is none.
    Missing,
    /// In the file itself.
    Plain(Secret<String>),
    /// In the vault, under this name.
    Vaulted(String),
}

/// What a pools file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Roster {
    /// Every entry of a known type, in file order.
    pub entries: Vec<Entry>,
    /// What could not be meant.
    pub complaints: Vec<Complaint>,
}

impl Roster {
    /// Whether a secret stands in the file as it is.
    pub fn has_plain_secrets(&self) -> bool {
        let plain = |field: &SecretField| match field {
            // An empty header takes one away.
            SecretField::Plain(secret) => !secret.expose().is_empty(),
            SecretField::Vaulted(_) | SecretField::Missing => false,
        };
        self.entries.iter().any(|entry| {
            let headers = entry.headers.iter();
            plain(&entry.secret)
                || headers
                    .filter(|(name, _)| fields::is_secret_header(name))
                    .any(|(_, field)| plain(field))
        })
    }
}

/// What Millpond writes back of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryState {
    /// `isHealthy`: whether it takes requests.
    pub is_healthy: bool,
    /// `lastUsed`.
    pub last_used: Option<Timestamp>,
    /// `usageCount`: requests sent.
    pub usage_count: u64,
    /// `errorCount`: those that failed by its fault.
    pub error_count: u64,
    /// `lastErrorTime`.
    pub last_error_time: Option<Timestamp>,
}

/// How a field says that its secret is in the vault.
const VAULT: &str = "vault:";

impl SecretField {
    /// Reads a field's text; `None` where it says nothing.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        match text.strip_prefix(VAULT) {
            Some("") => None,
            Some(name) => Some(Self::Vaulted(name.to_owned())),
            None if text.is_empty() => None,
            None => Some(Self::Plain(Secret::new(text.to_owned()))),
        }
    }

    /// The field's text. Of a plain secret, the secret.
    pub(crate) fn written(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Plain(secret) => secret.expose().clone(),
            Self::Vaulted(name) => format!("{VAULT}{name}"),
        }
    }
}

impl Default for EntryState {
    fn default() -> Self {
        Self {
            is_healthy: true,
            last_used: None,
            usage_count: 0,
            error_count: 0,
            last_error_time: None,
        }
    }
}

impl Entry {
    /// A ready entry of that type with nothing set.
    pub fn new(uuid: Uuid, provider: ProviderType) -> Self {
        Self {
            uuid,
            provider,
            custom_name: None,
            secret: SecretField::Missing,
            base_url: None,
            auth: AuthScheme::Auto,
            anthropic_version: None,
            headers: Vec::new(),
            credentials: None,
            project_id: None,
            proxy_url: None,
            disabled: false,
            check_health: None,
            check_model: None,
            not_supported_models: Vec::new(),
            model_map: Vec::new(),
            concurrency_limit: None,
            weight: 1,
            priority: 0,
            fault: None,
            state: EntryState::default(),
        }
    }

    /// The names that its secrets have in the vault.
    pub fn vaulted(&self) -> impl Iterator<Item = &String> {
        let fields = self.headers.iter().map(|(_, field)| field);
        std::iter::once(&self.secret)
            .chain(fields)
            .filter_map(|field| match field {
                SecretField::Vaulted(name) => Some(name),
                SecretField::Plain(_) | SecretField::Missing => None,
            })
    }
}

#[cfg(test)]
mod tests;
