//! The real window.

use serde_json::{Value, json};
use tests::client::Request;

use crate::app::{ask, home, keys};
use crate::driver::Window;
use crate::tray::fake;

/// Calls a command of the shell from the page, as the page's own code does; gives its answer or what it was refused with.
const INVOKE: &str = "const done = arguments[arguments.length - 1];
    window.__TAURI_INTERNALS__.invoke(NAME, WITH).then((value) => done({ value }), (error) => done({ error }));";

async fn invoke(window: &Window, name: &str, with: Value) -> Value {
    let script = INVOKE
        .replace("NAME", &json!(name).to_string())
        .replace("WITH", &with.to_string());
    window.run_async(&script).await
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: cargo xtask desktop"]
async fn a_key_is_pasted_a_request_is_served_and_the_window_counts_it() {
    let fake = fake().await;
    let home = home(&Value::Null);
    let window = Window::open(home.path()).await;
    window.shows("Add one account and the wheel turns").await;
    window.click("Paste a key").await;
    window.fill("API key", "sk-new-canary").await;
    window.choose("What it speaks", "openai-custom").await;
    window.fill("Base URL", &format!("{}/v1", fake.url())).await;
    window.fill("Name", "pasted").await;
    window.click("Add and check").await;
    window.shows("pasted").await;

    let status = ask(home.path(), json!({ "command": "status" })).await;
    let endpoint = status["value"]["endpoint"].as_str().unwrap();
    let at = endpoint.trim_start_matches("http://").parse().unwrap();
    let chat = json!({ "model": "gpt-x", "messages": [{ "role": "user", "content": "hello" }] });
    let asked = Request::post(at, "/v1/chat/completions", &chat).bearer("mp-desktop-canary-3f9c");
    let answer = asked.send().await;
    assert_eq!(
        (answer.status, answer.header("x-millpond-instance")),
        (200, "pasted")
    );
    let id = answer.header("x-request-id").to_owned();

    // The window hears of it by itself.
    window.run("location.hash = '#/overview'", json!([])).await;
    window
        .shows("Ready. Your instance can take a request.")
        .await;
    window.run("location.hash = '#/activity'", json!([])).await;
    window.shows("gpt-x").await;
    let explained = ask(home.path(), json!({ "command": "explain", "id": id })).await;
    assert_eq!(explained["value"]["outcome"], "served");
    window.close().await;
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: cargo xtask desktop"]
async fn v2_the_window_shows_what_others_change() {
    let fake = fake().await;
    let home = home(&keys(&fake.url(), &["one", "two"]));
    let window = Window::open(home.path()).await;
    window
        .shows("Ready. 2 of 2 instances can take a request.")
        .await;
    ask(home.path(), json!({ "command": "pause" })).await;
    window.shows("Paused.").await;
    window.click("Resume").await;
    window
        .shows("Ready. 2 of 2 instances can take a request.")
        .await;
    let mode = ask(home.path(), json!({ "command": "status" })).await["value"]["mode"].take();
    assert_eq!(mode, "running");
    window.close().await;
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: cargo xtask desktop"]
async fn k3_a_page_can_ask_for_millponds_own_commands_and_for_nothing_else() {
    let home = home(&Value::Null);
    let window = Window::open(home.path()).await;
    window.shows("Add one account").await;
    let status = invoke(&window, "status", json!({})).await;
    assert_eq!(status["value"]["mode"], "running", "{status}");
    let told = invoke(
        &window,
        "control",
        json!({ "command": { "command": "local-key" } }),
    )
    .await;
    assert_eq!(told["value"]["value"], "mp-desktop-canary-3f9c");
    let refused = json!({ "command": { "command": "remove", "uuid": tests::proxy::id("nobody") } });
    let refused = invoke(&window, "control", refused).await;
    assert_eq!(refused["error"]["kind"], "missing", "{refused}");
    for (name, with) in [
        ("plugin:clipboard-manager|read_text", json!({})),
        ("plugin:opener|open_path", json!({ "path": "/" })),
        ("plugin:autostart|enable", json!({})),
        ("plugin:window|destroy", json!({ "label": "main" })),
        (
            "plugin:event|emit",
            json!({ "event": "status", "payload": null }),
        ),
    ] {
        let told = invoke(&window, name, with).await;
        let error = told["error"].as_str().unwrap_or_default();
        assert!(error.contains("not allowed"), "{name}: {told}");
    }
    let file = invoke(&window, "open_url", json!({ "url": "file:///etc/passwd" })).await;
    assert_eq!(file["error"]["kind"], "invalid", "{file}");
    // No inline script runs, and nothing comes from elsewhere.
    let ran = window
        .run(
            "const s = document.createElement('script'); s.textContent = 'window.ran = 1';
             document.head.append(s); return window.ran ?? null",
            json!([]),
        )
        .await;
    assert_eq!(ran, Value::Null);
    window.close().await;
}
