//! The models that rest on one member, while the member serves all others.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{
    Policy, RestingModel,
    witness::{Ticket, Witness},
};

/// Most models remembered for a member: clients choose the names, so there is no natural end.
const MOST: usize = 128;

/// Why a model rests.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pause {
    /// It asked for a pause, perhaps of this length.
    Cool(Option<Duration>),
    /// The member does not have it.
    Absent,
}

#[derive(Debug, Default)]
pub(crate) struct ModelRests(Vec<ModelRest>);

/// Kept after its end until the model is served again: if it recurs, the next one is longer.
#[derive(Debug)]
pub(crate) struct ModelRest {
    model: Arc<str>,
    pub(crate) until: Instant,
    reason: Arc<str>,
    pub(crate) absent: bool,
    pauses: u32,
    /// The first lease that can have seen this rest.
    since: Ticket,
}

impl ModelRests {
    /// The rest of this model that is under way.
    pub(crate) fn of(&self, model: &str, now: Instant) -> Option<&ModelRest> {
        self.0
            .iter()
            .find(|rest| rest.until > now && *rest.model == *model)
    }

    /// The model was served. Says whether it had been resting.
    pub(crate) fn served(&mut self, model: &str, by: &Witness<'_>) -> bool {
        let mut was_resting = false;
        self.0.retain(|rest| {
            let over = *rest.model == *model && !by.began_before(rest.since);
            was_resting |= over && rest.until > by.now;
            !over
        });
        was_resting
    }

    /// The model rests. Says whether that is news.
    pub(crate) fn rest(
        &mut self,
        model: &Arc<str>,
        pause: Pause,
        reason: Arc<str>,
        by: &Witness<'_>,
        policy: &Policy,
    ) -> bool {
        let before = self.0.iter().position(|rest| rest.model == *model);
        let pauses = before.map_or(0, |at| self.0[at].pauses);
        let resting = before.map(|at| self.0[at].until).filter(|&u| u > by.now);
        let (wait, absent) = match pause {
            Pause::Cool(None) if resting.is_some() => return false,
            Pause::Cool(wait) => (policy.rest(wait, pauses), false),
            Pause::Absent => (policy.longest_rest(), true),
        };
        let until = by.now + wait;
        if resting.is_some_and(|present| until <= present) {
            return false;
        }
        if let Some(at) = before {
            self.0.swap_remove(at);
        }
        self.make_room();
        self.0.push(ModelRest {
            model: Arc::clone(model),
            until,
            reason,
            absent,
            pauses: pauses.saturating_add(u32::from(matches!(pause, Pause::Cool(None)))),
            since: by.next,
        });
        true
    }

    /// The rests that are under way, as they are shown.
    pub(crate) fn seen(&self, now: Instant) -> Vec<RestingModel> {
        let mut seen: Vec<_> = self
            .0
            .iter()
            .filter(|rest| rest.until > now)
            .map(|rest| RestingModel {
                model: Arc::clone(&rest.model),
                until: rest.until,
                reason: Arc::clone(&rest.reason),
                absent: rest.absent,
            })
            .collect();
        seen.sort_by(|a, b| (a.until, &a.model).cmp(&(b.until, &b.model)));
        seen
    }

    fn make_room(&mut self) {
        if self.0.len() >= MOST
            && let Some((first_over, _)) = self.0.iter().enumerate().min_by_key(|(_, r)| r.until)
        {
            self.0.swap_remove(first_over);
        }
    }
}
