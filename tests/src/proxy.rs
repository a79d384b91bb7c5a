//! The real `millpond`, a process of its own.
//!
//! ```text
//! let mp = Setup::new().openai(&fake, ["sk-a", "sk-b"]).set("MAX_ERROR_COUNT", 2).start().await;
//! let answer = mp.chat(&body).send().await;
//! assert_eq!(answer.header("x-millpond-instance"), "a");
//! ```

mod binary;
mod live;
mod run;
mod setup;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::process::{Child, ChildStdout};

use crate::LOCAL_KEY;
use crate::client::Request;

pub use live::Live;
pub use run::Ran;
pub use setup::{Setup, id};

/// How long a start or an end may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// How long the first checks may take: they begin a quarter of a second apart.
const CHECKED: Duration = Duration::from_secs(20);

/// A running `millpond serve`. It is killed when this is dropped.
#[derive(Debug)]
pub struct Millpond {
    home: Home,
    file: String,
    address: SocketAddr,
    child: Child,
    /// Kept open: a closed standard output would be an error to who prints there.
    _stdout: Option<ChildStdout>,
    log: Log,
    key: String,
}

/// A home folder, gone with its last user.
pub type Home = Arc<tempfile::TempDir>;

/// What was said on standard error so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<String>>);

impl Log {
    pub(crate) fn push(&self, text: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_str(text);
    }

    pub(crate) fn text(&self) -> String {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Millpond {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A GET with the local key.
    pub fn get(&self, target: &str) -> Request {
        Request::get(self.address, target).bearer(&self.key)
    }

    /// A POST with the local key.
    pub fn post(&self, target: &str, body: &Value) -> Request {
        Request::post(self.address, target, body).bearer(&self.key)
    }

    /// A chat completion.
    pub fn chat(&self, body: &Value) -> Request {
        self.post("/v1/chat/completions", body)
    }

    /// A message, with the headers that Anthropic's clients send.
    pub fn message(&self, body: &Value) -> Request {
        Request::post(self.address, "/v1/messages", body)
            .header("x-api-key", &self.key)
            .header("anthropic-version", "2023-06-01")
    }

    /// A response.
    pub fn respond(&self, body: &Value) -> Request {
        self.post("/v1/responses", body)
    }

    /// Generated content, as Gemini's clients ask for it.
    pub fn generate(&self, model: &str, call: &str, body: &Value) -> Request {
        Request::post(
            self.address,
            &format!("/v1beta/models/{model}:{call}"),
            body,
        )
        .header("x-goog-api-key", &self.key)
    }

    /// The home folder.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The home folder, to be kept beyond this process.
    pub fn keep_home(&self) -> Home {
        Arc::clone(&self.home)
    }

    /// A file of the home folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// What the pools file says now.
    ///
    /// # Panics
    /// When it is not there or is no JSON.
    pub fn pools(&self) -> Value {
        let text = std::fs::read_to_string(self.file(&self.file)).expect("the pools file");
        serde_json::from_str(&text).expect("JSON in the pools file")
    }

    /// What the process has logged.
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// The process's id.
    ///
    /// # Panics
    /// When it has ended.
    pub fn pid(&self) -> u32 {
        self.child.id().expect("a running process")
    }

    /// Waits until the checks at its start have learned what every instance serves: until then they may clear a state.
    ///
    /// # Panics
    /// When that takes longer than twenty seconds.
    pub async fn checked(&self) {
        let deadline = Instant::now() + CHECKED;
        loop {
            let listed = self.run(&["pool", "list", "--json"]).await.json();
            let all = listed.as_array().expect("a list");
            if all.iter().all(|one| one["models"].is_number()) {
                return;
            }
            assert!(Instant::now() < deadline, "not checked: {listed}");
        }
    }

    /// Runs another `millpond` on the same home.
    pub async fn run(&self, words: &[&str]) -> Ran {
        run::run(self.home(), words, "").await
    }

    /// Runs another `millpond` on the same home, with this on its standard input.
    pub async fn run_with_input(&self, words: &[&str], input: &str) -> Ran {
        run::run(self.home(), words, input).await
    }

    /// Begins another `millpond` on the same home, to be talked to.
    pub fn begin(&self, words: &[&str]) -> Live {
        Live::start(self.home(), words)
    }

    /// Sends a signal by its name, as `TERM`.
    ///
    /// # Panics
    /// When that cannot be done.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = std::process::Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status();
        assert!(sent.expect("kill").success());
    }

    /// Asks it to end and waits for that.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        self.ended().await
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn ended(&mut self) -> ExitStatus {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        ended.expect("an end of the process").expect("a status")
    }

    /// Kills it as a crash would.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn crash(mut self) {
        self.child.kill().await.expect("an end");
    }
}

impl Drop for Millpond {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "--- millpond on {} said ---\n{}",
                self.address,
                self.log.text()
            );
        }
    }
}

/// The key that a Millpond under test lets in.
pub(crate) fn key_or_default(key: Option<&str>) -> String {
    key.unwrap_or(LOCAL_KEY).to_owned()
}
