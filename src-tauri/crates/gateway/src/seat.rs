//! One instance in the running proxy: its upstream, which models it serves, and what it has counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use http::HeaderValue;
use jiff::Timestamp;
use provider::models::Model;
use provider::{ProviderType, Upstream};
use uuid::Uuid;

use crate::names::Pattern;
use crate::roster::{Entry, EntryState};
use crate::talk::Talks;

/// An instance as requests use it.
#[derive(Debug)]
pub struct Seat {
    /// Its identity.
    pub uuid: Uuid,
    /// `customName`, else the first eight characters of the uuid.
    pub name: String,
    /// The same, for records.
    pub shown: Arc<str>,
    /// The same as the value of `x-millpond-instance`.
    pub label: HeaderValue,
    /// The provider type of its pool.
    pub kind: ProviderType,
    /// How it is spoken to; `None` where it cannot be (not signed in, no key, a bad address).
    pub upstream: Option<Arc<Upstream>>,
    /// Whether active checks look at it (`checkHealth`).
    pub checked: bool,
    /// Whether they may cost a token (`checkHealth` and `checkModelName`, both set).
    pub checked_billed: bool,
    /// What it has counted; survives a change of settings.
    pub tally: Arc<Tally>,
    excluded: Vec<Pattern>,
    renamed: Vec<(Pattern, String)>,
    models: ArcSwapOption<Vec<Model>>,
    /// By which API conversations go, where it is OpenAI's.
    pub talks: Talks,
}

/// Counters of an instance, as the pools file keeps them.
#[derive(Debug, Default)]
pub struct Tally {
    used: AtomicU64,
    failed: AtomicU64,
    /// Milliseconds since 1970; 0 for never.
    last_used: AtomicI64,
    last_failed: AtomicI64,
}

impl Seat {
    /// The seat of an entry.
    pub fn new(entry: &Entry, upstream: Option<Arc<Upstream>>, tally: Arc<Tally>) -> Self {
        let name = shown_name(entry);
        Self {
            uuid: entry.uuid,
            label: header_of(&name),
            shown: Arc::from(name.as_str()),
            name,
            kind: entry.provider,
            upstream,
            checked: entry.check_health != Some(false),
            checked_billed: entry.check_health == Some(true) && entry.check_model.is_some(),
            tally,
            excluded: entry
                .not_supported_models
                .iter()
                .map(|m| Pattern::new(m))
                .collect(),
            renamed: entry
                .model_map
                .iter()
                .map(|(from, to)| (Pattern::new(from), to.clone()))
                .collect(),
            models: ArcSwapOption::empty(),
            talks: Talks::default(),
        }
    }

    /// Whether a request for this model may go here.
    pub fn serves(&self, model: &str) -> bool {
        !self.excluded.iter().any(|name| name.matches(model))
    }

    /// What its upstream calls this model.
    pub fn upstream_name<'a>(&'a self, model: &'a str) -> &'a str {
        let found = self.renamed.iter().find(|(name, _)| name.matches(model));
        found.map_or(model, |(_, to)| to)
    }

    /// Whether it is known to have this model: by its list, or by the user's map.
    pub fn knows(&self, model: &str) -> bool {
        self.renamed.iter().any(|(name, _)| name.matches(model))
            || self
                .models
                .load()
                .as_ref()
                .is_some_and(|list| list.iter().any(|one| one.id == model))
    }

    /// The models it has shown, and the names the user gave to them.
    pub fn models(&self) -> Vec<Model> {
        let mut all: Vec<Model> = self.models.load().as_deref().cloned().unwrap_or_default();
        for (name, _) in &self.renamed {
            if let Some(id) = name.exact()
                && !all.iter().any(|one| one.id == id)
            {
                all.push(Model {
                    id: id.to_owned(),
                    ..Model::default()
                });
            }
        }
        all.retain(|one| self.serves(&one.id));
        all
    }

    /// Takes over a list that its upstream has shown.
    pub fn learn(&self, models: Arc<Vec<Model>>) {
        self.models.store(Some(models));
    }

    /// The list that its upstream has shown; `None` where it has shown none yet.
    pub fn learned(&self) -> Option<Arc<Vec<Model>>> {
        self.models.load_full()
    }

    /// Takes over what the seat of the same account knew before a change of settings.
    pub fn inherit(&self, before: &Self) {
        self.models.store(before.models.load_full());
        self.talks.inherit(&before.talks);
        if let (Some(now), Some(before)) = (&self.upstream, &before.upstream)
            && !Arc::ptr_eq(now, before)
        {
            now.inherit_quotas(before);
        }
    }
}

impl Tally {
    /// Goes on from what the file says.
    pub fn resume(state: &EntryState) -> Self {
        let millis = |time: Option<Timestamp>| time.map_or(0, Timestamp::as_millisecond);
        Self {
            used: AtomicU64::new(state.usage_count),
            failed: AtomicU64::new(state.error_count),
            last_used: AtomicI64::new(millis(state.last_used)),
            last_failed: AtomicI64::new(millis(state.last_error_time)),
        }
    }

