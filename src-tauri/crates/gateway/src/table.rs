//! What requests read: settings and pools as one value, swapped whole and never changed under a request.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use account::{Secret, Vault};
use pool::{Member, Policy, Pool, Start};
use provider::endpoint::default_base;
use provider::instance::{Instance, Limits};
use provider::{Hops, ProviderType, Upstream};
use uuid::Uuid;

use crate::names::Pattern;
use crate::roster::{Entry, SecretField};
use crate::seat::{Seat, Tally};
use crate::settings::{ModelTarget, Settings};

/// A pool of the running proxy.
pub type SeatPool = Pool<Arc<Seat>>;

/// Settings and pools.
#[derive(Debug)]
pub struct Table {
    /// The settings it was made from.
    pub settings: Settings,
    /// The key that clients must show.
    pub local_key: Secret<String>,
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
    /// The key that clients must show.
    pub local_key: Secret<String>,
    /// The table before; its pools, counters and learned models go on.
    pub before: Option<&'a Table>,
}

impl Table {
    /// Builds a table. What is wrong with an entry becomes its state, never a failure of the whole.
    pub async fn build(settings: Settings, entries: &[Entry], parts: Parts<'_>) -> Self {
        let names: Vec<String> = entries
            .iter()
            .filter_map(|entry| match &entry.secret {
                SecretField::Vaulted(name) => Some(name.clone()),
                _ => None,
            })
            .collect();
        let (secrets, vault_fault) = match parts.vault.get_many(&names).await {
            Ok(secrets) => (secrets, None),
            Err(error) => {
                tracing::error!(%error, "the vault cannot be read");
                (HashMap::new(), Some(error.to_string()))
            }
        };
        let hands = Hands {
            settings: &settings,
            secrets: &secrets,
            vault_fault: vault_fault.as_deref(),
            hops: parts.hops,
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

    /// What the user wants to be asked in place of a model.
    pub fn alias(&self, model: &str) -> Option<&ModelTarget> {
        let found = self.aliases.iter().find(|(name, _)| name.matches(model));
        found.map(|(_, target)| target)
    }
}

/// What every seat of a table is made with.
struct Hands<'a> {
    settings: &'a Settings,
    secrets: &'a HashMap<String, Secret<String>>,
    vault_fault: Option<&'a str>,
    hops: &'a Hops,
    before: Option<&'a Table>,
}

impl Hands<'_> {
    fn bench(&self, kind: ProviderType, entries: &[Entry]) -> Option<Bench> {
        let before = self.before.and_then(|table| table.bench(kind));
        let own: Vec<&Entry> = entries.iter().filter(|e| e.provider == kind).collect();
        if own.is_empty() && before.is_none() {
            return None;
        }
        let members: Vec<Member<Arc<Seat>>> =
            own.into_iter().map(|entry| self.member(entry)).collect();
        let seats = members.iter().map(|m| Arc::clone(&m.payload)).collect();
        let policy = Policy {
            max_error_count: self.settings.max_error_count,
            ..Policy::default()
        };
        let pool = match before {
            Some(bench) => {
                bench.pool.replace(policy, members);
                Arc::clone(&bench.pool)
            }
            None => Pool::new(policy, members),
        };
        Some(Bench { kind, pool, seats })
    }

    fn member(&self, entry: &Entry) -> Member<Arc<Seat>> {
        let old = self.old_seat(entry.uuid);
        let tally = old.map_or_else(
            || Arc::new(Tally::resume(&entry.state)),
            |seat| Arc::clone(&seat.tally),
        );
        let (upstream, fault) = match self.upstream(entry) {
            Ok(upstream) => (Some(upstream), None),
            Err(fault) => (None, Some(fault)),
        };
        let seat = Seat::new(entry, upstream, tally);
        if let Some(old) = old {
            seat.inherit(old);
        }
        let start = match fault {
            Some(fault) => Start::NeedsLogin(Arc::from(fault)),
            None if entry.state.is_healthy => Start::Ready,
            None => Start::Unhealthy,
        };
        Member {
            priority: entry.priority,
            weight: entry.weight,
            concurrency_limit: entry.concurrency_limit,
            disabled: entry.disabled,
            start,
            ..Member::new(entry.uuid, Arc::new(seat))
        }
    }

    fn old_seat(&self, uuid: Uuid) -> Option<&Arc<Seat>> {
        self.before?.seats().find(|seat| seat.uuid == uuid)
    }

    /// How an entry is spoken to, or what keeps it from that, in words for the user.
    fn upstream(&self, entry: &Entry) -> Result<Upstream, String> {
        if let Some(fault) = &entry.fault {
            return Err(fault.clone());
        }
        if default_base(entry.provider).is_none() {
            return Err(
                "not signed in: this version cannot sign in to this provider yet".to_owned(),
            );
        }
        let key = match &entry.secret {
            SecretField::Plain(key) => key.clone(),
            SecretField::Vaulted(name) => self.secrets.get(name).cloned().ok_or_else(|| {
                self.vault_fault.map_or_else(
                    || "its key is not in the vault; enter it again".to_owned(),
                    |fault| format!("its key cannot be read: {fault}"),
                )
            })?,
            SecretField::Missing => return Err("it has no key; enter one".to_owned()),
        };
        let instance = Instance {
            uuid: entry.uuid,
            name: entry.custom_name.clone().unwrap_or_default(),
            kind: entry.provider,
            base_url: self.base_url(entry),
            key: Some(key),
            auth: entry.auth,
            anthropic_version: entry.anthropic_version.clone(),
            headers: entry.headers.clone(),
            proxy: self.proxy(entry),
            check_model: entry.check_model.clone(),
        };
        let limits = Limits {
            connect: self.settings.connect_timeout,
            first_content: self.settings.first_content_timeout,
            idle: self.settings.idle_timeout.max(Duration::from_millis(1)),
        };
        Upstream::new(instance, limits, self.hops).map_err(|error| error.to_string())
    }

    fn base_url(&self, entry: &Entry) -> String {
        let of_settings = || {
            let all = &self.settings.base_urls;
            all.iter().find(|(kind, _)| *kind == entry.provider)
        };
        entry
            .base_url
            .clone()
            .or_else(|| of_settings().map(|(_, url)| url.clone()))
            .or_else(|| default_base(entry.provider).map(str::to_owned))
            .unwrap_or_default()
    }

    fn proxy(&self, entry: &Entry) -> Option<String> {
        let own = entry.proxy_url.as_deref();
        let general = || {
            let enabled = self.settings.proxy_enabled.as_ref();
            let applies = enabled.is_none_or(|kinds| kinds.contains(&entry.provider));
            self.settings.proxy_url.as_deref().filter(|_| applies)
        };
        match own {
            // An empty text or "none" connects directly whatever the general setting says.
            Some("" | "none") => None,
            Some(own) => Some(own.to_owned()),
            None => general().filter(|url| !url.is_empty()).map(str::to_owned),
        }
    }
}
