//! Work that waits for a disk, away from the threads that serve.

/// Runs `work` on a thread that may block, and waits for it.
///
/// A panic of the work goes on in its caller, as if the work had been done there. Work whose runtime is ending is done here and now.
pub(crate) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The blocking pool ends only with its runtime, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}
