use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::edit::{EditError, set};
use super::keys::{KEYS, Key};
use super::*;

struct Config {
    folder: tempfile::TempDir,
}

impl Config {
    fn of(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), text).unwrap();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("config.json")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    fn load(&self) -> Result<Loaded, SettingsError> {
        Settings::load(&self.path())
    }
}

fn read(text: &str) -> Settings {
    let loaded = Config::of(text).load().unwrap();
    assert_eq!(loaded.complaints, [], "{text}");
    loaded.settings
}

/// The complaints about a text, without the path.
fn complaints(text: &str) -> Vec<String> {
    let found = match Config::of(text).load() {
        Ok(loaded) => loaded.complaints,
        Err(SettingsError::Wrong(mistakes)) => mistakes.0,
        Err(error) => panic!("{error}"),
    };
    let told = found.into_iter();
    told.map(|one| format!("{} {}", one.place, one.problem))
        .collect()
}

#[test]
fn the_defaults_are_those_of_the_design() {
    let nowhere = Path::new("/nowhere/config.json");
    let loaded = Settings::load(nowhere).unwrap();
    let s = loaded.settings;
    assert_eq!(s, Settings::default());
    assert_eq!((s.host.as_str(), s.port), ("127.0.0.1", 6455));
    assert_eq!((s.max_error_count, s.request_max_retries), (3, 3));
    assert_eq!(s.connect_timeout.as_millis(), 10_000);
    assert_eq!(s.first_content_timeout.as_millis(), 120_000);
    assert_eq!(s.idle_timeout.as_millis(), 120_000);
    assert_eq!(s.health_check, Some(Duration::from_secs(600)));
    assert_eq!(s.body_limit, 32 * 1024 * 1024);
    assert!(!s.listens_beyond_loopback());
}

#[test]
fn the_seeds_config_with_its_comment_is_read() {
    let config = Config::of(
        r#"{
  "PROVIDER_POOLS_FILE_PATH": "provider_pools.json",
  "MODEL_PROVIDER": "openai-custom"  // This will select an instance from the openai-custom pool
}"#,
    );
    let settings = config.load().unwrap().settings;
    assert_eq!(settings.model_provider, Some(ProviderType::OpenaiCustom));
    let expected = config.folder.path().join("provider_pools.json");
    assert_eq!(settings.pools_file, Some(expected));
}

#[test]
fn what_the_seed_project_ships_is_read_and_what_is_unknown_is_named() {
    let config = Config::of(
        r#"{
    "REQUIRED_API_KEY": "123456", "SERVER_PORT": "3000", "HOST": "0.0.0.0",
    "SYSTEM_PROMPT_MODE": "overwrite", "LOG_LEVEL": "info",
    "SCHEDULED_HEALTH_CHECK": {"enabled": true, "interval": 300000, "startupRun": true},
    "providerFallbackChain": {
      "gemini-cli-oauth": ["gemini-antigravity"],
      "gemini-antigravity": ["gemini-cli-oauth"],
      "claude-kiro-oauth": ["claude-custom", "claude-custom"]
    },
    "modelFallbackMapping": {
      "a": {"targetProviderType": "claude-kiro-oauth", "targetModel": "b"},
      "c": {"targetProviderType": "gemini-antigravity", "targetModel": "d"}
    },
    "PROXY_URL": null, "PROXY_ENABLED_PROVIDERS": []
}"#,
    );
    let loaded = config.load().unwrap();
    let s = loaded.settings;
    assert_eq!(s.port, 3000);
    assert!(s.listens_beyond_loopback() && !s.allow_remote);
    assert_eq!(s.required_api_key, SecretField::read("123456").unwrap());
    assert_eq!(s.health_check, Some(Duration::from_secs(300)));
    assert_eq!(
        s.fallback_chain,
        [
            (ProviderType::GeminiCliOauth, vec![]),
            (ProviderType::KiroOauth, vec![ProviderType::ClaudeCustom])
        ]
    );
    assert_eq!(s.model_fallback.len(), 1);
    assert_eq!(s.proxy_enabled, Some(vec![]));
    assert_eq!(loaded.unknown, ["SYSTEM_PROMPT_MODE"]);
    let places: Vec<_> = loaded.complaints.iter().map(|c| c.place.as_str()).collect();
    assert_eq!(
        places,
        [
            "providerFallbackChain.gemini-cli-oauth[0]",
            "providerFallbackChain.gemini-antigravity",
            "modelFallbackMapping.c",
        ]
    );
    assert!(loaded.complaints[0].to_string().ends_with(
        "config.json: providerFallbackChain.gemini-cli-oauth[0] is \"gemini-antigravity\", \
         no provider type that this version knows; it is left out"
    ));
}

