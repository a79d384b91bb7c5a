//! What is lost of fields that only their own dialect knows, whoever the target is.
//!
//! Writers tell what they leave out of the neutral model; what stands beside it (a citation, a tool's examples) they do
//! not look at, where it is another's.

use chat::{
    Dialect, Foreign, Loss, Media, Part, Reply, Request, Source, Stop, StopReason, Text, Tool,
};
use serde_json::Value;

use crate::openai_chat::LEGACY;
use crate::openai_responses::{LOADED, NAMESPACE};

/// Notes on a tool that are no fields of it: how its own dialect offered it.
const NOTES: [&str; 3] = [LEGACY, LOADED, NAMESPACE];

/// Fields of a request that hold others.
const HOLDERS: [&str; 2] = ["generationConfig", "text"];

/// All losses of a request: those that its writer told, each once, and those beside the neutral model.
pub(super) fn of_request(told: Vec<Loss>, request: &Request, upstream: Dialect) -> Vec<Loss> {
    let mut losses = Losses {
        target: upstream,
        all: Vec::with_capacity(told.len()),
    };
    for loss in told {
        match (&loss, &request.extra) {
            (Loss::Field(name), Some(extra)) if HOLDERS.contains(&name.as_str()) => {
                losses.inner(name, extra)
            }
            _ => losses.add(loss),
        }
    }
    for tool in &request.tools {
        let extra = match tool {
            Tool::Function(tool) => tool.extra.as_ref(),
            Tool::Custom(tool) => tool.extra.as_ref(),
            Tool::Foreign(_) => None,
        };
        losses.fields("tools", extra);
    }
    for message in &request.messages {
        losses.fields("messages", message.extra.as_ref());
        for part in &message.parts {
            losses.part(part);
        }
    }
    losses.all
}

/// The same of an answer.
pub(super) fn of_reply(told: Vec<Loss>, reply: &Reply, client: Dialect) -> Vec<Loss> {
    let mut losses = Losses {
        target: client,
        all: Vec::with_capacity(told.len()),
    };
    for loss in told {
        losses.add(loss);
    }
    losses.all.extend(reply.stop.as_ref().and_then(of_stop));
    losses.fields("", reply.extra.as_ref());
    for part in &reply.parts {
        losses.part(part);
    }
    losses.all
}

/// What is lost of a reason that no other dialect has a word for.
pub(super) fn of_stop(stop: &Stop) -> Option<Loss> {
    let value = match &stop.reason {
        StopReason::Other(word) => word.clone(),
        StopReason::Pause => "pause_turn".to_owned(),
        _ => return None,
    };
    Some(Loss::Value {
        field: "stop_reason",
        value,
        why: "the word is not known there",
    })
}

struct Losses {
    target: Dialect,
    all: Vec<Loss>,
}

impl Losses {
    fn add(&mut self, loss: Loss) {
        if !self.all.contains(&loss) {
            self.all.push(loss);
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Text(Text { extra, .. }) => self.fields("text", extra.as_ref()),
            Part::Image(media) => self.fields("image", media.extra.as_ref()),
            Part::Audio(media) => self.fields("audio", media.extra.as_ref()),
            Part::Document(media) => self.document(media),
            Part::ToolCall(call) => self.fields("tool_call", call.extra.as_ref()),
            Part::ToolResult(result) => result.content.iter().for_each(|part| self.part(part)),
            Part::Thinking(_) | Part::Refusal(_) | Part::Foreign(_) => {}
        }
    }

    /// A document of plain words is one in Anthropic's dialect alone; elsewhere its words are said, without its title.
    fn document(&mut self, media: &Media) {
        if self.target != Dialect::Anthropic
            && media.name.is_some()
            && matches!(media.source, Source::Text(_))
        {
            self.add(Loss::Field("document.title".to_owned()));
        }
        self.fields("document", media.extra.as_ref());
    }

    fn fields(&mut self, of: &str, extra: Option<&Foreign>) {
        let foreign = extra.filter(|extra| extra.dialect != self.target);
        let fields = foreign.and_then(|extra| extra.value.as_object());
        for (name, value) in fields.into_iter().flatten() {
            if NOTES.contains(&name.as_str()) || says_nothing(value) {
                continue;
            }
            self.add(Loss::Field(match of {
                "" => name.clone(),
                of => format!("{of}.{name}"),
            }));
        }
    }

    /// The fields of a field.
    fn inner(&mut self, name: &str, extra: &Foreign) {
        let fields = extra.value.get(name).and_then(Value::as_object);
        for inner in fields.into_iter().flat_map(|fields| fields.keys()) {
            self.add(Loss::Field(format!("{name}.{inner}")));
        }
    }
}

/// Lists of nothing and nulls stand in every answer of some upstreams.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Target, read_request, write_request};

    fn lost(client: Dialect, upstream: Dialect, body: &Value) -> Vec<String> {
        let request = read_request(client, body.to_string().as_bytes()).unwrap();
        let target = Target {
            model: "m".to_owned(),
            official_host: false,
            default_max_tokens: 1,
        };
        let losses = write_request(upstream, &request, &target).losses;
        losses.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_stands_beside_the_neutral_model_is_told_once_and_only_elsewhere() {
        let document = json!({ "type": "document", "title": "Notes", "context": "c",
            "source": { "type": "text", "media_type": "text/plain", "data": "words" } });
        let cited = json!({ "type": "text", "text": "a", "citations": [] });
        let call = json!({ "type": "tool_use", "id": "t", "name": "f", "input": {}, "caller": { "type": "direct" } });
        let body = json!({ "model": "m", "max_tokens": 9, "messages": [
            { "role": "user", "content": [document, document] },
            { "role": "assistant", "content": [cited, call] },
            { "role": "user", "content": [{ "type": "tool_result", "tool_use_id": "t" }] },
        ], "tools": [{ "name": "f", "input_schema": { "type": "object" }, "defer_loading": true }] });
        assert_eq!(
            lost(Dialect::Anthropic, Dialect::OpenaiChat, &body),
            [
                "tools.defer_loading is not known there",
                "document.title is not known there",
                "document.context is not known there",
                "tool_call.caller is not known there",
            ]
        );
        assert!(lost(Dialect::Anthropic, Dialect::Anthropic, &body).is_empty());
    }

    #[test]
    fn a_field_that_holds_others_is_told_by_what_it_holds() {
        let body = json!({ "contents": [{ "parts": [{ "text": "a" }] }],
            "generationConfig": { "logprobs": 2, "speechConfig": {}, "temperature": 1 } });
        assert_eq!(
            lost(Dialect::Gemini, Dialect::OpenaiChat, &body),
            [
                "generationConfig.logprobs is not known there",
                "generationConfig.speechConfig is not known there",
            ]
        );
    }

    #[test]
    fn a_reason_that_only_one_dialect_knows_is_lost() {
        let reply = Reply {
            stop: Some(Stop::new(StopReason::Pause)),
            extra: Foreign::fields(
                Dialect::Anthropic,
                [("container".to_owned(), json!({ "id": "c" }))]
                    .into_iter()
                    .collect(),
            ),
            ..Reply::default()
        };
        let losses = of_reply(Vec::new(), &reply, Dialect::Gemini);
        let losses: Vec<String> = losses.iter().map(ToString::to_string).collect();
        assert_eq!(
            losses,
            [
                "stop_reason = pause_turn was left out: the word is not known there",
                "container is not known there",
            ]
        );
    }
}
