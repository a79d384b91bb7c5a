//! A port of this machine to which a browser hands the answer.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout_at;
use url::Url;

use super::returned::Returned;
use super::stage::{Deadline, Stage};
use super::{Failure, FailureCause};

/// A port that listens, as long as this lives.
pub(super) struct Loopback {
    listener: TcpListener,
    port: u16,
}

/// What the browser is shown.
#[derive(Debug, Clone)]
pub(super) struct Door {
    /// Where an answer may come to.
    pub(super) paths: &'static [&'static str],
    /// The state that an answer must bear.
    pub(super) state: String,
    /// Where the browser is sent then, with or without success; else it is shown a page of our own.
    pub(super) onward: Option<(String, String)>,
}

const GOOD: &str = "<!doctype html><meta charset=utf-8><title>Millpond</title><h1>The answer has arrived</h1><p>You can close this page and go back to Millpond.";
const BAD: &str = "<!doctype html><meta charset=utf-8><title>Millpond</title><h1>This did not work</h1><p>Millpond says why. Start the sign-in again there.";

impl Loopback {
    /// Listens on the first of these ports that is free; 0 is any.
    pub(super) async fn open(ports: &[u16]) -> Result<Self, std::io::Error> {
        let mut last = None;
        for port in ports {
            match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, *port))).await {
                Ok(listener) => {
                    let port = listener.local_addr()?.port();
                    return Ok(Self { listener, port });
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| std::io::Error::other("no port was named")))
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Hands on every answer, until it is dropped.
    async fn serve(&self, door: Door, to: mpsc::Sender<Returned>) {
        let door = Arc::new(door);
        let mut open = JoinSet::new();
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                // The system is short of something; what it has will come free.
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            };
            // Browsers open connections that they never use: none waits for another.
            open.spawn(connection(stream, Arc::clone(&door), to.clone()));
            while open.try_join_next().is_some() {}
        }
    }
}

/// Waits for the answer: from the browser where a port listens, else pasted.
pub(super) async fn wait(
    stage: &mut Stage,
    loopback: Option<&Loopback>,
    door: Door,
    until: Deadline,
) -> Result<Returned, Failure> {
    let (to, mut from) = mpsc::channel(4);
    let serving = async {
        match loopback {
            Some(loopback) => loopback.serve(door, to).await,
            None => {
                // The channel stays open, and says nothing.
                let _open = to;
                std::future::pending::<()>().await;
            }
        }
    };
    let answer = async {
        tokio::select! {
            biased;
            Some(returned) = from.recv() => Some(returned),
            Some(returned) = stage.pasted.recv() => Some(returned),
            () = serving => None,
        }
    };
    let late = || {
        let text = "nobody finished the sign-in in the browser in time; start again";
        Failure::new(FailureCause::TimedOut, text)
    };
    let answer = timeout_at(until.at, answer).await.map_err(|_| late())?;
    // Lets the browser have its page before the port closes.
    tokio::task::yield_now().await;
    answer.ok_or_else(late)
}

async fn connection(stream: TcpStream, door: Arc<Door>, to: mpsc::Sender<Returned>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let answered = answer(&request, &door);
        let to = to.clone();
        async move {
            let (response, returned) = answered;
            if let Some(returned) = returned {
                // The sign-in may be over already.
                let _ = to.send(returned).await;
            }
            Ok::<_, Infallible>(response)
        }
    });
    let served = http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = served.await {
        tracing::debug!(%error, "a browser's connection broke");
    }
}

fn answer(request: &Request<Incoming>, door: &Door) -> (Response<Full<Bytes>>, Option<Returned>) {
    let uri = request.uri();
    let local = format!(
        "http://localhost{}",
        uri.path_and_query().map_or("/", |p| p.as_str())
    );
    let returned = Url::parse(&local).ok().map(|url| Returned::of(&url));
    let expected = request.method() == Method::GET && door.paths.contains(&uri.path());
    let returned = returned.filter(|returned| expected && returned.is_an_answer());
    let Some(returned) = returned else {
        return (page(StatusCode::NOT_FOUND, BAD), None);
    };
    let good = returned.check(&door.state).is_ok();
    let response = match (&door.onward, good) {
        (Some((good_page, _)), true) => onward(good_page),
        (Some((_, bad_page)), false) => onward(bad_page),
        (None, true) => page(StatusCode::OK, GOOD),
        (None, false) => page(StatusCode::BAD_REQUEST, BAD),
    };
    (response, Some(returned))
}

fn page(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn onward(address: &str) -> Response<Full<Bytes>> {
    match HeaderValue::from_str(address) {
        Ok(address) => {
            let mut response = page(StatusCode::FOUND, GOOD);
            response.headers_mut().insert(LOCATION, address);
            response
        }
        Err(_) => page(StatusCode::OK, GOOD),
    }
}
