//! Who goes next.

use std::sync::Arc;

use tokio::time::Instant;

use crate::{
    Want,
    affinity::Home,
    lease::Claim,
    occupant::{Occupant, Seat},
    order::Slot,
    roster::Roster,
};

/// The members a request has been offered.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    /// Most requests need no second one, so this costs no allocation.
    first: Option<u64>,
    more: Vec<u64>,
    had_trial: bool,
}

impl Tried {
    pub(crate) fn contains(&self, serial: u64) -> bool {
        self.first == Some(serial) || self.more.contains(&serial)
    }

    fn add(&mut self, claim: &Claim) {
        self.had_trial |= claim.trial;
        let serial = claim.home.serial;
        match self.first {
            None => self.first = Some(serial),
            Some(_) => self.more.push(serial),
        }
    }
}

/// Why a member was chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    Turn,
    Affinity,
    Trial,
}

impl<T> Roster<T> {
    /// Chooses a member that this request was not offered yet, and gives it the request.
    ///
    /// A member that is due for a trial goes first, or it would never heal beside ready ones; but a
    /// request makes one trial, and more only when nobody ready is left, so that it pays for one
    /// sick member at most.
    pub(crate) fn select(
        &mut self,
        want: &Want<'_, T>,
        tried: &mut Tried,
    ) -> Option<(Claim, Arc<Seat<T>>)> {
        let now = Instant::now();
        self.wake(now);
        let fresh_trial = !tried.had_trial;
        let (slot, choice) = fresh_trial
            .then(|| self.due(want, tried, now))
            .flatten()
            .or_else(|| self.home(want, tried, now))
            .or_else(|| self.in_turn(want, tried, now))
            .or_else(|| self.due(want, tried, now))?;
        let (claim, seat) = self.grant(slot, choice, want, now)?;
        tried.add(&claim);
        Some((claim, seat))
    }

    /// A trial has succeeded. It takes the conversation over unless that has a home that serves.
    pub(crate) fn settle_newcomer(&mut self, conversation: u64, home: Home) {
        let old = self.homes.of(conversation);
        let has_home = old.is_some_and(|old| self.at_home(old).is_some_and(Occupant::is_in_line));
        if !has_home {
            self.homes.remember(conversation, home);
        }
    }

    fn due(&self, want: &Want<'_, T>, tried: &Tried, now: Instant) -> Option<(Slot, Choice)> {
        self.order
            .due()
            .find(|&slot| self.suits(slot, want, tried, now))
            .map(|slot| (slot, Choice::Trial))
    }

    fn home(&mut self, want: &Want<'_, T>, tried: &Tried, now: Instant) -> Option<(Slot, Choice)> {
        let session = want.session.filter(|session| session.known)?;
        let home = self.homes.of(session.key)?;
        let usable = self.at_home(home)?.is_in_line() && self.suits(home.slot, want, tried, now);
        usable.then_some((home.slot, Choice::Affinity))
    }

    fn in_turn(&self, want: &Want<'_, T>, tried: &Tried, now: Instant) -> Option<(Slot, Choice)> {
        self.order
            .line()
            .find(|&slot| self.suits(slot, want, tried, now))
            .map(|slot| (slot, Choice::Turn))
    }

    fn suits(&self, slot: Slot, want: &Want<'_, T>, tried: &Tried, now: Instant) -> bool {
        self.get(slot).is_some_and(|member| {
            !tried.contains(member.serial)
                && want
                    .model
                    .is_none_or(|model| member.breaker.models.of(model, now).is_none())
                && want.admit.is_none_or(|admit| admit(&member.seat.payload))
        })
    }

    fn grant(
        &mut self,
        slot: Slot,
        choice: Choice,
        want: &Want<'_, T>,
        now: Instant,
    ) -> Option<(Claim, Arc<Seat<T>>)> {
        let member = self.get(slot)?;
        let seat = Arc::clone(&member.seat);
        let serial = member.serial;
        let home = Home { slot, serial };
        let ticket = self.draw_ticket();
        let trial = choice == Choice::Trial;
        if trial {
            self.change(slot, |member, _, policy| {
                let lost_at = now + policy.longest_rest();
                member.breaker.begin_trial(ticket, lost_at);
                false
            });
        }
        self.occupy(slot, (choice == Choice::Turn).then_some(ticket));
        let conversation = want.session.map(|session| session.key);
        if let (Some(conversation), Choice::Turn) = (conversation, choice) {
            self.homes.remember(conversation, home);
        }
        let claim = Claim {
            home,
            ticket,
            trial,
            affine: choice == Choice::Affinity,
            counted: true,
            newcomer_to: conversation.filter(|_| trial),
        };
        Some((claim, seat))
    }
}
