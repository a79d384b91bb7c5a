//! Open loop: requests start at fixed times, and waits count from those times. Finds out what waiting a user sees,
//! since a slow answer cannot put off the requests after it.
//!
//! Threads with blocking sockets: they sleep to some 50 µs, where a timer wheel of milliseconds would blur the figure.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use super::PATIENCE;
use super::count::{Count, Moment};
use super::plan::{Plan, Tally};
use super::reading::Reading;
use crate::bench::ask::Request;
use crate::bench::failed::{Failed, WrongAnswer};

/// Connections that take turns: one is free again unless an answer takes `THREADS` times the interval.
const THREADS: u32 = 16;
/// How long before its time a thread is awake.
const AWAKE: Duration = Duration::from_micros(150);
/// How long before the first request all threads are connected.
const RUN_UP: Duration = Duration::from_millis(100);

pub(super) fn run(plan: &Plan, per_second: u32, seconds: f64) -> Result<Tally, Failed> {
    let count = Count::new()?;
    let interval = Duration::from_secs(1) / per_second;
    let requests = (seconds * f64::from(per_second)) as u32;
    let first = Instant::now() + RUN_UP;
    let begin = Moment::now(&count, &plan.watch)?;
    thread::scope(|scope| {
        for lane in 0..THREADS {
            let count = &count;
            scope.spawn(move || {
                let times = (lane..requests)
                    .step_by(THREADS as usize)
                    .map(|turn| first + interval * turn);
                take_turns(plan, count, times);
            });
        }
    });
    let end = Moment::now(&count, &plan.watch)?;
    Ok(begin.until(&end, &count))
}

fn take_turns(plan: &Plan, count: &Count, times: impl Iterator<Item = Instant>) {
    let mut lane: Option<Lane> = Lane::connect(plan).ok();
    for time in times {
        wait_until(time);
        let asked = match lane.take() {
            Some(open) => Ok(open),
            None => Lane::connect(plan),
        }
        .and_then(|mut open| open.answer(plan, count).map(|()| open));
        match asked {
            Ok(open) => {
                count.waited(time.elapsed());
                count.answers.fetch_add(1, Relaxed);
                lane = Some(open);
            }
            Err(why) => count.wrong(&why),
        }
    }
}

/// Sleeps, and spins for the last moment.
fn wait_until(time: Instant) {
    let early = time.saturating_duration_since(Instant::now());
    if early > AWAKE {
        thread::sleep(early - AWAKE);
    }
    while Instant::now() < time {
        std::hint::spin_loop();
    }
}

struct Lane {
    stream: TcpStream,
    input: Vec<u8>,
    request: Request,
}

impl Lane {
    fn connect(plan: &Plan) -> Result<Self, WrongAnswer> {
        let stream = TcpStream::connect(plan.target)
            .map_err(|why| WrongAnswer::Connect(plan.target, why))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            input: Vec::new(),
            request: plan.request(),
        })
    }

    fn answer(&mut self, plan: &Plan, count: &Count) -> Result<(), WrongAnswer> {
        self.stream.write_all(self.request.next())?;
        let mut reading = Reading::new(plan.ask, plan.verbatim);
        let mut room = [0; 16 * 1024];
        loop {
            let got = self.stream.read(&mut room)?;
            if got == 0 {
                return Err(WrongAnswer::Cut);
            }
            self.input.extend_from_slice(&room[..got]);
            if reading.feed(&mut self.input, count)? {
                return reading.judge();
            }
        }
    }
}
