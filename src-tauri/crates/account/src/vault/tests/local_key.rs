//! The key of the home's own door.

use super::*;

async fn key(session: &Session, mode: SecretsMode) -> String {
    session
        .open(mode)
        .await
        .local_key()
        .await
        .unwrap()
        .into_inner()
}

#[tokio::test]
async fn a_home_has_one_random_local_key() {
    let session = Session::new();
    let first = key(&session, SecretsMode::Auto).await;
    assert_eq!(key(&session, SecretsMode::Auto).await, first);
    assert_eq!(
        key(&session, SecretsMode::File).await,
        first,
        "also where the other store is written"
    );
    assert!(
        first.starts_with("mp-") && first.len() == 67,
        "{} characters",
        first.len()
    );
    assert!(first[3..].chars().all(|c| c.is_ascii_hexdigit()));
    assert_ne!(key(&Session::new(), SecretsMode::Auto).await, first);
}

#[tokio::test]
async fn two_homes_have_two_keys_in_one_keychain() {
    let [one, mut other] = [Session::new(), Session::new()];
    other.fake = one.fake.clone();
    let first = key(&one, SecretsMode::Auto).await;
    assert_ne!(key(&other, SecretsMode::Auto).await, first);
    assert_eq!(key(&one, SecretsMode::Auto).await, first);
    assert_eq!(one.fake.names().len(), 2);
}

#[tokio::test]
async fn the_key_that_clients_know_is_back_when_the_keychain_is() {
    let session = Session::new();
    let known = key(&session, SecretsMode::Auto).await;
    session.fake.fail(locked());
    let meanwhile = key(&session, SecretsMode::Auto).await;
    assert_ne!(meanwhile, known);
    assert_eq!(key(&session, SecretsMode::Auto).await, meanwhile);
    session.fake.fail(None);
    assert_eq!(key(&session, SecretsMode::Auto).await, known);
}

#[tokio::test]
async fn a_broken_home_id_is_named_and_kept() {
    let session = Session::new();
    let path = session.home.join("home-id");
    for broken in [&b"not a uuid"[..], b"\xff\xfe", b""] {
        std::fs::write(&path, broken).unwrap();
        let vault = session.open(SecretsMode::File).await;
        let error = vault.local_key().await.unwrap_err();
        assert!(matches!(error, VaultError::HomeId { .. }), "{error}");
        assert!(error.to_string().contains("home-id"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), broken);
    }
}
