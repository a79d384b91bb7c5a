//! The services that are signed in to, all at one address: Google with Code Assist, Qwen, Kiro with AWS SSO OIDC.
//!
//! They are as strict as the others: a code, a refresh token and a device code are good once; state, PKCE, client and redirect
//! address are compared. What an endpoint says next can be set with [`Accounts::say`].

mod events;
pub mod google;
pub mod kiro;
pub mod qwen;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use super::connection::Connection;
use super::received::Received;
use super::write::{After, Answer, Body};

/// All of them.
#[derive(Debug)]
pub struct Accounts {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
    task: AbortHandle,
}

/// What they know.
#[derive(Debug, Default)]
pub struct World {
    /// Google.
    pub google: google::Google,
    /// Qwen.
    pub qwen: qwen::Qwen,
    /// Kiro.
    pub kiro: kiro::Kiro,
    received: Vec<Received>,
    said: VecDeque<(String, Reply)>,
    delay: Duration,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    kind: &'static str,
    pieces: Vec<Vec<u8>>,
}

impl Reply {
    /// JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    /// Anything.
    pub fn text(status: u16, kind: &'static str, body: &str) -> Self {
        Self {
            status,
            kind,
            pieces: vec![body.as_bytes().to_vec()],
        }
    }

    /// A firewall's page.
    pub fn page() -> Self {
        let body = "<!doctype html><html><title>Access blocked</title>";
        Self::text(405, "text/html", body)
    }

    fn stream(kind: &'static str, bytes: &[u8], cut: usize) -> Self {
        Self {
            status: 200,
            kind,
            pieces: bytes.chunks(cut).map(<[u8]>::to_vec).collect(),
        }
    }

    /// OAuth's refusal.
    pub fn no(status: u16, error: &str) -> Self {
        Self::json(
            status,
            &json!({"error": error, "error_description": format!("{error}, says the fake")}),
        )
    }
}

/// Starts all of them at one free port of 127.0.0.1.
pub async fn start() -> Accounts {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let world = Arc::new(Mutex::new(World::default()));
    let served = Arc::clone(&world);
    let task = tokio::spawn(async move {
        let mut open = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            open.spawn(serve(stream, Arc::clone(&served)));
        }
    });
    Accounts {
        address,
        world,
        task: task.abort_handle(),
    }
}

impl Drop for Accounts {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Accounts {
    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What they know, to look at or to change.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the endpoint at this path says next, in place of its own words. Said again, it is said once more.
    pub fn say(&self, path: &str, reply: Reply) {
        self.world().said.push_back((path.to_owned(), reply));
    }

    /// How long every answer takes.
    pub fn delay(&self, delay: Duration) {
        self.world().delay = delay;
    }

    /// How often a path was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.world()
            .received
            .iter()
            .filter(|one| one.path == path)
            .count()
    }

    /// The last request to a path.
    ///
    /// # Panics
    /// When there was none.
    pub fn last(&self, path: &str) -> Received {
        let world = self.world();
        let found = world.received.iter().rev().find(|one| one.path == path);
        found
            .unwrap_or_else(|| panic!("nobody asked for {path}"))
            .clone()
    }

    /// The settings by which Millpond finds them.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let url = self.url();
        vec![
            ("GEMINI_OAUTH_AUTH_URL", format!("{url}/google/auth")),
            ("GEMINI_OAUTH_TOKEN_URL", format!("{url}/google/token")),
            ("GEMINI_OAUTH_CLIENT_ID", google::CLIENT.to_owned()),
            ("GEMINI_OAUTH_CLIENT_SECRET", google::SECRET.to_owned()),
            ("GEMINI_BASE_URL", url.clone()),
            ("QWEN_OAUTH_BASE_URL", url.clone()),
            ("QWEN_BASE_URL", url.clone()),
            ("KIRO_AUTH_BASE_URL", url.clone()),
            ("KIRO_REFRESH_URL", format!("{url}/refreshToken")),
            ("KIRO_OIDC_BASE_URL", format!("{url}/oidc")),
            ("KIRO_BASE_URL", url),
        ]
    }
}

async fn serve(stream: TcpStream, world: Arc<Mutex<World>>) {
    let mut connection = Connection::new(stream);
    while let Ok(Some(request)) = connection.request().await {
        let (reply, delay) = {
            let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
            (world.answer(&request), world.delay)
        };
        tokio::time::sleep(delay).await;
        let written = answer(reply).write(connection.halves().0).await;
        if !matches!(written, Ok(After::Keep)) {
            return;
        }
    }
}

fn answer(reply: Reply) -> Answer {
    let mut pieces = reply.pieces;
    Answer {
        status: StatusCode::from_u16(reply.status).expect("a status"),
        headers: vec![("content-type".to_owned(), reply.kind.to_owned())],
        body: match pieces.len() {
            1 => Body::Whole(pieces.remove(0), None),
            _ => Body::Chunks(pieces, None),
        },
        pace: Duration::ZERO,
    }
}

impl World {
    fn answer(&mut self, request: &Received) -> Reply {
        self.received.push(request.clone());
        let said = self.said.iter().position(|(path, _)| *path == request.path);
        if let Some((_, reply)) = said.and_then(|at| self.said.remove(at)) {
            return reply;
        }
        let found = self
            .google
            .answer(request)
            .or_else(|| self.qwen.answer(request))
            .or_else(|| self.kiro.answer(request));
        found.unwrap_or_else(|| {
            Reply::json(
                404,
                &json!({"error": {"code": 404, "message": "no such path", "status": "NOT_FOUND"}}),
            )
        })
    }
}

/// The fields of a form.
fn form(request: &Received) -> Vec<(String, String)> {
    assert_eq!(
        request.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    pairs(&String::from_utf8_lossy(&request.body))
}

/// The pairs of a query or a form.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let mut out = Vec::new();
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            out.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                    u8::from_str_radix(&hex, 16).expect("a percent-encoded byte")
                }
                other => other,
            });
        }
        String::from_utf8(out).expect("UTF-8")
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// A value among pairs; empty where it is missing.
pub fn field<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    let found = pairs.iter().find(|(one, _)| one == name);
    found.map_or("", |(_, value)| value.as_str())
}

/// Whether a verifier belongs to a challenge (RFC 7636, S256).
fn proves(verifier: &str, challenge: &str) -> bool {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
}

/// A text as it stands in a query.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

fn bearer(request: &Received) -> String {
    let header = request.header("authorization");
    header
        .strip_prefix("Bearer ")
        .unwrap_or_default()
        .to_owned()
}
