//! Counters since the start, and their text for Prometheus (exposition format 0.0.4).
//!
//! The counters that each request touches are plain atomics, a few relaxed additions; what a metrics crate would
//! add is a lock and the hash of a label set for each. The text is written when it is asked for, and pools are read then.

mod text;
mod times;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use pool::Seen;
use provider::refusal::Cause;
use uuid::Uuid;

use crate::record::{Attempt, Outcome, Record};
use crate::state::State;
use crate::stats::told::Health;
use crate::table::Table;
use chat::Dialect;
use text::Text;
use times::Times;

/// The content type of the text.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The counters.
#[derive(Debug, Default)]
pub struct Metrics {
    /// By dialect, then by outcome.
    requests: [[AtomicU64; Outcome::ALL.len()]; Dialect::ALL.len()],
    instances: RwLock<HashMap<Uuid, Arc<Attempts>>>,
    tokens: [AtomicU64; 5],
    estimated: AtomicU64,
    first_content: Times,
    total: Times,
    losses: AtomicU64,
}

/// Attempts through one instance.
#[derive(Debug, Default)]
struct Attempts {
    served: AtomicU64,
    refused: Mutex<HashMap<Cause, u64>>,
}

const KINDS_OF_TOKENS: [&str; 5] = ["input", "output", "cache_read", "cache_write", "reasoning"];

impl Metrics {
    /// Counts a request that is over.
    pub fn record(&self, record: &Record) {
        let dialect = Dialect::ALL.iter().position(|d| *d == record.dialect);
        let outcome = Outcome::ALL.iter().position(|o| *o == record.outcome);
        if let (Some(dialect), Some(outcome)) = (dialect, outcome) {
            add(&self.requests[dialect][outcome], 1);
        }
        for attempt in &record.attempts {
            self.attempted(attempt);
        }
        if let Some(usage) = &record.usage {
            let counts = [
                usage.input,
                usage.output,
                usage.cache_read,
                usage.cache_write,
                usage.reasoning,
            ];
            for (sum, count) in self.tokens.iter().zip(counts) {
                add(sum, count);
            }
            add(&self.estimated, u64::from(usage.estimated));
        }
        if let Some(first) = record.first_content {
            self.first_content.add(first);
        }
        self.total.add(record.total);
        if !record.losses.is_empty() {
            add(&self.losses, record.losses.len() as u64);
        }
    }

