//! `config.json`: how the proxy behaves, as values that need no further checking.
//!
//! - [`keys`]: every key, what it takes, how it is read and shown;
//! - [`look`]: what window and tray go by;
//! - `maps`, `values`: the forms that values come in;
//! - `read`: from the file to [`Settings`];
//! - [`edit`]: `config get` and `config set`.

pub mod edit;
pub mod keys;
pub mod look;
mod maps;
mod read;
pub(crate) mod values;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use account::Secret;
use provider::ProviderType;

use crate::complaint::Complaint;
use crate::document::Unreadable;
use crate::roster::SecretField;
pub use read::Mistakes;

/// The settings of a home, with what the command line puts on top.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// `HOST`: the address to listen on.
    pub host: String,
    /// `SERVER_PORT`; 0 takes a free one.
    pub port: u16,
    /// `ALLOW_REMOTE`: whether `HOST` may be more than loopback. The second step that listening wider takes.
    pub allow_remote: bool,
    /// `REQUIRED_API_KEY`, where it is set.
    pub required_api_key: SecretField,
    /// `MODEL_PROVIDER`: the pool to ask when nothing else names one.
    pub model_provider: Option<ProviderType>,
    /// `PROVIDER_POOLS_FILE_PATH`, absolute; `None` is the home's own file.
    pub pools_file: Option<PathBuf>,
    /// `PROXY_URL`: the proxy to upstreams. May carry a password.
    pub proxy_url: Option<String>,
    /// `PROXY_ENABLED_PROVIDERS`: the types that use it; `None` means all.
    pub proxy_enabled: Option<Vec<ProviderType>>,
    /// `MAX_ERROR_COUNT`: failures in a row after which an instance is unhealthy.
    pub max_error_count: u32,
    /// `REQUEST_MAX_RETRIES`: upstream calls of one request, at most and in all.
    pub request_max_retries: u32,
    /// `CONNECT_TIMEOUT_MS`.
    pub connect_timeout: Duration,
    /// `FIRST_CONTENT_TIMEOUT_MS`.
    pub first_content_timeout: Duration,
    /// `IDLE_TIMEOUT_MS`.
    pub idle_timeout: Duration,
    /// `SCHEDULED_HEALTH_CHECK`: how often instances are checked; `None` is never.
    pub health_check: Option<Duration>,
    /// `providerFallbackChain`: whom to ask next when a pool has nobody left.
    pub fallback_chain: Vec<(ProviderType, Vec<ProviderType>)>,
    /// `modelFallbackMapping`: what to ask for next when a model's pool has nobody left.
    pub model_fallback: Vec<(String, ModelTarget)>,
    /// `modelAliases`: name or glob, and what is asked for in its place; the first match counts.
    pub model_aliases: Vec<(String, ModelTarget)>,
    /// `OPENAI_BASE_URL` and its siblings: where a type's instances are reached that name no address of their own.
    pub base_urls: Vec<(ProviderType, String)>,
    /// Where sign-ins go.
    pub sign_in: SignIn,
    /// `BODY_LIMIT_MB`, in bytes: the largest request body.
    pub body_limit: usize,
    /// `STATS_RETENTION_DAYS`: how long statistics are kept.
    pub stats_retention: Duration,
    /// `LOG_LEVEL`.
    pub log_level: LogLevel,
    /// What window and tray go by.
    pub look: look::Look,
}

/// What is asked for in a model's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelTarget {
    /// `targetProviderType`; `None` leaves the pool as it is.
    pub provider: Option<ProviderType>,
    /// `targetModel`.
    pub model: String,
}

