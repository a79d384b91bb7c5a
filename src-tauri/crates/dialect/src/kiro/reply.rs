//! A whole answer. The upstream streams always: it is read to its end.

use chat::{Delta, Event, Opened, Part, Reply, Text, Thinking, ToolCall};

use super::frame::Frames;
use super::stream::Reader;
use crate::Malformed;

/// Reads the bytes of a whole stream.
///
/// # Errors
/// It is no event stream, has failed, or was cut.
pub(crate) fn read(body: &[u8]) -> Result<Reply, Malformed> {
    let mut frames = Frames::default();
    let mut reader = Reader::default();
    let mut gathered = Gathered::default();
    frames.push(body);
    while let Some(message) = frames.next()? {
        reader.read(&message, &mut |event| gathered.take(event))?;
    }
    if !frames.has_rest() {
        reader.finish(&mut |event| gathered.take(event))?;
    }
    match (gathered.failed, gathered.ended) {
        (Some(words), _) => Err(Malformed::new(format!(
            "the upstream's answer failed: {words}"
        ))),
        (None, false) => Err(Malformed::new("the answer is empty or was cut")),
        (None, true) => Ok(gathered.reply),
    }
}

/// Events put together.
#[derive(Debug, Default)]
struct Gathered {
    reply: Reply,
    ended: bool,
    failed: Option<String>,
}

impl Gathered {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start { id, model, created } => {
                self.reply.id = id.map(Into::into);
                self.reply.model = model.map(Into::into);
                self.reply.created = created;
            }
            Event::Open { part, .. } => self.reply.parts.extend(opened(part)),
            Event::Delta(delta) => {
                if let Some(part) = self.reply.parts.last_mut() {
                    grow(part, delta);
                }
            }
            Event::Close { .. } => {}
            Event::Usage(usage) => self.reply.usage = Some(usage),
            Event::Stop(stop) => self.reply.stop = Some(stop),
            Event::End => self.ended = true,
            Event::Error(error) => self.failed = Some(error.message),
        }
    }
}

/// The part that begins. The reader opens no other kinds.
fn opened(part: Opened<'_>) -> Option<Part> {
    Some(match part {
        Opened::Text => Part::Text(Text::default()),
        Opened::Thinking { redacted, .. } => Part::Thinking(Thinking {
            redacted,
            ..Thinking::default()
        }),
        Opened::ToolCall { id, name, kind, .. } => Part::ToolCall(ToolCall {
            id: id.into(),
            name: name.into(),
            kind,
            ..ToolCall::default()
        }),
        Opened::Refusal | Opened::Foreign(_) => return None,
    })
}

fn grow(part: &mut Part, delta: Delta<'_>) {
    match (part, delta) {
        (Part::Text(text), Delta::Text(more)) => text.text.push_str(&more),
        (Part::Thinking(thought), Delta::Text(more)) => thought.text.push_str(&more),
        (Part::Thinking(thought), Delta::Signature(seal)) => thought.signature = Some(seal),
        (Part::ToolCall(call), Delta::Arguments(more)) => call.arguments.push_str(&more),
        _ => {}
    }
}
