//! What a test tells a fake, and asks it.

use std::net::SocketAddr;
use std::time::Instant;

use super::ledger::Standing;
use super::received::Received;
use super::script::Script;
use super::server::{ANY, Fake};
use super::vendor::Vendor;

impl<V: Vendor> Fake<V> {
    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Knows these keys. A fake that was told of none knows every key.
    pub fn accept<'a>(&self, keys: impl IntoIterator<Item = &'a str>) {
        self.house
            .ledger
            .lock()
            .keys
            .extend(keys.into_iter().map(str::to_owned));
    }

    /// Knows this key no more.
    pub fn revoke(&self, key: &str) {
        self.house.ledger.lock().keys.remove(key);
    }

    /// Must never be shown this text.
    pub fn forbid(&self, secret: &str) {
        self.house.ledger.lock().secrets.push(secret.to_owned());
    }

    /// Has this model too.
    pub fn add_model(&self, name: &str) {
        self.house
            .ledger
            .lock()
            .known
            .models
            .insert(name.to_owned());
    }

    /// Has this model no more.
    pub fn remove_model(&self, name: &str) {
        self.house.ledger.lock().known.models.remove(name);
    }

    /// Knows this top-level field too.
    pub fn add_field(&self, name: &str) {
        self.house
            .ledger
            .lock()
            .known
            .extra_fields
            .insert(name.to_owned());
    }

    /// Has no call of this path, as many relays (`OpenAI`'s format only).
    pub fn lack(&self, path: &str) {
        self.house
            .ledger
            .lock()
            .known
            .lacking
            .insert(path.to_owned());
    }

    /// What a key meets from now on.
    pub fn on(&self, key: &str, script: Script) {
        self.in_turn(key, [], script);
    }

    /// What a key meets: these once each, then the last from then on.
    pub fn in_turn(&self, key: &str, first: impl IntoIterator<Item = Script>, then: Script) {
        let standing = Standing {
            first: first.into_iter().collect(),
            then,
        };
        self.house
            .ledger
            .lock()
            .scripts
            .insert(key.to_owned(), standing);
    }

    /// All requests so far.
    pub fn received(&self) -> Vec<Received> {
        self.house.ledger.lock().received.clone()
    }

    /// The requests so far that ask a model, whose answer costs.
    pub fn billed(&self) -> Vec<Received> {
        let is_billed = |path: &str| {
            [
                "/chat/completions",
                "/messages",
                "/responses",
                "enerateContent",
            ]
            .iter()
            .any(|end| path.ends_with(end))
        };
        self.received()
            .into_iter()
            .filter(|request| is_billed(&request.path))
            .collect()
    }

    /// The last request that asks a model.
    ///
    /// # Panics
    /// When there was none.
    pub fn last(&self) -> Received {
        self.billed()
            .pop()
            .expect("no request that asks a model has arrived")
    }

    /// How many requests that ask a model a key has brought; [`ANY`] for all keys.
    pub fn count(&self, key: &str) -> usize {
        self.billed()
            .iter()
            .filter(|request| key == ANY || request.key == key)
            .count()
    }

    /// How many answers are under way.
    pub fn open(&self) -> usize {
        self.house.ledger.lock().open
    }

    /// How many answers were under way at once, at most.
    pub fn most_open(&self) -> usize {
        self.house.ledger.lock().most_open
    }

    /// When clients left before the end of their answer.
    pub fn gone(&self) -> Vec<Instant> {
        self.house.ledger.lock().gone.clone()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.house.ledger.lock().connections
    }

    /// What was seen that must not be.
    pub fn leaks(&self) -> Vec<String> {
        self.house.ledger.lock().leaks.clone()
    }

    /// Takes the leaks out, so that the drop does not fail for them.
    pub fn take_leaks(&self) -> Vec<String> {
        std::mem::take(&mut self.house.ledger.lock().leaks)
    }
}
