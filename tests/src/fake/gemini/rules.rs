//! What a request must be beyond its form.

use serde_json::{Map, Value};

use super::content::{ANY_SIGNATURE, is_issued};
use super::fields::{BESIDE_DATA, COUNT, EMBED, EMBED_BATCH, GENERATE};
use super::functions;
use super::refuse::{fault, invalid};
use crate::fake::shape::{Field, Naming, Path, camel, check_fields};
use crate::fake::vendor::{Known, Refusal, Turn};

/// Judges the body of `generateContent`.
pub(super) fn judge(
    body: &Map<String, Value>,
    known: &Known,
    model: &str,
) -> Result<Turn, Refusal> {
    let mut named = body.clone();
    named.retain(|name, _| !known.extra_fields.contains(name));
    formed(&named, GENERATE)?;
    let body = in_camel_case(&Value::Object(body.clone()));
    let contents = list(&body["contents"]);
    if contents.is_empty() {
        return Err(invalid(
            "* GenerateContentRequest.contents: contents is not specified\n",
        ));
    }
    for (n, content) in contents.iter().enumerate() {
        turn_is_well_formed(content, n, contents.len())?;
    }
    functions::turns(contents)?;
    functions::declarations(&body, model)?;
    signatures(contents, model)?;
    config(&body, model)?;
    Ok(turn(&body, contents))
}

/// Judges the body of `countTokens`.
pub(super) fn judge_count(
    body: &Map<String, Value>,
    known: &Known,
    model: &str,
) -> Result<Turn, Refusal> {
    formed(body, COUNT)?;
    let body = in_camel_case(&Value::Object(body.clone()));
    match body["generateContentRequest"].as_object() {
        Some(inner) => judge(inner, known, model),
        None if list(&body["contents"]).is_empty() => Err(invalid(
            "* CountTokensRequest.contents: contents is not specified\n",
        )),
        None => Ok(Turn::default()),
    }
}

/// Judges the body of an embedding.
pub(super) fn judge_embedding(body: &Map<String, Value>, call: &str) -> Result<Turn, Refusal> {
    let fields = if call == "embedContent" {
        EMBED
    } else {
        EMBED_BATCH
    };
    formed(body, fields).map(|()| Turn::default())
}

fn formed(body: &Map<String, Value>, fields: &[Field]) -> Result<(), Refusal> {
    check_fields(body, fields, &Path::default(), Naming::Proto).map_err(|wrong| fault(&wrong))
}

fn turn_is_well_formed(content: &Value, n: usize, count: usize) -> Result<(), Refusal> {
    match content["role"].as_str() {
        None if count == 1 => {}
        Some("user" | "model" | "function") => {}
        _ => return Err(invalid("Please use a valid role: user, model.")),
    }
    let parts = list(&content["parts"]);
    if parts.is_empty() {
        let text = format!(
            "* GenerateContentRequest.contents[{n}].parts: contents.parts must not be empty.\n"
        );
        return Err(invalid(text));
    }
    for (k, part) in parts.iter().enumerate() {
        let fields = part.as_object().map_or(0, |part| {
            part.keys()
                .filter(|name| !BESIDE_DATA.contains(&name.as_str()))
                .count()
        });
        let at = format!("* GenerateContentRequest.contents[{n}].parts[{k}].data");
        if fields == 0 {
            return Err(invalid(format!(
                "{at}: required oneof field 'data' must have one initialized field\n"
            )));
        }
        if fields > 1 {
            return Err(invalid(format!(
                "{at}: oneof field 'data' is already set. Cannot set another field.\n"
            )));
        }
    }
    Ok(())
}

