use std::collections::HashMap;
use std::path::PathBuf;

use account::SecretsMode;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::document::{Document, value};
use crate::roster::file::Owner;

struct Place {
    folder: tempfile::TempDir,
    vault: Vault,
    file: PoolsFile,
}

const A: &str = "2f579c65-d3c5-41b1-9985-9f6e3d7bf39c";
const B: &str = "e284628d-302f-456d-91f3-6095386fb3b8";

const POOLS: &str = r#"{
  // work
  "openai-custom": [
    { "uuid": "2f579c65-d3c5-41b1-9985-9f6e3d7bf39c", "OPENAI_API_KEY": "sk-a", "odd": 1.50 /* mine */ },
    {
      "uuid": "e284628d-302f-456d-91f3-6095386fb3b8", // second
      "OPENAI_API_KEY": "sk-b",
      "HEADERS": { "X-Api-Key": "hk-b", "X-Team": "blue" }
    }
  ],
  "grok-custom": [ { "anything": [1, 2.0, 12345678901234567890123] } ]
}
"#;

impl Place {
    async fn new() -> Self {
        Self::with(POOLS).await
    }

    async fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("provider_pools.json");
        std::fs::write(&path, text).unwrap();
        let vault = Vault::open(folder.path(), SecretsMode::File).await.unwrap();
        let file = PoolsFile::new(path, Owner::Home);
        file.move_secrets(&vault).await.unwrap();
        Self {
            folder,
            vault,
            file,
        }
    }

    async fn apply(&self, edit: Edit) -> Result<Done, EditError> {
        self.file.apply(edit, &self.vault).await
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.file.path()).unwrap()
    }

    fn entries(&self) -> Vec<Entry> {
        let roster = self.file.load().unwrap();
        assert_eq!(roster.complaints, []);
        roster.entries
    }

    /// Every secret in the vault's file.
    fn vaulted(&self) -> HashMap<String, String> {
        let text = std::fs::read(self.folder.path().join("vault.json")).unwrap_or_default();
        let all: Value = serde_json::from_slice(&text).unwrap_or_default();
        let mut found = HashMap::new();
        collect(&all, &mut found);
        found
    }
}

fn collect(value: &Value, into: &mut HashMap<String, String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        match value {
            Value::String(text) => {
                into.insert(name.clone(), text.clone());
            }
            other => collect(other, into),
        }
    }
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => panic!("{other}"),
    }
}

fn uuid(text: &str) -> Uuid {
    text.parse().unwrap()
}

fn key(text: &str) -> Option<Secret<String>> {
    Some(text.to_owned().into())
}

#[tokio::test]
async fn d3_moving_secrets_changes_nothing_else() {
    let place = Place::new().await;
    let expected = POOLS
        .replace("\"sk-a\"", &format!("\"vault:{A}\""))
        .replace("\"sk-b\"", &format!("\"vault:{B}\""))
        .replace("\"hk-b\"", &format!("\"vault:{B}.X-Api-Key\""));
    assert_eq!(place.text(), expected);
    let kept = place.vaulted();
    assert_eq!((kept[A].as_str(), kept[B].as_str()), ("sk-a", "sk-b"));
    assert_eq!(kept[&format!("{B}.X-Api-Key")], "hk-b");
    assert_eq!(place.file.move_secrets(&place.vault).await.unwrap(), 0);
    assert!(!place.file.load().unwrap().has_plain_secrets());
}

#[tokio::test]
async fn an_instance_is_added_at_the_end_of_its_pool_and_its_key_to_the_vault() {
    let place = Place::new().await;
    let new = New {
        provider: ProviderType::OpenaiCustom,
        fields: fields(
            json!({"customName": "Third", "OPENAI_BASE_URL": "https://x.example/v1", "weight": "2",
            "HEADERS": {"api-key": "hk-canary", "x": "y"}}),
        ),
        key: key(" sk-canary\n"),
    };
    let done = place.apply(Edit::Add(new)).await.unwrap();
    assert!(!place.text().contains("canary"), "k1: {}", place.text());
    let entries = place.entries();
    let third = &entries[2];
    assert_eq!((third.uuid, third.weight), (done.uuid(), 2));
    assert_eq!(place.vaulted()[&done.uuid().to_string()], "sk-canary");
    assert_eq!(third.vaulted().count(), 2);
    assert!(
        place
            .text()
            .starts_with("{\n  // work\n  \"openai-custom\": [")
    );

    let claude = New {
        provider: ProviderType::ClaudeCustom,
        fields: Map::new(),
        key: key("sk-ant"),
    };
    place.apply(Edit::Add(claude)).await.unwrap();
    assert_eq!(place.entries()[3].provider, ProviderType::ClaudeCustom);
}

