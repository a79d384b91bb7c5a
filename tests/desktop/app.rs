//! The application, a process of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tests::client::Request;
use tests::wait;
use tokio::process::{Child, Command};

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The program under test: `MILLPOND_APP`, or what this checkout builds.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("MILLPOND_APP")
        .map_or_else(|| env!("CARGO_BIN_EXE_millpond-app").into(), PathBuf::from)
}

/// A home folder with settings that suit a test.
pub(crate) fn home(pools: &Value) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let private = std::fs::Permissions::from_mode(0o700);
    let home = tempfile::Builder::new().permissions(private).tempdir();
    let home = home.unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = port.local_addr().unwrap().port();
    let settings = json!({ "SERVER_PORT": port, "LANGUAGE": "en", "REQUIRED_API_KEY": "mp-desktop-canary-3f9c" });
    let write = |name: &str, value: &Value| {
        std::fs::write(home.path().join(name), value.to_string()).unwrap();
    };
    write("config.json", &settings);
    if !pools.is_null() {
        write("provider_pools.json", pools);
    }
    home
}

/// Instances of a fake `OpenAI`.
pub(crate) fn keys(url: &str, names: &[&str]) -> Value {
    let one = |name: &&str| {
        json!({
            "OPENAI_API_KEY": format!("sk-{name}-canary"), "OPENAI_BASE_URL": format!("{url}/v1"),
            "customName": name, "uuid": tests::proxy::id(name),
        })
    };
    json!({ "openai-custom": names.iter().map(one).collect::<Vec<_>>() })
}

/// Words for the command line.
pub(crate) fn words(home: &Path) -> [String; 4] {
    let home = home.display().to_string();
    ["--home".into(), home, "--secrets".into(), "file".into()]
}

/// A running application. It is killed when this is dropped.
pub(crate) struct App {
    pub(crate) home: tempfile::TempDir,
    child: Child,
}

impl App {
    /// Starts it with these words more.
    pub(crate) fn start(home: tempfile::TempDir, more: &[&str]) -> Self {
        let child = Command::new(program())
            .args(words(home.path()))
            .args(more)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self { home, child }
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Waits for its end, which must be a good one.
    pub(crate) async fn ended(mut self) {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        assert!(ended.expect("an end").unwrap().success());
    }

    /// What a command brings over the control door.
    pub(crate) async fn ask(&self, command: Value) -> Value {
        ask(self.home.path(), command).await
    }

    /// Its status, once it serves.
    pub(crate) async fn status(&self) -> Value {
        self.ask(json!({ "command": "status" })).await["value"].take()
    }
}

/// What a command brings over the control door of a home, once that is open.
pub(crate) async fn ask(home: &Path, command: Value) -> Value {
    let token = home.join("control-token");
    let told = |name: &str| std::fs::read_to_string(home.join(name)).ok();
    let (_, at) = wait::eventually("an address", PATIENCE, || {
        let running: Value = serde_json::from_str(&told("running.json")?).ok()?;
        running["address"].as_str()?.parse().ok()
    })
    .await;
    let token = std::fs::read_to_string(token).unwrap();
    let request = Request::post(at, "/control/command", &command).bearer(token.trim());
    let answer = request.send().await;
    serde_json::from_slice(&answer.body()).unwrap()
}
