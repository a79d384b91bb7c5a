//! A client's stream, written.

use chat::{Delta, Dialect, Event, Opened, Signature, Stop, ToolKind, Usage};

use crate::anthropic::json::{Object, write};
use crate::anthropic::piece::Input;
use crate::anthropic::reply::{self, stop_word, write_usage};
use crate::anthropic::seal::{self, Owner};
use crate::names::Names;
use crate::translate::Back;

const OWN: Dialect = Dialect::Anthropic;

/// Writes a stream for a client, event by event.
///
/// Blocks begin when something is to be said in them: a client would send an empty text back, and the API refuses it.
#[derive(Debug)]
pub(crate) struct Writer {
    back_id: String,
    asked_model: String,
    /// The upstream's id and model, until the message has begun.
    id: Option<String>,
    model: Option<String>,
    begun: bool,
    /// The index of the next block.
    next: u32,
    block: Block,
    called: bool,
    usage: Option<Usage>,
    stop: Option<Stop>,
    #[cfg(debug_assertions)]
    grammar: crate::anthropic::grammar::Grammar,
}

#[derive(Debug, Default)]
enum Block {
    #[default]
    None,
    Text {
        begun: bool,
        seal: Option<Signature>,
    },
    Thinking {
        begun: bool,
        signed: bool,
    },
    Redacted {
        seal: Option<Signature>,
    },
    Call(Call),
    Foreign,
}

#[derive(Debug, Default)]
struct Call {
    id: String,
    name: String,
    custom: bool,
    begun: bool,
    /// Arguments that cannot be told in pieces, as they are no object.
    whole: Option<String>,
    /// A seal that came too late to stand before the block.
    seal: Option<Signature>,
}

impl Writer {
    /// A stream for the client of this request.
    pub(crate) fn new(back: &Back) -> Self {
        Self {
            back_id: back.id.clone(),
            asked_model: back.request.model.clone(),
            id: None,
            model: None,
            begun: false,
            next: 0,
            block: Block::None,
            called: false,
            usage: None,
            stop: None,
            #[cfg(debug_assertions)]
            grammar: crate::anthropic::grammar::Grammar::default(),
        }
    }

    /// Writes one event, framed. [`Event::Error`] is not written here.
    pub(crate) fn write(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        #[cfg(debug_assertions)]
        let before = out.len();
        match event {
            Event::Start { id, model, .. } => {
                self.id = id.as_deref().map(str::to_owned);
                self.model = model.as_deref().map(str::to_owned);
            }
            Event::Open { part, .. } => self.open(part, out),
            Event::Delta(delta) => self.delta(delta, out),
            Event::Close { .. } => self.close(out),
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Stop(stop) => self.stop = Some(stop.clone()),
            Event::End => self.end(out),
            Event::Error(_) => {}
        }
        #[cfg(debug_assertions)]
        self.check(out.get(before..).unwrap_or_default());
    }

    #[cfg(debug_assertions)]
    fn check(&mut self, written: &[u8]) {
        let found = self.grammar.take(written);
        debug_assert!(
            found.is_ok(),
            "{found:?} in {:?}",
            String::from_utf8_lossy(written)
        );
    }

    fn open(&mut self, part: &Opened<'_>, out: &mut Vec<u8>) {
        self.close(out);
        self.block = match part {
            Opened::Text | Opened::Refusal => Block::Text {
                begun: false,
                seal: None,
            },
            Opened::Thinking {
                redacted: false, ..
            } => Block::Thinking {
                begun: false,
                signed: false,
            },
            Opened::Thinking { redacted: true, .. } => Block::Redacted { seal: None },
            Opened::ToolCall { id, name, kind, .. } => {
                self.called = true;
                Block::Call(Call {
                    id: id.as_ref().to_owned(),
                    name: name.as_ref().to_owned(),
                    custom: *kind == ToolKind::Custom,
                    ..Call::default()
                })
            }
            Opened::Foreign(foreign) => {
                if foreign.dialect == OWN {
                    self.begin_block(out, |block| write(block, &foreign.value));
                    self.end_block(out);
                }
                Block::Foreign
            }
        };
    }

