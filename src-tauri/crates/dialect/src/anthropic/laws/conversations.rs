//! Generated requests that this dialect can say, as its reader would have them.

use std::collections::HashMap;

use chat::{
    AnswerFormat, Cache, Effort, Foreign, FunctionTool, Media, Message, Part, Reasoning, Request,
    Role, Sampling, Source, Text, Tool, ToolChoice, ToolResult,
};
use proptest::prelude::*;
use serde_json::json;

use super::parts::{call, id, own_thought, schema, server_block, text, words};
use crate::Dialect;
use crate::translate::Target;

const OWN: Dialect = Dialect::Anthropic;

/// A model that thinks by a budget.
pub(super) fn older() -> Target {
    Target {
        model: "claude-x".to_owned(),
        official_host: false,
        default_max_tokens: 4096,
    }
}

/// A model that thinks adaptively and takes system turns.
fn newer() -> Target {
    Target {
        model: "claude-opus-4-8".to_owned(),
        official_host: true,
        default_max_tokens: 4096,
    }
}

/// A request, and to whom it can be said without a loss.
pub(super) fn request() -> impl Strategy<Value = (Request, Target)> {
    prop::bool::ANY.prop_flat_map(|new| {
        let parts = (system(), turns(new), tools(), options(new), own_fields());
        (parts, Just(if new { newer() } else { older() })).prop_map(
            |((system, turns, tools, options, extra), target)| {
                (
                    assembled(system, turns, tools, options, extra, &target),
                    target,
                )
            },
        )
    })
}

#[derive(Debug, Clone)]
struct Options {
    reasoning: Option<Reasoning>,
    sampling: Sampling,
    choice: Option<ToolChoice>,
    parallel: Option<bool>,
    stop: Vec<String>,
    format: Option<AnswerFormat>,
    user: Option<String>,
    stream: bool,
}

fn assembled(
    system: Option<Message>,
    turns: Vec<Message>,
    tools: Vec<Tool>,
    options: Options,
    extra: Option<Foreign>,
    target: &Target,
) -> Request {
    let mut messages: Vec<_> = system.into_iter().chain(turns).collect();
    name_results(&mut messages);
    let by_budget = options
        .reasoning
        .as_ref()
        .is_some_and(|one| one.budget.is_some());
    if by_budget {
        // The turn that is going on has to begin with a thought: here, every turn does.
        for message in messages
            .iter_mut()
            .filter(|one| one.role == Role::Assistant)
        {
            message.parts.insert(0, signed_thought());
        }
    }
    let choice = match options.choice {
        _ if tools.is_empty() => None,
        Some(ToolChoice::Required | ToolChoice::Named(_)) if by_budget => Some(ToolChoice::Auto),
        choice => choice,
    };
    let parallel = match choice {
        None | Some(ToolChoice::None) => None,
        Some(_) => options.parallel,
    };
    Request {
        model: target.model.clone(),
        stream: options.stream,
        wants_usage: true,
        messages,
        tools,
        tool_choice: choice,
        parallel_tool_calls: parallel,
        sampling: if options.reasoning.is_some() {
            Sampling::default()
        } else {
            options.sampling
        },
        max_tokens: Some(40_000),
        stop: options.stop,
        reasoning: options.reasoning,
        format: options.format,
        user: options.user,
        previous: None,
        extra,
    }
}

fn signed_thought() -> Part {
    Part::Thinking(chat::Thinking {
        text: "so".to_owned(),
        signature: Some(chat::Signature {
            dialect: OWN,
            value: "EqQB".to_owned(),
        }),
        redacted: false,
        id: None,
    })
}

/// The reader tells which tool a result is of.
fn name_results(messages: &mut [Message]) {
    let mut names = HashMap::new();
    for part in messages.iter_mut().flat_map(|message| &mut message.parts) {
        match part {
            Part::ToolCall(call) => {
                names.insert(call.id.clone(), call.name.clone());
            }
            Part::ToolResult(result) => result.name = names.get(&result.call_id).cloned(),
            _ => {}
        }
    }
}

fn marked() -> impl Strategy<Value = Option<Cache>> {
    prop::option::weighted(
        0.2,
        Just(Cache(json!({ "type": "ephemeral", "ttl": "1h" }))),
    )
}

