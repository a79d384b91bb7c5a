//! A stream for a client.

use chat::{Delta, Dialect, Event, Opened, Stop, ToolKind, Usage};

use super::super::wire::down;
use crate::translate::Back;
use crate::{Fault, signature, write_array_fault, write_stream_fault};

/// Writes a stream for a client, event by event: as `data:` frames, or as the elements of one JSON array for a client
/// that did not ask for `alt=sse`.
#[derive(Debug)]
pub(crate) struct Writer {
    array: bool,
    begun: bool,
    open: Open,
    usage: Option<Usage>,
    stop: Option<Stop>,
    model: String,
    id: String,
    /// What every piece ends with, once model and id are known.
    tail: Vec<u8>,
}

/// The part that is open.
#[derive(Debug, Default)]
enum Open {
    #[default]
    Nothing,
    Words {
        thought: bool,
    },
    /// Is written whole, once it is.
    Call {
        id: String,
        name: String,
        kind: ToolKind,
        arguments: String,
        signature: Option<String>,
    },
}

impl Writer {
    /// A stream for the client of this request.
    pub(crate) fn new(back: &Back) -> Self {
        let mut writer = Self {
            array: false,
            begun: false,
            open: Open::Nothing,
            usage: None,
            stop: None,
            model: back.request.model.clone(),
            id: back.id.clone(),
            tail: Vec::new(),
        };
        writer.set_tail();
        writer
    }

    /// The same as one JSON array.
    pub(crate) fn as_array(&mut self) {
        self.array = true;
    }

    /// Writes one event, framed. [`Event::Error`] is not written here.
    pub(crate) fn write(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        match event {
            Event::Start { id, model, .. } => {
                if let Some(id) = id {
                    id.as_ref().clone_into(&mut self.id);
                }
                if let Some(model) = model {
                    model.as_ref().clone_into(&mut self.model);
                }
                self.set_tail();
            }
            Event::Open { part, .. } => self.open(part, out),
            Event::Delta(delta) => self.delta(delta, out),
            Event::Close { .. } => self.close(out),
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Stop(stop) => self.stop = Some(stop.clone()),
            Event::End => self.end(out),
            Event::Error(_) => {}
        }
    }

    /// Ends a stream that has failed.
    pub(crate) fn fail(&mut self, fault: &Fault, out: &mut Vec<u8>) {
        let fault = if self.array {
            write_array_fault(fault, self.begun)
        } else {
            write_stream_fault(Dialect::Gemini, fault)
        };
        out.extend(fault);
    }

    fn open(&mut self, part: &Opened<'_>, out: &mut Vec<u8>) {
        self.open = match part {
            Opened::Text | Opened::Refusal => Open::Words { thought: false },
            Opened::Thinking { .. } => Open::Words { thought: true },
            Opened::ToolCall { id, name, kind, .. } => Open::Call {
                id: id.clone().into_owned(),
                name: name.clone().into_owned(),
                kind: *kind,
                arguments: String::new(),
                signature: None,
            },
            Opened::Foreign(part) if part.dialect == Dialect::Gemini => {
                self.piece(out, |out| down::value(out, &part.value));
                Open::Nothing
            }
            Opened::Foreign(_) => Open::Nothing,
        };
    }

    fn delta(&mut self, delta: &Delta<'_>, out: &mut Vec<u8>) {
        match (&mut self.open, delta) {
            (Open::Words { thought }, Delta::Text(words)) if !words.is_empty() => {
                let thought = *thought;
                self.piece(out, |out| down::text(out, words, thought, None));
            }
            (Open::Words { thought }, Delta::Signature(one)) => {
                let (thought, told) = (*thought, signature::wrap(one, Dialect::Gemini));
                self.piece(out, |out| down::text(out, "", thought, Some(&told)));
            }
            (Open::Call { arguments, .. }, Delta::Arguments(more)) => arguments.push_str(more),
            (Open::Call { signature, .. }, Delta::Signature(one)) => {
                *signature = Some(signature::wrap(one, Dialect::Gemini));
            }
            _ => {}
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if let Open::Call {
            id,
            name,
            kind,
            arguments,
            signature,
        } = std::mem::take(&mut self.open)
        {
            self.piece(out, |out| {
                down::call(out, (&id, &name), kind, &arguments, signature.as_deref());
            });
        }
    }

    /// The last piece says why, and what it cost. Its empty text keeps it valid to SDKs that want a part in each.
    fn end(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        down::text(out, "", false, None);
        out.extend_from_slice(br#"],"role":"model"},"finishReason":"#);
        let word = self
            .stop
            .as_ref()
            .map_or("STOP", |stop| down::reason(&stop.reason));
        down::value(out, word);
        out.extend_from_slice(br#","index":0}]"#);
        if let Some(usage) = &self.usage {
            out.extend_from_slice(br#","usageMetadata":"#);
            down::usage(out, usage);
        }
        self.end_piece(out);
        if self.array {
            out.push(b']');
        }
    }

    /// One piece with one part.
    fn piece(&mut self, out: &mut Vec<u8>, part: impl FnOnce(&mut Vec<u8>)) {
        self.begin(out);
        part(out);
        out.extend_from_slice(br#"],"role":"model"},"index":0}]"#);
        self.end_piece(out);
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        let first = !std::mem::replace(&mut self.begun, true);
        out.extend_from_slice(match (self.array, first) {
            (false, _) => b"data: ",
            (true, true) => b"[",
            (true, false) => b",\r\n",
        });
        out.extend_from_slice(br#"{"candidates":[{"content":{"parts":["#);
    }

    fn end_piece(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.tail);
        if !self.array {
            out.extend_from_slice(b"\r\n\r\n");
        }
    }

    fn set_tail(&mut self) {
        self.tail.clear();
        self.tail.extend_from_slice(br#","modelVersion":"#);
        down::value(&mut self.tail, &self.model);
        self.tail.extend_from_slice(br#","responseId":"#);
        down::value(&mut self.tail, &self.id);
        self.tail.push(b'}');
    }
}
