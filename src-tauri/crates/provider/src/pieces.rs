//! The pieces of a body, joined; one alone is not copied.

use bytes::{Bytes, BytesMut};

/// What is set aside where several pieces are joined.
const ROOM: usize = 8 << 10;

/// The pieces of a body.
#[derive(Debug, Default)]
pub struct Pieces {
    first: Option<Bytes>,
    all: BytesMut,
}

impl Pieces {
    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.first.as_ref().map_or(self.all.len(), Bytes::len)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the next piece.
    pub fn push(&mut self, piece: Bytes) {
        if self.is_empty() {
            self.first = Some(piece);
            return;
        }
        if let Some(first) = self.first.take() {
            // Where there are two there are many: the memory need not grow with each.
            let room = (first.len() + piece.len()).max(ROOM);
            self.all.reserve(room);
            self.all.extend_from_slice(&first);
        }
        self.all.extend_from_slice(&piece);
    }

    /// All of them.
    pub fn join(self) -> Bytes {
        self.first.unwrap_or_else(|| self.all.freeze())
    }
}
