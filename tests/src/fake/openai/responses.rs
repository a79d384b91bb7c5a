//! What a response's request must be: its form, and items that hang together.

use serde_json::{Map, Value};

use super::items::{ITEM, MESSAGE_ITEM, RESPONSE, RESPONSE_FUNCTION};
use super::refuse::{fault, invalid};
use super::responses_events::{ENCRYPTED, RESPONSE_ID};
use super::rules::{function_name, text_of};
use crate::fake::shape::{Naming, Path, check, check_fields};
use crate::fake::vendor::{Known, Refusal, Turn};

/// Tools beside functions that are taken as they are.
const BUILT_IN: [&str; 9] = [
    "custom",
    "namespace",
    "web_search",
    "web_search_preview",
    "file_search",
    "code_interpreter",
    "image_generation",
    "mcp",
    "local_shell",
];

/// Judges the body.
pub(super) fn judge(body: &Map<String, Value>, known: &Known) -> Result<Turn, Refusal> {
    let mut named = body.clone();
    named.retain(|name, _| !known.extra_fields.contains(name));
    let root = Path::default();
    check_fields(&named, RESPONSE, &root, Naming::Exact).map_err(|wrong| fault(&wrong))?;
    let get = |name: &str| body.get(name).unwrap_or(&Value::Null);
    let previous = get("previous_response_id").as_str();
    if let Some(id) = previous.filter(|id| !id.starts_with(RESPONSE_ID)) {
        let text = format!("Previous response with id '{id}' not found.");
        return Err(invalid(
            400,
            text,
            "previous_response_id",
            "previous_response_not_found",
        ));
    }
    let items = match get("input") {
        Value::Array(items) => items.clone(),
        Value::Null
            if previous.is_none() && get("prompt").is_null() && get("conversation").is_null() =>
        {
            let text = "Missing required parameter: 'input'.";
            return Err(invalid(400, text, "input", "missing_required_parameter"));
        }
        _ => Vec::new(),
    };
    let at = root.key("input");
    for (n, item) in items.iter().enumerate() {
        let judged = match item.as_object() {
            Some(object) if !object.contains_key("type") => {
                check_fields(object, MESSAGE_ITEM, &at.index(n), Naming::Exact)
            }
            _ => check(item, &ITEM, &at.index(n), Naming::Exact),
        };
        judged.map_err(|wrong| fault(&wrong))?;
        parts_fit_the_role(item, n)?;
        let secret = item["encrypted_content"].as_str();
        if secret.is_some_and(|text| !text.starts_with(ENCRYPTED)) {
            let text = "The encrypted content for item could not be verified. Reason: Encrypted content could not be decrypted or parsed.";
            return Err(invalid(400, text, Value::Null, "invalid_encrypted_content"));
        }
    }
    calls_and_results(&items, previous.is_some())?;
    tools(get("tools"))?;
    Ok(turn(body, &items))
}

/// The model's own words come as `output_text`, all others' as `input_text`.
fn parts_fit_the_role(item: &Value, n: usize) -> Result<(), Refusal> {
    let assistant = item["role"] == "assistant";
    for (k, part) in item["content"].as_array().into_iter().flatten().enumerate() {
        let kind = part["type"].as_str().unwrap_or_default();
        if assistant == kind.starts_with("input_") {
            let allowed = if assistant {
                "'output_text' and 'refusal'"
            } else {
                "'input_text', 'input_image', and 'input_file'"
            };
            let text = format!("Invalid value: '{kind}'. Supported values are: {allowed}.");
            return Err(invalid(
                400,
                text,
                format!("input[{n}].content[{k}]"),
                "invalid_value",
            ));
        }
    }
    Ok(())
}

fn calls_and_results(items: &[Value], continued: bool) -> Result<(), Refusal> {
    let ids = |end: &str| -> Vec<&str> {
        let of_kind = items
            .iter()
            .filter(|item| item["type"].as_str().is_some_and(|t| t.ends_with(end)));
        of_kind
            .filter_map(|item| item["call_id"].as_str())
            .collect()
    };
    let (calls, results) = (ids("_call"), ids("_call_output"));
    if let Some(lost) = results.iter().find(|id| !continued && !calls.contains(id)) {
        let text = format!("No tool call found for function call output with call_id {lost}.");
        return Err(invalid(400, text, "input", Value::Null));
    }
    if let Some(open) = calls.iter().find(|id| !results.contains(id)) {
        let text = format!("No tool output found for function call {open}.");
        return Err(invalid(400, text, "input", Value::Null));
    }
    Ok(())
}

fn tools(tools: &Value) -> Result<(), Refusal> {
    for (n, tool) in tools.as_array().into_iter().flatten().enumerate() {
        let at = format!("tools[{n}]");
        match tool["type"].as_str() {
            Some("function") => {
                let object = tool.as_object().expect("has a field");
                let path = Path::default().key("tools").index(n);
                check_fields(object, RESPONSE_FUNCTION, &path, Naming::Exact)
                    .map_err(|wrong| fault(&wrong))?;
                function_name(tool["name"].as_str(), &format!("{at}.name"))?;
            }
            Some(kind) if BUILT_IN.contains(&kind) => {}
            Some(kind) => {
                let text = format!(
                    "Invalid value: '{kind}'. Supported values are: 'function' and the built-in tools."
                );
                return Err(invalid(400, text, format!("{at}.type"), "invalid_value"));
            }
            None => {
                let text = format!("Missing required parameter: '{at}.type'.");
                return Err(invalid(
                    400,
                    text,
                    format!("{at}.type"),
                    "missing_required_parameter",
                ));
            }
        }
    }
    Ok(())
}

fn turn(body: &Map<String, Value>, items: &[Value]) -> Turn {
    let text = match body.get("input") {
        Some(Value::String(text)) => text.clone(),
        _ => {
            let last = items.iter().rev().find(|item| item["role"] == "user");
            last.map(|item| text_of(&item["content"]))
                .unwrap_or_default()
        }
    };
    let is_result = |item: &&Value| {
        item["type"]
            .as_str()
            .is_some_and(|t| t.ends_with("_call_output"))
    };
    let mut results: Vec<(String, String)> = items
        .iter()
        .rev()
        .take_while(is_result)
        .map(|item| {
            let id = item["call_id"].as_str().unwrap_or_default();
            (id.to_owned(), text_of(&item["output"]))
        })
        .collect();
    results.reverse();
    let tools = body.get("tools").and_then(Value::as_array);
    let images = |list: &Value| {
        let parts = list.as_array().into_iter().flatten();
        parts.filter(|part| part["type"] == "input_image").count()
    };
    Turn {
        text,
        results,
        tools: tools
            .into_iter()
            .flatten()
            .filter_map(|tool| tool["name"].as_str())
            .map(str::to_owned)
            .collect(),
        images: items
            .iter()
            .map(|item| images(&item["content"]) + images(&item["output"]))
            .sum(),
        structured: body
            .get("text")
            .is_some_and(|text| !text["format"].is_null() && text["format"]["type"] != "text"),
    }
}
