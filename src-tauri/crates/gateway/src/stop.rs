//! What asks the program to end from outside: the system, or Ctrl-C.

use std::io;

/// What asks the program to end.
#[derive(Debug)]
pub struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    /// Signals that come from now on are heard.
    ///
    /// # Errors
    /// The system does not tell of them.
    pub fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Resolves when the user or the system asks for it.
    pub async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Stop {
    /// Signals that come from now on are heard.
    ///
    /// # Errors
    /// The system does not tell of them.
    pub fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Resolves when the user asks for it.
    pub async fn wait(self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
