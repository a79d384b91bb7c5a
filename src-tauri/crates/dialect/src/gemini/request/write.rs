//! A body for an upstream.

use std::borrow::Cow;

use chat::{AnswerFormat, Dialect, Loss, Request, Sampling, Tool};
use serde::Serialize;
use serde_json::{Map, Value};

use super::super::schema;
use super::super::wire::up::Content;
use super::contents::Turns;
use super::offers::Offers;
use super::thinking::{self, Generation};
use crate::translate::{Target, Written};

/// Texts at which to stop, at most (ai.google.dev, `GenerationConfig`).
const MOST_STOPS: usize = 5;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<System<'a>>,
    contents: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Cow<'a, Value>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    tool_config: Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    generation_config: Map<String, Value>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

#[derive(Serialize)]
struct System<'a> {
    parts: Vec<super::super::wire::up::Part<'a>>,
    #[serde(flatten)]
    extra: Option<Cow<'a, Map<String, Value>>>,
}

/// Writes a request for an upstream.
pub(crate) fn write(request: &Request, target: &Target) -> Written {
    let generation = Generation::of(&target.model);
    let mut losses = Vec::new();
    let offers = Offers::new(request, &mut losses);
    let mut extra = extras(request, &mut losses);
    let mut generation_config = take_object(&mut extra, "generationConfig");
    config(request, generation, &mut generation_config, &mut losses);
    let mut tool_config = offers.config(request, &mut losses);
    merge(&mut tool_config, take_object(&mut extra, "toolConfig"));
    let turns = Turns::new(request, target, generation, &offers.sent, &mut losses);
    let body = Body {
        system_instruction: turns.system.map(|turn| System {
            parts: turn.parts,
            extra: turn.extra,
        }),
        contents: turns.contents,
        tools: offers.tools,
        tool_config,
        generation_config,
        extra,
    };
    // Every key is a string, so that there is always a text.
    let body = serde_json::to_vec(&body).unwrap_or_default();
    Written {
        body,
        losses,
        names: offers.names,
    }
}

/// Fields of the client's own dialect, or what is lost of another's.
fn extras(request: &Request, losses: &mut Vec<Loss>) -> Map<String, Value> {
    if let Some(user) = &request.user
        && !user.is_empty()
    {
        losses.push(Loss::Field("user".to_owned()));
    }
    if request.parallel_tool_calls == Some(false) && !request.tools.is_empty() {
        losses.push(Loss::Value {
            field: "parallel_tool_calls",
            value: "false".to_owned(),
            why: "calls may come in parallel there",
        });
    }
    if request.previous.is_some() {
        losses.push(Loss::Field("previous_response_id".to_owned()));
    }
    let Some(extra) = &request.extra else {
        return Map::new();
    };
    match &extra.value {
        Value::Object(fields) if extra.dialect == Dialect::Gemini => fields.clone(),
        Value::Object(fields) => {
            losses.extend(fields.keys().map(|key| Loss::Field(key.clone())));
            Map::new()
        }
        _ => Map::new(),
    }
}

fn take_object(fields: &mut Map<String, Value>, name: &str) -> Map<String, Value> {
    match fields.shift_remove(name) {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

/// Puts `more` into `into`, objects into objects.
fn merge(into: &mut Map<String, Value>, more: Map<String, Value>) {
    for (key, value) in more {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(below)), Value::Object(more)) => merge(below, more),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

fn config(
    request: &Request,
    generation: Generation,
    config: &mut Map<String, Value>,
    losses: &mut Vec<Loss>,
) {
    sampling(&request.sampling, config, losses);
    let mut set = |name: &str, value: Value| config.insert(name.to_owned(), value);
    if let Some(most) = request.max_tokens {
        set("maxOutputTokens", most.into());
    }
    let stops: Vec<&str> = request
        .stop
        .iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    if let Some(over) = stops.get(MOST_STOPS..).filter(|over| !over.is_empty()) {
        losses.push(Loss::Value {
            field: "stop",
            value: format!("{over:?}"),
            why: "at most 5 texts are taken there",
        });
    }
    if !stops.is_empty() {
        let stops = stops.into_iter().take(MOST_STOPS).collect::<Vec<_>>();
        set("stopSequences", stops.into());
    }
    if let Some(reasoning) = &request.reasoning
        && let Some(thinking) = thinking::write(reasoning, generation, losses)
    {
        set("thinkingConfig", Value::Object(thinking));
    }
    let tools = request
        .tools
        .iter()
        .any(|tool| !matches!(tool, Tool::Foreign(_)));
    match &request.format {
        Some(AnswerFormat::Json | AnswerFormat::Schema { .. })
            if tools && generation.has_json_or_tools() =>
        {
            losses.push(Loss::Value {
                field: "format",
                value: "json".to_owned(),
                why: "this model answers in JSON only where it has no tools",
            });
        }
        Some(format) => write_format(format, &mut set, losses),
        None => {}
    }
}

fn write_format(
    format: &AnswerFormat,
    set: &mut impl FnMut(&str, Value) -> Option<Value>,
    losses: &mut Vec<Loss>,
) {
    let mime = match format {
        AnswerFormat::Text => "text/plain",
        AnswerFormat::Json | AnswerFormat::Schema { .. } => "application/json",
    };
    set("responseMimeType", mime.into());
    if let AnswerFormat::Schema { schema, .. } = format {
        let lowered = schema::lower(schema, "response", losses);
        set("responseJsonSchema", lowered);
    }
}

fn sampling(sampling: &Sampling, config: &mut Map<String, Value>, losses: &mut Vec<Loss>) {
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            config.insert(name.to_owned(), value);
        }
    };
    set("temperature", sampling.temperature.map(Value::from));
    set("topP", sampling.top_p.map(Value::from));
    set("topK", sampling.top_k.map(Value::from));
    set(
        "presencePenalty",
        sampling.presence_penalty.map(Value::from),
    );
    set(
        "frequencyPenalty",
        sampling.frequency_penalty.map(Value::from),
    );
    // An int32 there.
    let seed = sampling.seed.map(i32::try_from);
    if let Some(Err(_)) = seed {
        losses.push(Loss::Value {
            field: "seed",
            value: sampling.seed.unwrap_or_default().to_string(),
            why: "only numbers of 32 bits are taken there",
        });
    }
    set("seed", seed.and_then(Result::ok).map(Value::from));
    match sampling.candidates {
        Some(1) => set("candidateCount", Some(1.into())),
        Some(number) => losses.push(Loss::Value {
            field: "candidates",
            value: number.to_string(),
            why: "only one answer can be translated",
        }),
        None => {}
    }
}
