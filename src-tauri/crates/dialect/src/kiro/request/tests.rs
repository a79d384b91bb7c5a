//! Requests by the rules of the API.

use chat::{
    Dialect, Effort, FunctionTool, Loss, Media, Message, Part, Reasoning, Request, Role, Signature,
    Source, Thinking, Tool, ToolCall, ToolChoice, ToolResult,
};
use serde_json::{Value, json};

use crate::kiro::TAGGED;
use crate::{Target, write_request};

fn told(request: &Request) -> (Value, Vec<String>) {
    let target = Target {
        model: "claude-sonnet-4-5-20250929".to_owned(),
        official_host: true,
        default_max_tokens: 8_192,
    };
    let written = write_request(Dialect::Kiro, request, &target);
    let body: Value = serde_json::from_slice(&written.body).unwrap();
    let losses = written.losses.iter().map(ToString::to_string).collect();
    (body["conversationState"].clone(), losses)
}

fn says(role: Role, text: &str) -> Message {
    Message::new(role, vec![Part::text(text)])
}

fn calls(calls: &[(&str, &str, &str)]) -> Message {
    let part = |(id, name, arguments): &(&str, &str, &str)| {
        Part::ToolCall(ToolCall {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            arguments: (*arguments).to_owned(),
            ..ToolCall::default()
        })
    };
    Message::new(Role::Assistant, calls.iter().map(part).collect())
}

fn answers(id: &str, text: &str, is_error: bool) -> Part {
    Part::ToolResult(ToolResult {
        call_id: id.to_owned(),
        content: vec![Part::text(text)],
        is_error,
        ..ToolResult::default()
    })
}

fn asked(messages: Vec<Message>) -> Request {
    Request {
        messages,
        ..Request::default()
    }
}

fn user(content: &str) -> Value {
    json!({ "userInputMessage": { "content": content, "modelId": "claude-sonnet-4.5", "origin": "AI_EDITOR" } })
}

fn model(content: &str) -> Value {
    json!({ "assistantResponseMessage": { "content": content } })
}

#[test]
fn turns_alternate_and_the_last_is_current() {
    let request = asked(vec![
        says(Role::System, "Be brief."),
        says(Role::User, "Hello"),
        says(Role::User, "you"),
        says(Role::Assistant, "Hi"),
        says(Role::Assistant, "!"),
        says(Role::System, "In French."),
        says(Role::User, "And now?"),
    ]);
    let (state, losses) = told(&request);
    assert_eq!(
        state["history"],
        json!([user("Be brief.\nHello\nyou"), model("Hi!")])
    );
    assert_eq!(state["currentMessage"], user("In French.\nAnd now?"));
    assert_eq!(state["chatTriggerType"], "MANUAL");
    assert_eq!(
        losses,
        ["role = system was left out: amid the conversation it is told as the user's words"]
    );
}

#[test]
fn the_user_begins_and_ends_and_nothing_is_empty() {
    let (state, losses) = told(&asked(vec![says(Role::Assistant, "Hi")]));
    assert_eq!(state["history"], json!([user(" "), model("Hi")]));
    assert_eq!(state["currentMessage"], user("Continue"));
    assert_eq!(losses.len(), 1);
    let (state, losses) = told(&asked(Vec::new()));
    assert_eq!(state.get("history"), None);
    assert_eq!(state["currentMessage"], user(" "));
    assert!(losses.is_empty());
}

