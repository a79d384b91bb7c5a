//! A body for an upstream.

use chat::{
    AnswerFormat, Cache, CustomTool, Dialect, Foreign, FunctionTool, Loss, Media, Message, Part,
    Request, Role, Sampling, Signature, Source, Text, Thinking, Tool, ToolCall, ToolChoice,
    ToolKind, ToolResult,
};
use serde_json::{Value, json};

use super::{named, target, write};

fn user(parts: Vec<Part>) -> Message {
    Message::new(Role::User, parts)
}

fn model(parts: Vec<Part>) -> Message {
    Message::new(Role::Assistant, parts)
}

fn call(id: &str, name: &str, arguments: &str) -> Part {
    Part::ToolCall(ToolCall {
        id: id.to_owned(),
        name: name.to_owned(),
        arguments: arguments.to_owned(),
        ..ToolCall::default()
    })
}

fn answer(id: &str, content: Vec<Part>) -> Part {
    Part::ToolResult(ToolResult {
        call_id: id.to_owned(),
        content,
        ..ToolResult::default()
    })
}

fn contents(messages: Vec<Message>, model: &str) -> (Value, Vec<Loss>) {
    let request = Request {
        messages,
        ..Request::default()
    };
    let (mut body, losses) = write(&request, &named(model));
    (body["contents"].take(), losses)
}

