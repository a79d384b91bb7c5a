//! Who is where: in line for requests, due for a trial, or resting until a known time.
//!
//! Three ordered sets, so that finding the next member and filing it anew cost the logarithm of
//! the pool's size, and a member that cannot be asked costs nothing.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use tokio::time::Instant;

use crate::witness::Ticket;

/// A member's place in [`Roster`](crate::roster::Roster)'s list.
pub(crate) type Slot = u32;

/// Distance in virtual time between two turns of a member of weight 1. Divisible by every weight
/// up to 16, so that these are exact; and small enough for centuries of requests in 64 bits.
const STRIDE: u64 = 720_720;

/// A member in line. The least is next: earliest tier, fewest in flight for its weight, then the
/// earliest virtual time; and where these tie, whose last turn is longest ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) priority: u32,
    pub(crate) in_flight: u32,
    pub(crate) weight: u32,
    pub(crate) pass: u64,
    pub(crate) last: Ticket,
    pub(crate) slot: Slot,
}

impl Ord for Turn {
    fn cmp(&self, other: &Self) -> Ordering {
        // a/b < c/d as a·d < c·b: exact, where a quotient would round.
        let load = u64::from(self.in_flight) * u64::from(other.weight);
        let other_load = u64::from(other.in_flight) * u64::from(self.weight);
        self.priority
            .cmp(&other.priority)
            .then(load.cmp(&other_load))
            .then(self.pass.cmp(&other.pass))
            .then(self.last.cmp(&other.last))
            .then(self.slot.cmp(&other.slot))
    }
}

impl PartialOrd for Turn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Where a member is filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It cannot be asked until something happens to it.
    Nowhere,
    /// It is in line for requests.
    Line(Turn),
    /// It is due for a trial, since then.
    Due(Instant, Slot),
    /// Time alone changes its place, then.
    Until(Instant, Slot),
}

#[derive(Debug, Default)]
pub(crate) struct Order {
    line: BTreeSet<Turn>,
    due: BTreeSet<(Instant, Slot)>,
    until: BTreeSet<(Instant, Slot)>,
    /// Virtual time of each tier: where its last turn began.
    clocks: BTreeMap<u32, u64>,
}

impl Order {
    /// Moves a member from one place to another.
    pub(crate) fn file(&mut self, from: Place, to: Place) {
        if from == to {
            return;
        }
        match from {
            Place::Nowhere => true,
            Place::Line(turn) => self.line.remove(&turn),
            Place::Due(at, slot) => self.due.remove(&(at, slot)),
            Place::Until(at, slot) => self.until.remove(&(at, slot)),
        };
        match to {
            Place::Nowhere => true,
            Place::Line(turn) => self.line.insert(turn),
            Place::Due(at, slot) => self.due.insert((at, slot)),
            Place::Until(at, slot) => self.until.insert((at, slot)),
        };
    }

    /// Those in line, the next first.
    pub(crate) fn line(&self) -> impl Iterator<Item = Slot> {
        self.line.iter().map(|turn| turn.slot)
    }

    /// Those due for a trial, the longest waiting first.
    pub(crate) fn due(&self) -> impl Iterator<Item = Slot> {
        self.due.iter().map(|&(_, slot)| slot)
    }

    /// The first of those that time alone moves, and when.
    pub(crate) fn first_until(&self) -> Option<(Instant, Slot)> {
        self.until.first().copied()
    }

    /// A member of this tier takes its turn: returns its next place in virtual time.
    ///
    /// A turn never begins before the tier's last one, so whoever has been away (or busy) gets no
    /// arrears.
    pub(crate) fn take_turn(&mut self, priority: u32, weight: u32, pass: u64) -> u64 {
        let clock = self.clocks.entry(priority).or_default();
        *clock = pass.max(*clock);
        clock.saturating_add((STRIDE / u64::from(weight)).max(1))
    }
}
