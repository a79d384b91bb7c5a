//! The grammar of a response's stream.
//!
//! Every event is named and numbered without a gap; `response.created` comes first; items are added and done
//! in order, with ids that stay; parts and their deltas belong to the item that is open; the deltas of a part
//! make its `done`; one of `response.completed`, `.incomplete`, `.failed` or `error` comes last, the last two together in
//! this order: `error`, `response.failed`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::said::{number, text};
use super::{Event, Said, Spoken, ensure};

#[derive(Default)]
struct Reading {
    created: bool,
    id: String,
    /// Items that are open, by their `output_index`.
    open: BTreeMap<u64, Item>,
    done: Vec<Value>,
    ended: bool,
    said: Said,
}

struct Item {
    id: String,
    kind: String,
    said: String,
}

pub(super) fn judge(events: &[Event]) -> Result<Said, String> {
    let mut reading = Reading::default();
    for (n, event) in events.iter().enumerate() {
        let data = event.json();
        let breach = |what: String| format!("event {n}: {what}: {event:?}");
        ensure(event.data != "[DONE]", || {
            breach("this dialect has no [DONE]".into())
        })?;
        ensure(
            event.name.as_deref() == data["type"].as_str() && event.name.is_some(),
            || breach("its name is not its type".into()),
        )?;
        let told_again = data["type"] == "response.failed"
            && n.checked_sub(1)
                .is_some_and(|before| events[before].name.as_deref() == Some("error"));
        ensure(!reading.ended || told_again, || {
            breach("after the end".into())
        })?;
        if told_again && data["response"]["status"] == "failed" {
            continue;
        }
        if data["type"] == "error" {
            ensure(data["message"].is_string(), || {
                breach("an error without a message".into())
            })?;
            reading.broke_off(text(&data["message"]));
            continue;
        }
        ensure(data["sequence_number"].as_u64() == Some(n as u64), || {
            breach(format!("sequence_number should be {n}"))
        })?;
        reading.event(text(&data["type"]), &data).map_err(breach)?;
    }
    ensure(reading.ended, || {
        "the stream ends without a terminal event".into()
    })?;
    Ok(reading.said)
}

impl Reading {
    fn event(&mut self, kind: &str, data: &Value) -> Result<(), String> {
        ensure(self.created != (kind == "response.created"), || {
            "response.created stands first, once".into()
        })?;
        match kind {
            "response.created" | "response.in_progress" | "response.queued" => {
                let id = text(&data["response"]["id"]);
                ensure(
                    !id.is_empty() && (self.id.is_empty() || self.id == id),
                    || "the response's id is missing or changes".into(),
                )?;
                ensure(data["response"]["object"] == "response", || {
                    "object is not response".into()
                })?;
                self.id = id.to_owned();
                self.created = true;
            }
            "response.output_item.added" => {
                let index = data["output_index"].as_u64().ok_or("no output_index")?;
                ensure(index == (self.done.len() + self.open.len()) as u64, || {
                    "items are not in order".into()
                })?;
                let item = &data["item"];
                let id = text(&item["id"]).to_owned();
                ensure(!id.is_empty(), || "an item without id".into())?;
                self.open.insert(
                    index,
                    Item {
                        id,
                        kind: text(&item["type"]).to_owned(),
                        said: String::new(),
                    },
                );
            }
            "response.output_item.done" => self.item_done(data)?,
            "response.completed" | "response.incomplete" | "response.failed" => {
                self.end(kind, data)?
            }
            _ => self.inside(kind, data)?,
        }
        Ok(())
    }

