//! Request headers: what an upstream is told, and what of a client's headers it hears.
//!
//! What is the same for every request of an instance is made once, as a [`HeaderPlan`]. A client's own key, cookies and
//! hop-by-hop headers never go up: what goes up is a closed list.
//!
//! - `client`: which headers of a client pass.
//! - `custom`: the user's own headers.
//! - [`down_headers`]: which headers of an answer pass to the client.

mod client;
mod custom;
mod down;

use account::Secret;
use dialect::Dialect;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    USER_AGENT,
};

pub use custom::BadHeader;
pub use down::down_headers;

use crate::endpoint::{Addresses, Api};
use crate::instance::{AuthScheme, Instance};
use crate::kind::ProviderType;

/// The Anthropic API version that every relay knows. Newer ones refuse sampling parameters, which a translated
/// request may carry (platform.claude.com, `/docs/en/api/versioning`).
pub const ANTHROPIC_VERSION: &str = "2023-06-01";
/// The beta without which an OAuth token (`sk-ant-oat…`) is refused.
const OAUTH_BETA: &str = "oauth-2025-04-20";
const OWN_USER_AGENT: &str = concat!("millpond/", env!("CARGO_PKG_VERSION"));

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const X_GOOG_API_KEY: HeaderName = HeaderName::from_static("x-goog-api-key");
const VERSION: HeaderName = HeaderName::from_static("anthropic-version");
const BETA: HeaderName = HeaderName::from_static("anthropic-beta");

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");
// The answer is read on its way, so it must not be compressed; a missing header would allow any coding.
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// The headers of one instance, made once.
#[derive(Debug, Clone)]
pub struct HeaderPlan {
    key: Option<Key>,
    /// Speaks the Anthropic protocol.
    anthropic: bool,
    version: Option<HeaderValue>,
    user_agent: HeaderValue,
    custom: Vec<custom::Custom>,
}

#[derive(Debug, Clone)]
struct Key {
    form: KeyForm,
    plain: HeaderValue,
    bearer: HeaderValue,
}

/// In which header a key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyForm {
    Bearer,
    XApiKey,
    /// `x-api-key`, or bearer where that was found to work.
    Either,
    /// `Authorization: Bearer` with the beta for OAuth tokens.
    OauthToken,
    Google,
}

impl HeaderPlan {
    /// The plan of an instance. Fails on a key or a header of the user's that cannot be sent.
    pub fn new(instance: &Instance) -> Result<Self, BadHeader> {
        let version = instance
            .anthropic_version
            .as_deref()
            .map(|version| HeaderValue::from_str(version.trim()).map_err(|_| BadHeader::Version))
            .transpose()?;
        Ok(Self {
            key: instance
                .key
                .as_ref()
                .map(|key| Key::new(instance, key))
                .transpose()?,
            anthropic: instance.kind == ProviderType::ClaudeCustom,
            version,
            user_agent: HeaderValue::from_static(OWN_USER_AGENT),
            custom: custom::read(&instance.headers)?,
        })
    }

    /// Whether the other form of sending the key may be tried, once, after a 401: `claude-custom` with
    /// [`AuthScheme::Auto`], unless host or key leave no doubt.
    pub fn has_other_auth(&self) -> bool {
        self.key
            .as_ref()
            .is_some_and(|key| key.form == KeyForm::Either)
    }

    /// The headers of one request.
    ///
    /// `client` is who asked, in which dialect; `None` for calls of Millpond's own. `stream` is whether the answer is
    /// to be a stream. `bearer` is the remembered form of authorization: whether `Authorization: Bearer` was found to
    /// work where `x-api-key` did not.
    pub fn for_request(
        &self,
        api: Api,
        client: Option<(Dialect, &HeaderMap)>,
        stream: bool,
        bearer: bool,
    ) -> HeaderMap {
        // Room for what the common clients send, so that the map does not grow.
        let mut up = HeaderMap::with_capacity(24);
        up.insert(ACCEPT, if stream { EVENT_STREAM } else { JSON });
        up.insert(ACCEPT_ENCODING, IDENTITY);
        up.insert(USER_AGENT, self.user_agent.clone());
        if api != Api::Models {
            up.insert(CONTENT_TYPE, JSON);
        }
        if self.anthropic {
            up.insert(VERSION, HeaderValue::from_static(ANTHROPIC_VERSION));
        }
        if let Some((dialect, headers)) = client {
            client::pass(headers, is_verbatim(dialect, api), self.anthropic, &mut up);
        }
        if let Some(version) = &self.version {
            up.insert(VERSION, version.clone());
        }
        if let Some(key) = &self.key {
            key.write(bearer, &mut up);
        }
        for custom in &self.custom {
            custom.write(&mut up);
        }
        up
    }
}

