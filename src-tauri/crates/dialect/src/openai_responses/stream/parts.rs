//! The parts of an answer as they are told: one at a time, in order.

mod words;

use chat::{Delta, Event, Opened, Part, ToolKind};
use serde_json::value::RawValue;

use super::super::item::{self, Kind};
use super::super::reply;
use super::reader::Sink;
use crate::Malformed;

/// What was told so far.
#[derive(Debug, Default)]
pub(super) struct Parts {
    begun: bool,
    /// The next part's place.
    next: u32,
    open: Option<Open>,
    /// Items of which something was told.
    told: Vec<u32>,
    /// Whole items that came while another was open.
    waiting: Vec<(u32, Box<RawValue>)>,
    called: bool,
}

/// The part that is open.
#[derive(Debug)]
struct Open {
    item: u32,
    what: What,
    /// Its place in the item's content or summary.
    piece: u32,
    /// Nothing of it was told yet.
    blank: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Text,
    Refusal,
    /// A thought, told by its summary.
    Summary,
    /// A thought, told itself.
    Thought,
    Call(ToolKind),
}

/// A piece of an item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    /// The item.
    pub(super) item: u32,
    pub(super) what: What,
    /// Its place in the item's content or summary.
    pub(super) place: u32,
    /// The item's id.
    pub(super) id: Option<&'a str>,
}

impl Parts {
    /// The answer begins, once.
    pub(super) fn begin(&mut self, start: Event<'_>, sink: Sink<'_>) {
        if !std::mem::replace(&mut self.begun, true) {
            sink(start);
        }
    }

    /// An upstream may leave out how an answer begins.
    pub(super) fn begin_bare(&mut self, sink: Sink<'_>) {
        let start = Event::Start {
            id: None,
            model: None,
            created: None,
        };
        self.begin(start, sink);
    }

    /// Whether the answer has begun.
    pub(super) const fn begun(&self) -> bool {
        self.begun
    }

    /// Whether nothing was told.
    pub(super) const fn is_empty(&self) -> bool {
        self.next == 0 && self.open.is_none()
    }

    /// Whether a tool was called.
    pub(super) const fn called(&self) -> bool {
        self.called
    }

    /// The place behind all items that were told.
    pub(super) fn fresh(&self) -> u32 {
        let most = self.told.iter().max();
        most.map_or(0, |most| most.saturating_add(1))
    }

    /// An item begins: a call is opened by it, words are by their first piece.
    pub(super) fn added(
        &mut self,
        place: u32,
        raw: &RawValue,
        sink: Sink<'_>,
    ) -> Result<(), Malformed> {
        let item = item::read(raw)?;
        if let Kind::Call(kind) = item::kind(&item)
            && self.open.is_none()
        {
            let (id, name) = item::called(&item)?;
            let part = Opened::ToolCall {
                id: id.into(),
                name: name.into(),
                kind,
                item_id: item.id.as_ref().map(|id| id.as_str().into()),
            };
            self.called = true;
            self.open(place, What::Call(kind), 0, part, sink);
        }
        Ok(())
    }

    /// An item is whole.
    pub(super) fn done(
        &mut self,
        place: u32,
        raw: &RawValue,
        sink: Sink<'_>,
    ) -> Result<(), Malformed> {
        match &self.open {
            Some(open) if open.item == place => {
                self.complete(raw, sink)?;
                self.tell_waiting(sink)
            }
            _ if self.told.contains(&place) => Ok(()),
            Some(_) => {
                self.waiting.push((place, raw.to_owned()));
                Ok(())
            }
            None => self.tell(place, raw, sink),
        }
    }

    /// The answer is whole: what is still open ends, by what `output` says of it.
    pub(super) fn end(&mut self, output: &[&RawValue], sink: Sink<'_>) -> Result<(), Malformed> {
        if let Some(open) = &self.open {
            let whole = usize::try_from(open.item)
                .ok()
                .and_then(|at| output.get(at));
            match (whole, open.what) {
                (Some(raw), _) => self.complete(raw, sink)?,
                // Without a piece of its arguments it may have been cut before the first.
                (None, What::Call(_)) if open.blank => {
                    return Err(Malformed::new("a call of a tool was cut off"));
                }
                (None, _) => self.close(sink),
            }
        }
        self.tell_waiting(sink)?;
        if self.is_empty() {
            for (place, raw) in (0..).zip(output) {
                self.tell(place, raw, sink)?;
            }
        }
        Ok(())
    }

    /// Ends the open part with what only the whole item says.
    fn complete(&mut self, raw: &RawValue, sink: Sink<'_>) -> Result<(), Malformed> {
        let item = item::read(raw)?;
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        match open.what {
            What::Call(kind) => {
                let arguments = item::arguments(&item, kind);
                if open.blank && !arguments.is_empty() {
                    sink(Event::Delta(Delta::Arguments(arguments.into())));
                }
            }
            What::Summary | What::Thought => {
                let text = item::thought_text(&item);
                if open.blank && !text.is_empty() {
                    sink(Event::Delta(Delta::Text(text.into())));
                }
                if let Some(signature) = item::signature(&item) {
                    sink(Event::Delta(Delta::Signature(signature)));
                }
            }
            What::Text | What::Refusal => {}
        }
        self.close(sink);
        Ok(())
    }

    /// Tells a whole item.
    fn tell(&mut self, place: u32, raw: &RawValue, sink: Sink<'_>) -> Result<(), Malformed> {
        self.told.push(place);
        for part in item::parts(raw)? {
            self.called |= matches!(part, Part::ToolCall(_));
            self.begin_bare(sink);
            reply::tell(part, self.next, sink);
            self.next += 1;
        }
        Ok(())
    }

    fn tell_waiting(&mut self, sink: Sink<'_>) -> Result<(), Malformed> {
        for (place, raw) in std::mem::take(&mut self.waiting) {
            self.tell(place, &raw, sink)?;
        }
        Ok(())
    }

    fn open(&mut self, item: u32, what: What, piece: u32, part: Opened<'_>, sink: Sink<'_>) {
        self.begin_bare(sink);
        if !self.told.contains(&item) {
            self.told.push(item);
        }
        self.open = Some(Open {
            item,
            what,
            piece,
            blank: true,
        });
        sink(Event::Open {
            index: self.next,
            part,
        });
    }

    fn close(&mut self, sink: Sink<'_>) {
        if self.open.take().is_some() {
            sink(Event::Close { index: self.next });
            self.next += 1;
        }
    }
}