/// What was set about sign-ins: addresses, where `None` is the vendor's own, and Gemini's OAuth client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignIn {
    /// `GEMINI_OAUTH_AUTH_URL`.
    pub gemini_auth_url: Option<String>,
    /// `GEMINI_OAUTH_TOKEN_URL`.
    pub gemini_token_url: Option<String>,
    /// `GEMINI_OAUTH_CLIENT_ID`.
    pub gemini_client_id: Option<String>,
    /// `GEMINI_OAUTH_CLIENT_SECRET`.
    pub gemini_client_secret: Option<String>,
    /// `GEMINI_CLI_PATH`: an installed Gemini CLI, which brings both.
    pub gemini_cli_path: Option<String>,
    /// `QWEN_OAUTH_BASE_URL`.
    pub qwen_base_url: Option<String>,
    /// `KIRO_AUTH_BASE_URL`: portal and social exchange.
    pub kiro_auth_base_url: Option<String>,
    /// `KIRO_REFRESH_URL`: social refresh, the full address.
    pub kiro_refresh_url: Option<String>,
    /// `KIRO_OIDC_BASE_URL`: AWS SSO OIDC.
    pub kiro_oidc_base_url: Option<String>,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Only what went wrong.
    Error,
    /// And what may go wrong.
    Warn,
    /// And what happens.
    #[default]
    Info,
    /// And why.
    Debug,
    /// And everything else.
    Trace,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What was read of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// What could not be meant, and has its default.
    pub complaints: Vec<Complaint>,
    /// Keys that Millpond does not know. They stay where they are.
    pub unknown: Vec<String>,
}

/// Why there are no settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The file is broken.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// A value is wrong whose default could do what the user did not want.
    #[error("{0}")]
    Wrong(Mistakes),
}

/// What the command line puts on top of the file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--host`.
    pub host: Option<String>,
    /// `--port`.
    pub port: Option<u16>,
    /// `--api-key`, or `MILLPOND_API_KEY`.
    pub api_key: Option<Secret<String>>,
    /// `--model-provider`.
    pub model_provider: Option<ProviderType>,
    /// `--provider-pools-file`.
    pub pools_file: Option<PathBuf>,
    /// `--config`: the file to read in place of the home's own.
    pub config_file: Option<PathBuf>,
}

impl Settings {
    /// With what the command line says.
    #[must_use]
    pub fn with(mut self, over: &Overrides) -> Self {
        if let Some(host) = &over.host {
            self.host = host.trim_matches(['[', ']']).to_owned();
        }
        if let Some(port) = over.port {
            self.port = port;
        }
        if let Some(key) = &over.api_key {
            self.required_api_key = SecretField::Plain(key.clone());
        }
        if let Some(kind) = over.model_provider {
            self.model_provider = Some(kind);
        }
        if let Some(file) = &over.pools_file {
            self.pools_file = Some(file.clone());
        }
        self
    }

    /// Where a type's instances are reached that name no address of their own, if it was set.
    pub fn base_url(&self, kind: ProviderType) -> Option<&str> {
        let set = self.base_urls.iter().find(|(one, _)| *one == kind);
        set.map(|(_, url)| url.as_str())
    }

    /// The proxy to upstreams of a type that name none of their own.
    pub fn proxy(&self, kind: ProviderType) -> Option<&str> {
        let enabled = self.proxy_enabled.as_ref();
        let applies = enabled.is_none_or(|kinds| kinds.contains(&kind));
        let url = self.proxy_url.as_deref().filter(|_| applies)?;
        (url != "none").then_some(url)
    }

    /// Whether `HOST` is more than this machine itself.
    pub fn listens_beyond_loopback(&self) -> bool {
        match self.host.parse::<IpAddr>() {
            Ok(address) => !address.is_loopback(),
            Err(_) => !self.host.eq_ignore_ascii_case("localhost"),
        }
    }
}

impl LogLevel {
    /// Every level, from the quietest on.
    pub const ALL: [Self; 5] = [
        Self::Error,
        Self::Warn,
        Self::Info,
        Self::Debug,
        Self::Trace,
    ];

    /// The word in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 6455,
            allow_remote: false,
            required_api_key: SecretField::Missing,
            model_provider: None,
            pools_file: None,
            proxy_url: None,
            proxy_enabled: None,
            max_error_count: 3,
            request_max_retries: 3,
            connect_timeout: Duration::from_secs(10),
            first_content_timeout: Duration::from_secs(120),
            idle_timeout: Duration::from_secs(120),
            health_check: Some(Duration::from_secs(600)),
            fallback_chain: Vec::new(),
            model_fallback: Vec::new(),
            model_aliases: Vec::new(),
            base_urls: Vec::new(),
            sign_in: SignIn::default(),
            body_limit: 32 << 20,
            stats_retention: 90 * DAY,
            log_level: LogLevel::Info,
            look: look::Look::default(),
        }
    }
}

#[cfg(test)]
mod tests;
