//! From entries to seats: what each needs so that requests need look nothing up.

use std::collections::HashMap;
use std::sync::Arc;

use account::Secret;
use pool::{Member, Policy, Pool, Start, Verdict};
use provider::endpoint::default_base;
use provider::instance::{Instance, Limits};
use provider::{Hops, ProviderType, Upstream};

use super::{Bench, Table};
use crate::logins::Logins;
use crate::roster::{Entry, SecretField};
use crate::seat::{Seat, Tally};
use crate::settings::Settings;

/// What every seat of a table is made with.
pub(super) struct Hands<'a> {
    pub(super) settings: &'a Settings,
    pub(super) secrets: &'a HashMap<String, Secret<String>>,
    pub(super) vault_fault: Option<&'a str>,
    pub(super) hops: &'a Hops,
    pub(super) logins: &'a Logins,
    pub(super) before: Option<&'a Table>,
}

/// A seat, and what has changed about it.
struct Placed {
    seat: Arc<Seat>,
    /// What keeps it from being asked.
    fault: Option<String>,
    /// It is another account than before, or can be asked again.
    renewed: bool,
}

impl Hands<'_> {
    pub(super) fn bench(&self, kind: ProviderType, entries: &[Entry]) -> Option<Bench> {
        let before = self.before.and_then(|table| table.bench(kind));
        let own: Vec<&Entry> = entries.iter().filter(|e| e.provider == kind).collect();
        if own.is_empty() && before.is_none() {
            return None;
        }
        let placed: Vec<Placed> = own.iter().map(|entry| self.place(entry)).collect();
        let members = own
            .iter()
            .zip(&placed)
            .map(|(entry, placed)| member(entry, placed));
        let members = members.collect();
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
        for one in &placed {
            if one.renewed {
                pool.clear(one.seat.uuid);
            }
            if let Some(fault) = &one.fault {
                let reason = Arc::from(fault.as_str());
                pool.report(one.seat.uuid, None, Verdict::NeedsLogin { reason });
            }
        }
        let seats = placed.into_iter().map(|one| one.seat).collect();
        Some(Bench { kind, pool, seats })
    }

    fn place(&self, entry: &Entry) -> Placed {
        let old = self
            .before
            .and_then(|table| table.seat(entry.uuid))
            .map(|(_, seat)| seat);
        let tally = old.map_or_else(
            || Arc::new(Tally::resume(&entry.state)),
            |seat| Arc::clone(&seat.tally),
        );
        let before = old.and_then(|seat| seat.upstream.as_ref());
        let (upstream, fault) = match self.upstream(entry, before) {
            Ok(upstream) => (Some(upstream), None),
            Err(fault) => (None, Some(fault)),
        };
        let same_account = match (before, &upstream) {
            (Some(before), Some(now)) => now.instance().is_same_account(before.instance()),
            _ => false,
        };
        let renewed = old.is_some() && upstream.is_some() && !same_account;
        let seat = Seat::new(entry, upstream, tally);
        if let Some(old) = old.filter(|_| same_account) {
            seat.inherit(old);
        }
        Placed {
            seat: Arc::new(seat),
            fault,
            renewed,
        }
    }

    /// How an entry is spoken to, or what keeps it from that, in words for the user. What has not changed goes on with its
    /// connections and with what was learned about it.
    fn upstream(
        &self,
        entry: &Entry,
        before: Option<&Arc<Upstream>>,
    ) -> Result<Arc<Upstream>, String> {
        if let Some(fault) = &entry.fault {
            return Err(fault.clone());
        }
        let proxy = self.proxy(entry);
        let (key, login) = match entry.provider.service() {
            None => (Some(self.resolve(&entry.secret, "key")?), None),
            Some(_) => {
                let login = self.logins.of(entry, self.settings, proxy.clone())?;
                (None, Some(login))
            }
        };
        let instance = Instance {
            uuid: entry.uuid,
            name: entry.custom_name.clone().unwrap_or_default(),
            kind: entry.provider,
            base_url: self.base_url(entry),
            key,
            login,
            auth: entry.auth,
            anthropic_version: entry.anthropic_version.clone(),
            headers: self.headers(entry)?,
            proxy,
            check_model: entry.check_model.clone(),
        };
        let limits = Limits {
            connect: self.settings.connect_timeout,
            first_content: self.settings.first_content_timeout,
            idle: self.settings.idle_timeout,
        };
        if let Some(before) = before
            && *before.instance() == instance
            && *before.limits() == limits
        {
            return Ok(Arc::clone(before));
        }
        Upstream::new(instance, limits, self.hops)
            .map(Arc::new)
            .map_err(|error| error.to_string())
    }

    /// The secret itself.
    fn resolve(&self, field: &SecretField, what: &str) -> Result<Secret<String>, String> {
        match field {
            SecretField::Plain(secret) => Ok(secret.clone()),
            SecretField::Vaulted(name) => self.secrets.get(name).cloned().ok_or_else(|| {
                self.vault_fault.map_or_else(
                    || format!("its {what} is not in the vault; enter it again"),
                    |fault| format!("its {what} cannot be read: {fault}"),
                )
            }),
            SecretField::Missing => Err(format!("it has no {what}; enter one")),
        }
    }

    fn headers(&self, entry: &Entry) -> Result<Vec<(String, String)>, String> {
        let resolved = entry.headers.iter().map(|(name, field)| {
            let value = self.resolve(field, &format!("header {name}"))?;
            Ok((name.clone(), value.into_inner()))
        });
        resolved.collect()
    }

    fn base_url(&self, entry: &Entry) -> String {
        let set = entry.base_url.as_deref();
        set.or_else(|| self.settings.base_url(entry.provider))
            .or_else(|| default_base(entry.provider))
            .unwrap_or_default()
            .to_owned()
    }

    fn proxy(&self, entry: &Entry) -> Option<String> {
        match entry.proxy_url.as_deref() {
            // It connects directly, whatever the general setting says.
            Some("none") => None,
            Some(own) => Some(own.to_owned()),
            None => self.settings.proxy(entry.provider).map(str::to_owned),
        }
    }
}

fn member(entry: &Entry, placed: &Placed) -> Member<Arc<Seat>> {
    let start = match &placed.fault {
        Some(fault) => Start::NeedsLogin(Arc::from(fault.as_str())),
        None if entry.state.is_healthy => Start::Ready,
        None => Start::Unhealthy,
    };
    Member {
        priority: entry.priority,
        weight: entry.weight,
        concurrency_limit: entry.concurrency_limit,
        disabled: entry.disabled,
        start,
        ..Member::new(entry.uuid, Arc::clone(&placed.seat))
    }
}
