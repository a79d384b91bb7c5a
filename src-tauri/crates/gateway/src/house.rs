//! An engine with everything that goes with it while it serves: what `millpond serve` and the app both run.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::board::Board;
use crate::books::Books;
use crate::checks::Checks;
use crate::control::Desk;
use crate::door::{self, Token, Window};
use crate::engine::Engine;
use crate::settings::Settings;
use crate::stats::keep::Limits;
use crate::status::Mode;
use crate::{Proxy, Stats, blocking, logins, server};

/// The name of the file that keeps model lists.
const MODELS: &str = "models.json";

/// A house that is ready to serve. What goes on beside requests has begun, and ends with it.
#[derive(Debug)]
pub struct House {
    engine: Arc<Engine>,
    stats: Stats,
    books: Arc<Books>,
    checks: Arc<Checks>,
    desk: Arc<Desk>,
    beside: JoinSet<()>,
}

impl House {
    /// Builds one around an engine.
    pub async fn new(engine: Arc<Engine>, demo: bool) -> Self {
        let table = engine.table();
        let stats = Stats::open(engine.home().stats());
        stats.keep(limits(&table.settings));
        let books = Books::new(stats.clone());
        // The demo's instances are others at every start.
        let models = (!demo).then(|| engine.home().folder().join(MODELS));
        let checks = Checks::new(engine.table_cell(), models).await;
        let board = Board::new(
            Arc::clone(&engine),
            Arc::clone(&checks),
            stats.clone(),
            &books.flights,
            demo,
        );
        books.nudge(Arc::clone(&board));
        let desk = Desk::new(
            Arc::clone(&engine),
            Arc::clone(&checks),
            stats.clone(),
            Arc::clone(&board),
        );
        let mut beside = JoinSet::new();
        beside.spawn(Arc::clone(&checks).run());
        beside.spawn(board.run());
        beside.spawn(logins::tend(Arc::clone(&engine)));
        beside.spawn(follow(
            Arc::clone(&engine),
            Arc::clone(&checks),
            stats.clone(),
        ));
        Self {
            engine,
            stats,
            books,
            checks,
            desk,
            beside,
        }
    }

    /// Where commands go in and state comes out.
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// Its checks.
    pub fn checks(&self) -> &Arc<Checks> {
        &self.checks
    }

    /// Its statistics.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// Opens the control door and says in the home where it is. Gives what [`serve`](Self::serve) needs.
    ///
    /// # Errors
    /// The home cannot be written.
    pub async fn open(&self, address: SocketAddr) -> io::Result<Arc<Proxy>> {
        self.open_with(address, None).await
    }

    /// As [`open`](Self::open), with a window for browsers.
    ///
    /// # Errors
    /// The home cannot be written.
    pub async fn open_with(
        &self,
        address: SocketAddr,
        window: Option<Arc<Window>>,
    ) -> io::Result<Arc<Proxy>> {
        let home = self.engine.home().clone();
        let token = blocking::run(move || Token::issue(&home)).await?;
        let doors = Router::new()
            .merge(door::routes(Arc::clone(&self.desk), token, window))
            .merge(self.books.door(self.engine.table_cell()));
        let board = self.desk.board();
        let meter = Arc::clone(&self.books) as _;
        let listed = self.checks.listed();
        let proxy = Proxy::pausable(
            self.engine.table_cell(),
            meter,
            doors,
            board.paused(),
            listed,
        );
        self.engine.announce(address).await?;
        board.listening(address);
        Ok(proxy)
    }

    /// Serves until `stop` resolves or a command asks for the end, then finishes what is in flight.
    pub async fn serve(
        &self,
        listener: TcpListener,
        proxy: Arc<Proxy>,
        stop: impl Future<Output = ()>,
    ) {
        let desk = Arc::clone(&self.desk);
        let stopping = async move {
            tokio::select! {
                () = stop => {}
                () = desk.stopped() => {}
            }
            // Whoever watches the status ends by this, and does not hold the end up.
            desk.board().set_mode(Mode::Stopping);
        };
        server::serve(listener, proxy, stopping).await;
    }

    /// Saves everything and gives the home back.
    pub async fn close(mut self) {
        self.beside.shutdown().await;
        self.stats.close().await;
        let token: PathBuf = self.engine.home().control_token();
        // One that stays opens nothing: it is new at each start.
        let _ = blocking::run(move || std::fs::remove_file(token)).await;
        self.engine.close().await;
    }
}

/// Tells each new table to those who go by it.
async fn follow(engine: Arc<Engine>, checks: Arc<Checks>, stats: Stats) {
    let mut swaps = engine.swaps();
    while swaps.changed().await.is_ok() {
        checks.table_changed();
        stats.keep(limits(&engine.table().settings));
    }
}

fn limits(settings: &Settings) -> Limits {
    let days = settings.stats_retention.as_secs() / 86_400;
    Limits {
        days: u32::try_from(days).unwrap_or(u32::MAX),
        ..Limits::default()
    }
}
