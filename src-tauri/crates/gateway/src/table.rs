//! What requests read: settings and pools as one value, swapped whole and never changed under a request.

mod seating;

use std::collections::HashMap;
use std::sync::Arc;

use account::{Secret, Vault};
use pool::Pool;
use provider::{Hops, ProviderType};
use uuid::Uuid;

use crate::logins::Logins;
use crate::names::Pattern;
use crate::roster::Entry;
use crate::seat::Seat;
use crate::settings::{ModelTarget, Settings};
use seating::Hands;

/// A pool of the running proxy.
pub type SeatPool = Pool<Arc<Seat>>;

/// Settings and pools.
#[derive(Debug)]
pub struct Table {
    /// The settings it was made from.
    pub settings: Settings,
    /// The key that clients must show.
    pub local_key: Secret<String>,
    /// Why keys are missing that the vault should have: it did not answer.
    pub vault_fault: Option<String>,
    aliases: Vec<(Pattern, ModelTarget)>,
    pools: Vec<Bench>,
}

/// One pool and its seats in file order.
#[derive(Debug)]
pub struct Bench {
    /// Its provider type.
    pub kind: ProviderType,
    /// Who goes next.
    pub pool: Arc<SeatPool>,
    /// All its seats, disabled ones too.
    pub seats: Vec<Arc<Seat>>,
}

/// What a table is made of besides settings and entries.
#[derive(Debug)]
pub struct Parts<'a> {
    /// Where `vault:` fields point.
    pub vault: &'a Vault,
    /// Connections, shared by all instances.
    pub hops: &'a Hops,
    /// Accounts that were signed in to.
    pub logins: &'a Logins,
    /// The key that clients must show.
    pub local_key: Secret<String>,
    /// The table before; its pools, counters and learned models go on.
    pub before: Option<&'a Table>,
}

impl Table {
    /// Builds a table. What is wrong with an entry becomes its state, never a failure of the whole.
    pub async fn build(settings: Settings, entries: &[Entry], parts: Parts<'_>) -> Self {
        let (secrets, vault_fault) = secrets(entries, parts.vault).await;
        if entries
            .iter()
            .any(|entry| entry.provider == ProviderType::GeminiCliOauth)
        {
            parts.logins.prepare(&settings).await;
        }
        let hands = Hands {
            settings: &settings,
            secrets: &secrets,
            vault_fault: vault_fault.as_deref(),
            hops: parts.hops,
            logins: parts.logins,
            before: parts.before,
        };
        let pools = ProviderType::ALL
            .into_iter()
            .filter_map(|kind| hands.bench(kind, entries))
            .collect();
        let aliases = settings
            .model_aliases
            .iter()
            .map(|(name, target)| (Pattern::new(name), target.clone()))
            .collect();
        Self {
            local_key: parts.local_key,
            vault_fault,
            aliases,
            pools,
            settings,
        }
    }

    /// Every pool that has an entry.
    pub fn benches(&self) -> &[Bench] {
        &self.pools
    }

    /// The pool of a type.
    pub fn bench(&self, kind: ProviderType) -> Option<&Bench> {
        self.pools.iter().find(|bench| bench.kind == kind)
    }

    /// Every seat, pool by pool.
    pub fn seats(&self) -> impl Iterator<Item = &Arc<Seat>> {
        self.pools.iter().flat_map(|bench| &bench.seats)
    }

    /// The names that stand for other models, globs left out.
    pub fn alias_names(&self) -> impl Iterator<Item = &str> {
        self.aliases.iter().filter_map(|(name, _)| name.exact())
    }

    /// The seat of an instance, with its pool.
    pub fn seat(&self, uuid: Uuid) -> Option<(&Bench, &Arc<Seat>)> {
        self.pools.iter().find_map(|bench| {
            let seat = bench.seats.iter().find(|seat| seat.uuid == uuid)?;
            Some((bench, seat))
        })
    }

    /// What the user wants to be asked in place of a model.
    pub fn alias(&self, model: &str) -> Option<&ModelTarget> {
        let found = self.aliases.iter().find(|(name, _)| name.matches(model));
        found.map(|(_, target)| target)
    }
}

/// Every secret that entries name in the vault, or why they cannot be had.
async fn secrets(
    entries: &[Entry],
    vault: &Vault,
) -> (HashMap<String, Secret<String>>, Option<String>) {
    let names: Vec<String> = entries.iter().flat_map(Entry::vaulted).cloned().collect();
    if names.is_empty() {
        return (HashMap::new(), None);
    }
    match vault.get_many(&names).await {
        Ok(secrets) => (secrets, None),
        Err(error) => {
            tracing::error!(%error, "the vault cannot be read");
            (HashMap::new(), Some(error.to_string()))
        }
    }
}

#[cfg(test)]
mod tests;
