//! The right to send one request through one member.

use std::{fmt, sync::Arc};

use uuid::Uuid;

use crate::{Pool, Verdict, affinity::Home, occupant::Seat, witness::Ticket};

/// The right to send one request through one member.
///
/// While it lives the member has a request in flight. It gives one verdict; dropped without one (a
/// cancelled request) it frees its place and changes nothing else, and a trial is given back.
pub struct Lease<T> {
    pool: Arc<Pool<T>>,
    seat: Arc<Seat<T>>,
    model: Option<Arc<str>>,
    claim: Claim,
    settled: bool,
}

/// What the pool wrote down about a lease.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) home: Home,
    pub(crate) ticket: Ticket,
    pub(crate) trial: bool,
    pub(crate) affine: bool,
    /// It takes a place among the requests in flight; a check's does not.
    pub(crate) counted: bool,
    /// The conversation that this trial would take over if it succeeds.
    pub(crate) newcomer_to: Option<u64>,
}

impl<T> Lease<T> {
    pub(crate) fn new(
        pool: Arc<Pool<T>>,
        seat: Arc<Seat<T>>,
        model: Option<Arc<str>>,
        claim: Claim,
    ) -> Self {
        Self {
            pool,
            seat,
            model,
            claim,
            settled: false,
        }
    }

    /// Which member.
    pub fn id(&self) -> Uuid {
        self.seat.id
    }

    /// What the member is made of, as it was when the lease was given.
    pub fn payload(&self) -> &T {
        &self.seat.payload
    }

    /// Whether this is the one trial of an unhealthy member.
    pub fn is_trial(&self) -> bool {
        self.claim.trial
    }

    /// Whether the member was chosen because it served the conversation before.
    pub fn is_affine(&self) -> bool {
        self.claim.affine
    }

    /// Gives the verdict, if none was given yet, and ends the lease.
    pub fn report(mut self, verdict: Verdict) {
        self.settle(verdict);
    }

    /// Gives the verdict now, while the request stays in flight until the lease is dropped.
    /// Only the first verdict counts: says whether this one did.
    pub fn settle(&mut self, verdict: Verdict) -> bool {
        let first = !std::mem::replace(&mut self.settled, true);
        if first {
            self.pool.settle(&self.claim, self.model.as_ref(), verdict);
        }
        first
    }

    /// [`settle`](Self::settle) with [`Verdict::Success`].
    pub fn succeed(&mut self) -> bool {
        self.settle(Verdict::Success)
    }
}

impl<T> Drop for Lease<T> {
    fn drop(&mut self) {
        self.pool.release(&self.claim);
    }
}

impl<T> fmt::Debug for Lease<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease")
            .field("id", &self.seat.id)
            .field("claim", &self.claim)
            .field("settled", &self.settled)
            .finish_non_exhaustive()
    }
}
