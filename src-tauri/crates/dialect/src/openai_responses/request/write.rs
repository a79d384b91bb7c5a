//! A request for an upstream.

use chat::{AnswerFormat, Effort, Loss, Message, Part, Reasoning, Request, Role, Text};
use serde_json::{Map, Value, json};

use super::super::DIALECT;
use super::{offer, output};
use crate::names::Names;
use crate::translate::{Target, Written};

/// The name of a schema that has none, which this dialect requires.
const NAMELESS_SCHEMA: &str = "response";

/// A body in the making.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) fields: Map<String, Value>,
    pub(super) losses: Vec<Loss>,
    pub(super) names: Names,
}

/// Writes a request for an upstream.
pub(crate) fn write(request: &Request, target: &Target) -> Written {
    let mut body = Body::default();
    body.set("model", target.model.as_str());
    let sent = offer::Sent::of(request, &mut body.names);
    conversation(request, &sent, &mut body);
    offer::write(request, &sent, &mut body);
    settings(request, &mut body);
    sampling(request, &mut body);
    if let Some(reasoning) = &request.reasoning {
        self::reasoning(reasoning, &mut body);
    }
    if let Some(format) = &request.format {
        body.set("text", json!({ "format": format_value(format) }));
    }
    extras(request, &mut body);
    if request.stream {
        body.set("stream", true);
    }
    Written {
        body: Value::Object(body.fields).to_string().into_bytes(),
        losses: body.losses,
        names: body.names,
    }
}

impl Body {
    pub(super) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.fields.insert(field.to_owned(), value.into());
    }

    fn set_some(&mut self, field: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(field, value);
        }
    }

    /// Notes a loss, once.
    pub(super) fn lose(&mut self, loss: Loss) {
        if !self.losses.contains(&loss) {
            self.losses.push(loss);
        }
    }

    fn lose_some<T: ToString>(&mut self, field: &str, value: Option<T>) {
        if value.is_some() {
            self.lose(Loss::Field(field.to_owned()));
        }
    }
}

fn conversation(request: &Request, sent: &offer::Sent<'_>, body: &mut Body) {
    let mut messages = request.messages.as_slice();
    if let [first, rest @ ..] = messages
        && let Some(text) = instructions(first)
    {
        body.set("instructions", text);
        messages = rest;
    }
    let input = output::items(messages, sent, body);
    body.set("input", input);
}

/// The text of a leading system turn that says nothing else.
fn instructions(first: &Message) -> Option<&str> {
    match first {
        Message {
            role: Role::System,
            parts,
            name: None,
            extra: None,
        } => match parts.as_slice() {
            [
                Part::Text(Text {
                    text,
                    cache: None,
                    signature: None,
                    extra: None,
                }),
            ] if !text.is_empty() => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn settings(request: &Request, body: &mut Body) {
    body.set_some("parallel_tool_calls", request.parallel_tool_calls);
    body.set_some("max_output_tokens", request.max_tokens);
    body.set_some("user", request.user.as_deref());
    body.set_some("previous_response_id", request.previous.as_deref());
    if !request.stop.is_empty() {
        body.lose(Loss::Field("stop".to_owned()));
    }
}

fn sampling(request: &Request, body: &mut Body) {
    let sampling = &request.sampling;
    body.set_some("temperature", sampling.temperature);
    body.set_some("top_p", sampling.top_p);
    body.lose_some("top_k", sampling.top_k);
    body.lose_some("seed", sampling.seed);
    body.lose_some("frequency_penalty", sampling.frequency_penalty);
    body.lose_some("presence_penalty", sampling.presence_penalty);
    if let Some(candidates) = sampling.candidates.filter(|count| *count != 1) {
        body.lose(Loss::Value {
            field: "candidates",
            value: candidates.to_string(),
            why: "one answer is given at a time",
        });
    }
}

fn reasoning(reasoning: &Reasoning, body: &mut Body) {
    let own = reasoning.extra.as_ref();
    let mut fields = own
        .and_then(|extra| extra.fields_of(DIALECT))
        .cloned()
        .unwrap_or_default();
    if own.is_some_and(|extra| extra.dialect != DIALECT) {
        body.lose(Loss::Field("reasoning".to_owned()));
    }
    if let Some(effort) = effort(reasoning, body) {
        fields.insert("effort".to_owned(), effort.into());
    }
    let shown = reasoning.visible == Some(true) && reasoning.enabled != Some(false);
    if shown && !fields.contains_key("summary") && !fields.contains_key("generate_summary") {
        fields.insert("summary".to_owned(), "auto".into());
    }
    if !fields.is_empty() || reasoning == &Reasoning::default() {
        body.set("reasoning", fields);
    }
}

/// How much to think, by word. Where only a number of tokens is given, the nearest word.
fn effort<'a>(reasoning: &'a Reasoning, body: &mut Body) -> Option<&'a str> {
    if let Some(effort) = &reasoning.effort {
        return Some(effort_word(effort));
    }
    if reasoning.enabled == Some(false) {
        body.lose(Loss::Value {
            field: "reasoning",
            value: "off".to_owned(),
            why: "many models here cannot do without",
        });
        return None;
    }
    let budget = reasoning.budget?;
    body.lose(Loss::Value {
        field: "reasoning.budget",
        value: budget.to_string(),
        why: "the nearest word was sent in its place",
    });
    Some(match budget {
        0..=1024 => "minimal",
        1025..=4096 => "low",
        4097..=16384 => "medium",
        _ => "high",
    })
}

/// How much to think, by the word on the wire.
pub(in super::super) fn effort_word(effort: &Effort) -> &str {
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

/// The form of the answer.
pub(in super::super) fn format_value(format: &AnswerFormat) -> Value {
    match format {
        AnswerFormat::Text => json!({"type": "text"}),
        AnswerFormat::Json => json!({"type": "json_object"}),
        AnswerFormat::Schema {
            name,
            description,
            schema,
            strict,
        } => {
            let mut format = Map::new();
            format.insert("type".to_owned(), "json_schema".into());
            let name = name.as_deref().unwrap_or(NAMELESS_SCHEMA);
            format.insert("name".to_owned(), name.into());
            if let Some(description) = description {
                format.insert("description".to_owned(), description.as_str().into());
            }
            format.insert("schema".to_owned(), schema.clone());
            if let Some(strict) = strict {
                format.insert("strict".to_owned(), (*strict).into());
            }
            Value::Object(format)
        }
    }
}

/// The fields that only this dialect knows. A request of another one asks for no storing, and wants sealed thoughts back
/// where it asks for thoughts: its client hands the whole conversation back each time.
fn extras(request: &Request, body: &mut Body) {
    let own = match &request.extra {
        Some(extra) if extra.dialect == DIALECT => extra.value.as_object(),
        Some(extra) => {
            for field in extra.value.as_object().into_iter().flat_map(Map::keys) {
                body.lose(Loss::Field(field.clone()));
            }
            None
        }
        None => None,
    };
    let Some(own) = own else {
        body.set("store", false);
        let thinks = body.fields.contains_key("reasoning");
        if thinks {
            body.set("include", json!(["reasoning.encrypted_content"]));
        }
        return;
    };
    for (field, value) in own {
        match (body.fields.get_mut(field), value) {
            // `text` and `reasoning` are shared between what both know and what one does.
            (Some(Value::Object(fields)), Value::Object(more)) => {
                for (name, value) in more {
                    fields.entry(name.as_str()).or_insert_with(|| value.clone());
                }
            }
            (Some(_), _) => {}
            (None, value) => body.set(field, value.clone()),
        }
    }
}
