use account::SecretsMode;
use provider::ProviderType;

use super::*;
use crate::roster::export::ExportError;
use crate::roster::file::Owner;

const A: &str = "2f579c65-d3c5-41b1-9985-9f6e3d7bf39c";

/// The format as the seed documents it.
const SEED: &str = include_str!("seed.json");

struct Place {
    folder: tempfile::TempDir,
    vault: Vault,
    file: PoolsFile,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        std::fs::create_dir(&home).unwrap();
        let vault = Vault::open(&home, SecretsMode::File).await.unwrap();
        let file = PoolsFile::new(home.join("provider_pools.json"), Owner::Home);
        Self {
            folder,
            vault,
            file,
        }
    }

    fn source(&self, text: &str) -> PathBuf {
        let path = self.folder.path().join("theirs.json");
        std::fs::write(&path, text).unwrap();
        path
    }

    async fn import(&self, text: &str) -> Imported {
        let source = self.source(text);
        let imported = self.file.import(&source, &self.vault).await.unwrap();
        assert_eq!(
            std::fs::read_to_string(&source).unwrap(),
            text,
            "it stays as it is"
        );
        imported
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.file.path()).unwrap()
    }

    async fn key_of(&self, uuid: Uuid) -> String {
        let entries = self.file.load().unwrap().entries;
        let entry = entries.iter().find(|entry| entry.uuid == uuid).unwrap();
        let SecretField::Vaulted(name) = &entry.secret else {
            panic!("{entry:?}");
        };
        self.vault.get(name).await.unwrap().unwrap().into_inner()
    }
}

#[tokio::test]
async fn the_seeds_file_is_taken_in_whole_and_once() {
    let place = Place::new().await;
    let imported = place.import(SEED).await;
    assert_eq!(imported.added.len(), 6);
    assert_eq!(imported.complaints, []);
    assert_eq!(place.key_of(A.parse().unwrap()).await, "sk-openai-key1");
    assert!(!place.text().contains("sk-"), "k1: {}", place.text());
    let roster = place.file.load().unwrap();
    let gemini = roster
        .entries
        .iter()
        .find(|e| e.provider == ProviderType::GeminiCliOauth)
        .unwrap();
    assert_eq!(
        gemini.credentials,
        Some(place.folder.path().join("credentials1.json"))
    );
    assert_eq!(gemini.project_id.as_deref(), Some("your-project-id-1"));

    let again = place.import(SEED).await;
    assert_eq!((again.added.len(), again.known), (0, 6));
}

#[tokio::test]
async fn a_uuid_that_another_account_has_becomes_a_new_one() {
    let place = Place::new().await;
    let entry = |key| {
        format!("{{\"openai-custom\": [{{\"uuid\": \"{A}\", \"OPENAI_API_KEY\": \"{key}\"}}]}}")
    };
    place.import(&entry("sk-1")).await;
    let second = place.import(&entry("sk-2")).await;
    let [new] = second.added[..] else {
        panic!("{second:?}");
    };
    assert_ne!(new.to_string(), A);
    assert_eq!(place.key_of(A.parse().unwrap()).await, "sk-1");
    assert_eq!(place.key_of(new).await, "sk-2");
}

#[tokio::test]
async fn d3_what_is_unknown_comes_along() {
    let place = Place::new().await;
    let theirs = r#"{
      "openai-custom": [ { "OPENAI_API_KEY": "sk-1", /* why */ "odd": 1.50, "HEADERS": {"Api-Key": "hk-canary"} } ],
      "grok-custom": [ { "any": 12345678901234567890123 } ],
      "note": "not a pool"
    }"#;
    let imported = place.import(theirs).await;
    assert_eq!((imported.added.len(), imported.foreign), (1, 1));
    let text = place.text();
    assert!(text.contains("/* why */ \"odd\": 1.50,"), "{text}");
    assert!(text.contains("12345678901234567890123"), "{text}");
    assert!(!text.contains("canary"), "k1: {text}");
    assert_eq!(place.import(theirs).await.foreign, 0);
}

#[tokio::test]
async fn what_cannot_be_imported_is_named_and_changes_nothing() {
    let place = Place::new().await;
    place.import(SEED).await;
    let before = place.text();
    let broken = place.source("{ \"openai-custom\": [");
    let error = place.file.import(&broken, &place.vault).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("theirs.json cannot be read: line 1"),
        "{error}"
    );
    let nothing = place
        .file
        .import(Path::new("/nowhere.json"), &place.vault)
        .await;
    assert!(matches!(nothing, Err(ImportError::Missing(_))));
    let itself = place.file.import(place.file.path(), &place.vault).await;
    assert!(matches!(itself, Err(ImportError::Itself(_))));
    assert_eq!(place.text(), before);
}

