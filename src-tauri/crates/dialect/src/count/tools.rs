//! Tokens of tools.

use chat::{FunctionTool, Tool, ToolChoice};
use serde_json::Value;

use super::{estimate_text, json};
use crate::Dialect;

/// Anthropic's own words to a model that has tools, by whether it must call one (the vendor's page on tool use, for the
/// models of generation 4).
const ANTHROPIC_AUTO: u64 = 346;
const ANTHROPIC_MUST: u64 = 313;

/// OpenAI writes tools as type declarations; the costs of their pieces are those of its cookbook for `gpt-4o`.
const FUNCTION: u64 = 7;
const PROPERTIES: u64 = 3;
const PROPERTY: u64 = 3;
const ENUM_ITEM: u64 = 3;
const FUNCTIONS_END: u64 = 12;

pub(super) fn tokens(dialect: Dialect, tools: &[Tool], choice: Option<&ToolChoice>) -> u64 {
    if tools.is_empty() {
        return 0;
    }
    let each: u64 = tools.iter().map(|tool| one(dialect, tool)).sum();
    let around = match dialect {
        Dialect::Anthropic => match choice {
            None
            | Some(
                ToolChoice::Auto
                | ToolChoice::Allowed {
                    required: false, ..
                },
            ) => ANTHROPIC_AUTO,
            Some(ToolChoice::None) => 0,
            Some(ToolChoice::Required | ToolChoice::Named(_) | ToolChoice::Allowed { .. }) => {
                ANTHROPIC_MUST
            }
        },
        Dialect::OpenaiChat | Dialect::OpenaiResponses => FUNCTIONS_END,
        Dialect::Gemini | Dialect::Kiro => 0,
    };
    each + around
}

fn one(dialect: Dialect, tool: &Tool) -> u64 {
    match tool {
        Tool::Function(function) => match dialect {
            Dialect::OpenaiChat | Dialect::OpenaiResponses => declared(function),
            _ => written(function),
        },
        Tool::Custom(custom) => {
            let description = custom.description.as_deref().unwrap_or_default();
            FUNCTION
                + estimate_text(&custom.name)
                + estimate_text(description)
                + custom.format.as_ref().map_or(0, json)
        }
        Tool::Foreign(foreign) => json(&foreign.value),
    }
}

/// A tool as its JSON.
fn written(function: &FunctionTool) -> u64 {
    let description = function.description.as_deref().unwrap_or_default();
    let schema = function.parameters.as_ref().map_or(0, json);
    FUNCTION + estimate_text(&function.name) + estimate_text(description) + schema
}

/// A tool as a type declaration.
fn declared(function: &FunctionTool) -> u64 {
    let description = function.description.as_deref().unwrap_or_default();
    let head = format!("{}:{description}", function.name);
    let parameters = function
        .parameters
        .as_ref()
        .map_or(0, |schema| object(schema, 0));
    FUNCTION + estimate_text(&head) + parameters
}

/// Schemas deeper than this are counted as their JSON.
const DEEPEST: usize = 16;

fn object(schema: &Value, depth: usize) -> u64 {
    if depth > DEEPEST {
        return json(schema);
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    let Some(properties) = properties.filter(|properties| !properties.is_empty()) else {
        return 0;
    };
    let each = properties.iter();
    PROPERTIES
        + each
            .map(|(name, schema)| property(name, schema, depth))
            .sum::<u64>()
}

fn property(name: &str, schema: &Value, depth: usize) -> u64 {
    let text = |key| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    let head = format!(
        "{name}:{}:{}",
        text("type"),
        text("description").trim_end_matches('.')
    );
    let words = schema
        .get("enum")
        .and_then(Value::as_array)
        .map_or(0, |items| {
            let item =
                |item: &Value| ENUM_ITEM + item.as_str().map_or_else(|| json(item), estimate_text);
            items
                .iter()
                .map(item)
                .sum::<u64>()
                .saturating_sub(ENUM_ITEM)
        });
    let inner = object(schema, depth + 1)
        + schema
            .get("items")
            .map_or(0, |items| object(items, depth + 1));
    PROPERTY + estimate_text(&head) + words + inner
}
