//! A request for an upstream.

use std::borrow::Cow;

use chat::{Dialect, Loss, Request, ToolKind};

use super::super::wire::body::{Body, StreamOptions};
use super::super::wire::{Extra, Str};
use super::naming::Naming;
use super::parameters::{candidates, effort, format, stop, user, warmth};
use super::{choice, tools, turns};
use crate::translate::{Target, Written};

const SELF: Dialect = Dialect::OpenaiChat;

/// A request that is being written.
pub(super) struct Writing<'a> {
    pub(super) request: &'a Request,
    pub(super) target: &'a Target,
    naming: &'a Naming,
    losses: Vec<Loss>,
    /// Custom tools that are offered as functions, as the client calls them.
    as_functions: Vec<&'a str>,
}

/// Writes a request for an upstream.
pub(crate) fn write(request: &Request, target: &Target) -> Written {
    let naming = Naming::of(request);
    let mut writing = Writing {
        request,
        target,
        naming: &naming,
        losses: Vec::new(),
        as_functions: Vec::new(),
    };
    let body = body(&mut writing);
    // What is written has text keys and finite numbers only, so that it always has a JSON text.
    let bytes = serde_json::to_vec(&body).unwrap_or_default();
    let Writing {
        losses,
        as_functions,
        ..
    } = writing;
    let customs: Vec<String> = as_functions
        .into_iter()
        .map(|name| naming.sent(name).to_owned())
        .collect();
    let mut names = naming.into_names();
    for sent in customs {
        names.custom_as_function(sent);
    }
    Written {
        body: bytes,
        losses,
        names,
    }
}

impl<'a> Writing<'a> {
    pub(super) fn official(&self) -> bool {
        self.target.official_host
    }

    /// Notes a loss; the same one once.
    pub(super) fn lose(&mut self, loss: Loss) {
        if !self.losses.contains(&loss) {
            self.losses.push(loss);
        }
    }

    pub(super) fn tool_name(&self, name: &'a str) -> Str<'a> {
        Str::new(self.naming.sent(name))
    }

    pub(super) fn custom_as_function(&mut self, name: &'a str) {
        self.as_functions.push(name);
    }

    /// Whether calls of this kind are written as their own kind.
    pub(super) fn knows(&self, kind: ToolKind) -> bool {
        kind == ToolKind::Function || self.official()
    }
}

fn body<'a>(writing: &mut Writing<'a>) -> Body<'a> {
    let request = writing.request;
    let target = writing.target;
    let official = writing.official();
    let tools = tools::write(writing);
    let offered = !tools.is_empty();
    let sampling = request.sampling;
    if request.previous.is_some() {
        writing.lose(Loss::Field("previous_response_id".to_owned()));
    }
    if let Some(top_k) = sampling.top_k {
        writing.lose_value("top_k", top_k, "the dialect has no such parameter");
    }
    Body {
        model: Some(Str::new(&target.model)),
        messages: Some(turns::write(writing)),
        tool_choice: choice::write(writing, &tools),
        parallel_tool_calls: request.parallel_tool_calls.filter(|_| offered),
        tools: offered.then_some(tools),
        stream: request.stream.then_some(true),
        stream_options: (request.stream && request.wants_usage).then_some(StreamOptions {
            include_usage: Some(true),
        }),
        max_completion_tokens: request.max_tokens.filter(|_| official),
        max_tokens: request.max_tokens.filter(|_| !official),
        temperature: warmth(writing, "temperature", sampling.temperature),
        top_p: warmth(writing, "top_p", sampling.top_p),
        frequency_penalty: writing
            .unless_reasoning("frequency_penalty", sampling.frequency_penalty),
        presence_penalty: writing.unless_reasoning("presence_penalty", sampling.presence_penalty),
        seed: sampling.seed,
        n: candidates(writing),
        stop: stop(writing),
        reasoning_effort: effort(writing),
        response_format: request.format.as_ref().map(format),
        user: user(writing),
        extra: extra(writing),
        ..Body::default()
    }
}

fn extra<'a>(writing: &mut Writing<'a>) -> Extra<'a> {
    let extra = writing.request.extra.as_ref();
    for key in foreign_keys(extra) {
        writing.lose(Loss::Field(key.clone()));
    }
    extra
        .and_then(|extra| extra.fields_of(SELF))
        .map_or_else(Extra::default, Cow::Borrowed)
}

/// The names of another dialect's fields.
pub(super) fn foreign_keys(extra: Option<&chat::Foreign>) -> impl Iterator<Item = &String> {
    let foreign = extra.filter(|extra| extra.dialect != SELF);
    let fields = foreign.and_then(|extra| extra.value.as_object());
    fields.into_iter().flat_map(|fields| fields.keys())
}
