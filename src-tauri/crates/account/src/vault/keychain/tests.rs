use super::*;
use crate::vault::tests::{Fake, secret};

fn pair(name: &str, value: &str) -> (String, Secret<String>) {
    (name.to_owned(), secret(value))
}

#[test]
fn a_keychain_that_keeps_its_word_passes_the_probe_and_is_left_empty() {
    let home = tempfile::tempdir().unwrap();
    let fake = Fake::new();
    assert_eq!(fake.keychain(home.path()).probe(), Ok(()));
    assert_eq!(fake.names(), Vec::<String>::new());
}

#[test]
fn a_keychain_that_forgets_fails_the_probe() {
    let home = tempfile::tempdir().unwrap();
    let fake = Fake::new();
    fake.forget();
    assert!(matches!(
        fake.keychain(home.path()).probe(),
        Err(KeychainFailure::Failed(_))
    ));
}

#[test]
fn a_put_that_does_not_read_back_is_an_error_without_the_value() {
    let home = tempfile::tempdir().unwrap();
    let fake = Fake::new();
    fake.forget();
    let error = fake
        .keychain(home.path())
        .write(&[pair("a", "canary-18d3")])
        .unwrap_err();
    assert!(matches!(&error, VaultError::NotKept { name } if name == "a"));
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[test]
fn a_token_set_of_4_kb_fits_where_an_entry_holds_2560_bytes() {
    let home = tempfile::tempdir().unwrap();
    let fake = Fake::new();
    let keychain = Keychain::new(home.path(), fake.entries(), Some(2560), LIMIT);
    let long = "k".repeat(4096);
    keychain
        .write(&[pair("a", &long), pair("b", "short")])
        .unwrap();
    assert_eq!(fake.names(), ["a", "a/a1", "a/a2", "b"]);
    let reading = keychain.read(&["a".to_owned(), "b".to_owned()]).unwrap();
    assert!(reading.secrets["a"].matches(long.as_bytes()));
    assert!(reading.secrets["b"].matches(b"short"));
    keychain.erase("a").unwrap();
    assert_eq!(fake.names(), ["b"]);
}

#[test]
fn a_damaged_entry_spoils_itself_only() {
    let home = tempfile::tempdir().unwrap();
    let fake = Fake::new();
    let keychain = Keychain::new(home.path(), fake.entries(), Some(100), LIMIT);
    let long = "k".repeat(300);
    keychain
        .write(&[pair("a", &long), pair("b", &long)])
        .unwrap();
    fake.entries().erase("a/a2").unwrap();
    let reading = keychain.read(&["a".to_owned(), "b".to_owned()]).unwrap();
    assert_eq!(reading.secrets.keys().collect::<Vec<_>>(), ["b"]);
    assert!(matches!(&reading.damaged[..], [(name, KeychainFailure::Damaged(_))] if name == "a"));
}

#[test]
fn an_entry_that_is_not_text_is_damaged() {
    let home = tempfile::tempdir().unwrap();
    let fake = Fake::new();
    fake.entries().write("a", b"\xff\xfe").unwrap();
    let reading = fake.keychain(home.path()).read(&["a".to_owned()]).unwrap();
    assert_eq!(reading.damaged.len(), 1);
}

#[test]
fn nothing_is_asked_for_no_names() {
    let home = tempfile::tempdir().unwrap();
    let fake = Fake::new();
    fake.fail(Some(KeychainFailure::Locked("test".to_owned())));
    assert!(
        fake.keychain(home.path())
            .read(&[])
            .unwrap()
            .secrets
            .is_empty()
    );
}
