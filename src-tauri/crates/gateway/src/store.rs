//! Answers that are kept for clients of OpenAI Responses, which go on from one by its id (`previous_response_id`, items by
//! reference) where the upstream keeps none.
//!
//! In memory only, the longest unused going first, bounded by count and by bytes. Turns are shared between the answers that go
//! on from one another, so a long conversation is held once.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use dialect::{Fault, history};
use lru::LruCache;

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Answers.
    pub answers: NonZeroUsize,
    /// Bytes of all their conversations together.
    pub bytes: usize,
}

/// The answers that are kept.
#[derive(Debug)]
pub struct Store {
    kept: Mutex<LruCache<String, Conversation>>,
    /// Bytes of all turns that are alive, those in the hands of requests included.
    held: Arc<AtomicUsize>,
    most_bytes: usize,
}

/// A conversation up to some answer: the items of each turn, separated by commas.
#[derive(Debug, Clone, Default)]
pub struct Conversation {
    turns: Vec<Arc<Turn>>,
}

/// A request, with what it goes on from in its place.
#[derive(Debug, Clone)]
pub struct Resumed {
    /// The body: the client's own where nothing had to be put in.
    pub body: Bytes,
    /// What it asks for that is not kept here. An upstream of its own dialect may have it.
    pub missing: Option<String>,
    /// What its answer is kept with, if it is to be kept.
    pub pending: Option<Pending>,
}

/// A turn whose answer is still to come.
#[derive(Debug, Clone)]
pub struct Pending {
    before: Conversation,
    /// The client's body, without what came before.
    own: Bytes,
}

/// The items of one request, or of one answer.
#[derive(Debug)]
struct Turn {
    items: Vec<u8>,
    held: Arc<AtomicUsize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answers: NonZeroUsize::MIN.saturating_add(999),
            bytes: 64 << 20,
        }
    }
}

