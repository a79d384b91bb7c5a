//! A member in the pool: its configuration, its state, and where that puts it.

use std::sync::Arc;

use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    Member, Policy,
    breaker::Breaker,
    order::{Place, Slot, Turn},
    state::Standing,
    witness::Ticket,
};

/// What a lease keeps of its member when the member is replaced or removed.
pub(crate) struct Seat<T> {
    pub(crate) id: Uuid,
    pub(crate) payload: T,
}

/// A member with its state.
pub(crate) struct Occupant<T> {
    pub(crate) seat: Arc<Seat<T>>,
    /// Tells it from those who had its slot before.
    pub(crate) serial: u64,
    pub(crate) priority: u32,
    pub(crate) weight: u32,
    limit: u32,
    pub(crate) disabled: bool,
    pub(crate) in_flight: u32,
    /// Where its next turn begins in its tier's virtual time.
    pub(crate) pass: u64,
    /// The lease of its last turn.
    pub(crate) last: Ticket,
    pub(crate) breaker: Breaker,
    pub(crate) place: Place,
}

impl<T> Occupant<T> {
    pub(crate) fn new(mut member: Member<T>, serial: u64, policy: &Policy, now: Instant) -> Self {
        let start = std::mem::take(&mut member.start);
        Self {
            serial,
            priority: member.priority,
            weight: member.weight.max(1),
            limit: limit(&member),
            disabled: member.disabled,
            in_flight: 0,
            pass: 0,
            last: Ticket::default(),
            breaker: Breaker::new(start, policy, now),
            place: Place::Nowhere,
            seat: seat(member),
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.in_flight >= self.limit
    }

    /// Whether it is in line, and the line alone decides when it is asked.
    pub(crate) fn is_in_line(&self) -> bool {
        matches!(self.place, Place::Line(_))
    }

    /// Where its state belongs.
    pub(crate) fn place(&self, slot: Slot) -> Place {
        match self.breaker.standing() {
            _ if self.disabled => Place::Nowhere,
            Standing::Cooling(at) | Standing::OnTrial(at) => Place::Until(at, slot),
            Standing::Waiting => Place::Nowhere,
            Standing::Open | Standing::Unhealthy(_) if self.is_full() => Place::Nowhere,
            Standing::Unhealthy(at) => Place::Until(at, slot),
            Standing::Open => Place::Line(Turn {
                priority: self.priority,
                in_flight: self.in_flight,
                weight: self.weight,
                pass: self.pass,
                last: self.last,
                slot,
            }),
        }
    }

    /// Takes its configuration anew; gives back what leases may still hold.
    pub(crate) fn configure(&mut self, member: Member<T>) -> Arc<Seat<T>> {
        if self.priority != member.priority {
            // Each tier has a time of its own.
            self.pass = 0;
        }
        self.priority = member.priority;
        self.weight = member.weight.max(1);
        self.limit = limit(&member);
        self.disabled = member.disabled;
        std::mem::replace(&mut self.seat, seat(member))
    }
}

fn limit<T>(member: &Member<T>) -> u32 {
    member.concurrency_limit.unwrap_or(u32::MAX).max(1)
}

fn seat<T>(member: Member<T>) -> Arc<Seat<T>> {
    Arc::new(Seat {
        id: member.id,
        payload: member.payload,
    })
}
