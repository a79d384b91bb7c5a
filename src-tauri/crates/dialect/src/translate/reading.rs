//! What every dialect's stream half offers, behind one enum each: readers and writers of events.

use chat::Event;

use super::Back;
use crate::sse::Frame;
use crate::{Dialect, Malformed, anthropic, gemini, openai_chat, openai_responses};

/// Reads frames of one dialect.
#[derive(Debug)]
pub(super) enum Reader {
    OpenaiChat(openai_chat::stream::Reader),
    OpenaiResponses(openai_responses::stream::Reader),
    Anthropic(anthropic::stream::Reader),
    Gemini(gemini::stream::Reader),
}

/// Writes events in one dialect.
#[derive(Debug)]
pub(super) enum Writer {
    OpenaiChat(openai_chat::stream::Writer),
    OpenaiResponses(openai_responses::stream::Writer),
    Anthropic(anthropic::stream::Writer),
    Gemini(gemini::stream::Writer),
}

impl Reader {
    pub(super) fn new(dialect: Dialect) -> Self {
        match dialect {
            Dialect::OpenaiChat => Self::OpenaiChat(openai_chat::stream::Reader::default()),
            Dialect::OpenaiResponses => {
                Self::OpenaiResponses(openai_responses::stream::Reader::default())
            }
            Dialect::Anthropic => Self::Anthropic(anthropic::stream::Reader::default()),
            Dialect::Gemini | Dialect::Kiro => Self::Gemini(gemini::stream::Reader::default()),
        }
    }

    /// Reads one frame; its events go to `sink` in order.
    pub(super) fn read(
        &mut self,
        frame: &Frame<'_>,
        sink: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), Malformed> {
        match self {
            Self::OpenaiChat(reader) => reader.read(frame, sink),
            Self::OpenaiResponses(reader) => reader.read(frame, sink),
            Self::Anthropic(reader) => reader.read(frame, sink),
            Self::Gemini(reader) => reader.read(frame, sink),
        }
    }

    /// The stream has ended: what its dialect lets follow from that (an end without an end mark).
    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(Event<'_>)) -> Result<(), Malformed> {
        match self {
            Self::OpenaiChat(reader) => reader.finish(sink),
            Self::OpenaiResponses(reader) => reader.finish(sink),
            Self::Anthropic(reader) => reader.finish(sink),
            Self::Gemini(reader) => reader.finish(sink),
        }
    }
}

impl Writer {
    pub(super) fn new(dialect: Dialect, back: &Back) -> Self {
        match dialect {
            Dialect::OpenaiChat => Self::OpenaiChat(openai_chat::stream::Writer::new(back)),
            Dialect::OpenaiResponses => {
                Self::OpenaiResponses(openai_responses::stream::Writer::new(back))
            }
            Dialect::Anthropic => Self::Anthropic(anthropic::stream::Writer::new(back)),
            Dialect::Gemini | Dialect::Kiro => Self::Gemini(gemini::stream::Writer::new(back)),
        }
    }

    /// Writes one event, framed.
    pub(super) fn write(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        match self {
            Self::OpenaiChat(writer) => writer.write(event, out),
            Self::OpenaiResponses(writer) => writer.write(event, out),
            Self::Anthropic(writer) => writer.write(event, out),
            Self::Gemini(writer) => writer.write(event, out),
        }
    }
}
