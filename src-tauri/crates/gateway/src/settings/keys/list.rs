//! Every key, in the order in which they are listed.

use std::path::Path;

use provider::ProviderType;
use serde_json::{Value, json};

use super::{Key, Taken};
use crate::roster::SecretField;
use crate::settings::values::{self, switch, text, whole};
use crate::settings::{DAY, LogLevel, Settings, look, maps};

/// Whether a value was taken.
fn taken(done: Option<()>) -> Taken {
    done.map_or(Taken::Nothing, |()| Taken::Whole)
}

const TYPE: &str = "a provider type: claude-custom, openai-custom, gemini-custom, gemini-cli-oauth, claude-kiro-oauth or openai-qwen-oauth";
const MILLIS: &str = "milliseconds, 1 to 86400000";
const BASE: &str = "an address like https://host, with or without /v1, without a user name";
const ADDRESS: &str = "an address like https://host/path, without a user name";

/// Reads one field from a value: `take!(port, |v| …)`.
macro_rules! take {
    ($($field:ident).+, $read:expr) => {
        |settings, value, _| taken($read(value).map(|read| settings.$($field).+ = read))
    };
}

/// A key that holds milliseconds.
macro_rules! millis {
    ($name:literal, $field:ident) => {
        Key::new($name, MILLIS, take!($field, values::millis), |s| {
            json!(u64::try_from(s.$field.as_millis()).unwrap_or(u64::MAX))
        })
    };
}

/// A key that holds where a type's instances are reached.
macro_rules! base_url {
    ($name:literal, $kind:ident) => {
        Key::new(
            $name,
            BASE,
            |settings, value, _| {
                taken(values::base_url(value).map(|url| {
                    settings
                        .base_urls
                        .retain(|(kind, _)| *kind != ProviderType::$kind);
                    settings.base_urls.push((ProviderType::$kind, url));
                }))
            },
            |s| json!(s.base_url(ProviderType::$kind)),
        )
        .vital()
        .text()
    };
}

/// A key that holds where sign-ins go.
macro_rules! sign_in {
    ($name:literal, $field:ident) => {
        Key::new(
            $name,
            ADDRESS,
            |settings, value, _| {
                taken(values::address(value).map(|url| settings.sign_in.$field = Some(url)))
            },
            |s| json!(s.sign_in.$field),
        )
        .vital()
        .text()
    };
}

