//! Kiro's documents: `kiro-auth-token.json` of its IDE, which keeps the OIDC client in a file beside it, and those of other programs.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::fields::{text, time};
use crate::Secret;

/// What a document of Kiro's says beside its tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct KiroFacts {
    /// By which door the tokens came, and so by which they are renewed.
    pub auth: KiroAuth,
    /// `Google`, `Github`, `BuilderId`, `Enterprise`, …
    pub provider: Option<String>,
    /// Whose quota is used.
    pub profile_arn: Option<String>,
    /// The AWS region of the sign-in.
    pub region: Option<String>,
    /// The AWS region of the API, where it was set.
    pub api_region: Option<String>,
    /// The OIDC client that the tokens belong to.
    pub client: Option<KiroClient>,
    /// The name of the file beside this one that holds it, without `.json`.
    pub client_id_hash: Option<String>,
    /// An external identity provider's token endpoint.
    pub token_endpoint: Option<String>,
    /// The client that it knows, which has no secret.
    pub external_client: Option<String>,
    /// Its scopes.
    pub scopes: Option<String>,
    /// The machine that the upstream is told of.
    pub machine_id: Option<String>,
    /// Whose account it is.
    pub email: Option<String>,
}

/// Kiro's kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KiroAuth {
    /// Google's or GitHub's account, by Kiro's own service.
    Social,
    /// AWS Builder ID or IAM Identity Center.
    Idc,
    /// A company's own identity provider.
    External,
}

/// An OIDC client that Kiro's service was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KiroClient {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: Secret<String>,
    /// When it ends; tokens cannot be renewed after that.
    pub expires: Option<Timestamp>,
}

impl KiroFacts {
    pub(super) fn read(tokens: &Map<String, Value>) -> Self {
        let find = |names: &[&str]| text(tokens, names);
        let client = KiroClient::of(tokens, &["clientExpiresAt", "clientSecretExpiresAt"]);
        let client_id_hash = find(&["clientIdHash"]);
        let token_endpoint = find(&["tokenEndpoint"]);
        let named = find(&["authMethod", "auth_method"]).unwrap_or_default();
        let auth = match named.to_ascii_lowercase().as_str() {
            "social" => KiroAuth::Social,
            "idc" | "builder-id" | "builderid" | "iam" => KiroAuth::Idc,
            "external_idp" | "external-idp" => KiroAuth::External,
            _ if token_endpoint.is_some() => KiroAuth::External,
            _ if client.is_some() || client_id_hash.is_some() => KiroAuth::Idc,
            _ => KiroAuth::Social,
        };
        Self {
            auth,
            provider: find(&["provider"]),
            profile_arn: find(&["profileArn", "profile_arn"]),
            region: find(&["authRegion", "idcRegion", "region"]),
            api_region: find(&["apiRegion"]),
            client,
            client_id_hash,
            token_endpoint,
            external_client: find(&["clientId"]).filter(|_| auth == KiroAuth::External),
            scopes: find(&["scopes"]),
            machine_id: find(&["machineId"]),
            email: find(&["email"]),
        }
    }
}

impl KiroClient {
    /// The client that an object names.
    pub fn of(object: &Map<String, Value>, expiry: &[&str]) -> Option<Self> {
        Some(Self {
            id: text(object, &["clientId", "client_id"])?,
            secret: Secret::new(text(object, &["clientSecret", "client_secret"])?),
            expires: time(object, expiry),
        })
    }
}

/// The name of the file in which Kiro's IDE keeps the client of a start page: SHA-1 of that page in JSON.
pub fn client_id_hash(start_url: &str) -> String {
    let text = json!({ "startUrl": start_url }).to_string();
    sha1_smol::Sha1::from(text).digest().to_string()
}
