//! What a pool is made of.

use std::sync::Arc;

use uuid::Uuid;

/// One member of a pool, as its configuration says.
#[derive(Clone, Debug)]
pub struct Member<T> {
    /// Its identity: state, requests in flight and affinity follow it through [`Pool::replace`](crate::Pool::replace).
    pub id: Uuid,
    /// Its tier: a lower number goes earlier; a higher one only when no lower one can. Usually 0.
    pub priority: u32,
    /// Its share beside members of its tier; 0 counts as 1.
    pub weight: u32,
    /// The most requests it takes at a time; 0 counts as 1.
    pub concurrency_limit: Option<u32>,
    /// Switched off by the user.
    pub disabled: bool,
    /// The gate it starts with; a member that is already in the pool keeps its own.
    pub start: Start,
    /// What the pool's caller needs to use it.
    pub payload: T,
}

/// The gate a member starts with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// It takes requests.
    #[default]
    Ready,
    /// It was unhealthy when it was last seen: its first trial comes after the first back-off step.
    Unhealthy,
    /// It waits for the user to sign in, with the reason.
    NeedsLogin(Arc<str>),
    /// Its provider has ended it, with the reason.
    Refused(Arc<str>),
}

impl<T> Member<T> {
    /// A ready member of the first tier with weight 1 and no limit.
    pub fn new(id: Uuid, payload: T) -> Self {
        Self {
            id,
            priority: 0,
            weight: 1,
            concurrency_limit: None,
            disabled: false,
            start: Start::Ready,
            payload,
        }
    }
}
