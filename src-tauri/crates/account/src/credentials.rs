//! What a sign-in left: tokens and what belongs to them, in whichever form a program has written them down.
//!
//! A document is kept whole. What is renewed changes in place, under the names and in the form that it had; all else stays.
//!
//! - `document`: where the tokens are; `fields`: names and forms of tokens and times;
//! - `recognise`: whose a file is, and where services' own programs keep theirs;
//! - `gemini`, `qwen`, `kiro`: what each service's documents say beside those.

mod document;
mod fields;
mod gemini;
mod kiro;
mod qwen;
mod recognise;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

pub use gemini::{GeminiFacts, OauthClient};
pub use kiro::{KiroAuth, KiroClient, KiroFacts, client_id_hash};
pub use qwen::QwenFacts;
pub use recognise::{recognise, usual_place};

use crate::{Secret, Service};
pub use document::BadCredentials;
use document::{Document, Holder, holder, parse};
use fields::Form;

/// The tokens of one account.
#[derive(Clone)]
pub struct Credentials {
    service: Service,
    access: Secret<String>,
    refresh: Option<Secret<String>>,
    expires: Option<Timestamp>,
    facts: Facts,
    document: Document,
}

/// What else a document says, by service.
#[derive(Debug, Clone, PartialEq)]
pub enum Facts {
    /// Of Gemini.
    Gemini(GeminiFacts),
    /// Of Qwen.
    Qwen(QwenFacts),
    /// Of Kiro.
    Kiro(Box<KiroFacts>),
}

/// What a token endpoint gave.
#[derive(Clone)]
pub struct Renewal {
    /// The new access token.
    pub access: Secret<String>,
    /// The refresh token from now on, where it is another.
    pub refresh: Option<Secret<String>>,
    /// How long the access token lives.
    pub lifetime: Duration,
    /// Further fields, by their names in the service's own document.
    pub more: Vec<(&'static str, Value)>,
}

impl Credentials {
    /// Reads a document: JSON, or JSON in base64. Of a list of accounts the first that can be used.
    ///
    /// # Errors
    /// It holds no tokens.
    pub fn read(service: Service, text: &str) -> Result<Self, BadCredentials> {
        let root = parse(text)?;
        let holder = holder(&root).ok_or(BadCredentials::NoToken)?;
        Self::of(service, Document { root, holder })
    }

    /// Reads a document that may hold a list of accounts: each as a document of its own.
    ///
    /// # Errors
    /// It holds no tokens at all.
    pub fn read_all(service: Service, text: &str) -> Result<Vec<Self>, BadCredentials> {
        match parse(text)? {
            Value::Array(all) => {
                let read = all.into_iter().filter(fields::has_token).map(|root| {
                    let holder = Holder::Root;
                    Self::of(service, Document { root, holder })
                });
                let read: Vec<_> = read.collect::<Result<_, _>>()?;
                match read.is_empty() {
                    true => Err(BadCredentials::NoToken),
                    false => Ok(read),
                }
            }
            _ => Self::read(service, text).map(|one| vec![one]),
        }
    }

    /// What a sign-in has brought, as the service's own program would write it down.
    pub fn new(service: Service, root: Map<String, Value>) -> Result<Self, BadCredentials> {
        let root = Value::Object(root);
        let holder = holder(&root).ok_or(BadCredentials::NoToken)?;
        Self::of(service, Document { root, holder })
    }

    fn of(service: Service, document: Document) -> Result<Self, BadCredentials> {
        let tokens = document.tokens().ok_or(BadCredentials::NoToken)?;
        let secret = |names| fields::text(tokens, names).map(Secret::new);
        let refresh = secret(fields::REFRESH);
        if refresh
            .as_ref()
            .is_some_and(|token| token.expose().contains("..."))
        {
            return Err(BadCredentials::CutShort);
        }
        let facts = match service {
            Service::Gemini => Facts::Gemini(GeminiFacts::read(tokens, &document.root)),
            Service::Qwen => Facts::Qwen(QwenFacts::read(tokens)),
            Service::Kiro => Facts::Kiro(Box::new(KiroFacts::read(tokens))),
        };
        Ok(Self {
            service,
            access: secret(fields::ACCESS).unwrap_or_else(|| Secret::new(String::new())),
            refresh,
            expires: fields::expiry(tokens),
            facts,
            document,
        })
    }

    /// Whose they are.
    pub fn service(&self) -> Service {
        self.service
    }

    /// The access token; empty where there is none yet.
    pub fn access(&self) -> &Secret<String> {
        &self.access
    }