#[test]
fn t1_answers_of_one_turn_stand_together_in_the_order_of_the_calls() {
    let (written, losses) = contents(
        vec![
            user(vec![Part::text("go")]),
            model(vec![call("a", "f", r#"{"n": 1.50}"#), call("b", "g", "")]),
            user(vec![answer("b", vec![Part::text("plain")])]),
            user(vec![answer("a", vec![Part::text(r#"{"x":[1]}"#)])]),
            user(vec![Part::text("and now"), Part::text("")]),
            model(vec![Part::text("")]),
        ],
        "gemini-2.5-flash",
    );
    assert_eq!(losses, []);
    assert_eq!(
        written,
        json!([
            {"role": "user", "parts": [{"text": "go"}]},
            {"role": "model", "parts": [
                {"functionCall": {"id": "a", "name": "f", "args": {"n": 1.5}}},
                {"functionCall": {"id": "b", "name": "g", "args": {}}},
            ]},
            {"role": "user", "parts": [
                {"functionResponse": {"id": "a", "name": "f", "response": {"x": [1]}}},
                {"functionResponse": {"id": "b", "name": "g", "response": {"output": "plain"}}},
                {"text": "and now"},
            ]},
        ])
    );
}

#[test]
fn t1_arguments_are_written_as_they_stand_and_wrapped_where_they_are_no_object() {
    let request = Request {
        messages: vec![model(vec![
            call(
                "a",
                "f",
                r#"{ "big": 12345678901234567890123, "e": 1.0e2 }"#,
            ),
            call("b", "f", "[1]"),
            call("c", "f", "{\"cut"),
            Part::ToolCall(ToolCall {
                id: "d".to_owned(),
                name: "patch".to_owned(),
                arguments: "*** Begin".to_owned(),
                kind: ToolKind::Custom,
                ..ToolCall::default()
            }),
        ])],
        ..Request::default()
    };
    let written = super::super::write(&request, &target());
    let text = String::from_utf8(written.body).unwrap();
    assert!(
        text.contains(r#""args":{ "big": 12345678901234567890123, "e": 1.0e2 }"#),
        "{text}"
    );
    assert!(text.contains(r#""args":{"arguments":[1]}"#), "{text}");
    assert!(text.contains(r#""args":{"arguments":"{\"cut"}"#), "{text}");
    assert!(text.contains(r#""args":{"input":"*** Begin"}"#), "{text}");
    let lost = |id: &str| Loss::Arguments(id.to_owned());
    assert_eq!(written.losses, [lost("b"), lost("c")]);
}

#[test]
fn t5_only_own_signatures_are_written_and_others_are_lost() {
    let signed = |dialect| {
        Some(Signature {
            dialect,
            value: "CiQB".to_owned(),
        })
    };
    let thinking = |signature, redacted| {
        Part::Thinking(Thinking {
            text: "hm".to_owned(),
            signature,
            redacted,
            ..Thinking::default()
        })
    };
    let text = |text: &str, signature| {
        Part::Text(Text {
            text: text.to_owned(),
            signature,
            ..Text::default()
        })
    };
    let (written, losses) = contents(
        vec![model(vec![
            thinking(signed(Dialect::Gemini), false),
            thinking(signed(Dialect::Anthropic), false),
            thinking(None, false),
            text("a", signed(Dialect::OpenaiResponses)),
            text("", signed(Dialect::Gemini)),
        ])],
        "gemini-3-flash-preview",
    );
    assert_eq!(
        losses,
        [
            Loss::Thought(Dialect::Anthropic),
            Loss::Unsigned,
            Loss::Signature(Dialect::OpenaiResponses)
        ]
    );
    assert_eq!(
        written,
        json!([{"role": "model", "parts": [
            {"text": "hm", "thought": true, "thoughtSignature": "CiQB"},
            {"text": "a"},
            {"text": "", "thoughtSignature": "CiQB"},
        ]}])
    );
}

#[test]
fn t5_a_foreign_call_bears_the_vendors_own_mark_where_it_is_checked() {
    let talk = |model_name: &str| {
        let messages = vec![
            user(vec![Part::text("one")]),
            model(vec![call("a", "f", "")]),
            user(vec![answer("a", vec![])]),
            user(vec![Part::text("two")]),
            model(vec![call("b", "f", ""), call("c", "f", "")]),
            user(vec![answer("b", vec![]), answer("c", vec![])]),
            model(vec![call("d", "f", "")]),
            user(vec![answer("d", vec![]), Part::text("a reminder")]),
        ];
        let (written, _) = contents(messages, model_name);
        let mut marked = Vec::new();
        for content in written.as_array().unwrap() {
            for part in content["parts"].as_array().unwrap() {
                if let (Some(id), Some(mark)) = (
                    part["functionCall"]["id"].as_str(),
                    part["thoughtSignature"].as_str(),
                ) {
                    assert_eq!(mark, "skip_thought_signature_validator");
                    marked.push(id.to_owned());
                }
            }
        }
        marked
    };
    assert_eq!(talk("gemini-3-pro-preview"), ["b", "d"]);
    assert_eq!(talk("gemini-flash-latest"), ["b", "d"]);
    assert!(talk("gemini-2.5-pro").is_empty());
}

#[test]
fn the_application_speaks_first_as_the_system_and_later_as_the_user() {
    let system = |role, text: &str| Message::new(role, vec![Part::text(text)]);
    let request = Request {
        messages: vec![
            system(Role::System, "a"),
            system(Role::Developer, "b"),
            user(vec![Part::text("hi")]),
            system(Role::Developer, "c"),
        ],
        ..Request::default()
    };
    let (body, losses) = write(&request, &target());
    assert_eq!(losses, []);
    assert_eq!(
        body,
        json!({
            "systemInstruction": {"parts": [{"text": "a"}, {"text": "b"}]},
            "contents": [{"role": "user", "parts": [{"text": "hi"}, {"text": "c"}]}],
        })
    );
}

#[test]
fn media_go_inline_and_by_address_where_that_is_taken() {
    let image =
        |source, mime: Option<&str>| Part::Image(Media::new(source, mime.map(str::to_owned)));
    let url = || Source::Url("https://x.example/a.PNG?k=1".to_owned());
    let parts = || {
        vec![
            image(Source::Base64("iVBORw0KGgo=".to_owned()), None),
            image(Source::Base64("AAAA".to_owned()), None),
            image(url(), None),
            Part::Document(Media::new(Source::Text("words".to_owned()), None)),
            image(
                Source::Stored {
                    dialect: Dialect::OpenaiChat,
                    id: "file-1".to_owned(),
                },
                None,
            ),
        ]
    };
    let (written, losses) = contents(vec![user(parts())], "gemini-2.5-flash");
    let inline = json!({"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}});
    assert_eq!(
        written[0]["parts"],
        json!([
            inline,
            {"fileData": {"mimeType": "image/png", "fileUri": "https://x.example/a.PNG?k=1"}},
            {"text": "words"},
        ])
    );
    assert_eq!(losses.len(), 2);
    let (written, losses) = contents(vec![user(parts())], "gemini-2.0-flash");
    assert_eq!(written[0]["parts"], json!([inline, {"text": "words"}]));
    assert_eq!(losses.len(), 3);
}

#[test]
fn a_picture_in_an_answer_goes_inside_where_the_model_takes_it_and_beside_where_not() {
    let picture = || Part::Image(Media::new(Source::Base64("/9j/4AAQ".to_owned()), None));
    let talk = || {
        vec![
            model(vec![call("a", "f", ""), call("b", "f", "")]),
            user(vec![
                answer("a", vec![Part::text("see"), picture()]),
                answer("b", vec![Part::text("x")]),
            ]),
        ]
    };
    let blob = json!({"inlineData": {"mimeType": "image/jpeg", "data": "/9j/4AAQ"}});
    let (new, _) = contents(talk(), "gemini-3-flash-preview");
    assert_eq!(
        new[1]["parts"][0]["functionResponse"],
        json!({"id": "a", "name": "f", "response": {"output": "see"}, "parts": [blob]})
    );
    let (old, _) = contents(talk(), "gemini-2.5-flash");
    assert_eq!(
        old[1]["parts"],
        json!([
            {"functionResponse": {"id": "a", "name": "f", "response": {"output": "see"}}},
            {"functionResponse": {"id": "b", "name": "f", "response": {"output": "x"}}},
            blob,
        ])
    );
}

#[test]
fn t6_tools_are_offered_under_names_and_schemas_that_are_taken() {
    let request = Request {
        messages: vec![
            user(vec![Part::text("x")]),
            model(vec![call("a", "mcp/read file", "{}")]),
            user(vec![answer("a", vec![])]),
        ],
        tools: vec![
            Tool::Function(FunctionTool {
                name: "mcp/read file".to_owned(),
                parameters: Some(json!({"properties": {"p": {"const": "x", "minLength": 1}}})),
                strict: Some(true),
                ..FunctionTool::default()
            }),
            Tool::Custom(CustomTool {
                name: "patch".to_owned(),
                ..CustomTool::default()
            }),
            Tool::Foreign(Foreign {
                dialect: Dialect::Gemini,
                value: json!({"googleSearch": {}}),
            }),
            Tool::Foreign(Foreign {
                dialect: Dialect::Anthropic,
                value: json!({"type": "web_search_20250305"}),
            }),
        ],
        tool_choice: Some(ToolChoice::Named("mcp/read file".to_owned())),
        ..Request::default()
    };
    let written = super::super::write(&request, &target());
    let body: Value = serde_json::from_slice(&written.body).unwrap();
    let declared = &body["tools"][0]["functionDeclarations"];
    let name = declared[0]["name"].as_str().unwrap();
    assert_eq!(written.names.original(name), "mcp/read file");
    assert!(written.names.is_custom("patch"));
    assert_eq!(
        declared[0]["parametersJsonSchema"],
        json!({"type": "object", "properties": {"p": {"type": "string", "enum": ["x"]}}})
    );
    assert_eq!(body["tools"][1], json!({"googleSearch": {}}));
    assert_eq!(body["tools"].as_array().unwrap().len(), 2);
    let calling = &body["toolConfig"]["functionCallingConfig"];
    assert_eq!(
        *calling,
        json!({"mode": "ANY", "allowedFunctionNames": [name]})
    );
    assert_eq!(
        body["contents"][1]["parts"][0]["functionCall"]["name"],
        name
    );
    assert_eq!(
        body["contents"][2]["parts"][0]["functionResponse"]["name"],
        name
    );
    let lost: Vec<String> = written.losses.iter().map(ToString::to_string).collect();
    assert_eq!(
        lost,
        [
            "tools.mcp/read file.strict is not known there",
            "schema of mcp/read file: minLength was left out",
            "the custom tool patch was offered as a function with one text",
            "web_search_20250305 of anthropic was left out",
        ]
    );
}

#[test]
fn what_cannot_be_said_is_a_loss() {
    let request = Request {
        messages: vec![user(vec![Part::Text(Text {
            text: "x".to_owned(),
            cache: Some(Cache(json!({"type": "ephemeral"}))),
            ..Text::default()
        })])],
        tools: vec![Tool::Function(FunctionTool {
            name: "f".to_owned(),
            ..FunctionTool::default()
        })],
        parallel_tool_calls: Some(false),
        sampling: Sampling {
            candidates: Some(2),
            seed: Some(1 << 40),
            ..Sampling::default()
        },
        stop: (0..7).map(|n| n.to_string()).collect(),
        format: Some(AnswerFormat::Json),
        user: Some("me".to_owned()),
        extra: Foreign::fields(
            Dialect::OpenaiChat,
            serde_json::Map::from_iter([("logit_bias".to_owned(), json!({}))]),
        ),
        ..Request::default()
    };
    let (body, losses) = write(&request, &named("gemini-2.5-flash"));
    assert_eq!(losses.len(), 8, "{losses:?}");
    assert_eq!(
        body["generationConfig"],
        json!({"stopSequences": ["0", "1", "2", "3", "4"]})
    );
    let (body, losses) = write(&request, &named("gemini-3-flash-preview"));
    assert_eq!(losses.len(), 7, "{losses:?}");
    assert_eq!(
        body["generationConfig"]["responseMimeType"],
        "application/json"
    );
}

#[test]
fn t8_nothing_is_invented() {
    let request = Request {
        messages: vec![user(vec![Part::text("x")])],
        ..Request::default()
    };
    let (body, losses) = write(&request, &target());
    assert_eq!(
        body,
        json!({"contents": [{"role": "user", "parts": [{"text": "x"}]}]})
    );
    assert_eq!(losses, []);
}
