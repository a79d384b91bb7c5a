//! A response, whole and as a stream with every event of its lifecycle.

use serde_json::{Value, json};

use super::chat::portions;
use crate::fake::script::{Part, Piece, Reply};
use crate::fake::vendor::Ask;

/// How the ids of the fake's responses begin.
pub(super) const RESPONSE_ID: &str = "resp_pond_";
/// How the fake's encrypted reasoning begins.
pub(super) const ENCRYPTED: &str = "enc-pond-";

/// The whole answer.
pub(super) fn whole(ask: &Ask, reply: &Reply, serial: u64) -> Value {
    let items: Vec<Value> = reply
        .pieces
        .iter()
        .enumerate()
        .map(|(n, piece)| item(ask, piece, serial, n))
        .collect();
    response(ask, Some(reply), items, serial)
}

/// The answer in events.
pub(super) fn events(ask: &Ask, reply: &Reply, serial: u64) -> Vec<(Part, String)> {
    let mut stream = Stream {
        out: Vec::new(),
        sequence: 0,
    };
    let opened = response(ask, None, Vec::new(), serial);
    stream.send(
        Part::Lifecycle,
        "response.created",
        json!({ "response": opened }),
    );
    stream.send(
        Part::Lifecycle,
        "response.in_progress",
        json!({ "response": opened }),
    );
    let mut items = Vec::new();
    for (n, piece) in reply.pieces.iter().enumerate() {
        let done = item(ask, piece, serial, n);
        stream.item(piece, &done, n);
        items.push(done);
    }
    let cut = reply.stop == Some("max_tokens");
    let name = if cut {
        "response.incomplete"
    } else {
        "response.completed"
    };
    let closed = response(ask, Some(reply), items, serial);
    stream.send(Part::End, name, json!({ "response": closed }));
    stream.out
}

/// The event of a failure.
pub(super) fn error(message: &str) -> String {
    let data = json!({"type": "error", "code": "server_error", "message": message, "param": null, "sequence_number": 99});
    format!("event: error\ndata: {data}\n\n")
}

struct Stream {
    out: Vec<(Part, String)>,
    sequence: u64,
}

impl Stream {
    fn send(&mut self, part: Part, name: &str, mut data: Value) {
        let mut event = json!({"type": name, "sequence_number": self.sequence});
        let fields = event.as_object_mut().expect("an object");
        fields.append(data.as_object_mut().expect("an object"));
        self.out
            .push((part, format!("event: {name}\ndata: {event}\n\n")));
        self.sequence += 1;
    }

    fn item(&mut self, piece: &Piece, done: &Value, n: usize) {
        let mut opened = done.clone();
        opened["status"] = json!("in_progress");
        for (name, empty) in [
            ("content", json!([])),
            ("summary", json!([])),
            ("arguments", json!("")),
        ] {
            if !opened[name].is_null() {
                opened[name] = empty;
            }
        }
        self.send(
            Part::Lifecycle,
            "response.output_item.added",
            json!({"output_index": n, "item": opened}),
        );
        let at = |index: &str| json!({"item_id": done["id"], "output_index": n, index: 0});
        match piece {
            Piece::Text(words) => {
                let part =
                    json!({"type": "output_text", "text": "", "annotations": [], "logprobs": []});
                self.send(
                    Part::Lifecycle,
                    "response.content_part.added",
                    with(at("content_index"), "part", part),
                );
                for word in words {
                    let mut data = with(at("content_index"), "delta", json!(word));
                    data["logprobs"] = json!([]);
                    self.send(Part::Content, "response.output_text.delta", data);
                }
                let mut data = with(at("content_index"), "text", json!(words.concat()));
                data["logprobs"] = json!([]);
                self.send(Part::Closing, "response.output_text.done", data);
                let part = done["content"][0].clone();
                self.send(
                    Part::Closing,
                    "response.content_part.done",
                    with(at("content_index"), "part", part),
                );
            }
            Piece::Refusal(text) => {
                let part = json!({"type": "refusal", "refusal": ""});
                self.send(
                    Part::Lifecycle,
                    "response.content_part.added",
                    with(at("content_index"), "part", part),
                );
                self.send(
                    Part::Content,
                    "response.refusal.delta",
                    with(at("content_index"), "delta", json!(text)),
                );
                self.send(
                    Part::Closing,
                    "response.refusal.done",
                    with(at("content_index"), "refusal", json!(text)),
                );
                let part = done["content"][0].clone();
                self.send(
                    Part::Closing,
                    "response.content_part.done",
                    with(at("content_index"), "part", part),
                );
            }
            Piece::Thinking(text) => {
                let part = json!({"type": "summary_text", "text": ""});
                self.send(
                    Part::Lifecycle,
                    "response.reasoning_summary_part.added",
                    with(at("summary_index"), "part", part),
                );
                self.send(
                    Part::Content,
                    "response.reasoning_summary_text.delta",
                    with(at("summary_index"), "delta", json!(text)),
                );
                self.send(
                    Part::Closing,
                    "response.reasoning_summary_text.done",
                    with(at("summary_index"), "text", json!(text)),
                );
                let part = done["summary"][0].clone();
                self.send(
                    Part::Closing,
                    "response.reasoning_summary_part.done",
                    with(at("summary_index"), "part", part),
                );
            }
            Piece::ToolCall(_, name, arguments) => {
                let at = json!({"item_id": done["id"], "output_index": n});
                for portion in portions(arguments) {
                    let data = with(at.clone(), "delta", json!(portion));
                    self.send(
                        Part::Content,
                        "response.function_call_arguments.delta",
                        data,
                    );
                }
                let mut data = with(at, "arguments", json!(arguments));
                data["name"] = json!(name);
                self.send(Part::Closing, "response.function_call_arguments.done", data);
            }
        }
        self.send(
            Part::Closing,
            "response.output_item.done",
            json!({"output_index": n, "item": done}),
        );
    }
}

