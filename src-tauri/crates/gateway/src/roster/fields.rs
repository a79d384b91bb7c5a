//! What an entry may say besides its key, its identity and its state.

use std::path::Path;

use provider::ProviderType;
use provider::endpoint;
use provider::instance::AuthScheme;
use serde_json::{Map, Value};

use super::{Entry, SecretField};
use crate::settings::values::{proxy, switch, text, whole};

/// One field of an entry.
#[derive(Debug)]
pub struct Field {
    /// As it stands in the file.
    pub name: &'static str,
    /// What it takes, in words for the user.
    pub expected: &'static str,
    /// The types that have it; empty for all.
    pub kinds: &'static [ProviderType],
    /// A wrong value keeps the entry from being used: to go on without it could send its key where it does not belong.
    pub(super) vital: bool,
    pub(super) take: Take,
}

/// Reads a value into the entry; `None` where it cannot be meant. The path is the folder of the file.
type Take = fn(&mut Entry, &Value, &Path) -> Option<()>;

const OPENAI: &[ProviderType] = &[ProviderType::OpenaiCustom];
const CLAUDE: &[ProviderType] = &[ProviderType::ClaudeCustom];
const GEMINI: &[ProviderType] = &[ProviderType::GeminiCustom, ProviderType::GeminiCliOauth];
const GEMINI_CLI: &[ProviderType] = &[ProviderType::GeminiCliOauth];
const QWEN: &[ProviderType] = &[ProviderType::QwenOauth];
const KIRO: &[ProviderType] = &[ProviderType::KiroOauth];

const BASE: &str = "an address like https://host, with or without /v1, without a user name";
const PATH: &str = "the path of a credential file";

const fn field(name: &'static str, expected: &'static str, take: Take) -> Field {
    Field {
        name,
        expected,
        kinds: &[],
        vital: false,
        take,
    }
}

impl Field {
    const fn vital(mut self) -> Self {
        self.vital = true;
        self
    }

    const fn of(mut self, kinds: &'static [ProviderType]) -> Self {
        self.kinds = kinds;
        self
    }

    /// The field of that name which that type has.
    pub fn named(kind: ProviderType, name: &str) -> Option<&'static Self> {
        Self::all(kind).find(|field| field.name == name)
    }

    /// Every field that a type has.
    pub fn all(kind: ProviderType) -> impl Iterator<Item = &'static Self> {
        let has = move |field: &&Self| field.kinds.is_empty() || field.kinds.contains(&kind);
        FIELDS.iter().filter(has)
    }
}

/// Every field, in the order in which they are listed.
pub static FIELDS: &[Field] = &[
    field("customName", "a text", |e, v, _| {
        e.custom_name = Some(text(v)?);
        Some(())
    }),
    field("OPENAI_BASE_URL", BASE, base_url).vital().of(OPENAI),
    field("CLAUDE_BASE_URL", BASE, base_url).vital().of(CLAUDE),
    field("GEMINI_BASE_URL", BASE, base_url).vital().of(GEMINI),
    field("QWEN_BASE_URL", BASE, base_url).vital().of(QWEN),
    field("KIRO_BASE_URL", BASE, base_url).vital().of(KIRO),
    field("GEMINI_OAUTH_CREDS_FILE_PATH", PATH, credentials).of(GEMINI_CLI),
    field("QWEN_OAUTH_CREDS_FILE_PATH", PATH, credentials).of(QWEN),
    field("KIRO_OAUTH_CREDS_FILE_PATH", PATH, credentials).of(KIRO),
    field("PROJECT_ID", "a text", |e, v, _| {
        e.project_id = Some(text(v)?);
        Some(())
    })
    .of(GEMINI_CLI),
    field(
        "CLAUDE_AUTH_SCHEME",
        "auto, x-api-key or bearer",
        |e, v, _| {
            e.auth = auth_scheme(&text(v)?)?;
            Some(())
        },
    )
    .of(CLAUDE),
    field(
        "ANTHROPIC_VERSION",
        "a version like 2023-06-01",
        |e, v, _| {
            e.anthropic_version = Some(text(v)?);
            Some(())
        },
    )
    .of(CLAUDE),
    field("OPENAI_ORGANIZATION", "a text", |e, v, _| {
        header(e, "openai-organization", v)
    })
    .vital()
    .of(OPENAI),
    field("OPENAI_PROJECT", "a text", |e, v, _| {
        header(e, "openai-project", v)
    })
    .vital()
    .of(OPENAI),
    field("HEADERS", "{name: value}", headers).vital(),
    field(
        "PROXY_URL",
        "http://host:port, socks5://host:port, socks5h://host:port or none",
        |e, v, _| {
            e.proxy_url = Some(proxy(v)?);
            Some(())
        },
    )
    .vital(),
    field("isDisabled", "true or false", |e, v, _| {
        e.disabled = switch(v)?;
        Some(())
    })
    .vital(),
    field("checkHealth", "true or false", |e, v, _| {
        e.check_health = Some(switch(v)?);
        Some(())
    }),
    field("checkModelName", "a model's name", |e, v, _| {
        e.check_model = Some(text(v)?);
        Some(())
    }),
    field(
        "notSupportedModels",
        "a list of models, as names or globs",
        not_supported,
    ),
    field("modelMap", "{model: the upstream's name for it}", model_map),
    field(
        "concurrencyLimit",
        "a number, 0 to 100000; 0 is no limit",
        |e, v, _| {
            let limit = u32::try_from(whole(v, 0, 100_000)?).ok()?;
            e.concurrency_limit = Some(limit).filter(|limit| *limit > 0);
            Some(())
        },
    ),
    field("weight", "a number, 1 to 10000", |e, v, _| {
        e.weight = whole(v, 1, 10_000)?.try_into().ok()?;
        Some(())
    }),
    field(
        "priority",
        "a number, 0 to 1000000; the lowest goes first",
        |e, v, _| {
            e.priority = whole(v, 0, 1_000_000)?.try_into().ok()?;
            Some(())
        },
    ),
];

