//! One keep-alive connection.

use std::net::SocketAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::count::Count;
use super::plan::Plan;
use super::reading::Reading;
use crate::bench::ask::Request;
use crate::bench::failed::WrongAnswer;

/// Room for everything that a socket gives at once.
const ROOM: usize = 64 * 1024;

/// A connection and the request it repeats.
pub(super) struct Client {
    stream: TcpStream,
    input: Vec<u8>,
    request: Request,
}

impl Client {
    pub(super) async fn connect(plan: &Plan) -> Result<Self, WrongAnswer> {
        Ok(Self {
            stream: connected(plan.target).await?,
            input: Vec::with_capacity(ROOM),
            request: plan.request(),
        })
    }

    /// Asks once and reads the whole answer; counts it, right or wrong. False when the connection is of no more use.
    pub(super) async fn ask(&mut self, plan: &Plan, count: &Count) -> bool {
        match self.answer(plan, count).await {
            Ok(()) => {
                count.answers.fetch_add(1, Relaxed);
                true
            }
            Err(why) => {
                count.wrong(&why);
                matches!(why, WrongAnswer::Status { .. })
            }
        }
    }

    async fn answer(&mut self, plan: &Plan, count: &Count) -> Result<(), WrongAnswer> {
        self.send().await?;
        let mut reading = Reading::new(plan.ask, plan.verbatim);
        while !self.read(&mut reading, count).await? {}
        reading.judge()
    }

    /// Sends the next request.
    pub(super) async fn send(&mut self) -> Result<(), WrongAnswer> {
        Ok(self.stream.write_all(self.request.next()).await?)
    }

    /// Reads once; true when the answer is whole.
    pub(super) async fn read(
        &mut self,
        reading: &mut Reading,
        count: &Count,
    ) -> Result<bool, WrongAnswer> {
        if self.stream.read_buf(&mut self.input).await? == 0 {
            return Err(WrongAnswer::Cut);
        }
        reading.feed(&mut self.input, count)
    }
}

async fn connected(target: SocketAddr) -> Result<TcpStream, WrongAnswer> {
    let stream = TcpStream::connect(target)
        .await
        .map_err(|why| WrongAnswer::Connect(target, why))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Connects and asks once; the wait is counted from `begun`.
pub(super) async fn ask_once(plan: &Plan, count: &Count, begun: Instant) {
    match Client::connect(plan).await {
        Ok(mut client) => {
            if client.ask(plan, count).await {
                count.waited(begun.elapsed());
            }
        }
        Err(why) => count.wrong(&why),
    }
}
