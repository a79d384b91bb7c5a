//! The window in a browser: the built user interface below `/control/ui/`, and who may see it.
//!
//! A one-time way in, which only the terminal shows, opens a session; its cookie stands for the door's token from then on.
//! A cookie comes along with whatever any page sends to this host, on every port; so it counts only where the browser says
//! that the request comes from the window itself.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use account::Secret;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN,
    REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tokio::sync::Notify;

use super::client::reachable;
use super::pages::{INDEX, Pages};
use super::random;

/// So many browsers can have a session at a time; the oldest falls first.
const MOST_SESSIONS: usize = 32;
/// Nothing but the window's own files, and no inline script or style.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Leads into the window from a page of the same origin, so that a strict cookie goes along wherever the link was clicked.
const ENTERED: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Millpond</title>\
<meta http-equiv=\"refresh\" content=\"0;url=./\"><a href=\"./\">Millpond</a></html>";
const STALE: &str = "This address was used already, or belongs to an earlier start. \
The terminal that runs `millpond serve --ui` shows the next one.";
const STRANGER: &str = "Open the address that `millpond serve --ui` shows in its terminal.";

/// A window for browsers.
#[derive(Debug)]
pub struct Window {
    pages: Pages,
    address: SocketAddr,
    cookie: String,
    entries: Mutex<Entries>,
    used: Notify,
}

#[derive(Debug)]
struct Entries {
    way_in: Secret<String>,
    sessions: VecDeque<Secret<String>>,
}

impl Window {
    /// A window at this address.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn new(pages: Pages, address: SocketAddr) -> io::Result<Arc<Self>> {
        let entries = Entries {
            way_in: random()?,
            sessions: VecDeque::new(),
        };
        Ok(Arc::new(Self {
            pages,
            address: reachable(address),
            // Browsers keep cookies by host, whatever the port.
            cookie: format!("millpond-{}", address.port()),
            entries: Mutex::new(entries),
            used: Notify::new(),
        }))
    }

    /// The address that opens it, once.
    pub fn way_in(&self) -> String {
        let entries = self.entries();
        let token = entries.way_in.expose();
        format!("http://{}/control/ui/enter?token={token}", self.address)
    }

    /// Resolves when the way in was used, and there is another.
    pub async fn used(&self) {
        self.used.notified().await;
    }

    /// Whether a request comes from a browser with a session, and from the window in it.
    pub(super) fn knows(&self, method: &Method, headers: &HeaderMap) -> bool {
        is_from_the_window(method, headers) && self.has_session(headers)
    }

    fn has_session(&self, headers: &HeaderMap) -> bool {
        let entries = self.entries();
        let cookies = headers.get_all(COOKIE).into_iter();
        cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.cookie)
            .any(|(_, shown)| entries.sessions.iter().any(|s| s.matches(shown.as_bytes())))
    }

    /// Opens a session for who shows the way in; gives its cookie.
    fn enter(&self, shown: &str) -> io::Result<Option<String>> {
        let mut entries = self.entries();
        if !entries.way_in.matches(shown.as_bytes()) {
            return Ok(None);
        }
        let session = random()?;
        entries.way_in = random()?;
        let cookie = format!(
            "{}={}; Path=/control; HttpOnly; SameSite=Strict",
            self.cookie,
            session.expose()
        );
        entries.sessions.push_back(session);
        while entries.sessions.len() > MOST_SESSIONS {
            entries.sessions.pop_front();
        }
        self.used.notify_one();
        Ok(Some(cookie))
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The routes. They ask for the session by themselves.
pub(super) fn routes(window: Arc<Window>) -> Router {
    Router::new()
        .route("/control/ui", get(home))
        .route("/control/ui/", get(index))
        .route("/control/ui/enter", get(enter))
        .route("/control/ui/{*file}", get(file))
        .layer(middleware::map_response(guarded))
        .with_state(window)
}

async fn home() -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, "/control/ui/")]).into_response()
}

async fn enter(State(window): State<Arc<Window>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let shown = query.strip_prefix("token=").unwrap_or_default();
    match window.enter(shown) {
        Ok(Some(cookie)) => {
            let html = [(CONTENT_TYPE, "text/html; charset=utf-8")];
            (html, [(SET_COOKIE, cookie)], ENTERED).into_response()
        }
        Ok(None) => (StatusCode::FORBIDDEN, STALE).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn index(window: State<Arc<Window>>, headers: HeaderMap) -> Response {
    file(window, headers, Path(INDEX.to_owned())).await
}

async fn file(
    State(window): State<Arc<Window>>,
    headers: HeaderMap,
    Path(path): Path<String>,
) -> Response {
    if !window.has_session(&headers) {
        return (StatusCode::UNAUTHORIZED, STRANGER).into_response();
    }
    let Some(page) = window.pages.get(&path) else {
        return (StatusCode::NOT_FOUND, "No such file in the window.").into_response();
    };
    let cache = match page.lasts {
        true => "private, max-age=31536000, immutable",
        false => "no-cache",
    };
    let headers = [(CONTENT_TYPE, page.content_type), (CACHE_CONTROL, cache)];
    (headers, Bytes::clone(&page.body)).into_response()
}

/// What browsers must keep to.
async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let set = |name: HeaderName, value: &'static str| (name, HeaderValue::from_static(value));
    headers.extend([
        set(CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        set(X_CONTENT_TYPE_OPTIONS, "nosniff"),
        set(REFERRER_POLICY, "no-referrer"),
        set(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        set(
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ]);
    response
}

/// Browsers name the origin of whatever may change something, and of whatever goes to another one.
fn is_from_the_window(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let fetched = text(HeaderName::from_static("sec-fetch-site"));
    if fetched.is_some_and(|site| site != "same-origin") {
        return false;
    }
    match (text(ORIGIN), text(HOST)) {
        (Some(origin), Some(host)) => origin.strip_prefix("http://") == Some(host),
        (origin, _) => origin.is_none() && *method == Method::GET,
    }
}
