//! Laws of reading and writing.

use chat::{
    AnswerFormat, Dialect, Effort, Foreign, FunctionTool, Media, Message, Part, Reasoning, Request,
    Role, Sampling, Signature, Source, Text, Thinking, Tool, ToolCall, ToolChoice, ToolResult,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::target;

fn signature() -> impl Strategy<Value = Option<Signature>> {
    prop::option::of("[A-Za-z0-9+/]{1,12}").prop_map(|value| {
        value.map(|value| Signature {
            dialect: Dialect::Gemini,
            value,
        })
    })
}

fn text() -> impl Strategy<Value = Part> {
    ("\\PC{1,12}", signature()).prop_map(|(text, signature)| {
        Part::Text(Text {
            text,
            signature,
            ..Text::default()
        })
    })
}

fn media() -> impl Strategy<Value = Part> {
    ("([A-Za-z0-9+/]{4}){1,4}", 0..3_usize).prop_map(|(data, kind)| {
        let (wrap, mime): (fn(Media) -> Part, _) = [
            (Part::Image as fn(Media) -> Part, "image/webp"),
            (Part::Audio, "audio/wav"),
            (Part::Document, "application/pdf"),
        ][kind];
        wrap(Media::new(Source::Base64(data), Some(mime.to_owned())))
    })
}

fn call(id: Option<String>) -> impl Strategy<Value = (ToolCall, Part)> {
    (
        prop::sample::select(vec!["read", "write", "mcp.x:y-z"]),
        prop::collection::btree_map("\\PC{0,4}", -5..5_i32, 0..3),
        signature(),
        "\\PC{0,8}",
        any::<bool>(),
    )
        .prop_map(move |(name, arguments, signature, said, is_error)| {
            let arguments = serde_json::to_string(&arguments).unwrap();
            let call = ToolCall {
                id: id.clone().unwrap_or_default(),
                name: name.to_owned(),
                arguments,
                signature,
                ..ToolCall::default()
            };
            let result = Part::ToolResult(ToolResult {
                call_id: String::new(),
                name: Some(name.to_owned()),
                content: vec![Part::text(said)],
                is_error,
                ..ToolResult::default()
            });
            (call, result)
        })
}

/// A round of calls and their answers, with ids or without.
fn round() -> impl Strategy<Value = Vec<Message>> {
    let calls = (0..4_usize).prop_flat_map(|ids| {
        let one = |at: usize| call((ids % 2 == 0).then(|| format!("id{ids}-{at}")));
        (one(0), one(1))
    });
    (text(), signature(), calls).prop_map(|(asked, sealed, (one, two))| {
        let thinking = sealed.map(|signature| {
            Part::Thinking(Thinking {
                text: "hm".to_owned(),
                signature: Some(signature),
                ..Thinking::default()
            })
        });
        let (mut one, mut two) = (one, two);
        for (at, (call, result)) in [&mut one, &mut two].into_iter().enumerate() {
            if call.id.is_empty() {
                call.id = format!("gemini_t{at}");
            }
            if let Part::ToolResult(result) = result {
                result.call_id.clone_from(&call.id);
            }
        }
        let calls = [&one, &two].map(|(call, _)| Part::ToolCall(call.clone()));
        let said = thinking.into_iter().chain(calls).collect();
        vec![
            Message::new(Role::User, vec![asked]),
            Message::new(Role::Assistant, said),
            Message::new(Role::User, vec![one.1, two.1]),
            Message::new(Role::Assistant, vec![Part::text("done")]),
        ]
    })
}

fn messages() -> impl Strategy<Value = Vec<Message>> {
    let system = prop::option::of("\\PC{1,9}");
    let shown = prop::collection::vec(prop_oneof![text(), media()], 1..4);
    (system, prop::collection::vec(round(), 0..3), shown).prop_map(|(system, rounds, shown)| {
        let mut all: Vec<Message> = Vec::new();
        all.extend(system.map(|text| Message::new(Role::System, vec![Part::text(text)])));
        all.extend(rounds.into_iter().flatten());
        all.push(Message::new(Role::User, shown));
        all
    })
}

fn tools() -> impl Strategy<Value = Vec<Tool>> {
    let function = ("[a-z_][a-z0-9_.:-]{0,20}", prop::option::of("\\PC{0,9}")).prop_map(
        |(name, description)| {
            Tool::Function(FunctionTool {
                name,
                description,
                parameters: Some(json!({
                    "type": "object",
                    "properties": {"a": {"type": ["string", "null"]}, "type": {"type": "integer", "minimum": 1}},
                    "required": ["a"],
                })),
                extra: Foreign::fields(
                    Dialect::Gemini,
                    Map::from_iter([("behavior".to_owned(), json!("BLOCKING"))]),
                ),
                ..FunctionTool::default()
            })
        },
    );
    (prop::collection::vec(function, 0..3), any::<bool>()).prop_map(|(mut tools, search)| {
        if search {
            tools.push(Tool::Foreign(Foreign {
                dialect: Dialect::Gemini,
                value: json!({"googleSearch": {}}),
            }));
        }
        tools
    })
}

fn reasoning() -> impl Strategy<Value = Option<Reasoning>> {
    let effort = prop::sample::select(vec![
        Effort::Minimal,
        Effort::Low,
        Effort::Medium,
        Effort::High,
    ]);
    let visible = prop::option::of(any::<bool>());
    let told = prop_oneof![
        effort.prop_map(|effort| (Some(effort), None, None)),
        (1..9_000_u64).prop_map(|tokens| (None, Some(tokens), None)),
        Just((None, None, Some(false))),
    ];
    prop::option::of(
        (told, visible).prop_map(|((effort, budget, enabled), visible)| Reasoning {
            effort,
            budget,
            enabled,
            visible,
            ..Reasoning::default()
        }),
    )
}

fn settings() -> impl Strategy<Value = Request> {
    let format = prop::sample::select(vec![
        None,
        Some(AnswerFormat::Text),
        Some(AnswerFormat::Json),
        Some(AnswerFormat::Schema {
            name: None,
            description: None,
            schema: json!({"type": "array", "items": {"type": "number"}}),
            strict: None,
        }),
    ]);
    let sampling = (
        prop::option::of(0.0..2.0_f64),
        prop::option::of(0..100_u64),
        prop::option::of(any::<i32>()),
        prop::option::of(Just(1)),
    )
        .prop_map(|(temperature, top_k, seed, candidates)| Sampling {
            temperature,
            top_k,
            seed: seed.map(i64::from),
            candidates,
            ..Sampling::default()
        });
    let stop = prop::collection::vec("\\PC{1,4}", 0..5);
    let extra = prop::sample::select(vec![
        json!({}),
        json!({"safetySettings": [{"category": "X"}], "cachedContent": "c"}),
        json!({"generationConfig": {"responseModalities": ["TEXT"], "speechConfig": {"a": 1}}}),
        json!({"toolConfig": {"retrievalConfig": {"languageCode": "en"}}, "labels": {"a": "b"}}),
    ]);
    (
        format,
        sampling,
        stop,
        reasoning(),
        prop::option::of(1..9_u64),
        extra,
    )
        .prop_map(|(format, sampling, stop, reasoning, max_tokens, extra)| {
            let Value::Object(extra) = extra else {
                unreachable!("it is an object");
            };
            Request {
                format,
                sampling,
                stop,
                reasoning,
                max_tokens,
                extra: Foreign::fields(Dialect::Gemini, extra),
                ..Request::default()
            }
        })
}

fn choice(tools: &[Tool], which: usize) -> Option<ToolChoice> {
    let names: Vec<String> = tools
        .iter()
        .filter_map(|tool| match tool {
            Tool::Function(tool) => Some(tool.name.clone()),
            _ => None,
        })
        .collect();
    let first = names.first()?.clone();
    [
        None,
        Some(ToolChoice::Auto),
        Some(ToolChoice::None),
        Some(ToolChoice::Required),
        Some(ToolChoice::Named(first.clone())),
        Some(ToolChoice::Allowed {
            names: vec![first.clone(), first],
            required: which.is_multiple_of(2),
        }),
    ]
    .get(which)
    .cloned()
    .flatten()
}

/// A request as a client of this dialect can say it.
fn request() -> impl Strategy<Value = Request> {
    (messages(), tools(), settings(), 0..6_usize).prop_map(|(messages, tools, settings, which)| {
        Request {
            messages,
            tool_choice: choice(&tools, which),
            tools,
            wants_usage: true,
            ..settings
        }
    })
}

/// Without the ids that a reader makes.
fn bare(mut request: Request) -> Request {
    for part in request
        .messages
        .iter_mut()
        .flat_map(|message| &mut message.parts)
    {
        let (Part::ToolCall(ToolCall { id, .. })
        | Part::ToolResult(ToolResult { call_id: id, .. })) = part
        else {
            continue;
        };
        if super::super::turns::is_made(id) {
            id.clear();
        }
    }
    request
}

/// The same with ids where they are made by the reader.
fn with_ids(request: &Request) -> Request {
    let written = super::super::write(request, &target());
    super::super::read(&written.body).unwrap()
}

proptest! {
    #[test]
    fn reading_what_was_written_keeps_every_request(request in request()) {
        let written = super::super::write(&request, &target());
        prop_assert_eq!(&written.losses, &[]);
        let read = super::super::read(&written.body).unwrap();
        prop_assert_eq!(bare(read.clone()), bare(request));
        // From there on it stays, ids and all.
        prop_assert_eq!(with_ids(&read), read);
    }

    #[test]
    fn no_bytes_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = super::super::read(&body);
        let _ = super::super::read_count(&body);
    }

    #[test]
    fn no_json_panics_whatever_stands_where(
        key in prop::sample::select(vec!["text", "inlineData", "fileData", "functionCall", "functionResponse", "thoughtSignature"]),
        place in prop::sample::select(vec!["contents", "systemInstruction", "tools", "toolConfig", "generationConfig"]),
        value in json_value(),
    ) {
        let part = json!({ key: value });
        let mut body = json!({ "contents": [{ "parts": [part] }] });
        if let Ok(request) = super::read(&body) {
            super::super::write(&request, &target());
        }
        body["contents"][0]["parts"][0] = json!({"text": "x"});
        body[place] = value;
        if let Ok(request) = super::read(&body) {
            super::super::write(&request, &target());
        }
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let keys = vec![
        "name",
        "args",
        "response",
        "parts",
        "mimeType",
        "data",
        "fileUri",
        "functionDeclarations",
        "parameters",
        "type",
        "properties",
        "items",
        "anyOf",
        "mode",
        "thinkingConfig",
        "thinkingBudget",
        "responseSchema",
        "$ref",
        "enum",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        let key = prop::sample::select(keys.clone());
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..4).prop_map(|fields| {
                let fields = fields
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value));
                Value::Object(fields.collect())
            }),
        ]
    })
}
