//! The right to send one request through one member.

use std::sync::Arc;

use uuid::Uuid;

use crate::{Pool, Verdict};

/// The right to send one request through one member. While it lives the member has a request in
/// flight; dropped without a verdict (a cancelled request) it changes nothing else.
pub struct Lease<T> {
    pool: Arc<Pool<T>>,
    id: Uuid,
    payload: Arc<T>,
}

impl<T> Lease<T> {
    /// Which member.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// What the member is made of.
    pub fn payload(&self) -> &T {
        &self.payload
    }

    /// Whether this is the one trial of an unhealthy member.
    pub fn is_trial(&self) -> bool {
        false
    }

    /// Whether the member was chosen because it served the conversation before.
    pub fn is_affine(&self) -> bool {
        false
    }

    /// Gives the verdict, if none was given yet, and ends the lease.
    pub fn report(mut self, verdict: Verdict) {
        self.settle(verdict);
    }

    /// Gives the verdict now, while the request stays in flight until the lease is dropped.
    /// Only the first verdict counts: says whether this one did.
    pub fn settle(&mut self, verdict: Verdict) -> bool {
        let _ = (&self.pool, verdict);
        false
    }

    /// [`settle`](Self::settle) with [`Verdict::Success`].
    pub fn succeed(&mut self) -> bool {
        self.settle(Verdict::Success)
    }
}
