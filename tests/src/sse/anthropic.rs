//! The grammar of a message's stream.
//!
//! `message_start` once and first; blocks opened in order, one at a time, with deltas of their own kind, and
//! closed; `message_delta`; `message_stop` once and last; `ping` anywhere; an `error` ends it.

use serde_json::Value;

use super::said::{number, text};
use super::{Event, Said, Spoken, ensure};

#[derive(Default)]
struct Reading {
    said: Said,
    started: bool,
    blocks: u64,
    open: Option<Open>,
    delta: bool,
    stopped: bool,
    input: u64,
    cached: u64,
}

struct Open {
    kind: String,
    id: String,
    name: String,
    arguments: String,
}

pub(super) fn judge(events: &[Event]) -> Result<Said, String> {
    let mut reading = Reading::default();
    for (n, event) in events.iter().enumerate() {
        let data = event.json();
        let breach = |what: String| format!("event {n}: {what}: {event:?}");
        ensure(
            event.name.as_deref() == data["type"].as_str() && event.name.is_some(),
            || breach("its name is not its type".into()),
        )?;
        ensure(!reading.stopped, || breach("after message_stop".into()))?;
        match text(&data["type"]) {
            "ping" => {}
            "error" => {
                let error = &data["error"];
                ensure(
                    error["type"].is_string() && error["message"].is_string(),
                    || breach("no type or message".into()),
                )?;
                ensure(n + 1 == events.len(), || {
                    breach("the stream goes on after an error".into())
                })?;
                reading.said.error = Some(text(&error["message"]).to_owned());
                return Ok(reading.said);
            }
            kind => reading.event(kind, &data).map_err(breach)?,
        }
    }
    ensure(reading.stopped, || {
        "the stream ends without message_stop and without an error".into()
    })?;
    Ok(reading.said)
}

impl Reading {
    fn event(&mut self, kind: &str, data: &Value) -> Result<(), String> {
        ensure(self.started != (kind == "message_start"), || {
            "message_start stands first, once".into()
        })?;
        match kind {
            "message_start" => {
                let message = &data["message"];
                ensure(
                    message["id"].is_string()
                        && message["type"] == "message"
                        && message["role"] == "assistant"
                        && message["model"].is_string()
                        && message["content"].as_array().is_some_and(Vec::is_empty)
                        && message["usage"]["input_tokens"].is_u64(),
                    || "a field of the message is missing".into(),
                )?;
                self.started = true;
                self.usage(&message["usage"]);
            }
            "content_block_start" => {
                ensure(self.open.is_none() && !self.delta, || {
                    "a block is opened while one is open, or after message_delta".into()
                })?;
                ensure(data["index"].as_u64() == Some(self.blocks), || {
                    format!("index should be {}", self.blocks)
                })?;
                let block = &data["content_block"];
                let kind = text(&block["type"]);
                self.opened(kind, block)?;
            }
            "content_block_delta" => self.delta(data)?,
            "content_block_stop" => {
                ensure(data["index"].as_u64() == Some(self.blocks), || {
                    "another block is closed".into()
                })?;
                let open = self.open.take().ok_or("no block is open")?;
                if open.kind == "tool_use" {
                    self.said.call(&open.id, &open.name, &open.arguments)?;
                }
                self.blocks += 1;
            }
            "message_delta" => {
                ensure(self.open.is_none(), || "a block is still open".into())?;
                ensure(data["usage"]["output_tokens"].is_u64(), || {
                    "no output_tokens".into()
                })?;
                self.usage(&data["usage"]);
                if let Some(reason) = data["delta"]["stop_reason"].as_str() {
                    self.said.stop = reason.to_owned();
                }
                self.delta = true;
            }
            "message_stop" => {
                ensure(self.delta && !self.said.stop.is_empty(), || {
                    "without a stop_reason".into()
                })?;
                self.stopped = true;
            }
            _ => return Err("an unknown event".into()),
        }
        Ok(())
    }

    fn opened(&mut self, kind: &str, block: &Value) -> Result<(), String> {
        match kind {
            "text" => ensure(block["text"] == "", || {
                "text is not empty at the start".into()
            })?,
            "thinking" => ensure(block["thinking"] == "", || {
                "thinking is not empty at the start".into()
            })?,
            "tool_use" => ensure(
                !text(&block["id"]).is_empty()
                    && !text(&block["name"]).is_empty()
                    && block["input"] == serde_json::json!({}),
                || "a tool_use without id, name or with an input at the start".into(),
            )?,
            "redacted_thinking" => {}
            other => return Err(format!("an unknown block {other}")),
        }
        self.open = Some(Open {
            kind: kind.to_owned(),
            id: text(&block["id"]).to_owned(),
            name: text(&block["name"]).to_owned(),
            arguments: String::new(),
        });
        Ok(())
    }

    fn delta(&mut self, data: &Value) -> Result<(), String> {
        ensure(data["index"].as_u64() == Some(self.blocks), || {
            "a delta of another block".into()
        })?;
        let open = self.open.as_mut().ok_or("no block is open")?;
        let delta = &data["delta"];
        let kind = text(&delta["type"]);
        match (open.kind.as_str(), kind) {
            ("text", "text_delta") => self.said.text.push_str(text(&delta["text"])),
            ("text", "citations_delta") => {}
            ("thinking", "thinking_delta") => self.said.thinking.push_str(text(&delta["thinking"])),
            ("thinking", "signature_delta") => self
                .said
                .signatures
                .push(text(&delta["signature"]).to_owned()),
            ("tool_use", "input_json_delta") => {
                open.arguments.push_str(text(&delta["partial_json"]))
            }
            (block, delta) => return Err(format!("a {delta} in a {block}")),
        }
        Ok(())
    }

    fn usage(&mut self, usage: &Value) {
        if usage["input_tokens"].is_u64() {
            self.input = number(&usage["input_tokens"]);
        }
        if usage["cache_read_input_tokens"].is_u64() {
            self.cached = number(&usage["cache_read_input_tokens"]);
        }
        let output = number(&usage["output_tokens"]);
        self.said.usage = Some(Spoken {
            input: self.input,
            output,
            cached: self.cached,
        });
    }
}

pub(super) fn whole(body: &Value) -> Result<Said, String> {
    ensure(
        body["type"] == "message"
            && body["role"] == "assistant"
            && body["id"].is_string()
            && body["model"].is_string(),
        || format!("type, role, id or model is missing: {body}"),
    )?;
    let usage = &body["usage"];
    let mut said = Said {
        stop: text(&body["stop_reason"]).to_owned(),
        usage: Some(Spoken {
            input: number(&usage["input_tokens"]),
            output: number(&usage["output_tokens"]),
            cached: number(&usage["cache_read_input_tokens"]),
        }),
        ..Said::default()
    };
    for block in body["content"].as_array().ok_or("no content")? {
        match text(&block["type"]) {
            "text" => said.text.push_str(text(&block["text"])),
            "thinking" => {
                said.thinking.push_str(text(&block["thinking"]));
                said.signatures.push(text(&block["signature"]).to_owned());
            }
            "tool_use" => said.call(
                text(&block["id"]),
                text(&block["name"]),
                &block["input"].to_string(),
            )?,
            "redacted_thinking" => {}
            other => return Err(format!("an unknown block {other}")),
        }
    }
    Ok(said)
}
