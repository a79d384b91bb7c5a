//! The handle that requests, checks and the user share.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};
use uuid::Uuid;

use crate::{
    Attempts, Exhausted, Gate, Lease, Member, Policy, Seen, Verdict, Want, affinity::Home,
    exhausted, lease::Claim, occupant::Seat, roster::Roster, select::Tried,
};

/// Members that can do the same work, and who of them goes next.
///
/// One lock guards it all. It is held for well under a microsecond, and over no foreign code but
/// [`Want::admit`].
pub struct Pool<T> {
    roster: Mutex<Roster<T>>,
    version: watch::Sender<u64>,
}

impl<T> Pool<T> {
    /// A pool of these members. Of several with one id the first counts.
    pub fn new(policy: Policy, members: Vec<Member<T>>) -> Arc<Self> {
        let mut roster = Roster::new(policy.clone());
        roster.replace(policy, first_of_each_id(members));
        roster.take_changed();
        Arc::new(Self {
            roster: Mutex::new(roster),
            version: watch::Sender::new(0),
        })
    }

    /// Replaces policy and members. A member whose id stays keeps its gate, its requests in flight
    /// and its conversations; call [`clear`](Self::clear) too if its account was edited. Leases of
    /// members that left change nothing any more.
    pub fn replace(&self, policy: Policy, members: Vec<Member<T>>) {
        let members = first_of_each_id(members);
        let remains = self.with(|roster| roster.replace(policy, members));
        drop(remains);
    }

    /// One request's way through the members, best first.
    pub fn attempts<'a>(self: &Arc<Self>, want: Want<'a, T>) -> Attempts<'a, T> {
        Attempts::new(Arc::clone(self), want)
    }

    /// A lease of this very member, whatever its gate, for a check. It takes no place: neither
    /// the spread nor the limit of requests in flight knows of it.
    pub fn lease_of(self: &Arc<Self>, id: Uuid) -> Option<Lease<T>> {
        let (claim, seat) = self.with(|roster| {
            let (slot, member) = roster.find(id)?;
            let (seat, serial) = (Arc::clone(&member.seat), member.serial);
            let claim = Claim {
                home: Home { slot, serial },
                ticket: roster.draw_ticket(),
                trial: false,
                affine: false,
                counted: false,
                newcomer_to: None,
            };
            Some((claim, seat))
        })?;
        Some(Lease::new(Arc::clone(self), seat, None, claim))
    }

    /// A check's verdict, without a lease. A success clears what waits for the user, too; a failure
    /// of an unhealthy member counts as its trial if one was due.
    pub fn report(&self, id: Uuid, model: Option<&str>, verdict: Verdict) {
        let model = model.map(Arc::from);
        self.with(|roster| {
            if let Some((slot, _)) = roster.find(id) {
                roster.judge(slot, None, model.as_ref(), verdict);
            }
        });
    }

    /// Makes a member ready at once and forgets its failures and resting models: its account was
    /// edited, or the user asks for it. It stays disabled if it is. Leases that were given before
    /// do not count any more: they knew the account as it was.
    pub fn clear(&self, id: Uuid) {
        self.with(|roster| {
            if let Some((slot, _)) = roster.find(id) {
                roster.change(slot, |member, next, _| {
                    member.breaker.clear(next);
                    true
                });
            }
        });
    }

    /// Switches a member off or on. While it is off its gate moves on unseen.
    pub fn set_disabled(&self, id: Uuid, disabled: bool) {
        self.with(|roster| {
            if let Some((slot, _)) = roster.find(id) {
                roster.change(slot, |member, _, _| {
                    std::mem::replace(&mut member.disabled, disabled) != disabled
                });
            }
        });
    }

    /// All members as they are now, in their configured order.
    pub fn snapshot(&self) -> Vec<Seen> {
        self.with(|roster| {
            let now = Instant::now();
            roster.wake(now);
            roster
                .members()
                .map(|member| Seen {
                    id: member.seat.id,
                    gate: if member.disabled {
                        Gate::Disabled
                    } else {
                        member.breaker.gate()
                    },
                    in_flight: member.in_flight,
                    failures_in_a_row: member.breaker.failures(),
                    resting_models: member.breaker.models.seen(now),
                })
                .collect()
        })
    }

    /// How long until the first resting member may be tried (for this model); none if none rests.
    pub fn next_ready(&self, model: Option<&str>) -> Option<Duration> {
        self.with(|roster| exhausted::next_ready(roster, model, Instant::now()))
    }

    /// When time alone next moves a member. A [`snapshot`](Self::snapshot) after that shows it and,
    /// if a gate has changed, counts as a new [`version`](Self::version).
    pub fn next_change(&self) -> Option<Instant> {
        self.with(|roster| roster.order.first_until().map(|(at, _)| at))
    }

    /// Counts the changes of gates, resting models and members; requests alone do not count.
    pub fn version(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    pub(crate) fn select(
        &self,
        want: &Want<'_, T>,
        tried: &mut Tried,
    ) -> Option<(Claim, Arc<Seat<T>>)> {
        self.with(|roster| roster.select(want, tried))
    }

    pub(crate) fn exhausted(&self, want: &Want<'_, T>, tried: &Tried) -> Exhausted {
        self.with(|roster| {
            let now = Instant::now();
            roster.wake(now);
            exhausted::judge(roster, want, tried, now)
        })
    }

    pub(crate) fn settle(&self, claim: &Claim, model: Option<&Arc<str>>, verdict: Verdict) {
        self.with(|roster| {
            if roster.at_home(claim.home).is_none() {
                return;
            }
            if let (Verdict::Success, Some(conversation)) = (&verdict, claim.newcomer_to) {
                roster.settle_newcomer(conversation, claim.home);
            }
            roster.judge(claim.home.slot, Some(claim.ticket), model, verdict);
        });
    }

    pub(crate) fn release(&self, claim: &Claim) {
        if claim.counted {
            self.with(|roster| roster.release(claim));
        }
    }

    /// Works under the lock, and afterwards tells those who watch if a gate has changed.
    fn with<R>(&self, work: impl FnOnce(&mut Roster<T>) -> R) -> R {
        let (result, changed) = {
            // Nothing is half done where foreign code may panic, so a poisoned lock is as good.
            let mut roster = self.roster.lock().unwrap_or_else(PoisonError::into_inner);
            let result = work(&mut roster);
            (result, roster.take_changed())
        };
        if changed {
            self.version.send_modify(|version| *version += 1);
        }
        result
    }
}

fn first_of_each_id<T>(mut members: Vec<Member<T>>) -> Vec<Member<T>> {
    let mut met = HashSet::with_capacity(members.len());
    members.retain(|member| met.insert(member.id));
    members
}

impl<T> fmt::Debug for Pool<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("members", &self.snapshot())
            .finish_non_exhaustive()
    }
}
