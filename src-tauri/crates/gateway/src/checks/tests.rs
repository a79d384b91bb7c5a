//! Checks with paused time and an upstream that only counts.

use super::*;
use std::collections::HashSet;

use account::{Secret, SecretsMode, Vault};
use futures_util::future::BoxFuture;
use pool::Gate;
use provider::models::Model;
use provider::refusal::Cause;
use provider::{Hops, Refusal, Upstream};

use crate::logins::Logins;
use crate::roster::{Entry, SecretField};
use crate::settings::Settings;
use crate::table::Parts;

const HOUR: Duration = Duration::from_secs(3_600);

/// Answers from a script and notes who was asked for what.
#[derive(Debug, Default)]
struct Script {
    /// What these say instead of a list.
    refusals: Mutex<HashMap<Uuid, Refusal>>,
    /// These have no list.
    listless: Mutex<HashSet<Uuid>>,
    lists: Mutex<Vec<(Uuid, Instant)>>,
    tokens: Mutex<Vec<(Uuid, String)>>,
}

impl Script {
    fn asked(&self, uuid: Uuid) -> usize {
        self.lists
            .lock()
            .unwrap()
            .iter()
            .filter(|(one, _)| *one == uuid)
            .count()
    }
}

impl Probe for Script {
    fn models<'a>(
        &'a self,
        upstream: &'a Upstream,
    ) -> BoxFuture<'a, Result<Option<Vec<Model>>, Refusal>> {
        let uuid = upstream.instance().uuid;
        self.lists.lock().unwrap().push((uuid, Instant::now()));
        let answer = match self.refusals.lock().unwrap().get(&uuid) {
            Some(refusal) => Err(refusal.clone()),
            None if self.listless.lock().unwrap().contains(&uuid) => Ok(None),
            None => Ok(Some(vec![Model {
                id: "gpt-x".to_owned(),
                ..Model::default()
            }])),
        };
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(40)).await;
            answer
        })
    }

    fn one_token<'a>(
        &'a self,
        upstream: &'a Upstream,
        model: &'a str,
    ) -> BoxFuture<'a, Result<(), Refusal>> {
        let uuid = upstream.instance().uuid;
        self.tokens.lock().unwrap().push((uuid, model.to_owned()));
        let answer = match self.refusals.lock().unwrap().get(&uuid) {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(()),
        };
        Box::pin(async move { answer })
    }
}

fn entry(number: u128) -> Entry {
    Entry {
        secret: SecretField::Plain(Secret::new("sk-x".to_owned())),
        ..Entry::new(id(number), ProviderType::OpenaiCustom)
    }
}

const fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

struct Rig {
    checks: Arc<Checks>,
    script: Arc<Script>,
    table: Arc<ArcSwap<Table>>,
    home: tempfile::TempDir,
}

impl Rig {
    async fn new(entries: &[Entry]) -> Self {
        Self::at(tempfile::tempdir().unwrap(), entries).await
    }

    async fn at(home: tempfile::TempDir, entries: &[Entry]) -> Self {
        let vault = Vault::open(home.path(), SecretsMode::File).await.unwrap();
        let parts = Parts {
            vault: &vault,
            hops: &Hops::default(),
            logins: &Logins::new(home.path().to_owned(), vault.clone()),
            local_key: Secret::new("mp-x".to_owned()),
            before: None,
        };
        let table = Table::build(Settings::default(), entries, parts).await;
        let table = Arc::new(ArcSwap::from_pointee(table));
        let script = Arc::new(Script::default());
        let file = Some(home.path().join("models.json"));
        let checks = Checks::with(Arc::clone(&table), file, Arc::clone(&script) as _).await;
        Self {
            checks,
            script,
            table,
            home,
        }
    }

    async fn run_for(&self, time: Duration) {
        let run = Arc::clone(&self.checks).run();
        let _ = tokio::time::timeout(time, run).await;
    }

