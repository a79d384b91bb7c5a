//! The grammar of a chat completion's stream.
//!
//! Chunks of one id and model; the first one names the role; after a `finish_reason` no delta; usage, where
//! it comes, in a last chunk without choices; `[DONE]` at the end and nowhere else; an error instead of an end.

use serde_json::Value;

use super::said::{number, text};
use super::{Event, Said, Spoken, ensure};

#[derive(Default)]
struct Reading {
    said: Said,
    calls: Vec<(String, String, String)>,
    id: Option<String>,
    role: bool,
    finished: bool,
    counted: bool,
}

pub(super) fn judge(events: &[Event]) -> Result<Said, String> {
    let mut reading = Reading::default();
    for (n, event) in events.iter().enumerate() {
        ensure(event.name.is_none(), || {
            format!("event {n} has a name: {event:?}")
        })?;
        let last = n + 1 == events.len();
        if event.data == "[DONE]" {
            ensure(last, || format!("[DONE] stands at {n}, before the end"))?;
            return reading.done();
        }
        let chunk = event.json();
        ensure(chunk.is_object(), || {
            format!("event {n} is no object: {}", event.data)
        })?;
        if chunk["error"].is_object() {
            ensure(!text(&chunk["error"]["message"]).is_empty(), || {
                format!("an error without a message: {chunk}")
            })?;
            let rest: Vec<&str> = events[n + 1..]
                .iter()
                .map(|event| event.data.as_str())
                .collect();
            ensure(rest.is_empty() || rest == ["[DONE]"], || {
                format!("{rest:?} after an error")
            })?;
            reading.said.error = Some(text(&chunk["error"]["message"]).to_owned());
            return Ok(reading.said);
        }
        reading
            .chunk(&chunk)
            .map_err(|breach| format!("event {n}: {breach}: {chunk}"))?;
    }
    Err("the stream ends without [DONE] and without an error".to_owned())
}

impl Reading {
    fn chunk(&mut self, chunk: &Value) -> Result<(), String> {
        ensure(chunk["object"] == "chat.completion.chunk", || {
            "object is not chat.completion.chunk".into()
        })?;
        ensure(
            chunk["created"].is_u64() && chunk["model"].is_string(),
            || "created or model is missing".into(),
        )?;
        let id = text(&chunk["id"]).to_owned();
        ensure(
            !id.is_empty() && self.id.as_ref().is_none_or(|known| *known == id),
            || "the id changes".into(),
        )?;
        self.id = Some(id);
        let choices = chunk["choices"].as_array().ok_or("choices is missing")?;
        let usage = &chunk["usage"];
        if usage.is_object() {
            ensure(!self.counted, || "usage comes twice".into())?;
            self.counted = true;
            self.said.usage = Some(spoken(usage));
        }
        let [choice] = choices.as_slice() else {
            ensure(
                choices.is_empty() && self.finished && usage.is_object(),
                || "only the chunk with usage, after the finish, has no choice".into(),
            )?;
            return Ok(());
        };
        ensure(!self.finished, || "a choice after the finish".into())?;
        let delta = choice["delta"].as_object().ok_or("delta is missing")?;
        if !self.role {
            ensure(
                delta.get("role").is_some_and(|role| role == "assistant"),
                || "the first chunk has no role".into(),
            )?;
            self.role = true;
        }
        self.delta(&choice["delta"])?;
        if let Some(reason) = choice["finish_reason"].as_str() {
            let known = [
                "stop",
                "length",
                "tool_calls",
                "content_filter",
                "function_call",
            ];
            ensure(known.contains(&reason), || {
                format!("unknown finish_reason {reason}")
            })?;
            self.said.stop = reason.to_owned();
            self.finished = true;
        }
        Ok(())
    }

    fn delta(&mut self, delta: &Value) -> Result<(), String> {
        self.said.text.push_str(text(&delta["content"]));
        self.said
            .thinking
            .push_str(text(&delta["reasoning_content"]));
        self.said.refusal.push_str(text(&delta["refusal"]));
        for piece in delta["tool_calls"].as_array().into_iter().flatten() {
            let index = usize::try_from(piece["index"].as_u64().ok_or("a call without index")?)
                .map_err(|e| e.to_string())?;
            ensure(index <= self.calls.len(), || {
                format!("call {index} is opened before the one below it")
            })?;
            if index == self.calls.len() {
                let (id, name) = (text(&piece["id"]), text(&piece["function"]["name"]));
                ensure(
                    !id.is_empty() && !name.is_empty() && piece["type"] == "function",
                    || "a call is opened without id, name or type".into(),
                )?;
                self.calls
                    .push((id.to_owned(), name.to_owned(), String::new()));
            } else {
                ensure(piece["function"]["name"].is_null(), || {
                    "the name comes twice".into()
                })?;
            }
            self.calls[index]
                .2
                .push_str(text(&piece["function"]["arguments"]));
        }
        Ok(())
    }

    fn done(mut self) -> Result<Said, String> {
        ensure(self.finished, || "[DONE] without a finish_reason".into())?;
        for (id, name, arguments) in std::mem::take(&mut self.calls) {
            self.said.call(&id, &name, &arguments)?;
        }
        Ok(self.said)
    }
}

pub(super) fn whole(body: &Value) -> Result<Said, String> {
    ensure(body["object"] == "chat.completion", || {
        format!("object is not chat.completion: {body}")
    })?;
    ensure(
        body["id"].is_string() && body["created"].is_u64() && body["model"].is_string(),
        || format!("id, created or model is missing: {body}"),
    )?;
    let choice = &body["choices"][0];
    let message = &choice["message"];
    ensure(
        message["role"] == "assistant" && choice["index"] == 0,
        || format!("no message: {body}"),
    )?;
    let mut said = Said {
        text: text(&message["content"]).to_owned(),
        thinking: text(&message["reasoning_content"]).to_owned(),
        refusal: text(&message["refusal"]).to_owned(),
        stop: text(&choice["finish_reason"]).to_owned(),
        usage: body["usage"].is_object().then(|| spoken(&body["usage"])),
        ..Said::default()
    };
    for call in message["tool_calls"].as_array().into_iter().flatten() {
        ensure(call["type"] == "function", || {
            format!("a call without its type: {call}")
        })?;
        let function = &call["function"];
        said.call(
            text(&call["id"]),
            text(&function["name"]),
            text(&function["arguments"]),
        )?;
    }
    Ok(said)
}

fn spoken(usage: &Value) -> Spoken {
    Spoken {
        input: number(&usage["prompt_tokens"]),
        output: number(&usage["completion_tokens"]),
        cached: number(&usage["prompt_tokens_details"]["cached_tokens"]),
    }
}
