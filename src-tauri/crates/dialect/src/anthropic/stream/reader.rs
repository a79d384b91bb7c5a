//! An upstream's stream, read.

use chat::{Event, Stop, StopReason, StreamError, Usage};
use serde_json::{Map, Value};

use super::data::{Data, Message, Piece, said, text};
use super::open::{Open, Sink};
use crate::Malformed;
use crate::anthropic::reply::{Counts, stop};
use crate::anthropic::wire::plain;
use crate::sse::Frame;

/// Reads an upstream's stream, frame by frame, and keeps the grammar of [`chat::event`].
#[derive(Debug, Default)]
pub(crate) struct Reader {
    started: bool,
    ended: bool,
    /// The index of the next part.
    next: u32,
    open: Option<Open>,
    usage: Option<Usage>,
    stop: Option<Stop>,
    called: bool,
}

impl Reader {
    /// Reads one frame; its events go to `sink` in order.
    ///
    /// # Errors
    /// The frame is not of the dialect.
    pub(crate) fn read(&mut self, frame: &Frame<'_>, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        // Some relays send OpenAI's end mark behind the vendor's.
        if self.ended || frame.data.starts_with(b"[DONE]") {
            return Ok(());
        }
        let data: Data<'_> = match serde_json::from_slice(&frame.data) {
            Ok(data) => data,
            Err(error) => return self.read_odd(frame, &error, sink),
        };
        let kind = match (text(&data.kind), frame.event) {
            ("", _) if data.error.is_some() => "error",
            ("", Some(event)) => event,
            (kind, _) => kind,
        };
        match kind {
            "message_start" => return self.start(data.message.unwrap_or_default(), sink),
            "content_block_start" => {
                let block = data.content_block.unwrap_or_default();
                return self.open(data.index.unwrap_or_default(), block, sink);
            }
            "content_block_delta" => {
                return self.delta(data.index, data.delta.unwrap_or_default(), frame, sink);
            }
            "content_block_stop" => self.close(sink),
            "message_delta" => self.tell(data.delta.unwrap_or_default(), data.usage, sink),
            "message_stop" => self.end(sink),
            "error" => self.fail(frame, sink),
            // Pings, and events that came after this was written.
            _ => {}
        }
        Ok(())
    }

    /// The upstream has closed the stream. Without `message_stop` it is cut, so nothing follows.
    ///
    /// # Errors
    /// None: the signature is that of every reader.
    pub(crate) fn finish(&mut self, _: &mut Sink<'_>) -> Result<(), Malformed> {
        Ok(())
    }

    /// A frame that is no event as this dialect has them: an unknown event may hold anything, a known one may not.
    fn read_odd(
        &mut self,
        frame: &Frame<'_>,
        error: &serde_json::Error,
        sink: &mut Sink<'_>,
    ) -> Result<(), Malformed> {
        let value: Value = serde_json::from_slice(&frame.data).map_err(|error| {
            let why = plain(&error);
            Malformed::new(format!("an event of the stream is no JSON: {why}"))
        })?;
        let kind = value.get("type").and_then(Value::as_str).or(frame.event);
        match (kind.unwrap_or_default(), &mut self.open) {
            ("error", _) => self.fail(frame, sink),
            // A delta of a block that only this dialect knows may reuse a name for another type.
            ("content_block_delta", Some(open)) if open.is_own() => open.gather(&value),
            (
                known @ ("message_start"
                | "content_block_start"
                | "content_block_delta"
                | "content_block_stop"
                | "message_delta"
                | "message_stop"),
                _,
            ) => {
                return Err(Malformed::new(format!(
                    "the event {known}: {}",
                    plain(error)
                )));
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, message: Message<'_>, sink: &mut Sink<'_>) -> Result<(), Malformed> {
        if std::mem::replace(&mut self.started, true) {
            return Err(Malformed::new("the stream begins a second message"));
        }
        sink(Event::Start {
            id: said(message.id),
            model: said(message.model),
            created: None,
        });
        self.count(message.usage, sink);
        Ok(())
    }

    /// Where a relay leaves out the begin of the message, everything else still tells.
    fn ensure_started(&mut self, sink: &mut Sink<'_>) {
        if !std::mem::replace(&mut self.started, true) {
            sink(Event::Start {
                id: None,
                model: None,
                created: None,
            });
        }
    }

    fn count(&mut self, counts: Option<Counts>, sink: &mut Sink<'_>) {
        if let Some(counts) = counts {
            let usage = self.usage.get_or_insert_default();
            counts.onto(usage);
            sink(Event::Usage(*usage));
        }
    }

    fn open(
        &mut self,
        index: u64,
        block: Map<String, Value>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Malformed> {
        self.ensure_started(sink);
        self.close(sink);
        let open = Open::begin(index, self.next, block, sink)?;
        self.called |= open.is_call();
        self.open = Some(open);
        Ok(())
    }

    fn delta(
        &mut self,
        index: Option<u64>,
        piece: Piece<'_>,
        frame: &Frame<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Malformed> {
        let Some(open) = self.open.as_mut() else {
            let kind = text(&piece.kind);
            return Err(Malformed::new(format!("a {kind} without an open block")));
        };
        if index.is_some_and(|index| index != open.index()) {
            return Err(Malformed::new("a delta of a block that is not open"));
        }
        open.delta(piece, &frame.data, sink)
    }

    fn close(&mut self, sink: &mut Sink<'_>) {
        if let Some(open) = self.open.take() {
            open.close(self.next, sink);
            self.next += 1;
        }
    }

    fn tell(&mut self, delta: Piece<'_>, usage: Option<Counts>, sink: &mut Sink<'_>) {
        self.ensure_started(sink);
        self.count(usage, sink);
        if let Some(word) = delta.stop_reason {
            self.stop = Some(stop(&word, delta.stop_sequence));
        }
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        self.ensure_started(sink);
        self.close(sink);
        let silent = if self.called {
            StopReason::ToolUse
        } else {
            StopReason::EndTurn
        };
        let stop = self.stop.take();
        sink(Event::Stop(stop.unwrap_or_else(|| Stop::new(silent))));
        sink(Event::End);
        self.ended = true;
    }

    fn fail(&mut self, frame: &Frame<'_>, sink: &mut Sink<'_>) {
        let error = crate::read_error(&frame.data).unwrap_or_default();
        sink(Event::Error(StreamError {
            message: error.message,
            kind: error.kind,
            code: error.code.or(error.detail_code),
        }));
        self.ended = true;
    }
}
