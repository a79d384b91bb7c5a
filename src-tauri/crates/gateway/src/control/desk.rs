//! Where commands are carried out.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Control, KeyText, Refused, RefusedKind, Reply, Setting};
use crate::board::Board;
use crate::checks::{Checks, Which};
use crate::engine::Engine;
use crate::settings;
use crate::settings::keys::{KEYS, Key};
use crate::stats::{Stats, StatsError};
use crate::status::Mode;
use crate::table::Table;

/// Everything that commands need.
#[derive(Debug)]
pub struct Desk {
    engine: Arc<Engine>,
    checks: Arc<Checks>,
    stats: Stats,
    board: Arc<Board>,
    stop: watch::Sender<bool>,
}

impl Desk {
    /// A desk over these.
    pub fn new(
        engine: Arc<Engine>,
        checks: Arc<Checks>,
        stats: Stats,
        board: Arc<Board>,
    ) -> Arc<Self> {
        Arc::new(Self {
            engine,
            checks,
            stats,
            board,
            stop: watch::Sender::new(false),
        })
    }

    /// State out.
    pub fn board(&self) -> &Arc<Board> {
        &self.board
    }

    /// Resolves when [`Control::Shutdown`] was asked for.
    pub async fn stopped(&self) {
        let mut stop = self.stop.subscribe();
        // The sender lives as long as this.
        let _ = stop.wait_for(|stop| *stop).await;
    }

    /// Carries a command out.
    ///
    /// # Errors
    /// Nothing was changed then, unless the message says so.
    pub async fn carry_out(&self, command: Control) -> Result<Reply, Refused> {
        match command {
            Control::Status => Ok(Reply::Status(Box::new((*self.board.now()).clone()))),
            Control::Check { which, billed } => self.check(which, billed).await,
            Control::Explain { id } => {
                let told = self.stats.explain(id).await?;
                Ok(Reply::Request(told.map(Box::new)))
            }
            Control::Requests { find } => Ok(Reply::Requests(self.stats.find(find).await)),
            Control::Summary { question } => Ok(Reply::Summary(Box::new(
                self.stats.summary(question).await?,
            ))),
            Control::Minutes { count } => {
                Ok(Reply::Minutes(Box::new(self.stats.minutes(count).await?)))
            }
            Control::Changes { instance, limit } => {
                Ok(Reply::Changes(self.stats.changes(instance, limit).await?))
            }
            Control::LocalKey => Ok(Reply::Key(KeyText(self.engine.local_key()))),
            Control::Settings { key } => self.settings(key.as_deref()),
            Control::Pause => self.switch(Mode::Paused),
            Control::Resume => self.switch(Mode::Running),
            Control::Shutdown => {
                self.stop.send_replace(true);
                self.switch(Mode::Stopping)
            }
        }
    }

    async fn check(&self, which: Which, billed: bool) -> Result<Reply, Refused> {
        let table = self.engine.table();
        let known = match which {
            Which::All => true,
            Which::Pool(kind) => table.bench(kind).is_some(),
            Which::One(uuid) => table.seat(uuid).is_some(),
        };
        if !known {
            let text = match which {
                Which::One(uuid) => format!("no instance has the uuid {uuid}"),
                Which::Pool(kind) => format!("the pool {kind} has no instance"),
                Which::All => String::new(),
            };
            return Err(Refused::new(RefusedKind::Missing, text));
        }
        Ok(Reply::Checked(self.checks.check(which, billed).await))
    }

    fn settings(&self, key: Option<&str>) -> Result<Reply, Refused> {
        let table = self.engine.table();
        let shown = match key {
            Some(name) => vec![setting(settings::edit::key(name)?, &table)],
            None => KEYS.iter().map(|key| setting(key, &table)).collect(),
        };
        Ok(Reply::Settings(shown))
    }

    fn switch(&self, mode: Mode) -> Result<Reply, Refused> {
        self.board.mode().send_replace(mode);
        Ok(Reply::Done)
    }
}

fn setting(key: &Key, table: &Table) -> Setting {
    Setting {
        key: key.name.to_owned(),
        // The only secret among them is the local key.
        value: match key.secret {
            true => table.local_key.masked().into(),
            false => key.shown(&table.settings),
        },
        expected: key.expected.to_owned(),
    }
}

impl From<settings::edit::EditError> for Refused {
    fn from(error: settings::edit::EditError) -> Self {
        use settings::edit::EditError;
        let kind = match error {
            EditError::NoSuchKey { .. } => RefusedKind::Missing,
            EditError::Value { .. } | EditError::Secret(_) => RefusedKind::Invalid,
            EditError::File(_) | EditError::Vault(_) => RefusedKind::Failed,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<StatsError> for Refused {
    fn from(error: StatsError) -> Self {
        Self::new(RefusedKind::Failed, error.to_string())
    }
}
