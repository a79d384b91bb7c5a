//! Messages of a stream as events, which keep the grammar of [`chat::event`].

use std::borrow::Cow;

use chat::{Event, Stop, StopReason, Usage};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::error;
use super::super::frame::{Kind, Message};
use super::super::wire::{Event as Wire, TokenUsage};
use super::Sink;
use super::parts::{Parts, Piece};
use crate::Malformed;

/// Reads a stream, message by message. It has no end mark: it ends by closing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reader {
    started: bool,
    parts: Parts,
    /// Counts that came before the answer began.
    early: Option<Usage>,
    stop: Option<StopReason>,
    over: bool,
}

impl Reader {
    /// Reads one message; its events go to `sink` in order.
    pub(crate) fn read(
        &mut self,
        message: &Message<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Malformed> {
        if self.over {
            return Ok(());
        }
        if message.kind == Kind::Exception && message.name == error::TOO_LONG && self.started {
            self.stop = Some(StopReason::MaxTokens);
            return Ok(());
        }
        if let Some(error) = error::read(message) {
            self.over = true;
            sink(Event::Error(error::event(error)));
            return Ok(());
        }
        let payload = payload(message);
        let event: Wire<'_> = match serde_json::from_slice(payload) {
            Ok(event) => event,
            Err(_) if !is_known(message.name) => return Ok(()),
            Err(error) => {
                let name = message.name;
                return Err(Malformed::new(format!(
                    "{name} is cut or no event: {error}"
                )));
            }
        };
        self.event(message.name, event, sink);
        Ok(())
    }

    /// The upstream has closed: an end where something was said, and all of it.
    pub(crate) fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        if self.over || !self.started || !self.parts.is_whole() {
            return Ok(());
        }
        self.over = true;
        self.parts.end(sink);
        let reason = match self.stop.take() {
            // What was called is to be answered, whatever the reason says.
            Some(StopReason::EndTurn) | None if self.parts.called() => StopReason::ToolUse,
            reason => reason.unwrap_or(StopReason::EndTurn),
        };
        sink(Event::Stop(Stop::new(reason)));
        sink(Event::End);
        Ok(())
    }

    fn event(&mut self, name: &str, event: Wire<'_>, sink: &mut Sink<'_>) {
        match name {
            "assistantResponseEvent" => {
                self.start(event.model_id, sink);
                let text = event.content.unwrap_or_default();
                self.parts.take(Piece::Text(text), sink);
            }
            "toolUseEvent" => {
                self.start(None, sink);
                let (arguments, whole) = arguments(event.input);
                self.parts.take(
                    Piece::Call {
                        id: event.tool_use_id.unwrap_or_default(),
                        name: event.name.unwrap_or_default(),
                        arguments,
                        whole,
                        stop: event.stop == Some(true),
                    },
                    sink,
                );
            }
            "reasoningContentEvent" => {
                self.start(None, sink);
                if let Some(text) = event.text {
                    self.parts.take(Piece::Thought(text), sink);
                }
                if let Some(signature) = event.signature {
                    self.parts.take(Piece::Seal(signature), sink);
                }
                if let Some(sealed) = event.redacted_content {
                    self.parts.take(Piece::Redacted(sealed), sink);
                }
            }
            "contextUsageEvent"
                if event
                    .context_usage_percentage
                    .is_some_and(|percentage| percentage >= 100.0) =>
            {
                self.stop.get_or_insert(StopReason::ContextFull);
            }
            "metadataEvent" => self.metadata(&event, sink),
            _ => {}
        }
    }

    fn metadata(&mut self, event: &Wire<'_>, sink: &mut Sink<'_>) {
        if let Some(usage) = event.token_usage.and_then(usage) {
            if self.started {
                sink(Event::Usage(usage));
            } else {
                self.early = Some(usage);
            }
        }
        let reason = event.stop_reason.as_deref().map(str::to_ascii_lowercase);
        let reason = match reason.as_deref() {
            Some("max_tokens") => StopReason::MaxTokens,
            Some("stop_sequence") => StopReason::StopSequence,
            Some("content_filtered" | "guardrail_intervened" | "refusal") => StopReason::Refusal,
            Some("model_context_window_exceeded") => StopReason::ContextFull,
            _ => return,
        };
        self.stop.get_or_insert(reason);
    }

    fn start(&mut self, model: Option<Cow<'_, str>>, sink: &mut Sink<'_>) {
        if std::mem::replace(&mut self.started, true) {
            return;
        }
        sink(Event::Start {
            id: None,
            model: model.filter(|model| !model.is_empty()),
            created: None,
        });
        if let Some(usage) = self.early.take() {
            sink(Event::Usage(usage));
        }
    }
}

fn is_known(name: &str) -> bool {
    matches!(
        name,
        "assistantResponseEvent" | "toolUseEvent" | "reasoningContentEvent"
    )
}

/// The payload of a message. It may stand under the event's name once more.
fn payload<'a>(message: &Message<'a>) -> &'a [u8] {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wrapped<'a> {
        #[serde(
            borrow,
            alias = "assistantResponseEvent",
            alias = "toolUseEvent",
            alias = "reasoningContentEvent",
            alias = "contextUsageEvent",
            alias = "metadataEvent"
        )]
        event: &'a RawValue,
    }
    match serde_json::from_slice::<Wrapped<'_>>(message.payload) {
        Ok(wrapped) if wrapped.event.get().starts_with('{') => wrapped.event.get().as_bytes(),
        _ => message.payload,
    }
}

/// A piece of the arguments' text; whether it is all of them.
fn arguments(input: Option<&RawValue>) -> (Cow<'_, str>, bool) {
    let Some(raw) = input.map(RawValue::get).filter(|raw| *raw != "null") else {
        return (Cow::Borrowed(""), false);
    };
    match serde_json::from_str::<String>(raw) {
        Ok(text) => (Cow::Owned(text), false),
        Err(_) => (Cow::Borrowed(raw), true),
    }
}

/// Counts, where there are any.
pub(super) fn usage(counts: TokenUsage) -> Option<Usage> {
    let usage = Usage {
        input: counts.uncached_input_tokens.unwrap_or_default(),
        output: counts.output_tokens.unwrap_or_default(),
        cache_read: counts.cache_read_input_tokens.unwrap_or_default(),
        cache_write: counts.cache_write_input_tokens.unwrap_or_default(),
        ..Usage::default()
    };
    (usage.sent() > 0 || usage.output > 0).then_some(usage)
}
