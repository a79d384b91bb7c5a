use std::path::PathBuf;
use std::time::Duration;

use pool::{Gate, Verdict};
use provider::ProviderType;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::home::Tenant;
use crate::roster::SecretField;
use crate::roster::edit::{Done, Edit, EditError};

const ONE: &str = "2f579c65-d3c5-41b1-9985-9f6e3d7bf39c";

/// A home, and what is in it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn with_pools(pools: &Value) -> Self {
        let place = Self::new();
        place.write("provider_pools.json", &pools.to_string());
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn pools(&self) -> Value {
        serde_json::from_str(&self.read("provider_pools.json")).unwrap()
    }

    fn opening(&self) -> Opening {
        Opening {
            home: Home::at(self.folder.path()),
            overrides: Overrides::default(),
            secrets: SecretsMode::File,
            demo: Vec::new(),
        }
    }

    async fn open(&self) -> Arc<Engine> {
        Engine::open(self.opening()).await.unwrap()
    }
}

fn pools(key: &str) -> Value {
    json!({"openai-custom": [{"OPENAI_API_KEY": key, "uuid": ONE}]})
}

fn one() -> Uuid {
    ONE.parse().unwrap()
}

fn gate(engine: &Engine) -> Gate {
    let table = engine.table();
    let (bench, _) = table.seat(one()).unwrap();
    bench.pool.snapshot()[0].gate.clone()
}

