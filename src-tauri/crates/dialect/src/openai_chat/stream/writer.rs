//! A client's stream.

use chat::{Delta, Event, Opened, Signature, Stop, ToolKind, Usage};
use serde::Serialize;

use super::super::request::is_legacy;
use super::super::{reply, thoughts, usage};
use crate::translate::Back;

/// Writes a stream for a client, event by event.
#[derive(Debug)]
pub(crate) struct Writer {
    /// What the client asked for.
    wants_usage: bool,
    legacy: bool,
    made_id: String,
    asked_model: String,
    created: i64,
    /// What every chunk begins with, up to its choices.
    head: Vec<u8>,
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
    Call {
        index: u32,
        kind: ToolKind,
        argued: bool,
        /// The client has no room for it.
        untold: bool,
    },
}

impl Writer {
    /// A stream for the client of this request.
    pub(crate) fn new(back: &Back) -> Self {
        Self {
            wants_usage: back.request.wants_usage,
            legacy: is_legacy(&back.request),
            made_id: reply::id(back),
            asked_model: back.request.model.clone(),
            created: back.created,
            head: Vec::new(),
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
                self.start(id.as_deref(), model.as_deref(), *created);
                self.delta(out, |out| {
                    out.extend_from_slice(br#""role":"assistant","content":"""#);
                });
            }
            Event::Open { part, .. } => self.begin(part, out),
            Event::Delta(delta) => self.more(delta, out),
            Event::Close { .. } => self.close(out),
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Stop(stop) => self.stop(stop, out),
            Event::End => self.end(out),
            Event::Error(_) => {}
        }
    }

    fn start(&mut self, id: Option<&str>, model: Option<&str>, created: Option<i64>) {
        let head = &mut self.head;
        head.clear();
        head.extend_from_slice(b"data: {\"id\":");
        json(head, id.unwrap_or(&self.made_id));
        head.extend_from_slice(b",\"object\":\"chat.completion.chunk\",\"created\":");
        json(head, &created.unwrap_or(self.created));
        head.extend_from_slice(b",\"model\":");
        json(head, model.unwrap_or(&self.asked_model));
        // A client that asked for usage gets it in the last chunk, and `null` in the others.
        if self.wants_usage {
            head.extend_from_slice(b",\"usage\":");
        }
    }

    /// A chunk whose delta has these fields.
    fn delta(&self, out: &mut Vec<u8>, fields: impl FnOnce(&mut Vec<u8>)) {
        self.chunk(out, fields, None);
    }

