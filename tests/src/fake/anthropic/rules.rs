//! What a message's request must be beyond its form.

use serde_json::{Map, Value};

use super::fields::{MESSAGE, MESSAGES, NOT_COUNTED, TOOL};
use super::messages::sign;
use super::refuse::{fault, invalid};
use super::turn::turn;
use crate::fake::shape::{Field, Naming, Path, check, check_fields};
use crate::fake::vendor::{Known, Refusal, Turn};

/// The version that takes no sampling parameters.
const STRICTER: &str = "2026-10-21";

/// Judges the body of a message, or of its count.
pub(super) fn judge(
    body: &Map<String, Value>,
    known: &Known,
    counting: bool,
    version: &str,
) -> Result<Turn, Refusal> {
    let mut named = body.clone();
    named.retain(|name, _| !known.extra_fields.contains(name));
    let fields: Vec<Field> = MESSAGES
        .iter()
        .filter(|field| !counting || !NOT_COUNTED.contains(&field.name))
        .copied()
        .collect();
    let root = Path::default();
    check_fields(&named, &fields, &root, Naming::Exact).map_err(|wrong| fault(&wrong))?;
    let messages = body["messages"].as_array().expect("checked");
    if messages.is_empty() {
        return Err(invalid("messages: at least one message is required"));
    }
    let at = root.key("messages");
    for (n, message) in messages.iter().enumerate() {
        check(message, &MESSAGE, &at.index(n), Naming::Exact).map_err(|wrong| fault(&wrong))?;
        blocks(message, n)?;
    }
    if messages[0]["role"] != "user" {
        return Err(invalid(
            "messages: first message must use the \"user\" role",
        ));
    }
    if version == STRICTER {
        stricter(body, messages)?;
    }
    uses_and_results(messages)?;
    thinking(body, messages)?;
    tools(body)?;
    Ok(turn(body, messages))
}

fn blocks(message: &Value, n: usize) -> Result<(), Refusal> {
    if message["content"].as_str().is_some_and(str::is_empty)
        || message["content"].as_array().is_some_and(Vec::is_empty)
    {
        let text = format!(
            "messages.{n}: all messages must have non-empty content except for the optional final assistant message"
        );
        return Err(invalid(text));
    }
    for (k, block) in list(&message["content"]).iter().enumerate() {
        if block["type"] == "text"
            && block["text"]
                .as_str()
                .is_some_and(|text| text.trim().is_empty())
        {
            return Err(invalid("messages: text content blocks must be non-empty"));
        }
        let role = &message["role"];
        let kind = block["type"].as_str().unwrap_or_default();
        let misplaced = match kind {
            "tool_use" | "thinking" | "redacted_thinking" => role != "assistant",
            "tool_result" | "image" => role != "user",
            _ => false,
        };
        if misplaced {
            let text = format!(
                "messages.{n}.content.{k}: `{kind}` blocks can not be in `{}` messages",
                role.as_str().unwrap_or_default()
            );
            return Err(invalid(text));
        }
        if kind == "thinking"
            && block["signature"] != sign(block["thinking"].as_str().unwrap_or_default())
        {
            return Err(invalid(format!(
                "messages.{n}.content.{k}: Invalid `signature` in `thinking` block"
            )));
        }
        if kind == "tool_use" {
            let id = block["id"].as_str().unwrap_or_default();
            let fits = id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            if !fits || id.is_empty() {
                let text = format!(
                    "messages.{n}.content.{k}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"
                );
                return Err(invalid(text));
            }
        }
    }
    Ok(())
}

/// The rules of the version of October 2026.
fn stricter(body: &Map<String, Value>, messages: &[Value]) -> Result<(), Refusal> {
    for name in ["temperature", "top_p", "top_k"] {
        if body.contains_key(name) {
            return Err(invalid(format!(
                "{name}: not supported with anthropic-version {STRICTER}"
            )));
        }
    }
    for (n, message) in messages.iter().enumerate() {
        for (k, block) in list(&message["content"]).iter().enumerate() {
            let assistant = message["role"] == "assistant";
            if assistant && block["type"] == "document" {
                return Err(invalid(format!(
                    "messages.{n}.content.{k}: `document` blocks can not be in `assistant` messages"
                )));
            }
            if !assistant && block["type"] == "text" && !list(&block["citations"]).is_empty() {
                return Err(invalid(format!(
                    "messages.{n}.content.{k}.citations: must be empty in `user` messages"
                )));
            }
        }
    }
    Ok(())
}

