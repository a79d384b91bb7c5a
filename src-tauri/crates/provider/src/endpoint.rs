//! Base address and API call joined to a URL.
//!
//! Users paste a base with or without `/v1`, or the address of a whole call, and official SDKs differ too: npm
//! `openai` (`client.js`) expects `/v1` in its base, `@anthropic-ai/sdk` (`client.js`) does not. The join takes each form.
//!
//! - [`join`]: the URL of one call.
//! - [`Addresses`]: every call of one base, worked out once, as the hop wants them.

mod addresses;

use url::Url;

pub use addresses::{Addresses, Origin};

use crate::classify::one_line;
use crate::kind::ProviderType;

/// A call of an upstream's API. Gemini's stand below the model that they name: `…/models/{model}:generateContent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    /// `POST /v1/chat/completions`.
    ChatCompletions,
    /// `POST /v1/responses`.
    Responses,
    /// `POST /v1/embeddings`.
    Embeddings,
    /// `POST /v1/messages`.
    Messages,
    /// `POST /v1/messages/count_tokens`.
    CountTokens,
    /// `GET /v1/models`, Gemini: `GET /v1beta/models`.
    Models,
    /// Gemini: `POST …:generateContent`, or `…:streamGenerateContent` where the answer is to be a stream.
    GenerateContent,
    /// Gemini: `POST …:countTokens`.
    CountContent,
    /// Gemini: `POST …:embedContent`.
    EmbedContent,
    /// Gemini: `POST …:batchEmbedContents`.
    EmbedContents,
}

/// A base address that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadBase {
    /// It is no absolute URL with a host. Holds what was written, without anything that looks like a key.
    #[error("\"{0}\" is not an address; write https://host, with or without /v1")]
    NotAUrl(String),
    /// It is neither http nor https. Holds the scheme.
    #[error("the address begins with {0}://; only http:// and https:// are spoken")]
    Scheme(String),
    /// It carries a user name or a password, which would show wherever the address is shown.
    #[error("the address carries a user name or password; set an authorization header instead")]
    Credentials,
}

impl Api {
    /// Every call.
    pub const ALL: [Self; 10] = [
        Self::ChatCompletions,
        Self::Responses,
        Self::Embeddings,
        Self::Messages,
        Self::CountTokens,
        Self::Models,
        Self::GenerateContent,
        Self::CountContent,
        Self::EmbedContent,
        Self::EmbedContents,
    ];

    /// Every call whose path names no model, in the order of [`Api::ALL`].
    pub(crate) const FIXED: [Self; 6] = [
        Self::ChatCompletions,
        Self::Responses,
        Self::Embeddings,
        Self::Messages,
        Self::CountTokens,
        Self::Models,
    ];

    /// What is called on a model, where the path names one. A stream has its own.
    pub const fn method(self, stream: bool) -> Option<&'static str> {
        Some(match self {
            Self::GenerateContent if stream => "streamGenerateContent",
            Self::GenerateContent => "generateContent",
            Self::CountContent => "countTokens",
            Self::EmbedContent => "embedContent",
            Self::EmbedContents => "batchEmbedContents",
            _ => return None,
        })
    }

    /// What people call it: the method, where it is called on a model, else the path.
    pub const fn name(self) -> &'static str {
        match self.method(false) {
            Some(method) => method,
            None => self.path(),
        }
    }

    /// Whether it asks for embeddings.
    pub const fn embeds(self) -> bool {
        matches!(
            self,
            Self::Embeddings | Self::EmbedContent | Self::EmbedContents
        )
    }

    /// Whether it asks how many tokens a request has.
    pub const fn counts(self) -> bool {
        matches!(self, Self::CountTokens | Self::CountContent)
    }

    /// The path below the version segment; of a call on a model, that of all models.
    pub const fn path(self) -> &'static str {
        match self {
            Self::ChatCompletions => "chat/completions",
            Self::Responses => "responses",
            Self::Embeddings => "embeddings",
            Self::Messages => "messages",
            Self::CountTokens => "messages/count_tokens",
            Self::Models
            | Self::GenerateContent
            | Self::CountContent
            | Self::EmbedContent
            | Self::EmbedContents => "models",
        }
    }

    /// Whether a base that ends in `#` is the whole address of this call.
    const fn is_the_main_call(self) -> bool {
        matches!(self, Self::ChatCompletions | Self::Messages)
    }
}

/// Where a provider type is spoken to when the user names no address; `None` where a sign-in decides it.
pub const fn default_base(kind: ProviderType) -> Option<&'static str> {
    match kind {
        ProviderType::OpenaiCustom => Some("https://api.openai.com/v1"),
        ProviderType::ClaudeCustom => Some("https://api.anthropic.com"),
        ProviderType::GeminiCustom => Some("https://generativelanguage.googleapis.com"),
        ProviderType::GeminiCliOauth => Some("https://cloudcode-pa.googleapis.com"),
        ProviderType::QwenOauth => Some("https://portal.qwen.ai/v1"),
        ProviderType::KiroOauth => Some("https://q.us-east-1.amazonaws.com"),
    }
}

