//! Whole answers.

use chat::{Delta, Event, Loss, Opened, Part, Reply, Signature, Stop, StopReason};

use super::stream::Writer;
use super::{DIALECT, item, wire};
use crate::Malformed;
use crate::error::error_from_value;
use crate::translate::Back;

/// Reads an upstream's answer.
pub(crate) fn read(body: &[u8]) -> Result<Reply, Malformed> {
    let response = parse(body)?;
    let status = response.status.as_ref().map(wire::Words::as_str);
    if let Some(error) = response.error.filter(|raw| raw.get() != "null") {
        let value = serde_json::json!({ "error": item::foreign(error)?.value });
        let said = error_from_value(&value).unwrap_or_default().message;
        return Err(Malformed::new(format!(
            "the upstream's answer failed: {said}"
        )));
    }
    if let Some(status @ ("failed" | "cancelled" | "queued" | "in_progress")) = status {
        return Err(Malformed::new(format!("the upstream's answer is {status}")));
    }
    let Some(output) = &response.output else {
        return Err(Malformed::new("the answer has no `output`"));
    };
    let mut parts = Vec::with_capacity(output.len());
    for raw in output {
        parts.extend(item::parts(raw)?);
    }
    let called = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
    Ok(Reply {
        stop: stop(&response, called),
        id: response.id.map(|id| id.0.into_owned()),
        model: response.model.map(|model| model.0.into_owned()),
        created: response.created_at.and_then(crate::translate::seconds),
        parts,
        usage: response.usage.map(wire::Counts::usage),
        extra: None,
    })
}

/// Writes an answer for a client.
pub(crate) fn write(reply: &Reply, back: &Back) -> (Vec<u8>, Vec<Loss>) {
    let mut losses = Vec::new();
    let mut writer = Writer::silent(back);
    let mut none = Vec::new();
    writer.write(
        &Event::Start {
            id: reply.id.as_deref().map(Into::into),
            model: reply.model.as_deref().map(Into::into),
            created: reply.created,
        },
        &mut none,
    );
    for (index, part) in (0..).zip(&reply.parts) {
        lose(part, &mut losses);
        tell(part.clone(), index, &mut |event| {
            writer.write(&event, &mut none)
        });
    }
    if let Some(usage) = reply.usage {
        writer.write(&Event::Usage(usage), &mut none);
    }
    if let Some(stop) = &reply.stop {
        writer.write(&Event::Stop(stop.clone()), &mut none);
    }
    writer.write(&Event::End, &mut none);
    (writer.into_response(), losses)
}

/// Reads a response object.
pub(super) fn parse(body: &[u8]) -> Result<wire::Response<'_>, Malformed> {
    serde_json::from_slice(body)
        .map_err(|error| Malformed::new(format!("the answer is cut or no JSON object: {error}")))
}

/// Why an answer ended, as far as it says so.
pub(super) fn stop(response: &wire::Response<'_>, called: bool) -> Option<Stop> {
    let reason = response.incomplete_details.as_ref();
    let reason = reason.and_then(|details| details.reason.as_ref());
    let status = response.status.as_ref().map(wire::Words::as_str);
    Some(Stop::new(match (reason.map(wire::Words::as_str), status) {
        (Some("max_output_tokens"), _) | (None, Some("incomplete")) => StopReason::MaxTokens,
        (Some("content_filter"), _) => StopReason::Refusal,
        (Some(other), _) => StopReason::Other(other.to_owned()),
        (None, _) if called => StopReason::ToolUse,
        (None, Some(_)) => StopReason::EndTurn,
        (None, None) => return None,
    }))
}

/// Tells a whole part as events.
pub(super) fn tell(part: Part, index: u32, sink: &mut dyn FnMut(Event<'_>)) {
    let (opened, deltas) = match part {
        Part::Text(text) => {
            let own = text
                .extra
                .as_ref()
                .and_then(|extra| extra.fields_of(DIALECT));
            let annotations = own
                .and_then(|own| own.get("annotations")?.as_array())
                .cloned();
            let annotations = annotations.into_iter().flatten().map(|value| {
                Delta::Foreign(chat::Foreign {
                    dialect: DIALECT,
                    value,
                })
            });
            let mut deltas = words(text.text);
            deltas.extend(annotations);
            deltas.extend(sealed(text.signature));
            (Opened::Text, deltas)
        }
        Part::Refusal(refusal) => (Opened::Refusal, words(refusal)),
        Part::Thinking(thought) => {
            let mut deltas = words(thought.text);
            deltas.extend(sealed(thought.signature));
            let opened = Opened::Thinking {
                redacted: thought.redacted,
                id: thought.id.map(Into::into),
            };
            (opened, deltas)
        }
        Part::ToolCall(call) => {
            let mut deltas: Vec<_> = sealed(call.signature).collect();
            if !call.arguments.is_empty() {
                deltas.push(Delta::Arguments(call.arguments.into()));
            }
            let opened = Opened::ToolCall {
                id: call.id.into(),
                name: call.name.into(),
                kind: call.kind,
                item_id: call.item_id.map(Into::into),
            };
            (opened, deltas)
        }
        Part::Foreign(foreign) => (Opened::Foreign(foreign), Vec::new()),
        // A model says none of these here.
        Part::Image(_) | Part::Document(_) | Part::Audio(_) | Part::ToolResult(_) => return,
    };
    sink(Event::Open {
        index,
        part: opened,
    });
    for delta in deltas {
        sink(Event::Delta(delta));
    }
    sink(Event::Close { index });
}

fn words(text: String) -> Vec<Delta<'static>> {
    if text.is_empty() {
        Vec::new()
    } else {
        vec![Delta::Text(text.into())]
    }
}

fn sealed(signature: Option<Signature>) -> impl Iterator<Item = Delta<'static>> {
    signature.map(Delta::Signature).into_iter()
}

/// What this dialect cannot say of a part.
fn lose(part: &Part, losses: &mut Vec<Loss>) {
    let loss = match part {
        Part::Image(_) => Loss::Media {
            kind: "image",
            why: "the model's turns are words here",
        },
        Part::Audio(_) => Loss::Media {
            kind: "audio",
            why: "the model's turns are words here",
        },
        Part::Document(_) => Loss::Media {
            kind: "document",
            why: "the model's turns are words here",
        },
        Part::Foreign(foreign) if foreign.dialect != DIALECT => Loss::Foreign {
            dialect: foreign.dialect,
            kind: foreign.kind(),
        },
        Part::Text(chat::Text {
            signature: Some(signature),
            ..
        }) => Loss::Signature(signature.dialect),
        _ => return,
    };
    if !losses.contains(&loss) {
        losses.push(loss);
    }
}
