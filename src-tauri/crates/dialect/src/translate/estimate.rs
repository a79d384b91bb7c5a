//! Usage where an upstream tells none, as Kiro mostly does: its clients show what they are told.

use chat::{Delta, Event, Part, Reply, Usage};

use super::Back;
use crate::{Dialect, count};

/// Whether this upstream tells no usage of its own.
pub(super) fn is_due(upstream: Dialect) -> bool {
    upstream == Dialect::Kiro
}

/// What is counted of a stream that may come to its end without usage.
#[derive(Debug)]
pub(super) struct Estimate {
    back: Back,
    client: Dialect,
    output: u64,
    reasoning: u64,
    thinks: bool,
}

impl Estimate {
    /// Of an answer from this upstream; `None` where others are left to tell that they do not know.
    pub(super) fn of(upstream: Dialect, client: Dialect, back: &Back) -> Option<Self> {
        is_due(upstream).then(|| Self {
            back: back.clone(),
            client,
            output: 0,
            reasoning: 0,
            thinks: false,
        })
    }

    /// Counts what an event says.
    pub(super) fn note(&mut self, event: &Event<'_>) {
        match event {
            Event::Open { part, .. } => {
                self.thinks = matches!(part, chat::Opened::Thinking { .. });
            }
            Event::Delta(Delta::Text(text) | Delta::Arguments(text)) => self.add(text),
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        let tokens = count::estimate_text(text);
        self.output += tokens;
        if self.thinks {
            self.reasoning += tokens;
        }
    }

    /// The usage.
    pub(super) fn usage(&self) -> Usage {
        Usage {
            input: self
                .back
                .asked
                .unwrap_or_else(|| count::estimate_request(self.client, &self.back.request)),
            output: self.output,
            reasoning: self.reasoning,
            estimated: true,
            ..Usage::default()
        }
    }
}

/// The same of a whole answer.
pub(super) fn of_reply(
    upstream: Dialect,
    client: Dialect,
    reply: &Reply,
    back: &Back,
) -> Option<Usage> {
    let mut estimate = Estimate::of(upstream, client, back)?;
    for part in &reply.parts {
        estimate.thinks = matches!(part, Part::Thinking(_));
        match part {
            Part::Text(text) => estimate.add(&text.text),
            Part::Thinking(thought) => estimate.add(&thought.text),
            Part::ToolCall(call) => {
                estimate.add(&call.name);
                estimate.add(&call.arguments);
            }
            _ => {}
        }
    }
    Some(estimate.usage())
}

#[cfg(test)]
mod tests {
    use chat::{Message, Request, Role};

    use super::*;
    use crate::names::Names;
    use crate::{StreamTranslation, translate_reply};

    /// The event `assistantResponseEvent` that says "Hi", as a message.
    fn hi() -> Vec<u8> {
        let name = "assistantResponseEvent";
        let mut head = b"\x0b:event-type\x07\0".to_vec();
        head.push(u8::try_from(name.len()).unwrap());
        head.extend_from_slice(name.as_bytes());
        let payload = br#"{"content":"Hi there, friend."}"#;
        let length = u32::try_from(16 + head.len() + payload.len()).unwrap();
        let mut out = length.to_be_bytes().to_vec();
        out.extend(u32::try_from(head.len()).unwrap().to_be_bytes());
        out.extend(crc32fast::hash(&out).to_be_bytes());
        out.extend(head);
        out.extend_from_slice(payload);
        out.extend(crc32fast::hash(&out).to_be_bytes());
        out
    }

    #[test]
    fn t7_usage_that_is_not_told_is_estimated_and_marked() {
        let request = Request {
            messages: vec![Message::new(
                Role::User,
                vec![Part::text("Hello, how are you?")],
            )],
            wants_usage: true,
            stream: true,
            ..Request::default()
        };
        // It keeps no conversation, and must have counted it.
        let way = (Dialect::Anthropic, Dialect::Kiro);
        let back = Back::new(way, request, Names::default(), "T".to_owned(), 1);
        let whole = translate_reply(Dialect::Kiro, Dialect::Anthropic, &hi(), &back).unwrap();
        let usage = whole.usage.unwrap();
        assert!(
            usage.estimated && usage.input >= 5 && usage.output >= 4,
            "{usage:?}"
        );
        let mut stream = StreamTranslation::new(Dialect::Kiro, Dialect::Anthropic, &back);
        let mut out = Vec::new();
        stream.push(&hi(), &mut out).unwrap();
        stream.finish(&mut out).unwrap();
        assert_eq!(stream.usage(), Some(usage));
        let told = format!("\"output_tokens\":{}", usage.output);
        assert!(String::from_utf8(out).unwrap().contains(&told));
    }
}
