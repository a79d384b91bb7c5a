//! The requests in flight: who is asked for what, and how far each has come.
//!
//! Requests come and go all the time and are looked at rarely: each costs a place in one of some lists, which it finds
//! again by its number.

use std::array;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dialect::Dialect;
use jiff::Timestamp;
use provider::ProviderType;
use provider::upstream::Course;
use uuid::Uuid;

use crate::record::RequestId;
use crate::stats::told::InstanceName;
use crate::status::{InFlight, Phase};

/// Lists, so that requests that come at once mostly meet in none of them.
const SHARDS: usize = 16;

/// All requests in flight.
#[derive(Debug)]
pub struct Flights {
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    places: Vec<Option<Arc<Flight>>>,
    free: Vec<usize>,
}

/// One of them.
#[derive(Debug)]
struct Flight {
    id: RequestId,
    at: Timestamp,
    dialect: Dialect,
    course: Course,
    now: Mutex<Now>,
}

/// What is known of one so far.
#[derive(Debug)]
struct Now {
    model: Arc<str>,
    stream: bool,
    asked: Option<(Uuid, Arc<str>, ProviderType)>,
    content: bool,
}

/// A request's hold on its place; it is over when this falls.
#[derive(Debug)]
pub(crate) struct Going {
    flight: Arc<Flight>,
    place: Option<(Arc<Flights>, usize)>,
}

impl Default for Flights {
    fn default() -> Self {
        Self {
            shards: array::from_fn(|_| Mutex::default()),
        }
    }
}

impl Flights {
    /// Those that came last, the newest first, at most so many.
    pub fn latest(&self, most: usize) -> Vec<InFlight> {
        let mut all: Vec<Arc<Flight>> = Vec::new();
        for shard in &self.shards {
            all.extend(locked(shard).places.iter().flatten().cloned());
        }
        // Ids begin with the time.
        all.sort_unstable_by_key(|flight| std::cmp::Reverse(flight.id));
        all.iter().take(most).map(|flight| flight.told()).collect()
    }

    fn shard(&self, id: RequestId) -> MutexGuard<'_, Shard> {
        let [.., last] = id.0.into_bytes();
        locked(&self.shards[usize::from(last) % SHARDS])
    }
}

impl Going {
    /// A request has come; it is shown where there are flights.
    pub(crate) fn new(
        id: RequestId,
        at: Timestamp,
        dialect: Dialect,
        flights: Option<&Arc<Flights>>,
    ) -> Self {
        let flight = Arc::new(Flight {
            id,
            at,
            dialect,
            course: Course::default(),
            now: Mutex::new(Now {
                model: Arc::from(""),
                stream: false,
                asked: None,
                content: false,
            }),
        });
        let place = flights.map(|flights| {
            let mut shard = flights.shard(id);
            let at = shard.free.pop().unwrap_or_else(|| {
                shard.places.push(None);
                shard.places.len() - 1
            });
            if let Some(place) = shard.places.get_mut(at) {
                *place = Some(Arc::clone(&flight));
            }
            (Arc::clone(flights), at)
        });
        Self { flight, place }
    }

    /// The course of its calls.
    pub(crate) fn course(&self) -> &Course {
        &self.flight.course
    }

    pub(crate) fn asks(&self, model: &Arc<str>, stream: bool) {
        let mut now = locked(&self.flight.now);
        now.model = Arc::clone(model);
        now.stream = stream;
    }

    /// This instance is asked.
    pub(crate) fn asked(&self, uuid: Uuid, name: &Arc<str>, kind: ProviderType) {
        locked(&self.flight.now).asked = Some((uuid, Arc::clone(name), kind));
    }

    /// Its first content is there.
    pub(crate) fn content(&self) {
        locked(&self.flight.now).content = true;
    }

    /// It is over.
    pub(crate) fn land(&mut self) {
        if let Some((flights, at)) = self.place.take() {
            let mut shard = flights.shard(self.flight.id);
            if let Some(place) = shard.places.get_mut(at) {
                *place = None;
            }
            shard.free.push(at);
        }
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        self.land();
    }
}

impl Flight {
    fn told(&self) -> InFlight {
        let now = locked(&self.now);
        InFlight {
            id: self.id,
            at: self.at,
            dialect: self.dialect,
            model: now.model.to_string(),
            stream: now.stream,
            instance: now.asked.as_ref().map(|(uuid, name, kind)| InstanceName {
                uuid: *uuid,
                name: name.to_string(),
                provider: *kind,
            }),
            phase: match (now.content, self.course.is_connected()) {
                (true, _) => Phase::Streaming,
                (false, true) => Phase::Waiting,
                (false, false) => Phase::Connecting,
            },
            calls: self.course.sent(),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn going(flights: &Arc<Flights>, second: i64) -> Going {
        let at = Timestamp::from_second(second).unwrap();
        Going::new(RequestId::at(at), at, Dialect::Anthropic, Some(flights))
    }

    #[test]
    fn v2_what_is_in_flight_is_shown_the_newest_first_until_it_is_over() {
        let flights = Arc::new(Flights::default());
        let mut all: Vec<Going> = (1..=40).map(|second| going(&flights, second)).collect();
        let seen = flights.latest(3);
        let seconds: Vec<i64> = seen.iter().map(|one| one.at.as_second()).collect();
        assert_eq!(seconds, [40, 39, 38]);
        all.pop().unwrap().land();
        drop(all.pop());
        assert_eq!(flights.latest(99).len(), 38);
        // Places are used again.
        for second in 100..1_000 {
            drop(going(&flights, second));
        }
        let places: usize = flights.shards.iter().map(|s| locked(s).places.len()).sum();
        assert!(places <= 40 + SHARDS, "{places}");
    }

    #[test]
    fn v2_a_request_says_whom_it_asks_and_how_far_it_has_come() {
        let flights = Arc::new(Flights::default());
        let one = going(&flights, 1);
        one.asks(&Arc::from("m"), true);
        let told = || flights.latest(1).remove(0);
        assert_eq!((told().phase, told().instance), (Phase::Connecting, None));
        one.asked(Uuid::nil(), &Arc::from("work"), ProviderType::ClaudeCustom);
        assert_eq!(told().instance.unwrap().name, "work");
        one.content();
        assert_eq!(
            (told().phase, told().model.as_str()),
            (Phase::Streaming, "m")
        );
    }
}
