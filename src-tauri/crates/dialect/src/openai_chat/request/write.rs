//! A request for an upstream.

use std::borrow::Cow;

use chat::{AnswerFormat, Dialect, Effort, Loss, Request, ToolChoice, ToolKind};
use serde_json::Value;

use super::super::wire::body::{Body, JsonSchema, ResponseFormat, StreamOptions};
use super::super::wire::tool::{Allowed, Choice, Name, Tool};
use super::super::wire::{Extra, Str, TextOr};
use super::naming::Naming;
use super::{tools, turns};
use crate::translate::{Target, Written};

const SELF: Dialect = Dialect::OpenaiChat;
/// The most stop texts that the vendor takes.
const MOST_STOPS: usize = 4;
/// The longest id of an end user that the vendor takes, in characters.
const LONGEST_USER: usize = 64;
/// Up to these budgets of thinking, efforts are `low` and `medium`.
const LOW_BUDGET: u64 = 4096;
const MEDIUM_BUDGET: u64 = 16384;

/// A request that is being written.
pub(super) struct Writing<'a> {
    pub(super) request: &'a Request,
    target: &'a Target,
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

    fn lose_value(&mut self, field: &'static str, value: impl ToString, why: &'static str) {
        self.lose(Loss::Value {
            field,
            value: value.to_string(),
            why,
        });
    }

    /// A parameter that the vendor's reasoning models refuse.
    fn unless_reasoning<T: Copy + ToString>(
        &mut self,
        field: &'static str,
        value: Option<T>,
    ) -> Option<T> {
        let value = value?;
        if self.official() && reasons(&self.target.model) {
            self.lose_value(field, value, "reasoning models do not take it");
            return None;
        }
        Some(value)
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
        tool_choice: choice(writing, &tools),
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

/// Whether a model of the vendor's thinks before it answers.
fn reasons(model: &str) -> bool {
    let version = |prefix: &str| {
        let rest = model.strip_prefix(prefix)?;
        let end = rest.find(|letter: char| !letter.is_ascii_digit());
        rest.get(..end.unwrap_or(rest.len()))?.parse::<u32>().ok()
    };
    version("o").is_some()
        || version("gpt-").is_some_and(|version| version >= 5) && !model.contains("-chat")
}

/// 1 is the default, which every model takes.
fn warmth(writing: &mut Writing<'_>, field: &'static str, value: Option<f64>) -> Option<f64> {
    match value {
        Some(1.0) => value,
        _ => writing.unless_reasoning(field, value),
    }
}

fn candidates(writing: &mut Writing<'_>) -> Option<u64> {
    let candidates = writing.request.sampling.candidates?;
    if candidates > 1 {
        writing.lose_value("candidates", candidates, "one answer can be translated");
        return None;
    }
    Some(candidates)
}

fn stop<'a>(writing: &mut Writing<'a>) -> Option<TextOr<'a, Vec<Str<'a>>>> {
    let mut stops: &[String] = &writing.request.stop;
    if writing.official() && stops.len() > MOST_STOPS {
        for stop in stops.get(MOST_STOPS..).unwrap_or_default() {
            writing.lose_value("stop", stop, "the upstream takes four");
        }
        stops = stops.get(..MOST_STOPS).unwrap_or(stops);
    }
    if writing.official() && reasons(&writing.target.model) {
        for stop in stops {
            writing.lose_value("stop", stop, "reasoning models do not take it");
        }
        stops = &[];
    }
    let stops: Vec<Str<'a>> = stops.iter().map(Str::from).collect();
    (!stops.is_empty()).then_some(TextOr::More(stops))
}

