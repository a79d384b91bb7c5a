//! What a chat completion must be beyond its form: a conversation that hangs together.

use serde_json::{Map, Value, json};

use super::fields::{CHAT, EMBEDDINGS, MESSAGE};
use super::refuse::{fault, invalid};
use crate::fake::shape::{Naming, Path, check, check_fields};
use crate::fake::vendor::{Ask, Known, Refusal, Turn};

/// Judges the body of a chat completion.
pub(super) fn judge(body: &Map<String, Value>, known: &Known) -> Result<Turn, Refusal> {
    let mut named = body.clone();
    named.retain(|name, _| !known.extra_fields.contains(name));
    let root = Path::default();
    check_fields(&named, CHAT, &root, Naming::Exact).map_err(|wrong| fault(&wrong))?;
    let messages = body["messages"].as_array().expect("checked");
    if messages.is_empty() {
        let text = "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.";
        return Err(invalid(400, text, "messages", "empty_array"));
    }
    let at = root.key("messages");
    for (n, message) in messages.iter().enumerate() {
        check(message, &MESSAGE, &at.index(n), Naming::Exact).map_err(|wrong| fault(&wrong))?;
        if message["role"] == "assistant"
            && message["content"].is_null()
            && message["tool_calls"].is_null()
            && message["refusal"].is_null()
        {
            let text = format!(
                "Invalid value for 'content': expected a string, got null. (messages[{n}])"
            );
            return Err(invalid(
                400,
                text,
                format!("messages.[{n}].content"),
                Value::Null,
            ));
        }
    }
    calls_and_results(messages)?;
    options(body)?;
    Ok(turn(body, messages))
}

/// Each call is answered right behind it, and nothing is answered that was not called.
fn calls_and_results(messages: &[Value]) -> Result<(), Refusal> {
    let mut open: Vec<&str> = Vec::new();
    for (n, message) in messages.iter().enumerate() {
        if message["role"] == "tool" {
            let id = message["tool_call_id"].as_str().unwrap_or_default();
            let Some(found) = open.iter().position(|call| *call == id) else {
                let text = "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
                return Err(invalid(
                    400,
                    text,
                    format!("messages.[{n}].role"),
                    Value::Null,
                ));
            };
            open.remove(found);
            continue;
        }
        unanswered(&open, n)?;
        let calls = message["tool_calls"].as_array();
        if calls.is_some_and(Vec::is_empty) {
            let text = format!(
                "Invalid 'messages[{n}].tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead."
            );
            return Err(invalid(
                400,
                text,
                format!("messages[{n}].tool_calls"),
                "empty_array",
            ));
        }
        open = calls
            .into_iter()
            .flatten()
            .filter_map(|call| call["id"].as_str())
            .collect();
    }
    unanswered(&open, messages.len())
}

fn unanswered(open: &[&str], n: usize) -> Result<(), Refusal> {
    if open.is_empty() {
        return Ok(());
    }
    let text = format!(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {}",
        open.join(", ")
    );
    Err(invalid(
        400,
        text,
        format!("messages.[{n}].role"),
        Value::Null,
    ))
}

fn options(body: &Map<String, Value>) -> Result<(), Refusal> {
    let get = |name: &str| body.get(name).unwrap_or(&Value::Null);
    let tools = get("tools").as_array().map_or(&[][..], Vec::as_slice);
    if tools.is_empty() {
        if get("tools").is_array() {
            let text = "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.";
            return Err(invalid(400, text, "tools", "empty_array"));
        }
        for name in ["tool_choice", "parallel_tool_calls"] {
            if !get(name).is_null() {
                let text = format!(
                    "Invalid value for '{name}': '{name}' is only allowed when 'tools' are specified."
                );
                return Err(invalid(400, text, name, Value::Null));
            }
        }
    }
    for (n, tool) in tools.iter().enumerate() {
        let at = format!("tools[{n}].function.name");
        function_name(tool["function"]["name"].as_str(), &at)?;
    }
    if let Some(word) = get("tool_choice")
        .as_str()
        .filter(|word| !["none", "auto", "required"].contains(word))
    {
        let text = format!(
            "Invalid value: '{word}'. Supported values are: 'none', 'auto', and 'required'."
        );
        return Err(invalid(400, text, "tool_choice", "invalid_value"));
    }
    if get("stop").as_array().is_some_and(|list| list.len() > 4) {
        let text = "Invalid 'stop': array too long. Expected an array with maximum length 4.";
        return Err(invalid(400, text, "stop", "array_above_max_length"));
    }
    if !get("stream_options").is_null() && get("stream") != &Value::Bool(true) {
        let text = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
        return Err(invalid(400, text, "stream_options", Value::Null));
    }
    if get("model")
        .as_str()
        .is_some_and(|model| model.starts_with("o-"))
    {
        reasoner(body)?;
    }
    let asks_json = get("response_format")["type"] == "json_object";
    if asks_json && !get("messages").to_string().to_lowercase().contains("json") {
        let text = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.";
        return Err(invalid(400, text, "messages", Value::Null));
    }
    Ok(())
}