#[tokio::test]
async fn a_change_touches_its_fields_only_and_a_new_key_takes_the_old_ones_place() {
    let place = Place::new().await;
    let before = place.text();
    let change = Edit::Change {
        uuid: uuid(A),
        fields: fields(json!({"odd": null})),
        key: None,
    };
    let refused = place.apply(change).await.unwrap_err();
    assert!(
        matches!(refused, EditError::NoSuchField { .. }),
        "{refused}"
    );
    let change = |key| Edit::Change {
        uuid: uuid(A),
        fields: fields(json!({"priority": 3})),
        key,
    };
    place.apply(change(key("sk-new"))).await.unwrap();
    let expected = before.replace(
        "\"odd\": 1.50 /* mine */",
        "\"odd\": 1.50, /* mine */\n      \"priority\": 3",
    );
    let squeeze = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(squeeze(&place.text()), squeeze(&expected));
    assert_eq!(place.vaulted()[A], "sk-new");
    let again = place.text();
    place.apply(change(None)).await.unwrap();
    assert_eq!(place.text(), again);
    let without = Edit::Change {
        uuid: uuid(B),
        fields: fields(json!({"HEADERS": {"X-Team": "red"}})),
        key: None,
    };
    place.apply(without).await.unwrap();
    assert_eq!(
        place.vaulted().len(),
        2,
        "the header's secret is gone with it"
    );
}

#[tokio::test]
async fn what_may_not_be_set_is_refused_with_what_may() {
    let place = Place::new().await;
    let before = (place.text(), place.vaulted());
    for (wrong, expected) in [
        (json!({"usageCount": 0}), "Millpond itself writes it"),
        (
            json!({"OPENAI_API_KEY": "sk-canary"}),
            "prompt or standard input",
        ),
        (
            json!({"CLAUDE_BASE_URL": "https://x.example"}),
            "known are customName, OPENAI_BASE_URL",
        ),
        (
            json!({"weight": 0}),
            "weight would be 0; expected a number, 1 to 10000",
        ),
        (
            json!({"OPENAI_BASE_URL": "x.example"}),
            "OPENAI_BASE_URL would be \"x.example\"; expected an address",
        ),
        (
            json!({"HEADERS": ["sk-canary"]}),
            "HEADERS would be a list; expected {name: value}",
        ),
    ] {
        let change = Edit::Change {
            uuid: uuid(A),
            fields: fields(wrong),
            key: key("sk-new"),
        };
        let error = place.apply(change).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("canary"), "k2: {error}");
    }
    let oauth = New {
        provider: ProviderType::QwenOauth,
        fields: Map::new(),
        key: key("sk"),
    };
    let error = place.apply(Edit::Add(oauth)).await.unwrap_err().to_string();
    assert!(
        error.contains("QWEN_OAUTH_CREDS would hold no sign-in"),
        "{error}"
    );
    let nobody = Edit::Remove { uuid: Uuid::nil() };
    assert!(matches!(
        place.apply(nobody).await,
        Err(EditError::NoSuchEntry(_))
    ));
    assert_eq!((place.text(), place.vaulted()), before);
}

#[tokio::test]
async fn d2_a_key_is_not_changed_when_the_file_cannot_be() {
    let place = Place::new().await;
    let good = place.text();
    std::fs::write(place.file.path(), good.replace("\"odd\"", "odd")).unwrap();
    let new = New {
        provider: ProviderType::OpenaiCustom,
        fields: Map::new(),
        key: key("sk-new"),
    };
    let kept = place.vaulted();
    assert!(place.apply(Edit::Add(new)).await.is_err());
    assert_eq!(place.vaulted(), kept);
}

