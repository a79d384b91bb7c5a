//! The upstream of a measurement: HTTP/1.1 by hand on the socket, much cheaper than any proxy in front of it.
//!
//! It says its [`Doors`] as one line of JSON on standard output and serves until its standard input ends.

mod answers;
mod connection;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpSocket};

use crate::bench::failed::Failed;

use answers::Answers;
pub(crate) use answers::STAMP;

/// More than a burst of connections, so that none waits for a second try of its SYN.
const BACKLOG: u32 = 4096;

/// Where the fake can be reached, and where it cannot.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Doors {
    /// Answers everything.
    pub(crate) good: [SocketAddr; 3],
    /// Answers everything with 503.
    pub(crate) failing: SocketAddr,
    /// Refuses connections; kept bound, so that nobody else can open it.
    pub(crate) dead: SocketAddr,
}

/// Serves until standard input ends.
pub(crate) fn run() -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (dead, dead_at) = bound()?;
        let (failing, failing_at) = listening()?;
        let answers = Arc::new(Answers::new());
        let mut good_at = Vec::new();
        for _ in 0..3 {
            let (listener, at) = listening()?;
            good_at.push(at);
            tokio::spawn(accept(listener, answers.clone(), true));
        }
        tokio::spawn(accept(failing, answers, false));
        let doors = Doors {
            good: [good_at[0], good_at[1], good_at[2]],
            failing: failing_at,
            dead: dead_at,
        };
        writeln!(io::stdout(), "{}", serde_json::to_string(&doors)?)?;
        tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
        drop(dead);
        Ok(())
    })
}

async fn accept(listener: TcpListener, answers: Arc<Answers>, good: bool) {
    // An accept that fails is that client's loss: it shows as an error in the load's tally.
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection::serve(stream, answers.clone(), good));
        }
    }
}

fn bound() -> io::Result<(TcpSocket, SocketAddr)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let at = socket.local_addr()?;
    Ok((socket, at))
}

fn listening() -> io::Result<(TcpListener, SocketAddr)> {
    let (socket, at) = bound()?;
    Ok((socket.listen(BACKLOG)?, at))
}