    fn gate(&self, number: u128) -> Gate {
        let table = self.table.load();
        let seen = table.benches()[0].pool.snapshot();
        seen.into_iter()
            .find(|one| one.id == id(number))
            .unwrap()
            .gate
    }

    fn report(&self, number: u128, verdict: Verdict) {
        self.table.load().benches()[0]
            .pool
            .report(id(number), None, verdict);
    }

    fn refuse(&self, number: u128, refusal: Option<Refusal>) {
        let mut refusals = self.script.refusals.lock().unwrap();
        match refusal {
            Some(refusal) => refusals.insert(id(number), refusal),
            None => refusals.remove(&id(number)),
        };
    }
}

fn limited() -> Refusal {
    Refusal::new(Cause::RateLimited, "slow down")
}

#[tokio::test(start_paused = true)]
async fn h6_a_day_idle_with_twenty_instances_costs_nothing() {
    let mut entries: Vec<Entry> = (0..20).map(entry).collect();
    // A model alone is no permission, nor is a wish to be checked.
    entries[0].check_model = Some("gpt-x".to_owned());
    entries[1].check_health = Some(true);
    entries[2].check_health = Some(false);
    entries[3].disabled = true;
    let rig = Rig::new(&entries).await;
    rig.run_for(24 * HOUR).await;
    assert_eq!(rig.script.tokens.lock().unwrap().len(), 0);
    assert_eq!(rig.script.asked(id(2)), 0);
    assert_eq!(rig.script.asked(id(3)), 0);
    for number in [0, 1, 4, 19] {
        let times = rig.script.asked(id(number));
        assert!((130..=160).contains(&times), "{times} in 144 periods");
    }
    // Not all at once.
    let lists = rig.script.lists.lock().unwrap();
    assert!(
        lists
            .windows(2)
            .all(|two| two[1].1 - two[0].1 >= schedule::GAP)
    );
    let state = rig.table.load().seats().next().unwrap().tally.state(true);
    assert_eq!((state.usage_count, state.error_count), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn one_token_is_asked_for_where_the_user_set_both_or_asks_for_it() {
    let mut entries: Vec<Entry> = (0..3).map(entry).collect();
    entries[0].check_model = Some("gpt-x".to_owned());
    entries[0].check_health = Some(true);
    entries[1].check_model = Some("mine".to_owned());
    entries[1].model_map = vec![("mine".to_owned(), "theirs".to_owned())];
    let rig = Rig::new(&entries).await;
    rig.run_for(HOUR).await;
    let tokens = std::mem::take(&mut *rig.script.tokens.lock().unwrap());
    assert!((5..=7).contains(&tokens.len()), "{tokens:?}");
    assert!(tokens.iter().all(|(uuid, _)| *uuid == id(0)));

    let checked = rig.checks.check(Which::All, true).await;
    let billed: Vec<bool> = checked.iter().map(|one| one.billed).collect();
    assert_eq!(billed, [true, true, false]);
    let tokens = rig.script.tokens.lock().unwrap();
    assert!(tokens.contains(&(id(1), "theirs".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn models_are_learned_at_the_start_once_and_kept() {
    let rig = Rig::new(&[entry(1), entry(2)]).await;
    assert!(!rig.table.load().seats().next().unwrap().knows("gpt-x"));
    rig.run_for(Duration::from_secs(2)).await;
    assert_eq!((rig.script.asked(id(1)), rig.script.asked(id(2))), (1, 1));
    {
        let table = rig.table.load();
        let mut lists = table.seats().map(|seat| seat.learned().unwrap());
        assert!(Arc::ptr_eq(&lists.next().unwrap(), &lists.next().unwrap()));
    }
    let again = Rig::at(rig.home, &[entry(1), entry(3)]).await;
    let known: Vec<bool> = again
        .table
        .load()
        .seats()
        .map(|s| s.knows("gpt-x"))
        .collect();
    assert_eq!(known, [true, false]);
    again.run_for(Duration::from_secs(2)).await;
    assert_eq!(
        (again.script.asked(id(1)), again.script.asked(id(3))),
        (0, 1)
    );
    let text = std::fs::read_to_string(again.home.path().join("models.json")).unwrap();
    assert!(!text.contains(&id(2).to_string()), "it left");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_does_not_change_is_not_written_again() {
    let rig = Rig::new(&[entry(1)]).await;
    rig.run_for(Duration::from_secs(2)).await;
    let file = rig.home.path().join("models.json");
    std::fs::remove_file(&file).unwrap();
    rig.run_for(HOUR).await;
    assert!(rig.script.asked(id(1)) > 3);
    assert!(!file.exists());
}

#[tokio::test(start_paused = true)]
async fn d2_a_damaged_cache_is_kept_aside() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("models.json"), "{ no list").unwrap();
    let rig = Rig::at(home, &[entry(1)]).await;
    rig.run_for(Duration::from_secs(2)).await;
    let aside = rig.home.path().join("models.json.damaged");
    assert_eq!(std::fs::read_to_string(aside).unwrap(), "{ no list");
    assert!(rig.home.path().join("models.json").exists());
}

#[tokio::test(start_paused = true)]
async fn a_missing_list_is_no_failure_and_a_page_in_its_place_neither() {
    let rig = Rig::new(&[entry(1), entry(2), entry(3)]).await;
    rig.script.listless.lock().unwrap().insert(id(1));
    rig.refuse(
        2,
        Some(Refusal::new(Cause::WrongUrl, "the model list is no JSON")),
    );
    rig.refuse(
        3,
        Some(Refusal::new(
            Cause::Forbidden,
            "missing scope api.model.read",
        )),
    );
    rig.run_for(5 * HOUR).await;
    for number in 1..=3 {
        assert_eq!(rig.gate(number), Gate::Ready);
        assert_eq!(
            rig.checks.last(id(number)).unwrap().found,
            finding::Found::Unclear
        );
    }
    let told = rig.checks.check(Which::One(id(3)), false).await;
    assert!(told[0].reason.as_ref().unwrap().contains("scope"));
}

#[tokio::test(start_paused = true)]
async fn what_a_check_meets_moves_the_gate() {
    let rig = Rig::new(&[entry(1), entry(2), entry(3)]).await;
    rig.refuse(1, Some(Refusal::new(Cause::KeyDead, "revoked")));
    rig.refuse(2, Some(Refusal::new(Cause::Unreachable, "refused")));
    rig.refuse(3, Some(Refusal::new(Cause::NoNetwork, "no route")));
    rig.run_for(HOUR).await;
    assert!(matches!(rig.gate(1), Gate::NeedsLogin { .. }));
    assert!(matches!(rig.gate(2), Gate::Unhealthy { .. }));
    assert_eq!(rig.gate(3), Gate::Ready, "the network is nobody's fault");

    // What passed by itself is noticed.
    rig.refuse(1, None);
    rig.refuse(2, None);
    rig.run_for(HOUR).await;
    assert_eq!(rig.gate(1), Gate::Ready);
    assert_eq!(rig.gate(2), Gate::Ready);
}

#[tokio::test(start_paused = true)]
async fn h3_a_list_that_was_there_all_along_ends_no_failures_of_requests() {
    let rig = Rig::new(&[entry(1), entry(2)]).await;
    rig.run_for(Duration::from_secs(5)).await;
    for _ in 0..3 {
        rig.report(1, verdict::of(&Refusal::new(Cause::Transient, "502")));
    }
    // Anybody may see this list, whatever the key.
    rig.report(2, verdict::of(&Refusal::new(Cause::KeyDead, "revoked")));
    rig.run_for(HOUR).await;
    assert!(rig.script.asked(id(1)) > 3);
    assert!(matches!(rig.gate(1), Gate::Unhealthy { .. }));
    assert!(matches!(rig.gate(2), Gate::NeedsLogin { .. }));
    // The exits are still there: a trial, and the user's word.
    let pool = Arc::clone(&rig.table.load().benches()[0].pool);
    let trial = pool.attempts(pool::Want::default()).next().unwrap();
    assert!(trial.is_trial());
    trial.report(Verdict::Success);
    assert_eq!(rig.gate(1), Gate::Ready);
    rig.checks.check(Which::One(id(2)), false).await;
    assert_eq!(rig.gate(2), Gate::Ready);
}

#[tokio::test(start_paused = true)]
async fn every_pool_is_asked_for_a_list_at_once_and_then_requests_need_not_wait() {
    let claude = |number| Entry {
        provider: ProviderType::ClaudeCustom,
        ..entry(number)
    };
    let mut entries: Vec<Entry> = (1..=20).map(entry).collect();
    entries.extend((21..=40).map(claude));
    let rig = Rig::new(&entries).await;
    // The first one is sick: the next one is asked.
    rig.refuse(1, Some(Refusal::new(Cause::Transient, "502")));
    let mut listed = rig.checks.listed();
    let begun = Instant::now();
    let running = Arc::clone(&rig.checks).run();
    tokio::select! {
        () = running => {}
        done = listed.wait_for(|listed| *listed) => assert!(done.is_ok()),
    }
    assert!(begun.elapsed() < Duration::from_millis(250));
    let table = rig.table.load();
    for bench in table.benches() {
        assert!(bench.seats.iter().any(|seat| seat.knows("gpt-x")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_ends_no_pause_by_itself_and_check_now_does() {
    let rig = Rig::new(&[entry(1)]).await;
    rig.report(1, verdict::of(&limited()));
    assert!(matches!(rig.gate(1), Gate::Cooling { .. }));
    rig.run_for(Duration::from_secs(5)).await;
    assert_eq!(rig.script.asked(id(1)), 1);
    assert!(matches!(rig.gate(1), Gate::Cooling { .. }));
    rig.run_for(Duration::from_secs(2)).await;
    let checked = rig
        .checks
        .check(Which::Pool(ProviderType::OpenaiCustom), false)
        .await;
    assert_eq!(checked[0].state, State::Ready);
    assert_eq!(rig.gate(1), Gate::Ready);

    rig.refuse(1, Some(limited()));
    tokio::time::advance(Duration::from_secs(2)).await;
    let checked = rig.checks.check(Which::All, false).await;
    assert_eq!(
        (checked[0].found, checked[0].state),
        (finding::Found::Bad, State::Cooling)
    );
    assert_eq!(checked[0].reason.as_deref(), Some("slow down"));
}

#[tokio::test(start_paused = true)]
async fn two_who_ask_at_once_cost_one_call_and_progress_is_shown() {
    let rig = Rig::new(&(0..20).map(entry).collect::<Vec<_>>()).await;
    let mut progress = rig.checks.progress();
    let watch = async {
        let shown = progress
            .wait_for(|p| !p.running.is_empty())
            .await
            .unwrap()
            .clone();
        progress.wait_for(|p| p.done == p.total).await.unwrap();
        shown
    };
    let check = || rig.checks.check(Which::All, false);
    let (first, second, shown) = tokio::join!(check(), check(), watch);
    assert_eq!((first.len(), second.len()), (20, 20));
    assert!(shown.running.len() <= 2 * AT_A_TIME && shown.total >= 20);
    for number in 0..20 {
        assert_eq!(rig.script.asked(id(number)), 1);
    }
    assert_eq!(rig.checks.progress().borrow().running.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn one_without_a_key_is_told_so_and_not_asked() {
    let mut bare = entry(1);
    bare.secret = SecretField::Missing;
    let rig = Rig::new(&[bare]).await;
    rig.run_for(HOUR).await;
    let told = rig.checks.check(Which::One(id(1)), false).await;
    assert_eq!(told[0].found, finding::Found::Unasked);
    assert_eq!(told[0].state, State::NeedsLogin);
    assert_eq!(rig.script.asked(id(1)), 0);
}