    /// The refresh token.
    pub fn refresh(&self) -> Option<&Secret<String>> {
        self.refresh.as_ref()
    }

    /// When the access token ends; `None` where the document does not say, which counts as now.
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// What else is known.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What else is known, where it is Gemini's.
    pub fn gemini(&self) -> Option<&GeminiFacts> {
        match &self.facts {
            Facts::Gemini(facts) => Some(facts),
            _ => None,
        }
    }

    /// What else is known, where it is Qwen's.
    pub fn qwen(&self) -> Option<&QwenFacts> {
        match &self.facts {
            Facts::Qwen(facts) => Some(facts),
            _ => None,
        }
    }

    /// What else is known, where it is Kiro's.
    pub fn kiro(&self) -> Option<&KiroFacts> {
        match &self.facts {
            Facts::Kiro(facts) => Some(facts),
            _ => None,
        }
    }

    /// With the OIDC client that Kiro's IDE keeps in a file of its own.
    pub(crate) fn with_kiro_client(mut self, client: KiroClient) -> Self {
        if let Facts::Kiro(facts) = &mut self.facts {
            facts.client = Some(client);
        }
        self
    }

    /// Whose account it is, where the document says so.
    pub fn account_name(&self) -> Option<&str> {
        match &self.facts {
            Facts::Gemini(facts) => facts.email.as_deref(),
            Facts::Qwen(facts) => facts.email.as_deref(),
            Facts::Kiro(facts) => facts.email.as_deref(),
        }
    }

    /// The document on one line, for the vault.
    pub fn text(&self) -> Secret<String> {
        // A tree of strings and numbers always has a text.
        Secret::new(serde_json::to_string(&self.document.root).unwrap_or_default())
    }

    /// The document as services' own programs write their files.
    pub fn pretty(&self) -> Secret<String> {
        Secret::new(serde_json::to_string_pretty(&self.document.root).unwrap_or_default())
    }

    /// The same document with new tokens. What the endpoint did not give stays.
    #[must_use]
    pub fn renewed(&self, renewal: &Renewal, now: Timestamp) -> Self {
        let mut document = self.document.clone();
        let expires = now.checked_add(renewal.lifetime).unwrap_or(Timestamp::MAX);
        if let Some(tokens) = document.tokens_mut() {
            let form = Form::of(tokens, self.service);
            fields::put(
                tokens,
                fields::ACCESS,
                form.access,
                renewal.access.expose().as_str().into(),
            );
            if let Some(refresh) = &renewal.refresh {
                fields::put(
                    tokens,
                    fields::REFRESH,
                    form.refresh,
                    refresh.expose().as_str().into(),
                );
            }
            form.put_expiry(tokens, expires);
            if tokens.contains_key("expires_in") {
                tokens.insert("expires_in".to_owned(), renewal.lifetime.as_secs().into());
            }
            for (name, value) in &renewal.more {
                fields::put(tokens, fields::names_of(name), name, value.clone());
            }
        }
        // What was read before can be read again.
        let mut new = Self::of(self.service, document).unwrap_or_else(|_| self.clone());
        if let (Facts::Kiro(new), Facts::Kiro(old)) = (&mut new.facts, &self.facts) {
            new.client = new.client.take().or_else(|| old.client.clone());
        }
        new
    }

    /// The same with all that it takes to renew it: Kiro's IDE keeps the OIDC client in a file of its own.
    #[must_use]
    pub fn standalone(&self) -> Self {
        let client = self.kiro().and_then(|facts| facts.client.clone());
        let Some(client) =
            client.filter(|_| self.kiro().is_some_and(|f| f.client_id_hash.is_some()))
        else {
            return self.clone();
        };
        let mut whole = self.with("clientId", client.id.as_str().into());
        whole = whole.with("clientSecret", client.secret.expose().as_str().into());
        match client.expires {
            Some(expires) => whole.with("clientExpiresAt", expires.to_string().into()),
            None => whole,
        }
    }

    /// The same document with another field beside the tokens.
    #[must_use]
    pub fn with(&self, name: &'static str, value: Value) -> Self {
        let mut document = self.document.clone();
        if let Some(tokens) = document.tokens_mut() {
            fields::put(tokens, fields::names_of(name), name, value);
        }
        Self::of(self.service, document).unwrap_or_else(|_| self.clone())
    }
}

impl PartialEq for Credentials {
    fn eq(&self, other: &Self) -> bool {
        self.document.root == other.document.root && self.facts == other.facts
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("service", &self.service)
            .field("expires", &self.expires)
            .field("facts", &self.facts)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Renewal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renewal")
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
