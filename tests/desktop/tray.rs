//! The real tray.

use serde_json::{Value, json};
use tests::fake::{ANY, Script, openai};
use tests::wait;

use crate::app::{App, PATIENCE, ask, home, keys, words};
use crate::panel::Panel;

/// An upstream that knows the keys of these tests.
pub(crate) async fn fake() -> openai::Fake {
    let fake = openai::start().await;
    fake.accept(["sk-one-canary", "sk-two-canary", "sk-new-canary"]);
    fake.on(ANY, Script::text("hello"));
    fake
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: cargo xtask desktop"]
async fn v2_the_tray_shows_what_is_and_a_click_has_its_effect() {
    let fake = fake().await;
    let mut panel = Panel::open().await;
    let app = App::start(home(&keys(&fake.url(), &["one", "two"])), &["--hidden"]);
    let item = panel.item().await;
    let first = item.row("Ready: 2 of 2 instances").await;
    assert!(!first.enabled);
    let address = item.row("Copy endpoint · 127.0.0.1:").await.text;
    let status = app.status().await;
    assert!(
        status["endpoint"]
            .as_str()
            .unwrap()
            .ends_with(address.rsplit(' ').next().unwrap())
    );
    let pool = item.row("OpenAI-compatible keys · 2 of 2 ready").await;
    let texts: Vec<_> = pool.rows.iter().map(|row| row.text.as_str()).collect();
    let rows = [
        "● one · ready",
        "● two · ready",
        "",
        "Check this pool now",
        "Open pool",
    ];
    assert_eq!(texts, rows);

    let running = item.picture().await;
    let before = item.texts(None).await.len();
    item.click("Pause new requests").await;
    item.row("Paused").await;
    assert_eq!(app.status().await["mode"], "paused");
    // In place: as many rows as before, and another picture.
    assert_eq!(item.texts(None).await.len(), before);
    assert_ne!(item.picture().await, running);
    item.click("Resume").await;
    item.row("Ready: 2 of 2").await;
    assert_eq!(app.status().await["mode"], "running");
    // What cannot be clicked does nothing, whatever the panel sends.
    item.click("Ready: 2 of 2").await;
    item.click("Quit Millpond").await;
    app.ended().await;
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: cargo xtask desktop"]
async fn v2_instances_come_and_go_in_the_menu_and_trouble_shows() {
    let fake = fake().await;
    let mut panel = Panel::open().await;
    let app = App::start(home(&Value::Null), &["--hidden"]);
    let item = panel.item().await;
    item.row("No instance yet").await;
    let add = json!({
        "command": "add", "provider": "openai-custom", "key": "sk-new-canary",
        "fields": { "customName": "new_key", "OPENAI_BASE_URL": format!("{}/v1", fake.url()) },
    });
    let uuid = app.ask(add).await["value"].clone();
    item.row("Ready: 1 of 1 instance").await;
    item.row("● new_key · ready").await;
    app.ask(json!({ "command": "enable", "uuid": uuid, "on": false }))
        .await;
    item.row("○ new_key · disabled").await;
    item.row("Nobody can serve").await;
    item.click("Check all now").await;
    app.ask(json!({ "command": "remove", "uuid": uuid })).await;
    item.row("No instance yet").await;
    let texts = item.texts(None).await;
    assert!(
        !texts.iter().any(|text| text.contains("OpenAI")),
        "{texts:?}"
    );
    app.ask(json!({ "command": "shutdown" })).await;
    app.ended().await;
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: cargo xtask desktop"]
async fn starting_at_login_is_set_and_hidden() {
    let mut panel = Panel::open().await;
    let app = App::start(home(&Value::Null), &["--hidden"]);
    let item = panel.item().await;
    assert_eq!(item.row("Start at login").await.checked, Some(false));
    item.click("Start at login").await;
    let folder =
        std::path::PathBuf::from(std::env::var_os("HOME").unwrap()).join(".config/autostart");
    let entry = || std::fs::read_dir(&folder).ok()?.flatten().next();
    let (_, entry) = wait::eventually("an entry", PATIENCE, entry).await;
    let text = std::fs::read_to_string(entry.path()).unwrap();
    assert!(text.contains("--hidden"), "{text}");
    while item.row("Start at login").await.checked != Some(true) {}
    item.click("Start at login").await;
    wait::until("no entry", PATIENCE, || !entry.path().exists()).await;
    item.click("Quit Millpond").await;
    app.ended().await;
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: cargo xtask desktop"]
async fn r4_without_any_tray_a_second_start_shows_the_first_and_the_engine_serves() {
    let app = App::start(home(&Value::Null), &["--hidden"]);
    app.status().await;
    let mut again = tokio::process::Command::new(crate::app::program())
        .args(words(app.home.path()))
        .spawn()
        .unwrap();
    let ended = tokio::time::timeout(PATIENCE, again.wait()).await;
    assert!(ended.expect("the second ends").unwrap().success());
    assert_eq!(app.status().await["mode"], "running");
    ask(app.home.path(), json!({ "command": "shutdown" })).await;
    app.ended().await;
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: cargo xtask desktop"]
async fn r4_without_a_display_the_engine_serves_all_the_same() {
    let home = home(&Value::Null);
    let mut child = tokio::process::Command::new(crate::app::program())
        .args(words(home.path()))
        .env_remove("DISPLAY")
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let status = ask(home.path(), json!({ "command": "status" })).await;
    assert_eq!(status["value"]["mode"], "running");
    ask(home.path(), json!({ "command": "shutdown" })).await;
    let ended = tokio::time::timeout(PATIENCE, child.wait()).await;
    assert!(ended.expect("an end").unwrap().success());
}
