//! An upstream's stream.

use std::borrow::Cow;

use chat::{
    Delta, Dialect, Event, Foreign, Opened, Signature, Stop, StopReason, StreamError, ToolKind,
    Usage,
};
use serde_json::{Value, json};

use super::super::wire::{Data, Feedback, Part, Response, down};
use crate::Malformed;
use crate::sse::Frame;

/// Reads an upstream's stream, frame by frame, and keeps the grammar of [`chat::event`].
#[derive(Debug, Default)]
pub(crate) struct Reader {
    started: bool,
    /// What kind of part is open; calls and foreign parts come whole.
    open: Option<Open>,
    /// The next part's place.
    index: u32,
    called: bool,
    /// Why it will have ended, once it has: some models give the reason with every piece.
    stop: Option<Stop>,
    usage: Option<Usage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Text,
    Thinking,
}

type Sink<'s> = &'s mut dyn FnMut(Event<'_>);

impl Reader {
    /// Reads one frame; its events go to `sink` in order.
    pub(crate) fn read(&mut self, frame: &Frame<'_>, sink: Sink<'_>) -> Result<(), Malformed> {
        let data = frame.data.trim_ascii();
        // Some relays end every stream as OpenAI does.
        if data.is_empty() || data == b"[DONE]" {
            return Ok(());
        }
        let response: Response<'_> = serde_json::from_slice(data).map_err(|error| {
            Malformed::new(format!("a piece of the stream is not of its API: {error}"))
        })?;
        let mut response = response.bare();
        if let Some(error) = response.error.take() {
            sink(Event::Error(failure(error)));
            return Ok(());
        }
        if !response.says_something() {
            return Ok(());
        }
        if !std::mem::replace(&mut self.started, true) {
            sink(Event::Start {
                id: response.response_id.take().map(|id| id.0),
                model: response.model_version.take().map(|model| model.0),
                created: None,
            });
        }
        if let Some(candidate) = response.candidates.0.take() {
            let parts = candidate.content.and_then(|content| content.parts);
            for part in parts.into_iter().flatten() {
                self.part(part, sink);
            }
            if let Some(word) = candidate.finish_reason
                && word.0 != "FINISH_REASON_UNSPECIFIED"
            {
                self.stop = Some(Stop::new(down::reason_of(&word.0, self.called)?));
            }
        }
        if let Some(feedback) = response.prompt_feedback.take() {
            self.blocked(feedback, sink);
        }
        if let Some(counts) = response.usage_metadata {
            let usage = counts.counts();
            if self.usage.replace(usage) != Some(usage) {
                sink(Event::Usage(usage));
            }
        }
        Ok(())
    }

    /// The upstream has closed the stream: it is whole if it has said why.
    pub(crate) fn finish(&mut self, sink: Sink<'_>) -> Result<(), Malformed> {
        let Some(mut stop) = self.stop.take() else {
            return Ok(());
        };
        self.close(sink);
        if self.called && stop.reason == StopReason::EndTurn {
            stop.reason = StopReason::ToolUse;
        }
        sink(Event::Stop(stop));
        sink(Event::End);
        Ok(())
    }

    fn part(&mut self, part: Part<'_>, sink: Sink<'_>) {
        let signature = part.signature.map(|value| Signature {
            dialect: Dialect::Gemini,
            value: value.into_owned(),
        });
        match part.data {
            Data::None => self.words(Open::Text, "".into(), signature, sink),
            Data::Text(text) => {
                let kind = if part.thought {
                    Open::Thinking
                } else {
                    Open::Text
                };
                self.words(kind, text, signature, sink);
            }
            Data::Call(call) => {
                self.close(sink);
                self.called = true;
                let text = |value: Option<super::super::wire::Str<'_>>| {
                    value.map(|text| text.0.into_owned()).unwrap_or_default()
                };
                let part = Opened::ToolCall {
                    id: text(call.id).into(),
                    name: text(call.name).into(),
                    kind: ToolKind::Function,
                    item_id: None,
                };
                let index = self.place();
                sink(Event::Open { index, part });
                // First, so that a writer that has to say it before the arguments can.
                if let Some(signature) = signature {
                    sink(Event::Delta(Delta::Signature(signature)));
                }
                let arguments = call.args.map_or("", |args| args.get());
                sink(Event::Delta(Delta::Arguments(arguments.into())));
                sink(Event::Close { index });
            }
            Data::Other(mut fields) => {
                self.close(sink);
                if let Some(signature) = signature {
                    fields.insert("thoughtSignature".to_owned(), signature.value.into());
                }
                let part = Opened::Foreign(Foreign {
                    dialect: Dialect::Gemini,
                    value: Value::Object(fields),
                });
                let index = self.place();
                sink(Event::Open { index, part });
                sink(Event::Close { index });
            }
        }
    }

    fn words(
        &mut self,
        kind: Open,
        text: Cow<'_, str>,
        signature: Option<Signature>,
        sink: Sink<'_>,
    ) {
        if text.is_empty() && signature.is_none() {
            return;
        }
        if self.open != Some(kind) {
            self.close(sink);
            let part = match kind {
                Open::Text => Opened::Text,
                Open::Thinking => Opened::Thinking {
                    redacted: false,
                    id: None,
                },
            };
            let index = self.place();
            sink(Event::Open { index, part });
            self.open = Some(kind);
        }
        if !text.is_empty() {
            sink(Event::Delta(Delta::Text(text)));
        }
        // A seal is a part's last word.
        if let Some(signature) = signature {
            sink(Event::Delta(Delta::Signature(signature)));
            self.close(sink);
        }
    }

    /// The question itself was refused.
    fn blocked(&mut self, feedback: Feedback<'_>, sink: Sink<'_>) {
        let Some(word) = feedback.block_reason else {
            return;
        };
        if word.0 == "BLOCK_REASON_UNSPECIFIED" || self.stop.is_some() {
            return;
        }
        if let Some(words) = feedback.block_reason_message
            && !words.0.is_empty()
        {
            self.close(sink);
            let index = self.place();
            let part = Opened::Refusal;
            sink(Event::Open { index, part });
            sink(Event::Delta(Delta::Text(words.0)));
            sink(Event::Close { index });
        }
        self.stop = Some(Stop::new(StopReason::Refusal));
    }

    fn place(&mut self) -> u32 {
        let index = self.index;
        self.index += 1;
        index
    }

    fn close(&mut self, sink: Sink<'_>) {
        if self.open.take().is_some() {
            sink(Event::Close {
                index: self.index.saturating_sub(1),
            });
        }
    }
}

fn failure(error: Value) -> StreamError {
    let read = crate::error::error_from_value(&json!({ "error": error })).unwrap_or_default();
    StreamError {
        message: read.message,
        kind: read.kind,
        code: read.code,
    }
}
