//! Reading, writing and deleting, while the keychain comes and goes.

use super::*;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[tokio::test]
async fn a_keychain_that_came_finds_what_the_file_holds() {
    let session = Session::new();
    session.fake.fail(absent());
    session
        .open(SecretsMode::Auto)
        .await
        .put("a", &secret("from the file"))
        .await
        .unwrap();
    session.fake.fail(None);
    let vault = session.open(SecretsMode::Auto).await;
    assert_eq!(vault.place(), Place::Keychain);
    assert!(
        vault
            .get("a")
            .await
            .unwrap()
            .unwrap()
            .matches(b"from the file")
    );
    vault.put("b", &secret("in the keychain")).await.unwrap();
    let both = vault.get_many(&names(&["a", "b", "c"])).await.unwrap();
    assert_eq!(both.len(), 2);
}

#[tokio::test]
async fn the_newest_value_wins_wherever_it_was_written() {
    let session = Session::new();
    session
        .open(SecretsMode::Auto)
        .await
        .put("a", &secret("1"))
        .await
        .unwrap();
    session.fake.fail(locked());
    session
        .open(SecretsMode::Auto)
        .await
        .put("a", &secret("2"))
        .await
        .unwrap();
    session.fake.fail(None);
    let vault = session.open(SecretsMode::Auto).await;
    assert!(vault.get("a").await.unwrap().unwrap().matches(b"2"));

    vault.put("a", &secret("3")).await.unwrap();
    assert!(vault.get("a").await.unwrap().unwrap().matches(b"3"));
    assert!(
        !session.file().contains("\"a\""),
        "it has moved to the keychain"
    );
    let vault = session.open(SecretsMode::File).await;
    assert!(vault.get("a").await.unwrap().unwrap().matches(b"3"));
}

#[tokio::test]
async fn a_write_cut_off_between_the_stores_keeps_the_newer_value() {
    let session = Session::new();
    session
        .open(SecretsMode::File)
        .await
        .put("a", &secret("old"))
        .await
        .unwrap();
    let vault = session.open(SecretsMode::Auto).await;
    // As if the process had died after the file and before the keychain.
    session.fake.fail(locked());
    assert!(vault.put("a", &secret("new")).await.is_err());
    session.fake.fail(None);
    assert!(
        session
            .open(SecretsMode::Auto)
            .await
            .get("a")
            .await
            .unwrap()
            .unwrap()
            .matches(b"new")
    );
}

#[tokio::test]
async fn a_deleted_secret_is_gone_from_both_stores() {
    let session = Session::new();
    session
        .open(SecretsMode::Auto)
        .await
        .put("a", &secret("1"))
        .await
        .unwrap();
    session.fake.fail(locked());
    session
        .open(SecretsMode::Auto)
        .await
        .put("a", &secret("2"))
        .await
        .unwrap();
    session.fake.fail(None);
    session
        .open(SecretsMode::Auto)
        .await
        .delete("a")
        .await
        .unwrap();
    assert_eq!(session.fake.names(), Vec::<String>::new());
    assert!(
        session
            .open(SecretsMode::Auto)
            .await
            .get("a")
            .await
            .unwrap()
            .is_none()
    );

    session
        .open(SecretsMode::Auto)
        .await
        .put("b", &secret("1"))
        .await
        .unwrap();
    session
        .open(SecretsMode::File)
        .await
        .delete("b")
        .await
        .unwrap();
    assert_eq!(session.fake.names(), Vec::<String>::new());
}

#[tokio::test]
async fn no_such_secret_is_only_said_when_both_stores_were_asked() {
    let session = Session::new();
    session.fake.fail(absent());
    let vault = session.open(SecretsMode::Auto).await;
    assert!(
        vault.get("a").await.unwrap().is_none(),
        "a session without a keychain has one store"
    );
    session.fake.fail(locked());
    let error = vault.get("a").await.unwrap_err().to_string();
    assert!(
        error.contains("cannot read `a` in the OS keychain"),
        "{error}"
    );

    vault.put("b", &secret("value")).await.unwrap();
    let found = vault.get_many(&names(&["a", "b"])).await.unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), ["b"], "the rest goes on");
    vault.delete("a").await.unwrap();
}

#[tokio::test]
async fn a_broken_file_does_not_keep_the_keychain_from_serving() {
    let session = Session::new();
    let vault = session.open(SecretsMode::Auto).await;
    vault.put("a", &secret("value")).await.unwrap();
    std::fs::write(session.home.join("vault.json"), "{").unwrap();
    assert!(vault.get("a").await.unwrap().is_some());
    assert_eq!(vault.get_many(&names(&["a", "b"])).await.unwrap().len(), 1);
    assert!(matches!(
        vault.get("b").await,
        Err(VaultError::Unreadable { .. })
    ));
    vault.put("a", &secret("newer")).await.unwrap();
    assert!(vault.get("a").await.unwrap().unwrap().matches(b"newer"));

    let vault = session.open(SecretsMode::File).await;
    assert!(vault.get("a").await.is_err());
    assert!(vault.put("a", &secret("newer")).await.is_err());
    assert_eq!(session.file(), "{");
}

#[tokio::test]
async fn many_secrets_are_written_and_read_in_one_go() {
    for mode in [SecretsMode::Auto, SecretsMode::File] {
        let session = Session::new();
        let vault = session.open(mode).await;
        let many: Vec<_> = (0..500)
            .map(|n| (format!("n{n}"), secret(&format!("value {n}"))))
            .collect();
        vault.put_many(&many).await.unwrap();
        let all: Vec<_> = many.iter().map(|(name, _)| name.clone()).collect();
        let found = vault.get_many(&all).await.unwrap();
        assert!(many.iter().all(|(name, value)| found[name] == *value));
    }
}

#[tokio::test]
async fn canary_nothing_of_the_vault_shows_a_secret() {
    let session = Session::new();
    let vault = session.open(SecretsMode::Auto).await;
    vault.put("a", &secret(CANARY)).await.unwrap();
    let found = vault.get("a").await.unwrap();
    let mut shown = format!("{vault:?} {:?} {found:?}", vault.place());
    for failure in [absent(), locked(), Some(KeychainFailure::Damaged("test"))] {
        session.fake.fail(failure);
        for error in [
            vault.get("a").await.map(drop).unwrap_err(),
            vault.put("a", &secret(CANARY)).await.unwrap_err(),
            vault.delete("a").await.unwrap_err(),
            session
                .try_open(SecretsMode::Keychain)
                .await
                .map(drop)
                .unwrap_err(),
        ] {
            shown += &format!("{error} {error:?}");
        }
    }
    assert!(!shown.contains(CANARY), "{shown}");
    assert!(!shown.contains("99, 97, 110"), "as bytes: {shown}");
}
