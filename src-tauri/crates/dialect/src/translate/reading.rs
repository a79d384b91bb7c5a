//! The first half of a translated stream: bytes to events. Every dialect's own reader stands behind one enum.

use chat::Event;

use crate::sse::{Frame, Frames};
use crate::tap::Elements;
use crate::{Dialect, Malformed, anthropic, gemini, kiro, openai_chat, openai_responses};

/// Reads an upstream's stream as events.
#[derive(Debug)]
pub struct EventReader {
    splitting: Splitting,
    reader: Reader,
}

/// How the stream is made of pieces.
#[derive(Debug)]
enum Splitting {
    /// Nothing but white space came so far of what may be an array.
    Unknown(Frames),
    Events(Frames),
    /// Gemini without `alt=sse`: one JSON array.
    Array(Elements),
    /// Kiro: messages of an AWS event stream.
    Messages(kiro::frame::Frames),
}

impl EventReader {
    /// A stream of this dialect.
    pub fn new(upstream: Dialect) -> Self {
        let frames = Frames::new();
        Self {
            splitting: match upstream {
                Dialect::Gemini => Splitting::Unknown(frames),
                Dialect::Kiro => Splitting::Messages(kiro::frame::Frames::default()),
                _ => Splitting::Events(frames),
            },
            reader: Reader::new(upstream),
        }
    }

    /// Takes the next chunk, cut anywhere; the events it brings go to `sink` in order, until that fails.
    ///
    /// # Errors
    /// The bytes are not of the dialect, or `sink` failed.
    pub fn push(
        &mut self,
        chunk: &[u8],
        sink: &mut dyn FnMut(Event<'_>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.splitting.look_at(chunk);
        let reader = &mut self.reader;
        match &mut self.splitting {
            Splitting::Unknown(frames) | Splitting::Events(frames) => {
                frames.push(chunk)?;
                while let Some(frame) = frames.next() {
                    until_broken(sink, |sink| reader.read(&frame, sink))?;
                }
                Ok(())
            }
            Splitting::Array(elements) => {
                let mut read = Ok(());
                let split = elements.split(chunk, |element| {
                    let frame = Frame {
                        event: None,
                        data: element.into(),
                    };
                    if read.is_ok() {
                        read = until_broken(sink, |sink| reader.read(&frame, sink));
                    }
                });
                split.map_err(|_| Malformed::new("an element of the stream is over 32 MiB"))?;
                read
            }
            Splitting::Messages(frames) => {
                frames.push(chunk);
                while let Some(message) = frames.next()? {
                    until_broken(sink, |sink| reader.read_message(&message, sink))?;
                }
                Ok(())
            }
        }
    }

    /// The upstream has closed: what its dialect lets follow from that. A last frame may lack its blank line.
    ///
    /// # Errors
    /// As [`EventReader::push`].
    pub fn finish(
        &mut self,
        sink: &mut dyn FnMut(Event<'_>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        match &self.splitting {
            Splitting::Array(elements) if !elements.closed() => return Ok(()),
            Splitting::Messages(frames) if frames.has_rest() => return Ok(()),
            Splitting::Array(_) | Splitting::Messages(_) => {}
            Splitting::Unknown(_) | Splitting::Events(_) => self.push(b"\n\n", sink)?,
        }
        let reader = &mut self.reader;
        until_broken(sink, |sink| reader.finish(sink))
    }
}

impl Splitting {
    /// A stream whose first byte opens an array is one.
    fn look_at(&mut self, chunk: &[u8]) {
        if let Self::Unknown(frames) = self {
            match chunk.trim_ascii_start().first() {
                None => {}
                Some(b'[') => *self = Self::Array(Elements::default()),
                Some(_) => *self = Self::Events(std::mem::take(frames)),
            }
        }
    }
}

/// Readers hand on events without asking; behind the first that is refused nothing more is.
fn until_broken(
    sink: &mut dyn FnMut(Event<'_>) -> Result<(), Malformed>,
    read: impl FnOnce(&mut dyn FnMut(Event<'_>)) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    let mut broken = None;
    let read = read(&mut |event| {
        if broken.is_none() {
            broken = sink(event).err();
        }
    });
    broken.map_or(read, Err)
}

/// Reads frames of one dialect.
#[derive(Debug)]
enum Reader {
    OpenaiChat(Box<openai_chat::stream::Reader>),
    OpenaiResponses(Box<openai_responses::stream::Reader>),
    Anthropic(Box<anthropic::stream::Reader>),
    Gemini(Box<gemini::stream::Reader>),
    Kiro(Box<kiro::stream::Reader>),
}

impl Reader {
    fn new(dialect: Dialect) -> Self {
        match dialect {
            Dialect::OpenaiChat => Self::OpenaiChat(Box::default()),
            Dialect::OpenaiResponses => Self::OpenaiResponses(Box::default()),
            Dialect::Anthropic => Self::Anthropic(Box::default()),
            Dialect::Gemini => Self::Gemini(Box::default()),
            Dialect::Kiro => Self::Kiro(Box::default()),
        }
    }

    /// Reads one message of a stream that is made of these.
    fn read_message(
        &mut self,
        message: &kiro::frame::Message<'_>,
        sink: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), Malformed> {
        match self {
            Self::Kiro(reader) => reader.read(message, sink),
            _ => Ok(()),
        }
    }

    /// Reads one frame; its events go to `sink` in order.
    fn read(
        &mut self,
        frame: &Frame<'_>,
        sink: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), Malformed> {
        match self {
            Self::OpenaiChat(reader) => reader.read(frame, sink),
            Self::OpenaiResponses(reader) => reader.read(frame, sink),
            Self::Anthropic(reader) => reader.read(frame, sink),
            Self::Gemini(reader) => reader.read(frame, sink),
            Self::Kiro(_) => Ok(()),
        }
    }

    /// The stream has ended: what its dialect lets follow from that (an end without an end mark).
    fn finish(&mut self, sink: &mut dyn FnMut(Event<'_>)) -> Result<(), Malformed> {
        match self {
            Self::OpenaiChat(reader) => reader.finish(sink),
            Self::OpenaiResponses(reader) => reader.finish(sink),
            Self::Anthropic(reader) => reader.finish(sink),
            Self::Gemini(reader) => reader.finish(sink),
            Self::Kiro(reader) => reader.finish(sink),
        }
    }
}
