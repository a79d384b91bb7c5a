//! The server that all fakes share.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use http::StatusCode;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use super::connection::Connection;
use super::ledger::Ledger;
use super::received::Received;
use super::script::{Act, Body as Scripted, Point, Script};
use super::vendor::{Ask, Framing, Kind, Refusal, Rendered, Vendor};
use super::write::{After, Answer, Body, chunks, zipped};

/// Every key that has no script of its own.
pub const ANY: &str = "*";

/// A running fake.
#[derive(Debug)]
pub struct Fake<V: Vendor> {
    pub(super) address: SocketAddr,
    pub(super) house: Arc<House<V>>,
    task: AbortHandle,
}

#[derive(Debug)]
pub(super) struct House<V> {
    vendor: V,
    pub(super) ledger: Ledger,
}

impl<V: Vendor> Fake<V> {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Self::on_listener(listener)
    }

    /// Starts on this address, where another one may have been before.
    pub async fn start_at(address: SocketAddr) -> Self {
        Self::on_listener(TcpListener::bind(address).await.expect("the port"))
    }

    fn on_listener(listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("bound");
        let house = Arc::new(House {
            vendor: V::default(),
            ledger: Ledger::new(V::MODELS),
        });
        let served = Arc::clone(&house);
        let task = tokio::spawn(async move {
            // Connections end with the fake.
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let house = Arc::clone(&served);
                open.spawn(async move { house.serve(stream).await });
            }
        });
        Self {
            address,
            house,
            task: task.abort_handle(),
        }
    }
}

impl<V: Vendor> Drop for Fake<V> {
    fn drop(&mut self) {
        self.task.abort();
        let leaks = self.leaks();
        if !std::thread::panicking() {
            assert!(
                leaks.is_empty(),
                "leaked to an upstream:\n{}",
                leaks.join("\n")
            );
        }
    }
}

impl<V: Vendor> House<V> {
    async fn serve(&self, stream: TcpStream) {
        self.ledger.lock().connections += 1;
        let mut connection = Connection::new(stream);
        while let Ok(Some(request)) = connection.request().await {
            let answer = self.answer(request);
            let open = self.ledger.begin();
            let kept = self.deliver(&mut connection, answer).await;
            drop(open);
            if !kept {
                return;
            }
        }
    }

    /// Writes the answer while watching whether the client leaves.
    async fn deliver(&self, connection: &mut Connection, answer: Answer) -> bool {
        let (writing, reading) = connection.halves();
        let written = tokio::select! {
            // An answer that is out is out, though its reader leaves in the same moment.
            biased;
            written = answer.write(writing) => written,
            () = reading.gone() => Err(io::ErrorKind::ConnectionReset.into()),
        };
        match written {
            Ok(After::Keep) => true,
            Ok(After::Close) => false,
            Ok(After::Hang) => {
                connection.halves().1.gone().await;
                self.ledger.lock().gone.push(Instant::now());
                false
            }
            Err(_) => {
                self.ledger.lock().gone.push(Instant::now());
                false
            }
        }
    }

    fn answer(&self, mut request: Received) -> Answer {
        let judged = self.judge(&mut request);
        self.ledger.record(&request);
        let serial = self.ledger.lock().received.len() as u64;
        let (ask, script) = match judged {
            Ok(judged) => judged,
            Err(refusal) => return self.json(refusal.status, &refusal.body, serial),
        };
        if !ask.kind.is_answered_by_a_model() && matches!(script.act, Act::Reply(_)) {
            if let Some((Point::BeforeHeaders, how)) = script.broken {
                return silent(how);
            }
            let known = self.ledger.lock().known.clone();
            return self.json(StatusCode::OK, &self.vendor.serve(&ask, &known), serial);
        }
        let gzip = script.gzip && request.header("accept-encoding").contains("gzip");
        self.scripted(&ask, &script, gzip, serial)
    }

    fn judge(&self, request: &mut Received) -> Result<(Ask, Script), Refusal> {
        let key = self.vendor.key(request)?;
        request.key.clone_from(&key);
        let (unknown, known) = {
            let inner = self.ledger.lock();
            let unknown = !inner.keys.is_empty() && !inner.keys.contains(&key);
            (unknown, inner.known.clone())
        };
        if unknown {
            return Err(self.vendor.wrong_key(request, &key));
        }
        let ask = self.vendor.judge(request, &known)?;
        // Lists are asked for in the background: they neither use up a script nor meet one.
        if ask.kind == Kind::Models {
            return Ok((ask, Script::text("")));
        }
        let mut script = self.ledger.script(&key);
        while let Act::Choose(choose) = &script.act {
            script = (choose.0)(&ask);
        }
        Ok((ask, script))
    }

    fn scripted(&self, ask: &Ask, script: &Script, gzip: bool, serial: u64) -> Answer {
        if let Some((Point::BeforeHeaders, how)) = script.broken {
            return silent(how);
        }
        let mut answer = match &script.act {
            Act::Status(status, Scripted::Official(message)) => {
                self.json(*status, &self.vendor.error(*status, message), serial)
            }
            Act::Status(status, Scripted::Bytes(body, kind)) => {
                self.bytes(*status, kind, body.clone(), serial)
            }
            Act::Reply(reply) => match self.vendor.render(ask, reply, script, serial) {
                Rendered::Whole(body) => self.json(StatusCode::OK, &body, serial),
                Rendered::Events(events) => {
                    let error = self.vendor.error_event(ask, "The server had an error.");
                    let kind = match ask.stream {
                        Framing::Array => "application/json; charset=UTF-8",
                        Framing::Whole | Framing::Events => "text/event-stream; charset=utf-8",
                    };
                    let mut answer = self.bytes(StatusCode::OK, kind, Vec::new(), serial);
                    answer.body = chunks(events, script, &error, gzip);
                    answer
                }
            },
            Act::Choose(_) => unreachable!("chosen before"),
        };
        if let Body::Whole(body, broken) = &mut answer.body {
            *broken = script.broken.map(|(_, how)| how);
            if gzip {
                *body = zipped(body);
            }
        }
        if gzip {
            answer
                .headers
                .push(("content-encoding".to_owned(), "gzip".to_owned()));
        }
        answer.headers.extend(script.headers.iter().cloned());
        answer.pace = script.pace;
        answer
    }

    fn json(&self, status: StatusCode, body: &serde_json::Value, serial: u64) -> Answer {
        self.bytes(
            status,
            "application/json",
            body.to_string().into_bytes(),
            serial,
        )
    }

    fn bytes(&self, status: StatusCode, kind: &str, body: Vec<u8>, serial: u64) -> Answer {
        let mut headers: Vec<(String, String)> = self
            .vendor
            .headers(serial)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        if !kind.is_empty() {
            headers.push(("content-type".to_owned(), kind.to_owned()));
        }
        Answer {
            status,
            headers,
            body: Body::Whole(body, None),
            pace: std::time::Duration::ZERO,
        }
    }
}

fn silent(how: super::script::Break) -> Answer {
    Answer {
        status: StatusCode::OK,
        headers: Vec::new(),
        body: Body::Silent(how),
        pace: std::time::Duration::ZERO,
    }
}

/// An address that refuses connections.
pub async fn closed_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("bound")
}

/// An address that accepts connections and never reads from them, for as long as the guard lives.
pub async fn silent_address() -> (SocketAddr, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    (listener.local_addr().expect("bound"), listener)
}
