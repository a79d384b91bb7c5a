//! The grammar of neutral events.

use chat::{Delta, Event, Opened};

use super::Violation;

/// Checks events in the order in which they come.
#[derive(Debug, Clone, Default)]
pub struct Events {
    stage: Stage,
    /// How many parts were opened.
    opened: u32,
    open: Option<Open>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    #[default]
    Before,
    Started,
    Stopped,
    Over,
}

/// The part that is open.
#[derive(Debug, Clone, Copy)]
struct Open {
    index: u32,
    kind: Kind,
    signed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Words,
    Redacted,
    Call,
    Foreign,
}

impl Events {
    /// Before the first event.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next event.
    ///
    /// # Errors
    /// It may not stand there.
    pub fn take(&mut self, event: &Event<'_>) -> Result<(), Violation> {
        match (self.stage, event) {
            (Stage::Over, _) => return broken(event, "behind the end"),
            (_, Event::Error(_)) => self.stage = Stage::Over,
            (Stage::Before, Event::Start { .. }) => self.stage = Stage::Started,
            (Stage::Before, _) => return broken(event, "before the start"),
            (_, Event::Start { .. }) => return broken(event, "twice"),
            (_, Event::Usage(_)) => {}
            (Stage::Started, Event::Open { index, part }) => self.open(event, *index, part)?,
            (Stage::Started, Event::Delta(delta)) => self.delta(event, delta)?,
            (Stage::Started, Event::Close { index }) => self.close(event, *index)?,
            (_, Event::Stop(_) | Event::End) if self.open.is_some() => {
                return broken(event, "while a part is open");
            }
            (Stage::Started, Event::Stop(_)) => self.stage = Stage::Stopped,
            (Stage::Started, Event::End) => return broken(event, "without a reason"),
            (Stage::Stopped, Event::End) => self.stage = Stage::Over,
            (Stage::Stopped, _) => return broken(event, "behind the stop"),
        }
        Ok(())
    }

    fn open(&mut self, event: &Event<'_>, index: u32, part: &Opened<'_>) -> Result<(), Violation> {
        if self.open.is_some() {
            return broken(event, "inside of another part");
        }
        if index != self.opened {
            return broken(event, "out of order");
        }
        let kind = match part {
            Opened::Text
            | Opened::Refusal
            | Opened::Thinking {
                redacted: false, ..
            } => Kind::Words,
            Opened::Thinking { redacted: true, .. } => Kind::Redacted,
            Opened::ToolCall { .. } => Kind::Call,
            Opened::Foreign(_) => Kind::Foreign,
        };
        self.opened += 1;
        self.open = Some(Open {
            index,
            kind,
            signed: false,
        });
        Ok(())
    }

    fn delta(&mut self, event: &Event<'_>, delta: &Delta<'_>) -> Result<(), Violation> {
        let Some(open) = &mut self.open else {
            return broken(event, "outside of a part");
        };
        let fits = match delta {
            Delta::Text(_) => open.kind == Kind::Words,
            Delta::Arguments(_) => open.kind == Kind::Call,
            Delta::Signature(_) => {
                open.kind != Kind::Foreign && !std::mem::replace(&mut open.signed, true)
            }
            Delta::Foreign(_) => open.kind != Kind::Foreign,
        };
        if fits {
            Ok(())
        } else {
            broken(event, "in a part that has none, or has it already")
        }
    }

    fn close(&mut self, event: &Event<'_>, index: u32) -> Result<(), Violation> {
        match self.open.take() {
            Some(open) if open.index == index => Ok(()),
            _ => broken(event, "of a part that is not open"),
        }
    }
}

fn broken(event: &Event<'_>, how: &str) -> Result<(), Violation> {
    let name = match event {
        Event::Start { .. } => "Start",
        Event::Open { .. } => "Open",
        Event::Delta(Delta::Text(_)) => "Delta::Text",
        Event::Delta(Delta::Arguments(_)) => "Delta::Arguments",
        Event::Delta(Delta::Signature(_)) => "Delta::Signature",
        Event::Delta(Delta::Foreign(_)) => "Delta::Foreign",
        Event::Close { .. } => "Close",
        Event::Usage(_) => "Usage",
        Event::Stop(_) => "Stop",
        Event::End => "End",
        Event::Error(_) => "Error",
    };
    Err(Violation::new(format!("{name} {how}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::{Signature, Stop, StopReason, StreamError, Usage};

    const START: Event<'static> = Event::Start {
        id: None,
        model: None,
        created: None,
    };
    const STOP: Event<'static> = Event::Stop(Stop::new(StopReason::EndTurn));

    fn open(index: u32, part: Opened<'static>) -> Event<'static> {
        Event::Open { index, part }
    }

    fn text() -> Event<'static> {
        Event::Delta(Delta::Text("a".into()))
    }

    fn signature() -> Event<'static> {
        Event::Delta(Delta::Signature(Signature {
            dialect: crate::Dialect::Anthropic,
            value: "s".to_owned(),
        }))
    }

    fn check(events: &[Event<'static>]) -> Result<(), Violation> {
        let mut grammar = Events::new();
        events.iter().try_for_each(|event| grammar.take(event))
    }

    #[test]
    fn t3_a_whole_answer_passes() {
        let events = [
            START,
            Event::Usage(Usage::default()),
            open(0, Opened::Text),
            text(),
            signature(),
            Event::Close { index: 0 },
            open(1, Opened::Refusal),
            Event::Close { index: 1 },
            STOP,
            Event::Usage(Usage::default()),
            Event::End,
        ];
        assert_eq!(check(&events), Ok(()));
        for cut in 0..events.len() {
            let mut cut = events[..cut].to_vec();
            cut.push(Event::Error(StreamError::default()));
            assert_eq!(check(&cut), Ok(()));
            cut.push(Event::End);
            assert!(check(&cut).is_err());
        }
    }

    #[test]
    fn t3_what_stands_at_the_wrong_place_is_named() {
        let rows: [(&[Event<'static>], &str); 12] = [
            (&[STOP], "Stop before the start"),
            (&[START, START], "Start twice"),
            (&[START, text()], "Delta::Text outside of a part"),
            (&[START, open(1, Opened::Text)], "Open out of order"),
            (
                &[START, open(0, Opened::Text), open(1, Opened::Text)],
                "Open inside of another part",
            ),
            (
                &[START, open(0, Opened::Text), Event::Close { index: 1 }],
                "Close of a part that is not open",
            ),
            (
                &[START, open(0, Opened::Text), STOP],
                "Stop while a part is open",
            ),
            (&[START, Event::End], "End without a reason"),
            (
                &[START, STOP, open(0, Opened::Text)],
                "Open behind the stop",
            ),
            (&[START, STOP, Event::End, Event::End], "End behind the end"),
            (
                &[START, open(0, Opened::Text), signature(), signature()],
                "Delta::Signature in a part that has none, or has it already",
            ),
            (
                &[
                    START,
                    open(
                        0,
                        Opened::Thinking {
                            redacted: true,
                            id: None,
                        },
                    ),
                    text(),
                ],
                "Delta::Text in a part that has none, or has it already",
            ),
        ];
        for (events, expected) in rows {
            assert_eq!(check(events).unwrap_err().to_string(), expected);
        }
    }
}
