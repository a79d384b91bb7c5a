//! Read after write gives the same request, for all that the dialect can say.

use chat::{
    AnswerFormat, CustomTool, Dialect, Effort, Foreign, FunctionTool, Media, Message, Part,
    Reasoning, Request, Role, Sampling, Signature, Source, Text, Thinking, Tool, ToolCall,
    ToolChoice, ToolKind, ToolResult,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde_json::json;

use super::target;

const SELF: Dialect = Dialect::OpenaiChat;

proptest! {
    #[test]
    fn the_vendor_is_told_all(request in request(true)) {
        let mut to = target(true);
        to.model.clone_from(&request.model);
        let up = super::super::write(&request, &to);
        prop_assert_eq!(&up.losses, &[]);
        prop_assert!(up.names.is_empty());
        let read = super::super::read(&up.body).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(read, request);
    }

    #[test]
    fn a_relay_is_told_all(request in request(false)) {
        let mut to = target(false);
        to.model.clone_from(&request.model);
        let up = super::super::write(&request, &to);
        prop_assert_eq!(&up.losses, &[]);
        let read = super::super::read(&up.body).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(read, request);
    }
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z ]{1,12}", "\\PC{1,12}"]
}

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_-]{1,64}"
}

fn fields() -> impl Strategy<Value = Option<Foreign>> {
    of(Just(Foreign {
        dialect: SELF,
        value: json!({"x_own": {"a": [1, "b", null]}}),
    }))
}

fn text() -> impl Strategy<Value = Part> {
    words().prop_map(Part::text)
}

