//! How a client's call reaches an upstream: as it is, translated, or not at all.
//!
//! The question "same dialect?" is asked here for the way up, and nowhere else but where the answer is relayed.

use bytes::Bytes;
use dialect::{
    Dialect, Envelope, Invalid, Target, can_translate, read_request, rename_model, signature_strip,
    write_request,
};
use provider::ProviderType;
use provider::endpoint::Api;

use crate::routes;
use crate::seat::Seat;

/// What Anthropic requires and no other dialect does: a limit of the answer's length. It is sent only where the
/// client named none, and is what the smallest current models allow.
const DEFAULT_MAX_TOKENS: u32 = 8_192;

/// The way up, and with it the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Client and upstream speak the same dialect.
    Verbatim,
    /// The upstream speaks this one.
    Translated(Dialect),
}

/// A call as the upstream gets it.
#[derive(Debug)]
pub struct Prepared {
    /// Its body.
    pub body: Bytes,
    /// What the upstream's dialect cannot say.
    pub losses: Vec<String>,
}

/// The way of a call to an upstream of this type, and the call to make there.
pub fn way(target: &routes::Target, kind: ProviderType) -> Option<(Way, Api)> {
    let up = kind.dialect();
    match (target.api, target.dialect) {
        (Api::Responses, _) if kind == ProviderType::OpenaiCustom => {
            Some((Way::Verbatim, Api::Responses))
        }
        (Api::Embeddings, _) => (up == Dialect::OpenaiChat).then_some((Way::Verbatim, Api::Embeddings)),
        (api, client) if client == up => Some((Way::Verbatim, api)),
        (Api::ChatCompletions | Api::Messages, client) if can_translate(client, up) => {
            Some((Way::Translated(up), main_call(up)?))
        }
        _ => None,
    }
}

fn main_call(dialect: Dialect) -> Option<Api> {
    match dialect {
        Dialect::OpenaiChat => Some(Api::ChatCompletions),
        Dialect::OpenaiResponses => Some(Api::Responses),
        Dialect::Anthropic => Some(Api::Messages),
        Dialect::Gemini | Dialect::Kiro => None,
    }
}

/// The body for an upstream, with the model's name there.
pub fn prepare(
    way: Way,
    client: Dialect,
    body: &Bytes,
    envelope: &Envelope,
    model: &str,
    seat: &Seat,
) -> Result<Prepared, Invalid> {
    let name = seat.upstream_name(model);
    match way {
        Way::Verbatim => Ok(Prepared {
            body: verbatim(client, body, envelope, name),
            losses: Vec::new(),
        }),
        Way::Translated(up) => {
            let request = read_request(client, body)?;
            let target = Target {
                model: name.to_owned(),
                official_host: seat.upstream.as_ref().is_some_and(|u| u.is_official()),
                default_max_tokens: DEFAULT_MAX_TOKENS,
            };
            let written = write_request(up, &request, &target);
            Ok(Prepared {
                body: Bytes::from(written.body),
                losses: written.losses.iter().map(ToString::to_string).collect(),
            })
        }
    }
}

/// The client's own bytes, but for the model where it must be renamed and signatures that are another dialect's.
fn verbatim(client: Dialect, body: &Bytes, envelope: &Envelope, name: &str) -> Bytes {
    let renamed = match &envelope.model {
        Some(field) if field.name != name => rename_model(body, field, name),
        _ => body.clone(),
    };
    signature_strip(client, &renamed).map_or(renamed, Bytes::from)
}