/// The version segment of a provider type's API.
const fn version(kind: ProviderType) -> &'static str {
    match kind {
        ProviderType::GeminiCustom => "v1beta",
        _ => "v1",
    }
}

/// The URL of a call; of a call on a model, that of all models.
///
/// 1. A base that ends in `#` is the whole address of the chat or messages call; for other calls its tail is cut
///    off. A base that ends in `/#` is the folder in which the calls lie: nothing is added to it.
/// 2. A tail that names a call is cut off.
/// 3. A base whose last segment is a version (`v1`, `v1beta`, `v4`) is kept; any other gets `/v1`, or what its
///    provider type's API has for that.
///
/// A query in the base stays, as Azure's `api-version` needs.
pub fn join(kind: ProviderType, base: &str, api: Api) -> Result<Url, BadBase> {
    let base = Base::read(base)?;
    let mut url = base.url;
    let stem = without_tail(url.path());
    let path = match base.mark {
        Mark::Whole if api.is_the_main_call() || tail_of(url.path()) == Some(api) => {
            return Ok(url);
        }
        Mark::Folder => format!("{stem}/{}", api.path()),
        _ if ends_in_version(stem) => format!("{stem}/{}", api.path()),
        _ => format!("{stem}/{}/{}", version(kind), api.path()),
    };
    url.set_path(&path);
    Ok(url)
}

/// Whether calls can be joined to a base, of whichever provider type.
pub fn check(base: &str) -> Result<(), BadBase> {
    Base::read(base).map(drop)
}

/// The base that joins with `/v1` (or what the provider type has for it) where `base` joins without it, and without
/// where it joins with it: to be tried once when the first answer looks like that of a wrong address, and stored if it
/// works.
///
/// `None` where the user fixed the whole address of the call, and for a base that cannot be used.
pub fn other_form(kind: ProviderType, base: &str) -> Option<String> {
    let version = version(kind);
    let Base { mut url, mark } = Base::read(base).ok()?;
    let stem = without_tail(url.path()).to_owned();
    let (path, folder) = match mark {
        Mark::Whole => return None,
        Mark::Folder => (format!("{stem}/{version}"), false),
        Mark::None => match stem.rsplit_once('/') {
            Some((above, last)) if last == version => (format!("{above}/"), true),
            _ if ends_in_version(&stem) => (format!("{stem}/{version}"), false),
            _ => (format!("{stem}/"), true),
        },
    };
    url.set_path(&path);
    let mut other = url.to_string();
    if folder {
        other.push('#');
    }
    Some(other)
}

/// A base as it was written, taken apart.
struct Base {
    url: Url,
    mark: Mark,
}

/// What a `#` at the end of a base says.
#[derive(PartialEq, Eq)]
enum Mark {
    None,
    /// `…#`: this is the whole address of the main call.
    Whole,
    /// `…/#`: the calls lie right below.
    Folder,
}

impl Base {
    fn read(text: &str) -> Result<Self, BadBase> {
        let text = text.trim();
        let mut url = Url::parse(text).map_err(|_| not_a_url(text))?;
        if !text.contains("://") {
            // `host:8080` parses as a scheme and a path.
            return Err(not_a_url(text));
        }
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BadBase::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadBase::Credentials);
        }
        let mark = match url.fragment() {
            Some("") if tail_of(url.path()).is_none() && url.path().ends_with('/') => Mark::Folder,
            Some("") => Mark::Whole,
            _ => Mark::None,
        };
        url.set_fragment(None);
        Ok(Self { url, mark })
    }
}

fn not_a_url(text: &str) -> BadBase {
    BadBase::NotAUrl(one_line(text))
}

/// The call that a path ends in.
fn tail_of(path: &str) -> Option<Api> {
    let path = path.trim_end_matches('/');
    // `messages/count_tokens` does not end in `messages`, so no tail hides another.
    Api::FIXED.into_iter().find(|api| {
        path.strip_suffix(api.path())
            .is_some_and(|stem| stem.ends_with('/'))
    })
}

fn without_tail(path: &str) -> &str {
    let path = without_model(path.trim_end_matches('/'));
    tail_of(path)
        .and_then(|api| path.strip_suffix(api.path()))
        .unwrap_or(path)
        .trim_end_matches('/')
}

/// Without the model of a Gemini call and what is called on it: `…/models/{model}:generateContent`.
fn without_model(path: &str) -> &str {
    path.rsplit_once('/')
        .filter(|(above, last)| above.ends_with("/models") && last.contains(':'))
        .map_or(path, |(above, _)| above)
}

/// Whether the last segment reads `v\d+([a-z]+\d*)?`.
fn ends_in_version(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    let Some(number) = last.strip_prefix('v') else {
        return false;
    };
    let word = number.trim_start_matches(|c: char| c.is_ascii_digit());
    if word.len() == number.len() {
        return false;
    }
    let second = word.trim_start_matches(|c: char| c.is_ascii_lowercase());
    second.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