/// Signatures were issued here; models of the third generation want theirs back within a turn.
fn signatures(contents: &[Value], model: &str) -> Result<(), Refusal> {
    let parts = |content: &Value| list(&content["parts"]).to_vec();
    for part in contents.iter().flat_map(parts) {
        let signature = part["thoughtSignature"].as_str();
        if signature.is_some_and(|text| !is_issued(text) && text != ANY_SIGNATURE) {
            return Err(invalid("Corrupted thought signature."));
        }
    }
    if !model.starts_with("gemini-3") {
        return Ok(());
    }
    let said_by_user = |content: &Value| {
        content["role"] != "model"
            && parts(content)
                .iter()
                .any(|part| part["functionResponse"].is_null())
    };
    let begun = contents.iter().rposition(said_by_user).unwrap_or(0);
    for (n, content) in contents
        .iter()
        .enumerate()
        .skip(begun)
        .filter(|(_, one)| one["role"] == "model")
    {
        let of_turn = parts(content);
        let first = of_turn
            .iter()
            .position(|part| part["functionCall"].is_object());
        if let Some(k) = first.filter(|k| of_turn[*k]["thoughtSignature"].is_null()) {
            let name = of_turn[k]["functionCall"]["name"]
                .as_str()
                .unwrap_or_default();
            let text = format!(
                "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call `default_api:{name}` , position {n}."
            );
            return Err(invalid(text));
        }
    }
    Ok(())
}

fn config(body: &Value, model: &str) -> Result<(), Refusal> {
    let config = &body["generationConfig"];
    let thinking = &config["thinkingConfig"];
    if thinking["thinkingBudget"].is_number() && thinking["thinkingLevel"].is_string() {
        return Err(invalid(
            "You can only set only one of thinking budget and thinking level.",
        ));
    }
    if thinking["thinkingLevel"].is_string() && !model.starts_with("gemini-3") {
        return Err(invalid("Thinking level is not supported for this model."));
    }
    let json = config["responseMimeType"] == "application/json";
    let schema = !config["responseSchema"].is_null() || !config["responseJsonSchema"].is_null();
    if schema && !json && config["responseMimeType"] != "text/x.enum" {
        return Err(invalid(
            "* GenerateContentRequest.generation_config.response_schema: only allowed when response_mime_type is application/json\n",
        ));
    }
    let functions = list(&body["tools"])
        .iter()
        .any(|tool| !tool["functionDeclarations"].is_null());
    if json && functions && !model.starts_with("gemini-3") {
        return Err(invalid(
            "Function calling with a response mime type: 'application/json' is unsupported",
        ));
    }
    if list(&config["stopSequences"]).len() > 5 {
        return Err(invalid(
            "* GenerateContentRequest.generation_config.stop_sequences: at most 5 are allowed\n",
        ));
    }
    Ok(())
}

fn turn(body: &Value, contents: &[Value]) -> Turn {
    let text = |content: &Value| -> String {
        list(&content["parts"])
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect()
    };
    let users = contents
        .iter()
        .rev()
        .filter(|content| content["role"] != "model");
    let last = contents
        .last()
        .map_or(&[][..], |content| list(&content["parts"]));
    let results = last
        .iter()
        .map(|part| &part["functionResponse"])
        .filter(|one| one.is_object());
    let declared = list(&body["tools"])
        .iter()
        .flat_map(|tool| list(&tool["functionDeclarations"]));
    let config = &body["generationConfig"];
    Turn {
        text: users
            .map(text)
            .find(|text| !text.is_empty())
            .unwrap_or_default(),
        results: results
            .map(|one| {
                (
                    one["name"].as_str().unwrap_or_default().to_owned(),
                    one["response"].to_string(),
                )
            })
            .collect(),
        tools: declared
            .filter_map(|one| one["name"].as_str())
            .map(str::to_owned)
            .collect(),
        images: contents
            .iter()
            .flat_map(|content| list(&content["parts"]))
            .flat_map(|part| {
                [part]
                    .into_iter()
                    .chain(list(&part["functionResponse"]["parts"]))
            })
            .filter(|part| part["inlineData"].is_object() || part["fileData"].is_object())
            .count(),
        structured: config["responseMimeType"] == "application/json",
    }
}

/// The body with the names of its own fields in camel case; what clients name stays as it is.
fn in_camel_case(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(in_camel_case).collect(),
        Value::Object(object) => object
            .iter()
            .map(|(name, inner)| {
                let name = camel(name);
                let foreign = [
                    "args",
                    "response",
                    "parametersJsonSchema",
                    "responseJsonSchema",
                    "properties",
                ];
                let inner = if foreign.contains(&name.as_str()) {
                    inner.clone()
                } else {
                    in_camel_case(inner)
                };
                (name, inner)
            })
            .collect(),
        other => other.clone(),
    }
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
