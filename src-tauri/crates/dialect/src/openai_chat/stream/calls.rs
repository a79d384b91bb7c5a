//! The calls of an answer that comes in pieces.
//!
//! A piece names its call by `index`, and its first piece by `id` and `name`. Relays leave the index out, number every
//! call 0 but give each an id, repeat id and name in every piece, or make a new id for every piece.

use std::borrow::Cow;

use chat::{Signature, ToolKind};

use super::super::thoughts;
use super::super::wire::answer::{CallPiece, NamePiece};
use super::whole::Whole;

/// All calls so far.
#[derive(Debug, Default)]
pub(super) struct Calls(Vec<Call>);

/// One call.
#[derive(Debug, Default)]
pub(super) struct Call {
    index: u32,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: ToolKind,
    /// Arguments that wait for their turn.
    pub(super) held: String,
    pub(super) signature: Option<Signature>,
    pub(super) closed: bool,
    whole: Whole,
}

/// A piece, without what names its call.
pub(super) struct Piece<'a> {
    pub(super) call: usize,
    pub(super) is_new: bool,
    pub(super) arguments: Cow<'a, str>,
}

impl Calls {
    pub(super) fn get_mut(&mut self, call: usize) -> Option<&mut Call> {
        self.0.get_mut(call)
    }

    pub(super) fn is_whole(&self, call: usize) -> bool {
        self.0.get(call).is_none_or(Call::is_whole)
    }

    /// Takes a piece: finds its call, or begins one.
    pub(super) fn take<'a>(&mut self, piece: CallPiece<'a>) -> Piece<'a> {
        let signature = thoughts::read_extra_content(piece.extra_content.as_ref());
        let (named, kind) = match (piece.function, piece.custom) {
            (None, Some(custom)) => (custom, ToolKind::Custom),
            (function, _) => (function.unwrap_or_default(), ToolKind::Function),
        };
        let id = piece.id.as_deref().unwrap_or_default();
        let name = named.name.as_deref().unwrap_or_default();
        let found = if id.is_empty() {
            self.unidentified(piece.index, name)
        } else {
            self.identified(piece.index, id, name)
        };
        let is_new = found.is_none();
        let place = found.unwrap_or(self.0.len());
        if is_new {
            self.0.push(Call {
                index: piece.index.unwrap_or_default(),
                kind,
                ..Call::default()
            });
        }
        if let Some(call) = self.0.get_mut(place) {
            if call.id.is_empty() {
                id.clone_into(&mut call.id);
            }
            if call.name.is_empty() {
                name.clone_into(&mut call.name);
            }
            call.signature = signature.or(call.signature.take());
        }
        Piece {
            call: place,
            is_new,
            arguments: text_of(named),
        }
    }

    /// The call of a piece that has an id.
    fn identified(&self, index: Option<u32>, id: &str, name: &str) -> Option<usize> {
        let is_of = |call: &Call| index.is_none_or(|index| call.index == index);
        let same = self.0.iter().rposition(|call| call.id == id && is_of(call));
        same.or_else(|| {
            let place = self.at(Some(index.unwrap_or_default()))?;
            let call = self.0.get(place)?;
            let is_first = call.id.is_empty() && (call.name.is_empty() || call.name == name);
            // A new id without a name is a relay's that makes one for every piece.
            (name.is_empty() || is_first).then_some(place)
        })
    }

    /// The call of a piece that has none.
    fn unidentified(&self, index: Option<u32>, name: &str) -> Option<usize> {
        let place = self.at(index)?;
        let call = self.0.get(place)?;
        let begins = !name.is_empty()
            && !call.name.is_empty()
            && (call.name != name || (call.id.is_empty() && call.is_whole()));
        (!begins).then_some(place)
    }

    /// The last call of this index; the last of all where a piece has none.
    fn at(&self, index: Option<u32>) -> Option<usize> {
        match index {
            Some(index) => self.0.iter().rposition(|call| call.index == index),
            None => self.0.len().checked_sub(1),
        }
    }
}

impl Call {
    /// Follows arguments as they are told.
    pub(super) fn follow(&mut self, arguments: &str) {
        self.whole.push(arguments);
    }

    /// Whether all arguments were told. Free text does not say so: the next call does.
    pub(super) fn is_whole(&self) -> bool {
        self.kind == ToolKind::Custom || self.whole.is()
    }
}

fn text_of(named: NamePiece<'_>) -> Cow<'_, str> {
    named
        .arguments
        .map_or(Cow::Borrowed(""), |arguments| arguments.into_text())
}
