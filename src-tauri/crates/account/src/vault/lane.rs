//! A thread that makes blocking calls for callers who do not wait for ever.
//!
//! A keychain call may never return (a locked keyring waits for its password dialog). On a thread of its own it holds up neither the
//! caller, nor the runtime's blocking pool, nor the end of the program.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// One thread, started at the first call and again if a call kills it. Calls run one after another.
pub(super) struct Lane {
    name: &'static str,
    thread: Mutex<Option<Sender<Call>>>,
    running: Arc<Mutex<Running>>,
}

type Call = Box<dyn FnOnce() + Send>;

/// What the thread is at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Running {
    Nothing,
    Call,
    /// A call that somebody has already waited for in vain.
    LateCall,
}

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// The time was over.
    Late,
    /// The call panicked, or no thread could be started.
    Died,
}

impl Lane {
    /// A lane whose thread will bear `name`.
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            thread: Mutex::new(None),
            running: Arc::new(Mutex::new(Running::Nothing)),
        }
    }

    /// Makes `call` and waits for it, blocking, for at most `limit`; not at all while an earlier call is known to be stuck.
    ///
    /// A call that was given up before its turn is never made; one that was begun goes on, and its result is dropped.
    pub(super) fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Lost> {
        if *lock(&self.running) == Running::LateCall {
            return Err(Lost::Late);
        }
        let (reply, answer) = mpsc::sync_channel(1);
        let given_up = Arc::new(AtomicBool::new(false));
        let skip = Arc::clone(&given_up);
        self.submit(Box::new(move || {
            if !skip.load(Ordering::Relaxed) {
                // The receiver is gone if the caller gave up meanwhile.
                let _ = reply.send(call());
            }
        }))?;
        answer.recv_timeout(limit).map_err(|error| match error {
            RecvTimeoutError::Timeout => {
                given_up.store(true, Ordering::Relaxed);
                let mut running = lock(&self.running);
                if *running == Running::Call {
                    *running = Running::LateCall;
                }
                Lost::Late
            }
            RecvTimeoutError::Disconnected => Lost::Died,
        })
    }

    fn submit(&self, call: Call) -> Result<(), Lost> {
        let mut thread = lock(&self.thread);
        let call = match thread.as_ref() {
            Some(calls) => match calls.send(call) {
                Ok(()) => return Ok(()),
                Err(mpsc::SendError(call)) => call,
            },
            None => call,
        };
        let (calls, queue) = mpsc::channel();
        let running = Arc::clone(&self.running);
        thread::Builder::new()
            .name(self.name.to_owned())
            .spawn(move || work(&queue, &running))
            .map_err(|_| Lost::Died)?;
        calls.send(call).map_err(|_| Lost::Died)?;
        *thread = Some(calls);
        Ok(())
    }
}

/// The thread: ends with the lane.
fn work(queue: &Receiver<Call>, running: &Mutex<Running>) {
    /// Says so when a call is over, however it ends.
    struct Over<'a>(&'a Mutex<Running>);
    impl Drop for Over<'_> {
        fn drop(&mut self) {
            *lock(self.0) = Running::Nothing;
        }
    }

    for call in queue {
        *lock(running) = Running::Call;
        let _over = Over(running);
        call();
    }
}

/// What these locks guard is whole at any time, so a panic of another holder does no harm.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(20);
    const PLENTY: Duration = Duration::from_secs(20);

    #[test]
    fn a_stuck_call_costs_its_caller_the_limit_and_the_next_one_nothing() {
        let lane = Lane::new("test");
        let (release, stuck) = mpsc::channel::<()>();
        let (done, ended) = mpsc::channel();
        let lost = lane.run(SOON, move || {
            let _ = stuck.recv();
            let _ = done.send(());
        });
        assert_eq!(lost, Err(Lost::Late));

        // Would wait for ever if it waited at all.
        assert_eq!(lane.run(Duration::MAX, || 1), Err(Lost::Late));

        drop(release);
        ended.recv().unwrap();
        // The thread is between two calls now, or just about to be.
        let answer = std::iter::repeat_with(|| lane.run(PLENTY, || 2)).find(Result::is_ok);
        assert_eq!(answer, Some(Ok(2)));
    }

    #[test]
    fn a_call_given_up_before_its_turn_is_never_made() {
        let lane = Arc::new(Lane::new("test"));
        let (release, stuck) = mpsc::channel::<()>();
        let (begun, begins) = mpsc::channel();
        let first = {
            let lane = Arc::clone(&lane);
            thread::spawn(move || {
                lane.run(PLENTY, move || {
                    let _ = begun.send(());
                    let _ = stuck.recv();
                })
            })
        };
        begins.recv().unwrap();
        let made = Arc::new(AtomicBool::new(false));
        let mark = Arc::clone(&made);
        let lost = lane.run(SOON, move || mark.store(true, Ordering::Relaxed));
        assert_eq!(lost, Err(Lost::Late));
        drop(release);
        assert_eq!(first.join().unwrap(), Ok(()));

        let answer = std::iter::repeat_with(|| lane.run(PLENTY, || ())).find(Result::is_ok);
        assert_eq!(answer, Some(Ok(())));
        assert!(!made.load(Ordering::Relaxed));
    }

    #[test]
    fn a_call_that_panics_is_lost_and_the_next_one_is_served() {
        let lane = Lane::new("test");
        let lost = lane.run(PLENTY, || std::panic::resume_unwind(Box::new(())));
        assert_eq!(lost, Err::<(), _>(Lost::Died));
        let answer = std::iter::repeat_with(|| lane.run(PLENTY, || 3)).find(Result::is_ok);
        assert_eq!(answer, Some(Ok(3)));
    }
}
