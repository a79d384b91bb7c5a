//! One request's way through the members of a pool.

use std::{fmt, sync::Arc};

use crate::{Exhausted, Lease, Pool, select::Tried};

/// What a request asks for.
pub struct Want<'a, T> {
    /// The conversation it belongs to, if any.
    pub session: Option<Session>,
    /// The model it asks for: members on which this model rests are passed over.
    pub model: Option<&'a str>,
    /// Whether a member can serve it at all. Called under the pool's lock: it must be quick and
    /// must not use the pool.
    pub admit: Option<&'a (dyn Fn(&T) -> bool + Sync)>,
}

/// The conversation a request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// A hash that all turns of the conversation share.
    pub key: u64,
    /// It may have been served before (a later turn, an explicit id): whoever served it is preferred.
    /// A conversation that is not known is spread, and remembered.
    pub known: bool,
}

/// An iterator of leases, best member first, each member at most once.
///
/// Nothing is chosen before it is asked for: each `next` takes the pool's lock once and sees the
/// verdicts given since.
pub struct Attempts<'a, T> {
    pool: Arc<Pool<T>>,
    want: Want<'a, T>,
    /// The model's name for leases, which may outlive the request; made for the first one.
    model: Option<Arc<str>>,
    tried: Tried,
}

impl<T> Default for Want<'_, T> {
    fn default() -> Self {
        Self {
            session: None,
            model: None,
            admit: None,
        }
    }
}

impl<T> Clone for Want<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Want<'_, T> {}

impl<'a, T> Attempts<'a, T> {
    pub(crate) fn new(pool: Arc<Pool<T>>, want: Want<'a, T>) -> Self {
        Self {
            pool,
            want,
            model: None,
            tried: Tried::default(),
        }
    }

    /// Why nobody is left, as of now. Looks at every member: meant for the end of a failed request.
    pub fn exhausted(&self) -> Exhausted {
        self.pool.exhausted(&self.want, &self.tried)
    }
}

impl<T> Iterator for Attempts<'_, T> {
    type Item = Lease<T>;

    fn next(&mut self) -> Option<Lease<T>> {
        let (claim, seat) = self.pool.select(&self.want, &mut self.tried)?;
        if self.model.is_none() {
            self.model = self.want.model.map(Arc::from);
        }
        let pool = Arc::clone(&self.pool);
        Some(Lease::new(pool, seat, self.model.clone(), claim))
    }
}

impl<T> fmt::Debug for Attempts<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempts")
            .field("tried", &self.tried)
            .finish_non_exhaustive()
    }
}
