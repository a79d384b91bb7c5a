//! Both ends of a stream as strangers have them: an SDK that gathers a message, and a client that sends it back.

use std::sync::Arc;

use chat::{Delta, Event, Opened, Part, Reply, Request, Signature, Text, Thinking, ToolCall};
use serde_json::{Value, json};

use crate::anthropic::request;
use crate::grammar::Events;
use crate::names::Names;
use crate::sse::Frames;
use crate::translate::Back;
use crate::{Dialect, EventReader};

pub(super) fn back() -> Back {
    Back {
        request: Arc::new(Request {
            model: "asked".to_owned(),
            ..Request::default()
        }),
        names: Names::default(),
        id: "0a1b".to_owned(),
        created: 0,
        asked: None,
    }
}

/// The parts of an answer that a client sends back as it came.
pub(super) fn sent_back(content: &Value) -> Vec<Part> {
    let body = json!({ "model": "m", "max_tokens": 1, "messages": [
        { "role": "user", "content": "hi" },
        { "role": "assistant", "content": content },
    ] });
    let request = request::read(&serde_json::to_vec(&body).unwrap()).unwrap();
    request.messages.into_iter().nth(1).unwrap().parts
}

/// Parts whose arguments went through a client's own JSON.
pub(super) fn kept_as_values(mut parts: Vec<Part>) -> Vec<Part> {
    for part in &mut parts {
        if let Part::ToolCall(call) = part {
            let value: Value = serde_json::from_str(&call.arguments).unwrap();
            call.arguments = value.to_string();
        }
    }
    parts
}

/// A stream gathered into a message, as the vendor's SDKs do it.
pub(super) fn collected(stream: &[u8]) -> Value {
    let mut frames = Frames::new();
    frames.push(stream).unwrap();
    let mut message = Value::Null;
    let mut json_text = String::new();
    while let Some(frame) = frames.next() {
        let data: Value = serde_json::from_slice(&frame.data).unwrap();
        let at = data["index"].as_u64().unwrap_or_default() as usize;
        match data["type"].as_str().unwrap() {
            "message_start" => message = data["message"].clone(),
            "content_block_start" => {
                json_text.clear();
                let content = message["content"].as_array_mut().unwrap();
                assert_eq!(content.len(), at);
                content.push(data["content_block"].clone());
            }
            "content_block_delta" => {
                let delta = &data["delta"];
                let block = &mut message["content"][at];
                match delta["type"].as_str().unwrap() {
                    "text_delta" => append(&mut block["text"], &delta["text"]),
                    "thinking_delta" => append(&mut block["thinking"], &delta["thinking"]),
                    "signature_delta" => block["signature"] = delta["signature"].clone(),
                    "input_json_delta" => {
                        json_text.push_str(delta["partial_json"].as_str().unwrap());
                        if let Ok(input) = serde_json::from_str(&json_text) {
                            block["input"] = input;
                        }
                    }
                    "citations_delta" => {
                        let list = block.as_object_mut().unwrap().entry("citations");
                        let list = list.or_insert_with(|| json!([])).as_array_mut().unwrap();
                        list.push(delta["citation"].clone());
                    }
                    other => panic!("{other}"),
                }
            }
            "message_delta" => {
                message["stop_reason"] = data["delta"]["stop_reason"].clone();
                message["stop_sequence"] = data["delta"]["stop_sequence"].clone();
                message["usage"] = data["usage"].clone();
            }
            _ => {}
        }
    }
    message
}

fn append(text: &mut Value, more: &Value) {
    *text = Value::String(format!(
        "{}{}",
        text.as_str().unwrap(),
        more.as_str().unwrap()
    ));
}

