//! The front of the proxy: who may come in, what is asked, and who is to be asked.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use dialect::{Dialect, Envelope, FaultKind, envelope};
use foldhash::quality::FixedState;
use http::request::Parts;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use pool::Session;
use tokio::sync::watch;
use tower_service::Service;

use crate::answers::{self, Stamp};
use crate::exchange::Exchange;
use crate::faults::{self, Failure, failure};
use crate::form::Form;
use crate::guard;
use crate::ledger::{End, Ledger, Meter};
use crate::listing;
use crate::record::{Outcome, RequestId};
use crate::routes::{self, Target};
use crate::store::{Limits, Store};
use crate::table::Table;
use crate::thread::Thread;

/// The seed is fixed, as that of the envelope's opening.
const SESSIONS: FixedState = FixedState::with_seed(0x7365_7373_696f_6e73);
/// Headers by which clients name their session. Codex sends `session_id`, Claude Code `x-claude-code-session-id`.
const SESSION_HEADERS: [&str; 3] = ["x-session-id", "session_id", "x-claude-code-session-id"];

/// The front of the proxy.
#[derive(Debug)]
pub struct Proxy {
    table: Arc<ArcSwap<Table>>,
    meter: Arc<dyn Meter>,
    doors: Router,
    paused: Arc<AtomicBool>,
    store: Arc<Store>,
    /// Whether the pools have been asked for their first lists of models.
    listed: watch::Receiver<bool>,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Proxy {
    /// A proxy over this table. `doors` are further routes, which check by themselves who may use them.
    pub fn new(table: Arc<ArcSwap<Table>>, meter: Arc<dyn Meter>, doors: Router) -> Arc<Self> {
        let listed = watch::Sender::new(true).subscribe();
        Self::pausable(table, meter, doors, Arc::default(), listed)
    }

    /// As [`new`](Self::new); it serves nobody while `paused` is true, and guesses at no pool before `listed` is.
    pub fn pausable(
        table: Arc<ArcSwap<Table>>,
        meter: Arc<dyn Meter>,
        doors: Router,
        paused: Arc<AtomicBool>,
        listed: watch::Receiver<bool>,
    ) -> Arc<Self> {
        Arc::new(Self {
            table,
            meter,
            doors,
            paused,
            store: Arc::new(Store::new(Limits::default())),
            listed,
        })
    }

    /// Answers one request.
    pub async fn serve<B>(self: Arc<Self>, request: Request<B>) -> Response
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let table = self.table.load_full();
        let Some(target) = routes::target(request.uri()) else {
            return self.other(&table, request).await;
        };
        let (head, body) = request.into_parts();
        let form = target.form();
        let mut ledger = Ledger::open(Arc::clone(&self.meter), &target);
        if self.paused.load(Ordering::Relaxed) {
            return turned_away(ledger, form, faults::paused());
        }
        match admit(&table, &head, body).await {
            Ok(mut body) => {
                let thread = Thread::of(&target, &body, &self.store);
                if let Some(whole) = thread.as_ref().and_then(Thread::body) {
                    body = whole.clone();
                }
                match self.understand(&table, &target, &head, &body).await {
                    Ok((envelope, model, plan)) => {
                        ledger.asks(&model, envelope.stream, plan.why);
                        let exchange = Exchange {
                            table,
                            session: session(&head.headers, &envelope),
                            target,
                            head,
                            body,
                            envelope,
                            plan,
                            thread,
                            ledger,
                        };
                        exchange.answer().await
                    }
                    Err(failure) => turned_away(ledger, form, failure),
                }
            }
            Err(failure) => turned_away(ledger, form, failure),
        }
    }

    /// Reads what must be known before anybody is asked.
    async fn understand(
        &self,
        table: &Table,
        target: &Target,
        head: &Parts,
        body: &Bytes,
    ) -> Result<(Envelope, Arc<str>, routes::Plan), Failure> {
        let mut envelope = envelope(target.dialect, body)?;
        let model: Arc<str> = match &target.named {
            Some(named) => {
                envelope.stream = named.stream;
                Arc::from(named.model.as_str())
            }
            None => Arc::from(envelope.named_model()?.name.as_str()),
        };
        if !target.may_stream() {
            envelope.stream = false;
        }
        let mut plan = routes::plan(table, target, &head.headers, &model)?;
        if plan.guessed && table.benches().len() > 1 && !*self.listed.borrow() {
            // Right after a first start nothing is known of any pool; soon it is. An error says that nobody will tell.
            let _ = self.listed.clone().wait_for(|listed| *listed).await;
            plan = routes::plan(table, target, &head.headers, &model)?;
        }
        Ok((envelope, model, plan))
    }

