//! Gemini's documents: `~/.gemini/oauth_creds.json` of Gemini CLI, CLIProxyAPI's own, Google's `authorized_user`.

use serde_json::{Map, Value};

use super::fields::text;
use crate::Secret;

/// What a document of Gemini's says beside its tokens.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GeminiFacts {
    /// The OAuth client that the tokens belong to.
    pub client: Option<OauthClient>,
    /// The Google Cloud project.
    pub project: Option<String>,
    /// Whose account it is.
    pub email: Option<String>,
}

/// An OAuth client. Google does not take the secret of an installed program for confidential; it is kept as a secret all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthClient {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: Secret<String>,
}

impl GeminiFacts {
    pub(super) fn read(tokens: &Map<String, Value>, root: &Value) -> Self {
        let above = root.as_object();
        let find = |names: &[&str]| text(tokens, names).or_else(|| text(above?, names));
        let client = || {
            Some(OauthClient {
                id: find(&["client_id", "clientId"])?,
                secret: Secret::new(find(&["client_secret", "clientSecret"])?),
            })
        };
        Self {
            client: client(),
            project: find(&["project_id", "projectId", "quota_project_id"]),
            email: find(&["email"]).or_else(|| crate::words::email(&find(&["id_token"])?)),
        }
    }
}
