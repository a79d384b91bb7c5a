//! Streams written and read.

use chat::{Delta, Dialect, Event, Opened, Part, Reply, Text, Thinking, ToolCall};
use dialect::{EventReader, EventWriter, Malformed};

use crate::plain_back;

/// Events as a stream of a dialect.
pub(crate) fn write(dialect: Dialect, events: &[Event<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = EventWriter::new(dialect, &plain_back());
    for event in events {
        writer.write(event, &mut out);
    }
    out
}

/// Puts events together again. Says whether the stream came to its end.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Gathered {
    pub(crate) reply: Reply,
    pub(crate) ended: bool,
}

impl Gathered {
    pub(crate) fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start { id, model, created } => {
                self.reply.id = id.map(Into::into);
                self.reply.model = model.map(Into::into);
                self.reply.created = created;
            }
            Event::Open { part, .. } => self.reply.parts.push(opened(part)),
            Event::Delta(delta) => grow(self.reply.parts.last_mut().unwrap(), delta),
            Event::Close { .. } => {}
            Event::Usage(usage) => self.reply.usage = Some(usage),
            Event::Stop(stop) => self.reply.stop = Some(stop),
            Event::End => self.ended = true,
            Event::Error(error) => panic!("{error:?}"),
        }
    }
}

/// Reads a stream in pieces of this size.
pub(crate) fn read(dialect: Dialect, stream: &[u8], size: usize) -> Result<Gathered, Malformed> {
    let mut gathered = Gathered::default();
    let mut grammar = dialect::grammar::Events::new();
    let mut sink = |event: Event<'_>| {
        grammar
            .take(&event)
            .map_err(|violation| Malformed::new(violation.to_string()))?;
        gathered.take(event);
        Ok(())
    };
    let mut reader = EventReader::new(dialect);
    for chunk in stream.chunks(size) {
        reader.push(chunk, &mut sink)?;
    }
    reader.finish(&mut sink)?;
    Ok(gathered)
}

fn opened(part: Opened<'_>) -> Part {
    match part {
        Opened::Text => Part::Text(Text::default()),
        Opened::Thinking { redacted, id } => Part::Thinking(Thinking {
            redacted,
            id: id.map(Into::into),
            ..Thinking::default()
        }),
        Opened::Refusal => Part::Refusal(String::new()),
        Opened::ToolCall {
            id,
            name,
            kind,
            item_id,
        } => Part::ToolCall(ToolCall {
            id: id.into(),
            name: name.into(),
            kind,
            item_id: item_id.map(Into::into),
            ..ToolCall::default()
        }),
        Opened::Foreign(foreign) => Part::Foreign(foreign),
    }
}

fn grow(part: &mut Part, delta: Delta<'_>) {
    match (part, delta) {
        (Part::Text(text), Delta::Text(more)) => text.text.push_str(&more),
        (Part::Thinking(thinking), Delta::Text(more)) => thinking.text.push_str(&more),
        (Part::Refusal(text), Delta::Text(more)) => text.push_str(&more),
        (Part::ToolCall(call), Delta::Arguments(more)) => call.arguments.push_str(&more),
        (Part::Text(text), Delta::Signature(seal)) => text.signature = Some(seal),
        (Part::Thinking(thinking), Delta::Signature(seal)) => thinking.signature = Some(seal),
        (Part::ToolCall(call), Delta::Signature(seal)) => call.signature = Some(seal),
        (_, Delta::Foreign(_)) => {}
        (part, delta) => panic!("{delta:?} in {part:?}"),
    }
}
