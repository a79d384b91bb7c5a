//! What a fake remembers: its keys, its scripts, what came in, what it must not see.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::received::Received;
use super::script::Script;
use super::vendor::Known;

/// Headers that end at each hop, or that tell of what lies behind it.
const HOP_HEADERS: [&str; 16] = [
    "proxy-authorization",
    "proxy-connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "cookie",
    "origin",
    "referer",
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-real-ip",
    "model-provider",
    "x-request-id",
];

/// A script that holds from now on, and what comes before it.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) first: VecDeque<Script>,
    pub(super) then: Script,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) keys: BTreeSet<String>,
    pub(super) scripts: BTreeMap<String, Standing>,
    pub(super) known: Known,
    pub(super) received: Vec<Received>,
    pub(super) secrets: Vec<String>,
    pub(super) leaks: Vec<String>,
    pub(super) open: usize,
    pub(super) most_open: usize,
    pub(super) gone: Vec<Instant>,
    pub(super) connections: usize,
}

#[derive(Debug)]
pub(super) struct Ledger(Mutex<Inner>);

impl Ledger {
    pub(super) fn new(models: &[&str]) -> Self {
        let known = Known {
            models: models.iter().map(|&model| model.to_owned()).collect(),
            extra_fields: BTreeSet::new(),
            lacking: BTreeSet::new(),
        };
        Self(Mutex::new(Inner {
            keys: BTreeSet::new(),
            scripts: BTreeMap::new(),
            known,
            received: Vec::new(),
            secrets: vec![crate::LOCAL_KEY.to_owned()],
            leaks: Vec::new(),
            open: 0,
            most_open: 0,
            gone: Vec::new(),
            connections: 0,
        }))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a request down and looks for what should not be in it.
    pub(super) fn record(&self, request: &Received) {
        let mut inner = self.lock();
        let found = leaks(request, &inner.secrets);
        inner.leaks.extend(found);
        inner.received.push(request.clone());
    }

    /// The script that a key meets now.
    pub(super) fn script(&self, key: &str) -> Script {
        let mut inner = self.lock();
        let name = if inner.scripts.contains_key(key) {
            key
        } else {
            super::ANY
        };
        match inner.scripts.get_mut(name) {
            Some(standing) => standing
                .first
                .pop_front()
                .unwrap_or_else(|| standing.then.clone()),
            None => Script::text("Hello from the pond."),
        }
    }

    /// Counts an answer as under way for as long as the guard lives.
    pub(super) fn begin(&self) -> Open<'_> {
        let mut inner = self.lock();
        inner.open += 1;
        inner.most_open = inner.most_open.max(inner.open);
        Open(self)
    }
}

/// An answer under way.
pub(super) struct Open<'a>(&'a Ledger);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.lock().open -= 1;
    }
}

fn leaks(request: &Received, secrets: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let line = format!("{} {}?{}", request.method, request.path, request.query);
    for secret in secrets {
        if contains(line.as_bytes(), secret) {
            found.push(format!("{line}: the address holds {secret}"));
        }
        if contains(&request.body, secret) {
            found.push(format!("{line}: the body holds {secret}"));
        }
        for (name, value) in &request.headers {
            if contains(value.as_bytes(), secret) {
                found.push(format!("{line}: the header {name} holds {secret}"));
            }
        }
    }
    for name in request.headers.keys() {
        let name = name.as_str();
        if HOP_HEADERS.contains(&name) || name.starts_with("x-millpond") {
            found.push(format!("{line}: the header {name} was passed on"));
        }
    }
    found
}

fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}