#[tokio::test]
async fn a_removed_instance_comes_back_with_its_key_comments_and_place() {
    let place = Place::new().await;
    let before = (place.text(), place.vaulted());
    for one in [A, B] {
        let removed = match place.apply(Edit::Remove { uuid: uuid(one) }).await.unwrap() {
            Done::Removed(removed) => removed,
            other => panic!("{other:?}"),
        };
        assert!(!format!("{removed:?}").contains("sk-"), "k2");
        assert!(!place.text().contains(one));
        assert!(!place.vaulted().contains_key(one));
        assert!(place.text().contains("12345678901234567890123"));
        place.apply(Edit::Restore(removed.clone())).await.unwrap();
        place.apply(Edit::Restore(removed)).await.unwrap();
        let squeeze = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(squeeze(&place.text()), squeeze(&before.0), "{one}");
        assert_eq!(place.vaulted(), before.1);
    }
}

#[tokio::test]
async fn a_secret_that_two_entries_share_outlives_one_of_them_and_an_edit_of_the_other() {
    let shared = r#"{"openai-custom": [
        {"uuid": "2f579c65-d3c5-41b1-9985-9f6e3d7bf39c", "OPENAI_API_KEY": "sk-a"},
        {"uuid": "e284628d-302f-456d-91f3-6095386fb3b8", "OPENAI_API_KEY": "vault:2f579c65-d3c5-41b1-9985-9f6e3d7bf39c"}
    ]}"#;
    // The name that A's key would get is already relied on by B, whose key must not change with A's.
    let place = Place::with(shared).await;
    let names: Vec<_> = place
        .entries()
        .iter()
        .map(|entry| entry.secret.written())
        .collect();
    assert_ne!(names[0], names[1]);
    assert_eq!(names[1], format!("vault:{A}"));

    let both =
        format!("{{\"openai-custom\": [{{\"uuid\": \"{A}\", \"OPENAI_API_KEY\": \"sk-a\"}}]}}");
    let place = Place::with(&both).await;
    let copy = place.text().replace(
        '[',
        &format!("[{{\"uuid\": \"{B}\", \"OPENAI_API_KEY\": \"vault:{A}\"}}, "),
    );
    std::fs::write(place.file.path(), copy).unwrap();
    let change = Edit::Change {
        uuid: uuid(A),
        fields: Map::new(),
        key: key("sk-new"),
    };
    place.apply(change).await.unwrap();
    assert_eq!(place.vaulted()[A], "sk-a", "B still has it");
    place.apply(Edit::Remove { uuid: uuid(B) }).await.unwrap();
    assert!(!place.vaulted().contains_key(A), "and now nobody has");
    assert_eq!(place.vaulted().len(), 1);
}

#[tokio::test]
async fn switching_off_and_on_touches_one_field() {
    let place = Place::new().await;
    let off = |disabled| Edit::Disable {
        uuid: uuid(B),
        disabled,
    };
    let before = place.text();
    place.apply(off(false)).await.unwrap();
    assert_eq!(place.text(), before);
    place.apply(off(true)).await.unwrap();
    assert!(place.entries()[1].disabled);
    place.apply(off(false)).await.unwrap();
    assert!(!place.entries()[1].disabled);
}

#[tokio::test]
async fn people_may_name_an_instance_as_they_see_it() {
    let named = POOLS.replace("\"odd\": 1.50", "\"customName\": \"e284\"");
    let roster = Place::with(&named).await.file.load().unwrap();
    let meant = |text: &str| roster.meant(text).map(|entry| entry.uuid.to_string());
    assert_eq!(meant("e284").unwrap(), A, "a name goes first");
    assert_eq!(meant("E284628D").unwrap(), B);
    assert_eq!(meant(&A.replace('-', "")).unwrap(), A);
    for nobody in ["", "2f5", "nobody"] {
        assert!(
            matches!(meant(nobody), Err(EditError::NoSuchEntry(_))),
            "{nobody}"
        );
    }
}