/// The events of an answer, its texts cut in pieces of these lengths in turn.
pub(super) fn events_of(reply: &Reply, cuts: &[usize]) -> Vec<Event<'static>> {
    let mut events = vec![Event::Start {
        id: reply.id.clone().map(Into::into),
        model: reply.model.clone().map(Into::into),
        created: reply.created,
    }];
    let mut cuts = cuts.iter().copied().cycle();
    for (at, part) in reply.parts.iter().enumerate() {
        let index = at as u32;
        let mut open = |part| events.push(Event::Open { index, part });
        match part {
            Part::Text(text) => {
                open(Opened::Text);
                for piece in pieces(&text.text, &mut cuts) {
                    events.push(Event::Delta(Delta::Text(piece.into())));
                }
                let extra = text.extra.as_ref().map(|extra| &extra.value["citations"]);
                for one in extra.and_then(Value::as_array).into_iter().flatten() {
                    events.push(Event::Delta(Delta::Foreign(chat::Foreign {
                        dialect: Dialect::Anthropic,
                        value: json!({ "type": "citations_delta", "citation": one }),
                    })));
                }
                events.extend(sealed(text.signature.as_ref()));
            }
            Part::Thinking(thought) => {
                open(Opened::Thinking {
                    redacted: thought.redacted,
                    id: None,
                });
                for piece in pieces(&thought.text, &mut cuts) {
                    events.push(Event::Delta(Delta::Text(piece.into())));
                }
                events.extend(sealed(thought.signature.as_ref()));
            }
            Part::ToolCall(call) => {
                open(Opened::ToolCall {
                    id: call.id.clone().into(),
                    name: call.name.clone().into(),
                    kind: call.kind,
                    item_id: None,
                });
                let early = cuts.next().unwrap() % 2 == 0;
                events.extend(sealed(call.signature.as_ref()).filter(|_| early));
                for piece in pieces(&call.arguments, &mut cuts) {
                    events.push(Event::Delta(Delta::Arguments(piece.into())));
                }
                events.extend(sealed(call.signature.as_ref()).filter(|_| !early));
            }
            Part::Foreign(foreign) => open(Opened::Foreign(foreign.clone())),
            other => panic!("{other:?}"),
        }
        events.push(Event::Close { index });
    }
    events.extend(reply.usage.map(Event::Usage));
    events.extend(reply.stop.clone().map(Event::Stop));
    events.push(Event::End);
    events
}

fn sealed(signature: Option<&Signature>) -> impl Iterator<Item = Event<'static>> {
    let seal = signature.cloned().map(Delta::Signature);
    seal.map(Event::Delta).into_iter()
}

fn pieces(text: &str, cuts: &mut impl Iterator<Item = usize>) -> Vec<String> {
    let mut letters = text.chars().peekable();
    let mut pieces = Vec::new();
    while letters.peek().is_some() {
        pieces.push(letters.by_ref().take(cuts.next().unwrap()).collect());
    }
    pieces
}

/// A stream read in chunks of these sizes in turn, folded into an answer.
pub(super) fn read_events(stream: &[u8], chunks: &[usize]) -> Reply {
    let mut grammar = Events::new();
    let mut reply = Reply::default();
    let mut ended = false;
    let mut take = |event: Event<'_>| {
        grammar.take(&event).unwrap();
        ended |= event == Event::End;
        fold(&mut reply, event);
        Ok(())
    };
    let mut reader = EventReader::new(Dialect::Anthropic);
    let mut rest = stream;
    for size in chunks.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (chunk, behind) = rest.split_at(rest.len().min(*size));
        reader.push(chunk, &mut take).unwrap();
        rest = behind;
    }
    reader.finish(&mut take).unwrap();
    assert!(ended);
    reply
}

fn fold(reply: &mut Reply, event: Event<'_>) {
    match event {
        Event::Start { id, model, created } => {
            reply.id = id.map(Into::into);
            reply.model = model.map(Into::into);
            reply.created = created;
        }
        Event::Open { part, .. } => reply.parts.push(match part {
            Opened::Text => Part::Text(Text::default()),
            Opened::Thinking { redacted, .. } => Part::Thinking(Thinking {
                redacted,
                ..Thinking::default()
            }),
            Opened::ToolCall { id, name, kind, .. } => Part::ToolCall(ToolCall {
                id: id.into(),
                name: name.into(),
                kind,
                ..ToolCall::default()
            }),
            Opened::Foreign(foreign) => Part::Foreign(foreign),
            Opened::Refusal => panic!("nobody refuses in this dialect"),
        }),
        Event::Delta(delta) => grow(reply.parts.last_mut().unwrap(), delta),
        Event::Usage(usage) => reply.usage = Some(usage),
        Event::Stop(stop) => reply.stop = Some(stop),
        Event::Close { .. } | Event::End => {}
        Event::Error(error) => panic!("{error:?}"),
    }
}

fn grow(part: &mut Part, delta: Delta<'_>) {
    match (part, delta) {
        (Part::Text(text), Delta::Text(more)) => text.text.push_str(&more),
        (Part::Text(text), Delta::Foreign(foreign)) => {
            let extra = text.extra.get_or_insert_with(|| chat::Foreign {
                dialect: Dialect::Anthropic,
                value: json!({ "citations": [] }),
            });
            let list = extra.value["citations"].as_array_mut().unwrap();
            list.push(foreign.value["citation"].clone());
        }
        (Part::Thinking(thought), Delta::Text(more)) => thought.text.push_str(&more),
        (Part::Thinking(thought), Delta::Signature(seal)) => {
            thought.signature = crate::anthropic::seal::signed(&seal.value);
        }
        (Part::ToolCall(call), Delta::Arguments(more)) => call.arguments.push_str(&more),
        (part, delta) => panic!("{delta:?} in {part:?}"),
    }
}