fn marked_text() -> impl Strategy<Value = Text> {
    (text(true), marked()).prop_map(|(text, cache)| Text { cache, ..text })
}

fn plain_part() -> impl Strategy<Value = Part> {
    prop_oneof![
        3 => marked_text().prop_map(Part::Text),
        1 => image().prop_map(Part::Image),
        1 => document().prop_map(Part::Document),
        1 => words().prop_map(|text| Part::Foreign(Foreign {
            dialect: OWN,
            value: json!({ "type": "search_result", "source": text, "title": "t", "content": [] }),
        })),
    ]
}

fn image() -> impl Strategy<Value = Media> {
    let source = prop_oneof![
        Just((
            Source::Base64("aGk=".to_owned()),
            Some("image/png".to_owned())
        )),
        Just((Source::Url("https://a.example/b.png".to_owned()), None)),
        id().prop_map(|id| (Source::Stored { dialect: OWN, id }, None)),
    ];
    (source, marked()).prop_map(|((source, mime), cache)| Media {
        cache,
        ..Media::new(source, mime)
    })
}

fn document() -> impl Strategy<Value = Media> {
    let source = prop_oneof![
        Just((
            Source::Base64("JVBERi0=".to_owned()),
            Some("application/pdf".to_owned())
        )),
        Just((Source::Url("https://a.example/b.pdf".to_owned()), None)),
        words().prop_map(|text| (Source::Text(text), Some("text/plain".to_owned()))),
        id().prop_map(|id| (Source::Stored { dialect: OWN, id }, None)),
    ];
    (source, marked(), prop::option::of(words()), any::<bool>()).prop_map(
        |((source, mime), cache, name, cited)| Media {
            cache,
            name,
            extra: cited.then(|| Foreign {
                dialect: OWN,
                value: json!({ "citations": { "enabled": true }, "context": "c" }),
            }),
            ..Media::new(source, mime)
        },
    )
}

fn system() -> impl Strategy<Value = Option<Message>> {
    let texts = prop::collection::vec(marked_text().prop_map(Part::Text), 1..3);
    prop::option::of(texts.prop_map(|parts| Message::new(Role::System, parts)))
}

fn result(call_id: String) -> impl Strategy<Value = Part> {
    (
        prop::collection::vec(plain_part(), 0..3),
        any::<bool>(),
        marked(),
    )
        .prop_map(move |(content, is_error, cache)| {
            Part::ToolResult(ToolResult {
                call_id: call_id.clone(),
                content,
                is_error,
                cache,
                ..ToolResult::default()
            })
        })
}

/// A question, an answer with calls, their results; or a question and an answer. A system turn where it may stand.
fn round(new: bool) -> impl Strategy<Value = Vec<Message>> {
    let asked = prop::collection::vec(plain_part(), 1..3);
    let said = prop::collection::vec(
        prop_oneof![
            marked_text().prop_map(Part::Text),
            own_thought(),
            server_block()
        ],
        0..3,
    );
    let calls = prop::collection::vec((call(), marked()), 1..3);
    let system = prop::option::weighted(0.3, marked_text());
    (asked, said, calls, system, any::<bool>())
        .prop_flat_map(|(asked, mut said, calls, system, answered)| {
            let ids: Vec<_> = calls.iter().map(|(call, _)| call.id.clone()).collect();
            said.extend(
                calls
                    .into_iter()
                    .map(|(call, cache)| Part::ToolCall(chat::ToolCall { cache, ..call })),
            );
            let results: Vec<_> = ids.into_iter().map(result).collect();
            (Just((asked, said, system, answered)), results)
        })
        .prop_map(move |((asked, said, system, answered), results)| {
            let mut turns = vec![Message::new(Role::User, asked)];
            turns.extend(
                system
                    .filter(|_| new)
                    .map(|text| Message::new(Role::System, vec![Part::Text(text)])),
            );
            turns.push(Message::new(Role::Assistant, said));
            turns.push(Message::new(Role::User, results));
            if answered {
                turns.push(Message::new(Role::Assistant, vec![Part::text("done")]));
            }
            turns
        })
}