    fn inside(&mut self, kind: &str, data: &Value) -> Result<(), String> {
        let index = data["output_index"].as_u64().ok_or("no output_index")?;
        let item = self.open.get_mut(&index).ok_or("that item is not open")?;
        ensure(data["item_id"] == item.id, || {
            format!("the item's id is {}", item.id)
        })?;
        let wants = match kind {
            k if k.starts_with("response.output_text")
                || k.starts_with("response.refusal")
                || k.starts_with("response.content_part") =>
            {
                "message"
            }
            k if k.starts_with("response.function_call_arguments") => "function_call",
            k if k.starts_with("response.reasoning") => "reasoning",
            k if k.starts_with("response.custom_tool_call_input") => "custom_tool_call",
            _ => return Err("an unknown event".into()),
        };
        ensure(item.kind == wants, || {
            format!("in an item of type {}", item.kind)
        })?;
        if wants == "message" {
            ensure(data["content_index"].is_u64(), || "no content_index".into())?;
        }
        if kind.ends_with(".delta") {
            item.said.push_str(text(&data["delta"]));
        } else if kind.ends_with(".done") {
            let whole = ["text", "refusal", "arguments", "input"]
                .iter()
                .find_map(|name| data[name].as_str());
            if let Some(whole) = whole {
                ensure(item.said.ends_with(whole), || {
                    format!("the deltas made {:?}", item.said)
                })?;
            }
        }
        Ok(())
    }

    /// What was said of an item that is never done counts all the same.
    fn broke_off(&mut self, message: &str) {
        for item in self.open.values().filter(|item| item.kind == "message") {
            self.said.text.push_str(&item.said);
        }
        self.said.error = Some(message.to_owned());
        self.ended = true;
    }

    fn item_done(&mut self, data: &Value) -> Result<(), String> {
        let index = data["output_index"].as_u64().ok_or("no output_index")?;
        let open = self.open.remove(&index).ok_or("that item is not open")?;
        let item = &data["item"];
        ensure(item["id"] == open.id && item["type"] == open.kind, || {
            "id or type of the item changed".into()
        })?;
        read_item(&mut self.said, item)?;
        self.done.push(item.clone());
        Ok(())
    }

    fn end(&mut self, kind: &str, data: &Value) -> Result<(), String> {
        let response = &data["response"];
        ensure(response["id"] == self.id.as_str(), || {
            "the response's id changed".into()
        })?;
        self.ended = true;
        if kind == "response.failed" {
            let message = text(&response["error"]["message"]);
            ensure(!message.is_empty(), || "a failure without a message".into())?;
            self.broke_off(message);
            return Ok(());
        }
        ensure(self.open.is_empty(), || "an item is still open".into())?;
        let output = response["output"].as_array().ok_or("no output")?;
        ensure(*output == self.done, || {
            format!("the output differs from the items: {:?}", self.done)
        })?;
        self.said.stop = stop(response);
        self.said.usage = response["usage"]
            .is_object()
            .then(|| spoken(&response["usage"]));
        Ok(())
    }
}

pub(super) fn whole(body: &Value) -> Result<Said, String> {
    ensure(
        body["object"] == "response" && body["id"].is_string() && body["status"].is_string(),
        || format!("object, id or status is missing: {body}"),
    )?;
    let mut said = Said {
        stop: stop(body),
        usage: body["usage"].is_object().then(|| spoken(&body["usage"])),
        ..Said::default()
    };
    for item in body["output"].as_array().ok_or("no output")? {
        read_item(&mut said, item)?;
    }
    Ok(said)
}

fn read_item(said: &mut Said, item: &Value) -> Result<(), String> {
    match text(&item["type"]) {
        "message" => {
            for part in item["content"].as_array().ok_or("no content")? {
                said.text.push_str(text(&part["text"]));
                said.refusal.push_str(text(&part["refusal"]));
            }
        }
        "function_call" => {
            said.call(
                text(&item["call_id"]),
                text(&item["name"]),
                text(&item["arguments"]),
            )?;
        }
        "reasoning" => {
            for name in ["summary", "content"] {
                for part in item[name].as_array().into_iter().flatten() {
                    said.thinking.push_str(text(&part["text"]));
                }
            }
            if let Some(secret) = item["encrypted_content"].as_str() {
                said.signatures.push(secret.to_owned());
            }
        }
        other => return Err(format!("an unknown item {other}")),
    }
    Ok(())
}

/// The status, and why where it is incomplete.
fn stop(response: &Value) -> String {
    match response["incomplete_details"]["reason"].as_str() {
        Some(reason) => reason.to_owned(),
        None => text(&response["status"]).to_owned(),
    }
}

fn spoken(usage: &Value) -> Spoken {
    Spoken {
        input: number(&usage["input_tokens"]),
        output: number(&usage["output_tokens"]),
        cached: number(&usage["input_tokens_details"]["cached_tokens"]),
    }
}
