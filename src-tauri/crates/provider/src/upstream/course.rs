//! What is seen of a request's calls from outside while they are under way.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The course of one request through its attempts.
#[derive(Debug, Default)]
pub struct Course {
    sent: AtomicU32,
    connected: AtomicBool,
}

impl Course {
    /// Requests that went up so far: two in one attempt where the key had to be sent in its other form.
    pub fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether the connection stands over which the last of them goes.
    pub fn is_connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed)
    }

    pub(crate) fn begins(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.connected.store(false, Ordering::Relaxed);
    }

    pub(crate) fn connected(&self) {
        self.connected.store(true, Ordering::Relaxed);
    }
}