    fn delta(&mut self, delta: &Delta<'_>, out: &mut Vec<u8>) {
        match delta {
            Delta::Text(text) if !text.is_empty() => self.words(text, out),
            Delta::Arguments(piece) if !piece.is_empty() => self.arguments(piece, out),
            Delta::Signature(signature) => self.sign(signature, out),
            Delta::Foreign(foreign) if foreign.dialect == OWN => {
                if matches!(self.block, Block::Text { .. }) {
                    self.begin_text(out);
                    self.put_delta(out, |delta| write(delta, &foreign.value));
                }
            }
            _ => {}
        }
    }

    fn words(&mut self, text: &str, out: &mut Vec<u8>) {
        match &self.block {
            Block::Text { .. } => {
                self.begin_text(out);
                self.put_text(out, b"{\"type\":\"text_delta\",\"text\":", text);
            }
            Block::Thinking { .. } => {
                self.begin_thinking(out);
                self.put_text(out, b"{\"type\":\"thinking_delta\",\"thinking\":", text);
            }
            _ => {}
        }
    }

    fn begin_text(&mut self, out: &mut Vec<u8>) {
        if let Block::Text { begun, .. } = &mut self.block
            && !std::mem::replace(begun, true)
        {
            self.begin_block(out, |block| {
                block.extend_from_slice(b"{\"type\":\"text\",\"text\":\"\"}");
            });
        }
    }

    fn begin_thinking(&mut self, out: &mut Vec<u8>) {
        if let Block::Thinking { begun, .. } = &mut self.block
            && !std::mem::replace(begun, true)
        {
            self.begin_block(out, |block| {
                block.extend_from_slice(
                    b"{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}",
                );
            });
        }
    }

    fn arguments(&mut self, piece: &str, out: &mut Vec<u8>) {
        let Block::Call(call) = &mut self.block else {
            return;
        };
        if let Some(whole) = &mut call.whole {
            whole.push_str(piece);
        } else if call.custom || (!call.begun && !piece.trim_start().starts_with('{')) {
            // Whether spaces lead to an object is not known yet: they wait, too.
            call.whole = Some(piece.to_owned());
        } else {
            self.begin_call(out);
            self.put_text(
                out,
                b"{\"type\":\"input_json_delta\",\"partial_json\":",
                piece,
            );
        }
    }

    fn begin_call(&mut self, out: &mut Vec<u8>) {
        let Block::Call(call) = &mut self.block else {
            return;
        };
        if std::mem::replace(&mut call.begun, true) {
            return;
        }
        let (id, name) = (std::mem::take(&mut call.id), std::mem::take(&mut call.name));
        self.begin_block(out, |block| {
            let mut object = Object::open(block);
            object.put("type", "tool_use");
            object.put("id", &id);
            object.put("name", &name);
            object.at("input").extend_from_slice(b"{}");
            object.close();
        });
    }

