//! Kiro's own service for social sign-ins, and AWS SSO OIDC for the others.

use serde_json::{Value, json};

use super::{NotRenewed, field, request_id, tokens};
use crate::Secret;
use crate::credentials::{KiroAuth, KiroFacts, Renewal};
use crate::endpoints::{Endpoints, HOME_REGION};
use crate::web::{Ask, Trouble};

/// What Kiro's services let in: its IDE, of this version.
pub const IDE_VERSION: &str = "0.11.107";
const OIDC_USER_AGENT: &str =
    "aws-sdk-js/3.980.0 ua/2.1 os/linux lang/js md/nodejs#22.22.0 api/sso-oidc#3.980.0 m/E KiroIDE";

pub(super) fn ask(
    refresh: &Secret<String>,
    facts: &KiroFacts,
    to: &Endpoints,
) -> Result<Ask, NotRenewed> {
    match facts.auth {
        KiroAuth::Social => {
            let body = json!({ "refreshToken": refresh.expose() });
            let ask = Ask::json(to.kiro_renewal(), body);
            Ok(as_ide(ask, facts.machine_id.as_deref()))
        }
        KiroAuth::Idc => {
            let client = facts.client.as_ref().ok_or_else(|| {
                NotRenewed::WrongClient(
                    "its OIDC client is not in the sign-in, nor in a file beside it".to_owned(),
                )
            })?;
            let region = facts.region.as_deref().unwrap_or(HOME_REGION);
            let body = json!({
                "clientId": client.id,
                "clientSecret": client.secret.expose(),
                "refreshToken": refresh.expose(),
                "grantType": "refresh_token",
            });
            Ok(as_oidc_client(Ask::json(
                to.kiro_oidc(region, "token"),
                body,
            )))
        }
        KiroAuth::External => {
            let missing =
                || NotRenewed::WrongClient("its identity provider's address is missing".to_owned());
            let mut fields = vec![
                field("grant_type", "refresh_token"),
                ("refresh_token", refresh.clone()),
            ];
            if let Some(client) = &facts.external_client {
                fields.push(field("client_id", client));
            }
            if let Some(scopes) = &facts.scopes {
                fields.push(field("scope", scopes));
            }
            let address = facts.token_endpoint.as_deref().ok_or_else(missing)?;
            Ok(Ask::form(address, fields))
        }
    }
}

/// The headers of Kiro's IDE.
pub(crate) fn as_ide(ask: Ask, machine: Option<&str>) -> Ask {
    ask.header("user-agent", ide(machine))
}

/// How Kiro's IDE names itself.
pub fn ide(machine: Option<&str>) -> String {
    match machine {
        Some(machine) => format!("KiroIDE-{IDE_VERSION}-{machine}"),
        None => format!("KiroIDE-{IDE_VERSION}"),
    }
}

/// The headers of AWS's own client.
pub(crate) fn as_oidc_client(ask: Ask) -> Ask {
    ask.header("x-amz-user-agent", "aws-sdk-js/3.980.0 KiroIDE")
        .header("user-agent", OIDC_USER_AGENT)
        .header("amz-sdk-invocation-id", request_id())
        .header("amz-sdk-request", "attempt=1; max=4")
}

/// The refresh token rotates.
pub(crate) fn read(answer: &Value) -> Result<Renewal, Trouble> {
    tokens(answer, &["profileArn"])
}
