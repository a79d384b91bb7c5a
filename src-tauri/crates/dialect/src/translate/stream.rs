//! A stream on its way back: frames, events, frames.

use chat::{Delta, Event, Loss, Opened, StreamError, ToolCall, ToolKind, Usage};

use super::Back;
use super::estimate::Estimate;
use super::facts::Facts;
use super::reading::EventReader;
use super::writing::EventWriter;
use crate::names::Names;
use crate::tap::{Ending, Progress};
use crate::{Dialect, Fault, Malformed};

/// A stream that is translated while it passes.
#[derive(Debug)]
pub struct StreamTranslation {
    reader: EventReader,
    back_talk: BackTalk,
}

/// Everything behind the reader: names told back, what was learned, the writer.
#[derive(Debug)]
struct BackTalk {
    writer: EventWriter,
    names: Names,
    /// What ids are made of that the upstream did not give, and how many were.
    id: String,
    made: usize,
    /// The call that is open, where its text has to be looked at as a whole.
    call: Option<OpenCall>,
    facts: Facts,
    /// Where the upstream tells no usage.
    estimate: Option<Estimate>,
    #[cfg(debug_assertions)]
    grammar: crate::grammar::Events,
}

#[derive(Debug)]
struct OpenCall {
    custom: bool,
    id: String,
    arguments: String,
}

impl StreamTranslation {
    /// A stream from this upstream dialect to that client dialect.
    pub fn new(upstream: Dialect, client: Dialect, back: &Back) -> Self {
        Self {
            reader: EventReader::new(upstream),
            back_talk: BackTalk {
                writer: EventWriter::new(client, back),
                names: back.names.clone(),
                id: back.id.clone(),
                made: 0,
                call: None,
                facts: Facts::new(client),
                estimate: Estimate::of(upstream, client, back),
                #[cfg(debug_assertions)]
                grammar: crate::grammar::Events::new(),
            },
        }
    }

    /// The same for a client that wants one JSON array: see [`EventWriter::as_array`].
    #[must_use]
    pub fn as_array(mut self) -> Self {
        self.back_talk.writer = self.back_talk.writer.as_array();
        self
    }

    /// Takes the next chunk, cut anywhere; what it brings is appended to `out`.
    ///
    /// # Errors
    /// The upstream's bytes are not of its dialect, or a call's arguments are no JSON. Nothing may be pushed after that.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<Progress, Malformed> {
        let back_talk = &mut self.back_talk;
        self.reader
            .push(chunk, &mut |event| back_talk.pass(event, out))?;
        Ok(self.progress())
    }

    /// The upstream has closed. What its dialect lets follow from that is appended to `out`.
    ///
    /// # Errors
    /// As [`StreamTranslation::push`].
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<Ending, Malformed> {
        let back_talk = &mut self.back_talk;
        self.reader
            .finish(&mut |event| back_talk.pass(event, out))?;
        Ok(match (self.progress(), &self.back_talk.facts.error) {
            (_, Some(_)) => Ending::Failed,
            (Progress::End, None) => Ending::Complete,
            _ => Ending::Cut,
        })
    }

    /// How far the stream has come.
    pub fn progress(&self) -> Progress {
        self.back_talk.facts.progress.unwrap_or(Progress::Lifecycle)
    }

    /// What it cost, as far as it has said.
    pub fn usage(&self) -> Option<Usage> {
        self.back_talk.facts.usage
    }

    /// What the client's dialect could not say so far, each once.
    pub fn losses(&self) -> &[Loss] {
        &self.back_talk.facts.losses
    }

    /// Ends the client's stream, which has failed, with what its dialect has for that.
    pub fn fail(&mut self, fault: &Fault, out: &mut Vec<u8>) {
        self.back_talk.writer.fail(fault, out);
    }

    /// The items of the answer, for whoever keeps it: see [`EventWriter::items`].
    pub fn items(&self) -> Option<&[u8]> {
        self.back_talk.writer.items()
    }

    /// The upstream's error event, if one came. It is not written: how a stream fails is its relay's to say.
    pub fn error(&self) -> Option<&StreamError> {
        self.back_talk.facts.error.as_ref()
    }
}

impl BackTalk {
    fn pass(&mut self, event: Event<'_>, out: &mut Vec<u8>) -> Result<(), Malformed> {
        if self.facts.error.is_some() {
            return Ok(());
        }
        #[cfg(debug_assertions)]
        self.grammar.take(&event).map_err(|violation| {
            Malformed::new(format!(
                "the reader broke the grammar of events: {violation}"
            ))
        })?;
        self.facts.note(&event);
        if let Some(estimate) = &mut self.estimate {
            estimate.note(&event);
            if matches!(event, Event::Stop(_)) && self.facts.usage.is_none() {
                let usage = Event::Usage(estimate.usage());
                self.facts.note(&usage);
                self.writer.write(&usage, out);
            }
        }
        self.tell(event, out)?;
        match self.writer.violation() {
            None => Ok(()),
            Some(violation) => Err(Malformed::new(format!(
                "the writer broke the grammar of its dialect: {violation}"
            ))),
        }
    }

