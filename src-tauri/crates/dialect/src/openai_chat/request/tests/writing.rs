//! What an upstream gets.

use chat::{
    Cache, Dialect, Effort, Foreign, FunctionTool, Loss, Media, Message, Part, Reasoning, Request,
    Role, Signature, Source, Text, Thinking, Tool, ToolCall, ToolChoice, ToolResult,
};
use serde_json::{Value, json};

use super::{read, target, written};

fn request(messages: Vec<Message>) -> Request {
    Request {
        model: "asked".to_owned(),
        messages,
        ..Request::default()
    }
}

fn messages(parts: Vec<(Role, Vec<Part>)>, official: bool) -> (Value, Vec<Loss>) {
    let turns = parts.into_iter();
    let turns = turns
        .map(|(role, parts)| Message::new(role, parts))
        .collect();
    let (mut body, losses) = written(&request(turns), &target(official));
    (body["messages"].take(), losses)
}

fn call(id: &str, name: &str) -> Part {
    Part::ToolCall(ToolCall {
        id: id.to_owned(),
        name: name.to_owned(),
        arguments: "{}".to_owned(),
        ..ToolCall::default()
    })
}

fn result(id: &str, content: Vec<Part>) -> Part {
    Part::ToolResult(ToolResult {
        call_id: id.to_owned(),
        content,
        ..ToolResult::default()
    })
}

#[test]
fn what_the_vendor_takes_and_relays_may_not() {
    let mut asked = read(&super::reading::everything());
    asked.model.clear();
    let (official, losses) = written(&asked, &target(true));
    let effort = Loss::Value {
        field: "reasoning.effort",
        value: "high".to_owned(),
        why: "the model does not reason",
    };
    let thinking = Loss::Field("thinking".to_owned());
    assert_eq!(losses, [Loss::Cache, thinking, effort]);
    assert_eq!(official["model"], "up");
    assert_eq!(official["max_completion_tokens"], 100);
    assert_eq!(official["messages"][1]["role"], "developer");
    assert_eq!(official["tools"][1]["type"], "custom");
    assert_eq!(official["store"], true);
    let (relay, losses) = written(&asked, &target(false));
    assert_eq!(relay["max_tokens"], 100);
    assert_eq!(relay["max_completion_tokens"], Value::Null);
    assert_eq!(relay["messages"][1]["role"], "system");
    assert_eq!(relay["messages"][3]["reasoning_content"], "hm");
    assert_eq!(
        relay["tools"][1]["function"]["parameters"]["required"],
        json!(["input"])
    );
    assert_eq!(
        relay["messages"][3]["tool_calls"][1]["function"]["arguments"],
        r#"{"input":"free"}"#
    );
    assert!(losses.contains(&Loss::CustomTool("c".to_owned())));
}

#[test]
fn t8_nothing_is_invented() {
    let (body, losses) = written(
        &request(vec![Message::new(Role::User, vec![Part::text("hi")])]),
        &target(false),
    );
    assert_eq!(
        body,
        json!({"model":"up","messages":[{"role":"user","content":"hi"}]})
    );
    assert_eq!(losses, []);
}

#[test]
fn t1_all_calls_of_a_turn_stand_in_one_message_before_their_results() {
    let (written, _) = messages(
        vec![
            (Role::Assistant, vec![call("1", "f")]),
            (Role::Assistant, vec![call("2", "g")]),
            (Role::User, vec![result("1", vec![Part::text("a")])]),
            (
                Role::User,
                vec![result("2", vec![]), Part::text("and now?")],
            ),
        ],
        false,
    );
    let call = |id: &str, name: &str| json!({"id":id,"type":"function","function":{"name":name,"arguments":"{}"}});
    assert_eq!(
        written,
        json!([
            {"role":"assistant","content":null,"tool_calls":[call("1","f"),call("2","g")]},
            {"role":"tool","tool_call_id":"1","content":"a"},
            {"role":"tool","tool_call_id":"2","content":""},
            {"role":"user","content":"and now?"},
        ])
    );
}

