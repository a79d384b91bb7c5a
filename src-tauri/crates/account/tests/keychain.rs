//! The vault against the real thing: sessions with a keyring, with a locked one, with none.
//!
//! The tests that need gnome-keyring run only with `MILLPOND_TEST_KEYRING=1`, in a session whose keyring is unlocked; one that holds nothing
//! of value, with private `HOME` and `XDG_RUNTIME_DIR`:
//!
//! ```text
//! MILLPOND_TEST_KEYRING=1 dbus-run-session -- bash -c \
//!   'echo -n pw | gnome-keyring-daemon --unlock --components=secrets; exec cargo test -p account --test keychain'
//! ```
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests"
)]

mod child;

use std::ffi::OsStr;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use account::{Place, Secret, SecretsMode, Vault};

/// A vault opens within its limit for the keychain, and some room for a busy machine.
const OPENED: Duration = Duration::from_secs(15);

fn secret(value: &str) -> Secret<String> {
    Secret::new(value.to_owned())
}

#[test]
fn in_child() {
    child::run_case(async |case: &str, home: PathBuf| {
        let home = home.join("home");
        match case {
            "round-trip" => round_trip(&home).await,
            "switch" => switch(&home).await,
            "fall-back" => fall_back(&home).await,
            "demand" => demand(&home).await,
            other => panic!("no such case: {other}"),
        }
    });
}

/// Keeps a secret although there is no keychain, and tells the warning.
async fn fall_back(home: &Path) {
    let begin = Instant::now();
    let vault = Vault::open(home, SecretsMode::Auto).await.unwrap();
    assert!(begin.elapsed() < OPENED, "{:?}", begin.elapsed());
    let Place::File { path, warning } = vault.place() else {
        panic!("there should be no keychain");
    };
    vault.put("a", &secret("kept all the same")).await.unwrap();
    assert!(
        vault
            .get("a")
            .await
            .unwrap()
            .unwrap()
            .matches(b"kept all the same")
    );
    assert!(path.exists());
    vault.local_key().await.unwrap();
    child::tell(&warning.unwrap());
}

/// Wants the keychain or nothing, and tells the error.
async fn demand(home: &Path) {
    let refused = Vault::open(home, SecretsMode::Keychain).await;
    child::tell(&refused.unwrap_err().to_string());
    assert!(!home.exists(), "nothing was written");
}

async fn round_trip(home: &Path) {
    let vault = Vault::open(home, SecretsMode::Keychain).await.unwrap();
    assert_eq!(vault.place(), Place::Keychain);
    let [name, long_name] =
        ["4 KB", "64 KB"].map(|size| format!("{size} {}", uuid::Uuid::new_v4()));
    let [value, long] = ["4k\u{1f511}".repeat(700), "64k-".repeat(16 * 1024)].map(Secret::new);
    for (name, value) in [(&name, &value), (&long_name, &long)] {
        vault.put(name, &secret("an earlier one")).await.unwrap();
        vault.put(name, value).await.unwrap();
        assert!(vault.get(name).await.unwrap().unwrap() == *value);
    }
    let names = [name, long_name, "none".to_owned()];
    assert_eq!(vault.get_many(&names).await.unwrap().len(), 2);
    for name in &names {
        vault.delete(name).await.unwrap();
        assert!(vault.get(name).await.unwrap().is_none());
    }
    let key = vault.local_key().await.unwrap();
    assert!(
        Vault::open(home, SecretsMode::Auto)
            .await
            .unwrap()
            .local_key()
            .await
            .unwrap()
            == key
    );
    assert!(!home.join("vault.json").exists());
}

async fn switch(home: &Path) {
    let name = format!("switch {}", uuid::Uuid::new_v4());
    let file = Vault::open(home, SecretsMode::File).await.unwrap();
    file.put(&name, &secret("from the file")).await.unwrap();
    let key = file.local_key().await.unwrap();
    let keychain = Vault::open(home, SecretsMode::Auto).await.unwrap();
    assert_eq!(keychain.place(), Place::Keychain);
    assert!(
        keychain
            .get(&name)
            .await
            .unwrap()
            .unwrap()
            .matches(b"from the file")
    );
    assert!(keychain.local_key().await.unwrap() == key);
    keychain
        .put(&name, &secret("now in the keychain"))
        .await
        .unwrap();
    assert!(
        file.get(&name)
            .await
            .unwrap()
            .unwrap()
            .matches(b"now in the keychain")
    );
    keychain.delete(&name).await.unwrap();
    assert!(file.get(&name).await.unwrap().is_none());
}

