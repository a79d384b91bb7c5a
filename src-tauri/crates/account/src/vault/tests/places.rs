//! Which store is chosen, and what the user is told.

use super::*;

fn warning(vault: &Vault) -> Option<String> {
    match vault.place() {
        Place::Keychain => panic!("expected the file"),
        Place::File { warning, .. } => warning,
    }
}

#[test]
fn modes_are_read_as_the_command_line_spells_them() {
    assert_eq!("auto".parse(), Ok(SecretsMode::Auto));
    assert_eq!("keychain".parse(), Ok(SecretsMode::Keychain));
    assert_eq!("file".parse(), Ok(SecretsMode::File));
    let error = "Keychain ".parse::<SecretsMode>().unwrap_err();
    assert_eq!(error.to_string(), "expected `auto`, `keychain` or `file`");
}

#[tokio::test]
async fn a_working_keychain_is_used_and_no_file_is_made() {
    let session = Session::new();
    for mode in [SecretsMode::Auto, SecretsMode::Keychain] {
        let vault = session.open(mode).await;
        assert_eq!(vault.place(), Place::Keychain);
        vault.put("a", &secret("value")).await.unwrap();
        assert!(vault.get("a").await.unwrap().unwrap().matches(b"value"));
    }
    assert!(!session.home.join("vault.json").exists());
}

#[tokio::test]
async fn without_a_keychain_there_is_a_file_and_a_visible_warning() {
    for (failure, told) in [(absent(), "no bus"), (locked(), "unlock it")] {
        let session = Session::new();
        session.fake.fail(failure);
        let vault = session.open(SecretsMode::Auto).await;
        let warning = warning(&vault).unwrap();
        assert!(
            warning.contains("vault.json") && warning.contains(told),
            "{warning}"
        );
        vault.put("a", &secret("value")).await.unwrap();
        assert!(session.file().contains("value"));
    }
}

#[tokio::test]
async fn a_keychain_that_forgets_is_none() {
    let session = Session::new();
    session.fake.forget();
    let vault = session.open(SecretsMode::Auto).await;
    assert!(warning(&vault).unwrap().contains("forgets"));
}

#[tokio::test]
async fn a_keychain_that_was_demanded_and_does_not_work_is_an_error_with_a_way_out() {
    let session = Session::new();
    session.fake.fail(locked());
    let error = session.try_open(SecretsMode::Keychain).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(
        error,
        VaultError::NoKeychain(KeychainFailure::Locked(_))
    ));
    assert!(
        text.contains("--secrets file") && text.contains("unlock"),
        "{text}"
    );
}

#[tokio::test]
async fn with_the_file_asked_for_the_keychain_is_left_alone_and_nothing_is_warned_of() {
    let session = Session::new();
    let vault = session.open(SecretsMode::File).await;
    assert_eq!(warning(&vault), None);
    vault.put("a", &secret("value")).await.unwrap();
    vault.local_key().await.unwrap();
    vault.local_key().await.unwrap();
    assert!(vault.get("a").await.unwrap().is_some());
    vault.delete("a").await.unwrap();
    assert_eq!(session.fake.calls(), 0);
}

#[tokio::test]
#[cfg(unix)]
async fn a_vault_file_that_others_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let session = Session::new();
    let path = session.home.join("vault.json");
    std::fs::write(&path, "{}").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let vault = session.open(SecretsMode::File).await;
    assert!(warning(&vault).unwrap().contains("mode 0640"));
}

#[tokio::test]
async fn a_silent_keychain_costs_its_limit_once_and_serves_when_it_has_spoken() {
    let session = Session::new();
    session.fake.entries().write("old", b"value").unwrap();
    let speak = session.fake.fall_silent();
    let limit = Duration::from_millis(50);
    let keychain = Keychain::new(&session.home, session.fake.entries(), None, limit);
    let vault = Vault::open_with(&session.home, SecretsMode::Auto, keychain)
        .await
        .unwrap();
    assert!(warning(&vault).unwrap().contains("has not answered"));

    let error = vault.get("old").await.unwrap_err();
    assert!(matches!(
        error,
        VaultError::Keychain {
            failure: KeychainFailure::Silent(_),
            ..
        }
    ));
    vault
        .put("new", &secret("kept all the same"))
        .await
        .unwrap();
    assert!(vault.get("new").await.unwrap().is_some());

    drop(speak);
    let found = loop {
        match vault.get("old").await {
            Ok(found) => break found,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    assert!(found.unwrap().matches(b"value"));
}
