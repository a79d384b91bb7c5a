//! Any request: a conversation with tools, as some client could hold it.

use chat::{
    AnswerFormat, Effort, FunctionTool, Media, Message, Part, Reasoning, Request, Role, Sampling,
    Source, Tool, ToolCall, ToolChoice, ToolResult,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::words::{call, name, thinking, words};

/// Any request.
pub(crate) fn request() -> impl Strategy<Value = Request> {
    (conversation(), settings(), tools()).prop_flat_map(|(messages, settings, tools)| {
        let mut tools = tools;
        for called in calls_of(&messages) {
            if !tools.iter().any(|tool| tool.name == called.name) {
                tools.push(FunctionTool {
                    name: called.name.clone(),
                    ..FunctionTool::default()
                });
            }
        }
        let choice = choice(tools.iter().map(|tool| tool.name.clone()).collect());
        choice.prop_map(move |tool_choice| Request {
            messages: messages.clone(),
            tools: tools.iter().cloned().map(Tool::Function).collect(),
            tool_choice,
            ..settings.clone()
        })
    })
}

/// The calls of a conversation, in order.
pub(crate) fn calls_of(messages: &[Message]) -> impl Iterator<Item = &ToolCall> {
    let parts = messages.iter().flat_map(|message| &message.parts);
    parts.filter_map(|part| match part {
        Part::ToolCall(call) => Some(call),
        _ => None,
    })
}

/// The results of a conversation, in order.
pub(crate) fn results_of(messages: &[Message]) -> impl Iterator<Item = &ToolResult> {
    let parts = messages.iter().flat_map(|message| &message.parts);
    parts.filter_map(|part| match part {
        Part::ToolResult(result) => Some(result),
        _ => None,
    })
}

/// A system turn, rounds of question, answer and results, and a last question.
fn conversation() -> impl Strategy<Value = Vec<Message>> {
    let system = prop::option::of(words());
    let rounds = prop::collection::vec((asked(), answered()), 0..3);
    (system, rounds, asked()).prop_map(|(system, rounds, last)| {
        let mut messages: Vec<Message> = system
            .map(|text| Message::new(Role::System, vec![Part::text(text)]))
            .into_iter()
            .collect();
        let mut number = 0;
        for (asked, (mut parts, results)) in rounds {
            messages.push(Message::new(Role::User, asked));
            let mut results = results.into_iter().cycle();
            let mut answers = Vec::new();
            for part in &mut parts {
                if let Part::ToolCall(call) = part {
                    // Ids are unique in a conversation.
                    number += 1;
                    call.id = format!("call_{number}_{}", call.id.len());
                    answers.push(ToolResult {
                        call_id: call.id.clone(),
                        name: None,
                        content: vec![Part::text(results.next().unwrap())],
                        ..ToolResult::default()
                    });
                }
            }
            messages.push(Message::new(Role::Assistant, parts));
            messages.extend(
                answers
                    .into_iter()
                    .map(|result| Message::new(Role::User, vec![Part::ToolResult(result)])),
            );
        }
        messages.push(Message::new(Role::User, last));
        messages
    })
}

fn asked() -> impl Strategy<Value = Vec<Part>> {
    let picture = prop_oneof![
        Just(Source::Base64("iVBORw0KGgo=".to_owned())),
        Just(Source::Url("https://example.com/a.png".to_owned())),
    ];
    let picture =
        picture.prop_map(|source| Part::Image(Media::new(source, Some("image/png".to_owned()))));
    let part = prop_oneof![4 => words().prop_map(Part::text), 1 => picture];
    (words(), prop::collection::vec(part, 0..3)).prop_map(|(first, rest)| {
        let mut parts = vec![Part::text(first)];
        parts.extend(rest);
        parts
    })
}

/// An answer, and what its calls bring.
fn answered() -> impl Strategy<Value = (Vec<Part>, Vec<String>)> {
    let thought = prop::option::of(thinking().prop_map(Part::Thinking));
    let text = words().prop_map(Part::text);
    let calls = prop::collection::vec(call().prop_map(Part::ToolCall), 0..3);
    let results = prop::collection::vec(words(), 1..4);
    (thought, text, calls, results).prop_map(|(thought, text, calls, results)| {
        let mut parts: Vec<Part> = thought.into_iter().collect();
        parts.push(text);
        parts.extend(calls);
        (parts, results)
    })
}

fn tools() -> impl Strategy<Value = Vec<FunctionTool>> {
    let tool = (
        name(),
        prop::option::of(words()),
        prop::option::of(schema()),
    );
    let tool = tool.prop_map(|(name, description, parameters)| FunctionTool {
        name,
        description,
        parameters,
        ..FunctionTool::default()
    });
    prop::collection::vec(tool, 0..3).prop_map(|mut tools| {
        tools.sort_by(|left, right| left.name.cmp(&right.name));
        tools.dedup_by(|left, right| left.name == right.name);
        tools
    })
}

fn schema() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec!["string", "integer", "boolean", "number"]);
    prop::collection::btree_map("[a-z]{1,6}", kind, 0..4).prop_map(|properties| {
        let required: Vec<_> = properties.keys().take(1).cloned().collect();
        let properties: serde_json::Map<_, _> = properties
            .into_iter()
            .map(|(name, kind)| (name, json!({ "type": kind, "description": "what it is" })))
            .collect();
        json!({ "type": "object", "properties": properties, "required": required })
    })
}

fn choice(names: Vec<String>) -> BoxedStrategy<Option<ToolChoice>> {
    if names.is_empty() {
        return Just(None).boxed();
    }
    prop_oneof![
        Just(None),
        Just(Some(ToolChoice::Auto)),
        Just(Some(ToolChoice::None)),
        Just(Some(ToolChoice::Required)),
        prop::sample::select(names).prop_map(|name| Some(ToolChoice::Named(name))),
    ]
    .boxed()
}

fn settings() -> impl Strategy<Value = Request> {
    let sampling = (
        prop::option::of((0..8_u8).prop_map(|eighth| f64::from(eighth) / 8.0)),
        prop::option::of((1..8_u8).prop_map(|eighth| f64::from(eighth) / 8.0)),
        prop::option::of(1..100_u64),
        prop::option::of(0..1000_i64),
    )
        .prop_map(|(temperature, top_p, top_k, seed)| Sampling {
            temperature,
            top_p,
            top_k,
            seed,
            ..Sampling::default()
        });
    let effort = prop::sample::select(vec![Effort::Low, Effort::Medium, Effort::High]);
    let reasoning = prop::option::of(effort.prop_map(|effort| Reasoning {
        effort: Some(effort),
        ..Reasoning::default()
    }));
    let format = prop_oneof![
        3 => Just(None),
        1 => Just(Some(AnswerFormat::Json)),
        1 => schema().prop_map(|schema| Some(AnswerFormat::Schema {
            name: Some("answer".to_owned()),
            description: None,
            schema,
            strict: Some(true),
        })),
    ];
    (
        (sampling, reasoning, format),
        any::<bool>(),
        prop::option::of(1..100_000_u64),
        prop::collection::vec("[A-Z]{1,4}", 0..3),
        prop::option::of(any::<bool>()),
        prop::option::of("user-[a-z0-9]{4}"),
    )
        .prop_map(
            |(words, stream, max_tokens, stop, parallel, user)| Request {
                model: "a-model".to_owned(),
                stream,
                wants_usage: stream,
                sampling: words.0,
                reasoning: words.1,
                format: words.2,
                max_tokens,
                stop,
                parallel_tool_calls: parallel,
                user,
                ..Request::default()
            },
        )
}