/// Every key, in the order in which they are listed.
pub static KEYS: &[Key] = &[
    Key::new(
        "HOST",
        "the address to listen on, like 127.0.0.1",
        take!(host, host),
        |s| json!(s.host),
    )
    .vital()
    .text(),
    Key::new(
        "SERVER_PORT",
        "a port, 0 to 65535; 0 takes a free one",
        take!(port, port),
        |s| json!(s.port),
    )
    .vital(),
    Key::new(
        "ALLOW_REMOTE",
        "true or false",
        take!(allow_remote, switch),
        |s| json!(s.allow_remote),
    )
    .vital(),
    Key::new(
        "REQUIRED_API_KEY",
        "a text: the key that clients must show",
        take!(required_api_key, local_key),
        shown_local_key,
    )
    .vital()
    .text()
    .secret(),
    Key::new(
        "MODEL_PROVIDER",
        TYPE,
        take!(model_provider, |v| values::kind(v).map(Some)),
        |s| json!(s.model_provider),
    )
    .text(),
    Key::new(
        "PROVIDER_POOLS_FILE_PATH",
        "the path of a file",
        pools_file,
        |s| json!(s.pools_file),
    )
    .vital()
    .text(),
    Key::new(
        "PROXY_URL",
        "http://host:port, socks5://host:port, socks5h://host:port or none",
        take!(proxy_url, |v| values::proxy(v).map(Some)),
        shown_proxy,
    )
    .vital()
    .text(),
    Key::new(
        "PROXY_ENABLED_PROVIDERS",
        "a list of provider types",
        maps::proxy_enabled,
        |s| json!(s.proxy_enabled),
    ),
    Key::new(
        "MAX_ERROR_COUNT",
        "a number, 1 to 1000",
        take!(max_error_count, |v| small(v, 1, 1_000)),
        |s| json!(s.max_error_count),
    ),
    Key::new(
        "REQUEST_MAX_RETRIES",
        "a number, 1 to 20: the upstream calls of one request, the first among them",
        take!(request_max_retries, |v| small(v, 0, 20).map(|n| n.max(1))),
        |s| json!(s.request_max_retries),
    ),
    millis!("CONNECT_TIMEOUT_MS", connect_timeout),
    millis!("FIRST_CONTENT_TIMEOUT_MS", first_content_timeout),
    millis!("IDLE_TIMEOUT_MS", idle_timeout),
    Key::new(
        "SCHEDULED_HEALTH_CHECK",
        maps::HEALTH_CHECK,
        take!(health_check, maps::health_check),
        maps::shown_health_check,
    ),
    Key::new(
        "providerFallbackChain",
        "{provider type: [provider types]}",
        maps::fallback_chain,
        maps::shown_chain,
    ),
    Key::new(
        "modelFallbackMapping",
        maps::TARGETS,
        |s, v, _| maps::targets(v, &mut s.model_fallback),
        |s| maps::shown_targets(&s.model_fallback),
    ),
    Key::new(
        "modelAliases",
        maps::TARGETS,
        |s, v, _| maps::targets(v, &mut s.model_aliases),
        |s| maps::shown_targets(&s.model_aliases),
    ),
    base_url!("OPENAI_BASE_URL", OpenaiCustom),
    base_url!("CLAUDE_BASE_URL", ClaudeCustom),
    Key::new("GEMINI_BASE_URL", BASE, gemini_base, |s| {
        json!(s.base_url(ProviderType::GeminiCustom))
    })
    .vital()
    .text(),
    base_url!("QWEN_BASE_URL", QwenOauth),
    base_url!("KIRO_BASE_URL", KiroOauth),
    sign_in!("GEMINI_OAUTH_AUTH_URL", gemini_auth_url),
    sign_in!("GEMINI_OAUTH_TOKEN_URL", gemini_token_url),
    Key::new(
        "GEMINI_OAUTH_CLIENT_ID",
        "a text: the OAuth client that Gemini CLI signs in with",
        take!(sign_in.gemini_client_id, |v| text(v).map(Some)),
        |s| json!(s.sign_in.gemini_client_id),
    )
    .text(),
    Key::new(
        "GEMINI_OAUTH_CLIENT_SECRET",
        "a text: that client's secret",
        take!(sign_in.gemini_client_secret, |v| text(v).map(Some)),
        |s| json!(s.sign_in.gemini_client_secret.as_ref().map(|_| "••••")),
    )
    .text(),
    Key::new(
        "GEMINI_CLI_PATH",
        "the path of an installed Gemini CLI, which brings that client",
        take!(sign_in.gemini_cli_path, |v| text(v).map(Some)),
        |s| json!(s.sign_in.gemini_cli_path),
    )
    .text(),
    sign_in!("QWEN_OAUTH_BASE_URL", qwen_base_url),
    sign_in!("KIRO_AUTH_BASE_URL", kiro_auth_base_url),
    sign_in!("KIRO_REFRESH_URL", kiro_refresh_url),
    sign_in!("KIRO_OIDC_BASE_URL", kiro_oidc_base_url),
    Key::new(
        "BODY_LIMIT_MB",
        "a number, 1 to 1024",
        take!(body_limit, |v| whole(v, 1, 1_024)
            .and_then(|mb| usize::try_from(mb << 20).ok())),
        |s| json!(s.body_limit >> 20),
    ),
    Key::new(
        "STATS_RETENTION_DAYS",
        "a number, 1 to 3650",
        take!(stats_retention, |v| small(v, 1, 3_650)
            .map(|days| DAY * days)),
        |s| json!(s.stats_retention.as_secs() / DAY.as_secs()),
    ),
    Key::new(
        "LOG_LEVEL",
        "error, warn, info, debug or trace",
        take!(log_level, log_level),
        |s| json!(s.log_level.as_str()),
    )
    .text(),
    look::THEME,
    look::LANGUAGE,
    look::HIDE_NAMES,
    look::MUTE_NOTICES,
];

fn host(value: &Value) -> Option<String> {
    let host = text(value)?;
    let bare = host.trim_matches(['[', ']']);
    let named = bare
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || ".-_:%".contains(c));
    named.then(|| bare.to_owned())
}

fn port(value: &Value) -> Option<u16> {
    whole(value, 0, u64::from(u16::MAX))?.try_into().ok()
}

fn small(value: &Value, least: u64, most: u64) -> Option<u32> {
    whole(value, least, most)?.try_into().ok()
}

fn local_key(value: &Value) -> Option<SecretField> {
    SecretField::read(&text(value)?)
}

fn shown_local_key(settings: &Settings) -> Value {
    match &settings.required_api_key {
        SecretField::Plain(key) => json!(key.masked()),
        SecretField::Vaulted(_) | SecretField::Missing => json!("••••"),
    }
}

fn pools_file(settings: &mut Settings, value: &Value, folder: &Path) -> Taken {
    taken(text(value).map(|path| settings.pools_file = Some(folder.join(path))))
}

fn shown_proxy(settings: &Settings) -> Value {
    json!(settings.proxy_url.as_deref().map(values::without_password))
}

/// Both ways to Gemini: by key and by sign-in.
fn gemini_base(settings: &mut Settings, value: &Value, _: &Path) -> Taken {
    const BOTH: [ProviderType; 2] = [ProviderType::GeminiCustom, ProviderType::GeminiCliOauth];
    taken(values::base_url(value).map(|url| {
        settings.base_urls.retain(|(kind, _)| !BOTH.contains(kind));
        settings
            .base_urls
            .extend(BOTH.map(|kind| (kind, url.clone())));
    }))
}

fn log_level(value: &Value) -> Option<LogLevel> {
    let level = text(value)?.to_ascii_lowercase();
    LogLevel::ALL.into_iter().find(|one| one.as_str() == level)
}
