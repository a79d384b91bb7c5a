//! The handle that requests, checks and the user share.

use std::{marker::PhantomData, sync::Arc, time::Duration};

use tokio::{sync::watch, time::Instant};
use uuid::Uuid;

use crate::{Attempts, Lease, Member, Policy, Seen, Verdict, Want};

/// Members that can do the same work, and who of them goes next.
pub struct Pool<T> {
    version: watch::Sender<u64>,
    members: PhantomData<fn() -> T>,
}

impl<T> Pool<T> {
    /// A pool of these members.
    pub fn new(policy: Policy, members: Vec<Member<T>>) -> Arc<Self> {
        let _ = (policy, members);
        Arc::new(Self {
            version: watch::Sender::new(0),
            members: PhantomData,
        })
    }

    /// Replaces policy and members. A member whose id stays keeps its gate, its requests in flight
    /// and its conversations; call [`clear`](Self::clear) too if its account was edited.
    pub fn replace(&self, policy: Policy, members: Vec<Member<T>>) {
        let _ = (policy, members);
    }

    /// One request's way through the members, best first.
    pub fn attempts<'a>(self: &Arc<Self>, want: Want<'a, T>) -> Attempts<'a, T> {
        Attempts::new(Arc::clone(self), want)
    }

    /// A lease of this very member, whatever its gate, for a check. It takes no place: neither
    /// the spread nor the limit of requests in flight knows of it.
    pub fn lease_of(self: &Arc<Self>, id: Uuid) -> Option<Lease<T>> {
        let _ = id;
        None
    }

    /// A check's verdict, without a lease. A success clears whatever waits for the user, too.
    pub fn report(&self, id: Uuid, model: Option<&str>, verdict: Verdict) {
        let _ = (id, model, verdict);
    }

    /// Makes a member ready at once and forgets its failures: its account was edited, or the user
    /// asks for it. It stays disabled if it is.
    pub fn clear(&self, id: Uuid) {
        let _ = id;
    }

    /// Switches a member off or on; what its gate was is kept meanwhile.
    pub fn set_disabled(&self, id: Uuid, disabled: bool) {
        let _ = (id, disabled);
    }

    /// All members as they are now, in their configured order.
    pub fn snapshot(&self) -> Vec<Seen> {
        Vec::new()
    }

    /// How long until the first resting member may be tried (for this model); none if none rests.
    pub fn next_ready(&self, model: Option<&str>) -> Option<Duration> {
        let _ = model;
        None
    }

    /// When a gate next changes by itself: [`snapshot`](Self::snapshot) from then on shows it.
    pub fn next_change(&self) -> Option<Instant> {
        None
    }

    /// Counts the changes of gates and of members; requests alone do not count.
    pub fn version(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }
}
