use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::file::{Owner, PoolsFile};
use super::*;

const ONE: &str = "2f579c65-d3c5-41b1-9985-9f6e3d7bf39c";

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn of(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pools.json"), text).unwrap();
        Self { folder }
    }

    fn file(&self) -> PoolsFile {
        PoolsFile::new(self.folder.path().join("pools.json"), Owner::User)
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.file().path()).unwrap()
    }

    fn load(&self) -> Roster {
        self.file().load().unwrap()
    }

    /// The complaints, without the path.
    fn complaints(&self) -> Vec<String> {
        let all = self.load().complaints.into_iter();
        all.map(|one| format!("{} {}", one.place, one.problem))
            .collect()
    }
}

/// A pool of one entry with these fields.
fn entry_of(kind: &str, fields: Value) -> Entry {
    let mut fields = fields;
    fields["uuid"] = json!(ONE);
    let roster = Place::of(&json!({ kind: [fields] }).to_string()).load();
    assert_eq!(roster.complaints, []);
    roster.entries[0].clone()
}

fn plain(text: &str) -> SecretField {
    SecretField::Plain(text.to_owned().into())
}

#[test]
fn the_seeds_file_is_read_and_not_touched() {
    let seed = include_str!("import/seed.json");
    let place = Place::of(seed);
    let roster = place.load();
    assert_eq!(roster.complaints, []);
    assert_eq!(place.text(), seed);
    let kinds: Vec<_> = roster.entries.iter().map(|entry| entry.provider).collect();
    assert_eq!(
        kinds,
        [
            ProviderType::OpenaiCustom,
            ProviderType::OpenaiCustom,
            ProviderType::GeminiCliOauth,
            ProviderType::ClaudeCustom,
            ProviderType::KiroOauth,
            ProviderType::QwenOauth,
        ]
    );
    let first = &roster.entries[0];
    assert_eq!(first.uuid.to_string(), ONE);
    assert_eq!(first.secret, plain("sk-openai-key1"));
    assert_eq!(first.base_url.as_deref(), Some("https://api.openai.com/v1"));
    assert_eq!(first.state, EntryState::default());
    let expected = place.folder.path().join("./kiro_creds1.json");
    assert_eq!(roster.entries[4].credentials, Some(expected));
}

#[test]
fn every_field_of_the_design_is_read() {
    let entry = entry_of(
        "claude-custom",
        json!({
            "CLAUDE_API_KEY": "vault:abc", "CLAUDE_BASE_URL": "https://relay.example/anthropic",
            "CLAUDE_AUTH_SCHEME": "Bearer", "ANTHROPIC_VERSION": "2023-06-01",
            "customName": " Work ", "isDisabled": "true", "checkHealth": false, "checkModelName": "m",
            "notSupportedModels": ["a", "b*"], "modelMap": {"x*": "y", "z": "w"},
            "concurrencyLimit": 4, "weight": "2", "priority": 1.0,
            "PROXY_URL": "socks5h://me:pass@localhost:1", "HEADERS": {"X-A": "1", "X-B": 2, "X-C": null, "X-D": ""},
            "isHealthy": false, "lastUsed": "2026-01-02T03:04:05.678Z", "usageCount": 7, "errorCount": 3,
            "lastErrorTime": 1767323045678_u64,
        }),
    );
    let mut expected = Entry::new(ONE.parse().unwrap(), ProviderType::ClaudeCustom);
    expected.secret = SecretField::Vaulted("abc".to_owned());
    expected.base_url = Some("https://relay.example/anthropic".to_owned());
    expected.auth = AuthScheme::Bearer;
    expected.anthropic_version = Some("2023-06-01".to_owned());
    expected.custom_name = Some("Work".to_owned());
    expected.disabled = true;
    expected.check_health = Some(false);
    expected.check_model = Some("m".to_owned());
    expected.not_supported_models = vec!["a".to_owned(), "b*".to_owned()];
    expected.model_map = vec![
        ("x*".to_owned(), "y".to_owned()),
        ("z".to_owned(), "w".to_owned()),
    ];
    expected.concurrency_limit = Some(4);
    expected.weight = 2;
    expected.priority = 1;
    expected.proxy_url = Some("socks5h://me:pass@localhost:1".to_owned());
    expected.headers = [("X-A", "1"), ("X-B", "2"), ("X-D", "")]
        .map(|(name, value)| (name.to_owned(), plain(value)))
        .into();
    let time: Timestamp = "2026-01-02T03:04:05.678Z".parse().unwrap();
    expected.state = EntryState {
        is_healthy: false,
        last_used: Some(time),
        usage_count: 7,
        error_count: 3,
        last_error_time: Some(time),
    };
    assert_eq!(entry, expected);

    let organized = entry_of(
        "openai-custom",
        json!({"OPENAI_ORGANIZATION": "org", "OPENAI_PROJECT": "proj"}),
    );
    assert_eq!(
        organized.headers[0],
        ("openai-organization".to_owned(), plain("org"))
    );
    assert_eq!(
        organized.headers[1],
        ("openai-project".to_owned(), plain("proj"))
    );
    let keyed = entry_of(
        "gemini-custom",
        json!({"GEMINI_API_KEY": "k", "GEMINI_BASE_URL": "http://localhost:1"}),
    );
    assert_eq!(
        (keyed.secret, keyed.base_url.as_deref()),
        (plain("k"), Some("http://localhost:1"))
    );
    let empty = entry_of(
        "openai-custom",
        json!({"OPENAI_API_KEY": "", "PROXY_URL": "", "checkModelName": null}),
    );
    assert_eq!(
        empty,
        Entry::new(ONE.parse().unwrap(), ProviderType::OpenaiCustom)
    );
}

