use chat::{
    AnswerFormat, CustomTool, Effort, Foreign, FunctionTool, Loss, Media, Message, Part, Reasoning,
    Role, Sampling, Signature, Source, Text, Thinking, Tool, ToolCall, ToolChoice, ToolKind,
    ToolResult,
};
use serde_json::{Value, json};

use super::*;
use crate::Dialect;

fn target(model: &str) -> Target {
    Target {
        model: model.to_owned(),
        official_host: true,
        default_max_tokens: 4096,
    }
}

fn asked(messages: Vec<Message>) -> Request {
    Request {
        model: "asked".to_owned(),
        messages,
        ..Request::default()
    }
}

fn told(request: &Request, model: &str) -> (Value, Vec<Loss>) {
    let written = write(request, &target(model));
    (
        serde_json::from_slice(&written.body).unwrap(),
        written.losses,
    )
}

fn says(role: Role, text: &str) -> Message {
    Message::new(role, vec![Part::text(text)])
}

fn call(id: &str, name: &str, arguments: &str) -> Part {
    Part::ToolCall(ToolCall {
        id: id.to_owned(),
        name: name.to_owned(),
        arguments: arguments.to_owned(),
        ..ToolCall::default()
    })
}

fn result(id: &str, text: &str) -> Message {
    Message::new(
        Role::User,
        vec![Part::ToolResult(ToolResult {
            call_id: id.to_owned(),
            content: vec![Part::text(text)],
            ..ToolResult::default()
        })],
    )
}

fn thought(dialect: Option<Dialect>) -> Part {
    Part::Thinking(Thinking {
        text: "so".to_owned(),
        signature: dialect.map(|dialect| Signature {
            dialect,
            value: "Eq+/==".to_owned(),
        }),
        ..Thinking::default()
    })
}

fn function(name: &str) -> Tool {
    Tool::Function(FunctionTool {
        name: name.to_owned(),
        ..FunctionTool::default()
    })
}

fn thinks(effort: Effort) -> Option<Reasoning> {
    Some(Reasoning {
        effort: Some(effort),
        ..Reasoning::default()
    })
}

const OLD: &str = "claude-sonnet-4-5";
const NEW: &str = "claude-opus-4-8";

#[test]
fn neighbours_are_joined_and_results_stand_first() {
    let request = asked(vec![
        says(Role::System, "be"),
        says(Role::Developer, "brief"),
        says(Role::User, "a"),
        says(Role::User, "b"),
        Message::new(Role::Assistant, vec![call("c1", "f", "")]),
        says(Role::Assistant, " "),
        Message::new(Role::Assistant, vec![call("c2", "f", "{\"a\": 1}")]),
        says(Role::User, "and"),
        result("c1", "x"),
        result("c2", "y"),
    ]);
    let (body, losses) = told(&request, OLD);
    assert_eq!(losses, []);
    assert_eq!(body["max_tokens"], 4096);
    assert_eq!(
        body["system"],
        json!([{ "type": "text", "text": "be" }, { "type": "text", "text": "brief" }])
    );
    assert_eq!(
        body["messages"],
        json!([
            { "role": "user", "content": [{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }] },
            { "role": "assistant", "content": [
                { "type": "tool_use", "id": "c1", "name": "f", "input": {} },
                { "type": "tool_use", "id": "c2", "name": "f", "input": { "a": 1 } },
            ] },
            { "role": "user", "content": [
                { "type": "tool_result", "tool_use_id": "c1", "content": "x" },
                { "type": "tool_result", "tool_use_id": "c2", "content": "y" },
                { "type": "text", "text": "and" },
            ] },
        ])
    );
}

#[test]
fn a_system_turn_amid_the_conversation_stays_where_it_is() {
    let request = asked(vec![
        says(Role::User, "a"),
        says(Role::Developer, "now in French"),
        says(Role::Assistant, "oui"),
        says(Role::System, "loudly"),
        says(Role::User, "b"),
    ]);
    let (body, losses) = told(&request, NEW);
    assert_eq!(body["system"], Value::Null);
    assert_eq!(
        body["messages"][1],
        json!({ "role": "system", "content": "now in French" })
    );
    // Before a user's turn it may not stand.
    assert_eq!(
        body["messages"][3]["content"][0]["text"],
        "<system>\nloudly\n</system>"
    );
    assert_eq!(body["messages"][3]["role"], "user");
    assert_eq!(losses.len(), 1);
    let (body, _) = told(&request, OLD);
    assert_eq!(
        body["messages"][0]["content"],
        json!([{ "type": "text", "text": "a" },
               { "type": "text", "text": "<system>\nnow in French\n</system>" }])
    );
}

