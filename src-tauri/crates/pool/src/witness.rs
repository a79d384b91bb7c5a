//! Where a verdict comes from, and what it can know.

use std::sync::Arc;

use tokio::time::Instant;

/// Numbers leases in the order in which they were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket(pub(crate) u64);

/// Where a verdict comes from.
pub(crate) struct Witness<'a> {
    /// The lease that gives it; none for a check without one.
    pub(crate) lease: Option<Ticket>,
    /// The model that was asked for.
    pub(crate) model: Option<&'a Arc<str>>,
    /// The ticket of the next lease.
    pub(crate) next: Ticket,
    pub(crate) now: Instant,
}

impl Witness<'_> {
    /// Whether it had begun before the lease with this ticket.
    pub(crate) fn began_before(&self, ticket: Ticket) -> bool {
        self.lease.is_some_and(|lease| lease < ticket)
    }
}