#[test]
fn t1_each_call_is_answered_once_in_the_turn_behind_it() {
    let results = vec![
        answers("b", "two", true),
        answers("a", "one", false),
        answers("b", "again", false),
        answers("x", "orphan", false),
        Part::text("Go on."),
    ];
    let request = asked(vec![
        says(Role::User, "Do."),
        calls(&[
            ("a", "f", r#"{"n":12345678901234567890123}"#),
            ("b", "g", ""),
            ("c", "g", "{"),
        ]),
        Message::new(Role::User, results),
    ]);
    let (state, losses) = told(&request);
    let said = &state["history"][1]["assistantResponseMessage"];
    assert_eq!(said["content"], " ");
    assert!(said.to_string().contains(r#""toolUseId":"a""#));
    assert_eq!(said["toolUses"][1]["input"], json!({}));
    assert_eq!(said["toolUses"][2]["input"], json!({ "arguments": "{" }));
    let current = &state["currentMessage"]["userInputMessage"];
    assert_eq!(current["content"], "Go on.\nagain\norphan");
    let outcome = |id: &str, status: &str, text: &str| json!({ "toolUseId": id, "content": [{ "text": text }], "status": status });
    assert_eq!(
        current["userInputMessageContext"]["toolResults"],
        json!([
            outcome("a", "success", "one"),
            outcome("b", "error", "two"),
            outcome("c", "error", "(no result)"),
        ])
    );
    assert_eq!(losses.len(), 3, "{losses:?}");
    // The API refuses calls of tools that it is not told of.
    let tools = current["userInputMessageContext"]["tools"]
        .as_array()
        .unwrap();
    assert_eq!(tools.len(), 2);
    assert_eq!(
        tools[1]["toolSpecification"],
        json!({ "name": "g", "description": "g",
            "inputSchema": { "json": { "type": "object", "properties": {}, "required": [] } } })
    );
}

#[test]
fn t1_numbers_of_arguments_keep_every_digit() {
    let request = asked(vec![
        calls(&[("a", "f", r#" {"n":1.50, "m":12345678901234567890123} "#)]),
        says(Role::User, "x"),
    ]);
    let target = Target {
        model: "m".to_owned(),
        official_host: true,
        default_max_tokens: 1,
    };
    let body = write_request(Dialect::Kiro, &request, &target).body;
    let body = String::from_utf8(body).unwrap();
    assert!(
        body.contains(r#""input":{"n":1.50, "m":12345678901234567890123}"#),
        "{body}"
    );
}

#[test]
fn t6_names_that_are_not_taken_are_sent_under_others() {
    let tool = |name: &str| {
        Tool::Function(FunctionTool {
            name: name.to_owned(),
            description: Some("é".repeat(10_000)),
            ..FunctionTool::default()
        })
    };
    let names = ["web_search", "mcp.files/read", "_x", "plain"];
    let request = Request {
        tools: names.iter().map(|name| tool(name)).collect(),
        ..asked(vec![says(Role::User, "x")])
    };
    let target = Target {
        model: "m".to_owned(),
        official_host: true,
        default_max_tokens: 1,
    };
    let written = write_request(Dialect::Kiro, &request, &target);
    let body: Value = serde_json::from_slice(&written.body).unwrap();
    let current = &body["conversationState"]["currentMessage"]["userInputMessage"];
    let tools = current["userInputMessageContext"]["tools"]
        .as_array()
        .unwrap();
    for (tool, name) in tools.iter().zip(names) {
        let tool = &tool["toolSpecification"];
        let sent = tool["name"].as_str().unwrap();
        assert_eq!(written.names.original(sent), name);
        assert_eq!(sent == name, name == "plain");
        assert!(sent.len() <= 63 && sent.starts_with(|c: char| c.is_ascii_alphabetic()));
        assert_eq!(tool["description"].as_str().unwrap().chars().count(), 9_216);
    }
}

#[test]
fn a_choice_is_said_by_what_is_offered() {
    let tool = |name: &str| {
        Tool::Function(FunctionTool {
            name: name.to_owned(),
            ..FunctionTool::default()
        })
    };
    let offered = |choice| {
        let (state, losses) = told(&Request {
            tools: vec![tool("a"), tool("b")],
            tool_choice: Some(choice),
            ..asked(vec![says(Role::User, "x")])
        });
        let about = &state["currentMessage"]["userInputMessage"]["userInputMessageContext"];
        (about["tools"].as_array().map_or(0, Vec::len), losses.len())
    };
    assert_eq!(offered(ToolChoice::Auto), (2, 0));
    assert_eq!(offered(ToolChoice::None), (0, 0));
    assert_eq!(offered(ToolChoice::Required), (2, 1));
    assert_eq!(offered(ToolChoice::Named("b".to_owned())), (1, 1));
    let names = vec!["a".to_owned()];
    assert_eq!(
        offered(ToolChoice::Allowed {
            names,
            required: false
        }),
        (1, 0)
    );
}

#[test]
fn how_much_to_think_stands_before_the_first_words() {
    let first = |reasoning: Reasoning| {
        let (state, losses) = told(&Request {
            reasoning: Some(reasoning),
            ..asked(vec![says(Role::System, "s"), says(Role::User, "x")])
        });
        let content = &state["currentMessage"]["userInputMessage"]["content"];
        (content.as_str().unwrap().to_owned(), losses.len())
    };
    let budget = |budget| Reasoning {
        budget: Some(budget),
        ..Reasoning::default()
    };
    let effort = |effort| Reasoning {
        effort: Some(effort),
        ..Reasoning::default()
    };
    let enabled = |tokens: u64| {
        format!(
            "<thinking_mode>enabled</thinking_mode><max_thinking_length>{tokens}</max_thinking_length>\ns\nx"
        )
    };
    assert_eq!(first(budget(16_000)), (enabled(16_000), 0));
    assert_eq!(first(budget(90_000)), (enabled(24_576), 1));
    assert_eq!(
        first(effort(Effort::High)).0,
        "<thinking_mode>adaptive</thinking_mode><thinking_effort>high</thinking_effort>\ns\nx"
    );
    let on = Reasoning {
        enabled: Some(true),
        ..Reasoning::default()
    };
    assert_eq!(first(on), (enabled(20_000), 0));
    assert_eq!(first(effort(Effort::None)), ("s\nx".to_owned(), 0));
}

#[test]
fn t5_thoughts_go_back_in_the_form_in_which_they_came() {
    let thought = |dialect, value: &str| {
        Part::Thinking(Thinking {
            text: "hm".to_owned(),
            signature: Some(Signature {
                dialect,
                value: value.to_owned(),
            }),
            ..Thinking::default()
        })
    };
    let answer = |parts: Vec<Part>| {
        let (state, losses) = told(&asked(vec![
            says(Role::User, "a"),
            Message::new(Role::Assistant, parts),
            says(Role::User, "b"),
        ]));
        (
            state["history"][1]["assistantResponseMessage"].clone(),
            losses,
        )
    };
    let tagged = answer(vec![thought(Dialect::Kiro, TAGGED), Part::text("yes")]);
    assert_eq!(
        tagged.0,
        json!({ "content": "<thinking>hm</thinking>\n\nyes" })
    );
    assert!(tagged.1.is_empty());
    let signed = answer(vec![thought(Dialect::Kiro, "s=="), Part::text("yes")]);
    assert_eq!(
        signed.0,
        json!({ "content": "yes", "reasoningContent": { "reasoningText": { "text": "hm", "signature": "s==" } } })
    );
    let (foreign, losses) = answer(vec![thought(Dialect::Anthropic, "s=="), Part::text("yes")]);
    assert_eq!(foreign, json!({ "content": "yes" }));
    assert_eq!(losses, [Loss::Thought(Dialect::Anthropic).to_string()]);
}

#[test]
fn pictures_stand_beside_the_words_and_beside_results() {
    let picture = |data: &str, mime: Option<&str>| {
        Part::Image(Media::new(
            Source::Base64(data.to_owned()),
            mime.map(str::to_owned),
        ))
    };
    let result = Part::ToolResult(ToolResult {
        call_id: "a".to_owned(),
        content: vec![picture("iVBORw0KGgoA", None)],
        ..ToolResult::default()
    });
    let url = Part::Image(Media::new(Source::Url("https://x/y.png".to_owned()), None));
    let (state, losses) = told(&asked(vec![
        calls(&[("a", "f", "{}")]),
        Message::new(
            Role::User,
            vec![result, picture("AAAA", Some("image/webp")), url],
        ),
    ]));
    let current = &state["currentMessage"]["userInputMessage"];
    assert_eq!(
        current["images"],
        json!([
            { "format": "png", "source": { "bytes": "iVBORw0KGgoA" } },
            { "format": "webp", "source": { "bytes": "AAAA" } },
        ])
    );
    assert_eq!(
        current["userInputMessageContext"]["toolResults"][0]["content"],
        json!([{ "text": " " }])
    );
    assert_eq!(
        losses,
        ["image (addresses are not fetched there) was left out"]
    );
}

#[test]
fn a_conversation_has_one_id() {
    let id = |messages: Vec<Message>| told(&asked(messages)).0["conversationId"].clone();
    let first = id(vec![says(Role::System, "s"), says(Role::User, "a")]);
    let later = id(vec![
        says(Role::System, "s"),
        says(Role::User, "a"),
        says(Role::Assistant, "b"),
        says(Role::User, "c"),
    ]);
    assert_eq!(first, later);
    assert_ne!(
        first,
        id(vec![says(Role::System, "s"), says(Role::User, "b")])
    );
    let text = first.as_str().unwrap();
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert_eq!(&text[14..15], "8");
}

#[test]
fn t1_ids_that_are_not_taken_are_sent_under_others() {
    let long = "x".repeat(80);
    let ids = ["call n/6", "é", long.as_str(), "call_1"];
    let request = asked(vec![
        calls(&ids.map(|id| (id, "f", "{}"))),
        Message::new(Role::User, ids.map(|id| answers(id, id, false)).to_vec()),
    ]);
    let (state, losses) = told(&request);
    assert!(losses.is_empty(), "{losses:?}");
    let said = &state["history"][1]["assistantResponseMessage"]["toolUses"];
    let current = &state["currentMessage"]["userInputMessage"];
    let results = &current["userInputMessageContext"]["toolResults"];
    for (at, id) in ids.iter().enumerate() {
        let sent = said[at]["toolUseId"].as_str().unwrap();
        assert_eq!(results[at]["toolUseId"], sent);
        assert_eq!(results[at]["content"][0]["text"], *id);
        assert!(sent.len() <= 64 && sent.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
        assert_eq!(sent == *id, *id == "call_1");
    }
}
