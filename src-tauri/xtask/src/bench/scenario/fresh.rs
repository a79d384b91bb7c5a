//! Scenarios that need a peer which has done nothing yet: memory, and the way to the first answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use super::{Round, through};
use crate::bench::ask::Ask;
use crate::bench::board::median;
use crate::bench::failed::Failed;
use crate::bench::load::plan::Shape;
use crate::bench::measure::Measure;
use crate::bench::peer::{Peer, Who};
use crate::bench::proc;
use crate::bench::rig::READY;
use crate::bench::wire::Reply;

/// How long a peer rests after its first answer before it counts as idle.
const REST: Duration = Duration::from_secs(1);

impl Round<'_> {
    pub(super) fn memory(&mut self) -> Result<(), Failed> {
        for who in [Who::Nginx, Who::Millpond] {
            if !self.takes_part(who) {
                continue;
            }
            let mut peer = Peer::start(who, self.rig)?;
            through(
                self.rig,
                &mut peer,
                Ask::Whole,
                Shape::Series { requests: 3 },
            )?;
            thread::sleep(REST);
            let idle = proc::memory(&peer.pids()?)?;
            self.board.add(Measure::Idle, who, idle.resident);
            self.board
                .add(Measure::IdleProportional, who, idle.proportional);
            let shape = Shape::Held {
                streams: 1000,
                seconds: self.spans.held,
            };
            let held = through(self.rig, &mut peer, Ask::LONG, shape)?.memory;
            let held = held.unwrap_or_default();
            self.board.add(Measure::Streams, who, held.resident);
            self.board
                .add(Measure::StreamsProportional, who, held.proportional);
        }
        Ok(())
    }

    pub(super) fn start(&mut self) -> Result<(), Failed> {
        for who in [Who::Nginx, Who::Millpond] {
            if !self.takes_part(who) {
                continue;
            }
            let folder = self.rig.folder()?;
            // The very first start makes the home; a user sees that once.
            drop(Peer::start_in(who, self.rig, &folder)?);
            let mut times = Vec::new();
            for _ in 0..self.spans.repeats {
                let begun = Instant::now();
                let peer = Peer::start_in(who, self.rig, &folder)?;
                first_answer(&peer)?;
                times.push(begun.elapsed().as_secs_f64() * 1e3);
            }
            self.board
                .add(Measure::FirstAnswer, who, median(&mut times));
        }
        Ok(())
    }
}

/// Asks once and insists on 200.
fn first_answer(peer: &Peer) -> Result<(), Failed> {
    let plan = peer.plan(Ask::Whole, Shape::Series { requests: 1 })?;
    let mut stream = TcpStream::connect(peer.at)?;
    stream.set_read_timeout(Some(READY))?;
    stream.write_all(plan.request().next())?;
    let mut reply = Reply::new();
    let (mut input, mut room) = (Vec::new(), [0; 4096]);
    while !reply.is_over() {
        let got = stream.read(&mut room)?;
        if got == 0 {
            break;
        }
        input.extend_from_slice(&room[..got]);
        let used = reply
            .feed(&input, |_| ())
            .map_err(|why| std::io::Error::other(why.to_string()))?;
        input.drain(..used);
    }
    if reply.is_over() && reply.status() == 200 {
        return Ok(());
    }
    Err(Failed::Said {
        what: format!("{}, asked for its first answer,", peer.who.name()),
        said: format!("status {}", reply.status()),
    })
}