impl Turn {
    fn new(items: Vec<u8>, held: &Arc<AtomicUsize>) -> Arc<Self> {
        held.fetch_add(items.len(), Ordering::Relaxed);
        Arc::new(Self {
            items,
            held: Arc::clone(held),
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.held.fetch_sub(self.items.len(), Ordering::Relaxed);
    }
}

impl Store {
    /// A store that is empty.
    pub fn new(limits: Limits) -> Self {
        Self {
            kept: Mutex::new(LruCache::new(limits.answers)),
            held: Arc::default(),
            most_bytes: limits.bytes,
        }
    }

    /// A request with what it goes on from in its place, as far as that is kept here.
    pub fn resume(&self, body: &Bytes) -> Resumed {
        let asked = history::asked(body);
        let mut missing = None;
        let mut own = body.clone();
        if !asked.items.is_empty() {
            let find = |id: &str| self.item(id);
            if let Some(whole) = history::with_items(body, &find) {
                own = whole.into();
            }
            missing = history::asked(&own).items.into_iter().next();
        }
        let before = match &asked.previous {
            None => Conversation::default(),
            Some(id) => self.get(id).unwrap_or_else(|| {
                missing = Some(id.clone());
                Conversation::default()
            }),
        };
        let whole = (!before.turns.is_empty())
            .then(|| history::with_conversation(&own, &before.items()))
            .flatten();
        Resumed {
            body: whole.map_or_else(|| own.clone(), Bytes::from),
            missing,
            pending: asked.keeps.then_some(Pending { before, own }),
        }
    }

    /// Keeps the answer of an exchange with this token: its items, separated by commas. One that is over the limit by itself
    /// is not kept.
    pub fn keep(&self, token: &str, pending: Pending, output: &[u8]) {
        let input = history::input_items(&pending.own).unwrap_or_default();
        let mut conversation = pending.before;
        for items in [input, output.to_vec()] {
            if !items.is_empty() {
                conversation.turns.push(Turn::new(items, &self.held));
            }
        }
        if conversation.len() > self.most_bytes {
            return;
        }
        let mut kept = self.kept();
        kept.put(history::response_id(token), conversation);
        while self.held() > self.most_bytes && kept.len() > 1 {
            kept.pop_lru();
        }
    }

    /// What a client is told whose conversation is not kept any more.
    pub fn not_kept(missing: &str, request_id: String) -> Fault {
        history::not_kept(missing, request_id)
    }

    /// Bytes of all turns that are alive.
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// The conversation up to an answer.
    fn get(&self, response: &str) -> Option<Conversation> {
        self.kept().get(response).cloned()
    }

    /// An item of an answer that is kept.
    fn item(&self, id: &str) -> Option<String> {
        let conversation = self.get(&history::response_of(id)?)?;
        let mut turns = conversation.turns.iter().rev();
        turns.find_map(|turn| history::find(&turn.items, id))
    }

    fn kept(&self) -> MutexGuard<'_, LruCache<String, Conversation>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Conversation {
    fn items(&self) -> Vec<&[u8]> {
        self.turns
            .iter()
            .map(|turn| turn.items.as_slice())
            .collect()
    }

    fn len(&self) -> usize {
        self.turns.iter().map(|turn| turn.items.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn store(answers: usize, bytes: usize) -> Store {
        Store::new(Limits {
            answers: NonZeroUsize::new(answers).unwrap(),
            bytes,
        })
    }

    fn body(value: &Value) -> Bytes {
        Bytes::from(value.to_string())
    }

    fn answer(token: &str) -> String {
        json!({"type": "message", "id": format!("msg_{token}_0"), "content": []}).to_string()
    }

    /// Asks, and keeps the answer.
    fn turn(store: &Store, previous: Option<&str>, text: &str, token: &str) -> Value {
        let asked = json!({"previous_response_id": previous, "input": text});
        let resumed = store.resume(&body(&asked));
        assert_eq!(resumed.missing, None);
        store.keep(token, resumed.pending.unwrap(), answer(token).as_bytes());
        serde_json::from_slice(&resumed.body).unwrap()
    }

    #[test]
    fn a_conversation_goes_on_and_may_branch() {
        let store = store(10, 1 << 20);
        turn(&store, None, "one", "a");
        turn(&store, Some("resp_a"), "two", "b");
        for token in ["c", "d"] {
            let body = turn(&store, Some("resp_b"), "three", token);
            let ids: Vec<_> = body["input"].as_array().unwrap().iter().collect();
            assert_eq!(ids.len(), 5);
            assert_eq!(ids[1]["id"], "msg_a_0");
            assert_eq!(ids[3]["id"], "msg_b_0");
            assert_eq!(ids[4]["content"], "three");
        }
    }

    #[test]
    fn items_by_reference_are_put_in_and_kept_whole() {
        let store = store(10, 1 << 20);
        turn(&store, None, "one", "a");
        let asked = json!({"input": [{"type": "item_reference", "id": "msg_a_0"}]});
        let resumed = store.resume(&body(&asked));
        assert_eq!(resumed.missing, None);
        store.keep("b", resumed.pending.unwrap(), answer("b").as_bytes());
        let body = turn(&store, Some("resp_b"), "x", "c");
        assert_eq!(body["input"][0]["type"], "message");
        let gone = json!({"input": [{"type": "item_reference", "id": "msg_z_0"}]});
        let resumed = store.resume(&Bytes::from(gone.to_string()));
        assert_eq!(resumed.missing.as_deref(), Some("msg_z_0"));
    }

    #[test]
    fn what_is_not_to_be_stored_is_not_kept_and_costs_no_copy() {
        let store = store(10, 1 << 20);
        let asked = body(&json!({"store": false, "input": "x"}));
        let resumed = store.resume(&asked);
        assert!(resumed.pending.is_none());
        assert_eq!(resumed.body.as_ptr(), asked.as_ptr());
    }

    #[test]
    fn d4_the_store_is_bounded_by_count_and_says_what_is_gone() {
        let store = store(2, 1 << 20);
        for token in ["a", "b", "c"] {
            turn(&store, None, "x", token);
        }
        let asked = body(&json!({"previous_response_id": "resp_a", "input": "y"}));
        let resumed = store.resume(&asked);
        assert_eq!(resumed.missing.as_deref(), Some("resp_a"));
        assert_eq!(resumed.body, asked);
        let fault = Store::not_kept("resp_a", "r".to_owned());
        assert_eq!(fault.code.as_deref(), Some("previous_response_not_found"));
    }

    #[test]
    fn d4_the_store_is_bounded_by_bytes_and_shared_turns_count_once() {
        let store = store(100, 10_000);
        let text = "x".repeat(1_000);
        turn(&store, None, &text, "t0");
        let one = store.held();
        for number in 1..5 {
            let previous = format!("resp_t{}", number - 1);
            turn(&store, Some(&previous), &text, &format!("t{number}"));
        }
        assert!(store.held() <= 5 * one + 10, "{} of {one}", store.held());
        for number in 0..50 {
            turn(&store, None, &text, &format!("u{number}"));
            assert!(store.held() <= 10_000);
        }
        let huge = "x".repeat(20_000);
        turn(&store, None, &huge, "huge");
        assert!(store.get("resp_huge").is_none());
        drop(store.kept().pop_lru());
        store.kept().clear();
        assert_eq!(store.held(), 0);
    }
}
