//! Qwen's token endpoint.

use serde_json::Value;

use super::{field, request_id, tokens};
use crate::Secret;
use crate::credentials::Renewal;
use crate::endpoints::Endpoints;
use crate::web::{Ask, Trouble};

/// The public client of Qwen Code; it has no secret.
pub(crate) const CLIENT_ID: &str = "f0304373b74a44d2b584a3fb70ca9e56";
/// What Qwen's firewall lets through.
pub(crate) const USER_AGENT: &str = "QwenCode/0.24.4 (linux; x64)";

pub(super) fn ask(refresh: &Secret<String>, to: &Endpoints) -> Ask {
    let fields = vec![
        field("grant_type", "refresh_token"),
        ("refresh_token", refresh.clone()),
        field("client_id", CLIENT_ID),
    ];
    as_client(Ask::form(to.qwen_tokens(), fields))
}

/// The headers that Qwen's endpoints are used to.
pub(crate) fn as_client(ask: Ask) -> Ask {
    ask.header("user-agent", USER_AGENT)
        .header("x-request-id", request_id())
}

/// The refresh token rotates, and the host may move.
pub(crate) fn read(answer: &Value) -> Result<Renewal, Trouble> {
    tokens(answer, &["resource_url", "token_type"])
}
