//! The turn that is going on: a loop of calls and their results is one.

use super::super::turns::{Turns, Who};
use crate::anthropic::piece::Piece;

impl Turns<'_> {
    /// Where the turn that is going on begins: behind the last words of the user's own.
    fn going_on(&self) -> Option<usize> {
        let mut begin = None;
        for (at, turn) in self.turns.iter().enumerate().rev() {
            let answers = || {
                turn.pieces
                    .iter()
                    .any(|one| matches!(one, Piece::Result { .. }))
            };
            match turn.who {
                Who::Assistant => begin = Some(at),
                Who::User if answers() => {}
                Who::User => break,
                Who::System => {}
            }
        }
        begin
    }

    /// Whether the turn that is going on, if any, begins with a thought.
    pub(super) fn may_think(&self) -> bool {
        let begun = self.going_on().and_then(|at| self.turns.get(at));
        begun.is_none_or(|turn| turn.pieces.first().is_some_and(is_thought))
    }

    /// Drops the thoughts of the turn that is going on: without thinking they may not stand there.
    pub(super) fn forget_thoughts(&mut self) {
        let Some(begin) = self.going_on() else {
            return;
        };
        for turn in self.turns.iter_mut().skip(begin) {
            turn.pieces.retain(|piece| !is_thought(piece));
        }
        self.join();
    }
}

const fn is_thought(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Thinking { .. } | Piece::Redacted(_))
}
