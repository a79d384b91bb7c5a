//! Every call of one base, worked out once: a request then parses no URL.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::{Api, BadBase, join};
use crate::kind::ProviderType;

/// What of a model's name stands in a path as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Where connections go.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Whether the connection is encrypted.
    pub https: bool,
    /// Host name or address; an IPv6 address stands in brackets.
    pub host: String,
    /// Port, the scheme's own where the base names none.
    pub port: u16,
}

impl Origin {
    /// The origin of an http or https URL; `None` for any other.
    pub fn of(url: &Url) -> Option<Self> {
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Some(Self {
            https,
            host: url.host_str()?.to_owned(),
            port: url.port_or_known_default()?,
        })
    }

    /// The value of a `host` header: without the port where it is the scheme's own (RFC 9110 §7.2).
    pub fn authority(&self) -> String {
        let own = if self.https { 443 } else { 80 };
        if self.port == own {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// The calls of one base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    origin: Origin,
    calls: [Url; Api::FIXED.len()],
    targets: [String; Api::FIXED.len()],
}

impl Addresses {
    /// Joins `base` with every call.
    pub fn new(kind: ProviderType, base: &str) -> Result<Self, BadBase> {
        let [a, b, c, d, e, f] = Api::FIXED.map(|api| join(kind, base, api));
        let calls = [a?, b?, c?, d?, e?, f?];
        let origin =
            Origin::of(&calls[0]).ok_or_else(|| BadBase::Scheme(calls[0].scheme().to_owned()))?;
        Ok(Self {
            origin,
            targets: calls.each_ref().map(path_and_query),
            calls,
        })
    }

    /// Where all of them are.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The URL of a call; of a call on a model, that of all models.
    pub fn url(&self, api: Api) -> &Url {
        &self.calls[at(api)]
    }

    /// The path of a call with the base's query: what the request line names. Of a call on a model, that of all models.
    pub fn path_and_query(&self, api: Api) -> &str {
        &self.targets[at(api)]
    }

    /// The same for a call on a model, of which the path names model and method. A stream comes as events where `sse`,
    /// else as one JSON array.
    ///
    /// A name may say its collection (`models/x`, `tunedModels/x`); anything else of it that is no plain letter is
    /// encoded, so that no name leads out of its place.
    pub fn of_model(&self, model: &str, method: &str, sse: bool) -> String {
        let all = self.path_and_query(Api::Models);
        let (path, query) = match all.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (all, None),
        };
        let (collection, name) = match model.split_once('/') {
            Some((collection @ ("models" | "tunedModels"), name)) => (collection, name),
            _ => ("models", model),
        };
        let above = path.strip_suffix("models").unwrap_or(path);
        let name = utf8_percent_encode(name, PLAIN);
        let mut target = format!("{above}{collection}/{name}:{method}");
        let alt = sse.then_some("alt=sse");
        for (more, joint) in query.into_iter().chain(alt).zip(['?', '&']) {
            target.push(joint);
            target.push_str(more);
        }
        target
    }

    /// The same, with `beta=true` where the client's query has it: some relays route on it, none is sent it unasked.
    ///
    /// Nothing else of a client's query goes up: it may hold the local key (`?key=`).
    pub fn with_client_query(&self, api: Api, client_query: Option<&str>) -> Cow<'_, str> {
        let target = self.path_and_query(api);
        let asked = client_query.is_some_and(|query| query.split('&').any(|p| p == "beta=true"));
        if !asked {
            return Cow::Borrowed(target);
        }
        let joint = if target.contains('?') { '&' } else { '?' };
        Cow::Owned(format!("{target}{joint}beta=true"))
    }
}

/// Where a call's address lies; calls on a model lie below that of all models.
const fn at(api: Api) -> usize {
    match api {
        Api::ChatCompletions => 0,
        Api::Responses => 1,
        Api::Embeddings => 2,
        Api::Messages => 3,
        Api::CountTokens => 4,
        Api::Models
        | Api::GenerateContent
        | Api::CountContent
        | Api::EmbedContent
        | Api::EmbedContents => 5,
    }
}

fn path_and_query(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}
