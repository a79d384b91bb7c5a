//! The grammar of a generated content's stream.
//!
//! Unnamed events, each a whole `GenerateContentResponse`; parts are only added; a `finishReason` comes with the
//! last candidate, and no parts after it; there is no end mark; an `error` object ends it.

use serde_json::Value;

use super::said::{number, text};
use super::{Call, Event, Said, Spoken, ensure};

pub(super) fn judge(events: &[Event]) -> Result<Said, String> {
    let mut said = Said::default();
    for (n, event) in events.iter().enumerate() {
        let data = event.json();
        let breach = |what: String| format!("event {n}: {what}: {event:?}");
        ensure(event.name.is_none(), || breach("it has a name".into()))?;
        ensure(data.is_object(), || breach("it is no object".into()))?;
        if data["error"].is_object() {
            ensure(
                data["error"]["message"].is_string() && data["error"]["code"].is_number(),
                || breach("an error without code or message".into()),
            )?;
            ensure(n + 1 == events.len(), || {
                breach("the stream goes on after an error".into())
            })?;
            said.error = Some(text(&data["error"]["message"]).to_owned());
            return Ok(said);
        }
        let has_parts = data["candidates"][0]["content"]["parts"]
            .as_array()
            .is_some_and(|parts| !parts.is_empty());
        ensure(said.stop.is_empty() || !has_parts, || {
            breach("parts after the finishReason".into())
        })?;
        read(&mut said, &data).map_err(breach)?;
    }
    ensure(!said.stop.is_empty(), || {
        "the stream ends without a finishReason and without an error".into()
    })?;
    Ok(said)
}

pub(super) fn whole(body: &Value) -> Result<Said, String> {
    let mut said = Said::default();
    read(&mut said, body)?;
    ensure(!said.stop.is_empty(), || format!("no finishReason: {body}"))?;
    Ok(said)
}

fn read(said: &mut Said, data: &Value) -> Result<(), String> {
    let blocked = data["promptFeedback"]["blockReason"].as_str();
    ensure(
        data["candidates"].is_array() || data["usageMetadata"].is_object() || blocked.is_some(),
        || format!("no candidates: {data}"),
    )?;
    if let Some(reason) = blocked {
        said.stop = reason.to_owned();
    }
    let candidate = &data["candidates"][0];
    if candidate["content"]["parts"].is_array() {
        ensure(candidate["content"]["role"] == "model", || {
            "the role is not model".into()
        })?;
    }
    for part in candidate["content"]["parts"]
        .as_array()
        .into_iter()
        .flatten()
    {
        if let Some(signature) = part["thoughtSignature"].as_str() {
            said.signatures.push(signature.to_owned());
        }
        let call = &part["functionCall"];
        if call.is_object() {
            let args = if call["args"].is_null() {
                serde_json::json!({})
            } else {
                call["args"].clone()
            };
            ensure(args.is_object() && call["name"].is_string(), || {
                format!("a call without name or args: {call}")
            })?;
            said.calls.push(Call {
                id: text(&call["id"]).to_owned(),
                name: text(&call["name"]).to_owned(),
                arguments: args,
            });
        } else if part["thought"] == true {
            said.thinking.push_str(text(&part["text"]));
        } else {
            said.text.push_str(text(&part["text"]));
        }
    }
    if let Some(reason) = candidate["finishReason"].as_str() {
        said.stop = reason.to_owned();
    }
    let usage = &data["usageMetadata"];
    if usage.is_object() {
        said.usage = Some(Spoken {
            input: number(&usage["promptTokenCount"]),
            output: number(&usage["candidatesTokenCount"]) + number(&usage["thoughtsTokenCount"]),
            cached: number(&usage["cachedContentTokenCount"]),
        });
    }
    Ok(())
}
