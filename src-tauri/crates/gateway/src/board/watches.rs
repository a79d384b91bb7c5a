//! What a board waits for.

use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::{pending, select_all};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::Board;
use crate::checks::finding::Progress;
use crate::engine::Problems;
use crate::status::Mode;

/// Everything that tells of its changes.
pub(super) struct Watches {
    gates: Vec<watch::Receiver<u64>>,
    swaps: watch::Receiver<u64>,
    problems: watch::Receiver<Arc<Problems>>,
    checks: watch::Receiver<Progress>,
    sign_ins: watch::Receiver<u64>,
    mode: watch::Receiver<Mode>,
    address: watch::Receiver<Option<SocketAddr>>,
}

impl Watches {
    pub(super) fn new(board: &Board) -> Self {
        let table = board.engine.table();
        let pools = table.benches().iter();
        Self {
            gates: pools.map(|bench| bench.pool.version()).collect(),
            swaps: board.engine.swaps(),
            problems: board.engine.problems(),
            checks: board.checks.progress(),
            sign_ins: board.engine.sign_ins().changes(),
            mode: board.mode(),
            address: board.address.subscribe(),
        }
    }

    /// Waits until any of them has changed, or time has changed a gate.
    pub(super) async fn any(mut self, board: &Board, next: Option<Instant>) {
        let gates = async {
            let all: Vec<_> = self
                .gates
                .iter_mut()
                .map(|gate| Box::pin(gate.changed()))
                .collect();
            match all.is_empty() {
                true => pending().await,
                false => drop(select_all(all).await),
            }
        };
        let time = async {
            match next {
                Some(next) => sleep_until(next).await,
                None => pending().await,
            }
        };
        let watched = board.status.receiver_count() > 0;
        tokio::select! {
            () = gates => {}
            () = time => {}
            _ = self.swaps.changed() => {}
            _ = self.problems.changed() => {}
            _ = self.checks.changed() => {}
            _ = self.sign_ins.changed() => {}
            _ = self.mode.changed() => {}
            _ = self.address.changed() => {}
            () = board.stats.health_changed() => {}
            () = board.watchers.notified() => {}
            () = board.nudge.notified(), if watched => {}
        }
    }
}
