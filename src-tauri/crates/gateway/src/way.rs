//! How a client's call reaches an upstream: as it is, translated, or not at all; and how the answer comes back.
//!
//! The question "same dialect?" is asked here for the way up, and nowhere else but where the answer is relayed.

use bytes::Bytes;
use dialect::{
    Back, Dialect, EmbedRequest, Envelope, Invalid, Malformed, Target as Written, can_translate,
    has_embeddings, read_count, read_count_request, read_embed_request, read_request, rename_model,
    rename_repeated, signature, translate_embed_reply, translate_reply, write_count,
    write_count_request, write_embed_request, write_request,
};
use jiff::Timestamp;
use provider::endpoint::Api;
use provider::refusal::Cause;
use provider::{Answer, ProviderType, Refusal, Whole};

use crate::routes::Target;
use crate::seat::Seat;
use crate::talk::Talk;

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

/// What a client asks.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The call.
    pub target: &'a Target,
    /// Its body.
    pub body: &'a Bytes,
    /// The body's outside.
    pub envelope: &'a Envelope,
}

/// A call as the upstream gets it.
#[derive(Debug)]
pub struct Prepared {
    /// The call to make.
    pub api: Api,
    /// Its body.
    pub body: Bytes,
    /// What the upstream's dialect cannot say.
    pub losses: Vec<String>,
    /// The client's dialect.
    pub client: Dialect,
    /// What comes back.
    pub back: Return,
}

/// What the way back needs.
#[derive(Debug)]
pub enum Return {
    /// Nothing: the bytes come back as they are.
    Verbatim,
    /// An answer in this dialect, for what was asked.
    Answer(Dialect, Back),
    /// A count of tokens in this dialect.
    Count(Dialect),
    /// Embeddings in this dialect, for what was asked.
    Vectors(Dialect, Box<EmbedRequest>),
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
    of_type(target, kind, Talk::Either)
}

/// The way of a call to this instance. Where it may talk in either way, `talk` is how the request goes on.
pub fn of_seat(target: &Target, seat: &Seat, model: &str, talk: Talk) -> Option<(Way, Api)> {
    let known = match seat.talks.of(seat.upstream_name(model)) {
        Talk::Either => talk,
        known => known,
    };
    of_type(target, seat.kind, known)
}

fn of_type(target: &Target, kind: ProviderType, talk: Talk) -> Option<(Way, Api)> {
    let (api, client) = (target.api, target.dialect);
    if kind.service().is_some() && api.embeds() {
        return None;
    }
    let up = match (kind, talk) {
        (ProviderType::OpenaiCustom, Talk::Either) if api == Api::Responses => client,
        (ProviderType::OpenaiCustom, Talk::Responses) if target.may_stream() => {
            Dialect::OpenaiResponses
        }
        _ => kind.dialect(),
    };
    if client == up {
        return Some((Way::Verbatim, api));
    }
    translated(api, client, up)
}

fn translated(api: Api, client: Dialect, up: Dialect) -> Option<(Way, Api)> {
    if !can_translate(client, up) {
        return None;
    }
    let there = match up {
        Dialect::OpenaiChat if api.embeds() => Api::Embeddings,
        Dialect::Gemini if api.embeds() => Api::EmbedContents,
        Dialect::Anthropic if api.counts() => Api::CountTokens,
        Dialect::Gemini if api.counts() => Api::CountContent,
        _ if api.embeds() || api.counts() => return None,
        Dialect::OpenaiChat => Api::ChatCompletions,
        Dialect::OpenaiResponses => Api::Responses,
        // Kiro has one call for everything.
        Dialect::Anthropic | Dialect::Kiro => Api::Messages,
        Dialect::Gemini => Api::GenerateContent,
    };
    (!api.embeds() || has_embeddings(client)).then_some((Way::Translated(up), there))
}