    /// So many requests were sent.
    pub fn count_uses(&self, sent: u32) {
        self.used.fetch_add(sent.into(), Ordering::Relaxed);
        let now = Timestamp::now().as_millisecond();
        self.last_used.store(now, Ordering::Relaxed);
    }

    /// One failed by the instance's fault.
    pub fn count_failure(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        let now = Timestamp::now().as_millisecond();
        self.last_failed.store(now, Ordering::Relaxed);
    }

    /// Adds what other processes have counted: the file has `file` where this process had `own`.
    pub(crate) fn catch_up(&self, own: &EntryState, file: &EntryState) {
        // Counting goes on meanwhile, so it is added and never stored; a difference may be negative, and wraps.
        let used = file.usage_count.wrapping_sub(own.usage_count);
        let failed = file.error_count.wrapping_sub(own.error_count);
        self.used.fetch_add(used, Ordering::Relaxed);
        self.failed.fetch_add(failed, Ordering::Relaxed);
        let millis = |time: Option<Timestamp>| time.map_or(0, Timestamp::as_millisecond);
        self.last_used
            .fetch_max(millis(file.last_used), Ordering::Relaxed);
        self.last_failed
            .fetch_max(millis(file.last_error_time), Ordering::Relaxed);
    }

    /// The counters as the file keeps them.
    pub fn state(&self, is_healthy: bool) -> EntryState {
        let time = |millis: i64| match millis {
            0 => None,
            millis => Timestamp::from_millisecond(millis).ok(),
        };
        EntryState {
            is_healthy,
            last_used: time(self.last_used.load(Ordering::Relaxed)),
            usage_count: self.used.load(Ordering::Relaxed),
            error_count: self.failed.load(Ordering::Relaxed),
            last_error_time: time(self.last_failed.load(Ordering::Relaxed)),
        }
    }
}

fn shown_name(entry: &Entry) -> String {
    match entry.custom_name.as_deref().map(str::trim) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => entry.uuid.simple().to_string().chars().take(8).collect(),
    }
}

/// A name as a header's value: what ASCII cannot say is percent-encoded, so that no name can add a header.
fn header_of(name: &str) -> HeaderValue {
    use percent_encoding::{CONTROLS, utf8_percent_encode};
    let text = utf8_percent_encode(name, CONTROLS).to_string();
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("unnamed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(change: impl FnOnce(&mut Entry)) -> Seat {
        let mut entry = Entry::new(Uuid::from_u128(0xabcd << 96), ProviderType::OpenaiCustom);
        change(&mut entry);
        Seat::new(&entry, None, Arc::default())
    }

    fn model(id: &str) -> Model {
        Model {
            id: id.to_owned(),
            ..Model::default()
        }
    }

    #[test]
    fn a_seat_is_called_by_its_name_or_the_begin_of_its_uuid() {
        assert_eq!(seat(|_| {}).name, "0000abcd");
        assert_eq!(
            seat(|e| e.custom_name = Some("  ".to_owned())).name,
            "0000abcd"
        );
        assert_eq!(
            seat(|e| e.custom_name = Some(" work ".to_owned())).name,
            "work"
        );
    }

    #[test]
    fn k3_no_name_adds_a_header() {
        let odd = seat(|e| e.custom_name = Some("a\r\nset-cookie: x=1 ü🐸".to_owned()));
        let label = odd.label.to_str().unwrap();
        assert!(label.starts_with("a%0D%0Aset-cookie"), "{label}");
        assert!(label.is_ascii());
    }

    #[test]
    fn models_are_renamed_excluded_and_known_as_the_user_says() {
        let seat = seat(|e| {
            e.model_map = vec![
                ("fast".to_owned(), "up-1".to_owned()),
                ("big-*".to_owned(), "up-2".to_owned()),
            ];
            e.not_supported_models = vec!["old-*".to_owned()];
        });
        assert_eq!(seat.upstream_name("fast"), "up-1");
        assert_eq!(seat.upstream_name("big-frog"), "up-2");
        assert_eq!(seat.upstream_name("other"), "other");
        assert!(seat.serves("other") && !seat.serves("old-1"));
        assert!(seat.knows("big-any") && !seat.knows("other"));
        seat.learn(Arc::new(vec![
            model("other"),
            model("old-1"),
            model("fast"),
        ]));
        assert!(seat.knows("other"));
        let ids: Vec<String> = seat.models().into_iter().map(|one| one.id).collect();
        assert_eq!(
            ids,
            ["other", "fast"],
            "each once, without what is excluded"
        );
    }

    #[test]
    fn counters_only_grow_and_go_on_from_the_file() {
        let at: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let file = EntryState {
            usage_count: 10,
            error_count: 2,
            last_used: Some(at),
            ..EntryState::default()
        };
        let tally = Tally::resume(&file);
        assert_eq!(tally.state(true).last_used, Some(at));
        assert_eq!(tally.state(true).last_error_time, None);
        tally.count_uses(2);
        tally.count_failure();
        // Another process has written meanwhile.
        let theirs = EntryState {
            usage_count: 15,
            ..file
        };
        tally.catch_up(&file, &theirs);
        let state = tally.state(false);
        assert_eq!((state.usage_count, state.error_count), (17, 3));
        assert!(state.last_used > Some(at) && !state.is_healthy);
    }
}