fn any_edit() -> impl Strategy<Value = (u8, String, u32)> {
    (
        0..5_u8,
        "[a-zA-Z0-9 \"\\\\/{}\\[\\],:é]{1,12}",
        1..5_000_u32,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn d3_unknown_fields_types_comments_and_order_survive_any_edits(edits in prop::collection::vec(any_edit(), 1..8)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let place = Place::new().await;
            let unknown = r#""grok-custom": [ { "anything": [1, 2.0, 12345678901234567890123] } ]"#;
            for (what, text, number) in edits {
                let entries = place.entries();
                let first = entries.iter().find(|entry| entry.uuid != uuid(B)).map(|entry| entry.uuid);
                let edit = match (what, first) {
                    (0, Some(uuid)) => Edit::Change {
                        uuid,
                        fields: fields(json!({"customName": text, "priority": number, "modelMap": {"*": text}})),
                        key: key(&text),
                    },
                    (1, Some(uuid)) => Edit::Remove { uuid },
                    (2, Some(uuid)) => Edit::Disable { uuid, disabled: true },
                    (3, _) => Edit::Change {
                        uuid: uuid(B),
                        fields: fields(json!({"customName": text, "weight": number})),
                        key: None,
                    },
                    _ => Edit::Add(New {
                        provider: ProviderType::OpenaiCustom,
                        fields: fields(json!({"customName": text, "concurrencyLimit": number})),
                        key: key(&text),
                    }),
                };
                if text.trim().is_empty() {
                    continue;
                }
                place.apply(edit).await.unwrap();
                let now = place.text();
                prop_assert!(now.contains(unknown), "{}", now);
                prop_assert!(now.contains("// work\n") && now.contains("// second\n"), "{}", now);
                let file = Document::parse(place.file.path(), &now).unwrap();
                prop_assert!(value(file.object(), "openai-custom").is_some());
                let b = place.entries().into_iter().find(|entry| entry.uuid == uuid(B)).unwrap();
                prop_assert_eq!(b.headers.len(), 2);
                // Whatever an entry names, the vault has; and nothing else.
                let mut named: Vec<_> = place.entries().iter().flat_map(Entry::vaulted).cloned().collect();
                let mut kept: Vec<_> = place.vaulted().into_keys().collect();
                named.sort();
                kept.sort();
                prop_assert_eq!(named, kept);
            }
            Ok(())
        })?;
    }
}

#[test]
fn processes_or_threads_that_edit_at_once_lose_nothing_of_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("provider_pools.json");
    std::fs::write(&path, POOLS).unwrap();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (path, home) = (path.clone(), folder.path().to_owned());
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    let vault = Vault::open(&home, SecretsMode::File).await.unwrap();
                    let file = PoolsFile::new(path, Owner::Home);
                    for n in 0..10 {
                        let new = New {
                            provider: ProviderType::ClaudeCustom,
                            fields: fields(json!({"customName": format!("{writer}-{n}")})),
                            key: key(&format!("sk-{writer}-{n}")),
                        };
                        file.apply(Edit::Add(new), &vault).await.unwrap();
                    }
                });
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let roster = PoolsFile::new(path, Owner::Home).load().unwrap();
    assert_eq!(roster.complaints, []);
    assert_eq!(roster.entries.len(), 42);
}

#[tokio::test]
async fn d3_an_entry_moves_within_its_pool_as_it_is_written() {
    let place = Place::new().await;
    let second = place.entries()[1].uuid;
    let moved = Edit::Move {
        uuid: second,
        place: 0,
    };
    place.apply(moved).await.unwrap();
    let order: Vec<_> = place.entries().iter().map(|one| one.uuid).collect();
    assert_eq!(order[0], second);
    for kept in [
        "// work",
        "// second",
        "/* mine */",
        "12345678901234567890123",
    ] {
        assert!(place.text().contains(kept), "{kept}: {}", place.text());
    }
    let past_the_end = Edit::Move {
        uuid: second,
        place: 99,
    };
    place.apply(past_the_end).await.unwrap();
    assert_eq!(place.entries()[1].uuid, second);
}
