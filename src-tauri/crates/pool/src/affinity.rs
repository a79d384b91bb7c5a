//! Which member served a conversation last.

use lru::LruCache;

use crate::order::Slot;

/// Most conversations remembered; the one that was silent longest is forgotten first.
const MOST: usize = 10_000;

/// A member that outlives its slot: slots are used again, serial numbers are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Home {
    pub(crate) slot: Slot,
    pub(crate) serial: u64,
}

/// Conversations and the members that served them last.
#[derive(Debug)]
pub(crate) struct Homes(LruCache<u64, Home>);

impl Homes {
    pub(crate) fn new() -> Self {
        // Bounded by `remember`: a bounded cache would take its whole memory at once.
        Self(LruCache::unbounded())
    }

    /// Who served this conversation last.
    pub(crate) fn of(&mut self, conversation: u64) -> Option<Home> {
        self.0.get(&conversation).copied()
    }

    pub(crate) fn remember(&mut self, conversation: u64, home: Home) {
        self.0.put(conversation, home);
        if self.0.len() > MOST {
            self.0.pop_lru();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conversation_that_was_silent_longest_is_forgotten() {
        let home = Home { slot: 1, serial: 1 };
        let mut homes = Homes::new();
        for conversation in 0..MOST as u64 {
            homes.remember(conversation, home);
        }
        assert_eq!(homes.of(0), Some(home));
        homes.remember(u64::MAX, home);
        assert_eq!(homes.of(0), Some(home));
        assert_eq!(homes.of(1), None);
        assert_eq!(homes.0.len(), MOST);
    }
}
