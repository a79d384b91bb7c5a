//! What records add up to, before it is written.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use foldhash::HashMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use provider::refusal::Side;

use super::figures::{Figures, Percentiles, Tokens};
use super::histogram::Histogram;
use super::span::Span;
use crate::record::{Attempt, Outcome, Record};

/// A model's name longer than this is cut: clients choose it.
const LONGEST_NAME: usize = 128;

/// The most tokens of one request that are counted: upstreams report them, and may report nonsense.
const MOST_TOKENS: u64 = 1 << 36;

/// Whose sums.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) span: Span,
    pub(super) start: i64,
    /// 0 for nobody, and for all.
    pub(super) instance: i64,
    pub(super) model: Arc<str>,
    pub(super) client: Arc<str>,
}

/// Counts and times.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) figures: Figures,
    pub(super) first_content: Histogram,
    pub(super) total: Histogram,
    pub(super) added: Histogram,
}

/// The sums of records that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    pub(super) sums: HashMap<Key, Sums>,
    pub(super) causes: HashMap<(Key, &'static str), u64>,
    /// The hour of the record before: most follow in the same.
    hour: Option<i64>,
}

/// Nobody, and all.
static NONE: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from(""));

impl Fresh {
    /// Adds a record, whose attempts went to these instances.
    pub(super) fn add(&mut self, record: &Record, instances: &[i64], zone: &TimeZone) {
        let ended = record.at + record.total.min(Duration::from_secs(366 * 86_400));
        let last = instances.last().copied().unwrap_or_default();
        let hour = Key {
            span: Span::Hour,
            start: self.hour_of(ended, zone),
            instance: last,
            model: cut(&record.model),
            client: record.client.as_ref().map_or_else(|| NONE.clone(), cut),
        };
        let minute = Key {
            span: Span::Minute,
            start: Span::Minute.start(ended, zone),
            instance: 0,
            model: NONE.clone(),
            client: NONE.clone(),
        };
        let absorbs = record
            .attempts
            .iter()
            .any(|attempt| attempt.refused.is_none());
        let attempts = || record.attempts.iter().zip(instances);
        for (attempt, &instance) in attempts().filter(|(_, instance)| **instance != last) {
            let own = Key {
                instance,
                ..hour.clone()
            };
            let sums = self.sums.entry(own).or_default();
            sums.add_attempt(attempt, absorbs);
        }
        self.add_causes(record, instances, &hour);
        let sums = self.sums.entry(hour).or_default();
        for (attempt, _) in attempts().filter(|(_, instance)| **instance == last) {
            sums.add_attempt(attempt, absorbs);
        }
        sums.add_request(record);
        let sums = self.sums.entry(minute).or_default();
        for attempt in &record.attempts {
            sums.add_attempt(attempt, absorbs);
        }
        sums.add_request(record);
    }

    fn add_causes(&mut self, record: &Record, instances: &[i64], hour: &Key) {
        for (attempt, &instance) in record.attempts.iter().zip(instances) {
            if let Some((cause, _)) = &attempt.refused {
                let own = Key {
                    instance,
                    ..hour.clone()
                };
                *self.causes.entry((own, cause.as_str())).or_default() += 1;
            }
        }
    }

    fn hour_of(&mut self, time: Timestamp, zone: &TimeZone) -> i64 {
        let within = |start: &i64| (*start..*start + 3_600).contains(&time.as_second());
        match self.hour.filter(within) {
            Some(start) => start,
            None => *self.hour.insert(Span::Hour.start(time, zone)),
        }
    }

    /// Adds others.
    pub(super) fn merge(&mut self, other: Self) {
        for (key, sums) in other.sums {
            self.sums.entry(key).or_default().merge(&sums);
        }
        for (key, count) in other.causes {
            *self.causes.entry(key).or_default() += count;
        }
    }

    /// How many rows they are.
    pub(super) fn len(&self) -> usize {
        self.sums.len()
    }
}

impl Sums {
    fn add_attempt(&mut self, attempt: &Attempt, absorbed: bool) {
        let figures = &mut self.figures;
        figures.attempts += 1;
        if is_failure(attempt) {
            figures.failed_attempts += 1;
            figures.absorbed += u64::from(absorbed);
        }
    }

