//! A client's stream.

use chat::{Delta, Event, Opened, Signature, ToolKind, Usage};

use super::super::request::is_legacy;
use super::super::{reply, thoughts, usage};
use super::chunk::{Chunks, json, put};
use crate::translate::Back;

/// Writes a stream for a client, event by event.
#[derive(Debug)]
pub(crate) struct Writer {
    /// The client reads the old `function_call`, which has room for one.
    legacy: bool,
    made_id: String,
    asked_model: String,
    created: i64,
    chunks: Chunks,
    open: Open,
    /// The words of the thought that is open: where a seal follows, they are told again beside it.
    thought: String,
    thoughts: usize,
    calls: u32,
    usage: Option<Usage>,
}

#[derive(Debug, Default)]
enum Open {
    #[default]
    Nothing,
    Text,
    Refusal,
    Thought {
        redacted: bool,
        id: Option<String>,
        seal: Option<Signature>,
    },
    Call(Call),
}

#[derive(Debug, Clone, Copy)]
struct Call {
    index: u32,
    kind: ToolKind,
    argued: bool,
}

impl Writer {
    /// A stream for the client of this request.
    pub(crate) fn new(back: &Back) -> Self {
        Self {
            legacy: is_legacy(&back.request),
            made_id: reply::id(back),
            asked_model: back.request.model.clone(),
            created: back.created,
            chunks: Chunks::new(back.request.wants_usage),
            open: Open::Nothing,
            thought: String::new(),
            thoughts: 0,
            calls: 0,
            usage: None,
        }
    }

    /// Writes one event, framed. [`Event::Error`] is not written here.
    pub(crate) fn write(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        match event {
            Event::Start { id, model, created } => {
                let id = id.as_deref().unwrap_or(&self.made_id);
                let model = model.as_deref().unwrap_or(&self.asked_model);
                let created = created.unwrap_or(self.created);
                self.chunks.begin(id, model, created);
                self.chunks.delta(out, |out| {
                    put(out, b"\"role\":\"assistant\",\"content\":\"\"");
                });
            }
            Event::Open { part, .. } => self.begin(part, out),
            Event::Delta(Delta::Text(text)) => self.words(text, out),
            Event::Delta(Delta::Arguments(piece)) => self.arguments(piece, out),
            Event::Delta(Delta::Signature(signature)) => self.sign(signature, out),
            Event::Close { .. } => self.close(out),
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Stop(stop) => {
                let word = reply::stop::write(Some(stop), self.calls > 0, self.legacy);
                self.chunks.stop(out, word);
            }
            Event::End => {
                if let Some(counts) = &self.usage {
                    self.chunks.usage(out, &usage::write(counts));
                }
                Chunks::done(out);
            }
            Event::Delta(Delta::Foreign(_)) | Event::Error(_) => {}
        }
    }

    fn begin(&mut self, part: &Opened<'_>, out: &mut Vec<u8>) {
        self.open = match part {
            Opened::Text => Open::Text,
            Opened::Refusal => Open::Refusal,
            Opened::Thinking { redacted, id } => Open::Thought {
                redacted: *redacted,
                id: id.as_deref().map(str::to_owned),
                seal: None,
            },
            Opened::ToolCall { id, name, kind, .. } => {
                let call = Call {
                    index: self.calls,
                    kind: *kind,
                    argued: false,
                };
                self.calls += 1;
                self.begin_call(call, id, name, out);
                Open::Call(call)
            }
            Opened::Foreign(_) => Open::Nothing,
        };
    }

    fn begin_call(&self, call: Call, id: &str, name: &str, out: &mut Vec<u8>) {
        if self.legacy {
            if call.index == 0 {
                self.chunks.delta(out, |out| {
                    put(out, b"\"function_call\":{\"name\":");
                    json(out, name);
                    put(out, b",\"arguments\":\"\"}");
                });
            }
            return;
        }
        let (word, text) = words_of(call.kind);
        self.chunks.delta(out, |out| {
            put(out, b"\"tool_calls\":[{\"index\":");
            json(out, &call.index);
            put(out, b",\"id\":");
            json(out, id);
            put(out, b",\"type\":");
            json(out, word);
            put(out, b",");
            json(out, word);
            put(out, b":{\"name\":");
            json(out, name);
            put(out, b",");
            json(out, text);
            put(out, b":\"\"}}]");
        });
    }

    fn words(&mut self, text: &str, out: &mut Vec<u8>) {
        let key: &[u8] = match self.open {
            Open::Thought { .. } => {
                self.thought.push_str(text);
                b"\"reasoning_content\":"
            }
            Open::Refusal => b"\"refusal\":",
            _ => b"\"content\":",
        };
        self.chunks.delta(out, |out| {
            put(out, key);
            json(out, text);
        });
    }

    fn arguments(&mut self, piece: &str, out: &mut Vec<u8>) {
        if let Open::Call(call) = &mut self.open
            && !piece.is_empty()
        {
            call.argued |= !piece.trim_ascii().is_empty();
            let call = *call;
            self.piece(call, piece, None, out);
        }
    }

    /// A later piece of a call.
    fn piece(&self, call: Call, piece: &str, seal: Option<&Signature>, out: &mut Vec<u8>) {
        if self.legacy {
            if call.index == 0 && !piece.is_empty() {
                self.chunks.delta(out, |out| {
                    put(out, b"\"function_call\":{\"arguments\":");
                    json(out, piece);
                    put(out, b"}");
                });
            }
            return;
        }
        let (word, text) = words_of(call.kind);
        self.chunks.delta(out, |out| {
            put(out, b"\"tool_calls\":[{\"index\":");
            json(out, &call.index);
            put(out, b",");
            json(out, word);
            put(out, b":{");
            json(out, text);
            put(out, b":");
            json(out, piece);
            put(out, b"}");
            if let Some(seal) = seal {
                put(out, b",\"extra_content\":");
                json(out, &thoughts::extra_content(seal));
            }
            put(out, b"}]");
        });
    }

    fn sign(&mut self, signature: &Signature, out: &mut Vec<u8>) {
        match &mut self.open {
            Open::Thought { seal, .. } => *seal = Some(signature.clone()),
            Open::Text => self.chunks.delta(out, |out| {
                put(out, b"\"extra_content\":");
                json(out, &thoughts::extra_content(signature));
            }),
            // Clients read the arguments of every piece unguarded.
            Open::Call(call) => {
                let call = *call;
                self.piece(call, "", Some(signature), out);
            }
            Open::Refusal | Open::Nothing => {}
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        match std::mem::take(&mut self.open) {
            Open::Thought { redacted, id, seal } => {
                if let Some(seal) = &seal {
                    let (words, id, index) = (&self.thought, id.as_deref(), self.thoughts);
                    let sealed = thoughts::detail(words, Some(seal), redacted, id, index);
                    self.chunks.delta(out, |out| {
                        put(out, b"\"reasoning_details\":[");
                        json(out, &sealed);
                        put(out, b"]");
                    });
                }
                self.thoughts += 1;
                self.thought.clear();
            }
            // Clients parse the arguments, and an empty text is no JSON.
            Open::Call(call) if call.kind == ToolKind::Function && !call.argued => {
                self.piece(call, "{}", None, out);
            }
            Open::Call(_) | Open::Text | Open::Refusal | Open::Nothing => {}
        }
    }
}

/// The name of a call's kind, and of its text.
const fn words_of(kind: ToolKind) -> (&'static str, &'static str) {
    match kind {
        ToolKind::Function => ("function", "arguments"),
        ToolKind::Custom => ("custom", "input"),
    }
}