fn with(mut data: Value, name: &str, value: Value) -> Value {
    data[name] = value;
    data
}

fn item(ask: &Ask, piece: &Piece, serial: u64, n: usize) -> Value {
    let message = |content: Value| {
        json!({
            "id": format!("msg_pond_{serial}_{n}"), "type": "message", "role": "assistant",
            "status": "completed", "content": [content],
        })
    };
    match piece {
        Piece::Text(words) => message(json!({
            "type": "output_text", "text": words.concat(), "annotations": [], "logprobs": [],
        })),
        Piece::Refusal(text) => message(json!({"type": "refusal", "refusal": text})),
        Piece::Thinking(text) => {
            let mut item = json!({
                "id": format!("rs_pond_{serial}_{n}"), "type": "reasoning",
                "summary": [{"type": "summary_text", "text": text}],
            });
            let wanted = ask.body["include"].as_array().into_iter().flatten();
            if wanted
                .into_iter()
                .any(|name| name == "reasoning.encrypted_content")
            {
                item["encrypted_content"] = json!(format!("{ENCRYPTED}{serial}-{n}"));
            }
            item
        }
        Piece::ToolCall(id, name, arguments) => json!({
            "id": format!("fc_pond_{serial}_{n}"), "type": "function_call", "status": "completed",
            "call_id": id, "name": name, "arguments": arguments,
        }),
    }
}

fn response(ask: &Ask, reply: Option<&Reply>, output: Vec<Value>, serial: u64) -> Value {
    let echo = |name: &str, default: Value| {
        let value = &ask.body[name];
        if value.is_null() {
            default
        } else {
            value.clone()
        }
    };
    let cut = reply.is_some_and(|reply| reply.stop == Some("max_tokens"));
    let status = match reply {
        None => "in_progress",
        Some(_) if cut => "incomplete",
        Some(_) => "completed",
    };
    json!({
        "id": format!("{RESPONSE_ID}{serial}"),
        "object": "response",
        "created_at": 1_785_000_000,
        "status": status,
        "background": false,
        "error": null,
        "incomplete_details": if cut { json!({"reason": "max_output_tokens"}) } else { Value::Null },
        "instructions": echo("instructions", Value::Null),
        "max_output_tokens": echo("max_output_tokens", Value::Null),
        "model": ask.model,
        "output": output,
        "parallel_tool_calls": echo("parallel_tool_calls", json!(true)),
        "previous_response_id": echo("previous_response_id", Value::Null),
        "reasoning": echo("reasoning", json!({"effort": null, "summary": null})),
        "service_tier": "default",
        "store": echo("store", json!(true)),
        "temperature": echo("temperature", json!(1.0)),
        "text": echo("text", json!({"format": {"type": "text"}})),
        "tool_choice": echo("tool_choice", json!("auto")),
        "tools": echo("tools", json!([])),
        "top_p": echo("top_p", json!(1.0)),
        "truncation": echo("truncation", json!("disabled")),
        "usage": reply.map(|reply| {
            let usage = reply.usage;
            let input = usage.input + usage.cache_read + usage.cache_write;
            json!({
                "input_tokens": input,
                "input_tokens_details": {"cached_tokens": usage.cache_read},
                "output_tokens": usage.output,
                "output_tokens_details": {"reasoning_tokens": usage.reasoning},
                "total_tokens": input + usage.output,
            })
        }),
        "user": null,
        "metadata": echo("metadata", json!({})),
    })
}
