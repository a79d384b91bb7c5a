//! What the pool's lock guards: the members, their order, and who served whom.
//!
//! Every change of a member ends in [`Roster::refile`], which puts it where its state belongs. So the
//! order is never searched for members that cannot be asked.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    Member, Policy, Verdict,
    affinity::{Home, Homes},
    lease::Claim,
    occupant::{Occupant, Seat},
    order::{Order, Place, Slot},
    witness::{Ticket, Witness},
};

/// What was in the pool before: to be dropped when the lock is released.
pub(crate) type Remains<T> = Vec<Arc<Seat<T>>>;

pub(crate) struct Roster<T> {
    pub(crate) policy: Policy,
    slots: Vec<Option<Occupant<T>>>,
    /// Slots that nobody has.
    free: Vec<Slot>,
    /// Members as they were configured.
    sequence: Vec<Slot>,
    by_id: HashMap<Uuid, Slot>,
    pub(crate) order: Order,
    pub(crate) homes: Homes,
    next_serial: u64,
    next_ticket: Ticket,
    /// A gate has changed since [`Roster::take_changed`].
    changed: bool,
}

impl<T> Roster<T> {
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            policy,
            slots: Vec::new(),
            free: Vec::new(),
            sequence: Vec::new(),
            by_id: HashMap::new(),
            order: Order::default(),
            homes: Homes::new(),
            next_serial: 0,
            next_ticket: Ticket(1),
            changed: false,
        }
    }

    /// Makes these, each with an id of its own, the members.
    pub(crate) fn replace(&mut self, policy: Policy, members: Vec<Member<T>>) -> Remains<T> {
        let now = Instant::now();
        self.policy = policy;
        self.changed = true;
        let mut remains = Vec::new();
        let staying: HashSet<Uuid> = members.iter().map(|member| member.id).collect();
        for slot in std::mem::take(&mut self.sequence) {
            remains.extend(self.remove_unless(slot, &staying));
        }
        for member in members {
            let slot = match self.by_id.get(&member.id) {
                Some(&slot) => {
                    remains.extend(self.get_mut(slot).map(|known| known.configure(member)));
                    slot
                }
                None => self.admit(member, now),
            };
            self.sequence.push(slot);
            self.refile(slot);
        }
        remains
    }

    /// The members in their configured order.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Occupant<T>> {
        self.sequence.iter().filter_map(|&slot| self.get(slot))
    }

    pub(crate) fn find(&self, id: Uuid) -> Option<(Slot, &Occupant<T>)> {
        let slot = *self.by_id.get(&id)?;
        Some((slot, self.get(slot)?))
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&Occupant<T>> {
        self.slots.get(slot as usize)?.as_ref()
    }

    /// The member that lives in this home still, if it does.
    pub(crate) fn at_home(&self, home: Home) -> Option<&Occupant<T>> {
        self.get(home.slot)
            .filter(|member| member.serial == home.serial)
    }

    /// Changes a member and files it anew; `change` says whether its gate changed.
    pub(crate) fn change(
        &mut self,
        slot: Slot,
        change: impl FnOnce(&mut Occupant<T>, Ticket, &Policy) -> bool,
    ) {
        let next = self.next_ticket;
        if let Some(Some(member)) = self.slots.get_mut(slot as usize) {
            self.changed |= change(member, next, &self.policy);
            self.refile(slot);
        }
    }

    /// Lets time do its work: rests end, trials fall due.
    pub(crate) fn wake(&mut self, now: Instant) {
        while let Some((at, slot)) = self.order.first_until()
            && at <= now
        {
            self.change(slot, |member, next, _| member.breaker.wake(next));
            if let Some(member) = self.get_mut(slot)
                && let from @ Place::Until(since, _) = member.place
            {
                // Still resting: an unhealthy member, which now waits for somebody to try it.
                let to = Place::Due(since, slot);
                member.place = to;
                self.order.file(from, to);
            }
        }
    }

    /// Takes in what a lease or a check says.
    pub(crate) fn judge(
        &mut self,
        slot: Slot,
        lease: Option<Ticket>,
        model: Option<&Arc<str>>,
        verdict: Verdict,
    ) {
        self.change(slot, |member, next, policy| {
            let witness = Witness {
                lease,
                model,
                next,
                now: Instant::now(),
            };
            member.breaker.judge(&witness, verdict, policy)
        });
    }

    /// A lease that took a place has ended.
    pub(crate) fn release(&mut self, claim: &Claim) {
        if self.at_home(claim.home).is_some() {
            self.change(claim.home.slot, |member, _, _| {
                member.in_flight = member.in_flight.saturating_sub(1);
                member.breaker.give_trial_back(claim.ticket);
                false
            });
        }
    }

    /// A member takes a request: in this turn, or out of turn.
    pub(crate) fn occupy(&mut self, slot: Slot, turn: Option<Ticket>) {
        if let Some(Some(member)) = self.slots.get_mut(slot as usize) {
            member.in_flight += 1;
            if let Some(turn) = turn {
                member.last = turn;
                let (priority, weight) = (member.priority, member.weight);
                member.pass = self.order.take_turn(priority, weight, member.pass);
            }
            self.refile(slot);
        }
    }

    pub(crate) fn draw_ticket(&mut self) -> Ticket {
        let ticket = self.next_ticket;
        self.next_ticket = Ticket(ticket.0 + 1);
        ticket
    }

    /// Whether a gate has changed since this was asked last.
    pub(crate) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    fn get_mut(&mut self, slot: Slot) -> Option<&mut Occupant<T>> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    fn refile(&mut self, slot: Slot) {
        if let Some(Some(member)) = self.slots.get_mut(slot as usize) {
            let place = member.place(slot);
            let before = std::mem::replace(&mut member.place, place);
            self.order.file(before, place);
        }
    }

    fn remove_unless(&mut self, slot: Slot, staying: &HashSet<Uuid>) -> Option<Arc<Seat<T>>> {
        let leaving = !staying.contains(&self.get(slot)?.seat.id);
        let gone = self.slots.get_mut(slot as usize)?.take_if(|_| leaving)?;
        self.order.file(gone.place, Place::Nowhere);
        self.by_id.remove(&gone.seat.id);
        self.free.push(slot);
        Some(gone.seat)
    }

    fn admit(&mut self, member: Member<T>, now: Instant) -> Slot {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            (self.slots.len() - 1) as Slot
        });
        self.by_id.insert(member.id, slot);
        self.next_serial += 1;
        let occupant = Occupant::new(member, self.next_serial, &self.policy, now);
        self.slots[slot as usize] = Some(occupant);
        slot
    }
}