#[test]
fn checks_are_scheduled_in_every_form_that_people_write() {
    let every = |text: &str| read(&format!("{{\"SCHEDULED_HEALTH_CHECK\": {text}}}")).health_check;
    let ms = |n| Some(Duration::from_millis(n));
    assert_eq!(every("true"), ms(600_000));
    assert_eq!(every("\"false\""), None);
    assert_eq!(every("0"), None);
    assert_eq!(every("5"), ms(300_000));
    assert_eq!(every("\"300000\""), ms(300_000));
    assert_eq!(every("1000"), ms(1_000));
    assert_eq!(every("{}"), ms(600_000));
    assert_eq!(every("{\"interval\": 2000}"), ms(2_000));
    assert_eq!(every("{\"enabled\": false, \"interval\": 2000}"), None);
    for odd in [
        "-1",
        "1.5",
        "[]",
        "\"often\"",
        "{\"interval\": 3}",
        "{\"enabled\": 4}",
    ] {
        let told = complaints(&format!("{{\"SCHEDULED_HEALTH_CHECK\": {odd}}}"));
        assert!(
            told[0].contains("; expected true, false, minutes"),
            "{told:?}"
        );
    }
}

#[test]
fn a_wrong_value_is_named_with_what_stands_there_and_what_is_expected() {
    assert_eq!(
        complaints(
            r#"{"MAX_ERROR_COUNT": "many", "IDLE_TIMEOUT_MS": 0, "MODEL_PROVIDER": "nobody"}"#
        ),
        [
            "MODEL_PROVIDER is \"nobody\"; expected a provider type: claude-custom, openai-custom, \
             gemini-custom, gemini-cli-oauth, claude-kiro-oauth or openai-qwen-oauth",
            "MAX_ERROR_COUNT is \"many\"; expected a number, 1 to 1000",
            "IDLE_TIMEOUT_MS is 0; expected milliseconds, 1 to 86400000",
        ]
    );
    assert_eq!(
        complaints(r#"{"server_port": 1}"#),
        ["server_port is not known; SERVER_PORT is"]
    );
}

#[test]
fn a_wrong_value_stops_the_start_where_its_default_could_do_harm() {
    for wrong in [
        r#"{"HOST": 7}"#,
        r#"{"SERVER_PORT": 65536}"#,
        r#"{"REQUIRED_API_KEY": ["sk-canary"]}"#,
        r#"{"PROVIDER_POOLS_FILE_PATH": {}}"#,
        r#"{"PROXY_URL": "ftp://me:canary@proxy"}"#,
        r#"{"OPENAI_BASE_URL": "relay.example"}"#,
        r#"{"KIRO_REFRESH_URL": "https://me:canary@relay.example"}"#,
    ] {
        let error = Config::of(wrong).load().unwrap_err();
        assert!(matches!(error, SettingsError::Wrong(_)), "{wrong}");
        let text = error.to_string();
        assert!(text.contains("config.json: "), "{text}");
        assert!(text.contains("; expected "), "{text}");
        assert!(!text.contains("canary"), "k2: {text}");
    }
}

#[test]
fn targets_are_read_in_both_forms_and_keep_their_order() {
    let s = read(
        r#"{"modelAliases": {"fast*": {"targetModel": "gpt-mini", "targetProviderType": "openai-custom"}, "big": "opus"},
            "GEMINI_BASE_URL": "https://relay.example/"}"#,
    );
    let target = |provider, model: &str| ModelTarget {
        provider,
        model: model.to_owned(),
    };
    assert_eq!(
        s.model_aliases,
        [
            (
                "fast*".to_owned(),
                target(Some(ProviderType::OpenaiCustom), "gpt-mini")
            ),
            ("big".to_owned(), target(None, "opus")),
        ]
    );
    for kind in [ProviderType::GeminiCustom, ProviderType::GeminiCliOauth] {
        assert_eq!(s.base_url(kind), Some("https://relay.example/"));
    }
}