impl HeaderPlan {
    /// The headers of a request with an account's own, of which the client's are no part: the service lets in its own programs.
    pub(crate) fn signed_in(&self, own: HeaderMap) -> HeaderMap {
        let mut up = own;
        up.insert(ACCEPT_ENCODING, IDENTITY);
        up.insert(CONTENT_TYPE, JSON);
        for custom in &self.custom {
            custom.write(&mut up);
        }
        up
    }
}

/// Whether a request of this dialect goes to this call as it is.
const fn is_verbatim(dialect: Dialect, api: Api) -> bool {
    match api {
        Api::ChatCompletions | Api::Embeddings => matches!(dialect, Dialect::OpenaiChat),
        Api::Responses => matches!(dialect, Dialect::OpenaiResponses),
        Api::Messages | Api::CountTokens => matches!(dialect, Dialect::Anthropic),
        Api::GenerateContent | Api::CountContent | Api::EmbedContent | Api::EmbedContents => {
            matches!(dialect, Dialect::Gemini)
        }
        Api::Models => false,
    }
}

impl Key {
    fn new(instance: &Instance, key: &Secret<String>) -> Result<Self, BadHeader> {
        // Keys are pasted, often with a line end.
        let text = key.expose().trim();
        let sensitive = |value: &str| {
            let mut value = HeaderValue::from_str(value).map_err(|_| BadHeader::Key)?;
            value.set_sensitive(true);
            Ok(value)
        };
        Ok(Self {
            form: KeyForm::of(instance, text),
            plain: sensitive(text)?,
            bearer: sensitive(&format!("Bearer {text}"))?,
        })
    }

    fn write(&self, remembered_bearer: bool, up: &mut HeaderMap) {
        match self.form {
            KeyForm::Either if !remembered_bearer => up.insert(X_API_KEY, self.plain.clone()),
            KeyForm::XApiKey => up.insert(X_API_KEY, self.plain.clone()),
            KeyForm::Google => up.insert(X_GOOG_API_KEY, self.plain.clone()),
            KeyForm::Bearer | KeyForm::Either => up.insert(AUTHORIZATION, self.bearer.clone()),
            KeyForm::OauthToken => {
                client::add_beta(up, OAUTH_BETA);
                up.insert(AUTHORIZATION, self.bearer.clone())
            }
        };
    }
}

impl KeyForm {
    /// CLIProxyAPI sends `x-api-key` to api.anthropic.com only, AIClient-2-API always; so both are tried elsewhere.
    fn of(instance: &Instance, key: &str) -> Self {
        match instance.kind {
            ProviderType::ClaudeCustom => {}
            ProviderType::GeminiCustom => return Self::Google,
            _ => return Self::Bearer,
        }
        match instance.auth {
            AuthScheme::XApiKey => Self::XApiKey,
            _ if key.starts_with("sk-ant-oat") => Self::OauthToken,
            AuthScheme::Bearer => Self::Bearer,
            AuthScheme::Auto
                if is_anthropic(&instance.base_url) || key.starts_with("sk-ant-api") =>
            {
                Self::XApiKey
            }
            AuthScheme::Auto => Self::Either,
        }
    }
}

fn is_anthropic(base: &str) -> bool {
    Addresses::new(ProviderType::ClaudeCustom, base)
        .is_ok_and(|addresses| addresses.origin().host == "api.anthropic.com")
}

#[cfg(test)]
mod tests;
