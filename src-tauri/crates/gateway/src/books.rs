//! Where records go: the statistics' inbox and the counters of `/metrics`.

use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

use crate::ledger::Meter;
use crate::record::Record;
use crate::table::Table;
use crate::{Metrics, Stats};

/// What Prometheus asks for (its text format, version 0.0.4).
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Statistics and metrics of one engine.
#[derive(Debug)]
pub struct Books {
    /// What is kept in the home.
    pub stats: Stats,
    /// What is counted since the start.
    pub metrics: Metrics,
}

impl Meter for Books {
    fn record(&self, record: Record) {
        self.metrics.record(&record);
        self.stats.record(record);
    }
}

impl Books {
    /// Books over these statistics.
    pub fn new(stats: Stats) -> Arc<Self> {
        Arc::new(Self {
            stats,
            metrics: Metrics::default(),
        })
    }

    /// The door `GET /metrics`.
    pub fn door(self: &Arc<Self>, table: Arc<ArcSwap<Table>>) -> Router {
        let books = Arc::clone(self);
        let text = move || {
            let text = books.metrics.text(&table.load(), &books.stats.health());
            std::future::ready(([(CONTENT_TYPE, TEXT)], text))
        };
        Router::new().route("/metrics", get(text))
    }
}