/// Every use is followed by its result in the next message, before all else there.
fn uses_and_results(messages: &[Value]) -> Result<(), Refusal> {
    let mut open: Vec<&str> = Vec::new();
    let spoken = messages
        .iter()
        .enumerate()
        .filter(|(_, message)| message["role"] != "system");
    let mut last = 0;
    for (n, message) in spoken {
        let content = list(&message["content"]);
        for (k, block) in content
            .iter()
            .enumerate()
            .filter(|(_, block)| block["type"] == "tool_result")
        {
            let id = block["tool_use_id"].as_str().unwrap_or_default();
            let Some(found) = open.iter().position(|one| *one == id) else {
                let text = format!(
                    "messages.{n}.content.{k}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
                );
                return Err(invalid(text));
            };
            open.remove(found);
        }
        without_result(&open, last)?;
        open = content
            .iter()
            .filter(|block| block["type"] == "tool_use")
            .filter_map(|block| block["id"].as_str())
            .collect();
        let mut unique = open.clone();
        unique.sort_unstable();
        unique.dedup();
        if unique.len() != open.len() {
            return Err(invalid("messages: `tool_use` ids must be unique"));
        }
        last = n;
    }
    without_result(&open, last)
}

fn without_result(open: &[&str], n: usize) -> Result<(), Refusal> {
    if open.is_empty() {
        return Ok(());
    }
    let text = format!(
        "messages.{n}: `tool_use` ids were found without `tool_result` blocks immediately after: {}. Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
        open.join(", ")
    );
    Err(invalid(text))
}

fn thinking(body: &Map<String, Value>, messages: &[Value]) -> Result<(), Refusal> {
    let get = |name: &str| body.get(name).unwrap_or(&Value::Null);
    let kind = get("thinking")["type"].as_str().unwrap_or("disabled");
    if kind == "disabled" {
        return Ok(());
    }
    let budget = get("thinking")["budget_tokens"].as_u64().unwrap_or(0);
    if get("max_tokens")
        .as_u64()
        .is_some_and(|most| most <= budget)
    {
        return Err(invalid(
            "`max_tokens` must be greater than `thinking.budget_tokens`.",
        ));
    }
    if get("temperature").as_f64().is_some_and(|t| t != 1.0) {
        return Err(invalid(
            "`temperature` may only be set to 1 when thinking is enabled.",
        ));
    }
    if get("top_k").is_number() {
        return Err(invalid("`top_k` must be unset when thinking is enabled."));
    }
    if matches!(get("tool_choice")["type"].as_str(), Some("any" | "tool")) {
        return Err(invalid(
            "Thinking may not be enabled when tool_choice forces tool use.",
        ));
    }
    if kind != "enabled" {
        return Ok(());
    }
    // The model may not be made to think in the middle of a turn that it began without.
    let Some(n) = messages
        .iter()
        .rposition(|message| message["role"] == "assistant")
    else {
        return Ok(());
    };
    let content = list(&messages[n]["content"]);
    let continues = content.iter().any(|block| block["type"] == "tool_use");
    let first = content
        .first()
        .map_or("text", |block| block["type"].as_str().unwrap_or_default());
    if continues && !first.ends_with("thinking") {
        let text = format!(
            "messages.{n}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `{first}`. When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). To avoid this requirement, disable `thinking`."
        );
        return Err(invalid(text));
    }
    Ok(())
}

fn tools(body: &Map<String, Value>) -> Result<(), Refusal> {
    let tools = body.get("tools").map_or(&[][..], list);
    let mut names: Vec<&str> = Vec::new();
    for (n, tool) in tools.iter().enumerate() {
        let Some(object) = tool.as_object() else {
            return Err(invalid(format!(
                "tools.{n}: Input should be a valid dictionary"
            )));
        };
        let name = tool["name"].as_str().unwrap_or_default();
        // The service's own tools bear the day of their version.
        let kind = tool["type"].as_str().unwrap_or("custom");
        let dated = kind
            .rsplit_once('_')
            .is_some_and(|(_, day)| day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()));
        if kind != "custom" && kind != "mcp_toolset" && !dated {
            return Err(invalid(format!(
                "tools.{n}: Input tag '{kind}' found using 'type' does not match any of the expected tags: 'bash_20250124', 'custom', 'text_editor_20250728', 'web_search_20250305'"
            )));
        }
        if tool["type"].as_str().is_none_or(|kind| kind == "custom") {
            let path = Path::default().key("tools").index(n).key("custom");
            check_fields(object, TOOL, &path, Naming::Exact).map_err(|wrong| fault(&wrong))?;
            if tool["input_schema"]["type"] != "object" {
                return Err(invalid(format!(
                    "tools.{n}.custom.input_schema.type: Field required"
                )));
            }
            let fits = name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            if !fits || !(1..=128).contains(&name.len()) {
                return Err(invalid(format!(
                    "tools.{n}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'"
                )));
            }
        }
        if names.contains(&name) {
            return Err(invalid("tools: Tool names must be unique."));
        }
        names.push(name);
    }
    match body.get("tool_choice") {
        Some(choice) if tools.is_empty() && choice["type"] != "none" => Err(invalid(
            "tool_choice may only be specified while providing tools.",
        )),
        Some(choice)
            if choice["type"] == "tool"
                && !names.contains(&choice["name"].as_str().unwrap_or_default()) =>
        {
            Err(invalid(format!(
                "Tool '{}' not found in provided tools",
                choice["name"].as_str().unwrap_or_default()
            )))
        }
        _ => Ok(()),
    }
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