/// The body for an upstream, with the model's name there. `id` is unique to the exchange.
///
/// # Errors
/// The client's body is not of its dialect, or says what this upstream can never be told.
pub fn prepare(
    (way, api): (Way, Api),
    asked: Asked<'_>,
    model: &str,
    seat: &Seat,
    id: String,
) -> Result<Prepared, Invalid> {
    let name = seat.upstream_name(model);
    let Way::Translated(up) = way else {
        return Ok(Prepared {
            api,
            body: verbatim(asked, name),
            losses: Vec::new(),
            client: asked.target.dialect,
            back: Return::Verbatim,
        });
    };
    if api.embeds() {
        return vectors(up, api, asked, name);
    }
    let target = Written {
        model: name.to_owned(),
        official_host: seat.upstream.as_ref().is_some_and(|u| u.is_official()),
        default_max_tokens: DEFAULT_MAX_TOKENS,
    };
    let client = asked.target.dialect;
    let (written, back) = if api.counts() {
        let request = read_count_request(client, asked.body)?;
        let written = write_count_request(up, &request, &target);
        (written, Return::Count(up))
    } else {
        let mut request = read_request(client, asked.body)?;
        asked.target.complete(&mut request);
        let mut written = write_request(up, &request, &target);
        let names = std::mem::take(&mut written.names);
        let back = Back::new(
            (client, up),
            request,
            names,
            id,
            Timestamp::now().as_second(),
        );
        (written, Return::Answer(up, back))
    };
    Ok(Prepared {
        api,
        body: Bytes::from(written.body),
        losses: written.losses.iter().map(ToString::to_string).collect(),
        client,
        back,
    })
}

fn vectors(up: Dialect, api: Api, asked: Asked<'_>, name: &str) -> Result<Prepared, Invalid> {
    let mut request = read_embed_request(asked.target.dialect, asked.body)?;
    if let Some(named) = &asked.target.named {
        request.model.clone_from(&named.model);
    }
    let written = write_embed_request(up, &request, name)?;
    Ok(Prepared {
        api: match api {
            Api::EmbedContents if !written.listed => Api::EmbedContent,
            other => other,
        },
        body: Bytes::from(written.body),
        losses: written.losses.iter().map(ToString::to_string).collect(),
        client: asked.target.dialect,
        back: Return::Vectors(up, Box::new(request)),
    })
}

/// The client's own bytes, but for the model where it must be renamed and signatures that are another dialect's.
fn verbatim(asked: Asked<'_>, name: &str) -> Bytes {
    let Asked {
        target,
        body,
        envelope,
    } = asked;
    let renamed = match (&envelope.model, &target.named) {
        (Some(field), _) if field.name != name => rename_model(body, field, name),
        (None, Some(named)) if named.model != name => {
            rename_repeated(target.dialect, body, name).map_or_else(|| body.clone(), Bytes::from)
        }
        _ => body.clone(),
    };
    signature::strip(target.dialect, &renamed).map_or(renamed, Bytes::from)
}

/// A whole answer in the client's dialect, and what of it could not be said. What cannot be read is the upstream's fault;
/// a stream is translated while it is relayed.
///
/// # Errors
/// The answer is not of the upstream's dialect.
pub fn back(answer: Answer, prepared: &Prepared) -> Result<(Answer, Vec<String>), Refusal> {
    let Answer::Whole(whole) = &answer else {
        return Ok((answer, Vec::new()));
    };
    let mut facts = whole.facts.clone();
    let broken = |error: Malformed| Refusal::new(Cause::BrokenAnswer, error.to_string());
    let (body, losses) = match &prepared.back {
        Return::Verbatim => return Ok((answer, Vec::new())),
        Return::Answer(up, back) => {
            let reply = translate_reply(*up, prepared.client, &whole.body, back).map_err(broken)?;
            facts.usage = reply.usage.or(facts.usage);
            let losses = reply.losses.iter().map(ToString::to_string);
            (reply.body, losses.collect())
        }
        Return::Count(up) => {
            let tokens = read_count(*up, &whole.body).map_err(broken)?;
            (write_count(prepared.client, tokens), Vec::new())
        }
        Return::Vectors(up, request) => {
            let (body, reply) = translate_embed_reply(*up, prepared.client, &whole.body, request)
                .map_err(broken)?;
            facts.usage = reply.usage;
            (body, Vec::new())
        }
    };
    let whole = Whole {
        headers: http::HeaderMap::new(),
        body: body.into(),
        facts,
    };
    Ok((Answer::Whole(Box::new(whole)), losses))
}