#[test]
fn what_is_wrong_in_an_entry_is_named_and_the_entry_is_kept() {
    let place = Place::of(&json!({"openai-custom": [
        {"uuid": ONE, "OPENAI_API_KEY": "sk-1", "weight": "heavy", "modelMap": 3, "notSupportedModels": [4]},
    ]}).to_string());
    assert_eq!(
        place.complaints(),
        [
            "openai-custom[0].notSupportedModels is a list; expected a list of models, as names or globs",
            "openai-custom[0].modelMap is 3; expected {model: the upstream's name for it}",
            "openai-custom[0].weight is \"heavy\"; expected a number, 1 to 10000",
        ]
    );
    let entry = &place.load().entries[0];
    assert_eq!((entry.weight, &entry.fault), (1, &None), "and used");
}

#[test]
fn an_entry_that_could_send_its_key_astray_is_not_used() {
    for (name, wrong) in [
        ("OPENAI_BASE_URL", json!("relay.example")),
        ("OPENAI_BASE_URL", json!(["https://relay.example"])),
        ("OPENAI_BASE_URL", json!("https://me:canary@relay.example")),
        ("PROXY_URL", json!("gopher://me:canary@proxy")),
        ("HEADERS", json!("authorization: canary")),
        ("HEADERS", json!({"a": ["canary"]})),
        ("OPENAI_API_KEY", json!({"key": "canary"})),
        ("isDisabled", json!("perhaps")),
    ] {
        let place = Place::of(&json!({"openai-custom": [{"uuid": ONE, name: wrong}]}).to_string());
        let roster = place.load();
        let fault = roster.entries[0].fault.clone().unwrap();
        assert!(fault.starts_with(&format!("its {name} is ")), "{fault}");
        let told = format!("{fault} {}", roster.complaints[0]);
        assert!(!told.contains("canary"), "k2: {told}");
    }
}

#[test]
fn entries_without_a_uuid_get_one_that_stays() {
    let place = Place::of(
        "{\n  \"openai-custom\": [{ \"odd\": 1 /* a */ }, {\"uuid\": \"\"}, {\"uuid\": null}]\n}",
    );
    let first = place.load();
    assert_eq!((first.entries.len(), first.complaints.len()), (3, 0));
    assert_eq!(place.load(), first);
    assert!(
        place.text().contains("\"odd\": 1, /* a */"),
        "{}",
        place.text()
    );
}

#[test]
fn what_is_no_uuid_still_names_its_entry_and_stays() {
    let text = r#"{"openai-custom": [{"uuid": "glm-primary"}, {"uuid": 7}]}"#;
    let place = Place::of(text);
    let roster = place.load();
    assert_eq!(roster.complaints, []);
    assert_eq!(place.text(), text);
    assert_eq!(place.load(), roster, "the same in every run");
    assert_ne!(roster.entries[0].uuid, roster.entries[1].uuid);
}

