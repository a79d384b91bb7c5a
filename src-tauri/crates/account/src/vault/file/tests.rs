use std::fs;

use super::*;

const CANARY: &str = "canary-2b9e-must-not-show";

fn pair(name: &str, secret: &str) -> (String, Secret<String>) {
    (name.to_owned(), Secret::new(secret.to_owned()))
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn what_is_written_is_read_by_another_store_of_the_home() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("not").join("yet");
    let store = FileStore::of(&home);
    assert!(store.read(&names(&["a"])).unwrap().is_empty());
    store.write(&[pair("a", "1"), pair("b", "2")]).unwrap();
    store.write(&[pair("a", "\"quoted\" \u{1f511}\n")]).unwrap();

    let other = FileStore::of(&home);
    let read = other.read(&names(&["a", "b", "c"])).unwrap();
    assert_eq!(read.len(), 2);
    assert!(read["a"].matches("\"quoted\" \u{1f511}\n".as_bytes()) && read["b"].matches(b"2"));
    assert!(other.remove(&names(&["a", "c"])).unwrap());
    assert!(!other.remove(&names(&["a", "c"])).unwrap());
    assert_eq!(store.read(&names(&["a", "b"])).unwrap().len(), 1);
}

#[test]
#[cfg(unix)]
fn the_file_its_folder_and_its_lock_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("home");
    FileStore::of(&home).write(&[pair("a", "1")]).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home), 0o700);
    assert_eq!(mode(&home.join("vault.json")), 0o600);
    assert_eq!(mode(&home.join(".vault.json.lock")), 0o600);
}

#[test]
fn a_file_that_cannot_be_read_is_reported_without_its_content_and_never_overwritten() {
    let broken = [
        format!("{{\"a\": \"{CANARY}\""),
        format!("{{\"a\": \"{CANARY}\"}} \"{CANARY}\""),
        format!("\"{CANARY}\""),
        format!("{{\"a\": [\"{CANARY}\"]}}"),
        format!("[\"{CANARY}\"]"),
        String::new(),
    ];
    for content in broken {
        let dir = tempfile::tempdir().unwrap();
        let store = FileStore::of(dir.path());
        fs::write(store.path(), &content).unwrap();
        let errors = [
            store.read(&names(&["a"])).unwrap_err(),
            store.write(&[pair("b", "new")]).unwrap_err(),
            store.remove(&names(&["a"])).unwrap_err(),
        ];
        for error in errors {
            let text = format!("{error} {error:?}");
            assert!(matches!(error, VaultError::Unreadable { .. }), "{text}");
            assert!(
                text.contains("vault.json") && !text.contains(CANARY),
                "{text}"
            );
        }
        assert_eq!(fs::read_to_string(store.path()).unwrap(), content);
    }
}

#[test]
fn a_file_that_is_not_text_is_kept_too() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileStore::of(dir.path());
    fs::write(store.path(), b"{\"a\": \"\xff\xfe\"}").unwrap();
    assert!(matches!(
        store.write(&[pair("b", "new")]),
        Err(VaultError::Unreadable { .. })
    ));
    assert_eq!(fs::read(store.path()).unwrap(), b"{\"a\": \"\xff\xfe\"}");
}

#[test]
fn a_home_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let in_the_way = dir.path().join("a-file");
    fs::write(&in_the_way, "").unwrap();
    let error = FileStore::of(&in_the_way)
        .write(&[pair("a", CANARY)])
        .unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("a-file") && !text.contains(CANARY), "{text}");
}

#[test]
fn stores_of_one_home_lose_nothing_of_each_other() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = FileStore::of(dir.path());
            scope.spawn(move || {
                for entry in 0..10 {
                    store
                        .write(&[pair(&format!("{thread}-{entry}"), "secret")])
                        .unwrap();
                }
            });
        }
    });
    let all: Vec<_> = (0..4)
        .flat_map(|t| (0..10).map(move |e| format!("{t}-{e}")))
        .collect();
    assert_eq!(FileStore::of(dir.path()).read(&all).unwrap().len(), 40);
}
