//! Places for tokens.

use super::*;

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn kiros_client_is_read_from_the_file_beside_and_from_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kiro-auth-token.json");
    let hash = "e909a0580879b06ece1202964fbe9dda95ea4ce3";
    write(
        &path,
        &format!(r#"{{"refreshToken":"r","clientIdHash":"{hash}","authMethod":"IdC"}}"#),
    );
    write(
        &folder.path().join("other.json"),
        r#"{"clientId":"wrong","clientSecret":"wrong"}"#,
    );
    let shelf = Shelf::file(Service::Kiro, path.clone());
    let client = async || shelf.read().await.unwrap().kiro().unwrap().client.clone();
    assert_eq!(client().await, None);
    write(
        &folder.path().join(format!("{hash}.json")),
        r#"{"clientId":"id","clientSecret":"cs","expiresAt":"2026-11-01T00:00:00.000Z"}"#,
    );
    assert_eq!(client().await.unwrap().id, "id");
    write(
        &path,
        r#"{"refreshToken":"r","clientIdHash":"../other","authMethod":"IdC"}"#,
    );
    assert_eq!(client().await, None);
    let kept = shelf.read().await.unwrap();
    assert!(
        !kept.text().expose().contains("\"cs\""),
        "it stays in its own file"
    );
}

#[tokio::test(start_paused = true)]
async fn qwens_own_lock_is_waited_for_and_an_abandoned_one_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("oauth_creds.json");
    let lock = folder.path().join("oauth_creds.lock");
    write(&path, r#"{"refresh_token":"r"}"#);
    let shelf = Shelf::file(Service::Qwen, path);
    write(&lock, "another program");
    let waited = tokio::time::timeout(std::time::Duration::from_secs(5), shelf.hold()).await;
    assert!(waited.is_err(), "a fresh lock is another's");
    let old = SystemTime::now() - std::time::Duration::from_secs(11);
    std::fs::File::open(&lock)
        .unwrap()
        .set_modified(old)
        .unwrap();
    let held = shelf.hold().await.unwrap();
    assert_ne!(std::fs::read_to_string(&lock).unwrap(), "another program");
    drop(held);
    assert!(!lock.exists());
}

#[tokio::test]
async fn what_is_missing_or_broken_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("creds.json");
    let shelf = Shelf::file(Service::Gemini, path.clone());
    let missing = shelf.read().await.unwrap_err().to_string();
    assert!(missing.contains("creds.json does not exist"), "{missing}");
    write(&path, "{}");
    let broken = shelf.read().await.unwrap_err().to_string();
    assert!(broken.contains("creds.json: it holds neither"), "{broken}");
}
