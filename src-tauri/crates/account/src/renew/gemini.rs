//! Google's token endpoint.

use serde_json::Value;

use super::{field, tokens};
use crate::Secret;
use crate::credentials::{OauthClient, Renewal};
use crate::endpoints::Endpoints;
use crate::web::{Ask, Trouble};

pub(super) fn ask(refresh: &Secret<String>, client: &OauthClient, to: &Endpoints) -> Ask {
    let fields = vec![
        field("grant_type", "refresh_token"),
        ("refresh_token", refresh.clone()),
        field("client_id", &client.id),
        ("client_secret", client.secret.clone()),
    ];
    Ask::form(to.gemini_tokens(), fields)
}

/// Google gives a refresh token at the first consent only; `id_token` and `scope` belong to the file.
pub(crate) fn read(answer: &Value) -> Result<Renewal, Trouble> {
    tokens(answer, &["scope", "token_type", "id_token"])
}