async fn a_while() {
    tokio::time::sleep(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn an_empty_home_serves_with_nobody_and_a_random_key() {
    let place = Place::new();
    let engine = place.open().await;
    assert!(engine.table().benches().is_empty());
    let key = engine.local_key();
    assert!(key.expose().starts_with("mp-"));
    engine.close().await;
    assert_eq!(place.open().await.local_key(), key, "the same in every run");
}

#[tokio::test]
async fn k1_a_plain_key_moves_into_the_vault_and_the_instance_can_be_asked() {
    let place = Place::with_pools(&pools("sk-canary"));
    let engine = place.open().await;
    assert_eq!(
        place.pools()["openai-custom"][0]["OPENAI_API_KEY"],
        format!("vault:{ONE}")
    );
    let table = engine.table();
    let (_, seat) = table.seat(one()).unwrap();
    let instance = seat.upstream.as_ref().unwrap().instance();
    assert!(instance.key.as_ref().unwrap().matches(b"sk-canary"));
    assert_eq!(gate(&engine), Gate::Ready);
    engine.close().await;

    let again = place.open().await;
    assert_eq!(gate(&again), Gate::Ready);
    assert!(!format!("{again:?}").contains("canary"), "k2");
}

#[tokio::test]
async fn a_pools_file_of_the_users_keeps_its_secrets_and_names_the_way_out() {
    let elsewhere = Place::with_pools(&pools("sk-canary"));
    let home = Place::new();
    let mut opening = home.opening();
    opening.overrides.pools_file = Some(elsewhere.path("provider_pools.json"));
    let before = elsewhere.read("provider_pools.json");
    let engine = Engine::open(opening).await.unwrap();
    assert_eq!(gate(&engine), Gate::Ready);
    assert_eq!(elsewhere.read("provider_pools.json"), before);
    let problems = engine.problems().borrow().clone();
    assert!(
        problems
            .secrets
            .as_ref()
            .unwrap()
            .contains("millpond pool import"),
        "{problems:?}"
    );
}

#[tokio::test]
async fn a_second_engine_on_a_home_is_refused_until_the_first_has_closed() {
    let place = Place::new();
    let first = place.open().await;
    first
        .announce("127.0.0.1:6455".parse().unwrap())
        .await
        .unwrap();
    let refused = Engine::open(place.opening()).await.unwrap_err();
    assert!(
        refused.to_string().contains("http://127.0.0.1:6455"),
        "{refused}"
    );
    first.close().await;
    assert_eq!(first.home().tenant(), Tenant::Nobody);
    place.open().await;
}

#[tokio::test]
async fn d2_a_broken_pools_file_is_shown_and_left_and_the_proxy_serves() {
    let place = Place::new();
    place.write("provider_pools.json", "{\"openai-custom\": [");
    let engine = place.open().await;
    let problem = engine.problems().borrow().pools.clone().unwrap();
    assert!(
        problem
            .to_string()
            .contains("provider_pools.json cannot be read: line 1"),
        "{problem}"
    );
    engine.close().await;
    assert_eq!(place.read("provider_pools.json"), "{\"openai-custom\": [");
}

#[tokio::test]
async fn d2_a_broken_config_keeps_the_proxy_from_starting_with_other_settings() {
    let place = Place::new();
    place.write("config.json", "{\"SERVER_PORT\": 7000");
    let error = Engine::open(place.opening()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("config.json cannot be read: line 1"),
        "{error}"
    );
    place.write("config.json", "{\"SERVER_PORT\": 7000}");
    let engine = place.open().await;
    assert_eq!(engine.table().settings.port, 7000);
}

#[tokio::test(start_paused = true)]
async fn d1_counters_and_health_are_in_the_file_within_five_seconds() {
    let place = Place::with_pools(&pools("sk-1"));
    let engine = place.open().await;
    let table = engine.table();
    let (bench, seat) = table.seat(one()).unwrap();
    seat.tally.count_uses(3);
    seat.tally.count_failure();
    for _ in 0..3 {
        let reason = Arc::from("it fails");
        bench.pool.report(one(), None, Verdict::Failure { reason });
    }
    a_while().await;
    drop(engine.files.lock().await);
    let entry = &place.pools()["openai-custom"][0];
    assert_eq!(
        (&entry["usageCount"], &entry["errorCount"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(entry["isHealthy"], json!(false));
    assert!(
        entry["lastUsed"].as_str().unwrap().ends_with('Z'),
        "{entry}"
    );

    // Under constant load too, and at exit.
    for _ in 0..50 {
        seat.tally.count_uses(1);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(engine.files.lock().await);
    let kept = place.pools()["openai-custom"][0]["usageCount"]
        .as_u64()
        .unwrap();
    assert!(kept > 3 && kept <= 53, "{kept}");
    seat.tally.count_uses(7);
    engine.close().await;
    assert_eq!(place.pools()["openai-custom"][0]["usageCount"], json!(60));

    let again = place.open().await;
    assert!(
        matches!(gate(&again), Gate::Unhealthy { .. }),
        "health is remembered"
    );
    let table = again.table();
    assert_eq!(
        table.seat(one()).unwrap().1.tally.state(true).usage_count,
        60
    );
}

#[tokio::test(start_paused = true)]
async fn r2_nothing_is_written_while_nothing_changes() {
    let place = Place::with_pools(&json!({
        "openai-custom": [{"OPENAI_API_KEY": "sk-1", "uuid": ONE, "lastUsed": "2026-01-01T00:00:00.123456Z"}]
    }));
    let engine = place.open().await;
    a_while().await;
    let stamps = || {
        let all = std::fs::read_dir(place.folder.path()).unwrap();
        let mut all: Vec<_> = all
            .map(|file| {
                let file = file.unwrap();
                (
                    file.file_name(),
                    file.metadata().unwrap().modified().unwrap(),
                )
            })
            .collect();
        all.sort();
        all
    };
    let before = stamps();
    tokio::time::sleep(Duration::from_secs(600)).await;
    drop(engine.files.lock().await);
    assert_eq!(stamps(), before);
    engine.close().await;
    assert!(!place.path("running.json").exists());
}

#[tokio::test(start_paused = true)]
async fn what_another_process_counts_and_edits_meanwhile_is_kept() {
    let place = Place::with_pools(&pools("sk-1"));
    let engine = place.open().await;
    let table = engine.table();
    table.seat(one()).unwrap().1.tally.count_uses(2);
    engine.save().await;

    let mut theirs = place.pools();
    theirs["openai-custom"][0]["usageCount"] = json!(12);
    theirs["openai-custom"][0]["note"] = json!("mine");
    place.write("provider_pools.json", &theirs.to_string());
    table.seat(one()).unwrap().1.tally.count_uses(1);
    engine.save().await;

    let entry = &place.pools()["openai-custom"][0];
    assert_eq!(
        (&entry["usageCount"], &entry["note"]),
        (&json!(13), &json!("mine"))
    );
    let table = engine.table();
    assert_eq!(
        table.seat(one()).unwrap().1.tally.state(true).usage_count,
        13
    );
    engine.save().await;
    assert_eq!(
        place.pools()["openai-custom"][0]["usageCount"],
        json!(13),
        "and once"
    );
}

#[tokio::test(start_paused = true)]
async fn files_that_are_edited_by_hand_are_taken_up_and_broken_ones_are_not() {
    let place = Place::with_pools(&pools("sk-1"));
    let engine = place.open().await;
    engine.table().seat(one()).unwrap().1.tally.count_uses(5);
    let mut theirs = place.pools();
    theirs["openai-custom"][0]["customName"] = json!("Work");
    theirs["claude-custom"] = json!([{"CLAUDE_API_KEY": "sk-2"}]);
    place.write("provider_pools.json", &theirs.to_string());
    place.write(
        "config.json",
        "{\"MAX_ERROR_COUNT\": 9, \"SERVER_PORT\": 1}",
    );
    let mut swaps = engine.swaps();
    swaps.changed().await.unwrap();
    let table = engine.table();
    let (_, seat) = table.seat(one()).unwrap();
    assert_eq!(
        (seat.name.as_str(), seat.tally.state(true).usage_count),
        ("Work", 5)
    );
    assert_eq!(
        table.bench(ProviderType::ClaudeCustom).unwrap().seats.len(),
        1
    );
    assert_eq!(
        (table.settings.max_error_count, table.settings.port),
        (9, 6455)
    );
    assert!(!place.read("provider_pools.json").contains("sk-2"), "k1");

    place.write("provider_pools.json", "{");
    let mut problems = engine.problems();
    problems.wait_for(|now| now.pools.is_some()).await.unwrap();
    assert_eq!(
        engine.table().seats().count(),
        2,
        "what it said before goes on"
    );
    std::fs::remove_file(place.path("provider_pools.json")).unwrap();
    let gone = |now: &Arc<Problems>| {
        now.pools
            .as_ref()
            .is_some_and(|p| p.reason.contains("vanished"))
    };
    problems.wait_for(gone).await.unwrap();
    assert_eq!(engine.table().seats().count(), 2);
    place.write("config.json", "{\"HOST\": 3}");
    problems
        .wait_for(|now| now.settings.is_some())
        .await
        .unwrap();
    assert_eq!(engine.table().settings.max_error_count, 9);
}

#[tokio::test]
async fn the_demo_pool_stands_in_for_the_files_and_is_never_written() {
    let place = Place::with_pools(&pools("sk-1"));
    let mut opening = place.opening();
    let mut demo = Entry::new(Uuid::from_u128(1), ProviderType::OpenaiCustom);
    demo.secret = SecretField::Plain("demo".to_owned().into());
    demo.base_url = Some("http://127.0.0.1:9/v1".to_owned());
    opening.demo = vec![demo];
    let engine = Engine::open(opening).await.unwrap();
    let table = engine.table();
    let seats: Vec<_> = table.seats().map(|seat| seat.uuid).collect();
    assert_eq!(seats, [Uuid::from_u128(1)]);
    table.seats().next().unwrap().tally.count_uses(1);
    engine.close().await;
    assert!(!place.read("provider_pools.json").contains("00000000-0000"));
}

#[tokio::test]
async fn the_key_on_the_command_line_is_the_local_key() {
    let place = Place::new();
    place.write("config.json", "{\"REQUIRED_API_KEY\": \"from-the-file\"}");
    assert!(place.open().await.local_key().matches(b"from-the-file"));
    let other = Place::new();
    let mut opening = other.opening();
    opening.overrides.api_key = Some("mine".to_owned().into());
    assert!(
        Engine::open(opening)
            .await
            .unwrap()
            .local_key()
            .matches(b"mine")
    );
    let third = Place::new();
    third.write("config.json", "{\"REQUIRED_API_KEY\": \"vault:nothing\"}");
    let error = Engine::open(third.opening()).await.unwrap_err();
    assert!(matches!(error, OpenError::NoLocalKey), "{error}");
}

#[tokio::test]
async fn an_edit_is_taken_up_at_once_and_clears_the_gate() {
    let place = Place::with_pools(&pools("sk-1"));
    let engine = place.open().await;
    let table = engine.table();
    let (bench, seat) = table.seat(one()).unwrap();
    seat.tally.count_uses(4);
    let reason = Arc::from("the key is dead");
    bench
        .pool
        .report(one(), None, Verdict::NeedsLogin { reason });
    let off = |disabled| Edit::Disable {
        uuid: one(),
        disabled,
    };
    engine.apply(off(true)).await.unwrap();
    assert_eq!(gate(&engine), Gate::Disabled);
    engine.apply(off(false)).await.unwrap();
    assert!(
        matches!(gate(&engine), Gate::NeedsLogin { .. }),
        "switching on is no edit of the account"
    );

    let change = Edit::Change {
        uuid: one(),
        fields: serde_json::Map::new(),
        key: Some("sk-2".to_owned().into()),
    };
    engine.apply(change).await.unwrap();
    assert_eq!(gate(&engine), Gate::Ready);
    let table = engine.table();
    let instance = table
        .seat(one())
        .unwrap()
        .1
        .upstream
        .as_ref()
        .unwrap()
        .instance();
    assert!(instance.key.as_ref().unwrap().matches(b"sk-2"));

    let removed = match engine.apply(Edit::Remove { uuid: one() }).await.unwrap() {
        Done::Removed(removed) => removed,
        other => panic!("{other:?}"),
    };
    assert_eq!(engine.table().seats().count(), 0);
    engine.apply(Edit::Restore(removed)).await.unwrap();
    assert_eq!(
        engine
            .table()
            .seat(one())
            .unwrap()
            .1
            .tally
            .state(true)
            .usage_count,
        4
    );
    assert_eq!(gate(&engine), Gate::Ready);
}

#[tokio::test]
async fn a_setting_is_taken_up_at_once() {
    let place = Place::new();
    let engine = place.open().await;
    engine.set("MAX_ERROR_COUNT", "7").await.unwrap();
    assert_eq!(engine.table().settings.max_error_count, 7);
    assert!(engine.set("MAX_ERROR_COUNT", "x").await.is_err());
    engine
        .set_local_key(Some("mine".to_owned().into()))
        .await
        .unwrap();
    assert!(engine.local_key().matches(b"mine"));
    assert!(!place.read("config.json").contains("mine"));
    engine.set_local_key(None).await.unwrap();
    assert!(engine.local_key().expose().starts_with("mp-"));
}

#[tokio::test]
async fn an_edit_does_not_wait_for_broken_settings() {
    let place = Place::with_pools(&pools("sk-1"));
    let engine = place.open().await;
    place.write("config.json", "{");
    let off = Edit::Disable {
        uuid: one(),
        disabled: true,
    };
    engine.apply(off).await.unwrap();
    assert_eq!(gate(&engine), Gate::Disabled);
    assert!(engine.problems().borrow().settings.is_some());
}

#[tokio::test]
async fn the_demos_instances_cannot_be_edited_and_end_when_it_ends() {
    let place = Place::with_pools(&pools("sk-1"));
    let engine = place.open().await;
    let mut demo = Entry::new(Uuid::from_u128(1), ProviderType::OpenaiCustom);
    demo.secret = SecretField::Plain("demo".to_owned().into());
    engine.show_demo(vec![demo]).await.unwrap();
    assert!(engine.table().seat(one()).is_none());
    let edit = Edit::Remove { uuid: one() };
    assert!(matches!(engine.apply(edit).await, Err(EditError::Demo)));
    engine.show_demo(Vec::new()).await.unwrap();
    assert_eq!(gate(&engine), Gate::Ready);
}
