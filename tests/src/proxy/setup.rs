//! How a Millpond is set up before it starts.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use super::run::{Ran, command, run};
use super::{Home, Live, Log, Millpond, PATIENCE, key_or_default};
use crate::fake::{accounts, anthropic, gemini, openai};

/// A home folder, its pools and its settings.
#[derive(Clone, Debug)]
pub struct Setup {
    home: Home,
    pools: Map<String, Value>,
    config: Map<String, Value>,
    words: Vec<String>,
    key: Option<String>,
    file: String,
}

impl Default for Setup {
    fn default() -> Self {
        Self::new()
    }
}

impl Setup {
    /// An empty home.
    pub fn new() -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let private = std::fs::Permissions::from_mode(0o700);
        let home = tempfile::Builder::new().permissions(private).tempdir();
        Self::on(Arc::new(home.expect("a folder")))
    }

    /// A home that may have been used before; its files stay.
    pub fn on(home: Home) -> Self {
        Self {
            home,
            pools: Map::new(),
            config: Map::new(),
            words: Vec::new(),
            key: None,
            file: "provider_pools.json".to_owned(),
        }
    }

    /// Instances of a fake `OpenAI`, one a key. `sk-a` is named `a`.
    #[must_use]
    pub fn openai<'a>(self, fake: &openai::Fake, keys: impl IntoIterator<Item = &'a str>) -> Self {
        let url = format!("{}/v1", fake.url());
        self.keys("openai-custom", "OPENAI", &url, keys)
    }

    /// Instances of a fake Anthropic, one a key. `sk-a` is named `a`.
    #[must_use]
    pub fn claude<'a>(
        self,
        fake: &anthropic::Fake,
        keys: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.keys("claude-custom", "CLAUDE", &fake.url(), keys)
    }

    /// Instances of a fake Gemini, one a key. `sk-a` is named `a`.
    #[must_use]
    pub fn gemini<'a>(self, fake: &gemini::Fake, keys: impl IntoIterator<Item = &'a str>) -> Self {
        self.keys("gemini-custom", "GEMINI", &fake.url(), keys)
    }

    fn keys<'a>(
        mut self,
        kind: &str,
        prefix: &str,
        url: &str,
        keys: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        for key in keys {
            let name = key.strip_prefix("sk-").unwrap_or(key);
            self = self.instance(
                kind,
                json!({
                    format!("{prefix}_API_KEY"): key,
                    format!("{prefix}_BASE_URL"): url,
                    "customName": name,
                    "checkModelName": null,
                    "uuid": id(name),
                    "isHealthy": true,
                    "lastUsed": null,
                    "usageCount": 0,
                    "errorCount": 0,
                    "lastErrorTime": null,
                }),
            );
        }
        self
    }

    /// One more instance.
    #[must_use]
    pub fn instance(mut self, kind: &str, instance: Value) -> Self {
        let list = self.pools.entry(kind).or_insert_with(|| json!([]));
        list.as_array_mut().expect("a list").push(instance);
        self
    }

    /// A field of an instance that stands there already, by its name.
    ///
    /// # Panics
    /// When there is none of that name.
    #[must_use]
    pub fn with(mut self, name: &str, field: &str, value: impl Into<Value>) -> Self {
        let mut all = self
            .pools
            .values_mut()
            .filter_map(Value::as_array_mut)
            .flatten();
        let found = all.find(|instance| instance["customName"] == name);
        found.expect("an instance of that name")[field] = value.into();
        self
    }

    /// A setting in `config.json`.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.config.insert(name.to_owned(), value.into());
        self
    }

    /// One of the three limits in milliseconds, by its name in `config.json`.
    #[must_use]
    pub fn limit(self, name: &str, limit: Duration) -> Self {
        let millis = u64::try_from(limit.as_millis()).expect("a short limit");
        self.set(name, millis)
    }

    /// A word more on the command line of `serve`.
    #[must_use]
    pub fn word(mut self, word: &str) -> Self {
        self.words.push(word.to_owned());
        self
    }

    /// Has its pools in this file of the home, given on the command line and used in place.
    #[must_use]
    pub fn pools_file(mut self, name: &str) -> Self {
        name.clone_into(&mut self.file);
        self.word("--provider-pools-file").word(name)
    }

    /// Lets this key in; empty: the one that Millpond keeps itself.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// The home folder.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file into the home.
    ///
    /// # Panics
    /// When that cannot be done.
    #[must_use]
    pub fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.home.path().join(name), text).expect("a file in the home");
        self
    }

    /// Runs a command that ends by itself, on the files as set up here.
    pub async fn run(&self, words: &[&str]) -> Ran {
        self.write();
        run(self.home.path(), words, "").await
    }

    /// The same, with this on its standard input.
    pub async fn run_with_input(&self, words: &[&str], input: &str) -> Ran {
        self.write();
        run(self.home.path(), words, input).await
    }

    /// Begins a command that is talked to while it runs, on the files as set up here.
    pub fn begin(&self, words: &[&str]) -> Live {
        self.write();
        Live::start(self.home.path(), words)
    }

    /// The settings by which the services are found that are signed in to.
    #[must_use]
    pub fn accounts(mut self, fake: &accounts::Accounts) -> Self {
        for (name, value) in fake.settings() {
            self = self.set(name, value);
        }
        self
    }

    fn write(&self) {
        for (name, content) in [
            (self.file.as_str(), &self.pools),
            ("config.json", &self.config),
        ] {
            if !content.is_empty() {
                let text = serde_json::to_string_pretty(content).expect("JSON");
                std::fs::write(self.home.path().join(name), text).expect("a file in the home");
            }
        }
    }

    /// Starts it.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start(self) -> Millpond {
        match self.try_start().await {
            Ok(millpond) => millpond,
            Err(ran) => panic!("millpond did not start: {ran:?}"),
        }
    }

    /// Starts it, or tells how it ended instead.
    ///
    /// # Errors
    /// It ended before it listened.
    ///
    /// # Panics
    /// When neither happens.
    pub async fn try_start(self) -> Result<Millpond, Ran> {
        self.write();
        let home = self.home.path().to_string_lossy().into_owned();
        let key = key_or_default(self.key.as_deref());
        let mut words = vec!["serve", "--home", &home, "--secrets", "file"];
        if !self.words.iter().any(|word| word == "--port") {
            words.extend(["--port", "0"]);
        }
        if !key.is_empty() {
            words.extend(["--api-key", &key]);
        }
        words.extend(self.words.iter().map(String::as_str));
        let mut child = command(self.home.path(), &words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("millpond starts");
        let log = Log::default();
        let stderr = child.stderr.take().expect("piped");
        let collecting = tokio::spawn(collect(stderr, log.clone()));
        let mut lines = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        let read = tokio::time::timeout(PATIENCE, lines.read_line(&mut line)).await;
        let read =
            read.unwrap_or_else(|_| panic!("no line within {PATIENCE:?}; it said: {}", log.text()));
        read.expect("standard output");
        let Some(address) = line.trim().strip_prefix("listening on http://") else {
            let status = tokio::time::timeout(PATIENCE, child.wait())
                .await
                .expect("an end")
                .expect("a status");
            let _ = collecting.await;
            let code = status.code().unwrap_or(-1);
            return Err(Ran {
                code,
                stdout: line,
                stderr: log.text(),
            });
        };
        let address = address
            .parse()
            .unwrap_or_else(|_| panic!("an address in {line:?}"));
        Ok(Millpond {
            home: self.home,
            file: self.file,
            address,
            child,
            _stdout: Some(lines.into_inner()),
            log,
            key,
        })
    }
}

async fn collect(mut from: impl tokio::io::AsyncRead + Unpin, into: Log) {
    let mut bytes = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        into.push(&String::from_utf8_lossy(&bytes[..read]));
    }
}

/// The uuid of an instance of that name.
pub fn id(name: &str) -> String {
    let tail: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    let tail: String = format!("{tail}000000000000").chars().take(12).collect();
    let first: u32 = name.bytes().fold(17, |sum: u32, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    format!("{first:08x}-0000-4000-8000-{tail}")
}