#[test]
fn an_image_in_a_result_follows_the_last_result() {
    let image = || {
        let data = Source::Base64("AAAA".to_owned());
        Part::Image(Media::new(data, Some("image/png".to_owned())))
    };
    let (written, losses) = messages(
        vec![
            (Role::Assistant, vec![call("1", "f"), call("2", "g")]),
            (
                Role::User,
                vec![result("1", vec![Part::text("see"), image()])],
            ),
            (Role::User, vec![result("2", vec![Part::text("b")])]),
            (Role::Assistant, vec![Part::text("ok")]),
        ],
        true,
    );
    assert_eq!(losses, []);
    assert_eq!(written[1]["content"], "see");
    assert_eq!(written[2]["role"], "tool");
    assert_eq!(
        written[3],
        json!({"role":"user","content":[
        {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]})
    );
    assert_eq!(written[4]["role"], "assistant");
}

#[test]
fn relays_get_texts_as_one() {
    let parts = || vec![Part::text("a"), Part::text("b")];
    let turns = || {
        vec![
            (Role::System, parts()),
            (Role::User, parts()),
            (Role::Assistant, parts()),
        ]
    };
    let (relay, _) = messages(turns(), false);
    assert_eq!(relay[0]["content"], "a\n\nb");
    assert_eq!(relay[1]["content"], "a\n\nb");
    assert_eq!(relay[2]["content"], "ab");
    let (official, _) = messages(turns(), true);
    assert_eq!(official[2]["content"][1], json!({"type":"text","text":"b"}));
}

#[test]
fn t5_foreign_signatures_are_lost_and_own_ones_return() {
    let signed = |dialect, value: &str| {
        Some(Signature {
            dialect,
            value: value.to_owned(),
        })
    };
    let thought = |signature| {
        Part::Thinking(Thinking {
            text: "hm".to_owned(),
            signature,
            ..Thinking::default()
        })
    };
    let (written, losses) = messages(
        vec![(
            Role::Assistant,
            vec![thought(signed(Dialect::Anthropic, "SIG")), Part::text("a")],
        )],
        false,
    );
    assert_eq!(
        written,
        json!([{"role":"assistant","content":"a","reasoning_content":"hm"}])
    );
    assert_eq!(losses, [Loss::Signature(Dialect::Anthropic)]);

    let own = r#"{"type":"reasoning.text","signature":"S","format":"x"}"#;
    let (written, losses) = messages(
        vec![(
            Role::Assistant,
            vec![thought(signed(Dialect::OpenaiChat, own)), Part::text("a")],
        )],
        false,
    );
    assert_eq!(losses, []);
    assert_eq!(
        written[0]["reasoning_details"],
        json!([{"type":"reasoning.text","signature":"S","format":"x","text":"hm","index":0}])
    );
}

#[test]
fn upstreams_that_refuse_thoughts_get_none() {
    let thought = Part::Thinking(Thinking {
        text: "hm".to_owned(),
        ..Thinking::default()
    });
    let asked = request(vec![Message::new(
        Role::Assistant,
        vec![thought, Part::text("a")],
    )]);
    let mut to = target(false);
    for (model, told) in [
        ("mistralai/devstral-2", Value::Null),
        ("gpt-4.1", Value::Null),
        ("openai/gpt-oss-120b", json!("hm")),
        ("deepseek-reasoner", json!("hm")),
    ] {
        to.model = model.to_owned();
        let (body, losses) = written(&asked, &to);
        assert_eq!(body["messages"][0]["reasoning_content"], told, "{model}");
        assert_eq!(losses.is_empty(), told.is_string(), "{model}");
    }
}

#[test]
fn what_cannot_be_said_is_a_typed_loss() {
    let foreign = |dialect| {
        Part::Foreign(Foreign {
            dialect,
            value: json!({"type":"server_tool_use"}),
        })
    };
    let (_, losses) = messages(
        vec![
            (
                Role::User,
                vec![
                    Part::Text(Text {
                        text: "a".to_owned(),
                        cache: Some(Cache(json!({}))),
                        ..Text::default()
                    }),
                    foreign(Dialect::Anthropic),
                    Part::Document(Media::new(
                        Source::Url("https://example.com/a.pdf".to_owned()),
                        None,
                    )),
                ],
            ),
            (
                Role::User,
                vec![Part::ToolResult(ToolResult {
                    call_id: "1".to_owned(),
                    is_error: true,
                    ..ToolResult::default()
                })],
            ),
        ],
        false,
    );
    assert_eq!(
        losses,
        [
            Loss::Cache,
            Loss::Foreign {
                dialect: Dialect::Anthropic,
                kind: "server_tool_use".to_owned()
            },
            Loss::Media {
                kind: "document",
                why: "the dialect takes none by its address"
            },
            Loss::Field("is_error".to_owned()),
        ]
    );
}

#[test]
fn names_that_are_not_taken_have_a_way_back() {
    let tool = |name: &str| {
        Tool::Function(FunctionTool {
            name: name.to_owned(),
            ..FunctionTool::default()
        })
    };
    let long = "x".repeat(70);
    let asked = Request {
        tools: vec![tool("a.b"), tool("a_b"), tool("a/b"), tool(&long)],
        tool_choice: Some(ToolChoice::Named("a.b".to_owned())),
        ..request(vec![Message::new(Role::Assistant, vec![call("1", "a/b")])])
    };
    let up = super::super::write(&asked, &target(true));
    let body: Value = serde_json::from_slice(&up.body).unwrap();
    let sent: Vec<&str> = body["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["function"]["name"].as_str().unwrap())
        .collect();
    let back: Vec<&str> = sent.iter().map(|name| up.names.original(name)).collect();
    assert_eq!(back, ["a.b", "a_b", "a/b", long.as_str()]);
    assert!(
        sent.iter()
            .all(|name| name.len() <= 64 && !name.contains(['.', '/'])),
        "{sent:?}"
    );
    assert_eq!(body["tool_choice"]["function"]["name"], sent[0]);
    assert_eq!(
        body["messages"][0]["tool_calls"][0]["function"]["name"],
        sent[2]
    );
}

#[test]
fn reasoning_models_are_spared_what_they_refuse() {
    let mut asked = request(vec![Message::new(Role::User, vec![Part::text("a")])]);
    asked.sampling.temperature = Some(0.2);
    asked.sampling.top_p = Some(1.0);
    asked.stop = vec!["x".to_owned()];
    asked.reasoning = Some(Reasoning {
        budget: Some(10_000),
        ..Reasoning::default()
    });
    let mut to = target(true);
    for model in ["gpt-5.1", "o4-mini", "gpt-6-codex"] {
        to.model = model.to_owned();
        let (body, losses) = written(&asked, &to);
        assert_eq!(body["temperature"], Value::Null, "{model}");
        assert_eq!(body["top_p"], 1.0, "{model}");
        assert_eq!(body["reasoning_effort"], "medium", "{model}");
        assert_eq!(losses.len(), 2, "{losses:?}");
    }
    for model in ["gpt-4.1", "gpt-5-chat-latest", "omni"] {
        to.model = model.to_owned();
        let (body, _) = written(&asked, &to);
        assert_eq!(body["temperature"], 0.2, "{model}");
        assert_eq!(body["reasoning_effort"], Value::Null, "{model}");
    }
    asked.reasoning = Some(Reasoning {
        effort: Some(Effort::XHigh),
        ..Reasoning::default()
    });
    assert_eq!(
        written(&asked, &target(false)).0["reasoning_effort"],
        "xhigh"
    );
}

#[test]
fn an_allowed_few_are_all_that_a_relay_is_offered() {
    let tool = |name: &str| {
        Tool::Function(FunctionTool {
            name: name.to_owned(),
            ..FunctionTool::default()
        })
    };
    let asked = Request {
        tools: vec![tool("f"), tool("g")],
        tool_choice: Some(ToolChoice::Allowed {
            names: vec!["g".to_owned()],
            required: true,
        }),
        ..request(vec![Message::new(Role::User, vec![Part::text("a")])])
    };
    let (relay, _) = written(&asked, &target(false));
    assert_eq!(relay["tool_choice"], "required");
    assert_eq!(relay["tools"].as_array().unwrap().len(), 1);
    let (official, _) = written(&asked, &target(true));
    assert_eq!(
        official["tool_choice"]["allowed_tools"]["tools"][0]["function"]["name"],
        "g"
    );
    assert_eq!(official["tools"].as_array().unwrap().len(), 2);
}

#[test]
fn a_custom_call_is_told_back_from_a_function() {
    let asked = Request {
        tools: vec![Tool::Custom(chat::CustomTool {
            name: "run it".to_owned(),
            ..Default::default()
        })],
        ..request(vec![Message::new(Role::User, vec![Part::text("a")])])
    };
    let up = super::super::write(&asked, &target(false));
    assert!(up.names.is_custom("run_it"));
    assert_eq!(up.names.original("run_it"), "run it");
    let kept = super::super::write(&asked, &target(true));
    assert!(!kept.names.is_custom("run_it"));
}

#[test]
fn parameters_that_cannot_be_said_are_typed_losses() {
    let mut asked = request(vec![Message::new(Role::User, vec![Part::text("a")])]);
    asked.sampling.top_k = Some(40);
    asked.sampling.candidates = Some(2);
    asked.stop = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
    asked.user = Some("u".repeat(65));
    asked.previous = Some("resp_1".to_owned());
    asked.parallel_tool_calls = Some(true);
    asked.tool_choice = Some(ToolChoice::Required);
    asked.reasoning = Some(Reasoning {
        budget: Some(1024),
        visible: Some(true),
        ..Reasoning::default()
    });
    asked.extra = Some(Foreign {
        dialect: Dialect::Anthropic,
        value: json!({"context_management": {}}),
    });
    let fields = |losses: Vec<Loss>| {
        let fields = losses.into_iter().map(|loss| match loss {
            Loss::Field(field) => field,
            Loss::Value { field, .. } => field.to_owned(),
            other => panic!("{other:?}"),
        });
        fields.collect::<std::collections::BTreeSet<_>>()
    };
    let (relay, losses) = written(&asked, &target(false));
    let all = [
        "candidates",
        "context_management",
        "previous_response_id",
        "reasoning.budget",
        "reasoning.visible",
        "top_k",
        "user",
    ];
    assert_eq!(fields(losses).iter().collect::<Vec<_>>(), all);
    assert_eq!(relay["stop"].as_array().unwrap().len(), 5);
    let (official, losses) = written(&asked, &target(true));
    assert_eq!(official["stop"], json!(["a", "b", "c", "d"]));
    assert!(fields(losses).contains("stop"));
    for body in [relay, official] {
        let keys: Vec<_> = body.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["model", "messages", "stop"]);
    }
}