#[tokio::test]
async fn k2_an_export_holds_no_secret_and_can_be_imported_again() {
    let place = Place::new().await;
    let theirs = r#"{
      // sk-canary-comment
      "openai-custom": [ {
        "uuid": "2f579c65-d3c5-41b1-9985-9f6e3d7bf39c", "OPENAI_API_KEY": "sk-canary", "customName": "Work",
        "OPENAI_BASE_URL": "https://x.example/v1?api-version=1&api-key=canary",
        "PROXY_URL": "http://me:canary@proxy:1", "HEADERS": {"authorization": "Bearer canary", "x-team": "blue"},
        "newPassword": "canary", "maxTokens": 7
      } ],
      "grok-custom": [ { "GROK_API_KEY": "canary", "deep": [{"access_token": "canary"}] } ]
    }"#;
    std::fs::write(place.file.path(), theirs).unwrap();
    let to = place.folder.path().join("given.json");
    assert_eq!(place.file.export(&to).await.unwrap(), 2);
    let given = std::fs::read_to_string(&to).unwrap();
    assert!(!given.contains("canary"), "{given}");
    for kept in [
        "\"Work\"",
        "\"blue\"",
        "\"maxTokens\": 7",
        "api-version=1",
        "http://proxy:1",
    ] {
        assert!(given.contains(kept), "{kept}: {given}");
    }
    let exists = place.file.export(&to).await;
    assert!(matches!(exists, Err(ExportError::Exists(_))));

    let other = Place::new().await;
    let imported = other.import(&given).await;
    assert_eq!((imported.added.len(), imported.complaints), (1, vec![]));
    assert_eq!(
        other.file.load().unwrap().entries[0].secret,
        SecretField::Missing
    );
}

#[tokio::test]
async fn an_official_clients_file_is_taken_into_the_vault_once_and_stays_as_it_is() {
    let place = Place::new().await;
    let hash = "e909a0580879b06ece1202964fbe9dda95ea4ce3";
    let client = format!("{hash}.json");
    std::fs::write(
        place.folder.path().join(client),
        r#"{"clientId":"i","clientSecret":"canary-client"}"#,
    )
    .unwrap();
    let text =
        format!(r#"{{"refreshToken":"r","clientIdHash":"{hash}","authMethod":"IdC","x":1}}"#);
    let imported = place.import(&text).await;
    let [added] = imported.added[..] else {
        panic!("{imported:?}");
    };
    let kept = place.key_of(added).await;
    assert!(
        kept.contains("canary-client") && kept.contains(r#""x":1"#),
        "{kept}"
    );
    assert!(!place.text().contains("refreshToken"), "{}", place.text());
    let told = imported.complaints[0].to_string();
    assert!(told.contains("sign in again"), "{told}");
    let again = place.import(&text).await;
    assert_eq!((again.added.len(), again.known), (0, 1));
}

#[tokio::test]
async fn a_file_that_an_entry_names_is_taken_into_the_vault_with_it() {
    let place = Place::new().await;
    let creds = place.folder.path().join("creds.json");
    std::fs::write(creds, r#"{"refresh_token":"1//r","project_id":"p"}"#).unwrap();
    std::fs::write(place.folder.path().join("broken.json"), "{}").unwrap();
    let text = format!(
        r#"{{"gemini-cli-oauth": [{{"GEMINI_OAUTH_CREDS_FILE_PATH": "./creds.json", "uuid": "{A}"}},
            {{"GEMINI_OAUTH_CREDS_FILE_PATH": "./missing.json"}}, {{"GEMINI_OAUTH_CREDS_FILE_PATH": "./broken.json"}}]}}"#
    );
    let imported = place.import(&text).await;
    assert_eq!(imported.added.len(), 3);
    assert!(place.key_of(A.parse().unwrap()).await.contains("1//r"));
    let now = place.text();
    assert!(!now.contains("creds.json"), "{now}");
    assert!(now.contains("missing.json"), "it stays named: {now}");
    assert!(
        imported.complaints[0].to_string().contains("broken.json"),
        "{imported:?}"
    );
    let again = place
        .import(&text.replace(r#", "uuid": ""#, r#","uuid": ""#))
        .await;
    assert_eq!(again.known, 1, "tokens change, the account does not");
}

#[tokio::test]
async fn an_export_is_known_where_it_came_from() {
    let place = Place::new().await;
    let theirs = r#"{ "openai-custom": [ { "uuid": "2f579c65-d3c5-41b1-9985-9f6e3d7bf39c", "OPENAI_API_KEY": "sk-a" } ] }"#;
    place.import(theirs).await;
    let to = place.folder.path().join("given.json");
    let all = place.file.export(&to).await.unwrap();
    let imported = place.file.import(&to, &place.vault).await.unwrap();
    assert_eq!((imported.added, imported.known), (Vec::new(), all));
}