    fn sign(&mut self, signature: &Signature, out: &mut Vec<u8>) {
        match &mut self.block {
            Block::Thinking { signed, .. } => {
                if !std::mem::replace(signed, true) {
                    self.begin_thinking(out);
                    let told = seal::thought(Some(signature));
                    self.put_text(out, SIGNATURE, &told);
                }
            }
            Block::Redacted { seal } => *seal = Some(signature.clone()),
            // The vendor itself signs nothing but thoughts.
            _ if signature.dialect == OWN => {}
            Block::Text { seal, .. } => *seal = Some(signature.clone()),
            Block::Call(call) if call.begun => call.seal = Some(signature.clone()),
            Block::Call(_) => self.put_seal(&seal::kept(signature, Owner::Next), out),
            Block::Foreign | Block::None => {}
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        match &mut self.block {
            Block::None | Block::Foreign => {}
            Block::Text { begun, seal } => {
                let (begun, seal) = (*begun, seal.take());
                if begun {
                    self.end_block(out);
                }
                if let Some(seal) = seal {
                    let owner = if begun {
                        Owner::Previous
                    } else {
                        Owner::EmptyText
                    };
                    self.put_seal(&seal::kept(&seal, owner), out);
                }
            }
            Block::Thinking { begun: false, .. } => {}
            Block::Thinking { signed, .. } => {
                if !*signed {
                    self.put_text(out, SIGNATURE, seal::UNSIGNED);
                }
                self.end_block(out);
            }
            Block::Redacted { seal } => {
                if let Some(seal) = seal.take() {
                    self.put_seal(&seal::thought(Some(&seal)), out);
                }
            }
            Block::Call(call) => {
                let (custom, whole, seal) = (call.custom, call.whole.take(), call.seal.take());
                self.begin_call(out);
                if custom || whole.is_some() {
                    self.put_whole(custom, &whole.unwrap_or_default(), out);
                }
                self.end_block(out);
                if let Some(seal) = seal {
                    self.put_seal(&seal::kept(&seal, Owner::Previous), out);
                }
            }
        }
        self.block = Block::None;
    }

    fn put_whole(&mut self, custom: bool, arguments: &str, out: &mut Vec<u8>) {
        let input = if custom {
            Input::Text(Names::CUSTOM_INPUT, arguments)
        } else {
            Input::of(arguments).0
        };
        let mut text = Vec::with_capacity(arguments.len() + 16);
        input.write(&mut text);
        let text = String::from_utf8_lossy(&text);
        self.put_text(
            out,
            b"{\"type\":\"input_json_delta\",\"partial_json\":",
            &text,
        );
    }

    /// A block that keeps a seal.
    fn put_seal(&mut self, data: &str, out: &mut Vec<u8>) {
        self.begin_block(out, |block| {
            let mut object = Object::open(block);
            object.put("type", "redacted_thinking");
            object.put("data", data);
            object.close();
        });
        self.end_block(out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.close(out);
        self.begin_message(out);
        out.extend_from_slice(b"event: message_delta\ndata: ");
        let mut data = Object::open(out);
        data.put("type", "message_delta");
        let mut delta = Object::open(data.at("delta"));
        delta.put("stop_reason", stop_word(self.stop.as_ref(), self.called));
        let sequence = self.stop.as_ref().and_then(|stop| stop.sequence.as_deref());
        delta.put("stop_sequence", &sequence);
        delta.close();
        write_usage(self.usage.unwrap_or_default(), data.at("usage"));
        data.close();
        out.extend_from_slice(b"\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    }

    /// The message begins with its first block, so that counts which came before stand in it.
    fn begin_message(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        out.extend_from_slice(b"event: message_start\ndata: ");
        let mut data = Object::open(out);
        data.put("type", "message_start");
        let mut message = Object::open(data.at("message"));
        let id = self.id.take();
        message.put("id", &reply::id(id.as_deref(), &self.back_id));
        message.put("type", "message");
        message.put("role", "assistant");
        let model = self.model.take();
        message.put("model", model.as_deref().unwrap_or(&self.asked_model));
        message.at("content").extend_from_slice(b"[]");
        message.put("stop_reason", &());
        message.put("stop_sequence", &());
        write_usage(self.usage.unwrap_or_default(), message.at("usage"));
        message.close();
        data.close();
        out.extend_from_slice(b"\n\n");
    }

    fn begin_block(&mut self, out: &mut Vec<u8>, block: impl FnOnce(&mut Vec<u8>)) {
        self.begin_message(out);
        out.extend_from_slice(
            b"event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":",
        );
        write(out, &self.next);
        out.extend_from_slice(b",\"content_block\":");
        block(out);
        out.extend_from_slice(b"}\n\n");
    }

    fn put_delta(&self, out: &mut Vec<u8>, delta: impl FnOnce(&mut Vec<u8>)) {
        out.extend_from_slice(
            b"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":",
        );
        write(out, &self.next);
        out.extend_from_slice(b",\"delta\":");
        delta(out);
        out.extend_from_slice(b"}\n\n");
    }

    /// A delta of one text, whose JSON begins like this.
    fn put_text(&self, out: &mut Vec<u8>, begin: &[u8], text: &str) {
        self.put_delta(out, |delta| {
            delta.extend_from_slice(begin);
            write(delta, text);
            delta.push(b'}');
        });
    }

    fn end_block(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(
            b"event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":",
        );
        write(out, &self.next);
        out.extend_from_slice(b"}\n\n");
        self.next += 1;
    }
}

const SIGNATURE: &[u8] = b"{\"type\":\"signature_delta\",\"signature\":";
