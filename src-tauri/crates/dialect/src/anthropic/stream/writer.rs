//! A client's stream, written.

use chat::{Delta, Dialect, Event, Opened, Signature, ToolKind};

use super::outgoing::{ARGUMENTS, Outgoing, SIGNATURE, TEXT, THOUGHT};
use crate::anthropic::json::{Object, write};
use crate::anthropic::piece::Input;
use crate::anthropic::seal::{self, Owner};
use crate::names::Names;
use crate::translate::Back;

const OWN: Dialect = Dialect::Anthropic;

/// Writes a stream for a client, event by event.
///
/// Blocks begin when something is to be said in them: a client would send an empty text back, and the API refuses it.
#[derive(Debug)]
pub(crate) struct Writer {
    frames: Outgoing,
    block: Block,
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
            frames: Outgoing::new(back),
            block: Block::None,
        }
    }

    /// Writes one event, framed. [`Event::Error`] is not written here.
    pub(crate) fn write(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        match event {
            Event::Start { id, model, .. } => {
                self.frames.name(id.as_deref(), model.as_deref());
            }
            Event::Open { part, .. } => self.open(part, out),
            Event::Delta(delta) => self.delta(delta, out),
            Event::Close { .. } => self.close(out),
            Event::Usage(usage) => self.frames.usage = Some(*usage),
            Event::Stop(stop) => self.frames.stop = Some(stop.clone()),
            Event::End => {
                self.close(out);
                self.frames.end(out);
            }
            Event::Error(_) => {}
        }
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
                self.frames.called = true;
                Block::Call(Call {
                    id: id.as_ref().to_owned(),
                    name: name.as_ref().to_owned(),
                    custom: *kind == ToolKind::Custom,
                    ..Call::default()
                })
            }
            Opened::Foreign(foreign) => {
                if foreign.dialect == OWN {
                    self.frames
                        .begin_block(out, |block| write(block, &foreign.value));
                    self.frames.end_block(out);
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
                    self.frames
                        .put_delta(out, |delta| write(delta, &foreign.value));
                }
            }
            _ => {}
        }
    }

    fn words(&mut self, text: &str, out: &mut Vec<u8>) {
        match &self.block {
            Block::Text { .. } => {
                self.begin_text(out);
                self.frames.put_text(out, TEXT, text);
            }
            Block::Thinking { .. } => {
                self.begin_thinking(out);
                self.frames.put_text(out, THOUGHT, text);
            }
            _ => {}
        }
    }

    fn begin_text(&mut self, out: &mut Vec<u8>) {
        if let Block::Text { begun, .. } = &mut self.block
            && !std::mem::replace(begun, true)
        {
            self.frames.begin_block(out, |block| {
                block.extend_from_slice(b"{\"type\":\"text\",\"text\":\"\"}");
            });
        }
    }

    fn begin_thinking(&mut self, out: &mut Vec<u8>) {
        if let Block::Thinking { begun, .. } = &mut self.block
            && !std::mem::replace(begun, true)
        {
            self.frames.begin_block(out, |block| {
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
            self.frames.put_text(out, ARGUMENTS, piece);
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
        self.frames.begin_block(out, |block| {
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
                    self.frames.put_text(out, SIGNATURE, &told);
                }
            }
            Block::Redacted { seal } => *seal = Some(signature.clone()),
            // The vendor itself signs nothing but thoughts.
            _ if signature.dialect == OWN => {}
            Block::Text { seal, .. } => *seal = Some(signature.clone()),
            Block::Call(call) if call.begun => call.seal = Some(signature.clone()),
            Block::Call(_) => self
                .frames
                .put_seal(out, &seal::kept(signature, Owner::Next)),
            Block::Foreign | Block::None => {}
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        match &mut self.block {
            Block::None | Block::Foreign => {}
            Block::Text { begun, seal } => {
                let (begun, seal) = (*begun, seal.take());
                if begun {
                    self.frames.end_block(out);
                }
                if let Some(seal) = seal {
                    let owner = if begun {
                        Owner::Previous
                    } else {
                        Owner::EmptyText
                    };
                    self.frames.put_seal(out, &seal::kept(&seal, owner));
                }
            }
            Block::Thinking { begun: false, .. } => {}
            Block::Thinking { signed, .. } => {
                if !*signed {
                    self.frames.put_text(out, SIGNATURE, seal::UNSIGNED);
                }
                self.frames.end_block(out);
            }
            Block::Redacted { seal } => {
                if let Some(seal) = seal.take() {
                    self.frames.put_seal(out, &seal::thought(Some(&seal)));
                }
            }
            Block::Call(call) => {
                let (custom, whole, seal) = (call.custom, call.whole.take(), call.seal.take());
                self.begin_call(out);
                if custom || whole.is_some() {
                    self.put_whole(custom, &whole.unwrap_or_default(), out);
                }
                self.frames.end_block(out);
                if let Some(seal) = seal {
                    self.frames
                        .put_seal(out, &seal::kept(&seal, Owner::Previous));
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
        self.frames.put_text(out, ARGUMENTS, &text);
    }
}
