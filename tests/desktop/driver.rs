//! A window under a driver: WebDriver (w3.org/TR/webdriver2), as WebKit's own driver speaks it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tests::client::Request;
use tests::wait;
use tokio::process::{Child, Command};
use tokio::time::Instant;

use crate::app::{PATIENCE, program, words};

/// Under this name an element is told (the standard's web element identifier).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const BETWEEN: Duration = Duration::from_millis(50);

/// The application's window, driven. The driver starts the application and ends with it.
pub(crate) struct Window {
    driver: SocketAddr,
    session: String,
    child: Child,
    home: PathBuf,
}

impl Window {
    /// Starts the application on a home.
    pub(crate) async fn open(home: &Path) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let driver = port.local_addr().unwrap();
        drop(port);
        let child = Command::new("WebKitWebDriver")
            .args(["--host=127.0.0.1", &format!("--port={}", driver.port())])
            // The driver hands this down, and the application lets itself be driven by it.
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver, of the package webkit2gtk-driver");
        wait::until("the driver", PATIENCE, || {
            std::net::TcpStream::connect(driver).is_ok()
        })
        .await;
        let options = json!({ "binary": program(), "args": words(home) });
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let session = send(driver, "/session", &wanted).await;
        let session = session["sessionId"].as_str().unwrap().to_owned();
        Self {
            driver,
            session,
            child,
            home: home.to_owned(),
        }
    }

    /// Runs a script in the page; gives what it returns.
    pub(crate) async fn run(&self, script: &str, args: Value) -> Value {
        let body = json!({ "script": script, "args": args });
        self.send("/execute/sync", &body).await
    }

    /// Runs a script whose last argument takes the answer.
    pub(crate) async fn run_async(&self, script: &str) -> Value {
        let body = json!({ "script": script, "args": [] });
        self.send("/execute/async", &body).await
    }

    /// Waits until the page shows a text.
    pub(crate) async fn shows(&self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let all = self.run("return document.body.innerText", json!([])).await;
            let all = all.as_str().unwrap_or_default().to_owned();
            if all.contains(text) {
                return;
            }
            assert!(Instant::now() < deadline, "no {text:?} in:\n{all}");
            tokio::time::sleep(BETWEEN).await;
        }
    }

    /// Clicks the button with this text.
    pub(crate) async fn click(&self, text: &str) {
        let path = format!("//button[normalize-space()='{text}' and not(@disabled)]");
        let id = self.element("xpath", &path).await;
        self.send(&format!("/element/{id}/click"), &json!({})).await;
    }

    /// Fills the field with this label.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let path = format!("//*[@id=//label[normalize-space()='{label}']/@for]");
        let id = self.element("xpath", &path).await;
        self.send(&format!("/element/{id}/clear"), &json!({})).await;
        let keys = json!({ "text": text });
        self.send(&format!("/element/{id}/value"), &keys).await;
    }

    /// Chooses from the list with this label; its rows belong to the system, and no driver clicks them.
    pub(crate) async fn choose(&self, label: &str, value: &str) {
        let path = format!("//*[@id=//label[normalize-space()='{label}']/@for]");
        let id = self.element("xpath", &path).await;
        let script = "arguments[0].value = arguments[1];
            arguments[0].dispatchEvent(new Event('change', { bubbles: true }))";
        self.run(script, json!([{ ELEMENT: id }, value])).await;
    }

    /// Closes the driver's hold, and the application with it.
    pub(crate) async fn close(mut self) {
        let path = format!("/session/{}", self.session);
        Request::new(self.driver, "DELETE", &path).send().await;
        self.end();
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        ended.expect("the driver's end").unwrap();
    }

    /// Asks driver and application to end: a driver that is killed leaves the application behind.
    fn end(&self) {
        let running = std::fs::read_to_string(self.home.join("running.json"));
        let running: Value = serde_json::from_str(&running.unwrap_or_default()).unwrap_or_default();
        let application = running["pid"].as_u64().map(|pid| pid.to_string());
        let driver = self.child.id().map(|pid| pid.to_string());
        for pid in [application, driver].into_iter().flatten() {
            let _gone = std::process::Command::new("kill").arg(pid).status();
        }
    }

    async fn element(&self, using: &str, value: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        let wanted = json!({ "using": using, "value": value });
        loop {
            let path = format!("/session/{}/elements", self.session);
            let found = send(self.driver, &path, &wanted).await;
            if let Some(id) = found[0][ELEMENT].as_str() {
                return id.to_owned();
            }
            assert!(Instant::now() < deadline, "no {value}");
            tokio::time::sleep(BETWEEN).await;
        }
    }

    async fn send(&self, path: &str, body: &Value) -> Value {
        send(
            self.driver,
            &format!("/session/{}{path}", self.session),
            body,
        )
        .await
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.end();
    }
}

async fn send(driver: SocketAddr, path: &str, body: &Value) -> Value {
    let answer = Request::post(driver, path, body).send().await;
    let mut told: Value = serde_json::from_slice(&answer.body()).unwrap();
    assert_eq!(answer.status, 200, "{path}: {told}");
    told["value"].take()
}