    fn chunk(
        &self,
        out: &mut Vec<u8>,
        fields: impl FnOnce(&mut Vec<u8>),
        finish_reason: Option<&str>,
    ) {
        out.extend_from_slice(&self.head);
        if self.wants_usage {
            out.extend_from_slice(b"null");
        }
        out.extend_from_slice(b",\"choices\":[{\"index\":0,\"delta\":{");
        fields(out);
        out.extend_from_slice(b"},\"logprobs\":null,\"finish_reason\":");
        json(out, &finish_reason);
        out.extend_from_slice(b"}]}\n\n");
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
            Opened::ToolCall { id, name, kind, .. } => self.begin_call(id, name, *kind, out),
            Opened::Foreign(_) => Open::Nothing,
        };
    }

    fn begin_call(&mut self, id: &str, name: &str, kind: ToolKind, out: &mut Vec<u8>) -> Open {
        let index = self.calls;
        self.calls += 1;
        // The old form has room for one.
        let untold = self.legacy && index > 0;
        if self.legacy {
            if !untold {
                self.delta(out, |out| {
                    out.extend_from_slice(b"\"function_call\":{\"name\":");
                    json(out, name);
                    out.extend_from_slice(b",\"arguments\":\"\"}");
                });
            }
        } else {
            let (word, text) = words_of(kind);
            self.delta(out, |out| {
                piece_of(index, out);
                out.extend_from_slice(b",\"id\":");
                json(out, id);
                out.extend_from_slice(b",\"type\":");
                json(out, word);
                out.push(b',');
                json(out, word);
                out.extend_from_slice(b":{\"name\":");
                json(out, name);
                out.push(b',');
                json(out, text);
                out.extend_from_slice(b":\"\"}}]");
            });
        }
        Open::Call {
            index,
            kind,
            argued: false,
            untold,
        }
    }

    fn more(&mut self, delta: &Delta<'_>, out: &mut Vec<u8>) {
        match delta {
            Delta::Text(text) => self.words(text, out),
            Delta::Arguments(piece) => {
                if let Open::Call { argued, .. } = &mut self.open {
                    *argued |= !piece.trim().is_empty();
                }
                self.arguments(piece, out);
            }
            Delta::Signature(signature) => self.sign(signature, out),
            Delta::Foreign(_) => {}
        }
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
        self.delta(out, |out| {
            out.extend_from_slice(key);
            json(out, text);
        });
    }

    fn arguments(&self, piece: &str, out: &mut Vec<u8>) {
        let Open::Call {
            index,
            kind,
            untold: false,
            ..
        } = self.open
        else {
            return;
        };
        if piece.is_empty() {
            return;
        }
        if self.legacy {
            self.delta(out, |out| {
                out.extend_from_slice(b"\"function_call\":{\"arguments\":");
                json(out, piece);
                out.push(b'}');
            });
            return;
        }
        let (word, text) = words_of(kind);
        self.delta(out, |out| {
            piece_of(index, out);
            out.push(b',');
            json(out, word);
            out.extend_from_slice(b":{");
            json(out, text);
            out.push(b':');
            json(out, piece);
            out.extend_from_slice(b"}}]");
        });
    }

    fn sign(&mut self, signature: &Signature, out: &mut Vec<u8>) {
        match &mut self.open {
            Open::Thought { seal, .. } => *seal = Some(signature.clone()),
            Open::Text => {
                let sealed = thoughts::extra_content(signature);
                self.delta(out, |out| {
                    out.extend_from_slice(b"\"extra_content\":");
                    json(out, &sealed);
                });
            }
            Open::Call { index, kind, .. } if !self.legacy => {
                let (index, (word, text)) = (*index, words_of(*kind));
                let sealed = thoughts::extra_content(signature);
                // Clients read the arguments of every piece unguarded.
                self.delta(out, |out| {
                    piece_of(index, out);
                    out.push(b',');
                    json(out, word);
                    out.extend_from_slice(b":{");
                    json(out, text);
                    out.extend_from_slice(b":\"\"},\"extra_content\":");
                    json(out, &sealed);
                    out.extend_from_slice(b"}]");
                });
            }
            Open::Call { .. } | Open::Refusal | Open::Nothing => {}
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        match std::mem::take(&mut self.open) {
            Open::Thought { redacted, id, seal } => {
                if let Some(seal) = seal {
                    let index = self.thoughts;
                    let words = &self.thought;
                    let sealed =
                        thoughts::detail(words, Some(&seal), redacted, id.as_deref(), index);
                    self.delta(out, |out| {
                        out.extend_from_slice(b"\"reasoning_details\":[");
                        json(out, &sealed);
                        out.push(b']');
                    });
                }
                self.thoughts += 1;
                self.thought.clear();
            }
            Open::Call {
                index,
                kind: ToolKind::Function,
                argued: false,
                untold,
            } => {
                // Clients parse the arguments, and an empty text is no JSON.
                self.open = Open::Call {
                    index,
                    kind: ToolKind::Function,
                    argued: true,
                    untold,
                };
                self.arguments("{}", out);
                self.open = Open::Nothing;
            }
            _ => {}
        }
    }

    fn stop(&self, stop: &Stop, out: &mut Vec<u8>) {
        let word = reply::stop::write(Some(stop), self.calls > 0, self.legacy);
        self.chunk(out, |_| {}, Some(word));
    }

    fn end(&self, out: &mut Vec<u8>) {
        if let Some(counts) = self.usage.filter(|_| self.wants_usage) {
            out.extend_from_slice(&self.head);
            json(out, &usage::write(&counts));
            out.extend_from_slice(b",\"choices\":[]}\n\n");
        }
        out.extend_from_slice(b"data: [DONE]\n\n");
    }
}

/// The name of a call's kind, and of its text.
const fn words_of(kind: ToolKind) -> (&'static str, &'static str) {
    match kind {
        ToolKind::Function => ("function", "arguments"),
        ToolKind::Custom => ("custom", "input"),
    }
}

fn piece_of(index: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"tool_calls\":[{\"index\":");
    json(out, &index);
}

/// Writing into memory does not fail, and no map here has other keys than texts.
fn json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "{written:?}");
}