/// The field that names a type's credential file.
pub const fn credentials_field(kind: ProviderType) -> Option<&'static str> {
    match kind {
        ProviderType::GeminiCliOauth => Some("GEMINI_OAUTH_CREDS_FILE_PATH"),
        ProviderType::QwenOauth => Some("QWEN_OAUTH_CREDS_FILE_PATH"),
        ProviderType::KiroOauth => Some("KIRO_OAUTH_CREDS_FILE_PATH"),
        ProviderType::OpenaiCustom | ProviderType::ClaudeCustom | ProviderType::GeminiCustom => {
            None
        }
    }
}

/// The field that holds a type's key, or what a sign-in has left.
pub const fn key_field(kind: ProviderType) -> &'static str {
    match kind {
        ProviderType::OpenaiCustom => "OPENAI_API_KEY",
        ProviderType::ClaudeCustom => "CLAUDE_API_KEY",
        ProviderType::GeminiCustom => "GEMINI_API_KEY",
        ProviderType::GeminiCliOauth => "GEMINI_OAUTH_CREDS",
        ProviderType::QwenOauth => "QWEN_OAUTH_CREDS",
        ProviderType::KiroOauth => "KIRO_OAUTH_CREDS",
    }
}

/// Whether a header's value is a secret: how upstreams that take no plain key are told who asks.
pub(super) fn is_secret_header(name: &str) -> bool {
    const NAMES: [&str; 3] = ["authorization", "cookie", "key"];
    const WORDS: [&str; 5] = ["api-key", "apikey", "token", "secret", "password"];
    let name = name.trim().to_ascii_lowercase();
    NAMES.contains(&name.as_str())
        || name.ends_with("-authorization")
        || name.ends_with("-key")
        || WORDS.iter().any(|word| name.contains(word))
}

fn base_url(entry: &mut Entry, value: &Value, _: &Path) -> Option<()> {
    let base = text(value)?;
    endpoint::check(&base).ok()?;
    entry.base_url = Some(base);
    Some(())
}

fn credentials(entry: &mut Entry, value: &Value, folder: &Path) -> Option<()> {
    entry.credentials = Some(folder.join(text(value)?));
    Some(())
}

fn auth_scheme(text: &str) -> Option<AuthScheme> {
    match text.to_ascii_lowercase().as_str() {
        "auto" => Some(AuthScheme::Auto),
        "x-api-key" => Some(AuthScheme::XApiKey),
        "bearer" => Some(AuthScheme::Bearer),
        _ => None,
    }
}

fn headers(entry: &mut Entry, value: &Value, _: &Path) -> Option<()> {
    for (name, value) in value.as_object()? {
        if value.is_null() {
            continue;
        }
        let text = match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            _ => return None,
        };
        // An empty value takes a header away, so it is not nothing.
        let field = SecretField::read(&text).unwrap_or(SecretField::Plain(text.into()));
        entry.headers.push((name.clone(), field));
    }
    Some(())
}

/// A field that stands for a header. `HEADERS` comes later and wins.
fn header(entry: &mut Entry, name: &str, value: &Value) -> Option<()> {
    let field = SecretField::Plain(text(value)?.into());
    entry.headers.push((name.to_owned(), field));
    Some(())
}

fn not_supported(entry: &mut Entry, value: &Value, _: &Path) -> Option<()> {
    entry.not_supported_models = match value {
        Value::Array(models) => models.iter().map(text).collect::<Option<_>>()?,
        one => vec![text(one)?],
    };
    Some(())
}

fn model_map(entry: &mut Entry, value: &Value, _: &Path) -> Option<()> {
    let pairs: &Map<String, Value> = value.as_object()?;
    entry.model_map = pairs
        .iter()
        .map(|(from, to)| Some((from.clone(), text(to)?)))
        .collect::<Option<_>>()?;
    Some(())
}
