//! Every call of one base, worked out once: a request then parses no URL.

use std::borrow::Cow;

use url::Url;

use super::{Api, BadBase, join};

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
    calls: [Url; Api::ALL.len()],
    targets: [String; Api::ALL.len()],
}

impl Addresses {
    /// Joins `base` with every call.
    pub fn new(base: &str) -> Result<Self, BadBase> {
        let [a, b, c, d, e, f] = Api::ALL.map(|api| join(base, api));
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

    /// The URL of a call.
    pub fn url(&self, api: Api) -> &Url {
        &self.calls[api as usize]
    }

    /// The path of a call with the base's query: what the request line names.
    pub fn path_and_query(&self, api: Api) -> &str {
        &self.targets[api as usize]
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

fn path_and_query(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}