#[test]
fn an_entry_that_was_copied_gets_a_uuid_of_its_own() {
    let place = Place::of(
        &json!({
            "openai-custom": [{"uuid": ONE, "OPENAI_API_KEY": "sk-1"}],
            "claude-custom": [{"uuid": ONE.to_uppercase(), "CLAUDE_API_KEY": "sk-2"}],
        })
        .to_string(),
    );
    let roster = place.load();
    let told = roster.complaints[0].to_string();
    assert!(
        told.contains(&format!(
            "claude-custom[0].uuid was {ONE}, which an entry before it has"
        )),
        "{told}"
    );
    assert_eq!(roster.entries[0].uuid.to_string(), ONE);
    assert_eq!(
        (
            roster.entries[1].uuid.to_string() == ONE,
            &roster.entries[1].secret
        ),
        (false, &plain("sk-2"))
    );
    assert_eq!(place.complaints().len(), 0, "once");
}

#[test]
fn what_is_no_pool_or_no_entry_is_named_and_kept() {
    let text = r#"{"openai-custom": {"a": 1}, "claude-custom": [1, {"uuid": "a"}, null], "claude-custom": [{"uuid": "b"}],
        "$schema": "x", "grok-custom": "any"}"#;
    let place = Place::of(text);
    assert_eq!(
        place.complaints(),
        [
            "openai-custom is an object; expected a list of entries",
            "claude-custom[0] is a number; expected an entry, { … }",
            "claude-custom[2] is null; expected an entry, { … }",
            "claude-custom stands there twice; both are read",
        ]
    );
    assert_eq!(place.load().entries.len(), 2);
    assert_eq!(place.text(), text);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_still_read() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::of("{\"openai-custom\": [{}]}");
    let mode =
        |mode| std::fs::set_permissions(place.folder.path(), std::fs::Permissions::from_mode(mode));
    mode(0o500).unwrap();
    let roster = place.load();
    mode(0o700).unwrap();
    assert_eq!(roster.entries.len(), 1);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i16>().prop_map(|n| Value::from(f64::from(n) / 8.0)),
        "[a-z:/@.*-]{0,12}".prop_map(Value::from),
        Just(json!(ONE)),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z-]{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_entry() -> impl Strategy<Value = Value> {
    let mut names: Vec<&str> = fields::FIELDS.iter().map(|field| field.name).collect();
    names.extend([
        "uuid",
        "OPENAI_API_KEY",
        "isHealthy",
        "lastUsed",
        "usageCount",
        "unknown",
    ]);
    let field = (prop::sample::select(names), any_json());
    let fields = prop::collection::vec(field, 0..6);
    let object = fields.prop_map(|fields| {
        let fields = fields.into_iter();
        Value::Object(
            fields
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    });
    prop_oneof![9 => object, 1 => any_json()]
}

proptest! {
    #[test]
    fn d3_reading_any_file_keeps_every_value_of_it(
        pools in prop::collection::vec((0..4_usize, prop::collection::vec(any_entry(), 0..4)), 0..3)
    ) {
        let kinds = ["openai-custom", "claude-custom", "gemini-cli-oauth", "grok-custom"];
        let pools: serde_json::Map<String, Value> = pools
            .into_iter()
            .map(|(kind, entries)| (kinds[kind].to_owned(), entries.into()))
            .collect();
        let place = Place::of(&Value::Object(pools.clone()).to_string());
        let roster = place.load();
        let after: Value = serde_json::from_str(&place.text()).unwrap();
        let mut objects = 0;
        for (kind, entries) in &pools {
            let entries = entries.as_array().unwrap();
            let now = after[kind].as_array().unwrap();
            prop_assert_eq!(entries.len(), now.len());
            for (before, now) in entries.iter().zip(now) {
                let (mut before, mut now) = (before.clone(), now.clone());
                if let (Some(before), Some(now)) = (before.as_object_mut(), now.as_object_mut()) {
                    objects += usize::from(kind != "grok-custom");
                    before.remove("uuid");
                    now.remove("uuid");
                }
                prop_assert_eq!(before, now);
            }
        }
        prop_assert_eq!(roster.entries.len(), objects);
        prop_assert_eq!(place.load().entries, roster.entries);
        prop_assert!(Path::new(place.file().path()).exists());
    }
}
