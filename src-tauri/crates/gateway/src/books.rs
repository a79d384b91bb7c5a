//! Where records go: the statistics' inbox and the counters of `/metrics`.

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

use crate::board::Board;
use crate::flights::Flights;
use crate::ledger::Meter;
use crate::record::Record;
use crate::table::Table;
use crate::{Metrics, Stats, metrics};

/// Statistics and metrics of one engine.
#[derive(Debug)]
pub struct Books {
    /// What is kept in the home.
    pub stats: Stats,
    /// What is counted since the start.
    pub metrics: Metrics,
    /// What is not over.
    pub flights: Arc<Flights>,
    board: OnceLock<Arc<Board>>,
}

impl Meter for Books {
    fn record(&self, record: Record) {
        self.metrics.record(&record);
        self.stats.record(record);
        self.came();
    }

    fn flights(&self) -> Option<&Arc<Flights>> {
        Some(&self.flights)
    }

    fn came(&self) {
        if let Some(board) = self.board.get() {
            board.nudge();
        }
    }
}

impl Books {
    /// Books over these statistics.
    pub fn new(stats: Stats) -> Arc<Self> {
        Arc::new(Self {
            stats,
            metrics: Metrics::default(),
            flights: Arc::default(),
            board: OnceLock::new(),
        })
    }

    /// From now on each request nudges this board.
    pub fn nudge(&self, board: Arc<Board>) {
        // The first one stays: there is one board a proxy.
        let _ = self.board.set(board);
    }

    /// The door `GET /metrics`.
    pub fn door(self: &Arc<Self>, table: Arc<ArcSwap<Table>>) -> Router {
        let books = Arc::clone(self);
        let text = move || {
            let text = books.metrics.text(&table.load(), &books.stats.health());
            std::future::ready(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text))
        };
        Router::new().route("/metrics", get(text))
    }
}