#[test]
fn the_command_line_goes_before_the_file() {
    let over = Overrides {
        host: Some("[::1]".to_owned()),
        port: Some(0),
        api_key: Some(Secret::new("mine".to_owned())),
        model_provider: Some(ProviderType::ClaudeCustom),
        pools_file: Some("/elsewhere/pools.json".into()),
        config_file: None,
    };
    let s = read(r#"{"HOST": "0.0.0.0", "SERVER_PORT": 1, "MODEL_PROVIDER": "openai-custom"}"#)
        .with(&over);
    assert_eq!((s.host.as_str(), s.port), ("::1", 0));
    assert_eq!(s.model_provider, Some(ProviderType::ClaudeCustom));
    assert!(!s.listens_beyond_loopback());
    assert_eq!(s.required_api_key, SecretField::read("mine").unwrap());
    assert_eq!(
        s.pools_file.as_deref(),
        Some(Path::new("/elsewhere/pools.json"))
    );
}

#[test]
fn setting_a_key_keeps_comments_and_order_and_checks_first() {
    let config = Config::of("{\n  // mine\n  \"X\": 1.50, // x\n  \"HOST\": \"localhost\"\n}\n");
    set(&config.path(), "HOST", "127.0.0.2").unwrap();
    set(&config.path(), "SERVER_PORT", "7000").unwrap();
    set(&config.path(), "modelAliases", r#"{"a": "b"}"#).unwrap();
    let expected = "{\n  // mine\n  \"X\": 1.50, // x\n  \"HOST\": \"127.0.0.2\",\n  \"SERVER_PORT\": 7000,\n  \"modelAliases\": {\n    \"a\": \"b\"\n  }\n}\n";
    assert_eq!(config.text(), expected);

    for (name, wrong) in [
        ("SERVER_PORT", "high"),
        ("HOST", "a b"),
        ("providerFallbackChain", r#"{"openai-custom": ["nobody"]}"#),
        ("LOG_LEVEL", "loud"),
    ] {
        let error = set(&config.path(), name, wrong).unwrap_err();
        assert!(matches!(error, EditError::Value { .. }), "{name}: {error}");
    }
    let odd = set(&config.path(), "SERVER_PROT", "1").unwrap_err();
    assert!(
        odd.to_string().contains("known are HOST, SERVER_PORT"),
        "{odd}"
    );
    let secret = set(&config.path(), "REQUIRED_API_KEY", "x").unwrap_err();
    assert!(matches!(secret, EditError::Secret(_)));
    assert_eq!(config.text(), expected, "nothing was written");

    set(&config.path(), "SERVER_PORT", "null").unwrap();
    set(&config.path(), "modelAliases", "null").unwrap();
    assert_eq!(config.load().unwrap().settings.port, 6455);
    assert_eq!(
        config.text(),
        "{\n  // mine\n  \"X\": 1.50, // x\n  \"HOST\": \"127.0.0.2\"\n}\n"
    );
}

#[tokio::test]
async fn k1_a_local_key_that_is_set_goes_into_the_vault() {
    let config = Config::of("{}");
    let mode = account::SecretsMode::File;
    let path = config.path();
    let vault = account::Vault::open(config.folder.path(), mode)
        .await
        .unwrap();
    let secret = Secret::new(" canary \n".to_owned());
    edit::set_local_key(&path, &vault, Some(secret))
        .await
        .unwrap();
    assert!(!config.text().contains("canary"), "{}", config.text());
    let SecretField::Vaulted(name) = config.load().unwrap().settings.required_api_key else {
        panic!("{}", config.text());
    };
    assert!(vault.get(&name).await.unwrap().unwrap().matches(b"canary"));
    let empty = edit::set_local_key(&path, &vault, Some(Secret::new(" ".to_owned())));
    assert!(empty.await.is_err());
    edit::set_local_key(&path, &vault, None).await.unwrap();
    let key = config.load().unwrap().settings.required_api_key;
    assert_eq!(key, SecretField::Missing);
}

#[test]
fn every_key_shows_what_it_can_be_set_to_again() {
    let settings = read(
        r#"{"HOST": "::1", "PROXY_URL": "http://me:canary@proxy:1", "PROXY_ENABLED_PROVIDERS": ["openai-custom"],
            "providerFallbackChain": {"openai-custom": ["claude-custom"]}, "modelAliases": {"a": "b"},
            "SCHEDULED_HEALTH_CHECK": false, "OPENAI_BASE_URL": "https://x.example/v1", "LOG_LEVEL": "warn"}"#,
    );
    let shown = |name| Key::named(name).unwrap().shown(&settings);
    assert_eq!(shown("HOST"), json!("::1"));
    assert_eq!(shown("PROXY_URL"), json!("http://••••@proxy:1"));
    for key in KEYS
        .iter()
        .filter(|key| !key.secret && key.name != "PROXY_URL")
    {
        let value = key.shown(&settings);
        if value.is_null() {
            continue;
        }
        let text = json!({ key.name: value }).to_string();
        assert_eq!(key.shown(&read(&text)), value, "{}", key.name);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z:/@.*-]{0,12}".prop_map(Value::from),
        Just(json!("openai-custom")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z-]{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_value_of_any_key_makes_it_panic(which in 0..KEYS.len(), value in any_json()) {
        let text = json!({ KEYS[which].name: value }).to_string();
        let config = Config::of(&text);
        match config.load() {
            Ok(loaded) => prop_assert!(loaded.settings.connect_timeout > Duration::ZERO),
            Err(error) => prop_assert!(error.to_string().contains(KEYS[which].name)),
        }
        prop_assert_eq!(config.text(), text);
    }
}

#[test]
fn v2_what_window_and_tray_go_by_is_a_setting() {
    use super::look::{Language, Look, Theme};
    let text =
        r#"{ "THEME": "Dark", "LANGUAGE": "zh", "HIDE_NAMES": true, "MUTE_NOTICES": "true" }"#;
    let look = read(text).look;
    let wanted = Look {
        theme: Theme::Dark,
        language: Language::Zh,
        hide_names: true,
        mute_notices: true,
    };
    assert_eq!(look, wanted);
}