    fn add_request(&mut self, record: &Record) {
        let figures = &mut self.figures;
        figures.requests += 1;
        *match record.outcome {
            Outcome::Served => &mut figures.served,
            Outcome::Failed | Outcome::Broken => &mut figures.errors,
            Outcome::Rejected => &mut figures.rejected,
            Outcome::Left => &mut figures.left,
        } += 1;
        let served = record
            .attempts
            .iter()
            .any(|attempt| attempt.refused.is_none());
        if served && record.attempts.iter().any(is_failure) {
            figures.elsewhere += 1;
        }
        if let Some(usage) = &record.usage {
            let tokens = &mut figures.tokens;
            let more = |sum: &mut u64, count: u64| *sum += count.min(MOST_TOKENS);
            more(&mut tokens.input, usage.input);
            more(&mut tokens.output, usage.output);
            more(&mut tokens.cache_read, usage.cache_read);
            more(&mut tokens.cache_write, usage.cache_write);
            more(&mut tokens.reasoning, usage.reasoning);
            if usage.estimated {
                more(&mut tokens.estimated_input, usage.sent());
                more(&mut tokens.estimated_output, usage.output);
            }
        }
        self.total.add(record.total);
        if let Some(first) = record.first_content {
            self.first_content.add(first);
            let upstream: Duration = record.attempts.iter().map(|attempt| attempt.took).sum();
            self.added.add(first.saturating_sub(upstream));
        }
    }

    /// Adds others.
    pub(super) fn merge(&mut self, other: &Self) {
        let sum: Vec<i64> = counts(&self.figures)
            .into_iter()
            .zip(counts(&other.figures))
            .map(|(a, b)| a.saturating_add(b))
            .collect();
        let mut sum = sum.into_iter();
        self.figures = from_counts(|| sum.next().unwrap_or_default());
        self.first_content.merge(&other.first_content);
        self.total.merge(&other.total);
        self.added.merge(&other.added);
    }

    /// The figures, with percentiles.
    pub(super) fn told(mut self) -> Figures {
        self.figures.first_content = percentiles(&self.first_content);
        self.figures.total = percentiles(&self.total);
        self.figures.added = percentiles(&self.added);
        self.figures
    }
}

/// Figures in the order of the table's columns.
pub(super) fn counts(f: &Figures) -> [i64; 16] {
    let t = &f.tokens;
    [
        f.requests,
        f.served,
        f.errors,
        f.rejected,
        f.left,
        f.elsewhere,
        f.attempts,
        f.failed_attempts,
        f.absorbed,
        t.input,
        t.output,
        t.cache_read,
        t.cache_write,
        t.reasoning,
        t.estimated_input,
        t.estimated_output,
    ]
    .map(|count| i64::try_from(count).unwrap_or(i64::MAX))
}

/// Figures from counts in the order of the table's columns.
pub(super) fn from_counts(mut next: impl FnMut() -> i64) -> Figures {
    let mut next = move || u64::try_from(next()).unwrap_or_default();
    Figures {
        requests: next(),
        served: next(),
        errors: next(),
        rejected: next(),
        left: next(),
        elsewhere: next(),
        attempts: next(),
        failed_attempts: next(),
        absorbed: next(),
        tokens: Tokens {
            input: next(),
            output: next(),
            cache_read: next(),
            cache_write: next(),
            reasoning: next(),
            estimated_input: next(),
            estimated_output: next(),
        },
        ..Figures::default()
    }
}

/// Whether an attempt failed, and not by the client's fault or the network's.
fn is_failure(attempt: &Attempt) -> bool {
    matches!(&attempt.refused, Some((cause, _)) if cause.side() == Side::Upstream)
}

fn percentiles(times: &Histogram) -> Option<Percentiles> {
    Some(Percentiles {
        p50: millis(times.quantile(0.5)?),
        p95: millis(times.quantile(0.95)?),
    })
}

/// Microseconds as milliseconds.
pub(super) fn millis(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}

fn cut(name: &Arc<str>) -> Arc<str> {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => Arc::from(&name[..end]),
        None => Arc::clone(name),
    }
}
