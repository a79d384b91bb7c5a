//! Sign-ins of a running Millpond: those under way, and those that have ended lately.
//!
//! - [`means`]: what they need, from the settings; [`keeping`]: from a sign-in to an instance.

pub mod keeping;
pub mod means;

use std::sync::{Mutex, MutexGuard, PoisonError};

use account::sign_in::{BadPaste, Flow, SignIn};
use tokio::sync::watch;
use uuid::Uuid;

/// So many are remembered.
const MOST: usize = 8;

/// See the module.
#[derive(Debug)]
pub struct SignIns {
    all: Mutex<Vec<Flow>>,
    version: watch::Sender<u64>,
}

impl Default for SignIns {
    fn default() -> Self {
        Self {
            all: Mutex::default(),
            version: watch::Sender::new(0),
        }
    }
}

impl SignIns {
    /// Takes one in that has begun.
    pub fn add(&self, flow: Flow) -> SignIn {
        let now = flow.now();
        let mut shown = flow.watch();
        let version = self.version.clone();
        tokio::spawn(async move {
            while shown.changed().await.is_ok() {
                version.send_modify(|count| *count += 1);
            }
        });
        let mut all = self.all();
        all.push(flow);
        if all.len() > MOST {
            let over = all.iter().position(|flow| flow.now().step.is_over());
            all.remove(over.unwrap_or(0)).cancel();
        }
        drop(all);
        self.version.send_modify(|count| *count += 1);
        now
    }

    /// All of them, the latest first.
    pub fn shown(&self) -> Vec<SignIn> {
        self.all().iter().rev().map(Flow::now).collect()
    }

    /// Counts their changes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// How one stands.
    pub fn get(&self, id: Uuid) -> Option<SignIn> {
        self.all().iter().map(Flow::now).find(|one| one.id == id)
    }

    /// Hands one the address that the browser ended on. `None` where there is no such sign-in.
    pub fn paste(&self, id: Uuid, address: &str) -> Option<Result<SignIn, BadPaste>> {
        let all = self.all();
        let flow = all.iter().find(|flow| flow.now().id == id)?;
        Some(flow.paste(address).map(|()| flow.now()))
    }

    /// Stops one, or forgets one that is over. Says whether there was one.
    pub fn cancel(&self, id: Uuid) -> bool {
        let mut all = self.all();
        let Some(at) = all.iter().position(|flow| flow.now().id == id) else {
            return false;
        };
        if all[at].now().step.is_over() {
            all.remove(at);
        } else {
            all[at].cancel();
        }
        drop(all);
        self.version.send_modify(|count| *count += 1);
        true
    }

    fn all(&self) -> MutexGuard<'_, Vec<Flow>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
