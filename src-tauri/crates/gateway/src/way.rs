//! How a client's call reaches an upstream: as it is, translated, or not at all.
//!
//! The question "same dialect?" is asked here for the way up, and nowhere else but where the answer is relayed.

use std::sync::Arc;

use bytes::Bytes;
use dialect::{
    Back, Dialect, Envelope, Invalid, Target as Written, can_translate, read_request, rename_model,
    signature, write_request,
};
use jiff::Timestamp;
use provider::ProviderType;
use provider::endpoint::Api;

use crate::routes::Target;
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
    /// The client's dialect.
    pub client: Dialect,
    /// The upstream's dialect and what the way back needs, where it is another.
    pub back: Option<(Dialect, Back)>,
}

impl Way {
    /// The dialect that the upstream speaks.
    pub fn dialect(self, client: Dialect) -> Dialect {
        match self {
            Self::Verbatim => client,
            Self::Translated(upstream) => upstream,
        }
    }
}

/// The way of a call to upstreams of this type at best, and the call to make there.
pub fn of_kind(target: &Target, kind: ProviderType) -> Option<(Way, Api)> {
    let up = kind.dialect();
    match (target.api, target.dialect) {
        (Api::Responses, _) if kind == ProviderType::OpenaiCustom => {
            Some((Way::Verbatim, Api::Responses))
        }
        (Api::Embeddings, _) => {
            (up == Dialect::OpenaiChat).then_some((Way::Verbatim, Api::Embeddings))
        }
        (api, client) if client == up => Some((Way::Verbatim, api)),
        (Api::ChatCompletions | Api::Messages | Api::Responses, client) => translated(client, up),
        _ => None,
    }
}

/// The way of a call to this instance, as far as it is known. With `chat_only` the Responses API is not tried.
pub fn of_seat(target: &Target, seat: &Seat, chat_only: bool) -> Option<(Way, Api)> {
    if target.api == Api::Responses
        && seat.kind == ProviderType::OpenaiCustom
        && (chat_only || !seat.may_have_responses())
    {
        return translated(target.dialect, Dialect::OpenaiChat);
    }
    of_kind(target, seat.kind)
}

fn translated(client: Dialect, up: Dialect) -> Option<(Way, Api)> {
    let api = match up {
        Dialect::OpenaiChat => Api::ChatCompletions,
        Dialect::OpenaiResponses => Api::Responses,
        Dialect::Anthropic => Api::Messages,
        Dialect::Gemini | Dialect::Kiro => return None,
    };
    can_translate(client, up).then_some((Way::Translated(up), api))
}

/// The body for an upstream, with the model's name there. `id` is unique to the exchange.
pub fn prepare(
    way: Way,
    target: &Target,
    body: &Bytes,
    envelope: &Envelope,
    model: &str,
    seat: &Seat,
    id: String,
) -> Result<Prepared, Invalid> {
    let (client, name) = (target.dialect, seat.upstream_name(model));
    let up = match way {
        Way::Verbatim => {
            return Ok(Prepared {
                body: verbatim(client, body, envelope, name),
                losses: Vec::new(),
                client,
                back: None,
            });
        }
        Way::Translated(up) => up,
    };
    let request = read_request(client, body)?;
    let written = write_request(
        up,
        &request,
        &Written {
            model: name.to_owned(),
            official_host: seat.upstream.as_ref().is_some_and(|u| u.is_official()),
            default_max_tokens: DEFAULT_MAX_TOKENS,
        },
    );
    let back = Back {
        request: Arc::new(request),
        names: written.names,
        id,
        created: Timestamp::now().as_second(),
    };
    Ok(Prepared {
        body: Bytes::from(written.body),
        losses: written.losses.iter().map(ToString::to_string).collect(),
        client,
        back: Some((up, back)),
    })
}

/// The client's own bytes, but for the model where it must be renamed and signatures that are another dialect's.
fn verbatim(client: Dialect, body: &Bytes, envelope: &Envelope, name: &str) -> Bytes {
    let renamed = match &envelope.model {
        Some(field) if field.name != name => rename_model(body, field, name),
        _ => body.clone(),
    };
    signature::strip(client, &renamed).map_or(renamed, Bytes::from)
}
