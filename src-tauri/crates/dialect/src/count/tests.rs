//! The estimate beside the tokenizer, and requests whose counts the vendors' pages tell.

mod samples;

use super::*;
use chat::{FunctionTool, Thinking, Tool, ToolCall, ToolResult};
use proptest::prelude::*;
use serde_json::json;

fn exactly(text: &str) -> u64 {
    tiktoken_rs::o200k_base_singleton()
        .encode_ordinary(text)
        .len() as u64
}

#[test]
fn t7_estimates_are_close_to_the_tokenizer_in_every_language_and_for_code() {
    let (mut all, mut estimated) = (0, 0);
    let mut off = Vec::new();
    for (name, text, percent) in samples::ALL {
        let (exact, estimate) = (exactly(text), estimate_text(text));
        if estimate.abs_diff(exact) * 100 > exact * percent {
            off.push(format!("{name}: {estimate} for {exact}"));
        }
        all += exact;
        estimated += estimate;
    }
    assert!(off.is_empty(), "{off:#?}");
    assert!(
        estimated.abs_diff(all) * 100 <= all * 5,
        "{estimated} for {all}"
    );
}

#[test]
fn a_text_of_nothing_costs_nothing() {
    assert_eq!(estimate_text(""), 0);
    for one in ["a", " ", "\n", "hello", "7", "!", " the"] {
        assert_eq!((one, estimate_text(one)), (one, exactly(one)));
    }
}

fn request(messages: Vec<Message>) -> Request {
    Request {
        messages,
        ..Request::default()
    }
}

fn says(role: Role, text: &str) -> Message {
    Message::new(role, vec![Part::text(text)])
}

#[test]
fn t7_a_plain_request_is_counted_as_the_vendors_pages_say() {
    let plain = request(vec![
        says(Role::System, "You are a scientist"),
        says(Role::User, "Hello, Claude"),
    ]);
    assert!(estimate_request(Dialect::Anthropic, &plain).abs_diff(14) <= 1);
    let fox = request(vec![says(
        Role::User,
        "The quick brown fox jumps over the lazy dog.",
    )]);
    assert!(estimate_request(Dialect::Gemini, &fox).abs_diff(10) <= 1);
    assert!(estimate_request(Dialect::OpenaiChat, &fox).abs_diff(16) <= 1);
}

#[test]
fn t7_tools_are_counted() {
    let weather = Tool::Function(FunctionTool {
        name: "get_weather".to_owned(),
        description: Some("Get the current weather in a given location".to_owned()),
        parameters: Some(json!({
            "type": "object",
            "properties": {
                "location": { "type": "string", "description": "The city and state, e.g. San Francisco, CA" },
            },
            "required": ["location"],
        })),
        ..FunctionTool::default()
    });
    let mut with = request(vec![says(
        Role::User,
        "What's the weather like in San Francisco?",
    )]);
    let without = estimate_request(Dialect::Anthropic, &with);
    with.tools.push(weather);
    // The vendor's example says 403.
    let tools = estimate_request(Dialect::Anthropic, &with);
    assert!(tools.abs_diff(403) <= 30, "{tools}");
    assert!(estimate_request(Dialect::OpenaiChat, &with) > without + 30);
    with.tool_choice = Some(ToolChoice::None);
    assert!(estimate_request(Dialect::Anthropic, &with) < tools - 300);
}

#[test]
fn calls_results_and_only_the_turns_own_thoughts_count() {
    let thought = || {
        Part::Thinking(Thinking {
            text: "hmm ".repeat(100),
            ..Thinking::default()
        })
    };
    let call = Part::ToolCall(ToolCall {
        id: "c".to_owned(),
        name: "read".to_owned(),
        arguments: "{\"path\":\"a\"}".to_owned(),
        ..ToolCall::default()
    });
    let result = Part::ToolResult(ToolResult {
        call_id: "c".to_owned(),
        content: vec![Part::text("word ".repeat(50))],
        ..ToolResult::default()
    });
    let old = request(vec![
        says(Role::User, "a"),
        Message::new(Role::Assistant, vec![thought()]),
        says(Role::User, "b"),
    ]);
    assert!(estimate_request(Dialect::Anthropic, &old) < 20);
    let open = request(vec![
        says(Role::User, "a"),
        Message::new(Role::Assistant, vec![thought(), call]),
        Message::new(Role::User, vec![result]),
    ]);
    let counted = estimate_request(Dialect::Anthropic, &open);
    assert!((160..240).contains(&counted), "{counted}");
}

use chat::ToolChoice;

proptest! {
    #[test]
    fn no_text_panics_or_costs_more_than_its_bytes(text in ".{0,200}") {
        prop_assert!(estimate_text(&text) <= text.len() as u64 + 1);
    }
}