    /// What is no call of a client's API: health, model lists, further doors.
    async fn other<B>(&self, table: &Table, request: Request<B>) -> Response
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let path = request.uri().path().to_owned();
        let form = Form::from(dialect_of(&path, request.headers()));
        let refuse = |failure| answers::failed(unasked(RequestId::random()), form, failure);
        let (headers, uri) = (request.headers(), request.uri());
        if let Err(stranger) = guard::check_source(headers, uri, &table.settings.host) {
            return refuse(stranger.into());
        }
        if path == "/health" {
            return listing::health(unasked(RequestId::random()), table);
        }
        if path.starts_with("/control/") || path == "/control" {
            let mut doors = self.doors.clone();
            let request = request.map(Body::new);
            return match doors.call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
        }
        if let Err(stranger) = guard::check_key(headers, uri, &table.local_key) {
            return refuse(stranger.into());
        }
        if request.method() == Method::GET {
            if let Some(asked) = listing::asked(&path, headers) {
                return match listing::answer(table, &asked) {
                    Ok(body) => {
                        answers::whole(unasked(RequestId::random()), HeaderMap::new(), body)
                    }
                    Err(failure) => refuse(failure),
                };
            }
            let mut doors = self.doors.clone();
            let request = request.map(Body::new);
            let response = match doors.call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            if response.status() != http::StatusCode::NOT_FOUND {
                return response;
            }
        }
        refuse(faults::no_such_path(&path))
    }
}

/// Checks who comes, and reads the body.
async fn admit<B>(table: &Table, head: &Parts, body: B) -> Result<Bytes, Failure>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    guard::check_source(&head.headers, &head.uri, &table.settings.host)?;
    guard::check_key(&head.headers, &head.uri, &table.local_key)?;
    if head.method != Method::POST {
        let text = format!(
            "{} is asked with POST, not {}",
            head.uri.path(),
            head.method
        );
        return Err(failure(405, FaultKind::InvalidRequest, text));
    }
    let limit = table.settings.body_limit;
    let least = body.size_hint().lower();
    if usize::try_from(least).map_or(true, |least| least > limit) {
        return Err(faults::too_large(limit));
    }
    match Limited::new(body, limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(faults::too_large(limit)),
        Err(error) => Err(failure(
            400,
            FaultKind::InvalidRequest,
            format!("the body did not arrive: {error}"),
        )),
    }
}

fn session(headers: &HeaderMap, envelope: &Envelope) -> Session {
    let named = SESSION_HEADERS.iter().find_map(|name| headers.get(*name));
    let explicit = named
        .map(http::HeaderValue::as_bytes)
        .or_else(|| envelope.session.as_ref().map(String::as_bytes));
    match explicit {
        Some(bytes) => {
            let mut hasher = SESSIONS.build_hasher();
            hasher.write(bytes);
            Session {
                key: hasher.finish(),
                known: true,
            }
        }
        None => Session {
            key: envelope.opening,
            known: envelope.follow_up,
        },
    }
}

fn turned_away(mut ledger: Ledger, form: Form, failure: Failure) -> Response {
    let stamp = unasked(ledger.id());
    ledger.close(End {
        outcome: Outcome::Rejected,
        status: failure.fault.status,
        error: Some(failure.fault.message.clone()),
        usage: None,
    });
    answers::failed(stamp, form, failure)
}

/// A stamp of an answer for which no upstream was asked.
fn unasked(id: RequestId) -> Stamp {
    Stamp {
        id: answers::id_header(id),
        instance: None,
        attempts: 0,
    }
}

/// The dialect that whoever asks for such a path, with such headers, will understand.
fn dialect_of(path: &str, headers: &HeaderMap) -> Dialect {
    if path.contains("/v1beta") || headers.contains_key("x-goog-api-key") {
        Dialect::Gemini
    } else if path.contains("/messages") || headers.contains_key("anthropic-version") {
        Dialect::Anthropic
    } else {
        Dialect::OpenaiChat
    }
}