    fn tell(&mut self, event: Event<'_>, out: &mut Vec<u8>) -> Result<(), Malformed> {
        match event {
            Event::Error(_) => {}
            Event::Open {
                index,
                part:
                    Opened::ToolCall {
                        id,
                        name,
                        kind,
                        item_id,
                    },
            } => self.open_call(index, (id, name, kind, item_id), out)?,
            Event::Delta(Delta::Arguments(piece)) => self.more_of_call(piece, out),
            Event::Close { index } => self.close(index, out)?,
            other => self.writer.write(&other, out),
        }
        Ok(())
    }

    fn open_call(
        &mut self,
        index: u32,
        (id, name, kind, item_id): OpenedCall<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Malformed> {
        named(&id, &name)?;
        let id = if id.is_empty() {
            self.made += 1;
            made_id(&self.id, self.made - 1).into()
        } else {
            id
        };
        let custom = self.names.is_custom(&name);
        self.call = (kind == ToolKind::Function).then(|| OpenCall {
            custom,
            id: id.clone().into_owned(),
            arguments: String::new(),
        });
        let part = Opened::ToolCall {
            id,
            name: self.names.original(&name).into(),
            kind: if custom { ToolKind::Custom } else { kind },
            item_id,
        };
        self.writer.write(&Event::Open { index, part }, out);
        Ok(())
    }

    fn more_of_call(&mut self, piece: std::borrow::Cow<'_, str>, out: &mut Vec<u8>) {
        if let Some(call) = &mut self.call {
            call.arguments.push_str(&piece);
            if call.custom {
                // The text stands inside JSON: it is known when that is whole.
                return;
            }
        }
        self.writer
            .write(&Event::Delta(Delta::Arguments(piece)), out);
    }

    fn close(&mut self, index: u32, out: &mut Vec<u8>) -> Result<(), Malformed> {
        if let Some(call) = self.call.take()
            && let Some(text) = whole(&call.id, &call.arguments, call.custom)?
        {
            let delta = Delta::Arguments(text.into());
            self.writer.write(&Event::Delta(delta), out);
        }
        self.writer.write(&Event::Close { index }, out);
        Ok(())
    }
}

type OpenedCall<'a> = (
    std::borrow::Cow<'a, str>,
    std::borrow::Cow<'a, str>,
    ToolKind,
    Option<std::borrow::Cow<'a, str>>,
);

/// The id of a call whose upstream gave none.
pub(super) fn made_id(exchange: &str, number: usize) -> String {
    format!("call_{exchange}_{number}")
}

/// Checks a call of the model's and tells it back in the client's words.
///
/// # Errors
/// It names no tool, or the arguments of a function are no JSON: the answer was cut, or is broken.
pub(super) fn told_back(call: &mut ToolCall, names: &Names) -> Result<(), Malformed> {
    named(&call.id, &call.name)?;
    if call.kind == ToolKind::Function {
        let custom = names.is_custom(&call.name);
        if let Some(text) = whole(&call.id, &call.arguments, custom)? {
            call.arguments = text;
            call.kind = ToolKind::Custom;
        }
    }
    let original = names.original(&call.name);
    if original != call.name {
        call.name = original.to_owned();
    }
    Ok(())
}

/// A call that names no tool can be neither made nor told.
fn named(id: &str, name: &str) -> Result<(), Malformed> {
    if name.is_empty() {
        return Err(Malformed::new(format!("the call {id} names no tool")));
    }
    Ok(())
}

/// The free text of a custom tool's call that travelled as a function's; `None` for a function's own.
fn whole(id: &str, arguments: &str, custom: bool) -> Result<Option<String>, Malformed> {
    // A model that calls without arguments may send no JSON at all.
    if arguments.trim().is_empty() {
        return Ok(custom.then(String::new));
    }
    let broken = |_| Malformed::new(format!("the arguments of the call {id} are cut or no JSON"));
    if !custom {
        return serde_json::from_str::<serde::de::IgnoredAny>(arguments)
            .map(|_| None)
            .map_err(broken);
    }
    let value: serde_json::Value = serde_json::from_str(arguments).map_err(broken)?;
    Ok(Some(match value.get(Names::CUSTOM_INPUT) {
        Some(serde_json::Value::String(text)) => text.clone(),
        // The model did not keep to the one argument: all that it said is the input.
        _ => arguments.to_owned(),
    }))
}
