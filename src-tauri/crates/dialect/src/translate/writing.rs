//! The second half of a translated stream: events to bytes. Every dialect's own writer stands behind one enum.

use chat::Event;

use super::Back;
use crate::grammar::{Violation, Wire};
use crate::{Dialect, Fault, anthropic, gemini, openai_chat, openai_responses, write_stream_fault};

/// Writes events as a client's stream.
#[derive(Debug)]
pub struct EventWriter {
    writer: Writer,
    watch: Watch,
}

impl EventWriter {
    /// A stream for the client of this request.
    pub fn new(client: Dialect, back: &Back) -> Self {
        Self {
            writer: Writer::new(client, back),
            watch: Watch::of(Wire::new(client)),
        }
    }

    /// The same for a client of Gemini's API that did not ask for `alt=sse`: one JSON array. Other dialects have no
    /// such form.
    #[must_use]
    pub fn as_array(mut self) -> Self {
        if let Writer::Gemini(writer) = &mut self.writer {
            writer.as_array();
            self.watch = Watch::of(Wire::array());
        }
        self
    }

    /// Writes one event, framed, behind what is in `out`. An [`Event::Error`] is not written: how a stream fails is its
    /// relay's to say.
    pub fn write(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        if !matches!(event, Event::Error(_)) {
            let before = out.len();
            self.writer.write(event, out);
            self.watch.take(out.get(before..).unwrap_or_default());
        }
    }

    /// How what was written breaks the grammar of its dialect: a fault of ours, looked for in debug builds alone.
    pub fn violation(&self) -> Option<&Violation> {
        self.watch.found()
    }

    /// Ends a stream that has failed with what its dialect has for that.
    pub fn fail(&mut self, fault: &Fault, out: &mut Vec<u8>) {
        match &mut self.writer {
            // Its events are numbered, and its clients wait for more than the error event.
            Writer::OpenaiResponses(writer) => writer.fail(fault, out),
            Writer::OpenaiChat(_) => {
                out.extend(write_stream_fault(Dialect::OpenaiChat, fault));
            }
            Writer::Anthropic(_) => out.extend(write_stream_fault(Dialect::Anthropic, fault)),
            Writer::Gemini(writer) => writer.fail(fault, out),
        }
    }

    /// The items of an OpenAI Responses answer that are whole, separated by commas; `None` in other dialects.
    pub fn items(&self) -> Option<&[u8]> {
        match &self.writer {
            Writer::OpenaiResponses(writer) => Some(writer.items()),
            Writer::OpenaiChat(_) | Writer::Anthropic(_) | Writer::Gemini(_) => None,
        }
    }
}

/// Writes events in one dialect.
#[derive(Debug)]
enum Writer {
    OpenaiChat(Box<openai_chat::stream::Writer>),
    OpenaiResponses(Box<openai_responses::stream::Writer>),
    Anthropic(Box<anthropic::stream::Writer>),
    Gemini(Box<gemini::stream::Writer>),
}

impl Writer {
    fn new(dialect: Dialect, back: &Back) -> Self {
        match dialect {
            Dialect::OpenaiChat => {
                Self::OpenaiChat(Box::new(openai_chat::stream::Writer::new(back)))
            }
            Dialect::OpenaiResponses => {
                Self::OpenaiResponses(Box::new(openai_responses::stream::Writer::new(back)))
            }
            Dialect::Anthropic => Self::Anthropic(Box::new(anthropic::stream::Writer::new(back))),
            Dialect::Gemini | Dialect::Kiro => {
                Self::Gemini(Box::new(gemini::stream::Writer::new(back)))
            }
        }
    }

    /// Writes one event, framed.
    fn write(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        match self {
            Self::OpenaiChat(writer) => writer.write(event, out),
            Self::OpenaiResponses(writer) => writer.write(event, out),
            Self::Anthropic(writer) => writer.write(event, out),
            Self::Gemini(writer) => writer.write(event, out),
        }
    }
}

/// Holds what is written against its grammar, in debug builds: who translates ends such a stream as a broken one.
#[derive(Debug)]
struct Watch {
    #[cfg(debug_assertions)]
    wire: Wire,
    #[cfg(debug_assertions)]
    found: Option<Violation>,
}

#[cfg(debug_assertions)]
impl Watch {
    fn of(wire: Wire) -> Self {
        Self { wire, found: None }
    }

    fn take(&mut self, written: &[u8]) {
        if self.found.is_none() {
            self.found = self.wire.take(written).err();
        }
    }

    fn found(&self) -> Option<&Violation> {
        self.found.as_ref()
    }
}

#[cfg(not(debug_assertions))]
impl Watch {
    fn of(_: Wire) -> Self {
        Self {}
    }

    fn take(&mut self, _: &[u8]) {}

    fn found(&self) -> Option<&Violation> {
        None
    }
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use chat::{Stop, StopReason};

    use super::*;

    #[test]
    fn t3_a_stream_that_breaks_its_grammar_is_told_and_nothing_panics() {
        let back = Back {
            request: std::sync::Arc::default(),
            names: crate::names::Names::default(),
            id: "T".to_owned(),
            created: 1,
            asked: None,
        };
        let start = Event::Start {
            id: None,
            model: None,
            created: None,
        };
        let stop = Event::Stop(Stop::new(StopReason::EndTurn));
        for client in [
            Dialect::OpenaiChat,
            Dialect::OpenaiResponses,
            Dialect::Anthropic,
            Dialect::Gemini,
        ] {
            for is_array in [false, true] {
                let mut writer = EventWriter::new(client, &back);
                if is_array {
                    writer = writer.as_array();
                }
                let mut out = Vec::new();
                for event in [&start, &stop, &Event::End] {
                    writer.write(event, &mut out);
                }
                assert_eq!(writer.violation(), None, "{client:?}");
                writer.write(&Event::End, &mut out);
                assert!(writer.violation().is_some(), "{client:?}");
            }
        }
    }
}
