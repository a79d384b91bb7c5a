//! What is left of an account's quotas, as its upstream last said.

use std::sync::PoisonError;

use account::free::Quota;
use jiff::Timestamp;

use super::Upstream;

/// Quotas, and when the upstream told them.
#[derive(Debug, Clone, PartialEq)]
pub struct Quotas {
    /// Each of them.
    pub all: Vec<Quota>,
    /// When that was.
    pub at: Timestamp,
}

impl Upstream {
    /// What was last told; `None` where nothing was.
    pub fn quotas(&self) -> Option<Quotas> {
        let quotas = self.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        quotas.clone()
    }

    /// Takes over what the same account was told before a change of settings.
    pub fn inherit_quotas(&self, before: &Self) {
        let known = before.quotas();
        *self.quotas.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }

    pub(super) fn note_quotas(&self, all: Vec<Quota>) {
        let at = Timestamp::now();
        let mut quotas = self.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        *quotas = Some(Quotas { all, at });
    }
}
