//! The upstreams, and the Millponds before them.

use std::process::Stdio;

use serde_json::{Value, json};
use tests::LOCAL_KEY;
use tests::fake::accounts::Accounts;
use tests::fake::{Fake, Vendor, anthropic, gemini, openai};
use tests::proxy::{Millpond, Setup, id};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout};

use crate::kit::{Kit, script};
use crate::{accounts, model};

/// A model of which there is always too much asked.
const BUSY: &str = "busy";
/// A model of aimock, which has any.
const ANYTHING: &str = "pond-x";
/// What aimock is asked: it refuses nothing and lists no models of ours.
const OF_OTHERS: &[&str] = &[
    "text",
    "streaming",
    "async",
    "tools",
    "structured output",
    "thinking",
    "previous response",
];

/// What accounts are asked, whose services have words only.
const OF_ACCOUNTS: &[&str] = &["text", "streaming", "async"];

/// One upstream behind a Millpond.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    /// As the board shows it.
    pub(crate) name: &'static str,
    /// Its Millpond.
    pub(crate) url: String,
    /// Its provider type.
    pub(crate) pool: &'static str,
    /// A model that it has.
    pub(crate) model: &'static str,
    embedding: Option<&'static str>,
    only: Option<&'static [&'static str]>,
}

impl Upstream {
    /// What the programs are told.
    pub(crate) fn told(&self) -> Value {
        json!({
            "name": self.name, "url": self.url, "key": LOCAL_KEY, "pool": self.pool, "model": self.model, "busy": BUSY,
            "embedding": self.embedding, "only": self.only, "counts": self.pool != "claude-kiro-oauth",
        })
    }
}

/// All of them. They end with this.
#[derive(Debug)]
pub(crate) struct Pond {
    pub(crate) upstreams: Vec<Upstream>,
    _millponds: [Millpond; 4],
    _openai: [openai::Fake; 2],
    _claude: anthropic::Fake,
    _gemini: gemini::Fake,
    _accounts: Accounts,
    _aimock: (Child, BufReader<ChildStdout>),
}

impl Pond {
    /// The upstreams whose model is ours.
    pub(crate) fn scripted(&self) -> impl Iterator<Item = &Upstream> {
        self.upstreams.iter().filter(|one| one.only.is_none())
    }

    /// Starts all.
    pub(crate) async fn start(kit: &Kit) -> Self {
        let (chat, responses) = (openai::start().await, openai::start().await);
        let (claude, gemini) = (anthropic::start().await, gemini::start().await);
        chat.lack("/v1/responses");
        responses.lack("/v1/chat/completions");
        let setup = Setup::new()
            .openai(&chat, keys(&chat, ["sk-chat", "sk-chat-busy"]))
            .claude(&claude, keys(&claude, ["sk-claude", "sk-claude-busy"]))
            .gemini(&gemini, keys(&gemini, ["sk-gemini", "sk-gemini-busy"]));
        let first = start(setup, &["chat", "claude", "gemini"]).await;
        let setup = Setup::new().openai(
            &responses,
            keys(&responses, ["sk-responses", "sk-responses-busy"]),
        );
        let second = start(setup, &["responses"]).await;
        let (child, lines, url) = aimock(kit).await;
        let third = start(of_aimock(&url), &[]).await;
        let (accounts, setup) = accounts::signed_in().await;
        let fourth = start(setup, &[]).await;
        let upstream = |name, mp: &Millpond, pool, model, embedding| Upstream {
            name,
            url: mp.url(),
            pool,
            model,
            embedding,
            only: None,
        };
        let embedding = Some("text-embedding-x");
        let mut upstreams = vec![
            upstream(
                "openai-custom, Chat",
                &first,
                "openai-custom",
                "gpt-x",
                embedding,
            ),
            upstream(
                "openai-custom, Responses",
                &second,
                "openai-custom",
                "gpt-x",
                embedding,
            ),
            upstream("claude-custom", &first, "claude-custom", "claude-x", None),
            upstream(
                "gemini-custom",
                &first,
                "gemini-custom",
                "gemini-3-pond",
                Some("gemini-embedding-x"),
            ),
        ];
        for (name, pool) in [
            ("aimock, openai-custom", "openai-custom"),
            ("aimock, claude-custom", "claude-custom"),
            ("aimock, gemini-custom", "gemini-custom"),
        ] {
            let mut one = upstream(name, &third, pool, ANYTHING, None);
            one.only = Some(OF_OTHERS);
            upstreams.push(one);
        }
        for (pool, model) in accounts::POOLS {
            let mut one = upstream(pool, &fourth, pool, model, None);
            one.only = Some(OF_ACCOUNTS);
            upstreams.push(one);
        }
        Self {
            upstreams,
            _millponds: [first, second, third, fourth],
            _openai: [chat, responses],
            _claude: claude,
            _gemini: gemini,
            _accounts: accounts,
            _aimock: (child, lines),
        }
    }
}

/// Two keys of a fake: one whose model speaks, and one that is asked too often.
fn keys<'a, V: Vendor>(fake: &Fake<V>, keys: [&'a str; 2]) -> [&'a str; 2] {
    fake.add_model(BUSY);
    fake.on(keys[0], model::script());
    fake.on(keys[1], model::busy());
    keys
}

/// Starts a Millpond whose instances of these names leave the busy model to those beside them, and nothing else.
async fn start(mut setup: Setup, names: &[&str]) -> Millpond {
    for name in names {
        setup = setup.with(name, "notSupportedModels", json!([BUSY])).with(
            &format!("{name}-busy"),
            "notSupportedModels",
            json!(["*-*"]),
        );
    }
    // The scenarios break streams on purpose, several at a time.
    let millpond = setup.set("MAX_ERROR_COUNT", 1000).start().await;
    if !names.is_empty() {
        millpond.checked().await;
    }
    millpond
}

fn of_aimock(url: &str) -> Setup {
    let mut setup = Setup::new();
    for (kind, prefix, path) in [
        ("openai-custom", "OPENAI", "/v1"),
        ("claude-custom", "CLAUDE", ""),
        ("gemini-custom", "GEMINI", ""),
    ] {
        setup = setup.instance(
            kind,
            json!({
                format!("{prefix}_API_KEY"): "sk-aimock",
                format!("{prefix}_BASE_URL"): format!("{url}{path}"),
                "customName": format!("aimock {prefix}"),
                "uuid": id(prefix),
            }),
        );
    }
    setup
}

/// Starts aimock and waits for its address.
async fn aimock(kit: &Kit) -> (Child, BufReader<ChildStdout>, String) {
    // Not the tester's own, which node would set to non-blocking.
    let log = kit.folder("aimock").join("log.txt");
    let stderr = std::fs::File::create(&log).expect("a file");
    let mut child = kit
        .program("node")
        .arg(script("node/aimock.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .expect("node starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped"));
    let mut url = String::new();
    lines.read_line(&mut url).await.expect("aimock's address");
    let url = url.trim().to_owned();
    assert!(
        url.starts_with("http://"),
        "aimock did not start: {}",
        log.display()
    );
    (child, lines, url)
}
