//! What a conversation with Anthropic has come to.

use serde_json::{Map, Value};

use super::rules::list;
use crate::fake::vendor::Turn;

pub(super) fn turn(body: &Map<String, Value>, messages: &[Value]) -> Turn {
    let words = |message: &Value| match &message["content"] {
        Value::String(text) => text.clone(),
        content => list(content)
            .iter()
            .filter_map(|block| block["text"].as_str())
            .collect(),
    };
    let users = messages
        .iter()
        .rev()
        .filter(|message| message["role"] == "user");
    let text = users
        .map(words)
        .find(|text: &String| !text.is_empty())
        .unwrap_or_default();
    let last = messages.iter().rfind(|message| message["role"] != "system");
    let results = last.map_or(&[][..], |message| list(&message["content"]));
    let results = results
        .iter()
        .filter(|block| block["type"] == "tool_result");
    let blocks = messages
        .iter()
        .flat_map(|message| list(&message["content"]));
    let images = |blocks: &[Value]| {
        blocks
            .iter()
            .filter(|block| block["type"] == "image")
            .count()
    };
    Turn {
        text,
        results: results
            .map(|block| {
                let text = words(block);
                (
                    block["tool_use_id"].as_str().unwrap_or_default().to_owned(),
                    text,
                )
            })
            .collect(),
        tools: body
            .get("tools")
            .map_or(&[][..], list)
            .iter()
            .filter_map(|tool| tool["name"].as_str())
            .map(str::to_owned)
            .collect(),
        images: blocks
            .map(|block| images(std::slice::from_ref(block)) + images(list(&block["content"])))
            .sum(),
        structured: body.get("output_format").is_some_and(Value::is_object)
            || body
                .get("output_config")
                .is_some_and(|config| config["format"].is_object()),
    }
}
