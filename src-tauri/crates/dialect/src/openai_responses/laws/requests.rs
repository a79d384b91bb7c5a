//! Requests.

use chat::{
    AnswerFormat, CustomTool, Effort, Foreign, FunctionTool, Media, Message, Part, Reasoning,
    Request, Role, Sampling, Source, Text, Thinking, Tool, ToolCall, ToolChoice, ToolKind,
    ToolResult,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::given::{almost, arguments, name, own, words};
use crate::openai_responses::{DIALECT, request};
use crate::translate::Target;

const KEYS: &[&str] = &[
    "model",
    "input",
    "type",
    "role",
    "content",
    "text",
    "image_url",
    "file_data",
    "call_id",
    "name",
    "arguments",
    "output",
    "summary",
    "encrypted_content",
    "id",
    "tools",
    "tool_choice",
    "parameters",
    "reasoning",
    "effort",
    "format",
    "schema",
    "namespace",
    "execution",
    "mode",
    "instructions",
    "stream",
    "temperature",
    "max_output_tokens",
    "input_audio",
    "data",
];
const KINDS: &[&str] = &[
    "message",
    "user",
    "assistant",
    "input_text",
    "input_image",
    "input_file",
    "input_audio",
    "function_call",
    "function_call_output",
    "custom_tool_call",
    "custom_tool_call_output",
    "reasoning",
    "item_reference",
    "tool_search_call",
    "tool_search_output",
    "additional_tools",
    "namespace",
    "function",
    "custom",
    "tool_search",
    "client",
    "allowed_tools",
    "json_schema",
    "data:image/png;base64,AA",
    "mp1.gemini.~call.1.a.x",
    "mp1.anthropic.~redacted.x",
];

fn target() -> Target {
    Target {
        model: "m".to_owned(),
        official_host: true,
        default_max_tokens: 1,
    }
}

fn foreign(value: Value) -> Foreign {
    Foreign {
        dialect: DIALECT,
        value,
    }
}

fn media() -> impl Strategy<Value = (Source, Option<String>)> {
    prop_oneof![
        words().prop_map(|path| (Source::Url(format!("https://e.x/{path}")), None)),
        "[A-Za-z0-9+/]{4,8}"
            .prop_map(|data| { (Source::Base64(data), Some("image/webp".to_owned())) }),
        name().prop_map(|id| {
            (
                Source::Stored {
                    dialect: DIALECT,
                    id,
                },
                None,
            )
        }),
    ]
}

/// A piece of a user's words, or of a tool's output.
fn piece() -> impl Strategy<Value = Part> {
    prop_oneof![
        words().prop_map(Part::text),
        (words(), any::<bool>()).prop_map(|(text, marked)| Part::Text(Text {
            extra: marked
                .then(|| foreign(json!({"prompt_cache_breakpoint": {"mode": "explicit"}}))),
            ..Text::new(text)
        })),
        media().prop_map(|(source, mime)| Part::Image(Media {
            detail: Some("low".to_owned()),
            ..Media::new(source, mime)
        })),
        (media(), words()).prop_map(|((source, mime), file)| Part::Document(Media {
            name: Some(file),
            ..Media::new(source, mime)
        })),
    ]
}

fn said(role: Role, parts: Vec<Part>, extra: bool) -> Message {
    Message {
        extra: extra.then(|| foreign(json!({"id": "msg_1", "status": "completed"}))),
        ..Message::new(role, parts)
    }
}

/// The turns of one exchange; a call is answered.
fn turn(index: usize) -> impl Strategy<Value = Vec<Message>> {
    let user = (
        prop::collection::vec(piece(), 1..4),
        prop::sample::select(vec![Role::User, Role::Developer]),
    )
        .prop_map(|(parts, role)| vec![said(role, parts, false)]);
    let model = (words(), any::<bool>(), any::<bool>()).prop_map(|(text, extra, refuses)| {
        let part = if refuses {
            Part::Refusal(text)
        } else {
            Part::text(text)
        };
        vec![said(Role::Assistant, vec![part], extra)]
    });
    let thought = (words(), words()).prop_map(move |(text, sealed)| {
        let part = Part::Thinking(Thinking {
            text,
            signature: Some(own(sealed)),
            redacted: false,
            id: Some(format!("rs_{index}")),
        });
        vec![Message::new(Role::Assistant, vec![part])]
    });
    let tool = (
        name(),
        arguments(),
        any::<bool>(),
        prop::collection::vec(piece(), 1..3),
    )
        .prop_map(move |(name, arguments, custom, content)| {
            let kind = if custom {
                ToolKind::Custom
            } else {
                ToolKind::Function
            };
            let call = Part::ToolCall(ToolCall {
                id: format!("call_{index}"),
                name: name.clone(),
                arguments,
                kind,
                ..ToolCall::default()
            });
            let result = Part::ToolResult(ToolResult {
                call_id: format!("call_{index}"),
                name: Some(name),
                content,
                kind,
                ..ToolResult::default()
            });
            vec![
                Message::new(Role::Assistant, vec![call]),
                Message::new(Role::User, vec![result]),
            ]
        });
    let other = Just(vec![Message::new(
        Role::Assistant,
        vec![Part::Foreign(foreign(
            json!({"type": "item_reference", "id": "rs_9"}),
        ))],
    )]);
    prop_oneof![user, model, thought, tool, other]
}

fn tools() -> impl Strategy<Value = Vec<Tool>> {
    let function = (words(), any::<bool>()).prop_map(|(text, strict)| FunctionTool {
        description: Some(text),
        parameters: Some(json!({"type": "object", "properties": {"a": {"type": "string"}}})),
        strict: Some(strict),
        ..FunctionTool::default()
    });
    (
        prop::collection::vec(function, 0..4),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(functions, custom, hosted)| {
            let mut tools = Vec::new();
            for (index, mut tool) in functions.into_iter().enumerate() {
                tool.name = format!("f{index}");
                // Every other one stands in a namespace.
                if index % 2 == 1 {
                    tool.name = format!("mcp__s__f{index}");
                    let namespace = json!({"name": "mcp__s", "description": "d"});
                    tool.extra = Some(foreign(
                        json!({"namespace": namespace, "defer_loading": true}),
                    ));
                }
                tools.push(Tool::Function(tool));
            }
            tools.extend(custom.then(|| {
                Tool::Custom(CustomTool {
                    name: "patch".to_owned(),
                    description: None,
                    format: Some(json!({"type": "grammar", "syntax": "lark", "definition": "x"})),
                    extra: None,
                })
            }));
            tools.extend(hosted.then(|| Tool::Foreign(foreign(json!({"type": "web_search"})))));
            tools
        })
}

fn format() -> impl Strategy<Value = AnswerFormat> {
    prop_oneof![
        Just(AnswerFormat::Text),
        Just(AnswerFormat::Json),
        (name(), prop::option::of(any::<bool>())).prop_map(|(name, strict)| AnswerFormat::Schema {
            name: Some(name),
            description: None,
            schema: json!({"type": "object"}),
            strict,
        }),
    ]
}

fn reasoning() -> impl Strategy<Value = Reasoning> {
    let effort = prop::sample::select(vec![
        Effort::None,
        Effort::Minimal,
        Effort::Low,
        Effort::Medium,
        Effort::High,
        Effort::XHigh,
        Effort::Max,
        Effort::Other("turbo".to_owned()),
    ]);
    (prop::option::of(effort), any::<bool>()).prop_map(|(effort, shown)| Reasoning {
        effort,
        visible: shown.then_some(true),
        extra: shown.then(|| foreign(json!({"summary": "detailed"}))),
        ..Reasoning::default()
    })
}

fn choice() -> impl Strategy<Value = ToolChoice> {
    prop_oneof![
        Just(ToolChoice::Auto),
        Just(ToolChoice::None),
        Just(ToolChoice::Required),
        name().prop_map(ToolChoice::Named),
        (prop::collection::vec(name(), 1..3), any::<bool>())
            .prop_map(|(names, required)| ToolChoice::Allowed { names, required }),
    ]
}

fn requests() -> impl Strategy<Value = Request> {
    let turns = (0_usize..5).prop_flat_map(|count| (0..count).map(turn).collect::<Vec<_>>());
    let asked = (
        prop::option::of(words()),
        turns,
        tools(),
        prop::option::of(choice()),
    );
    let how = (
        prop::option::of(reasoning()),
        prop::option::of(format()),
        prop::option::of((0_u8..200).prop_map(|percent| f64::from(percent) / 100.0)),
        prop::option::of(any::<u32>()),
        prop::option::of(name()),
        any::<[bool; 3]>(),
    );
    (asked, how).prop_map(
        |(
            (system, turns, tools, tool_choice),
            (reasoning, format, temperature, limit, user, [stream, parallel, verbose]),
        )| {
            let mut messages = Vec::new();
            messages.extend(system.map(|text| Message::new(Role::System, vec![Part::text(text)])));
            messages.extend(turns.into_iter().flatten());
            let mut extra = json!({"store": false, "include": ["reasoning.encrypted_content"]});
            if verbose {
                extra["text"] = json!({"verbosity": "low"});
            }
            Request {
                model: "m".to_owned(),
                stream,
                wants_usage: true,
                messages,
                tools,
                tool_choice,
                parallel_tool_calls: parallel.then_some(false),
                sampling: Sampling {
                    temperature,
                    ..Sampling::default()
                },
                max_tokens: limit.map(Into::into),
                // An empty one asks for nothing.
                reasoning,
                format,
                previous: user.clone().map(|id| format!("resp_{id}")),
                user,
                extra: Some(foreign(extra)),
                ..Request::default()
            }
        },
    )
}

proptest! {
    #[test]
    fn t1_a_request_written_and_read_is_the_same(given in requests()) {
        let written = request::write(&given, &target());
        prop_assert_eq!(&written.losses, &[]);
        prop_assert!(written.names.is_empty());
        prop_assert_eq!(request::read(&written.body).unwrap(), given);
    }

    #[test]
    fn arbitrary_bytes_break_no_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = request::read(&bytes);
        let _ = crate::openai_responses::strip::strip(&bytes);
    }

    #[test]
    fn requests_of_any_shape_are_read_or_refused_and_written(value in almost(KEYS, KINDS)) {
        let body = json!({"model": "m", "input": [value], "tools": [value], "text": value});
        for body in [value.clone(), body, json!({"model": "m", "input": [value]})] {
            if let Ok(read) = request::read(body.to_string().as_bytes()) {
                let written = request::write(&read, &target());
                prop_assert!(serde_json::from_slice::<Value>(&written.body).is_ok());
            }
        }
    }
}
