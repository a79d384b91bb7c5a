//! What a client of OpenAI Responses goes on from by an id, and its answer on its way to be kept.

use std::sync::Arc;

use bytes::Bytes;
use dialect::history;
use provider::endpoint::Api;

use crate::faults::Failure;
use crate::record::RequestId;
use crate::routes::Target;
use crate::store::{Pending, Resumed, Store};

/// The thread of a request.
#[derive(Debug)]
pub(crate) struct Thread {
    store: Arc<Store>,
    /// Only of a request that goes on from something.
    resumed: Option<Resumed>,
}

/// An answer that is kept when it is whole.
#[derive(Debug)]
pub(crate) struct Keeping {
    store: Arc<Store>,
    token: String,
    pending: Pending,
}

/// What the ids of an exchange are made of.
pub(crate) fn token(id: RequestId) -> String {
    id.0.simple().to_string()
}

impl Thread {
    /// The thread of this request; `None` in dialects that have none.
    pub(crate) fn of(target: &Target, body: &Bytes, store: &Arc<Store>) -> Option<Self> {
        (target.api == Api::Responses).then(|| Self {
            resumed: history::may_ask(body).then(|| store.resume(body)),
            store: Arc::clone(store),
        })
    }

    /// The body with what it goes on from in its place, as far as that is kept here.
    pub(crate) fn body(&self) -> Option<&Bytes> {
        self.resumed.as_ref().map(|resumed| &resumed.body)
    }

    /// Checks that an upstream that keeps nothing can be asked.
    ///
    /// # Errors
    /// The request goes on from what is not kept here.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let missing = self.resumed.as_ref().and_then(|r| r.missing.as_deref());
        match missing {
            // The request's id is filled in where the failure is written.
            Some(missing) => Err(Failure::from(Store::not_kept(missing, String::new()))),
            None => Ok(()),
        }
    }

    /// Where the answer to the request with this body goes; `None` where the client wants nothing kept.
    pub(crate) fn keeping(self, body: &Bytes, id: RequestId) -> Option<Keeping> {
        let resumed = self.resumed.unwrap_or_else(|| self.store.resume(body));
        Some(Keeping {
            pending: resumed.pending?,
            store: self.store,
            token: token(id),
        })
    }
}

impl Keeping {
    /// Keeps the answer's items, separated by commas.
    pub(crate) fn keep(self, items: &[u8]) {
        self.store.keep(&self.token, self.pending, items);
    }
}
