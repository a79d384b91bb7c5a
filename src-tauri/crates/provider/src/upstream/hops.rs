//! The connections of all instances: those to one origin by one route are shared.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::endpoint::{Addresses, Api, Origin};
use crate::hop::{BadRoute, Hop, Route};

/// The hops that are in use. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Hops {
    by_way: Arc<Mutex<HashMap<Way, Weak<Hop>>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Way {
    origin: Origin,
    proxy: Option<String>,
}

impl Hops {
    /// The hop to where `addresses` are, through `proxy`; lives as long as somebody holds it.
    pub fn to(&self, addresses: &Addresses, proxy: Option<&str>) -> Result<Arc<Hop>, BadRoute> {
        let way = Way {
            origin: addresses.origin().clone(),
            proxy: proxy.map(str::to_owned),
        };
        let mut by_way = self.by_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hop) = by_way.get(&way).and_then(Weak::upgrade) {
            return Ok(hop);
        }
        let hop = Hop::new(Route::new(addresses.url(Api::Models), proxy)?);
        by_way.retain(|_, hop| hop.strong_count() > 0);
        by_way.insert(way, Arc::downgrade(&hop));
        Ok(hop)
    }
}