#[test]
fn a_system_turn_alone_is_what_there_is_to_answer() {
    let (body, _) = told(&asked(vec![says(Role::System, "tell me")]), OLD);
    assert_eq!(body["system"], Value::Null);
    assert_eq!(
        body["messages"],
        json!([{ "role": "user", "content": "tell me" }])
    );
}

#[test]
fn arguments_that_are_no_object_are_wrapped() {
    let request = asked(vec![
        says(Role::User, "a"),
        Message::new(
            Role::Assistant,
            vec![
                call("c1", "f", "[1]"),
                call("c2", "f", "{\"cut\": "),
                call("c3", "f", " {\"n\": 12345678901234567890123} "),
            ],
        ),
    ]);
    let written = write(&request, &target(OLD));
    assert_eq!(
        written.losses,
        [
            Loss::Arguments("c1".to_owned()),
            Loss::Arguments("c2".to_owned())
        ]
    );
    let body = String::from_utf8(written.body).unwrap();
    assert!(body.contains(r#""input":{"arguments":[1]}"#));
    assert!(body.contains(r#""input":{"arguments":"{\"cut\": "}"#));
    assert!(body.contains(r#""input":{"n": 12345678901234567890123}"#));
}

#[test]
fn t6_names_and_ids_that_are_refused_are_sent_under_others() {
    let long = "x".repeat(200);
    let mut request = asked(vec![
        says(Role::User, "a"),
        Message::new(Role::Assistant, vec![call("call|1", "mcp.server/read", "")]),
        result("call|1", "x"),
    ]);
    request.tools = vec![
        function("mcp.server/read"),
        function(&long),
        function("fine"),
    ];
    request.tool_choice = Some(ToolChoice::Named("mcp.server/read".to_owned()));
    let written = write(&request, &target(OLD));
    let body: Value = serde_json::from_slice(&written.body).unwrap();
    let sent = body["tools"][0]["name"].as_str().unwrap();
    assert!(sent.starts_with("mcp_server_read_"), "{sent}");
    assert_eq!(body["tool_choice"]["name"], sent);
    assert_eq!(body["messages"][1]["content"][0]["name"], sent);
    assert_eq!(written.names.original(sent), "mcp.server/read");
    let cut = body["tools"][1]["name"].as_str().unwrap();
    assert_eq!(
        (cut.len(), written.names.original(cut)),
        (128, long.as_str())
    );
    assert_eq!(body["tools"][2]["name"], "fine");
    let id = &body["messages"][1]["content"][0]["id"];
    assert!(id.as_str().unwrap().starts_with("call_1_"));
    assert_eq!(*id, body["messages"][2]["content"][0]["tool_use_id"]);
    assert_eq!(write(&request, &target(OLD)).body, written.body);
    // A tool that already bears the name in question keeps it.
    request.tools.push(function(sent));
    let again = write(&request, &target(OLD));
    let body: Value = serde_json::from_slice(&again.body).unwrap();
    assert_ne!(body["tools"][0]["name"], sent);
    assert_eq!(body["tools"][3]["name"], sent);
}

#[test]
fn a_tool_of_free_text_is_a_function_with_one_text() {
    let mut request = asked(vec![
        says(Role::User, "a"),
        Message::new(
            Role::Assistant,
            vec![Part::ToolCall(ToolCall {
                id: "c".to_owned(),
                name: "apply_patch".to_owned(),
                arguments: "*** Begin".to_owned(),
                kind: ToolKind::Custom,
                ..ToolCall::default()
            })],
        ),
    ]);
    request.tools = vec![Tool::Custom(CustomTool {
        name: "apply_patch".to_owned(),
        description: Some("patches".to_owned()),
        format: Some(json!({ "type": "grammar", "syntax": "lark", "definition": "start: x" })),
        ..CustomTool::default()
    })];
    let written = write(&request, &target(OLD));
    assert_eq!(written.losses, [Loss::CustomTool("apply_patch".to_owned())]);
    assert!(written.names.is_custom("apply_patch"));
    let body: Value = serde_json::from_slice(&written.body).unwrap();
    assert_eq!(
        body["messages"][1]["content"][0]["input"],
        json!({ "input": "*** Begin" })
    );
    assert_eq!(
        body["tools"][0]["input_schema"]["required"],
        json!(["input"])
    );
    assert!(
        body["tools"][0]["description"]
            .as_str()
            .unwrap()
            .ends_with("start: x")
    );
}

#[test]
fn t5_only_own_signatures_go_back_byte_for_byte() {
    let request = asked(vec![
        says(Role::User, "a"),
        Message::new(
            Role::Assistant,
            vec![
                thought(Some(Dialect::Anthropic)),
                thought(Some(Dialect::Gemini)),
                thought(None),
                Part::Text(Text {
                    signature: Some(Signature {
                        dialect: Dialect::Gemini,
                        value: "g".to_owned(),
                    }),
                    ..Text::new("b")
                }),
            ],
        ),
        says(Role::User, "c"),
    ]);
    let (body, losses) = told(&request, OLD);
    assert_eq!(
        losses,
        [
            Loss::Thought(Dialect::Gemini),
            Loss::Unsigned,
            Loss::Signature(Dialect::Gemini)
        ]
    );
    assert_eq!(
        body["messages"][1]["content"],
        json!([{ "type": "thinking", "thinking": "so", "signature": "Eq+/==" },
               { "type": "text", "text": "b" }])
    );
}

/// A loop of calls that another vendor began.
fn foreign_loop(first: Part, second: Part) -> Request {
    let mut request = asked(vec![
        says(Role::User, "a"),
        Message::new(
            Role::Assistant,
            vec![thought(Some(Dialect::Anthropic)), Part::text("z")],
        ),
        says(Role::User, "b"),
        Message::new(Role::Assistant, vec![first, call("c1", "f", "")]),
        result("c1", "x"),
        Message::new(Role::Assistant, vec![second, call("c2", "f", "")]),
        result("c2", "y"),
    ]);
    request.reasoning = thinks(Effort::Medium);
    request.tools = vec![function("f")];
    request
}

#[test]
fn t5_a_loop_that_another_vendor_began_gives_no_400() {
    let own = || thought(Some(Dialect::Anthropic));
    let other = || thought(Some(Dialect::OpenaiResponses));
    // A model that thinks by a budget: without thinking, and without thoughts in this turn.
    let (body, losses) = told(&foreign_loop(other(), own()), OLD);
    assert_eq!(body["thinking"], Value::Null);
    assert!(losses.iter().any(|loss| matches!(
        loss,
        Loss::Value {
            field: "reasoning",
            ..
        }
    )));
    assert_eq!(body["messages"][1]["content"][0]["type"], "thinking");
    assert_eq!(body["messages"][3]["content"][0]["type"], "tool_use");
    assert_eq!(body["messages"][5]["content"][0]["type"], "tool_use");
    // Begun by this vendor, it goes on thinking.
    let (body, _) = told(&foreign_loop(own(), other()), OLD);
    assert_eq!(body["thinking"]["budget_tokens"], 8192);
    assert_eq!(body["messages"][3]["content"][0]["type"], "thinking");
    // A model that thinks adaptively takes either.
    let (body, _) = told(&foreign_loop(other(), own()), NEW);
    assert_eq!(body["thinking"], json!({ "type": "adaptive" }));
    assert_eq!(body["output_config"], json!({ "effort": "medium" }));
    assert_eq!(body["messages"][5]["content"][0]["type"], "thinking");
}

#[test]
fn a_budget_leaves_room_for_the_answer() {
    let budget = |max_tokens, effort| {
        let mut request = asked(vec![says(Role::User, "a")]);
        request.max_tokens = max_tokens;
        request.reasoning = thinks(effort);
        let (body, losses) = told(&request, OLD);
        let budget = body["thinking"]["budget_tokens"].as_u64();
        (body["max_tokens"].as_u64().unwrap(), budget, losses.len())
    };
    assert_eq!(budget(None, Effort::Minimal), (4096, Some(1024), 0));
    assert_eq!(budget(None, Effort::High), (20_096, Some(16_000), 0));
    assert_eq!(
        budget(Some(30_000), Effort::High),
        (30_000, Some(16_000), 0)
    );
    assert_eq!(budget(Some(8_000), Effort::High), (8_000, Some(6_000), 1));
    assert_eq!(budget(Some(1_100), Effort::High), (1_100, Some(1_024), 1));
    assert_eq!(budget(Some(1_000), Effort::High), (1_000, None, 1));
    assert_eq!(budget(Some(1_000), Effort::None).1, None);
}

#[test]
fn thinking_is_told_as_the_model_takes_it() {
    let plan = |reasoning: Reasoning, model: &str| {
        let mut request = asked(vec![says(Role::User, "a")]);
        request.reasoning = Some(reasoning);
        let (body, losses) = told(&request, model);
        (
            body["thinking"].clone(),
            body["output_config"]["effort"].clone(),
            losses.len(),
        )
    };
    let effort = |effort| thinks(effort).unwrap();
    let off = effort(Effort::None);
    assert_eq!(plan(off.clone(), NEW).0, json!({ "type": "disabled" }));
    assert_eq!(plan(off, "claude-fable-5"), (Value::Null, Value::Null, 1));
    assert_eq!(plan(effort(Effort::Minimal), NEW).1, "low");
    assert_eq!(
        plan(effort(Effort::XHigh), NEW),
        (json!({ "type": "adaptive" }), json!("xhigh"), 0)
    );
    assert_eq!(plan(effort(Effort::XHigh), "claude-opus-4-6").1, "high");
    let budget = Reasoning {
        budget: Some(10_000),
        visible: Some(true),
        ..Reasoning::default()
    };
    let shown = json!({ "type": "adaptive", "display": "summarized" });
    assert_eq!(plan(budget, NEW), (shown.clone(), json!("medium"), 1));
    let visible = Reasoning {
        visible: Some(true),
        ..Reasoning::default()
    };
    assert_eq!(plan(visible.clone(), "claude-sonnet-5").0, shown);
    assert_eq!(plan(visible, NEW).0, Value::Null);
}

#[test]
fn what_does_not_go_with_thinking_is_left_out() {
    let mut request = asked(vec![says(Role::User, "a")]);
    request.reasoning = thinks(Effort::Low);
    request.sampling = Sampling {
        temperature: Some(0.2),
        top_p: Some(0.97),
        top_k: Some(3),
        ..Sampling::default()
    };
    let (body, losses) = told(&request, OLD);
    assert_eq!(body["temperature"], Value::Null);
    assert_eq!(body["top_p"], 0.97);
    assert_eq!(losses.len(), 2, "{losses:?}");
    request.tools = vec![function("f")];
    request.tool_choice = Some(ToolChoice::Required);
    let (body, losses) = told(&request, OLD);
    assert_eq!(body["thinking"], Value::Null);
    assert_eq!(body["tool_choice"], json!({ "type": "any" }));
    assert!(losses.iter().any(|loss| matches!(
        loss,
        Loss::Value {
            field: "reasoning",
            ..
        }
    )));
    assert_eq!(told(&request, NEW).0["thinking"]["type"], "adaptive");
}

#[test]
fn sampling_is_told_as_the_model_takes_it() {
    let mut request = asked(vec![says(Role::User, "a")]);
    request.sampling = Sampling {
        temperature: Some(1.7),
        top_p: Some(0.5),
        seed: Some(1),
        presence_penalty: Some(0.0),
        candidates: Some(2),
        ..Sampling::default()
    };
    request.stop = vec!["\n".to_owned(), "END".to_owned()];
    let (body, losses) = told(&request, "a-relays-own");
    assert_eq!(
        (&body["temperature"], &body["top_p"]),
        (&json!(1.0), &json!(0.5))
    );
    assert_eq!(body["stop_sequences"], json!(["END"]));
    assert_eq!(losses.len(), 4, "{losses:?}");
    let (body, _) = told(&request, OLD);
    assert_eq!(
        (&body["temperature"], &body["top_p"]),
        (&json!(1.0), &Value::Null)
    );
    let (body, _) = told(&request, NEW);
    assert_eq!(
        (&body["temperature"], &body["top_p"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn t8_nothing_is_invented() {
    let (body, losses) = told(&asked(vec![says(Role::User, "a")]), OLD);
    assert_eq!(losses, []);
    assert_eq!(
        body,
        json!({ "model": OLD, "max_tokens": 4096, "messages": [{ "role": "user", "content": "a" }] })
    );
}

#[test]
fn media_are_told_as_the_api_takes_them() {
    let media = |source, mime: Option<&str>| Media::new(source, mime.map(str::to_owned));
    let base64 = |data: &str| Source::Base64(data.to_owned());
    let stored = Source::Stored {
        dialect: Dialect::Gemini,
        id: "f".to_owned(),
    };
    let request = asked(vec![Message::new(
        Role::User,
        vec![
            Part::Image(media(base64("iVBORw0KGgoAAA"), None)),
            Part::Image(media(base64("xx"), Some("image/jpg"))),
            Part::Image(media(base64("xx"), Some("image/bmp"))),
            Part::Image(media(Source::Url("https://a.example".to_owned()), None)),
            Part::Image(media(stored, None)),
            Part::Document(media(base64("aGk="), Some("text/markdown"))),
            Part::Document(media(base64("aGk="), Some("application/zip"))),
            Part::Document(media(base64("JVBERi0x"), None)),
            Part::Audio(media(base64("aGk="), Some("audio/wav"))),
        ],
    )]);
    let (body, losses) = told(&request, OLD);
    let sources: Vec<_> = body["messages"][0]["content"]
        .as_array()
        .unwrap()
        .iter()
        .map(|block| block["source"].clone())
        .collect();
    assert_eq!(
        sources,
        [
            json!({ "type": "base64", "media_type": "image/png", "data": "iVBORw0KGgoAAA" }),
            json!({ "type": "base64", "media_type": "image/jpeg", "data": "xx" }),
            json!({ "type": "url", "url": "https://a.example" }),
            json!({ "type": "text", "media_type": "text/plain", "data": "hi" }),
            json!({ "type": "base64", "media_type": "application/pdf", "data": "JVBERi0x" }),
        ]
    );
    assert_eq!(losses.len(), 4, "{losses:?}");
}

#[test]
fn t6_schemas_are_lowered_by_an_allow_list() {
    let mut request = asked(vec![says(Role::User, "a")]);
    request.tools = vec![
        function("bare"),
        Tool::Function(FunctionTool {
            name: "either".to_owned(),
            parameters: Some(json!({ "anyOf": [
                { "properties": { "a": {}, "b": {} }, "required": ["a", "b"] },
                { "properties": { "a": {} }, "required": ["a"] },
            ], "description": "d" })),
            ..FunctionTool::default()
        }),
        Tool::Function(FunctionTool {
            name: "strict".to_owned(),
            parameters: Some(json!({ "type": "object", "properties": {
                "n": { "type": "integer", "minimum": 3, "description": "count" },
                "l": { "type": "array", "items": { "type": "string", "format": "uuid" }, "minItems": 2 },
            } })),
            strict: Some(true),
            ..FunctionTool::default()
        }),
    ];
    request.format = Some(AnswerFormat::Schema {
        name: Some("x".to_owned()),
        description: None,
        schema: json!({ "$schema": "s", "type": "object", "additionalProperties": true, "oneOf": [{ "type": "null" }] }),
        strict: Some(true),
    });
    let (body, losses) = told(&request, OLD);
    let schema = |at: usize| &body["tools"][at]["input_schema"];
    assert_eq!(*schema(0), json!({ "type": "object", "properties": {} }));
    assert_eq!(
        *schema(1),
        json!({ "type": "object", "description": "d", "properties": { "a": {}, "b": {} }, "required": ["a"] })
    );
    assert_eq!(
        *schema(2),
        json!({ "type": "object", "additionalProperties": false, "properties": {
            "n": { "type": "integer", "description": "count\n\n{minimum: 3}" },
            "l": { "type": "array", "items": { "type": "string", "format": "uuid" }, "description": "{minItems: 2}" },
        } })
    );
    assert_eq!(
        body["output_config"]["format"],
        json!({ "type": "json_schema", "schema": {
            "type": "object", "properties": {}, "additionalProperties": false, "anyOf": [{ "type": "null" }] } })
    );
    let keywords: Vec<_> = losses
        .iter()
        .filter_map(|loss| match loss {
            Loss::Schema { keyword, .. } => Some(keyword.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        keywords,
        ["anyOf", "minimum", "minItems", "additionalProperties"]
    );
    let (body, losses) = told(&request, "claude-3-7-sonnet-20250219");
    assert_eq!(body["output_config"], Value::Null);
    assert_eq!(body["tools"][2]["strict"], Value::Null);
    assert!(losses.iter().any(|loss| matches!(
        loss,
        Loss::Value {
            field: "response_format",
            ..
        }
    )));
}

#[test]
fn a_choice_among_some_offers_only_these() {
    let mut request = asked(vec![says(Role::User, "a")]);
    request.tools = vec![
        function("a"),
        function("b"),
        Tool::Foreign(Foreign {
            dialect: Dialect::OpenaiResponses,
            value: json!({ "type": "web_search" }),
        }),
    ];
    request.tool_choice = Some(ToolChoice::Allowed {
        names: vec!["b".to_owned()],
        required: true,
    });
    request.parallel_tool_calls = Some(false);
    let (body, losses) = told(&request, OLD);
    assert_eq!(body["tools"].as_array().unwrap().len(), 1);
    assert_eq!(
        body["tool_choice"],
        json!({ "type": "any", "disable_parallel_tool_use": true })
    );
    let search = Loss::Foreign {
        dialect: Dialect::OpenaiResponses,
        kind: "web_search".to_owned(),
    };
    assert_eq!(losses, [search]);
    request.tools.clear();
    assert_eq!(told(&request, OLD).0["tool_choice"], Value::Null);
}