fn turns(new: bool) -> impl Strategy<Value = Vec<Message>> {
    prop::collection::vec(round(new), 1..3).prop_map(|rounds| {
        let mut turns: Vec<Message> = rounds.concat();
        // Neighbours of one role would be joined.
        turns.dedup_by(|second, first| {
            let joined = first.role == second.role;
            if joined {
                first.parts.append(&mut second.parts);
            }
            joined
        });
        turns
    })
}

fn tools() -> impl Strategy<Value = Vec<Tool>> {
    let function = (
        "[a-zA-Z0-9_-]{1,9}",
        prop::option::of(words()),
        schema(),
        prop::option::of(any::<bool>()),
        marked(),
        any::<bool>(),
    )
        .prop_map(|(name, description, schema, strict, cache, extra)| {
            Tool::Function(FunctionTool {
                name,
                description,
                parameters: Some(schema),
                strict: strict.filter(|strict| *strict),
                cache,
                extra: extra.then(|| Foreign {
                    dialect: OWN,
                    value: json!({ "defer_loading": true }),
                }),
            })
        });
    let server = Just(Tool::Foreign(Foreign {
        dialect: OWN,
        value: json!({ "type": "web_search_20250305", "name": "web_search", "max_uses": 3 }),
    }));
    prop::collection::vec(prop_oneof![4 => function, 1 => server], 0..4)
}

fn reasoning(new: bool) -> impl Strategy<Value = Option<Reasoning>> {
    let effort = prop_oneof![
        Just(Effort::Low),
        Just(Effort::Medium),
        Just(Effort::High),
        Just(Effort::XHigh),
        Just(Effort::Max),
    ];
    (
        0..4,
        prop::option::of(effort),
        prop::option::of(any::<bool>()),
        1024u64..30_000,
    )
        .prop_map(move |(form, effort, visible, budget)| match form {
            0 => None,
            1 => Some(Reasoning {
                enabled: Some(false),
                ..Reasoning::default()
            }),
            _ if new => Some(Reasoning {
                effort,
                enabled: Some(true),
                visible,
                extra: (form == 3).then(|| Foreign {
                    dialect: OWN,
                    value: json!({ "type": "between_tools", "block_binding": {} }),
                }),
                ..Reasoning::default()
            }),
            _ => Some(Reasoning {
                effort,
                budget: Some(budget),
                enabled: Some(true),
                visible: visible.filter(|visible| !visible),
                ..Reasoning::default()
            }),
        })
}

fn options(new: bool) -> impl Strategy<Value = Options> {
    let sampling = (
        prop::option::of((0u8..=64).prop_map(|part| f64::from(part) / 64.0)),
        prop::option::of((0u8..=64).prop_map(|part| f64::from(part) / 64.0)),
        prop::option::of(0u64..99),
    )
        .prop_map(move |(temperature, top_p, top_k)| match new {
            true => Sampling::default(),
            false => Sampling {
                temperature,
                top_p,
                top_k,
                ..Sampling::default()
            },
        });
    let choice = prop_oneof![
        Just(ToolChoice::Auto),
        Just(ToolChoice::None),
        Just(ToolChoice::Required),
        "[a-z]{1,9}".prop_map(ToolChoice::Named),
    ];
    let format = schema().prop_map(|schema| AnswerFormat::Schema {
        name: None,
        description: None,
        schema,
        strict: None,
    });
    (
        reasoning(new),
        sampling,
        prop::option::of(choice),
        prop::option::of(any::<bool>()),
        prop::collection::vec(words(), 0..3),
        prop::option::of(format),
        prop::option::of(words()),
        any::<bool>(),
    )
        .prop_map(
            |(reasoning, sampling, choice, parallel, stop, format, user, stream)| Options {
                reasoning,
                sampling,
                choice,
                parallel,
                stop,
                format,
                user,
                stream,
            },
        )
}

fn own_fields() -> impl Strategy<Value = Option<Foreign>> {
    prop::option::of(Just(Foreign {
        dialect: OWN,
        value: json!({
            "service_tier": "auto",
            "output_config": { "task_budget": { "total": 9 } },
            "metadata": { "trace": "t" },
            "context_management": { "edits": [] },
        }),
    }))
}