/// Runs the child to its end, which must be good, and gives what it told.
fn run(mut command: Command) -> Vec<String> {
    let output = command.stderr(Stdio::piped()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{text}\n{errors}",
        output.status
    );
    text.lines()
        .filter_map(child::told)
        .map(str::to_owned)
        .collect()
}

/// The one warning of a `fall-back` in this session.
fn warning(wrapper: &[&OsStr], home: &Path, prepare: impl FnOnce(&mut Command)) -> String {
    let mut command = child::child(wrapper, "fall-back", home);
    prepare(&mut command);
    let [warning] = <[String; 1]>::try_from(run(command)).unwrap();
    assert!(warning.contains("vault.json"), "{warning}");
    warning
}

#[test]
fn without_a_bus_there_is_a_file_and_a_warning() {
    let home = tempfile::tempdir().unwrap();
    let warning = warning(&[], home.path(), |_| {});
    assert!(warning.contains("this session has none"), "{warning}");
}

#[test]
fn a_keychain_that_was_demanded_and_is_not_there_is_an_error_with_a_way_out() {
    let home = tempfile::tempdir().unwrap();
    let refused = run(child::child(&[], "demand", home.path())).join("\n");
    assert!(refused.contains("--secrets file"), "{refused}");
}

#[test]
fn a_bus_that_never_answers_hangs_nothing() {
    let home = tempfile::tempdir().unwrap();
    let socket = home.path().join("silent");
    // Connections are taken by the kernel, and nobody ever speaks.
    let _listener = UnixListener::bind(&socket).unwrap();
    let warning = warning(&[], home.path(), |command| {
        command.env(
            "DBUS_SESSION_BUS_ADDRESS",
            format!("unix:path={}", socket.display()),
        );
    });
    assert!(warning.contains("has not answered"), "{warning}");
}

/// Whether the machine was said to have what these tests need.
fn with_keyring(test: &str) -> bool {
    let wanted = std::env::var_os("MILLPOND_TEST_KEYRING").is_some_and(|value| value == "1");
    if !wanted {
        eprintln!(
            "{test}: left out, needs gnome-keyring in a session of its own and MILLPOND_TEST_KEYRING=1"
        );
    }
    wanted
}

/// A case in the session that this test runs in.
fn in_this_session(case: &str) {
    let home = tempfile::tempdir().unwrap();
    let mut command = child::child(&[], case, home.path());
    for name in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    run(command);
}

#[test]
fn secrets_of_4_and_64_kb_come_back_from_the_keyring() {
    if with_keyring("round trip") {
        in_this_session("round-trip");
    }
}

#[test]
fn a_keyring_that_came_finds_what_the_file_holds() {
    if with_keyring("switch") {
        in_this_session("switch");
    }
}

#[test]
fn a_bus_without_a_keyring_gives_a_file_and_a_warning() {
    if !with_keyring("bus without a keyring") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("bus.conf");
    // A bus that may be used, and that knows no service it could start.
    let rules = "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>\
        <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
        <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>";
    std::fs::write(&config, rules).unwrap();
    let wrapper = [
        "dbus-run-session",
        "--config-file",
        config.to_str().unwrap(),
        "--",
    ]
    .map(OsStr::new);
    let warning = warning(&wrapper, home.path(), |_| {});
    assert!(warning.contains("this session has none"), "{warning}");
}

#[test]
fn a_keyring_that_was_never_unlocked_gives_a_file_and_a_warning() {
    if !with_keyring("locked keyring") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    // The session's default services start the keyring on demand; nobody gives it a password, and there is no display to ask on.
    let wrapper = ["dbus-run-session", "--"].map(OsStr::new);
    let warning = warning(&wrapper, home.path(), |_| {});
    assert!(warning.contains("locked or refuses access"), "{warning}");
}
