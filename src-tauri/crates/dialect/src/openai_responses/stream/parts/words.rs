//! What comes piece by piece: words, arguments, citations.

use chat::{Delta, Event, Opened};
use serde_json::value::RawValue;

use super::super::super::{PARAGRAPH, item};
use super::super::reader::Sink;
use super::{Parts, Piece, What};
use crate::Malformed;

impl Parts {
    /// Words of a piece, which they open if it is not.
    pub(in super::super) fn words(&mut self, piece: Piece<'_>, words: &str, sink: Sink<'_>) {
        if !self.reach(piece, sink) || words.is_empty() {
            return;
        }
        if let Some(open) = &mut self.open {
            open.blank = false;
        }
        sink(Event::Delta(Delta::Text(words.into())));
    }

    /// The whole words of a piece, which are told if they did not come in pieces.
    pub(in super::super) fn whole_words(&mut self, piece: Piece<'_>, whole: &str, sink: Sink<'_>) {
        let unheard = match &self.open {
            Some(open) => open.blank && open.item == piece.item,
            None => !self.told.contains(&piece.item),
        };
        if unheard {
            self.words(piece, whole, sink);
        }
    }

    /// A piece of a call's arguments.
    pub(in super::super) fn arguments(&mut self, item: u32, piece: &str, sink: Sink<'_>) {
        if let Some(open) = &mut self.open
            && open.item == item
            && matches!(open.what, What::Call(_))
            && !piece.is_empty()
        {
            open.blank = false;
            sink(Event::Delta(Delta::Arguments(piece.into())));
        }
    }

    /// The whole arguments of a call, which are told if they did not come in pieces.
    pub(in super::super) fn whole_arguments(&mut self, item: u32, whole: &str, sink: Sink<'_>) {
        if self.open.as_ref().is_some_and(|open| open.blank) {
            self.arguments(item, whole, sink);
        }
    }

    /// A citation of the open text.
    pub(in super::super) fn annotate(
        &mut self,
        item: u32,
        raw: &RawValue,
        sink: Sink<'_>,
    ) -> Result<(), Malformed> {
        let open = self.open.as_ref();
        if open.is_some_and(|open| open.item == item && open.what == What::Text) {
            sink(Event::Delta(Delta::Foreign(item::foreign(raw)?)));
        }
        Ok(())
    }

    /// A piece of a message is whole.
    pub(in super::super) fn piece_done(&mut self, item: u32, sink: Sink<'_>) {
        if let Some(open) = &self.open
            && open.item == item
            && matches!(open.what, What::Text | What::Refusal)
        {
            self.close(sink);
        }
    }

    /// Makes this piece the open one, if it can be.
    fn reach(&mut self, piece: Piece<'_>, sink: Sink<'_>) -> bool {
        let what = piece.what;
        let thought = matches!(what, What::Summary | What::Thought);
        if let Some(open) = &mut self.open {
            let same = open.what == what;
            if open.item != piece.item || matches!(open.what, What::Call(_)) {
                return false;
            }
            if same && open.piece == piece.place {
                return true;
            }
            if same && thought {
                // The next paragraph of a thought.
                open.piece = piece.place;
                if !open.blank {
                    sink(Event::Delta(Delta::Text(PARAGRAPH.into())));
                }
                return true;
            }
            if thought || matches!(open.what, What::Summary | What::Thought) {
                // A summary beside the thought itself: one of them is told.
                return false;
            }
            self.close(sink);
        }
        let part = match what {
            What::Text => Opened::Text,
            What::Refusal => Opened::Refusal,
            What::Summary | What::Thought => Opened::Thinking {
                redacted: false,
                id: piece.id.map(Into::into),
            },
            What::Call(_) => return false,
        };
        self.open(piece.item, what, piece.place, part, sink);
        true
    }
}