fn effort<'a>(writing: &mut Writing<'a>) -> Option<Str<'a>> {
    let reasoning = writing.request.reasoning.as_ref()?;
    if let Some(visible) = reasoning.visible {
        writing.lose_value("reasoning.visible", visible, "the upstream decides");
    }
    for key in foreign_keys(reasoning.extra.as_ref()) {
        writing.lose(Loss::Field(key.clone()));
    }
    let word = match (&reasoning.effort, reasoning.budget) {
        (Some(effort), _) => word_of(effort),
        (None, Some(budget)) => {
            if !writing.official() {
                let why = "the dialect knows words only";
                writing.lose_value("reasoning.budget", budget, why);
                return None;
            }
            effort_for(budget)
        }
        (None, None) => {
            if let Some(enabled) = reasoning.enabled {
                let why = "the model decides, where no effort is named";
                writing.lose_value("reasoning.enabled", enabled, why);
            }
            return None;
        }
    };
    if writing.official() && !reasons(&writing.target.model) {
        writing.lose_value("reasoning.effort", word, "the model does not reason");
        return None;
    }
    Some(Str::new(word))
}

const fn effort_for(budget: u64) -> &'static str {
    if budget <= LOW_BUDGET {
        "low"
    } else if budget <= MEDIUM_BUDGET {
        "medium"
    } else {
        "high"
    }
}

fn word_of(effort: &Effort) -> &str {
    match effort {
        Effort::None => "none",
        Effort::Minimal => "minimal",
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
        Effort::XHigh => "xhigh",
        Effort::Max => "max",
        Effort::Other(word) => word,
    }
}

fn format(format: &AnswerFormat) -> ResponseFormat<'_> {
    let bare = |kind| ResponseFormat {
        kind: Str::new(kind),
        json_schema: None,
    };
    match format {
        AnswerFormat::Text => bare("text"),
        AnswerFormat::Json => bare("json_object"),
        AnswerFormat::Schema {
            name,
            description,
            schema,
            strict,
        } => ResponseFormat {
            json_schema: Some(JsonSchema {
                // A name is required, and says nothing to the model.
                name: Str::new(name.as_deref().unwrap_or("response")),
                description: description.as_ref().map(Str::from),
                schema: Some(Cow::Borrowed(schema)),
                strict: *strict,
            }),
            ..bare("json_schema")
        },
    }
}

fn user<'a>(writing: &mut Writing<'a>) -> Option<Str<'a>> {
    let user = writing.request.user.as_ref()?;
    if user.chars().count() > LONGEST_USER {
        writing.lose_value("user", user, "the upstream takes 64 characters");
        return None;
    }
    Some(Str::from(user))
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

/// The choice among these tools; upstreams refuse one where there are none.
fn choice<'a>(writing: &mut Writing<'a>, tools: &[Tool<'a>]) -> Option<TextOr<'a, Choice<'a>>> {
    let choice = writing.request.tool_choice.as_ref()?;
    if tools.is_empty() {
        return None;
    }
    let word = |word| Some(TextOr::Text(Cow::Borrowed(word)));
    match choice {
        ToolChoice::Auto => word("auto"),
        ToolChoice::None => word("none"),
        ToolChoice::Required => word("required"),
        ToolChoice::Named(name) => Some(TextOr::More(named(writing, name))),
        ToolChoice::Allowed { names, required } => {
            let mode = if *required { "required" } else { "auto" };
            if !writing.official() {
                return word(mode);
            }
            Some(TextOr::More(Choice {
                kind: Str::new("allowed_tools"),
                allowed_tools: Some(Allowed {
                    mode: Str::new(mode),
                    tools: names.iter().map(|name| named(writing, name)).collect(),
                }),
                ..Choice::default()
            }))
        }
    }
}

fn named<'a>(writing: &Writing<'a>, name: &'a str) -> Choice<'a> {
    let is_custom = writing
        .request
        .tools
        .iter()
        .any(|tool| matches!(tool, chat::Tool::Custom(tool) if tool.name == name));
    let chosen = Some(Name {
        name: writing.tool_name(name),
    });
    if is_custom && writing.knows(ToolKind::Custom) {
        Choice {
            kind: Str::new("custom"),
            custom: chosen,
            ..Choice::default()
        }
    } else {
        Choice {
            kind: Str::new("function"),
            function: chosen,
            ..Choice::default()
        }
    }
}

/// The kind of a foreign part, for whoever reads of its loss.
pub(in super::super) fn kind_of(foreign: &chat::Foreign) -> String {
    let kind = foreign.value.get("type").and_then(Value::as_str);
    kind.unwrap_or("part").to_owned()
}