fn media() -> impl Strategy<Value = Part> {
    let base64 = || "[A-Za-z0-9+/]{4,8}".prop_map(Source::Base64);
    let image = (
        prop_oneof![
            (base64(), Just(Some("image/png".to_owned()))),
            (
                Just(Source::Url("https://example.com/a.png".to_owned())),
                Just(None)
            ),
        ],
        of("low|high|auto"),
        fields(),
    );
    let image = image.prop_map(|((source, mime), detail, extra)| {
        Part::Image(Media {
            detail,
            extra,
            ..Media::new(source, mime)
        })
    });
    let audio = (base64(), "audio/(wav|mpeg|flac)")
        .prop_map(|(source, mime)| Part::Audio(Media::new(source, Some(mime))));
    let stored = "file-[a-z0-9]{4}".prop_map(|id| Source::Stored { dialect: SELF, id });
    let document = prop_oneof![
        (base64(), Just(Some("application/pdf".to_owned()))),
        (stored, Just(None)),
    ];
    let document = (document, of("[a-z]{1,8}\\.pdf")).prop_map(|((source, mime), name)| {
        Part::Document(Media {
            name,
            ..Media::new(source, mime)
        })
    });
    let foreign = Just(Part::Foreign(Foreign {
        dialect: SELF,
        value: json!({"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}}),
    }));
    prop_oneof![image, audio, document, foreign]
}

/// Several texts in a row, or one where a relay gets one only.
fn texts(official: bool) -> impl Strategy<Value = Vec<Part>> {
    vec(text(), 1..=if official { 3 } else { 1 })
}

fn message(role: Role, parts: impl Strategy<Value = Vec<Part>>) -> impl Strategy<Value = Message> {
    (parts, of("[a-z]{1,8}"), fields()).prop_map(move |(parts, name, extra)| Message {
        role,
        parts,
        name,
        extra,
    })
}

fn user(official: bool) -> impl Strategy<Value = Message> {
    let mixed = (
        vec(prop_oneof![text(), media()], 0..3),
        media(),
        vec(text(), 0..2),
    );
    let mixed = mixed.prop_map(|(mut parts, sure, behind)| {
        parts.push(sure);
        parts.extend(behind);
        parts
    });
    message(Role::User, prop_oneof![texts(official), mixed])
}

fn thoughts(official: bool) -> BoxedStrategy<Vec<Part>> {
    if official {
        return Just(Vec::new()).boxed();
    }
    let own = of(Just(Signature {
        dialect: SELF,
        value: json!({"type": "reasoning.text", "signature": "S", "format": "f"}).to_string(),
    }));
    let thought = (words(), own).prop_map(|(text, signature)| {
        vec![Part::Thinking(Thinking {
            text,
            signature,
            ..Thinking::default()
        })]
    });
    prop_oneof![Just(Vec::new()), thought].boxed()
}

fn answer(official: bool) -> impl Strategy<Value = Message> {
    let refusal = of(words().prop_map(Part::Refusal));
    let parts = (thoughts(official), texts(official), refusal);
    let parts = parts.prop_map(move |(mut parts, texts, refusal)| {
        parts.extend(texts);
        parts.extend(refusal.filter(|_| official));
        parts
    });
    message(Role::Assistant, parts)
}

/// A turn of calls, and a message for each result.
fn exchange(official: bool) -> impl Strategy<Value = Vec<Message>> {
    let kind = prop_oneof![Just(ToolKind::Function), Just(ToolKind::Custom)];
    let call = (
        name(),
        kind,
        "[0-9]{1,3}",
        words(),
        of(Just("SIG".to_owned())),
    );
    let called = vec((call, texts(official)), 1..4);
    let said = prop_oneof![Just(Vec::new()), texts(official)];
    (thoughts(official), said, called, "[a-z]{6}").prop_map(move |(mut parts, said, called, id)| {
        parts.extend(said);
        let mut results = Vec::new();
        for (index, ((name, kind, number, words, seal), content)) in called.into_iter().enumerate()
        {
            let id = format!("call_{id}_{index}");
            let kind = if official { kind } else { ToolKind::Function };
            let arguments = match kind {
                ToolKind::Function => json!({"a": number, "b": words}).to_string(),
                ToolKind::Custom => words,
            };
            results.push(Message::new(
                Role::User,
                vec![Part::ToolResult(ToolResult {
                    call_id: id.clone(),
                    name: Some(name.clone()),
                    content,
                    kind,
                    ..ToolResult::default()
                })],
            ));
            let signature = seal.map(|value| Signature {
                dialect: SELF,
                value,
            });
            parts.push(Part::ToolCall(ToolCall {
                id,
                name,
                arguments,
                kind,
                signature,
                ..ToolCall::default()
            }));
        }
        let mut turn = vec![Message::new(Role::Assistant, parts)];
        turn.extend(results);
        turn
    })
}

fn conversation(official: bool) -> impl Strategy<Value = Vec<Message>> {
    let above = if official {
        Role::Developer
    } else {
        Role::System
    };
    let system = prop_oneof![
        message(Role::System, texts(official)),
        message(above, texts(official)),
    ];
    let block = prop_oneof![
        user(official).prop_map(|user| vec![user]),
        system.prop_map(|system| vec![system]),
        (answer(official), user(official)).prop_map(|(answer, user)| vec![answer, user]),
        exchange(official),
    ];
    vec(block, 1..5).prop_map(|blocks| blocks.concat())
}

fn tools(official: bool) -> impl Strategy<Value = Vec<Tool>> {
    let schema = Just(json!({"type":"object","properties":{"a":{"type":"string"}}}));
    let function = (name(), of(words()), schema, of(any::<bool>()), fields()).prop_map(
        |(name, description, schema, strict, extra)| {
            Tool::Function(FunctionTool {
                name,
                description,
                parameters: Some(schema),
                strict,
                cache: None,
                extra,
            })
        },
    );
    let grammar = json!({"type":"grammar","syntax":"lark","definition":"start: \"a\""});
    let format = prop_oneof![Just(json!({"type":"text"})), Just(grammar)];
    let custom = (name(), of(words()), of(format), fields()).prop_map(
        |(name, description, format, extra)| {
            Tool::Custom(CustomTool {
                name,
                description,
                format,
                extra,
            })
        },
    );
    let foreign = Just(Tool::Foreign(Foreign {
        dialect: SELF,
        value: json!({"type":"x","y":1}),
    }));
    if official {
        vec(prop_oneof![function, custom, foreign], 0..4).boxed()
    } else {
        vec(prop_oneof![function, foreign], 0..4).boxed()
    }
}

fn choice() -> impl Strategy<Value = ToolChoice> {
    prop_oneof![
        Just(ToolChoice::Auto),
        Just(ToolChoice::None),
        Just(ToolChoice::Required),
        name().prop_map(ToolChoice::Named),
    ]
}

fn format() -> impl Strategy<Value = AnswerFormat> {
    let schema =
        (name(), of(words()), of(any::<bool>())).prop_map(|(name, description, strict)| {
            AnswerFormat::Schema {
                name: Some(name),
                description,
                schema: json!({"type":"object"}),
                strict,
            }
        });
    prop_oneof![Just(AnswerFormat::Text), Just(AnswerFormat::Json), schema]
}

fn sampling() -> impl Strategy<Value = Sampling> {
    let share = || of((0_u32..=20).prop_map(|tenths| f64::from(tenths) / 10.0));
    (
        share(),
        share(),
        share(),
        share(),
        of(any::<i64>()),
        of(Just(1)),
    )
        .prop_map(
            |(temperature, top_p, frequency_penalty, presence_penalty, seed, candidates)| {
                Sampling {
                    temperature,
                    top_p,
                    top_k: None,
                    seed,
                    frequency_penalty,
                    presence_penalty,
                    candidates,
                }
            },
        )
}

fn effort() -> impl Strategy<Value = Effort> {
    prop_oneof![
        Just(Effort::None),
        Just(Effort::Low),
        Just(Effort::Max),
        Just(Effort::Other("ultra".to_owned())),
    ]
}

fn request(official: bool) -> impl Strategy<Value = Request> {
    let shape = (
        conversation(official),
        tools(official),
        of(choice()),
        of(any::<bool>()),
    );
    let limits = (
        of(any::<u32>()),
        vec(words(), 0..4),
        of(format()),
        of("[a-z0-9]{1,64}"),
    );
    let (plain, reasoning) = if official {
        ("gpt-4.1", "gpt-5.1")
    } else {
        ("x-chat", "x-reasoner")
    };
    // The vendor's models take either efforts or temperatures.
    let mind = prop_oneof![
        (Just(plain), sampling(), Just(None)),
        (Just(reasoning), Just(Sampling::default()), of(effort())),
    ];
    (
        shape,
        limits,
        mind,
        (any::<bool>(), any::<bool>()),
        fields(),
    )
        .prop_map(
            move |(
                (messages, tools, choice, parallel),
                (most, stop, format, user),
                mind,
                flow,
                extra,
            )| {
                let (model, sampling, effort) = mind;
                let offered = !tools.is_empty();
                Request {
                    model: model.to_owned(),
                    stream: flow.0,
                    wants_usage: flow.0 && flow.1,
                    messages,
                    tools,
                    tool_choice: choice.filter(|_| offered),
                    parallel_tool_calls: parallel.filter(|_| offered),
                    sampling,
                    max_tokens: most.map(u64::from),
                    stop: if model == plain { stop } else { Vec::new() },
                    reasoning: effort.map(|effort| Reasoning {
                        effort: Some(effort),
                        ..Reasoning::default()
                    }),
                    format,
                    user,
                    previous: None,
                    extra,
                }
            },
        )
}

#[test]
fn a_text_with_a_signature_of_its_own_keeps_it() {
    let signature = Some(Signature {
        dialect: SELF,
        value: "SIG".to_owned(),
    });
    let text = Part::Text(Text {
        text: "a".to_owned(),
        signature,
        ..Text::default()
    });
    let request = Request {
        model: "up".to_owned(),
        messages: vec![Message::new(Role::Assistant, vec![text])],
        ..Request::default()
    };
    let up = super::super::write(&request, &target(false));
    assert_eq!(super::super::read(&up.body).unwrap(), request);
}