    fn attempted(&self, attempt: &Attempt) {
        let known = self
            .instances
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&attempt.instance)
            .cloned();
        let attempts = known.unwrap_or_else(|| {
            let mut all = self
                .instances
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(attempt.instance).or_default())
        });
        match &attempt.refused {
            None => add(&attempts.served, 1),
            Some((cause, _)) => {
                let mut refused = attempts
                    .refused
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                *refused.entry(*cause).or_default() += 1;
            }
        }
    }

    /// The text, with the pools as they are now. Counters of instances that are gone are forgotten.
    pub fn text(&self, table: &Table, stats: &Health) -> String {
        let mut text = Text::default();
        self.write_requests(&mut text);
        self.write_attempts(&mut text, table);
        write_instances(&mut text, table);
        text.family("millpond_tokens_total", "counter", "Tokens, by kind.");
        for (kind, count) in KINDS_OF_TOKENS.iter().zip(&self.tokens) {
            text.sample("millpond_tokens_total", &[("kind", kind)], read(count));
        }
        let counters = [
            (
                "millpond_estimated_usage_total",
                "Requests whose tokens are an estimate.",
                read(&self.estimated),
            ),
            (
                "millpond_losses_total",
                "What translations could not say.",
                read(&self.losses),
            ),
            (
                "millpond_stats_dropped_total",
                "Requests that were not written to the statistics.",
                stats.dropped,
            ),
        ];
        for (name, help, count) in counters {
            text.family(name, "counter", help);
            text.sample(name, &[], count);
        }
        let gauges = [
            (
                "millpond_stats_waiting",
                "Requests that wait to be written to the statistics.",
                stats.waiting,
            ),
            (
                "millpond_stats_healthy",
                "Whether statistics are being written.",
                u64::from(stats.fault.is_none()),
            ),
        ];
        for (name, help, count) in gauges {
            text.family(name, "gauge", help);
            text.sample(name, &[], count);
        }
        self.first_content.write(
            &mut text,
            "millpond_first_content_seconds",
            "From a request's coming to its first content.",
        );
        self.total.write(
            &mut text,
            "millpond_request_seconds",
            "From a request's coming to its end.",
        );
        text.done()
    }

    fn write_requests(&self, text: &mut Text) {
        let name = "millpond_requests_total";
        text.family(
            name,
            "counter",
            "Requests, by the client's dialect and how they ended.",
        );
        for (dialect, outcomes) in Dialect::ALL.iter().zip(&self.requests) {
            for (outcome, count) in Outcome::ALL.iter().zip(outcomes) {
                let count = read(count);
                if count > 0 || *dialect != Dialect::Kiro {
                    let labels = [("dialect", dialect.as_str()), ("outcome", outcome.as_str())];
                    text.sample(name, &labels, count);
                }
            }
        }
    }

    fn write_attempts(&self, text: &mut Text, table: &Table) {
        let name = "millpond_attempts_total";
        text.family(
            name,
            "counter",
            "Attempts, by instance and result: served, or the cause of the refusal.",
        );
        let mut all = self
            .instances
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        all.retain(|uuid, _| table.seats().any(|seat| seat.uuid == *uuid));
        for seat in table.seats() {
            let uuid = seat.uuid.to_string();
            let Some(attempts) = all.get(&seat.uuid) else {
                continue;
            };
            let own = |result: &'static str| {
                [
                    ("pool", seat.kind.as_str()),
                    ("instance", seat.name.as_str()),
                    ("uuid", uuid.as_str()),
                    ("result", result),
                ]
            };
            text.sample(name, &own("served"), read(&attempts.served));
            let refused = attempts
                .refused
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let mut refused: Vec<_> = refused.iter().map(|(c, n)| (c.as_str(), *n)).collect();
            refused.sort_unstable();
            for (cause, count) in refused {
                text.sample(name, &own(cause), count);
            }
        }
    }
}

fn write_instances(text: &mut Text, table: &Table) {
    let (state, flight) = ("millpond_instance_state", "millpond_in_flight");
    let mut in_flight = Vec::new();
    text.family(state, "gauge", "1 for the state that an instance is in.");
    for bench in table.benches() {
        // The pool may be of a newer table already.
        let seen = bench.pool.snapshot();
        let seen: HashMap<Uuid, Seen> = seen.into_iter().map(|one| (one.id, one)).collect();
        for (seat, seen) in bench
            .seats
            .iter()
            .filter_map(|s| Some((s, seen.get(&s.uuid)?)))
        {
            let uuid = seat.uuid.to_string();
            let now = State::of(&seen.gate);
            for one in State::ALL {
                let labels = [
                    ("pool", bench.kind.as_str()),
                    ("instance", seat.name.as_str()),
                    ("uuid", uuid.as_str()),
                    ("state", one.as_str()),
                ];
                text.sample(state, &labels, u64::from(one == now));
            }
            in_flight.push((bench.kind, Arc::clone(seat), uuid, seen.in_flight));
        }
    }
    text.family(flight, "gauge", "Requests that an instance is serving.");
    for (kind, seat, uuid, count) in in_flight {
        let labels = [
            ("pool", kind.as_str()),
            ("instance", seat.name.as_str()),
            ("uuid", uuid.as_str()),
        ];
        text.sample(flight, &labels, count);
    }
}

fn add(sum: &AtomicU64, count: u64) {
    sum.fetch_add(count, Ordering::Relaxed);
}

fn read(sum: &AtomicU64) -> u64 {
    sum.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests;
