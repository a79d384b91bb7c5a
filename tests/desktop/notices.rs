//! Desktop notices, as the desktop hears them (specifications.freedesktop.org, notification).

use std::collections::HashMap;

use serde_json::json;
use tests::wait;
use tokio::sync::mpsc;
use zbus::{OwnedVariant, interface};

use crate::app::{App, PATIENCE, home, keys};
use crate::measured::family;
use crate::panel::Panel;
use crate::tray::fake;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

struct Desktop(mpsc::UnboundedSender<String>);

#[interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    #[expect(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &self,
        _app: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        _body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedVariant>,
        _timeout: i32,
    ) -> u32 {
        self.0.send(summary).unwrap();
        7
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["actions".to_owned(), "body".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let word = || "test".to_owned();
        (word(), word(), word(), "1.2".to_owned())
    }
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: cargo xtask desktop"]
async fn v3_a_key_that_is_refused_is_told_once_and_a_click_shows_it() {
    let (sender, mut told) = mpsc::unbounded_channel();
    let desktop = zbus::connection::Builder::session()
        .name(NAME)
        .serve_at(PATH, Desktop(sender))
        .build()
        .await
        .unwrap();
    let fake = fake().await;
    let mut panel = Panel::open().await;
    let app = App::start(home(&keys(&fake.url(), &["one", "two"])), &["--hidden"]);
    let item = panel.item().await;
    item.row("Ready: 2 of 2").await;
    fake.revoke("sk-one-canary");
    let check = json!({ "command": "check", "which": { "one": tests::proxy::id("one") } });
    // A check takes over what another has just found: asked again until it has looked for itself.
    let found = || async { app.ask(check.clone()).await["value"][0]["found"].take() };
    let looked = async { while found().await != "bad" {} };
    tokio::time::timeout(PATIENCE, looked)
        .await
        .expect("a finding");
    let first = tokio::time::timeout(PATIENCE, told.recv()).await;
    assert_eq!(first.expect("a notice").unwrap(), "one needs a login");
    item.row("◇ one").await;
    assert_eq!(family(app.pid()).len(), 1);
    desktop
        .emit_signal(
            None::<&str>,
            PATH,
            NAME,
            "ActionInvoked",
            &(7_u32, "default"),
        )
        .await
        .unwrap();
    let shown = || family(app.pid()).len() > 1;
    wait::until("the window", PATIENCE, shown).await;
    item.click("Quit Millpond").await;
    app.ended().await;
    assert!(told.try_recv().is_err(), "told twice");
}
