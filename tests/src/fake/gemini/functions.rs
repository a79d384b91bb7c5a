//! Functions: how they are declared, and that calls and responses follow each other.

use serde_json::Value;

use super::refuse::invalid;
use super::rules::list;
use crate::fake::vendor::Refusal;

/// A turn of calls is followed by one turn with a response to each.
pub(super) fn turns(contents: &[Value]) -> Result<(), Refusal> {
    let count = |content: &Value, field: &str| {
        list(&content["parts"])
            .iter()
            .filter(|part| part[field].is_object())
            .count()
    };
    for (n, content) in contents.iter().enumerate() {
        let calls = count(content, "functionCall");
        let responses = count(content, "functionResponse");
        if calls > 0 {
            if content["role"] != "model" || n == 0 || contents[n - 1]["role"] == "model" {
                return Err(invalid(
                    "Please ensure that function call turn comes immediately after a user turn or after a function response turn.",
                ));
            }
            let answered = contents
                .get(n + 1)
                .map_or(0, |next| count(next, "functionResponse"));
            if answered != calls {
                return Err(invalid(
                    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
                ));
            }
            names_match(content, &contents[n + 1])?;
        }
        if responses > 0 {
            let called = n > 0 && count(&contents[n - 1], "functionCall") > 0;
            if !called || content["role"] == "model" {
                return Err(invalid(
                    "Please ensure that function response turn comes immediately after a function call turn.",
                ));
            }
        }
    }
    Ok(())
}

fn names_match(calls: &Value, responses: &Value) -> Result<(), Refusal> {
    let names = |content: &Value, field: &str| {
        let mut names: Vec<String> = list(&content["parts"])
            .iter()
            .filter_map(|part| part[field]["name"].as_str())
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names
    };
    if names(calls, "functionCall") == names(responses, "functionResponse") {
        return Ok(());
    }
    Err(invalid(
        "Please ensure that function response names match the names of the function calls.",
    ))
}

/// Judges the declarations.
pub(super) fn declarations(body: &Value, _model: &str) -> Result<(), Refusal> {
    let mut known = Vec::new();
    for (n, tool) in list(&body["tools"]).iter().enumerate() {
        for (k, one) in list(&tool["functionDeclarations"]).iter().enumerate() {
            let at = format!("GenerateContentRequest.tools[{n}].function_declarations[{k}]");
            let name = one["name"].as_str().unwrap_or_default();
            if !is_a_name(name) {
                return Err(invalid(format!(
                    "* {at}.name: [FIELD_INVALID] Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.\n"
                )));
            }
            if known.contains(&name) {
                return Err(invalid(format!(
                    "Duplicate function declaration found: {name}"
                )));
            }
            known.push(name);
            if !one["parameters"].is_null() && !one["parametersJsonSchema"].is_null() {
                return Err(invalid(format!(
                    "* {at}: parameters and parameters_json_schema cannot both be set\n"
                )));
            }
            schema(&one["parameters"], &format!("{at}.parameters"))?;
            let json_schema = &one["parametersJsonSchema"];
            if json_schema.is_object() && json_schema["type"] != "object" {
                return Err(invalid(format!(
                    "* {at}.parameters_json_schema: the schema of parameters must be of type object\n"
                )));
            }
        }
    }
    schema(
        &body["generationConfig"]["responseSchema"],
        "GenerateContentRequest.generation_config.response_schema",
    )?;
    let config = &body["toolConfig"]["functionCallingConfig"];
    for name in list(&config["allowedFunctionNames"]) {
        if config["mode"] != "ANY" && config["mode"] != "VALIDATED" {
            return Err(invalid(
                "* GenerateContentRequest.tool_config.function_calling_config.allowed_function_names: should be set only when calling mode is ANY\n",
            ));
        }
        if !known.contains(&name.as_str().unwrap_or_default()) {
            return Err(invalid(format!(
                "* GenerateContentRequest.tool_config.function_calling_config.allowed_function_names: {name} is not declared\n"
            )));
        }
    }
    Ok(())
}

fn is_a_name(name: &str) -> bool {
    let first = name
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    first
        && name.len() <= 64
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_.:-".contains(&b))
}

/// What a schema must be beyond its fields.
fn schema(value: &Value, at: &str) -> Result<(), Refusal> {
    if value.is_null() {
        return Ok(());
    }
    let kind = value["type"]
        .as_str()
        .unwrap_or_default()
        .to_ascii_uppercase();
    if kind == "ARRAY" && value["items"].is_null() {
        return Err(invalid(format!("* {at}.items: missing field.\n")));
    }
    if value["enum"].is_array() && kind != "STRING" {
        return Err(invalid(format!(
            "* {at}.enum: only allowed for STRING type\n"
        )));
    }
    if list(&value["enum"]).iter().any(|word| word == "") {
        return Err(invalid(format!("* {at}.enum[0]: cannot be empty\n")));
    }
    if kind == "STRING"
        && value["format"]
            .as_str()
            .is_some_and(|format| format != "enum" && format != "date-time")
    {
        return Err(invalid(format!(
            "* {at}.format: only 'enum' and 'date-time' are supported for STRING type\n"
        )));
    }
    let properties = value["properties"].as_object();
    for (n, name) in list(&value["required"]).iter().enumerate() {
        let there =
            properties.is_some_and(|all| all.contains_key(name.as_str().unwrap_or_default()));
        if !there {
            return Err(invalid(format!(
                "* {at}.required[{n}]: property is not defined\n"
            )));
        }
    }
    for (name, inner) in properties.into_iter().flatten() {
        schema(inner, &format!("{at}.properties[{name}]"))?;
    }
    for inner in list(&value["anyOf"]) {
        schema(inner, &format!("{at}.any_of"))?;
    }
    schema(&value["items"], &format!("{at}.items"))
}
