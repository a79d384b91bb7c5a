//! The control door: commands and state over HTTP, for the command line and other programs of this user.
//!
//! `POST /control/command` takes a [`Control`] and gives a [`Reply`](crate::control::Reply); `GET /control/status` gives a
//! [`Status`](crate::status::Status), `GET /control/events` one with every change, as server-sent events. It opens to this
//! machine only, with a token of its own, which stands in a 0600 file in the home and is new at each start.
//!
//! With a [`Window`] it also shows the user interface to browsers, which use the same three routes.

mod client;
mod pages;
mod window;

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use account::Secret;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::stream;
use http::StatusCode;
use http::header::AUTHORIZATION;

use crate::control::{Control, Desk, Refused, RefusedKind};
use crate::home::Home;
use crate::server::Peer;
use crate::status::Mode;

pub(crate) use client::reachable;
pub use client::{Client, ClientError};
pub use pages::{Pages, PagesError};
pub use window::Window;

/// What keeps a quiet connection from being taken for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The door's key, for as long as this program runs.
#[derive(Debug)]
pub struct Token(Secret<String>);

impl Token {
    /// A new one, written into the home for its owner alone. Blocks.
    ///
    /// # Errors
    /// It cannot be written, or the system gives no randomness.
    pub fn issue(home: &Home) -> io::Result<Self> {
        let token = random()?;
        account::files::replace(&home.control_token(), token.expose().as_bytes())?;
        Ok(Self(token))
    }
}

/// What nobody can guess.
fn random() -> io::Result<Secret<String>> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(Secret::new(
        bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    ))
}

#[derive(Debug)]
struct Door {
    desk: Arc<Desk>,
    token: Token,
    window: Option<Arc<Window>>,
}

/// The routes; with a window for browsers, where there is one.
pub fn routes(desk: Arc<Desk>, token: Token, window: Option<Arc<Window>>) -> Router {
    let pages = window.clone().map(window::routes).unwrap_or_default();
    let door = Arc::new(Door {
        desk,
        token,
        window,
    });
    Router::new()
        .route("/control/command", post(command))
        .route("/control/status", get(status))
        .route("/control/events", get(events))
        .route("/control/{*other}", axum::routing::any(elsewhere))
        .layer(middleware::from_fn_with_state(door.clone(), admit))
        .with_state(door)
        .merge(pages)
        .layer(middleware::from_fn(only_local))
}

/// Lets in who is on this machine.
async fn only_local(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>();
    if !peer.is_some_and(|peer| peer.is_local) {
        let text = "the control door opens to this machine only";
        return refused(StatusCode::FORBIDDEN, text);
    }
    next.run(request).await
}

/// Lets in who shows the token, or the window's own pages.
async fn admit(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let window = door.window.as_ref();
    if window.is_some_and(|window| window.knows(request.method(), request.headers())) {
        return next.run(request).await;
    }
    let shown = request
        .headers()
        .get(AUTHORIZATION)
        .map(http::HeaderValue::as_bytes);
    let token = shown.and_then(|value| value.strip_prefix(b"Bearer "));
    if !token.is_some_and(|token| door.token.0.matches(token)) {
        let text = "the control door takes Authorization: Bearer with the token that stands in the home's control-token";
        return refused(StatusCode::UNAUTHORIZED, text);
    }
    next.run(request).await
}

async fn command(
    State(door): State<Arc<Door>>,
    command: Result<Json<Control>, JsonRejection>,
) -> Response {
    let Json(command) = match command {
        Ok(command) => command,
        Err(rejection) => return refused(rejection.status(), rejection.body_text()),
    };
    match door.desk.carry_out(command).await {
        Ok(reply) => Json(reply).into_response(),
        Err(error) => {
            let status = match error.kind {
                RefusedKind::Missing => StatusCode::NOT_FOUND,
                RefusedKind::Invalid => StatusCode::BAD_REQUEST,
                RefusedKind::Stranger => StatusCode::FORBIDDEN,
                RefusedKind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            };
            (status, Json(error)).into_response()
        }
    }
}

async fn status(State(door): State<Arc<Door>>) -> Response {
    Json(&*door.desk.board().now()).into_response()
}

/// The status now, and then each time it changes, until the program ends.
async fn events(State(door): State<Arc<Door>>) -> Response {
    let mut status = door.desk.board().watch();
    status.mark_changed();
    let all = stream::unfold((status, false), |(mut status, over)| async move {
        if over || status.changed().await.is_err() {
            return None;
        }
        let shown = status.borrow_and_update().clone();
        let event = Event::default().json_data(&*shown).unwrap_or_default();
        let over = shown.mode == Mode::Stopping;
        Some((Ok::<_, Infallible>(event), (status, over)))
    });
    Sse::new(all)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response()
}

async fn elsewhere() -> Response {
    refused(
        StatusCode::NOT_FOUND,
        "nothing is here; there are POST /control/command, GET /control/status and GET /control/events",
    )
}

fn refused(status: StatusCode, message: impl Into<String>) -> Response {
    let kind = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => RefusedKind::Stranger,
        StatusCode::NOT_FOUND => RefusedKind::Missing,
        _ => RefusedKind::Invalid,
    };
    (status, Json(Refused::new(kind, message))).into_response()
}

#[cfg(test)]
mod tests;