/// What a reasoning model does not take.
fn reasoner(body: &Map<String, Value>) -> Result<(), Refusal> {
    if body.contains_key("max_tokens") {
        let text = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        return Err(invalid(400, text, "max_tokens", "unsupported_parameter"));
    }
    if body
        .get("temperature")
        .and_then(Value::as_f64)
        .is_some_and(|t| t != 1.0)
    {
        let text = "Unsupported value: 'temperature' does not support that value with this model. Only the default (1) value is supported.";
        return Err(invalid(400, text, "temperature", "unsupported_value"));
    }
    Ok(())
}

/// A function's name, of which other services take more.
pub(super) fn function_name(name: Option<&str>, at: &str) -> Result<(), Refusal> {
    let Some(name) = name else { return Ok(()) };
    let fits = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fits && (1..=64).contains(&name.len()) {
        return Ok(());
    }
    let text = format!(
        "Invalid '{at}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."
    );
    Err(invalid(400, text, at, "invalid_value"))
}

fn turn(body: &Map<String, Value>, messages: &[Value]) -> Turn {
    let last_user = messages
        .iter()
        .rev()
        .find(|message| message["role"] == "user");
    let results = messages
        .iter()
        .rev()
        .take_while(|message| message["role"] == "tool");
    let mut results: Vec<(String, String)> = results
        .map(|message| {
            let id = message["tool_call_id"].as_str().unwrap_or_default();
            (id.to_owned(), text_of(&message["content"]))
        })
        .collect();
    results.reverse();
    let tools = body.get("tools").and_then(Value::as_array);
    Turn {
        text: last_user
            .map(|message| text_of(&message["content"]))
            .unwrap_or_default(),
        results,
        tools: tools
            .into_iter()
            .flatten()
            .filter_map(|tool| tool["function"]["name"].as_str())
            .map(str::to_owned)
            .collect(),
        images: messages
            .iter()
            .filter_map(|message| message["content"].as_array())
            .flatten()
            .filter(|part| part["type"] == "image_url")
            .count(),
        structured: body
            .get("response_format")
            .is_some_and(|format| format["type"] != "text"),
    }
}

/// The text of a content, whichever form it has.
pub(super) fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect(),
        _ => String::new(),
    }
}

/// Judges the body of an embedding.
pub(super) fn judge_embeddings(body: &Map<String, Value>) -> Result<(), Refusal> {
    check_fields(body, EMBEDDINGS, &Path::default(), Naming::Exact).map_err(|wrong| fault(&wrong))
}

/// Embeddings whose first number is the text's length.
pub(super) fn embeddings(ask: &Ask) -> Value {
    let inputs = match &ask.body["input"] {
        Value::Array(list) => list.clone(),
        one => vec![one.clone()],
    };
    let size = ask.body["dimensions"].as_u64().unwrap_or(4);
    let data: Vec<Value> = inputs
        .iter()
        .enumerate()
        .map(|(n, input)| {
            let length = input.as_str().map_or(0, str::len);
            let numbers: Vec<f64> = (0..size)
                .map(|k| if k == 0 { length as f64 / 1024.0 } else { 0.5 })
                .collect();
            let embedding = if ask.body["encoding_format"] == "base64" {
                json!(base64_floats(&numbers))
            } else {
                json!(numbers)
            };
            json!({"object": "embedding", "index": n, "embedding": embedding})
        })
        .collect();
    json!({"object": "list", "model": ask.model, "data": data, "usage": {"prompt_tokens": 3, "total_tokens": 3}})
}

fn base64_floats(numbers: &[f64]) -> String {
    use base64::Engine as _;
    let bytes: Vec<u8> = numbers
        .iter()
        .flat_map(|n| (*n as f32).to_le_bytes())
        .collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
